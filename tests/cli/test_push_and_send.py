"""A file on disk reaches a phone in two commands, and a third one hears what comes of it."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.commands import Run, headrace
from tests.platform.sample_flows import broken_flow_json, endpoint_flow_json, flow_json

from headrace.testing import FreshBox


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshBox]:
    with FreshBox(tmp_path_factory.mktemp("box") / "box") as box:
        yield box


def environment(box: FreshBox) -> dict[str, str]:
    found = box.credentials
    return {
        "HEADRACE_URL": found.base_url,
        "TOKEN": found.access_token,
        "WABA": found.waba_id,
        "PHONE": found.phone_number_id,
        "APP": found.app_id,
        "APP_SECRET": found.app_secret,
        "VERIFY_TOKEN": found.verify_token,
    }


@pytest.fixture
def run(box: FreshBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> Run:
        return headrace(*arguments, environment=environment(box), columns=120)

    return command


def test_two_commands(run, tmp_path: Path, box: FreshBox) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "eye-test.json"
    path.write_text(flow_json())
    pushed = run("push", str(path))
    assert (pushed.status, 'Flow "eye-test" is made, a draft.' in pushed.output) == (0, True), pushed
    flow_id = pushed.output.split()[0]
    amara = box.handset("Amara")
    amara.write("Hello")
    sent = run("send", flow_id, "--to", "amara")
    assert (sent.status, "It is on the phone" in sent.output) == (0, True), sent
    opened = amara.open(sent.output.split()[0])
    assert opened.screen == "ONE"
    path.write_text(flow_json("Good evening"))
    assert 'Flow "eye-test" is changed, a draft.' in run("push", str(path), "--publish").output
    assert run("send", "eye-test", "--to", f"+{amara.wa_id}", "--screen", "ONE", "--data", "{}").status == 0
    again = run("push", str(path))
    assert (again.status, "is published, and such a one is not changed" in again.complaints) == (1, True)


def test_mistakes_are_told_where_they_are(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    broken, asking = tmp_path / "flow.json", tmp_path / "asks.json"
    broken.write_text(broken_flow_json())
    asking.write_text(endpoint_flow_json())
    pushed = run("push", str(broken), "--name", "Broken")
    assert pushed.status == 1
    assert f"{broken}:" in pushed.output.replace("\n", "")
    assert "no more than" not in pushed.output
    many = json.loads(broken_flow_json())
    children = many["screens"][0]["layout"]["children"]
    children[:0] = [{"type": "TextHeadline", "text": "Hello"} for _ in range(60)]
    broken.write_text(json.dumps(many))
    pushed = run("push", str(broken), "--name", "Broken")
    assert "WhatsApp lists no more than 50 errors. All of them: headrace check" in pushed.output
    refused = run("push", str(asking), "--endpoint", "https://example.com/flow", "--publish")
    assert (refused.status, "public key" in refused.complaints.lower()) == (1, True), refused
    for arguments, words in [
        (("push", str(tmp_path / "none.json")), "cannot be read"),
        (("send", "nothing", "--to", "Amara"), "no Flow nothing"),
        (("send", "asks", "--to", "Nobody"), "Nobody is no number"),
        (("send", "asks", "--to", "Amara", "--data", "{"), "--data is not JSON"),
        (("send", "asks", "--to", "Amara", "--data", "{}"), "--data belongs to a --screen"),
    ]:
        told = run(*arguments)
        assert (told.status, words in told.complaints) == (2, True), told


def test_listening(box: FreshBox, tmp_path: Path) -> None:
    """As a process of its own, as it is used: it registers, prints, and takes its webhook back."""
    process = subprocess.Popen(
        [sys.executable, "-m", "headrace", "listen", "--full"],
        env={**os.environ, **environment(box), "PYTHONUNBUFFERED": "1"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    output = process.stdout
    assert output is not None

    def read() -> None:
        for line in output:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    seen: list[str] = []

    def wait_for(words: str) -> None:
        while not any(words in line for line in seen):
            seen.append(lines.get(timeout=30))

    try:
        wait_for("Listening on http://127.0.0.1:")
        box.handset("Amara").write("Is there \x1b[2J anybody?")
        wait_for("✓ messages  from 447700900101: Is there")
        assert not any("\x1b" in line for line in seen)
        wait_for('"contacts"')
        subscriptions = box.graph("GET", f"{box.credentials.app_id}/subscriptions", access_token=_app_token(box))
        assert subscriptions["data"][0]["callback_url"].startswith("http://127.0.0.1:")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    after = box.graph("GET", f"{box.credentials.app_id}/subscriptions", access_token=_app_token(box))
    assert after["data"] == [], json.dumps(after)


def _app_token(box: FreshBox) -> str:
    return f"{box.credentials.app_id}|{box.credentials.app_secret}"
