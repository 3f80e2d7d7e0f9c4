"""Who is told: apps, their fields and their callbacks.

Every callback is verified before it is stored. The handshake is the caller's first step (`verification`), outside any
transaction; the functions here only store.
"""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import Clock
from headrace.database import wait_for_turn
from headrace.platform.accounts.models import App
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.webhooks.events import FIELDS, OBJECT
from headrace.platform.webhooks.models import AppSubscription, PhoneNumberOverride, WabaSubscription


def check_object(name: str) -> None:
    """Raises code 100 for an object the box has no webhooks for."""
    if name != OBJECT:
        raise PARAMETER_INVALID.numbered(f'Param object must be one of {{{OBJECT}}} - got "{name}".')


def check_fields(fields: list[str]) -> None:
    """Raises code 100 for a field that does not exist."""
    for index, field in enumerate(fields):
        if field not in FIELDS:
            known = ", ".join(sorted(FIELDS))
            raise PARAMETER_INVALID.numbered(f'Param fields[{index}] must be one of {{{known}}} - got "{field}".')


async def subscribe_app(
    session: AsyncSession, clock: Clock, app: App, callback_url: str, verify_token: str, fields: list[str]
) -> None:
    """Sets the callback and the fields of an app, in place of those it had."""
    await wait_for_turn(session, f"subscriptions {app.id}")
    subscription = await session.get(AppSubscription, (app.id, OBJECT))
    if subscription is None:
        subscription = AppSubscription(app_id=app.id, object=OBJECT, created_at=clock.now())
        session.add(subscription)
    subscription.callback_url = callback_url
    subscription.verify_token = verify_token
    subscription.fields = fields


async def unsubscribe_app(session: AsyncSession, app: App, fields: list[str]) -> None:
    """Takes away some fields of an app, or its whole subscription when no field is named or none is left."""
    subscription = await session.get(AppSubscription, (app.id, OBJECT))
    if subscription is None:
        return
    left = [field for field in subscription.fields if field not in fields] if fields else []
    if left:
        subscription.fields = left
    else:
        await session.delete(subscription)


async def app_subscription(session: AsyncSession, app_id: str) -> AppSubscription | None:
    return await session.get(AppSubscription, (app_id, OBJECT))


async def subscribe_waba(
    session: AsyncSession, clock: Clock, waba_id: str, app: App, override: tuple[str, str] | None
) -> None:
    """Has an app told about a WABA; `override` is a callback with its verify token, None takes an earlier one away."""
    await wait_for_turn(session, f"subscriptions {app.id}")
    subscription = await session.get(WabaSubscription, (waba_id, app.id))
    if subscription is None:
        subscription = WabaSubscription(waba_id=waba_id, app_id=app.id, created_at=clock.now())
        session.add(subscription)
    subscription.override_callback_uri, subscription.override_verify_token = override or (None, None)


async def unsubscribe_waba(session: AsyncSession, waba_id: str, app: App) -> None:
    subscription = await session.get(WabaSubscription, (waba_id, app.id))
    if subscription is not None:
        await session.delete(subscription)


def subscribers_of(waba_id: str) -> Select[WabaSubscription, App]:
    """The apps that are told about a WABA, in the order in which they came."""
    return (
        select(WabaSubscription, App)
        .join(App, App.id == WabaSubscription.app_id)
        .where(WabaSubscription.waba_id == waba_id)
        .order_by(WabaSubscription.created_at, App.id)
    )


async def override_phone_number(
    session: AsyncSession, clock: Clock, phone_number_id: str, app: App, override: tuple[str, str] | None
) -> None:
    """Sets the callback an app has for the messages of one number; None takes it away."""
    await wait_for_turn(session, f"subscriptions {app.id}")
    stored = await session.get(PhoneNumberOverride, (phone_number_id, app.id))
    if override is None:
        if stored is not None:
            await session.delete(stored)
        return
    if stored is None:
        stored = PhoneNumberOverride(phone_number_id=phone_number_id, app_id=app.id, created_at=clock.now())
        session.add(stored)
    stored.callback_uri, stored.verify_token = override


async def callbacks_of(session: AsyncSession, waba_id: str, phone_number_id: str | None, app: App) -> dict[str, str]:
    """An app's callbacks at each level, as `webhook_configuration` shows them; a level without one is left out."""
    levels: dict[str, str] = {}
    if phone_number_id is not None:
        number = await session.get(PhoneNumberOverride, (phone_number_id, app.id))
        if number is not None:
            levels["phone_number"] = number.callback_uri
    waba = await session.get(WabaSubscription, (waba_id, app.id))
    if waba is not None and waba.override_callback_uri:
        levels["whatsapp_business_account"] = waba.override_callback_uri
    general = await session.get(AppSubscription, (app.id, OBJECT))
    if general is not None:
        levels["application"] = general.callback_url
    return levels
