"""Pressing the button of a Flow message: which text opens, whether it may, and where the person left it.

A session is resumed for 15 days (docs/lifecycle.md). A draft always opens as it is now. Of the versions of a Flow the
five newest stay usable (docs/lifecycle.md).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import local_day
from headrace.database import touch
from headrace.phone.engine.events import Close, Open
from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.session import Opening, Session
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.flows.programs import program_of
from headrace.platform.flows.version_calendar import is_expired
from headrace.platform.handsets.devices import refusal_of
from headrace.platform.handsets.models import FlowSession, Handset, SessionText
from headrace.platform.handsets.session_rows import hold_phone, write_state
from headrace.platform.handsets.texts import store_text
from headrace.platform.handsets.traces import begin_anew, write_entries
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.receipts import read_chat
from headrace.platform.users.service import topic_of
from headrace.protocol import UNUSED_TOKEN, USABLE_VERSIONS, FlowStatus
from headrace.simulator.trace_writer import handle

RESUMED_FOR = timedelta(days=15)

_NOT_AVAILABLE = "This form is not available now."
_OFFLINE = "This phone is offline. Forms open once it is online again."
_BLOCKED = "You blocked this business. Unblock it to open its forms."
_NO_SCREEN = "This form has no screen to show yet."
_SHUT_STATUSES = frozenset({FlowStatus.BLOCKED, FlowStatus.DEPRECATED, FlowStatus.DELETED})


class NotAvailable(Exception):
    """The Flow cannot be opened. The words are what the phone tells the person."""


async def press_button(session: AsyncSession, box: Box, handset: Handset, message: Message) -> FlowSession | None:
    """The person presses the button of a Flow message, which they have read by then.

    Returns the opened session, or None when the phone says in a dialog why it does not open.
    """
    await hold_phone(session, handset.id)
    await read_chat(session, box, handset.user, await session.get_one(PhoneNumber, message.phone_number_id))
    try:
        return await open_flow(session, box, handset, message)
    except NotAvailable as error:
        handset.notice = str(error)
        await touch(session, topic_of(handset.user))
        return None


async def open_flow(session: AsyncSession, box: Box, handset: Handset, message: Message) -> FlowSession:
    """Opens the Flow of a message on its phone, resumed where it was left; raises `NotAvailable`. The caller holds
    the phone.

    What the Flow asks its endpoint first is not sent here: it waits in the stored state as its pending exchange.
    """
    if message.flow_outcome is not None:
        raise NotAvailable(_NOT_AVAILABLE)
    refusal = refusal_of(handset.device)
    if message.phone_number_id in handset.user.blocked:
        refusal = _BLOCKED
    elif not handset.user.is_online:
        refusal = _OFFLINE
    if refusal:
        raise NotAvailable(refusal)
    text = await _text_of(session, box, message)
    program = _program(text)
    sha256 = await store_text(session, text)
    row = await session.scalar(select(FlowSession).where(FlowSession.message_id == message.id))
    now = box.clock.now()
    if row is not None and row.status == "open" and await _is_readable(session, row):
        return row
    if row is None:
        row = FlowSession(
            id=box.identifiers.token(16),
            handset_id=handset.id,
            message_id=message.id,
            flow_id=message.flow_id,
            is_waiting=False,
        )
        opened = None
    else:
        opened = _resumed(row, program, sha256, now)
    if opened is None:
        await begin_anew(session, row.id)
        opened = _start(program, message, local_day(box.clock))
        row.text_sha256, row.opened_at = sha256, now
    before = opened.state.pending
    _, entries = handle(opened, Open())
    row.status = "open"
    await write_state(session, box, row, opened, before)
    session.add(row)
    await close_sheets(session, box, handset, FlowSession.id != row.id)
    handset.chat_with = message.phone_number_id
    await session.flush()
    write_entries(session, row.id, entries, now)
    await touch(session, topic_of(handset.user))
    return row


async def _is_readable(session: AsyncSession, row: FlowSession) -> bool:
    text = (await session.get_one(SessionText, row.text_sha256)).text
    try:
        Session.from_json(program_of(text), row.state)
    except (UnusableFlow, ValueError):
        return False
    return True


def _resumed(row: FlowSession, program: Program, sha256: str, now: datetime) -> Session | None:
    """The session where it was left; None when it has to begin anew."""
    if row.text_sha256 != sha256 or row.updated_at + RESUMED_FOR <= now:
        return None
    try:
        return Session.from_json(program, row.state)
    except ValueError:
        return None


async def _text_of(session: AsyncSession, box: Box, message: Message) -> str:
    flow = None if message.flow_id is None else await session.get(Flow, message.flow_id)
    if flow is None or flow.status in _SHUT_STATUSES:
        raise NotAvailable(_NOT_AVAILABLE)
    if message.flow_version_id is None:
        if not flow.json_text:
            raise NotAvailable(_NO_SCREEN)
        if is_expired(box, flow.json_version):
            raise NotAvailable(_NOT_AVAILABLE)
        return flow.json_text
    version = await session.get_one(FlowVersion, message.flow_version_id)
    newer = await session.scalar(
        select(func.count())
        .select_from(FlowVersion)
        .where(FlowVersion.flow_id == flow.id, FlowVersion.number > version.number)
    )
    if (newer or 0) >= USABLE_VERSIONS or is_expired(box, version.json_version):
        raise NotAvailable(_NOT_AVAILABLE)
    return version.json_text


def _start(program: Program, message: Message, today: date) -> Session:
    opening = message.flow_opening or {}
    return Session.start(
        program,
        Opening(
            action="data_exchange" if opening.get("action") == "data_exchange" else "navigate",
            screen=opening.get("screen"),
            data=opening.get("data"),
            flow_token=message.flow_token or UNUSED_TOKEN,
            today=today,
        ),
    )


def _program(text: str) -> Program:
    try:
        return program_of(text)
    except UnusableFlow as error:
        raise NotAvailable(_NO_SCREEN) from error


async def close_sheets(session: AsyncSession, box: Box, handset: Handset, condition: ColumnElement[bool]) -> None:
    """Closes what is open on the phone under this condition, with whatever it was waiting for; it can be opened again
    where it was left. A phone shows one sheet.
    """
    others = await session.execute(
        select(FlowSession, SessionText.text)
        .join(SessionText, SessionText.sha256 == FlowSession.text_sha256)
        .join(Message, Message.id == FlowSession.message_id)
        .where(FlowSession.handset_id == handset.id, FlowSession.status == "open", condition)
    )
    for row, text in others.all():
        row.status = "closed"
        try:
            other = Session.from_json(program_of(text), row.state)
        except (UnusableFlow, ValueError):
            row.is_waiting = False
            continue
        before = other.state.pending
        _, entries = handle(other, Close())
        await write_state(session, box, row, other, before)
        write_entries(session, row.id, entries, box.clock.now())
