"""Delivering: for every callback the oldest event first, each posted until a receiver takes it.

Waiting rows are the intent; they are posted outside any transaction and what came of a batch is committed afterwards.
When the process dies in between, its events are posted once more: at least once, in order. Events about different
subjects (chats, Flows) are posted at the same time; once one is not taken, nothing behind it is begun.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import UtcDateTime
from headrace.exchange.sealing import sign
from headrace.jobs import Again, Handler, Job
from headrace.outbound import OutboundError
from headrace.platform.accounts.directory import app_of
from headrace.platform.box import Box
from headrace.platform.tables import table_of
from headrace.platform.webhooks import retries
from headrace.platform.webhooks.events import write_body
from headrace.platform.webhooks.models import (
    ASIDE,
    DELIVERED,
    DROPPED,
    WAITING,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
)
from headrace.platform.webhooks.retries import Waiting
from headrace.platform.webhooks.routing import routings
from headrace.platform.webhooks.service import DELIVER

_log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
MOST_AT_ONCE = 16
"""At most this many POSTs are under way to one callback."""

_BATCH = 64
_BATCH_ASIDE = 4
_LONGEST_NOTE = 500
_NO_CALLBACK = "the app has no callback for this event any more"

_deliveries = table_of(WebhookDelivery)
_events = table_of(WebhookEvent)
_attempts = table_of(WebhookAttempt)

# The state is written out, not bound: only then the databases use the index of the few rows that have it.
_WAITS = _deliveries.c.state == literal_column(f"'{WAITING}'")
_IS_ASIDE = _deliveries.c.state == literal_column(f"'{ASIDE}'")
_FOLLOWING = (
    select(
        _deliveries.c.id,
        _deliveries.c.app_id,
        _deliveries.c.state,
        _deliveries.c.attempts,
        _deliveries.c.refusals,
        _deliveries.c.first_attempt_at,
        _deliveries.c.last_attempt_at,
        _deliveries.c.next_attempt_at,
        _events.c.waba_id,
        _events.c.field,
        _events.c.value,
        _events.c.at,
        _events.c.subject,
        _events.c.phone_number_id,
    )
    .join_from(_deliveries, _events, _events.c.id == _deliveries.c.event_id)
    .where(_deliveries.c.queue == bindparam("queue"))
)
_HEAD = _FOLLOWING.where(_WAITS).order_by(_deliveries.c.id).limit(_BATCH)
_ASIDE = _FOLLOWING.where(_IS_ASIDE).order_by(_deliveries.c.next_attempt_at, _deliveries.c.id).limit(_BATCH_ASIDE)
_NEWEST_AT = (
    select(_events.c.at)
    .join_from(_deliveries, _events, _events.c.id == _deliveries.c.event_id)
    .where(_deliveries.c.queue == bindparam("queue"), _WAITS, _deliveries.c.id > bindparam("head"))
    .order_by(_deliveries.c.id.desc())
    .limit(1)
)
_CHANGED = ("state", "attempts", "refusals", "first_attempt_at", "last_attempt_at", "next_attempt_at", "last_error")
_NOTE = (
    update(_deliveries)
    .where(_deliveries.c.id == bindparam("row"), _deliveries.c.state == bindparam("old_state"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_NOTE_TAKEN = (
    update(_deliveries)
    .where(_deliveries.c.id.in_(bindparam("rows", expanding=True)), _deliveries.c.state == bindparam("old_state"))
    .values(
        state=DELIVERED,
        attempts=_deliveries.c.attempts + 1,
        first_attempt_at=func.coalesce(_deliveries.c.first_attempt_at, bindparam("started", type_=UtcDateTime)),
        last_attempt_at=bindparam("ended"),
        next_attempt_at=None,
        last_error=None,
    )
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one POST: the status answered, or why there was no answer."""

    started: datetime
    ended: datetime
    milliseconds: int
    status: int | None
    error: str | None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


_Outcome = tuple[Any, Attempt | None]
"""A row that was tried, with what came of it; None where it has no callback any more."""


