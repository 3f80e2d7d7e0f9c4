"""`headrace run`: exit status and lines, with and without a real endpoint."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.phone.flows import Json, dropdown, flow, footer, heading, screen, string, text_input
from tests.serving import Served
from typer.testing import CliRunner, Result

from headrace.cli.run import run
from headrace.exchange.endpoint import Answer, Endpoint, Finish, Request, Screen, TokenExpired
from headrace.exchange.keys import KeyPair, generate_key_pair

application = typer.Typer()
application.command()(run)

STATIC = flow(
    screen("NAME", text_input("name", required=True), footer("navigate", {"who": "${form.name}"}, to="CHECK")),
    screen(
        "CHECK",
        heading("${data.who}"),
        footer("complete", {"name": "${data.who}"}, label="Send"),
        data={"who": string("Ada")},
        terminal=True,
    ),
)
ASKING = flow(
    screen(
        "NAME",
        heading("${data.greeting}"),
        text_input("name", required=True),
        dropdown(
            "size", "s", "m", **{"on-select-action": {"name": "data_exchange", "payload": {"size": "${form.size}"}}}
        ),
        footer("data_exchange", {"name": "${form.name}"}),
        data={"greeting": string("An example")},
    ),
    screen("CHECK", heading("Check"), footer("complete", {"ok": "yes"}, label="Send"), terminal=True),
    routing={"NAME": ["CHECK"], "CHECK": []},
)


class Bench:
    """A folder with a Flow and its steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, document: Json | str, steps: Any, *options: str) -> Result:
        flow_file, steps_file = self.folder / "flow.json", self.folder / "steps.json"
        flow_file.write_text(document if isinstance(document, str) else json.dumps(document))
        steps_file.write_text(steps if isinstance(steps, str) else json.dumps(steps))
        given = [str(flow_file), "--steps", str(steps_file), "--format", "json", *options]
        return CliRunner().invoke(application, given)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def lines(result: Result) -> list[Json]:
    return [json.loads(line) for line in result.stdout.splitlines()]


GOOD = [{"fill": {"name": "Bea"}}, {"tap": "Continue"}, {"expect": {"text": "Bea"}}, {"tap": "Send"}]


def test_a_static_flow_completes(bench: Bench) -> None:
    result = bench.run(STATIC, GOOD, "--flow-token", "t-1")
    assert result.exit_code == 0
    assert lines(result) == [
        {"screen": "NAME", "data": {}},
        {"screen": "CHECK", "data": {"who": "Bea"}},
        {"complete": {"name": "Bea", "flow_token": "t-1"}},
    ]


def test_text_for_people(bench: Bench) -> None:
    result = bench.run(STATIC, GOOD, "--format", "text")
    assert result.exit_code == 0
    assert "Screen CHECK\n    who  Bea\n" in result.stdout
    assert 'Completed  {"name":"Bea"' in result.stdout


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([{"tap": "Continue"}], "Name is required"),
        ([{"tap": "Xyz"}], "There are: name, Continue."),
        ([{"tap": "Contineu"}], "Did you mean 'Continue'?"),
        ([{"fill": {"nmae": "x"}}], "Did you mean 'name'?"),
        ([{"expect": {"screen": "CHECK"}}], "'NAME', not 'CHECK'"),
        ([*GOOD, {"tap": "Send"}], "Nothing can be"),
    ],
)
def test_what_cannot_be_done_is_status_1_and_says_why(bench: Bench, steps: Any, words: str) -> None:
    result = bench.run(STATIC, steps)
    assert result.exit_code == 1
    error = lines(result)[-1]["error"]
    assert words in error["message"]
    assert error["step"] == len(steps)


def test_steps_that_end_early_are_status_3(bench: Bench) -> None:
    assert bench.run(STATIC, GOOD[:2]).exit_code == 3
    assert bench.run(STATIC, []).exit_code == 3
    assert bench.run(STATIC, ["back"]).exit_code == 3


