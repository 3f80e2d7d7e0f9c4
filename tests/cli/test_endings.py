"""However a run ends, its error notice reaches the endpoint, and no connection is left open."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_run import ASKING
from tests.interrupts import interruptible
from tests.serving import Served

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import KeyPair, generate_key_pair

PATIENCE_SECONDS = 60.0


class Held(Served):
    """An endpoint whose second answer cannot be used. What comes afterwards, the notice, waits until it is let go."""

    def __init__(self, keys: KeyPair) -> None:
        self.notices: list[dict[str, Any]] = []
        self.notice_came = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()
        app = Endpoint(private_key=keys.private_pem, app_secret="shh")
        app.on_init(lambda request: Screen("NAME", {"greeting": "Good morning"}))
        app.on("NAME")(lambda request: Screen("NAME", {"greeting": 5}))
        app.on_error(self.notice)
        super().__init__(app)

    def notice(self, request: Request) -> None:
        self.notice_came.set()
        self.let_go.wait(PATIENCE_SECONDS)
        self.notices.append(dict(request.data))


@pytest.fixture(scope="module")
def keys() -> KeyPair:
    return generate_key_pair()


@pytest.fixture
def held(keys: KeyPair) -> Iterator[Held]:
    with Held(keys) as endpoint:
        yield endpoint
        endpoint.let_go.set()


@pytest.fixture
def command(held: Held, keys: KeyPair, tmp_path: Path) -> list[str]:
    steps = [{"fill": {"name": "Bea"}}, {"tap": "Continue"}, {"expect": {"screen": "CHECK"}}]
    (tmp_path / "flow.json").write_text(json.dumps(ASKING))
    (tmp_path / "steps.json").write_text(json.dumps(steps))
    (tmp_path / "public.pem").write_text(keys.public_pem)
    files = ["flow.json", "--steps", "steps.json", "--public-key", "public.pem"]
    return [
        sys.executable,
        "-W",
        "default::ResourceWarning",
        "-m",
        "headrace",
        "run",
        *files,
        "--endpoint",
        held.url,
        "--app-secret",
        "shh",
    ]


def started(command: list[str], folder: Path) -> subprocess.Popen[str]:
    with interruptible():
        return subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )


def test_a_step_that_fails_lets_the_notice_out(command: list[str], held: Held, tmp_path: Path) -> None:
    process = started(command, tmp_path)
    output, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "step 3 (expect)" in output
    assert len(held.notices) == 1
    assert complaints == ""


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_a_notice_waits(command: list[str], held: Held, tmp_path: Path, times: int) -> None:
    held.let_go.clear()
    process = started(command, tmp_path)
    assert held.notice_came.wait(PATIENCE_SECONDS)
    for _ in range(times):
        os.kill(process.pid, signal.SIGINT)
    _, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert complaints.strip() == "Stopped before the Flow was completed."


def test_ctrl_c_again_and_again_until_it_has_ended(command: list[str], held: Held, tmp_path: Path) -> None:
    held.let_go.clear()
    process = started(command, tmp_path)
    assert held.notice_came.wait(PATIENCE_SECONDS)
    while process.poll() is None:
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.002)  # as fast as no finger is; without a pause it would come to nothing else at all
    output, complaints = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, complaints.strip()) == (130, "Stopped before the Flow was completed."), output
