"""A subscriber that is away gets everything once and in order when it is back, also from a server that was killed."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.journey.conftest import Box, free_port, start_box, wait_until
from tests.journey.test_corpus import serving

pytestmark = pytest.mark.box

# `make test-all` lets it be away for a whole minute.
AWAY_SECONDS = float(os.environ.get("HEADRACE_AWAY_SECONDS", "1"))


class Receiver:
    """A webhook that keeps what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        routes = [Route("/", self.verify, methods=["GET"]), Route("/", self.receive, methods=["POST"])]
        self.app = Starlette(routes=routes)

    async def verify(self, request: Request) -> Response:
        return PlainTextResponse(request.query_params["hub.challenge"])

    async def receive(self, request: Request) -> Response:
        self.told.append(await request.json())
        return PlainTextResponse("")

    def statuses(self) -> list[tuple[str, str]]:
        """Which message reached what, in the order in which it was told."""
        values = [event["entry"][0]["changes"][0]["value"] for event in self.told]
        return [(entry["id"], entry["status"]) for value in values for entry in value.get("statuses", [])]


def send_text(box: Box, words: str) -> str:
    message = {
        "messaging_product": "whatsapp",
        "to": box.credentials["handsets"][0]["wa_id"],
        "text": {"body": words},
    }
    answer = box.graph("POST", f"{box.credentials['phone_number_id']}/messages", json=message)
    return str(answer["messages"][0]["id"])


def test_a_subscriber_that_was_away_gets_every_webhook_once_and_in_order(tmp_path: Path) -> None:
    receiver = Receiver()
    port = free_port()
    box = start_box(tmp_path / "data")
    try:
        with serving(receiver.app, port=port) as address:
            box.client.post(
                f"/v23.0/{box.credentials['app_id']}/subscriptions",
                data={
                    "access_token": f"{box.credentials['app_id']}|{box.credentials['app_secret']}",
                    "object": "whatsapp_business_account",
                    "callback_url": address,
                    "verify_token": "any",
                    "fields": "messages",
                },
            ).raise_for_status()
        sent = [send_text(box, f"Message {number}") for number in range(3)]
        time.sleep(AWAY_SECONDS / 2)
    finally:
        box.kill()
    again = start_box(tmp_path / "data", port=int(box.url.rsplit(":", 1)[1]))
    try:
        sent += [send_text(again, f"Message {number}") for number in range(3, 6)]
        time.sleep(AWAY_SECONDS / 2)
        assert receiver.told == []
        with serving(receiver.app, port=port):
            wait_until(lambda: len(receiver.statuses()) >= 12, "both statuses of six messages", seconds=40)
            time.sleep(0.5)
        assert receiver.statuses() == [(wamid, status) for wamid in sent for status in ("sent", "delivered")]
    finally:
        again.stop()