@pytest.mark.parametrize(
    ("document", "steps", "options", "words"),
    [
        ("{", GOOD, [], "flow.json:1:"),
        ({"screens": []}, GOOD, [], "no screen"),
        (STATIC, "- jump: 1", [], "'jump'"),
        (STATIC, GOOD, ["--screen", "NOWHERE"], "NAME, CHECK"),
        (STATIC, GOOD, ["--data", "{"], "--data is not JSON"),
        (STATIC, GOOD, ["--data", "[]"], "object"),
        (STATIC, GOOD, ["--data", "@/nowhere/x.json"], "cannot be read"),
        (STATIC, GOOD, ["--steps", "/nowhere/steps"], "cannot be read"),
        (ASKING, GOOD, ["--endpoint", "http://127.0.0.1:9"], "--public-key"),
        (ASKING, GOOD, ["--endpoint", "ftp://x"], "not an http address"),
        (ASKING, GOOD, ["--endpoint", "http://127.0.0.1:9", "--public-key", __file__], "test_run.py"),
    ],
)
def test_unusable_input_is_status_2_and_one_sentence(
    bench: Bench, document: Any, steps: Any, options: list[str], words: str
) -> None:
    result = bench.run(document, steps, *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output


def test_without_steps_and_without_a_terminal_it_says_that_it_only_opened(tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text(json.dumps(STATIC))
    result = CliRunner().invoke(application, [str(tmp_path / "flow.json")])
    assert result.exit_code == 3
    assert "give --steps" in result.stderr


def test_an_exchange_is_told_once(bench: Bench, way: list[str]) -> None:
    result = bench.run(ASKING, [{"fill": {"name": "Bea"}}, {"tap": "Continue"}], *way, "--format", "text")
    told = re.sub(r"in \d+ ms", "in … ms", result.stdout)
    assert (
        told
        == """\
  → INIT
  ← 200 in … ms, NAME
Screen NAME
    greeting  Good morning
  → data_exchange NAME
      name  Bea
  ← 200 in … ms, CHECK
Screen CHECK
"""
    )


def test_a_screen_and_its_data_can_be_named(bench: Bench) -> None:
    result = bench.run(
        STATIC, [{"expect": {"text": "Cleo"}}, {"tap": "Send"}], "--screen", "CHECK", "--data", '{"who":"Cleo"}'
    )
    assert result.exit_code == 0
    assert lines(bench.run(STATIC, [], "--screen", "CHECK"))[0] == {"screen": "CHECK", "data": {"who": "Ada"}}


def test_without_an_endpoint_the_exchange_is_told_and_the_run_ends(bench: Bench) -> None:
    result = bench.run(ASKING, [{"fill": {"name": "Ada"}}, {"tap": "Continue"}, {"tap": "Send"}])
    assert result.exit_code == 3
    opened, exchange, error = lines(result)
    assert opened == {"screen": "NAME", "data": {"greeting": "An example"}}
    assert exchange["exchange"]["request"]["data"] == {"name": "Ada"}
    assert exchange["exchange"]["response"] is None
    assert "--endpoint" in error["error"]["message"]


class Business(Served):
    """A real endpoint on a real port."""

    def __init__(self, keys: KeyPair) -> None:
        self.requests: list[Request] = []
        self._app = Endpoint(private_key=keys.private_pem, app_secret="shh")
        self._app.on_init(self.begin)
        self._app.on("NAME")(self.name)
        super().__init__(self._app)

    def begin(self, request: Request) -> Screen:
        self.requests.append(request)
        return Screen("NAME", {"greeting": "Good morning"})

    def name(self, request: Request) -> Screen | Finish | Answer:
        self.requests.append(request)
        match request.data.get("name"):
            case "expired":
                raise TokenExpired("Already answered.")
            case "wrong":
                return Screen("NAME", {"greeting": 5})
            case "done":
                return Finish({"flow_token": request.flow_token, "from": "endpoint"})
            case "silent":
                return Answer({"screen": "SUCCESS", "data": {}})
            case None:
                return Screen("NAME", {"greeting": f"Size {request.data['size']}"})
        return Screen("CHECK", {})


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return generate_key_pair()


@pytest.fixture
def business(keys: KeyPair) -> Iterator[Business]:
    with Business(keys) as running:
        yield running


@pytest.fixture
def way(business: Business, keys: KeyPair, tmp_path: Path) -> list[str]:
    (tmp_path / "public.pem").write_text(keys.public_pem)
    return ["--endpoint", business.url, "--public-key", str(tmp_path / "public.pem"), "--app-secret", "shh"]


def test_with_an_endpoint_the_flow_opens_by_init_and_runs_to_the_end(
    bench: Bench, business: Business, way: list[str]
) -> None:
    steps = [
        {"expect": {"text": "Good morning", "request": {"action": "INIT", "screen": ""}}},
        {"select": {"size": "m"}},
        {"expect": {"text": "Size m", "form": {"size": "m"}}},
        {"fill": {"name": "Ada"}},
        {"tap": "Continue"},
        {"expect": {"screen": "CHECK"}},
        {"tap": "Send"},
    ]
    result = bench.run(ASKING, steps, *way, "--flow-token", "t-9")
    assert result.exit_code == 0, result.output
    told = lines(result)
    exchanges = [line["exchange"] for line in told if "exchange" in line]
    assert [exchange["request"]["action"] for exchange in exchanges] == ["INIT", "data_exchange", "data_exchange"]
    assert all(exchange["status"] == 200 and exchange["ms"] >= 0 for exchange in exchanges)
    assert exchanges[0]["response"] == {"screen": "NAME", "data": {"greeting": "Good morning"}}
    assert told[-1] == {"complete": {"ok": "yes", "flow_token": "t-9"}}
    assert [request.flow_token for request in business.requests] == ["t-9"] * 3


def test_with_a_screen_it_opens_without_asking(bench: Bench, business: Business, way: list[str]) -> None:
    told = lines(bench.run(ASKING, [], *way, "--screen", "NAME", "--data", '{"greeting": "Welcome"}'))
    assert told[0] == {"screen": "NAME", "data": {"greeting": "Welcome"}}
    assert lines(bench.run(ASKING, [], *way, "--screen", "CHECK"))[0] == {"screen": "CHECK", "data": {}}
    assert business.requests == []


def test_data_without_a_screen_gives_way_to_the_endpoint(bench: Bench, business: Business, way: list[str]) -> None:
    result = bench.run(ASKING, [], *way, "--data", '{"greeting": "Welcome"}')
    assert "--data is not used" in result.stderr
    assert [request.action for request in business.requests] == ["INIT"]


def test_a_fill_of_a_choice_that_acts_runs_its_action(bench: Bench, way: list[str]) -> None:
    steps = [{"fill": {"name": "done", "size": "s"}}, {"expect": {"text": "Size s"}}, {"tap": "Continue"}]
    result = bench.run(ASKING, steps, *way)
    assert result.exit_code == 0, result.output
    assert lines(result)[-1] == {"complete": {"flow_token": "unused", "from": "endpoint"}}


def test_an_end_without_a_response_is_told(bench: Bench, way: list[str]) -> None:
    result = bench.run(ASKING, [{"fill": {"name": "silent"}}, {"tap": "Continue"}], *way)
    assert result.exit_code == 3
    assert "closed the Flow without a message" in lines(result)[-1]["closed"]


def test_failures_of_the_endpoint_are_told(bench: Bench, way: list[str]) -> None:
    steps = [
        {"fill": {"name": "wrong"}},
        {"tap": "Continue"},
        {"expect": {"notice": "Something went wrong."}},
    ]
    result = bench.run(ASKING, steps, *way)
    assert result.exit_code == 3
    assert lines(result)[-1]["error"]["type"] == "payload-schema-error"
    used_up = bench.run(ASKING, [{"fill": {"name": "expired"}}, {"tap": "Continue"}], *way)
    assert used_up.exit_code == 3
    assert {"expired": "Already answered."} in lines(used_up)
    unopened = bench.run(ASKING, [{"expect": {"screen": "NAME"}}], *way[:-1], "other")
    assert "No screen is shown, so it is not 'NAME'. The phone shows: " in lines(unopened)[-1]["error"]["message"]
    wrong_secret = bench.run(ASKING, [], *way[:-1], "other")
    (exchange, error) = lines(wrong_secret)
    assert exchange["exchange"]["status"] == 432
    assert error["error"]["type"] == "unexpected_http_status_code"


def test_nobody_listening_is_an_error_screen_not_a_traceback(bench: Bench, keys: KeyPair, tmp_path: Path) -> None:
    (tmp_path / "public.pem").write_text(keys.public_pem)
    result = bench.run(ASKING, [], "--endpoint", "http://127.0.0.1:9/", "--public-key", str(tmp_path / "public.pem"))
    assert result.exit_code == 3
    assert lines(result)[-1]["error"]["type"] == "no_http_response_error"