@dataclass(frozen=True)
class _Batch:
    """Rows to post now, with where to and how they are signed; without rows, when to look again (None is never)."""

    rows: Sequence[Any] = ()
    due_at: datetime | None = None
    callbacks: dict[int, str | None] | None = None
    secret: str = ""


def register_webhook_delivery(box: Box) -> None:
    """Has the box's jobs deliver webhooks. Called once, before the worker runs."""
    box.jobs.handle(DELIVER, deliverer(box))


def deliverer(box: Box) -> Handler:
    """The handler of the job `webhooks.deliver`, whose key is the name of the queue."""

    async def deliver(job: Job) -> Again | None:
        async with box.database.reading() as session:
            batch = await _following(session, box, job.key)
        while batch.rows:
            outcomes: list[_Outcome] = []
            try:
                await _post_all(box, batch, outcomes)
            except asyncio.CancelledError:  # the server stops: what was taken is not to be posted again
                async with box.database.transaction() as session:
                    await _note(session, box, outcomes)
                raise
            async with box.database.transaction() as session:
                await _note(session, box, outcomes)
                batch = await _following(session, box, job.key)
        return None if batch.due_at is None else Again(batch.due_at)

    return deliver


async def _following(session: AsyncSession, box: Box, queue: str) -> _Batch:
    """What is due in a queue: its head with what waits behind it, or those set aside."""
    connection = await session.connection()
    now = box.clock.now()
    rows: Sequence[Any] = (await connection.execute(_HEAD, {"queue": queue})).all()
    delay = timedelta(seconds=box.controls.values.webhook_fault.delay_seconds)
    if delay and rows:  # the control room holds everything back for so long
        held_until = rows[0].at + delay
        rows = [row for row in rows if row.at + delay <= now]
        if not rows:
            return _Batch(due_at=held_until)
    aside: Sequence[Any] = (await connection.execute(_ASIDE, {"queue": queue})).all()
    head_due = None
    if rows:
        head = rows[0]
        newest_at = None
        if head.next_attempt_at is not None and head.next_attempt_at > now:
            newest_at = (await connection.execute(_NEWEST_AT, {"queue": queue, "head": head.id})).scalar()
        head_due = Waiting(head.next_attempt_at, head.last_attempt_at).due_at(newest_at, now)
    due_aside = [row for row in aside if row.next_attempt_at <= now or row.last_attempt_at > now]  # or it was set back
    if due_aside:
        return await _addressed(session, box, due_aside)
    if rows and (head_due is None or head_due <= now):
        return await _addressed(session, box, rows)
    moments = [head_due] if head_due is not None else []
    moments += [row.next_attempt_at for row in aside[:1]]
    return _Batch(due_at=min(moments, default=None))


async def _addressed(session: AsyncSession, box: Box, rows: Sequence[Any]) -> _Batch:
    """The rows of one queue, which are all of one app, with the callback that the app has for each now."""
    app = await app_of(session, await box.cache.kept(session), rows[0].app_id)
    if app is None:
        raise AssertionError(f"the app {rows[0].app_id} of a webhook is gone")
    routing = await routings(session, box.cache, {row.waba_id for row in rows})
    callbacks = {row.id: routing[row.waba_id].callback(row.app_id, row.field, row.phone_number_id) for row in rows}
    return _Batch(rows, None, callbacks, app.secret)


async def _post_all(box: Box, batch: _Batch, outcomes: list[_Outcome]) -> None:
    """Posts a batch, each subject in its order and several at the same time; stops where something is not taken.

    Adds to `outcomes` the rows that were tried, as they are, with what came of it.
    """
    lanes: dict[str, list[Any]] = {}
    for row in batch.rows:
        lanes.setdefault(row.subject, []).append(row)
    waiting = iter(lanes.values())
    callbacks = batch.callbacks or {}
    is_held = False

    async def work() -> None:
        nonlocal is_held
        for lane in waiting:
            for row in lane:
                if is_held and row.state == WAITING:
                    return
                url = callbacks[row.id]
                attempt = None if url is None else await _post(box, url, row, batch.secret)
                outcomes.append((row, attempt))
                if attempt is not None and not attempt.is_taken:
                    is_held = True

    await asyncio.gather(*(work() for _ in range(min(MOST_AT_ONCE, len(lanes)))))


