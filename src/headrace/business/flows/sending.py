"""Sending Flows from the business: what may be sent, and the record that is there before the message is."""

from collections.abc import Mapping
from dataclasses import dataclass

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import current_copy
from headrace.business.flows.messages import TOPIC, callback_data, settle
from headrace.business.flows.models import FlowMessage
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, Permission, topic
from headrace.business.team.scope import change_of
from headrace.business.whatsapp import FlowInvitation, RemoteFlow, Sender, WhatsAppRefused
from headrace.business.whatsapp.messages import list_senders, send_invitation
from headrace.database import touch
from headrace.protocol import FlowStatus, MessageStatus

LONGEST_BODY = 1024
LONGEST_BUTTON = 30

_NEVER_SENT: Mapping[str, str] = {
    FlowStatus.DEPRECATED: "A deprecated Flow can no longer be sent.",
    FlowStatus.BLOCKED: "A blocked Flow cannot be sent before its endpoint answers again.",
}
_NO_JSON = "There is nothing to send before its Flow JSON is uploaded."


class NotSendable(Exception):
    """What was asked for cannot be sent. The words are fit to be shown."""


@dataclass(frozen=True)
class Sending:
    """What somebody wants sent: from which sender to whom, with which words."""

    sender_id: str
    wa_id: str
    body: str
    cta: str


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
    token = context.identifiers.token()
    async with context.database.transaction() as session:
        record = FlowMessage(
            workspace_id=caller.workspace_id,
            flow_id=flow.id,
            flow_name=flow.name,
            flow_copy_id=None if copy is None else copy.id,
            flow_token=token,
            phone_number_id=sending.sender_id,
            wa_id=sending.wa_id,
            status=MessageStatus.ACCEPTED.value,
            sent_at=context.clock.now(),
        )
        session.add(record)
        await session.flush()
    try:
        wamid = await send_invitation(
            context.whatsapp(connection), _invitation(flow, sending, token), sending.sender_id, sending.wa_id
        )
    except WhatsAppRefused as refusal:
        failed = {"status": MessageStatus.FAILED.value, "error": refusal.details or refusal.message}
        async with context.database.transaction() as session:
            await session.execute(change_of(caller, FlowMessage).where(FlowMessage.id == record.id).values(failed))
            await touch(session, topic(caller, TOPIC))
        raise
    async with context.database.transaction() as session:
        await settle(session, caller, {token: wamid})
        await touch(session, topic(caller, TOPIC))
    return wamid


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


def _invitation(flow: RemoteFlow, sending: Sending, token: str) -> FlowInvitation:
    return FlowInvitation(
        flow_id=flow.id,
        flow_token=token,
        cta=sending.cta,
        body=sending.body,
        action="data_exchange" if flow.has_endpoint else "navigate",
        mode="draft" if flow.status == FlowStatus.DRAFT else "published",
        callback_data=callback_data(token),
    )
