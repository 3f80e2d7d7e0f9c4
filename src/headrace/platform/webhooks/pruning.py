"""Forgets webhooks that were delivered or given up long ago, when the box is told how long to keep them.

Events are numbered as they happened, so the oldest are looked at first and no more than a batch is taken away in one
transaction. None is waiting any more by then: after seven days the box gives up (`retries`).
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.jobs import Again, Job
from headrace.platform.box import Box
from headrace.platform.tables import table_of
from headrace.platform.webhooks.models import ASIDE, WAITING, WebhookAttempt, WebhookDelivery, WebhookEvent

PRUNE = "webhooks.prune"
EVERY = timedelta(hours=1)
_BATCH = 500

_events = table_of(WebhookEvent)
_deliveries = table_of(WebhookDelivery)
_attempts = table_of(WebhookAttempt)


def register_pruning(box: Box) -> None:
    """Gives the worker the job, where there is something to forget."""
    days = box.settings.keep_days
    if days is None:
        return
    kept = timedelta(days=days)

    async def prune(_job: Job) -> Again | None:
        async with box.database.transaction() as session:
            is_full = await forget(session, box, kept)
        return Again(box.clock.now()) if is_full else None

    box.jobs.every(PRUNE, EVERY, prune)


async def forget(session: AsyncSession, box: Box, kept: timedelta) -> bool:
    """Forgets a batch of the oldest events that are older than `kept`; whether there may be more."""
    until = box.clock.now() - kept
    oldest = (await session.execute(select(_events.c.id, _events.c.at).order_by(_events.c.id).limit(_BATCH))).all()
    ids = [event.id for event in oldest if event.at < until]
    pending = (_deliveries.c.event_id.in_(ids), _deliveries.c.state.in_((WAITING, ASIDE)))
    ids = sorted(set(ids) - set(await session.scalars(select(_deliveries.c.event_id).where(*pending))))
    if not ids:
        return False
    delivered = select(_deliveries.c.id).where(_deliveries.c.event_id.in_(ids))
    await session.execute(delete(_attempts).where(_attempts.c.delivery_id.in_(delivered)))
    await session.execute(delete(_deliveries).where(_deliveries.c.event_id.in_(ids)))
    await session.execute(delete(_events).where(_events.c.id.in_(ids)))
    return len(ids) == _BATCH