async def _post(box: Box, url: str, row: Any, secret: str) -> Attempt:
    body = write_body(row.waba_id, row.field, row.value, row.at).encode("ascii")
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(secret, body)}
    started = box.clock.now()
    if box.controls.values.webhook_fault.drops:
        return Attempt(started, started, 0, None, "the control room drops every webhook")
    try:
        answer = await box.outbound.request("POST", url, headers=headers, body=body, timeout=TIMEOUT_SECONDS)
    except OutboundError as error:
        now = box.clock.now()
        spent = round((now - started).total_seconds() * 1000)
        return Attempt(started, now, spent, None, str(error)[:_LONGEST_NOTE])
    return Attempt(started, box.clock.now(), answer.milliseconds, answer.status, None)


async def _note(session: AsyncSession, box: Box, outcomes: Iterable[_Outcome]) -> None:
    """Writes down what came of a batch. What another worker settled, after this one had lost its lease, stays so.

    What was taken is noted by one statement, so all of it with the span of the batch; each attempt has its own moments.
    """
    changes, attempts = [], []
    taken: dict[str, list[tuple[int, Attempt]]] = {}
    for row, attempt in outcomes:
        if attempt is not None and attempt.is_taken:
            taken.setdefault(row.state, []).append((row.id, attempt))
        else:
            changed = _dropped(row) if attempt is None else _missed(row, attempt)
            values = {f"new_{name}": changed[name] for name in _CHANGED}
            changes.append({"row": row.id, "old_state": row.state, **values})
            _report(row, attempt, changed)
        if attempt is not None:
            attempts.append(
                {
                    "delivery_id": row.id,
                    "at": attempt.started,
                    "milliseconds": attempt.milliseconds,
                    "status": attempt.status,
                    "error": attempt.error,
                }
            )
    connection = await session.connection()
    if changes:
        await connection.execute(_NOTE, changes)
    for state, those in sorted(taken.items()):
        span = {
            "started": min(attempt.started for _, attempt in those),
            "ended": max(attempt.ended for _, attempt in those),
        }
        await connection.execute(_NOTE_TAKEN, {"rows": [number for number, _ in those], "old_state": state, **span})
    if attempts:
        await connection.execute(insert(_attempts), attempts)


def _dropped(row: Any) -> dict[str, Any]:
    return {**{name: row._mapping.get(name) for name in _CHANGED}, "state": DROPPED, "last_error": _NO_CALLBACK}


def _missed(row: Any, attempt: Attempt) -> dict[str, Any]:
    """The columns of a delivery after an attempt that was not taken."""
    first, was_reached = row.first_attempt_at or attempt.started, attempt.status is not None
    following = retries.next_attempt(row.at, first, attempt.ended, was_reached=was_reached)
    refusals = row.refusals + was_reached
    is_aside = row.state == ASIDE or refusals >= retries.REFUSALS_UNTIL_SET_ASIDE
    return {
        "state": DROPPED if following is None else ASIDE if is_aside else WAITING,
        "attempts": row.attempts + 1,
        "refusals": refusals,
        "first_attempt_at": first,
        "last_attempt_at": attempt.ended,
        "next_attempt_at": following,
        "last_error": attempt.error or f"the receiver answered with status {attempt.status}; it has to answer 200",
    }


def _report(row: Any, attempt: Attempt | None, changed: dict[str, Any]) -> None:
    if attempt is None:
        _log.warning("webhook %s to app %s is dropped: %s", row.id, row.app_id, _NO_CALLBACK)
        return
    if changed["state"] == DROPPED:
        consequence = "it is given up, seven days after the event"
    elif changed["state"] == ASIDE:
        consequence = f"it is set aside, so that later ones pass, and tried again at {changed['next_attempt_at']}"
    else:
        consequence = f"tried again at {changed['next_attempt_at']}, later ones wait"
    _log.warning(
        "webhook %s (%s) to app %s failed at attempt %s: %s; %s",
        row.id,
        row.field,
        row.app_id,
        changed["attempts"],
        changed["last_error"],
        consequence,
    )
