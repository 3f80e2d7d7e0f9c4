"""`headrace relay` as the process that people start."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.cli.commands import headrace
from tests.serving import serving

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert headrace("keys", "new", "--no-password").status == 0
    return tmp_path


async def answer(request: Request) -> JSONResponse:
    asked = await request.json()
    if asked["action"] == "INIT":
        return JSONResponse({"screen": "HELLO", "data": {"greeting": "Good morning"}})
    params = {"flow_token": asked["flow_token"], **asked["data"]}
    return JSONResponse({"screen": "SUCCESS", "data": {"extension_message_response": {"params": params}}})


def test_a_flow_is_answered_by_a_plain_service_behind_it(folder: Path) -> None:
    hello = ROOT / "examples" / "hello"
    command = [sys.executable, "-m", "headrace", "relay", "--port", "0", "--app-secret", "secret", "--refuse"]
    with serving(Starlette(routes=[Route("/", answer, methods=["POST"])])) as service:
        command += ["--flow", str(hello / "flow.json"), service]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            address = process.stdout.readline().split()[1]
            way = ("--public-key", "public.pem", "--app-secret", "secret")
            assert headrace("doctor", address, *way).status == 0
            done = headrace(
                *("run", str(hello / "flow.json"), "--steps", str(hello / "steps.yaml"), "--endpoint", address, *way)
            )
            process.terminate()
            log = process.stderr.read()
            assert process.wait(10) in {0, -signal.SIGTERM}
    assert (done.status, 'Completed  {"flow_token":"unused","name":"Ida"}' in done.output) == (0, True)
    assert "data_exchange HELLO  token unused  service 200 in" in log
    assert "Ida" not in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("127.0.0.1:3000", "--app-secret", "x"), "not an http address"),
        (("http://127.0.0.1:1",), "--app-secret"),
        (("http://127.0.0.1:1", "--unsigned", "--keys", "nowhere", "--port", "0"), "headrace keys new"),
        (("http://127.0.0.1:1", "--unsigned", "--header", "nothing"), "no header"),
        (("http://127.0.0.1:1", "--unsigned", "--flow", "none.json"), "cannot be read"),
        (("http://127.0.0.1:1", "--unsigned", "--host", "203.0.113.1", "--port", "1"), "cannot be listened on"),
    ],
)
def test_what_cannot_be_used_is_said(arguments: tuple[str, ...], words: str) -> None:
    done = headrace("relay", *arguments)
    assert (done.status, words in done.complaints) == (2, True)


@pytest.mark.parametrize(
    "name", ["examples/relay/headrace-relay.service", "examples/relay/Containerfile", "docs/relay.md"]
)
def test_files_and_pages_name_options_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    if name.endswith(".md"):
        named = set(re.findall(r"`(--[a-z-]+)", text))
    else:
        named = set(re.findall(r"--[a-z-]+", "".join(re.findall(r"^(?:ExecStart|ENTRYPOINT).*", text, re.MULTILINE))))
    options = headrace("relay", "--help", columns=200).output
    assert named
    assert {option for option in named if option not in options} == set()
