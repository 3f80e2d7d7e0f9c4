"""Delivering: for every app the oldest event first, each posted until a receiver takes it.

The waiting row is the intent; it is posted outside any transaction and what came of it is committed afterwards. When
the process dies in between, the event is posted once more: at least once, in order.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.sealing import sign
from headrace.jobs import Again, Handler, Job
from headrace.outbound import OutboundError
from headrace.platform.accounts.models import App
from headrace.platform.box import Box
from headrace.platform.webhooks import retries
from headrace.platform.webhooks.models import WebhookDelivery
from headrace.platform.webhooks.retries import Waiting
from headrace.platform.webhooks.service import DELIVER, callback_of

_log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0
_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Attempt:
    """What came of one POST: the status answered, or why there was no answer."""

    status: int | None
    error: str | None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class _Next:
    """The event to look at next, and when it is due (None is now)."""

    delivery: WebhookDelivery
    due_at: datetime | None


def register_webhook_delivery(box: Box) -> None:
    """Has the box's jobs deliver webhooks. Called once, before the worker runs."""
    box.jobs.handle(DELIVER, deliverer(box))


def deliverer(box: Box) -> Handler:
    """The handler of the job `webhooks.deliver`, whose key is the app's id."""

    async def deliver(job: Job) -> Again | None:
        while True:
            async with box.database.reading() as session:
                following = await _next(session, job.key)
                if following is None:
                    return None
                if following.due_at is not None and following.due_at > box.clock.now():
                    return Again(following.due_at)
                delivery = following.delivery
                app = await session.get_one(App, delivery.app_id)
                url = await callback_of(
                    session, delivery.app_id, delivery.waba_id, delivery.field, delivery.phone_number_id
                )
            started = box.clock.now()
            attempt = None if url is None else await _post(box, url, delivery.body, app.secret)
            async with box.database.transaction() as session:
                stored = await session.get_one(WebhookDelivery, delivery.id)
                _note(stored, attempt, started, box.clock.now())

    return deliver


async def _post(box: Box, url: str, text: str, secret: str) -> Attempt:
    body = text.encode("ascii")
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(secret, body)}
    try:
        answer = await box.outbound.request("POST", url, headers=headers, body=body, timeout=TIMEOUT_SECONDS)
    except OutboundError as error:
        return Attempt(None, str(error))
    return Attempt(answer.status, None)


async def _next(session: AsyncSession, app_id: str) -> _Next | None:
    """The event that is due first: the head of the queue, or one of those set aside."""
    head = (await session.execute(_waiting(app_id, set_aside=False).order_by(WebhookDelivery.id).limit(1))).scalar()
    candidates = [] if head is None else [_Next(head, await _due_at(session, head))]
    by_time = _waiting(app_id, set_aside=True).order_by(WebhookDelivery.next_attempt_at, WebhookDelivery.id).limit(1)
    aside = (await session.execute(by_time)).scalar()
    if aside is not None:
        candidates.append(_Next(aside, aside.next_attempt_at))
    return min(candidates, key=lambda candidate: (candidate.due_at is not None, candidate.due_at), default=None)


def _waiting(app_id: str, *, set_aside: bool) -> Select[WebhookDelivery]:
    return select(WebhookDelivery).where(
        WebhookDelivery.app_id == app_id,
        WebhookDelivery.delivered_at.is_(None),
        WebhookDelivery.given_up_at.is_(None),
        WebhookDelivery.set_aside.is_(set_aside),
    )


async def _due_at(session: AsyncSession, head: WebhookDelivery) -> datetime | None:
    newest = select(func.max(WebhookDelivery.id)).where(
        WebhookDelivery.app_id == head.app_id, WebhookDelivery.id > head.id
    )
    newest_at = select(WebhookDelivery.created_at).where(WebhookDelivery.id == newest.scalar_subquery())
    moment = (await session.execute(newest_at)).scalar()
    return Waiting(head.next_attempt_at, head.last_attempt_at).due_at(moment)


def _note(delivery: WebhookDelivery, attempt: Attempt | None, started: datetime, now: datetime) -> None:
    """Writes down what came of an attempt; `attempt` is None when the app has no callback any more."""
    if attempt is None:
        delivery.given_up_at = now
        delivery.last_error = "the app has no callback for this event any more"
        _log.warning("webhook %s to app %s is dropped: %s", delivery.id, delivery.app_id, delivery.last_error)
        return
    delivery.attempts += 1
    delivery.first_attempt_at = delivery.first_attempt_at or started
    delivery.last_attempt_at = now
    delivery.last_status = attempt.status
    delivery.last_error = None if attempt.error is None else attempt.error[:_LONGEST_NOTE]
    if attempt.is_taken:
        delivery.delivered_at = now
        delivery.next_attempt_at = None
        return
    delivery.next_attempt_at = retries.next_attempt(
        delivery.created_at, delivery.first_attempt_at, now, was_reached=attempt.status is not None
    )
    if attempt.status is not None:
        delivery.refusals += 1
        delivery.set_aside = delivery.refusals >= retries.REFUSALS_UNTIL_SET_ASIDE
    if delivery.next_attempt_at is None:
        delivery.given_up_at = now
    _report(delivery)


def _report(delivery: WebhookDelivery) -> None:
    reason = delivery.last_error or f"the receiver answered with status {delivery.last_status}; it has to answer 200"
    if delivery.given_up_at is not None:
        consequence = "it is given up, seven days after the event"
    elif delivery.set_aside:
        consequence = f"it is set aside, so that later ones pass, and tried again at {delivery.next_attempt_at}"
    else:
        consequence = f"tried again at {delivery.next_attempt_at}, later ones wait"
    _log.warning(
        "webhook %s (%s) to app %s failed at attempt %s: %s; %s",
        delivery.id,
        delivery.field,
        delivery.app_id,
        delivery.attempts,
        reason,
        consequence,
    )
