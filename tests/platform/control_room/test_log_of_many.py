"""What is found for a person or a Flow is the same, whether they have few messages or many."""

import pytest
from sqlalchemy import select
from tests.platform.messaging.stage import set_stage

from headrace.platform.box import Box
from headrace.platform.control_room import log
from headrace.platform.control_room.log import Filters, read_page
from headrace.platform.flows.models import Flow
from headrace.platform.messaging.models import Message
from headrace.platform.webhooks.models import DELIVERED, DROPPED, WebhookDelivery, WebhookEvent
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def fill(box: Box, world: World) -> str:
    """Messages to two people from two senders, every third with a Flow, each told twice; the id of the Flow."""
    flow = await (await set_stage(box)).make_flow()
    async with box.database.transaction() as session:
        for number in range(24):
            sender, person = world.senders[0], world.handsets[number % 2]
            wamid = f"wamid.{number}"
            session.add(
                Message(
                    wamid=wamid,
                    phone_number_id=sender.id,
                    wa_id=person.wa_id,
                    direction="out",
                    type="text",
                    payload={"body": "Hello"},
                    status="read",
                    flow_id=flow.id if number % 3 == 0 else None,
                    created_at=box.clock.now(),
                )
            )
            for state in (DELIVERED, DROPPED):
                event = WebhookEvent(
                    waba_id=sender.waba_id,
                    field="messages",
                    value="{}",
                    at=box.clock.now(),
                    subject=f"{sender.id}:{person.wa_id}",
                    phone_number_id=sender.id,
                    wamid=wamid,
                )
                session.add(event)
                await session.flush()
                app_id = world.developer.app.id
                session.add(WebhookDelivery(event_id=event.id, app_id=app_id, queue="q", state=state))
        about_flow = WebhookEvent(
            waba_id=sender.waba_id, field="flows", value="{}", at=box.clock.now(), subject=f"flow:{flow.id}"
        )
        session.add(about_flow)
        await session.flush()
        session.add(WebhookDelivery(event_id=about_flow.id, app_id=app_id, queue="q", state=DELIVERED))
    return flow.id


async def test_few_and_many_are_found_alike(box: Box, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    flow_id = await fill(box, world)

    async def found(filters: Filters) -> list[int]:
        ids: list[int] = []
        after = None
        async with box.database.reading() as session:
            assert await session.scalar(select(Flow.id).where(Flow.id == flow_id))
            while True:
                page = await read_page(session, filters, after, 5)
                ids += [entry.id for entry in page.entries]
                if page.after is None:
                    return ids
                after = page.after

    wanted = [
        (Filters("webhook", wa_id=world.handsets[0].wa_id), 24),
        (Filters("webhook", wa_id=world.handsets[1].wa_id, outcome="failed"), 12),
        (Filters("webhook", wa_id=world.handsets[2].wa_id), 0),
        (Filters("webhook", flow_id=flow_id), 17),
        (Filters("webhook", flow_id=flow_id, wa_id=world.handsets[0].wa_id), 8),
    ]
    few = [await found(filters) for filters, _ in wanted]
    assert [len(ids) for ids in few] == [count for _, count in wanted]
    monkeypatch.setattr(log, "_MANY", 2)
    assert [await found(filters) for filters, _ in wanted] == few
