"""Sending a Flow: the record is there before the message is, and an echo that comes first does no harm."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from headrace.business.flows.models import FlowMessage
from headrace.business.flows.service import send_flow
from headrace.business.messages import on_message_echoes
from headrace.business.responses.models import ReceivedWebhook
from headrace.business.side import BusinessSide
from headrace.business.whatsapp import RemoteFlow, WhatsApp, WhatsAppRefused

pytestmark = pytest.mark.anyio

FLOW = RemoteFlow("9001", "Sign up", "PUBLISHED", ("SIGN_UP",), "7.3", None, None, "1", "Millrace", None, 0)


async def send(side: BusinessSide) -> str:
    return await send_flow(side, FLOW, "447700900101", phone_number_id="55", cta="Open", body="Hello", mode="published")


async def records(side: BusinessSide) -> list[FlowMessage]:
    async with side.database.reading() as session:
        return list((await session.execute(select(FlowMessage))).scalars())


async def test_an_echo_that_comes_before_the_answer_is_replaced(
    side: BusinessSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send_and_echo(_self: WhatsApp, *_: Any, **sent: Any) -> str:
        parameters = {"flow_id": FLOW.id, "flow_token": sent["flow_token"]}
        interactive = {"type": "flow", "action": {"parameters": parameters}}
        value = {"message_echoes": [{"id": "wamid.out", "to": "447700900101", "interactive": interactive}]}
        webhook = ReceivedWebhook(
            received_at=datetime.fromisoformat("2026-11-22T14:00:00+00:00"), body="", signature=""
        )
        await on_message_echoes(side, webhook, value)
        return "wamid.out"

    monkeypatch.setattr(WhatsApp, "send_flow", send_and_echo)
    assert await send(side) == "wamid.out"
    (record,) = await records(side)
    assert (record.wamid, record.flow_name, record.status) == ("wamid.out", "Sign up", "accepted")


async def test_a_refused_message_leaves_its_reason(side: BusinessSide, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> str:
        raise WhatsAppRefused(131009, "Parameter value is not valid", "The Flow is not published yet.")

    monkeypatch.setattr(WhatsApp, "send_flow", refuse)
    with pytest.raises(WhatsAppRefused):
        await send(side)
    (record,) = await records(side)
    assert (record.wamid, record.status, record.error) == (None, "failed", "The Flow is not published yet.")
