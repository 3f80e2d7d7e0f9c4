"""The first state of a box."""

import pytest
from sqlalchemy import func, select

from headrace.platform.accounts.models import AccessToken, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.webhooks.models import WabaSubscription, WebhookEvent
from headrace.platform.world import World, open_first_window, seed

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def test_the_business_has_two_wabas_and_three_senders(world: World) -> None:
    assert world.business.name == "Millrace Opticians"
    assert world.business.is_verified
    assert [waba.name for waba in world.wabas] == ["Millrace Opticians", "Millrace staging"]
    first, second = world.wabas
    assert [
        (sender.verified_name, sender.display_number, sender.digits, sender.waba_id) for sender in world.senders
    ] == [
        ("Shops", "+44 20 7946 0101", "442079460101", first.id),
        ("Workshop", "+44 20 7946 0102", "442079460102", first.id),
        ("Millrace staging", "+44 20 7946 0199", "442079460199", second.id),
    ]


async def test_each_app_has_its_own_secrets(world: World) -> None:
    console, developer = world.console, world.developer
    assert (console.app.role, developer.app.role) == ("console", "developer")
    assert console.token != developer.token
    assert console.app.secret != developer.app.secret


async def test_both_apps_are_subscribed_to_both_wabas(box: Box, world: World) -> None:
    async with box.database.reading() as session:
        rows = (await session.execute(select(WabaSubscription))).scalars()
        pairs = {(row.waba_id, row.app_id) for row in rows}
    apps = (world.console.app, world.developer.app)
    assert pairs == {(waba.id, app.id) for waba in world.wabas for app in apps}


async def test_seeding_again_changes_nothing(box: Box, world: World) -> None:
    again = await seed(box)
    assert again.developer.token == world.developer.token
    assert [sender.id for sender in again.senders] == [sender.id for sender in world.senders]
    assert [phone.id for phone in again.handsets] == [phone.id for phone in world.handsets]
    async with box.database.reading() as session:
        assert (await session.execute(select(func.count()).select_from(AccessToken))).scalar() == 2
        assert (await session.execute(select(func.count()).select_from(PhoneNumber))).scalar() == 3


async def test_the_first_phone_writes_once(box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        (
            await session.get_one(WabaSubscription, (world.wabas[0].id, world.developer.app.id))
        ).override_callback_uri = "http://127.0.0.1:9/"
    await open_first_window(box, world)
    await open_first_window(box, world)
    async with box.database.reading() as session:
        [value] = await session.scalars(select(WebhookEvent.value))
    assert world.senders[0].id in value
    assert world.handsets[0].wa_id in value
