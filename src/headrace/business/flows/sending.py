"""Sending Flows from the business: what may be sent, and the record that is there before the message is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import CopyFacts, current_copy
from headrace.business.flows.messages import TOPIC, callback_data, settle
from headrace.business.flows.models import FlowMessage
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, Permission, topic
from headrace.business.team.audit import Act, note
from headrace.business.team.scope import change_of
from headrace.business.whatsapp import FlowInvitation, RemoteFlow, Sender, WhatsAppRefused
from headrace.business.whatsapp.messages import list_senders, send_invitation
from headrace.database import touch
from headrace.protocol import FlowStatus, MessageStatus

LONGEST_BODY = 1024
LONGEST_BUTTON = 30
LONGEST_LINE = 60
LONGEST_TOKEN = 400
"""The token comes back with every status, in a member that WhatsApp limits to 512 characters."""

_NEVER_SENT: Mapping[str, str] = {
    FlowStatus.DEPRECATED: "A deprecated Flow can no longer be sent.",
    FlowStatus.BLOCKED: "A blocked Flow cannot be sent before its endpoint answers again.",
}
_NO_JSON = "There is nothing to send before its Flow JSON is uploaded."


class NotSendable(Exception):
    """What was asked for cannot be sent. The words are fit to be shown."""


@dataclass(frozen=True)
class Sending:
    """What somebody wants sent: from which sender to whom, with which words.

    `screen` is the first screen, empty for the Flow's own, and `data` what it is opened with; both only where the Flow
    opens without asking its endpoint. Without `flow_token` one is made.
    """

    sender_id: str
    wa_id: str
    body: str
    cta: str
    header: str = ""
    footer: str = ""
    flow_token: str = ""
    action: str = ""
    screen: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SendableFlow:
    """A Flow with the connection it is sent through and the senders of its account."""

    connection: Connection
    flow: RemoteFlow
    senders: list[Sender]


def obstacle(flow: RemoteFlow) -> str | None:
    """Why WhatsApp would refuse this Flow whatever the message; none when it may be sent."""
    return _NEVER_SENT.get(flow.status) or (None if flow.json_version else _NO_JSON)


async def sendable(context: BusinessContext, caller: Caller, flow_id: str) -> SendableFlow:
    """What is needed to send a Flow. Raises `WhatsAppRefused`."""
    caller.require(Permission.SEND_FLOWS)
    connection, flow = await find_flow(context, caller, flow_id)
    senders = await list_senders(context.whatsapp(connection))
    return SendableFlow(connection, flow, [sender for sender in senders if sender.waba_id == flow.waba_id])


async def send_flow(context: BusinessContext, caller: Caller, chosen: SendableFlow, sending: Sending) -> str:
    """Sends a Flow to a person and returns the message's wamid. Raises `NotSendable` and `WhatsAppRefused`.

    A Flow with an endpoint opens by asking it (`data_exchange`), one without on its first screen.
    """
    caller.require(Permission.SEND_FLOWS)
    _check(chosen, sending)
    flow, connection = chosen.flow, chosen.connection
    copy = await current_copy(context, connection, flow.id, flow)
    token = sending.flow_token or context.identifiers.token()
    whatsapp, invitation = context.whatsapp(connection), _invitation(flow, sending, token)
    recorded = Recorded(flow.id, flow.name, copy, token, sending.sender_id, sending.wa_id)
    return await send_recorded(
        context, caller, recorded, lambda: send_invitation(whatsapp, invitation, sending.sender_id, sending.wa_id)
    )


@dataclass(frozen=True)
class Recorded:
    """What is written down of a message before it is sent. One that carries no Flow is not kept (`is_kept`)."""

    flow_id: str | None
    name: str
    copy: CopyFacts | None
    flow_token: str
    sender_id: str
    wa_id: str
    is_kept: bool = True


async def send_recorded(
    context: BusinessContext, caller: Caller, recorded: Recorded, send: Callable[[], Awaitable[str]]
) -> str:
    """Records a message, sends it, records what came of it; returns the wamid. Raises `WhatsAppRefused`."""
    message_id = await _record(context, caller, recorded)
    try:
        wamid = await send()
    except WhatsAppRefused as refusal:
        failed = {"status": MessageStatus.FAILED.value, "error": refusal.details or refusal.message}
        async with context.database.transaction() as session:
            await session.execute(change_of(caller, FlowMessage).where(FlowMessage.id == message_id).values(failed))
            await touch(session, topic(caller, TOPIC))
        raise
    async with context.database.transaction() as session:
        if recorded.is_kept:
            await settle(session, caller, {recorded.flow_token: wamid})
        await note(session, caller, Act.SENT, recorded.name, context.clock.now(), f"to +{recorded.wa_id}")
        await touch(session, topic(caller, TOPIC))
    return wamid


async def _record(context: BusinessContext, caller: Caller, recorded: Recorded) -> int:
    if not recorded.is_kept:
        return 0
    async with context.database.transaction() as session:
        record = FlowMessage(
            workspace_id=caller.workspace_id,
            flow_id=recorded.flow_id,
            flow_name=recorded.name[:200],
            flow_copy_id=None if recorded.copy is None else recorded.copy.id,
            flow_token=recorded.flow_token,
            phone_number_id=recorded.sender_id,
            wa_id=recorded.wa_id,
            status=MessageStatus.ACCEPTED.value,
            sent_at=context.clock.now(),
        )
        session.add(record)
        await session.flush()
        return record.id


def _check(chosen: SendableFlow, sending: Sending) -> None:
    problem = obstacle(chosen.flow)
    if problem is not None:
        raise NotSendable(problem)
    if sending.sender_id not in {sender.id for sender in chosen.senders}:
        raise NotSendable("Choose one of this account's senders.")
    if not 1 <= len(sending.body.strip()) <= LONGEST_BODY:
        raise NotSendable(f"The message needs a text of 1 to {LONGEST_BODY} characters.")
    if not 1 <= len(sending.cta.strip()) <= LONGEST_BUTTON:
        raise NotSendable(f"The button needs a text of 1 to {LONGEST_BUTTON} characters.")
    for what, text in (("header", sending.header), ("footer", sending.footer)):
        if len(text) > LONGEST_LINE:
            raise NotSendable(f"The {what} has {len(text)} characters; at most {LONGEST_LINE} are allowed.")
    if len(sending.flow_token) > LONGEST_TOKEN:
        raise NotSendable(f"The flow token has {len(sending.flow_token)} characters; at most {LONGEST_TOKEN} fit.")


def _invitation(flow: RemoteFlow, sending: Sending, token: str) -> FlowInvitation:
    return FlowInvitation(
        flow_id=flow.id,
        flow_token=token,
        cta=sending.cta,
        body=sending.body,
        action=sending.action or ("data_exchange" if flow.has_endpoint else "navigate"),
        mode="draft" if flow.status == FlowStatus.DRAFT else "published",
        callback_data=callback_data(token),
        header=sending.header.strip(),
        footer=sending.footer.strip(),
        screen=sending.screen,
        data=sending.data,
    )
