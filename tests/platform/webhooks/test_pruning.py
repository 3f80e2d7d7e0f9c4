"""Webhooks of long ago are forgotten; what still waits, and what is newer, is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import ManualClock
from headrace.platform.box import Box
from headrace.platform.webhooks import pruning
from headrace.platform.webhooks.models import DELIVERED, WAITING, WebhookAttempt, WebhookDelivery, WebhookEvent
from headrace.platform.webhooks.pruning import register_pruning
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def note(session: AsyncSession, box: Box, world: World, state: str) -> None:
    event = WebhookEvent(waba_id=world.wabas[0].id, field="messages", value="{}", at=box.clock.now(), subject="a")
    session.add(event)
    await session.flush()
    delivery = WebhookDelivery(event_id=event.id, app_id=world.developer.app.id, queue="q", state=state)
    session.add(delivery)
    await session.flush()
    session.add(WebhookAttempt(delivery_id=delivery.id, at=box.clock.now(), status=200))


async def counts(box: Box) -> list[int | None]:
    async with box.database.reading() as session:
        tables = (WebhookEvent, WebhookDelivery, WebhookAttempt)
        return [await session.scalar(select(func.count()).select_from(table)) for table in tables]


async def test_what_is_older_than_that_is_forgotten(
    box: Box, world: World, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_BATCH", 2)
    register_pruning(box)  # keeps everything
    register_pruning(replace(box, settings=replace(box.settings, keep_days=30)))
    before = await counts(box)
    async with box.database.transaction() as session:
        for state in (DELIVERED, DELIVERED, DELIVERED, WAITING):
            await note(session, box, world, state)
    clock.advance(timedelta(days=29))
    async with box.database.transaction() as session:
        await note(session, box, world, DELIVERED)
    await box.jobs.drain()
    assert [(now or 0) - (then or 0) for now, then in zip(await counts(box), before, strict=True)] == [5, 5, 5]
    clock.advance(timedelta(days=2))
    await box.jobs.drain()
    assert [(now or 0) - (then or 0) for now, then in zip(await counts(box), before, strict=True)] == [2, 2, 2]
