"""The log of a box: every call to the Graph API, every call to an endpoint, every webhook; the newest first.

The three are kept in tables of their own, each numbered as it happened. A page takes as many as it shows from each,
by those numbers, and puts them together by time: so it costs the same however long the log is.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.call_log import GraphCall
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.messaging.models import Message
from headrace.platform.webhooks.models import DELIVERED, DROPPED, WebhookDelivery, WebhookEvent

KINDS = ("call", "exchange", "ping", "webhook")
OUTCOMES = ("ok", "failed", "waiting")
PAGE = 50

_MANY = 1_000

_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})\.(\d{1,18})", re.ASCII)
_END = (10**17,) * 3


@dataclass(frozen=True)
class Filters:
    """What is looked for: a kind, a Flow by its id, a person by the number, an outcome; None is any."""

    kind: str | None = None
    flow_id: str | None = None
    wa_id: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the log. `what` is method and path, action and screen, or field and app; `status` an HTTP status."""

    kind: str
    id: int
    at: datetime
    what: str
    outcome: str
    status: int | None
    milliseconds: int | None
    error: str | None
    flow_id: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat(timespec="milliseconds")}


@dataclass(frozen=True)
class Page:
    """Entries, and where the next page begins; None when there is none."""

    entries: tuple[Entry, ...]
    after: str | None


async def read_page(session: AsyncSession, filters: Filters, after: str | None = None, limit: int = PAGE) -> Page:
    """A page of the log. Raises ValueError for a cursor that is none."""
    before = _position(after)
    sources = (_calls, _exchanges, _webhooks)
    listed = [await source(session, filters, before[place], limit + 1) for place, source in enumerate(sources)]
    found: list[Entry] = []
    places, position = [0, 0, 0], list(before)
    while len(found) < limit:
        heads = [
            (entries[places[number]], number) for number, entries in enumerate(listed) if places[number] < len(entries)
        ]
        if not heads:
            return Page(tuple(found), None)
        entry, number = max(heads, key=lambda head: (head[0].at, -head[1]))
        found.append(entry)
        places[number] += 1
        position[number] = entry.id
    has_more = any(places[number] < len(entries) for number, entries in enumerate(listed))
    return Page(tuple(found), ".".join(map(str, position)) if has_more else None)


def _position(after: str | None) -> tuple[int, ...]:
    if after is None:
        return _END
    match = _CURSOR.fullmatch(after)
    if match is None:
        raise ValueError("after is no place in the log")
    return tuple(min(int(part), _END[0]) for part in match.groups())


async def _calls(session: AsyncSession, filters: Filters, before: int, limit: int) -> Sequence[Entry]:
    if filters.kind not in {None, "call"} or filters.outcome == "waiting":
        return ()
    statement = select(GraphCall).where(GraphCall.id < before).order_by(GraphCall.id.desc()).limit(limit)
    if filters.flow_id is not None:
        statement = statement.where(GraphCall.subject_id == filters.flow_id)
    if filters.wa_id is not None:
        statement = statement.where(GraphCall.wa_id == filters.wa_id)
    if filters.outcome is not None:
        statement = statement.where(GraphCall.status < 400 if filters.outcome == "ok" else GraphCall.status >= 400)
    rows = list(await session.scalars(statement))
    subjects = {row.subject_id for row in rows if row.subject_id is not None}
    flows = set(await session.scalars(select(Flow.id).where(Flow.id.in_(subjects)))) if subjects else set()
    return [
        Entry(
            kind="call",
            id=row.id,
            at=row.at,
            what=f"{row.method} {row.path}",
            outcome="ok" if row.status < 400 else "failed",
            status=row.status,
            milliseconds=row.milliseconds,
            error=None if row.error_code is None else str(row.error_code),
            flow_id=row.subject_id if row.subject_id in flows else None,
        )
        for row in rows
    ]


