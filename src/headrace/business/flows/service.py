"""Sending Flows from the business, and keeping the copies of their Flow JSON that make answers readable."""

import hashlib
import logging

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.flows.models import FlowCopy, FlowMessage
from headrace.business.side import BusinessSide
from headrace.business.whatsapp import RemoteFlow, WhatsAppRefused
from headrace.database import touch

_log = logging.getLogger(__name__)

# A status never goes back: WhatsApp may deliver them in any order.
_STATUS_ORDER = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


async def send_flow(
    side: BusinessSide, flow: RemoteFlow, to_wa_id: str, *, phone_number_id: str, cta: str, body: str, mode: str
) -> str:
    """Sends a Flow to a person and returns the message's wamid; raises `WhatsAppRefused`.

    A Flow with an endpoint opens by asking it (`data_exchange`), one without on its first screen.
    """
    token = side.identifiers.token()
    async with side.database.transaction() as session:
        message = FlowMessage(
            flow_id=flow.id,
            flow_name=flow.name,
            flow_token=token,
            phone_number_id=phone_number_id,
            wa_id=to_wa_id,
            sent_at=side.clock.now(),
        )
        session.add(message)
        await session.flush()
        record_id = message.id
    try:
        wamid = await side.whatsapp.send_flow(
            flow.id,
            to_wa_id,
            phone_number_id=phone_number_id,
            cta=cta,
            body=body,
            mode=mode,
            flow_token=token,
            action="data_exchange" if flow.has_endpoint else "navigate",
        )
    except WhatsAppRefused as refusal:
        await _note_failure(side, record_id, refusal.details or refusal.message)
        raise
    await _settle_message(side, record_id, wamid)
    await attach_copy(side, wamid)
    return wamid


async def _note_failure(side: BusinessSide, record_id: int, reason: str) -> None:
    async with side.database.transaction() as session:
        failed = {"status": "failed", "error": reason}
        await session.execute(update(FlowMessage).where(FlowMessage.id == record_id).values(failed))
        await touch(session, "flow_messages")


async def _settle_message(side: BusinessSide, record_id: int, wamid: str) -> None:
    """Gives the record its wamid. Where WhatsApp echoed the message first, this record takes the echo's place."""
    async with side.database.transaction() as session:
        await session.execute(delete(FlowMessage).where(FlowMessage.wamid == wamid, FlowMessage.id != record_id))
        await session.execute(update(FlowMessage).where(FlowMessage.id == record_id).values(wamid=wamid))
        await touch(session, "flow_messages")


async def note_status(session: AsyncSession, wamid: str, status: str, error: str | None) -> None:
    """Moves a Flow message's status forward; a message the business does not know is left alone."""
    message = (await session.execute(select(FlowMessage).where(FlowMessage.wamid == wamid))).scalar_one_or_none()
    if message is not None and _STATUS_ORDER.get(status, -1) > _STATUS_ORDER[message.status]:
        message.status = status
        message.error = error
        await touch(session, "flow_messages")


async def find_message(session: AsyncSession, wamid: str | None, flow_token: str | None) -> FlowMessage | None:
    """The Flow message an answer belongs to: by the message it replies to, else by its flow token."""
    if wamid:
        found = (await session.execute(select(FlowMessage).where(FlowMessage.wamid == wamid))).scalar_one_or_none()
        if found is not None:
            return found
    if not flow_token or flow_token == "unused":  # noqa: S105 - the value WhatsApp sends for no token
        return None
    statement = select(FlowMessage).where(FlowMessage.flow_token == flow_token).order_by(FlowMessage.id.desc()).limit(1)
    return (await session.execute(statement)).scalar_one_or_none()


async def keep_copy(side: BusinessSide, flow_id: str) -> FlowCopy | None:
    """Reads a Flow's JSON from WhatsApp and keeps it unless it is kept already; none when WhatsApp refuses."""
    try:
        flow = await side.whatsapp.get_flow(flow_id)
        text = await side.whatsapp.flow_text(flow_id)
    except WhatsAppRefused as refusal:
        _log.warning(
            "the JSON of Flow %s cannot be read, its answers show names instead of labels: %s", flow_id, refusal
        )
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    async with side.database.transaction() as session:
        statement = select(FlowCopy).where(FlowCopy.flow_id == flow_id, FlowCopy.sha256 == digest)
        copy = (await session.execute(statement)).scalar_one_or_none()
        if copy is None:
            copy = FlowCopy(
                flow_id=flow_id, flow_name=flow.name, sha256=digest, json_text=text, fetched_at=side.clock.now()
            )
            session.add(copy)
            await session.flush()
        return copy


async def attach_copy(side: BusinessSide, wamid: str) -> FlowMessage | None:
    """Gives a Flow message the copy of its Flow's JSON of now, unless it has one; none for an unknown message."""
    async with side.database.reading() as session:
        message = (await session.execute(select(FlowMessage).where(FlowMessage.wamid == wamid))).scalar_one_or_none()
    if message is None or message.flow_copy_id is not None or message.flow_id is None:
        return message
    copy = await keep_copy(side, message.flow_id)
    if copy is None:
        return message
    async with side.database.transaction() as session:
        await session.execute(
            update(FlowMessage).where(FlowMessage.wamid == wamid).values(flow_copy_id=copy.id, flow_name=copy.flow_name)
        )
    message.flow_copy_id = copy.id
    message.flow_name = copy.flow_name
    return message
