"""Telling subscribers: writes what has to be delivered, in the transaction in which it happened."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.box import Box
from headrace.platform.webhooks.events import OBJECT, write_event
from headrace.platform.webhooks.models import (
    AppSubscription,
    PhoneNumberOverride,
    WabaSubscription,
    WebhookDelivery,
)

DELIVER = "webhooks.deliver"


async def enqueue(
    session: AsyncSession,
    box: Box,
    waba_id: str,
    field: str,
    value: dict[str, Any],
    *,
    phone_number_id: str | None = None,
    wamid: str | None = None,
    except_app_id: str | None = None,
) -> None:
    """Writes one event for every app that is subscribed to the WABA and wants `field`, to be delivered once committed.

    `value` is the event as documented for the field. `phone_number_id` says whose event it is, so that an app's
    callback for that number can be used; `wamid` lets a message's webhooks be found again. `except_app_id` is the app
    that did it itself and need not be told.
    """
    now = box.clock.now()
    body: str | None = None
    for app_id in await _subscribed(session, waba_id):
        if app_id == except_app_id or not await wants(session, app_id, waba_id, field, phone_number_id):
            continue
        body = body or write_event(waba_id, field, value, now)
        session.add(
            WebhookDelivery(
                app_id=app_id,
                waba_id=waba_id,
                field=field,
                phone_number_id=phone_number_id,
                wamid=wamid,
                body=body,
                created_at=now,
            )
        )
        # Flushed one by one: the ids give the order of delivery.
        await session.flush()
        await box.jobs.schedule(session, DELIVER, app_id, now)


async def wants(
    session: AsyncSession, app_id: str, waba_id: str, field: str, phone_number_id: str | None = None
) -> bool:
    """Whether an app subscribed to the WABA is told about `field`.

    The app's own subscription names its fields. An app that has none, but gave a callback for this WABA or number,
    never chose fields; it is told everything that goes there.
    """
    subscription = await session.get(AppSubscription, (app_id, OBJECT))
    if subscription is not None:
        return field in subscription.fields
    return await callback_of(session, app_id, waba_id, field, phone_number_id) is not None


async def callback_of(
    session: AsyncSession, app_id: str, waba_id: str, field: str, phone_number_id: str | None
) -> str | None:
    """Where an app wants to be told: its callback for the number (messages only), for the WABA, or its general one."""
    if field == "messages" and phone_number_id is not None:
        number = await session.get(PhoneNumberOverride, (phone_number_id, app_id))
        if number is not None:
            return number.callback_uri
    waba = await session.get(WabaSubscription, (waba_id, app_id))
    if waba is not None and waba.override_callback_uri:
        return waba.override_callback_uri
    subscription = await session.get(AppSubscription, (app_id, OBJECT))
    return None if subscription is None else subscription.callback_url


async def is_told_about_flows(session: AsyncSession, waba_id: str) -> bool:
    """Whether some app subscribed to the WABA is told about its Flows: one of the publishing checks."""
    return any([await wants(session, app_id, waba_id, "flows") for app_id in await _subscribed(session, waba_id)])


async def _subscribed(session: AsyncSession, waba_id: str) -> list[str]:
    statement = select(WabaSubscription.app_id).where(WabaSubscription.waba_id == waba_id)
    return list((await session.execute(statement.order_by(WabaSubscription.app_id))).scalars())
