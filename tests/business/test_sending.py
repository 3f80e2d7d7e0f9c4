"""Sending a Flow: the record is there before the message is, and what cannot be sent is refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.business.webhooks import deliver, echo, envelope, reply, status, template_echo
from tests.business.workspace import Member, make_member
from tests.console.whatsapp_server import WABAS, WhatsAppServer, flow, serving

from headrace.business.context import BusinessContext
from headrace.business.flows.models import FlowCopy, FlowMessage
from headrace.business.flows.sending import NotSendable, Sending, send_flow, sendable
from headrace.business.whatsapp import WhatsAppRefused
from headrace.clock import ManualClock

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

SENDING = Sending(sender_id="501", wa_id="447700900101", body="Hello", cta="Open")


@pytest.fixture
async def server() -> AsyncIterator[WhatsAppServer]:
    flows = [flow("901", "Sign up"), flow("902", "Refer a friend", "DRAFT"), flow("905", "Claim", "BLOCKED")]
    async with serving(WhatsAppServer(flows=flows)) as server:
        yield server


@pytest.fixture
async def sender(context: BusinessContext, server: WhatsAppServer) -> Member:
    return await make_member(context, "Sender", base_url=server.url, waba_ids=tuple(WABAS))


async def send(context: BusinessContext, sender: Member, flow_id: str = "901") -> str:
    chosen = await sendable(context, sender.caller, flow_id)
    return await send_flow(context, sender.caller, chosen, SENDING)


async def records(context: BusinessContext) -> list[FlowMessage]:
    async with context.database.reading() as session:
        return list(await session.scalars(select(FlowMessage).order_by(FlowMessage.id)))


async def test_the_record_has_the_flow_its_copy_and_its_token(
    context: BusinessContext, sender: Member, server: WhatsAppServer
) -> None:
    wamid = await send(context, sender)
    (record,) = await records(context)
    (sent,) = server.sent
    parameters = sent["interactive"]["action"]["parameters"]
    assert (record.wamid, record.flow_name, record.status) == (wamid, "Sign up", "accepted")
    assert record.flow_token == parameters["flow_token"]
    assert sent["biz_opaque_callback_data"] == f"headrace:{record.flow_token}"
    async with context.database.reading() as session:
        assert (await session.execute(select(FlowCopy.id))).scalar_one() == record.flow_copy_id


async def test_a_status_that_comes_before_the_answer_does_no_harm(
    context: BusinessContext, sender: Member, server: WhatsAppServer
) -> None:
    async def tell(message: dict[str, str], wamid: str) -> None:
        told = status(wamid, "sent", biz_opaque_callback_data=message["biz_opaque_callback_data"])
        await deliver(context, sender.connection, told)

    server.before_answer = tell
    wamid = await send(context, sender)
    (record,) = await records(context)
    assert (record.wamid, record.status) == (wamid, "sent")


@pytest.mark.parametrize("has_token", [True, False])
async def test_an_echo_that_comes_before_the_answer_leaves_one_record(
    context: BusinessContext, sender: Member, server: WhatsAppServer, has_token: bool
) -> None:
    async def tell(message: dict[str, Any], wamid: str) -> None:
        token = message["interactive"]["action"]["parameters"]["flow_token"]
        told = echo(wamid, flow_id="901", token=token)
        if not has_token:
            told = told.replace(b'"flow_token"', b'"none"')
        await deliver(context, sender.connection, told)

    server.before_answer = tell
    wamid = await send(context, sender)
    (record,) = await records(context)
    assert (record.wamid, record.flow_name, record.phone_number_id) == (wamid, "Sign up", "501")
    assert record.flow_token == server.sent[0]["interactive"]["action"]["parameters"]["flow_token"]


async def test_a_refused_message_leaves_its_reason(
    context: BusinessContext, sender: Member, server: WhatsAppServer
) -> None:
    server.refuse_messages(131009, "Parameter value is not valid", "The Flow is not published yet.")
    with pytest.raises(WhatsAppRefused):
        await send(context, sender)
    (record,) = await records(context)
    assert (record.wamid, record.status, record.error) == (None, "failed", "The Flow is not published yet.")


async def test_a_blocked_flow_is_not_sent(context: BusinessContext, sender: Member, server: WhatsAppServer) -> None:
    with pytest.raises(NotSendable, match="blocked"):
        await send(context, sender, "905")
    assert server.sent == []


class TestCopies:
    """How often WhatsApp is asked for a Flow and for its JSON."""

    async def test_a_published_flow_is_copied_once(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer
    ) -> None:
        await deliver(context, sender.connection, *(echo(f"wamid.{number}", flow_id="901") for number in range(20)))
        asked = list(server.asked)
        assert asked == ["901", "901/assets", "download/901"]
        await deliver(context, sender.connection, echo("wamid.later", flow_id="901"))
        assert server.asked == asked
        assert len({record.flow_copy_id for record in await records(context)}) == 1

    async def test_a_template_is_asked_once_which_flow_it_opens(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer
    ) -> None:
        button = {"type": "FLOW", "text": "Open", "flow_id": 901}
        visit = {"id": "1", "name": "visit", "language": "en_GB"}
        server.templates = [
            {**visit, "components": [{"type": "BODY", "text": "Hello."}, {"type": "BUTTONS", "buttons": [button]}]},
            {**visit, "id": "2", "name": "visit_again", "components": []},
        ]
        for wamid, name in (("wamid.1", "visit"), ("wamid.2", "visit"), ("wamid.3", "visit_again")):
            await deliver(context, sender.connection, template_echo(wamid, name, token="t-1"))
        assert [(record.wamid, record.flow_name, record.flow_token) for record in await records(context)] == [
            ("wamid.1", "Sign up", "t-1"),
            ("wamid.2", "Sign up", "t-1"),
        ]
        assert server.asked.count("1/message_templates") == 2

    async def test_it_is_compared_again_after_a_webhook_that_tells_of_it(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer
    ) -> None:
        await deliver(context, sender.connection, echo("wamid.1", flow_id="901"))
        server.asked.clear()
        change = envelope({"event": "FLOW_STATUS_CHANGE", "flow_id": "901"}, "flows")
        await deliver(context, sender.connection, change, echo("wamid.2", flow_id="901"))
        assert server.asked == ["901"]
        server.flows = [flow("901", "Sign up", updated_at="2026-11-22T13:59:00+0000")]
        server.texts["901"] = '{"screens": []}'
        await deliver(context, sender.connection, change, echo("wamid.3", flow_id="901"))
        first, second, third = [record.flow_copy_id for record in await records(context)]
        assert first == second
        assert third != second

    async def test_a_draft_is_compared_for_every_batch(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer
    ) -> None:
        await deliver(context, sender.connection, echo("wamid.1", flow_id="902"), echo("wamid.2", flow_id="902"))
        assert server.asked == ["902", "902/assets", "download/902"]
        await deliver(context, sender.connection, echo("wamid.3", flow_id="902"))
        assert server.asked[3:] == ["902"]

    async def test_one_that_was_changed_within_the_second_it_was_read_in_is_read_again(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer
    ) -> None:
        server.flows = [flow("902", "Refer", "DRAFT", updated_at="2026-11-22T14:00:00+0000")]
        await deliver(context, sender.connection, echo("wamid.1", flow_id="902"))
        server.asked.clear()
        await deliver(context, sender.connection, echo("wamid.2", flow_id="902"))
        assert server.asked == ["902", "902/assets", "download/902"]

    async def test_one_that_whatsapp_refused_is_left_alone_for_a_minute(
        self, context: BusinessContext, sender: Member, server: WhatsAppServer, clock: ManualClock
    ) -> None:
        """Or every batch would wait for a WhatsApp that does not answer."""
        server.flows = []
        await deliver(context, sender.connection, echo("wamid.1", flow_id="901"))
        await deliver(context, sender.connection, echo("wamid.2", flow_id="901"))
        assert server.asked == ["901"]
        server.flows = [flow("901", "Sign up")]
        clock.advance(timedelta(minutes=1))
        await deliver(context, sender.connection, envelope(reply('{"a":"1"}', answers="wamid.1")))
        first, second = await records(context)
        assert (first.flow_name, second.flow_copy_id) == ("Sign up", None)
        assert first.flow_copy_id is not None
