"""Telling subscribers: writes what has to be delivered, in the transaction in which it happened."""

from collections.abc import Sequence

from sqlalchemy import func, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.jobs import NewJob
from headrace.platform.box import Box
from headrace.platform.tables import table_of
from headrace.platform.webhooks.events import NewEvent, write_value
from headrace.platform.webhooks.models import ASIDE, WAITING, WebhookDelivery, WebhookEvent
from headrace.platform.webhooks.routing import routing_of, routings

DELIVER = "webhooks.deliver"
"""The job that delivers what waits for one callback; its key is the name of that queue."""

_events = table_of(WebhookEvent)
_deliveries = table_of(WebhookDelivery)


async def tell(session: AsyncSession, box: Box, events: Sequence[NewEvent]) -> None:
    """Writes events, each for every app that is subscribed to its WABA and wants its field.

    They are delivered once committed, in the order given. An event that nobody wants leaves nothing.
    """
    if not events:
        return
    routing = await routings(session, box.cache, {event.waba_id for event in events})
    told = []
    for event in events:
        targets = routing[event.waba_id].targets(event.field, event.phone_number_id)
        targets = [target for target in targets if target[0] != event.except_app_id]
        if targets:
            told.append((event, targets))
    if not told:
        return
    now = box.clock.now()
    written = [
        {
            "waba_id": event.waba_id,
            "field": event.field,
            "value": write_value(event.value),
            "at": now,
            "subject": event.subject,
            "phone_number_id": event.phone_number_id,
            "wamid": event.wamid,
        }
        for event, _ in told
    ]
    connection = await session.connection()
    # SQLite numbers the rows of one statement in their order. PostgreSQL has to be told to.
    is_sqlite = connection.dialect.name == "sqlite"
    inserted = insert(_events).returning(_events.c.id, sort_by_parameter_order=not is_sqlite)
    ids = sorted((await connection.execute(inserted, written)).scalars())
    deliveries = [
        {
            "event_id": event_id,
            "app_id": app_id,
            "queue": callback.queue,
            "state": WAITING,
            "attempts": 0,
            "refusals": 0,
        }
        for event_id, (_, targets) in zip(ids, told, strict=True)
        for app_id, callback in targets
    ]
    await connection.execute(insert(_deliveries), deliveries)
    queues = sorted({delivery["queue"] for delivery in deliveries})
    await box.jobs.schedule_many(session, [NewJob(DELIVER, queue, now) for queue in queues])


async def wants(
    session: AsyncSession, box: Box, app_id: str, waba_id: str, field: str, phone_number_id: str | None = None
) -> bool:
    """Whether an app is told about `field`, be it by its own subscription or by a callback for this WABA or number."""
    return (await routing_of(session, box.cache, waba_id)).wants(app_id, field, phone_number_id)


async def is_told_about_flows(session: AsyncSession, box: Box, waba_id: str) -> bool:
    """Whether some app subscribed to the WABA is told about its Flows: one of the publishing checks."""
    routing = await routing_of(session, box.cache, waba_id)
    return any(route.is_subscribed and route.wants("flows", None) for route in routing.routes.values())


async def count_waiting(session: AsyncSession) -> int:
    """How many webhooks are still to be delivered, counted by the indexes of those, however many there have been."""
    # Written out, not bound: only then the databases use the index of the few rows that have the state.
    counts = [
        select(func.count()).where(_deliveries.c.state == literal_column(f"'{state}'")).scalar_subquery()
        for state in (WAITING, ASIDE)
    ]
    return int(await session.scalar(select(counts[0] + counts[1])) or 0)
