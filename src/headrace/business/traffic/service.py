"""The traffic of a workspace as the business side knows it: calls it made, webhooks it received. The newest first."""

import json
import re
import shlex

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team import InWorkspace
from headrace.business.team.scope import columns_of, of
from headrace.business.traffic.entries import Entry, Filters, Kind, Line, Lines, Outcome
from headrace.business.traffic.models import MadeCall
from headrace.business.webhooks.models import ReceivedWebhook

KINDS = (Kind.CALL, Kind.WEBHOOK)
PAGE = 50
_SEARCHED = 10_000
"""Among so many of the newest webhooks a Flow or a person is looked for: they stand in the text of a webhook."""

_CURSOR = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)
_END = (2**31 - 1, 2**31 - 1)
_LONGEST_WHAT = 120
_BEGINNING = 16 * 1024
_FIELD = re.compile(r'"field": ?"([a-z_]{1,60})"')


async def read_lines(session: AsyncSession, owner: InWorkspace, filters: Filters, after: str | None) -> Lines:
    """A page. Raises `ValueError` for an `after` that is no place in the log."""
    before = _position(after)
    calls = await _calls(session, owner, filters, before[0])
    webhooks = await _webhooks(session, owner, filters, before[1])
    found = sorted([*calls, *webhooks], key=lambda line: (line.at, line.id), reverse=True)
    shown = found[:PAGE]
    if len(found) <= PAGE:
        return Lines(shown, None)
    places = [
        min((line.id for line in shown if line.kind is kind), default=place)
        for kind, place in zip(KINDS, before, strict=True)
    ]
    return Lines(shown, f"{places[0]}.{places[1]}")


def _position(after: str | None) -> tuple[int, int]:
    if after is None:
        return _END
    match = _CURSOR.fullmatch(after)
    if match is None:
        raise ValueError("after is no place in the log")
    return min(int(match[1]), _END[0]), min(int(match[2]), _END[1])


async def _calls(session: AsyncSession, owner: InWorkspace, filters: Filters, before: int) -> list[Line]:
    if filters.kind not in {None, Kind.CALL} or filters.outcome is Outcome.WAITING:
        return []
    statement = of(owner, MadeCall).where(MadeCall.id < before)
    if filters.flow_id is not None:
        statement = statement.where(MadeCall.subject_id == filters.flow_id)
    if filters.wa_id is not None:
        statement = statement.where(MadeCall.wa_id == filters.wa_id)
    if filters.outcome is not None:
        is_well = MadeCall.status.between(200, 399)
        statement = statement.where(is_well if filters.outcome is Outcome.OK else ~is_well)
    return [
        Line(
            kind=Kind.CALL,
            id=row.id,
            at=row.at,
            what=f"{row.method} {_path(row.path)}",
            outcome=Outcome.OK if 200 <= row.status < 400 else Outcome.FAILED,
            status=row.status or None,
            milliseconds=row.milliseconds,
            error=str(row.error_code) if row.error_code is not None else None if row.status else "no answer",
            flow_id=row.subject_id,
        )
        for row in await session.scalars(statement.order_by(MadeCall.id.desc()).limit(PAGE + 1))
    ]


async def _webhooks(session: AsyncSession, owner: InWorkspace, filters: Filters, before: int) -> list[Line]:
    if filters.kind not in {None, Kind.WEBHOOK}:
        return []
    beginning = func.substr(ReceivedWebhook.body, 1, _BEGINNING).label("body")
    names = ("id", "received_at", "processed_at", "failure")
    columns = (*(getattr(ReceivedWebhook, name) for name in names), beginning)
    statement = columns_of(owner, ReceivedWebhook, *columns).where(ReceivedWebhook.id < before)
    for word in (filters.flow_id, filters.wa_id):
        if word is not None:
            newest = (await session.execute(columns_of(owner, ReceivedWebhook, func.max(ReceivedWebhook.id)))).scalar()
            statement = statement.where(
                ReceivedWebhook.id > (newest or 0) - _SEARCHED,
                ReceivedWebhook.body.contains(f'"{word}"', autoescape=True),
            )
    if filters.outcome is not None:
        states = {
            Outcome.OK: ReceivedWebhook.processed_at.is_not(None) & ReceivedWebhook.failure.is_(None),
            Outcome.FAILED: ReceivedWebhook.failure.is_not(None),
            Outcome.WAITING: ReceivedWebhook.processed_at.is_(None),
        }
        statement = statement.where(states[filters.outcome])
    rows = await session.execute(statement.order_by(ReceivedWebhook.id.desc()).limit(PAGE + 1))
    return [
        Line(
            kind=Kind.WEBHOOK,
            id=row.id,
            at=row.received_at,
            what=_fields(row.body),
            outcome=Outcome.FAILED if row.failure else Outcome.OK if row.processed_at else Outcome.WAITING,
            error=row.failure,
        )
        for row in rows
    ]


async def read_entry(session: AsyncSession, owner: InWorkspace, kind: Kind, number: int) -> Entry | None:
    """One entry in full; none when the workspace has no such."""
    if kind is Kind.CALL:
        call = (await session.scalars(of(owner, MadeCall).where(MadeCall.id == number))).one_or_none()
        if call is None:
            return None
        words = ["curl", "-X", call.method, shlex.quote(call.path), "-H", '"Authorization: Bearer $TOKEN"']
        if call.request and call.request.startswith("{"):
            words += ["-H", "'Content-Type: application/json'", "--data-binary", shlex.quote(call.request)]
        curl = None if call.request and not call.request.startswith("{") else " ".join(words)
        return Entry(call.path, readable(call.request), readable(call.response), curl=curl)
    if kind is not Kind.WEBHOOK:
        return None
    webhook = (await session.scalars(of(owner, ReceivedWebhook).where(ReceivedWebhook.id == number))).one_or_none()
    if webhook is None:
        return None
    failure = None if webhook.failure is None else f"It could not be worked out: {webhook.failure}"
    return Entry(None, readable(webhook.body), "EVENT_RECEIVED", signature=webhook.signature, explanation=failure)


async def newest(session: AsyncSession, owner: InWorkspace) -> str:
    """Something that is another as soon as something was called, received or worked out."""
    calls = await session.execute(columns_of(owner, MadeCall, func.max(MadeCall.id)))
    webhooks = await session.execute(
        columns_of(owner, ReceivedWebhook, func.max(ReceivedWebhook.id), func.max(ReceivedWebhook.processed_at))
    )
    return f"{calls.scalar()} {webhooks.one()}"


def readable(body: str) -> str:
    """A body as people read it: JSON is laid out."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body


def _path(url: str) -> str:
    without_host = url.split("://", 1)[-1].partition("/")[2]
    return f"/{without_host.partition('?')[0]}"[:_LONGEST_WHAT]


def _fields(body: str) -> str:
    """The fields that a webhook tells of, and how many changes, as far as its beginning says."""
    found = _FIELD.findall(body)
    names = ", ".join(dict.fromkeys(found))[:_LONGEST_WHAT] or "nothing"
    return names if len(found) <= 1 else f"{names}: {len(found)} changes"
