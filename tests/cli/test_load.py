"""`headrace load`: many phones against a real endpoint, and what is said of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.cli.test_run import ASKING, STATIC, Business
from tests.exchange.broken import PADDINGS, BrokenEndpoint
from tests.interrupts import interruptible
from tests.serving import serving
from typer.testing import CliRunner, Result

from headrace.cli.load import load
from headrace.cli.reports.load import draw, summarise
from headrace.exchange.endpoint import Request, Screen
from headrace.exchange.faults import OAEP_SHA1
from headrace.exchange.keys import KeyPair, generate_key_pair
from headrace.simulator.load import Asked, Measured

application = typer.Typer()
application.command()(load)

GOOD = [{"select": {"size": "m"}}, {"fill": {"name": "Bea"}}, {"tap": "Continue"}, {"tap": "Send"}]


class Shop(Business):
    """Breaks on a name of its own, and is slow for another."""

    def name(self, request: Request) -> Any:
        if request.data.get("name") == "Boom":
            raise RuntimeError("out of order")
        if request.data.get("name") == "Slow":
            time.sleep(0.3)
        if request.data.get("name") == "Odd":
            return Screen("NOWHERE", {})
        return super().name(request)


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return generate_key_pair()


@pytest.fixture(scope="module")
def shop(keys: KeyPair) -> Iterator[Shop]:
    with Shop(keys) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, keys: KeyPair) -> Path:
    (tmp_path / "public.pem").write_text(keys.public_pem)
    (tmp_path / "flow.json").write_text(json.dumps(ASKING))
    (tmp_path / "steps.json").write_text(json.dumps(GOOD))
    return tmp_path


def arguments(folder: Path, url: str, *options: str, steps: Any = GOOD, secret: str = "shh") -> list[str]:
    (folder / "steps.json").write_text(json.dumps(steps))
    given = [str(folder / "flow.json"), "--endpoint", url, "--public-key", str(folder / "public.pem")]
    return [*given, "--app-secret", secret, "--steps", str(folder / "steps.json"), "--rate", "500", *options]


def run(folder: Path, shop: Shop, *options: str, **given: Any) -> Result:
    return CliRunner().invoke(application, arguments(folder, shop.url, *options, **given))


def results(result: Result) -> Any:
    return json.loads(result.stdout)


def test_every_phone_completes(folder: Path, shop: Shop) -> None:
    shop.requests.clear()
    result = run(folder, shop, "--phones", "40", "--format", "json", "--out", str(folder / "out.json"))
    assert result.exit_code == 0, result.output
    found = results(result)
    assert found["phones"] | {"latest_opening": 0} == {
        "wanted": 40,
        "opened": 40,
        "completed": 40,
        "failed": 0,
        "unfinished": 0,
        "a_second": 500,
        "latest_opening": 0,
        "have_steps": True,
    }
    assert [(row["name"], row["count"], row["failed"]) for row in found["exchanges"]] == [
        ("INIT", 40, 0),
        ("data_exchange NAME", 80, 0),
    ]
    assert found["total"]["p50"] <= found["total"]["p99"] <= found["total"]["max"]
    assert found["errors"] == {}
    assert found["health"]["figures"]["endpoint_error_rate"] == 0
    assert json.loads((folder / "out.json").read_text()) == found
    tokens = Counter(request.flow_token for request in shop.requests)
    begins = {token.rpartition("-")[0] for token in tokens}
    assert len(begins) == 1
    assert begins != {"load"}  # an endpoint may have seen those of another run
    assert tokens == {f"{begin}-{number}": 3 for begin in begins for number in range(1, 41)}


def test_a_broken_endpoint_would_be_blocked(folder: Path, shop: Shop) -> None:
    result = run(folder, shop, "--phones", "20", steps=[{"fill": {"name": "Boom"}}, {"tap": "Continue"}])
    assert result.exit_code == 1
    assert "unexpected_http_status_code 20" in result.stdout
    [said] = [line for line in result.stdout.splitlines() if line.startswith("  unexpected_http_status_code: ")]
    assert "500" in said
    assert "after 30 minutes throttled: failed requests 50.0%, over the limit of 50.0%" in result.stdout
    assert "after 60 minutes blocked" in result.stdout
    assert "20 ×" in result.stdout


def test_the_mistake_of_an_endpoint_is_named(folder: Path, keys: KeyPair) -> None:
    with serving(BrokenEndpoint(keys.private_pem, padding=PADDINGS["oaep-sha1"])) as address:
        result = CliRunner().invoke(application, arguments(folder, address, "--phones", "3"))
    assert result.exit_code == 1
    assert OAEP_SHA1.words in " ".join(result.stdout.split())


def test_answers_the_phone_cannot_use_are_its_errors_not_the_endpoints(folder: Path, shop: Shop) -> None:
    steps = [{"fill": {"name": "Odd"}}, {"tap": "Continue"}]
    found = results(run(folder, shop, "--phones", "12", "--format", "json", steps=steps))
    assert found["health"]["figures"]["endpoint_error_rate"] == 0
    assert found["health"]["figures"]["client_error_rate"] > 0.3
    assert found["phones"]["failed"] == 12


def test_a_slow_endpoint_does_not_slow_the_openings(folder: Path, shop: Shop) -> None:
    steps = [{"fill": {"name": "Slow"}}, {"tap": "Continue"}, {"tap": "Send"}]
    found = results(run(folder, shop, "--phones", "30", "--format", "json", steps=steps))
    assert found["phones"]["completed"] == 30
    row = found["exchanges"][1]
    assert row["p50"] >= 300
    assert found["seconds"] < 30 * 0.3


def test_steps_that_fail_are_counted_by_their_words(folder: Path, shop: Shop) -> None:
    result = run(folder, shop, "--phones", "5", steps=[{"tap": "Nothing"}])
    assert result.exit_code == 1
    assert "5 × step 1 (tap): " in result.stdout
    assert "5 failed" in result.stdout


def test_without_steps_phones_only_open(folder: Path, shop: Shop) -> None:
    given = arguments(folder, shop.url, "--phones", "12")
    del given[given.index("--steps") : given.index("--steps") + 2]
    result = CliRunner().invoke(application, given)
    assert result.exit_code == 0, result.output
    assert "12 opened  (500 a second)" in result.stdout
    assert "The Flow would stay published." in result.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"flow.json": json.dumps(STATIC)}, "has no endpoint"),
        ({"flow.json": "{"}, "flow.json"),
        ({"public.pem": "no key"}, "public.pem"),
        ({"steps.json": "- jump: 1"}, "'jump'"),
    ],
)
def test_unusable_input_is_status_2_and_one_sentence(
    folder: Path, shop: Shop, change: dict[str, str], words: str
) -> None:
    given = arguments(folder, shop.url)
    for name, text in change.items():
        (folder / name).write_text(text)
    result = CliRunner().invoke(application, given)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_ctrl_c_shows_what_was_measured(folder: Path, shop: Shop) -> None:
    given = arguments(folder, shop.url, "--phones", "1000", "--format", "json")
    given[given.index("--rate") + 1] = "5"
    with interruptible():
        process = subprocess.Popen(
            [sys.executable, "-m", "headrace", "load", *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    shop.requests.clear()
    while len(shop.requests) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    found = json.loads(out)
    assert 0 < found["phones"]["opened"] < 1000
    assert found["total"]["count"] > 0
    assert errors == b""


def test_the_verdict_names_the_figure() -> None:
    slow = Measured(opened=20, completed=20, seconds=60.0)
    slow.exchanges = [Asked(1.0, "INIT", None, 7_400, "answered", None, False)] * 20
    slow.pings = [(1.0, True)] * 5
    found = summarise(slow, phones=20, rate=1, has_steps=True)
    assert found["health"]["verdict"] == "throttled"
    assert "after 30 minutes throttled: p90 7.4 s, over the limit of 7.0 s" in draw(found)
    away = Measured(opened=20, seconds=60.0)
    away.exchanges = [Asked(1.0, "INIT", None, 3, "failed", "no_http_response_error", False)] * 20
    away.pings = [(1.0, False)] * 5
    found = summarise(away, phones=20, rate=1, has_steps=True)
    assert found["health"]["verdict"] == "blocked"
    assert "pings answered 0.0%, under the limit of 90.0%" in draw(found)
    few = summarise(Measured(opened=1, seconds=1.0), phones=1, rate=1, has_steps=True)
    assert few["health"]["verdict"] == "unknown"
    assert "Too few requests" in draw(few)
