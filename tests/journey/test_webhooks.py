"""A subscriber that is away gets everything once and in order when it is back, also from a server that was killed."""

import os
import time
from pathlib import Path

import pytest
from tests.journey.conftest import Box, free_port, start_box, wait_until
from tests.journey.installation import Subscriber
from tests.serving import serving

pytestmark = pytest.mark.box

# `make test-all` lets it be away for a whole minute.
AWAY_SECONDS = float(os.environ.get("HEADRACE_AWAY_SECONDS", "1"))


def send_text(box: Box, words: str) -> str:
    message = {
        "messaging_product": "whatsapp",
        "to": box.credentials["handsets"][0]["wa_id"],
        "text": {"body": words},
    }
    answer = box.graph("POST", f"{box.credentials['phone_number_id']}/messages", json=message)
    return str(answer["messages"][0]["id"])


def test_a_subscriber_that_was_away_gets_every_webhook_once_and_in_order(tmp_path: Path) -> None:
    subscriber = Subscriber()
    port = free_port()
    box = start_box(tmp_path / "data")
    try:
        with serving(subscriber.app, port=port) as address:
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
        assert subscriber.told == []
        with serving(subscriber.app, port=port):
            wait_until(lambda: len(subscriber.statuses()) >= 12, "both statuses of six messages", seconds=40)
            time.sleep(0.5)
        assert subscriber.statuses() == [(wamid, status) for wamid in sent for status in ("sent", "delivered")]
    finally:
        again.stop()
