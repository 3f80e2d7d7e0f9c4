"""The fixture `open_flow` in real runs of pytest, and what a failing test tells."""

import json
import subprocess
import sys

import pytest
from tests.cli.test_run import ASKING, STATIC

pytest_plugins = ["pytester"]

ENDPOINT = """
from headrace.exchange.endpoint import Endpoint, Finish, Screen
from headrace.exchange.keys import generate_key_pair

endpoint = Endpoint(private_key=generate_key_pair().private_pem, app_secret="secret")

@endpoint.on_init
def begin(request):
    return Screen("NAME", {"greeting": "Good morning"})

@endpoint.on("NAME")
def name(request):
    if request.data.get("size") == "s":
        return Screen("NAME", {"greeting": "Small, then"})
    if request.data.get("name") == "Eve":
        raise RuntimeError("the book is full")
    return Finish({"name": request.data["name"]})
"""


@pytest.fixture
def flows(pytester: pytest.Pytester) -> pytest.Pytester:
    (pytester.path / "flow.json").write_text(json.dumps(STATIC))
    (pytester.path / "asking.json").write_text(json.dumps(ASKING))
    (pytester.path / "served.py").write_text(ENDPOINT)
    pytester.syspathinsert()
    return pytester


def test_passing_tests(flows: pytest.Pytester) -> None:
    flows.makepyfile("""
        import asyncio
        import json
        import pytest
        from served import endpoint
        from headrace.flowjson.gallery import TEMPLATES
        from headrace.exchange.keys import generate_key_pair

        PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")

        def test_static(open_flow):
            flow = open_flow("flow.json", flow_token="t-1")
            assert flow.screen == "NAME"
            flow.fill(name="Bea")
            flow.tap("Continue")
            assert flow.data == {"who": "Bea"}
            assert "Bea" in flow.text
            flow.back()
            assert flow.form == {"name": "Bea"}
            flow.tap("Continue")
            flow.expect(screen="CHECK", text="Bea", footer=True)
            flow.tap("Send")
            assert flow.status == "completed"
            assert flow.response == {"name": "Bea", "flow_token": "t-1"}
            assert flow.exchanges == []

        def test_an_app_in_this_process(open_flow):
            flow = open_flow("asking.json", endpoint=endpoint)
            assert flow.data["greeting"] == "Good morning"
            flow.select("size", "s")
            assert flow.data["greeting"] == "Small, then"
            flow.fill(name="Bea")
            flow.tap("Continue")
            assert flow.response["name"] == "Bea"
            assert [one.request["action"] for one in flow.exchanges] == ["INIT", "data_exchange", "data_exchange"]
            assert all(one.sealed_request for one in flow.exchanges)

        def test_within_a_running_loop(open_flow):
            async def inside():
                flow = open_flow("asking.json", endpoint=endpoint)
                flow.fill(name="Bea")
                flow.tap("Continue")
                return flow.status

            assert asyncio.run(inside()) == "completed"

        def test_what_the_endpoint_does_wrong_is_shown(open_flow):
            flow = open_flow("asking.json", endpoint=endpoint)
            flow.fill(name="Eve")
            flow.tap("Continue")
            assert flow.screen == "NAME"
            assert flow.error_type == "unexpected_http_status_code"
            assert flow.exchanges[-1].http_status == 500
            assert flow.notice

        def test_another_key(open_flow):
            flow = open_flow("asking.json", endpoint=endpoint, public_key=generate_key_pair().public_pem)
            assert flow.status == "error"
            assert flow.exchanges[-1].http_status == 421

        def test_given_answers(open_flow):
            greeting = {"screen": "NAME", "data": {"greeting": "Hello"}}
            for answers in (
                [greeting, {"screen": "CHECK", "data": {}}],
                {"INIT": greeting, "NAME": {"screen": "CHECK", "data": {}}},
                lambda asked: greeting if asked["action"] == "INIT" else {"screen": "CHECK", "data": {}},
            ):
                flow = open_flow("asking.json", endpoint=answers)
                assert flow.data["greeting"] == "Hello"
                flow.fill(name="Bea")
                flow.tap("Continue")
                assert flow.request["data"] == {"name": "Bea"}
                assert flow.screen == "CHECK"

        def test_files(open_flow, tmp_path):
            flow = open_flow(json.loads(TEMPLATES["components"].text()))
            flow.tap("Files")
            (tmp_path / "mill.png").write_bytes(PNG)
            flow.upload("photos", tmp_path / "mill.png")
            assert "mill.png" in flow.text
            with pytest.raises(AssertionError, match="no file 'mil.png'. Did you mean 'mill.png'"):
                flow.remove("photos", "mil.png")
            flow.remove("photos", "mill.png")
            assert "mill.png" not in flow.text

        def test_without_an_endpoint_the_request_is_seen(open_flow):
            flow = open_flow("asking.json")
            assert flow.data["greeting"] == "An example"
            flow.fill(name="Bea")
            flow.tap("Continue")
            assert flow.request["data"] == {"name": "Bea"}
            assert flow.status == "loading"
    """)
    result = flows.runpytest_subprocess("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=8)


FAILURES = {
    "flow = open_flow('flow.json'); flow.fill(nam='x')": (
        "*The screen NAME shows no input 'nam'. Did you mean 'name'?",
        "*The screen NAME:",
        "*── *",
        "*Before that: open.",
    ),
    "flow = open_flow('flow.json'); flow.tap('Continue')": (
        "*Cannot tap 'Continue': *required*",
        "*[[] Continue ] (shut)",
    ),
    "flow = open_flow('flow.json'); flow.fill(name='Bea'); flow.expect(screen='CHECK')": (
        "*The screen is 'NAME', not 'CHECK'.",
        "*Name: Bea",
        "*Before that: open, fill name='Bea'.",
    ),
    "flow = open_flow('flow.json', screen='CHEKC')": ("*no screen 'CHEKC'. Did you mean 'CHECK'?",),
    "flow = open_flow('missing.json')": ("*There is no Flow at 'missing.json'*",),
    "flow = open_flow('asking.json', endpoint=[])": ("*INIT is exchange 1, and 0 answers are given.",),
    "flow = open_flow('asking.json', endpoint={'NAME': {}})": ("*No answer is given for INIT. There are: NAME.",),
    "flow = open_flow('asking.json', endpoint=lambda asked: 1 / 0)": ("*division by zero", "*The phone shows:"),
    "flow = open_flow('asking.json', endpoint='http://127.0.0.1:1/')": ("*needs public_key=*",),
    "flow = open_flow('asking.json'); flow.fill(name='B'); flow.tap('Continue'); flow.back()": (
        "*Cannot back: the Flow waits for its endpoint. Give open_flow one with endpoint=.",
    ),
}


def test_failing_tests_draw_the_screen(flows: pytest.Pytester) -> None:
    tests = "\n".join(f"def test_{number}(open_flow):\n    {code}" for number, code in enumerate(FAILURES))
    flows.makepyfile(tests)
    result = flows.runpytest_inprocess("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=len(FAILURES))
    for words in FAILURES.values():
        result.stdout.fnmatch_lines(list(words))
    result.stdout.no_fnmatch_line("*local.py:*: in *")


def test_loading_the_plugin_imports_nothing_else() -> None:
    code = "import pytest, sys; old = set(sys.modules); import headrace.testing.plugin; print(set(sys.modules) - old)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(eval(done.stdout)) == {"headrace", "headrace.testing", "headrace.testing.plugin"}
