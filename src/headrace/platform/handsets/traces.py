"""The trace of a session in the database: a narrow row an entry, written in the transaction that keeps the session."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.channel import Outcome
from headrace.platform.handsets.models import Exchange, TraceEntry
from headrace.simulator.trace import Entry, Moment, kind_of, members_of, read_entry


def write_entries(session: AsyncSession, session_id: str, entries: Sequence[Entry], now: datetime) -> None:
    """Appends entries, which are not exchanges, to the trace of a session."""
    session.add_all(
        TraceEntry(session_id=session_id, at=now, kind=kind_of(entry), members=members_of(entry)) for entry in entries
    )


async def write_exchange(session: AsyncSession, session_id: str, outcome: Outcome, now: datetime) -> None:
    """Keeps one exchange, clear and sealed, and appends it to the trace."""
    row = Exchange(
        session_id=session_id,
        at=now,
        action=str(outcome.request.get("action", "")),
        screen=outcome.request.get("screen") or None,
        milliseconds=outcome.milliseconds,
        http_status=outcome.http_status,
        error_type=outcome.error_type,
        clear_request=outcome.request,
        clear_response=outcome.body,
        sealed_request=outcome.sealed_request,
        sealed_response=outcome.sealed_response,
        kind=outcome.kind,
        explanation=outcome.explanation,
        message=outcome.message,
        resent=outcome.resent,
    )
    session.add(row)
    await session.flush()
    session.add(TraceEntry(session_id=session_id, at=now, kind="exchange", exchange_id=row.id))


async def begin_anew(session: AsyncSession, session_id: str) -> None:
    """Drops the trace of a session that starts again from the beginning."""
    await session.execute(delete(TraceEntry).where(TraceEntry.session_id == session_id))


async def read_moments(session: AsyncSession, session_id: str, last: int | None = None) -> list[Moment]:
    """The trace of a session, oldest entry first: all of it, or the `last` entries."""
    statement = (
        select(TraceEntry, Exchange)
        .outerjoin(Exchange, Exchange.id == TraceEntry.exchange_id)
        .where(TraceEntry.session_id == session_id)
        .order_by(TraceEntry.id.desc())
        .limit(last)
    )
    rows = (await session.execute(statement)).all()
    return [Moment(row.at, _entry(row, exchange)) for row, exchange in reversed(rows)]


def _entry(row: TraceEntry, exchange: Exchange | None) -> Entry:
    if exchange is None:
        return read_entry(row.kind, row.members or {})
    members = {
        "outcome": exchange.kind,
        "request": exchange.clear_request,
        "response": exchange.clear_response,
        "status": exchange.http_status,
        "ms": exchange.milliseconds,
        "error_type": exchange.error_type,
        "explanation": exchange.explanation,
        "message": exchange.message,
        "resent": exchange.resent,
        "sealed_request": exchange.sealed_request,
        "sealed_response": exchange.sealed_response,
    }
    return read_entry("exchange", members)
