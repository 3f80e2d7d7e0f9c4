"""The trace of a session in the database: a narrow row an entry, written in the transaction that keeps the session."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from headrace.exchange.channel import Outcome
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.endpoints.recording import record_exchange
from headrace.platform.handsets.models import FlowSession, TraceEntry
from headrace.platform.messaging.models import Message
from headrace.simulator.trace import Entry, Moment, kind_of, members_of, read_entry


def write_entries(session: AsyncSession, session_id: str, entries: Sequence[Entry], now: datetime) -> None:
    """Appends entries, which are not exchanges, to the trace of a session."""
    session.add_all(
        TraceEntry(session_id=session_id, at=now, kind=kind_of(entry), members=members_of(entry)) for entry in entries
    )


async def write_exchange(session: AsyncSession, row: FlowSession, outcome: Outcome, now: datetime) -> None:
    """Keeps one exchange of a session, clear and encrypted, and appends it to the trace."""
    message = select(Message.phone_number_id, Message.flow_version_id).where(Message.id == row.message_id)
    phone_number_id, flow_version_id = (await session.execute(message)).one_or_none() or (None, None)
    call = await record_exchange(
        session,
        outcome,
        now,
        flow_id=row.flow_id,
        flow_version_id=flow_version_id,
        phone_number_id=phone_number_id,
        session_id=row.id,
    )
    session.add(TraceEntry(session_id=row.id, at=now, kind="exchange", call_id=call.id))


async def begin_anew(session: AsyncSession, session_id: str) -> None:
    """Drops the trace of a session that starts again from the beginning."""
    await session.execute(delete(TraceEntry).where(TraceEntry.session_id == session_id))


async def read_moments(session: AsyncSession, session_id: str, last: int | None = None) -> list[Moment]:
    """The trace of a session, oldest entry first: all of it, or the `last` entries."""
    statement = (
        select(TraceEntry, EndpointCall)
        .outerjoin(EndpointCall, EndpointCall.id == TraceEntry.call_id)
        .options(joinedload(EndpointCall.bodies))
        .where(TraceEntry.session_id == session_id)
        .order_by(TraceEntry.id.desc())
        .limit(last)
    )
    rows = (await session.execute(statement)).all()
    return [Moment(entry.at, _entry(entry, call)) for entry, call in reversed(rows)]


def _entry(row: TraceEntry, call: EndpointCall | None) -> Entry:
    if call is None:
        return read_entry(row.kind, row.members or {})
    members = {
        "outcome": call.outcome,
        "request": call.bodies.request,
        "response": call.bodies.response,
        "status": call.http_status,
        "ms": call.milliseconds,
        "error_type": call.error_type,
        "explanation": call.bodies.explanation,
        "message": call.bodies.message,
        "resent": call.resent,
        "sealed_request": call.bodies.sealed_request,
        "sealed_response": call.bodies.sealed_response,
    }
    return read_entry("exchange", members)
