"""The whole path driven by pywa, unmodified, as a process of its own: only where Graph lives is changed."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journey.conftest import Box, free_port, wait_until

from headrace.exchange.keys import generate_key_pair
from headrace.testing import Handset

pytestmark = [pytest.mark.box, pytest.mark.spec("webhooks.md §3.5", "webhooks.md §3.8")]

STATIC = {
    "version": "7.3",
    "screens": [
        {
            "id": "NAME",
            "title": "Your name",
            "terminal": True,
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextInput", "name": "name", "label": "Name", "required": True},
                    {
                        "type": "Footer",
                        "label": "Send",
                        "on-click-action": {"name": "complete", "payload": {"name": "${form.name}", "kind": "static"}},
                    },
                ],
            },
        }
    ],
}

WITH_ENDPOINT = {
    "version": "7.3",
    "data_api_version": "3.0",
    "routing_model": {"NAME": ["GREETING"], "GREETING": []},
    "screens": [
        {
            "id": "NAME",
            "title": "Your name",
            "data": {"hint": {"type": "string", "__example__": "As on your card"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "TextInput",
                        "name": "name",
                        "label": "Name",
                        "required": True,
                        "helper-text": "${data.hint}",
                    },
                    {
                        "type": "Footer",
                        "label": "Continue",
                        "on-click-action": {"name": "data_exchange", "payload": {"name": "${form.name}"}},
                    },
                ],
            },
        },
        {
            "id": "GREETING",
            "title": "Hello",
            "terminal": True,
            "data": {"greeting": {"type": "string", "__example__": "Hello Ada"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextHeading", "text": "${data.greeting}"},
                    {
                        "type": "Footer",
                        "label": "Finish",
                        "on-click-action": {"name": "data_exchange", "payload": {}},
                    },
                ],
            },
        },
    ],
}


class Business:
    """The pywa process, and what it tells."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.told: list[dict[str, Any]] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, event: str, **members: Any) -> dict[str, Any]:
        """What the business told about `event`, waiting for it."""

        def look() -> dict[str, Any] | None:
            while not self._lines.empty():
                line = self._lines.get()
                if line.startswith("{"):
                    self.told.append(json.loads(line))
            wanted = {"event": event, **members}
            return next((entry for entry in self.told if wanted.items() <= entry.items()), None)

        return wait_until(look, f"pywa to tell {event!r} {members}; it told {self.told}")


def start(box: Box, flow: dict[str, Any], name: str, **settings: Any) -> subprocess.Popen[str]:
    script = Path(__file__).parent / "pywa_business.py"
    process = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    wanted: dict[str, Any] = {key: value for key, value in box.credentials.items() if isinstance(value, str)}
    wanted |= {"port": free_port(), "name": name, "flow_json": json.dumps(flow), **settings}
    assert process.stdin is not None
    process.stdin.write(json.dumps(wanted) + "\n")
    process.stdin.flush()
    return process


@pytest.fixture
def amara(box: Box) -> Handset:
    return Handset(box.credentials["handsets"][0]["url"])


@pytest.fixture
def business(box: Box, amara: Handset, request: pytest.FixtureRequest) -> Iterator[Business]:
    flow, has_endpoint = request.param
    settings: dict[str, str] = {}
    if has_endpoint:
        pair = generate_key_pair()
        settings = {"private_key": pair.private_pem, "public_key": pair.public_pem}
    process = start(box, flow, f"pywa {request.node.name}", to=amara.wa_id, **settings)
    yield Business(process)
    process.kill()
    process.communicate()


def check_management(business: Business) -> str:
    """What pywa did before anybody opened the Flow; returns the Flow message's id."""
    created = business.wait_for("created")
    assert created["id"].isdigit()
    assert business.wait_for("uploaded") == {"event": "uploaded", "success": True, "errors": []}
    assert business.wait_for("published")["success"] is True
    read = business.wait_for("read")
    assert (read["status"], read["version"]) == ("PUBLISHED", "7.3")
    assert business.wait_for("listed")["found"] is True
    return str(business.wait_for("sent")["id"])


@pytest.mark.parametrize("business", [(STATIC, False)], indirect=True, ids=["static"])
def test_a_static_flow(business: Business, amara: Handset) -> None:
    message = check_management(business)
    business.wait_for("status", id=message, status="sent")
    business.wait_for("status", id=message, status="delivered")
    flow = amara.open(message)
    assert flow.screen == "NAME"
    flow.fill(name="Ada Lovelace")
    flow.tap("Send")
    completed = business.wait_for("completed")
    assert completed["response"] == {"name": "Ada Lovelace", "kind": "static"}
    assert completed["token"] == "pywa-token"
    assert completed["message"] == message
    assert completed["person"] == amara.wa_id
    assert completed["name"] == "Amara"
    business.wait_for("status", id=message, status="read")


@pytest.mark.parametrize("business", [(WITH_ENDPOINT, True)], indirect=True, ids=["endpoint"])
def test_a_flow_whose_endpoint_is_pywas_own(business: Business, amara: Handset) -> None:
    message = check_management(business)
    assert business.wait_for("key set")["success"] is True
    flow = amara.open(message)
    assert flow.screen == "NAME"
    assert business.wait_for("request", action="INIT")["screen"] in (None, "")
    flow.fill(name="Ada")
    flow.tap("Continue")
    assert flow.screen == "GREETING"
    assert "Hello Ada" in flow.text
    flow.tap("Finish")
    completed = business.wait_for("completed")
    assert completed["response"] == {"greeted": True}
    assert completed["token"] == "pywa-token"
    asked = [entry["action"] for entry in business.told if entry["event"] == "request"]
    assert asked == ["INIT", "data_exchange", "data_exchange"]
