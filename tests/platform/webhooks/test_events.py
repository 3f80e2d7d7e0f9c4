"""The exact text of an event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.exchange.sealing import sign
from headrace.platform.webhooks.events import write_body, write_value

pytestmark = pytest.mark.spec("webhooks.md §3.3")

MOMENT = datetime(2023, 5, 24, 15, 15, 40, tzinfo=UTC)


def written(waba_id: str, field: str, value: dict[str, Any], moment: datetime) -> str:
    return write_body(waba_id, field, write_value(value), moment)


def test_a_flow_event_carries_its_time_on_the_envelope() -> None:
    event = json.loads(written("42", "flows", {"event": "FLOW_STATUS_CHANGE"}, MOMENT))
    assert event == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "42",
                "time": 1684941340,
                "changes": [{"field": "flows", "value": {"event": "FLOW_STATUS_CHANGE"}}],
            }
        ],
    }


def test_a_message_event_has_no_time() -> None:
    event = json.loads(written("42", "messages", {}, MOMENT))
    assert "time" not in event["entry"][0]


def test_everything_that_whatsapp_escapes_is_escaped() -> None:
    text = written("42", "messages", {"url": "https://a/b", "name": "Dália 🙂", "note": "5 % <a@b>"}, MOMENT)
    assert r"https:\/\/a\/b" in text
    assert r"D\u00e1lia \ud83d\ude42" in text
    assert r"5 \u0025 \u003Ca\u0040b>" in text
    assert text.isascii()


@given(st.text())
def test_a_reader_sees_what_was_meant(words: str) -> None:
    event = json.loads(written("42", "messages", {"words": words}, MOMENT))
    assert event["entry"][0]["changes"][0]["value"]["words"] == words


def test_the_signature_of_the_published_vector() -> None:
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    assert sign("test_app_secret", body) == "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756"