async def _exchanges(session: AsyncSession, filters: Filters, before: int, limit: int) -> Sequence[Entry]:
    if filters.kind not in {None, "exchange", "ping"} or filters.outcome == "waiting":
        return ()
    statement = select(EndpointCall).where(EndpointCall.id < before).order_by(EndpointCall.id.desc()).limit(limit)
    if filters.kind == "ping":
        statement = statement.where(EndpointCall.kind == "ping")
    elif filters.kind == "exchange":
        statement = statement.where(EndpointCall.kind != "ping")
    if filters.flow_id is not None:
        statement = statement.where(EndpointCall.flow_id == filters.flow_id)
    if filters.wa_id is not None:
        sessions = select(FlowSession.id).join(Handset, Handset.id == FlowSession.handset_id)
        statement = statement.where(EndpointCall.session_id.in_(sessions.where(Handset.wa_id == filters.wa_id)))
    if filters.outcome is not None:
        is_well = EndpointCall.error_type.is_(None)
        statement = statement.where(is_well if filters.outcome == "ok" else ~is_well)
    return [
        Entry(
            kind="ping" if row.kind == "ping" else "exchange",
            id=row.id,
            at=row.at,
            what=" ".join(filter(None, (row.action, row.screen, "(error notice)" if row.kind == "notice" else None))),
            outcome="ok" if row.error_type is None else "failed",
            status=row.http_status,
            milliseconds=row.milliseconds,
            error=row.error_type,
            flow_id=row.flow_id,
        )
        for row in await session.scalars(statement)
    ]


async def _webhooks(session: AsyncSession, filters: Filters, before: int, limit: int) -> Sequence[Entry]:
    if filters.kind not in {None, "webhook"}:
        return ()
    statement: Any = (
        select(WebhookDelivery, WebhookEvent)
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)
        .where(WebhookDelivery.id < before)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    if filters.flow_id is not None:
        statement = await _of_flow(session, statement, filters.flow_id)
    if filters.wa_id is not None:
        statement = await _of_person(session, statement, filters.wa_id)
    if filters.outcome is not None:
        statement = statement.where(_STATES[filters.outcome])
    return [
        Entry(
            kind="webhook",
            id=delivery.id,
            at=event.at,
            what=f"{event.field} to app {delivery.app_id}",
            outcome=_outcome(delivery.state),
            status=None,
            milliseconds=None,
            error=delivery.last_error,
            flow_id=event.subject.removeprefix("flow:") if event.subject.startswith("flow:") else None,
        )
        for delivery, event in (await session.execute(statement)).all()
    ]


async def _of_flow(session: AsyncSession, statement: Any, flow_id: str) -> Any:
    """Narrows down to the webhooks about a Flow and about messages with it."""
    about_flow = WebhookEvent.subject == f"flow:{flow_id}"
    of_flow = Message.flow_id == flow_id
    if await _are_many(session, of_flow):
        sent = select(Message.id).where(Message.wamid == WebhookEvent.wamid, of_flow)
        return statement.where(or_(about_flow, sent.exists()))
    told = select(WebhookEvent.id).where(WebhookEvent.field == "flows", about_flow)
    return statement.where(or_(WebhookEvent.id.in_(told), _about(of_flow)))


async def _of_person(session: AsyncSession, statement: Any, wa_id: str) -> Any:
    """Narrows down to the webhooks about a person's messages."""
    of_person = Message.wa_id == wa_id
    if not await _are_many(session, of_person):
        return statement.where(_about(of_person))
    senders = await session.scalars(select(PhoneNumber.id))
    return statement.where(WebhookEvent.subject.in_([f"{sender_id}:{wa_id}" for sender_id in senders]))


async def _are_many(session: AsyncSession, condition: ColumnElement[bool]) -> bool:
    """Whether so many messages meet it that webhooks are looked through for theirs, the newest first."""
    some = select(Message.id).where(condition).limit(_MANY).subquery()
    return (await session.scalar(select(func.count()).select_from(some)) or 0) >= _MANY


def _about(of_messages: ColumnElement[bool]) -> ColumnElement[bool]:
    wamids = select(Message.wamid).where(of_messages)
    return WebhookEvent.id.in_(select(WebhookEvent.id).where(WebhookEvent.wamid.in_(wamids)))


_STATES = {
    "ok": WebhookDelivery.state == DELIVERED,
    "failed": WebhookDelivery.state == DROPPED,
    "waiting": WebhookDelivery.state.not_in((DELIVERED, DROPPED)),
}


def _outcome(state: str) -> str:
    return {DELIVERED: "ok", DROPPED: "failed"}.get(state, "waiting")
