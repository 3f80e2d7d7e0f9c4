"""Webhooks that the control room loses or holds back."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.platform.health.monitored import Monitored, monitored
from tests.platform.receiver import Receiver, listening

from headrace.clock import ManualClock
from headrace.jobs import Job
from headrace.platform.box import Box
from headrace.platform.controls import WebhookFault
from headrace.platform.flows.models import Flow
from headrace.platform.flows.service import deprecate
from headrace.platform.webhooks.delivery import deliverer
from headrace.platform.webhooks.events import OBJECT
from headrace.platform.webhooks.models import AppSubscription, WebhookDelivery
from headrace.platform.webhooks.service import DELIVER

pytestmark = pytest.mark.anyio


@pytest.fixture
async def watched(box: Box, clock: ManualClock) -> AsyncIterator[Monitored]:
    async with monitored(box, clock) as found:
        yield found


async def test_lost_and_late(watched: Monitored, box: Box, clock: ManualClock) -> None:
    async with listening(Receiver()) as receiver:
        async with box.database.transaction() as session:
            subscription = await session.get_one(AppSubscription, (watched.stage.app.id, OBJECT))
            subscription.callback_url = receiver.url
            await deprecate(session, box, await session.get_one(Flow, watched.flow.id))
            await session.flush()
            queue = await session.scalar(select(WebhookDelivery.queue).order_by(WebhookDelivery.id.desc()))
        job = Job(1, DELIVER, str(queue), {}, 0)
        deliver = deliverer(box)
        values = box.controls.values
        object.__setattr__(values, "webhook_fault", WebhookFault(drops=True))
        again = await deliver(job)
        assert (len(receiver.posts), again is not None) == (0, True)
        object.__setattr__(values, "webhook_fault", WebhookFault(delay_seconds=60))
        clock.advance(timedelta(seconds=20))
        again = await deliver(job)
        assert len(receiver.posts) == 0
        assert again is not None
        clock.advance(timedelta(seconds=60))
        assert await deliver(job) is None
        assert [value["new_status"] for value in receiver.values] == ["DEPRECATED"]
