"""Whole servers as processes of their own, spoken to over loopback only."""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 20.0
Found = TypeVar("Found")


def free_port() -> int:
    """A port for what must know it before it listens: below those that the system gives to connections going out."""
    for port in random.SystemRandom().sample(range(12_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port of this machine is free")


def wait_until(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """Looks until there is something; fails with `what` was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


@dataclass
class Box:
    """One `headrace serve`, with what it printed."""

    data: Path
    process: subprocess.Popen[str]
    credentials: dict[str, Any]
    log: Path
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=30)

    @property
    def url(self) -> str:
        return str(self.credentials.get("base_url", "http://127.0.0.1"))  # a worker has none

    def graph(self, method: str, path: str, **arguments: Any) -> Any:
        """Calls the Graph API with the developer's token and returns the JSON of a success."""
        answer = self.graph_answer(method, path, **arguments)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def graph_answer(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.credentials['access_token']}"}
        return self.client.request(method, f"/v23.0/{path}", headers=headers, **arguments)

    def make_flow(self, name: str, text: str, *, endpoint_uri: str | None = None, publish: bool = True) -> str:
        """Creates a Flow, uploads its JSON and publishes it; returns its id."""
        parameters: dict[str, Any] = {"name": name, "categories": ["OTHER"]}
        if endpoint_uri:
            parameters["endpoint_uri"] = endpoint_uri
        flow_id = str(self.graph("POST", f"{self.credentials['waba_id']}/flows", json=parameters)["id"])
        uploaded = self.graph(
            "POST",
            f"{flow_id}/assets",
            files={"file": ("flow.json", text.encode(), "application/json")},
            data={"name": "flow.json", "asset_type": "FLOW_JSON"},
        )
        assert uploaded["validation_errors"] == []
        if publish:
            self.graph("POST", f"{flow_id}/publish")
        return flow_id

    def send_flow(self, flow_id: str, wa_id: str, **parameters: Any) -> str:
        """Sends an interactive Flow message and returns its wamid."""
        message = {
            "messaging_product": "whatsapp",
            "to": wa_id,
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "body": {"text": "A Flow for you"},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_id": flow_id,
                        "flow_cta": "Open",
                        "flow_token": f"token-{flow_id}",
                        **parameters,
                    },
                },
            },
        }
        answer = self.graph("POST", f"{self.credentials['phone_number_id']}/messages", json=message)
        return str(answer["messages"][0]["id"])

    def register_key(self, public_key: str) -> None:
        path = f"{self.credentials['phone_number_id']}/whatsapp_business_encryption"
        self.graph("POST", path, data={"business_public_key": public_key})

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise


def serve_command(data: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "headrace", "serve", "--data", str(data), "--format", "json", *options]


def start_box(data: Path, port: int = 0, *options: str, name: str = "") -> Box:
    """Starts a server and waits until it says where it is; `name` tells several of one folder apart."""
    return launch(data, port, *options, name=name)()


def launch(data: Path, port: int = 0, *options: str, name: str = "") -> Callable[[], Box]:
    """Starts a server; what it returns waits until the server says where it is."""
    log = data.parent / f"{name or data.name}.log"
    command = serve_command(data, "--port", str(port), *options)
    with log.open("ab") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)

    def wait() -> Box:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"headrace serve ended: {log.read_text()}"
        return Box(data, process, json.loads(line), log)

    return wait


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A fresh box for the tests of one module."""
    box = start_box(tmp_path_factory.mktemp("box") / "data")
    yield box
    box.stop()


@contextlib.contextmanager
def running(command: list[str], *, ready: str, log: Path, cwd: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """A process that prints a line containing `ready` once it listens; ended with the block."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("ab") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=cwd, env=environment)
    try:
        assert process.stdout is not None
        while True:
            line = process.stdout.readline()
            assert line, f"{command} ended: {log.read_text()}"
            if ready in line:
                break
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
