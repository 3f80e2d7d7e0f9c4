"""Versions freeze and expire by the calendar: who publishes, sends or opens is told, or refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.platform.health.monitored import Monitored, monitored

from headrace.clock import ManualClock
from headrace.platform.box import Box
from headrace.platform.controls import VersionDates
from headrace.platform.errors import PlatformError
from headrace.platform.flows.version_calendar import is_frozen
from headrace.platform.handsets.opening import NotAvailable, open_flow
from headrace.platform.handsets.session_rows import hold_phone
from headrace.platform.messaging.models import Message

pytestmark = [pytest.mark.anyio, pytest.mark.spec("lifecycle.md §4.5", "webhooks.md §3.4")]


@pytest.fixture
async def watched(box: Box, clock: ManualClock) -> AsyncIterator[Monitored]:
    async with monitored(box, clock) as found:
        yield found


def set_dates(box: Box, frozen: date | None = None, expires: date | None = None) -> None:
    box.controls.values = replace(box.controls.values, versions={"7.3": VersionDates(frozen, expires)})


async def test_whoever_sends_is_warned_once_then_refused(watched: Monitored, box: Box) -> None:
    stage, today = watched.stage, watched.clock.now().date()
    await stage.write()
    flow = await stage.make_flow(name="Plain")
    set_dates(box, expires=today + timedelta(days=91))
    await stage.send_flow(flow)
    assert await watched.told() == []
    set_dates(box, expires=today + timedelta(days=21))
    wamid = await stage.send_flow(flow)
    await stage.send_flow(flow)
    (told,) = await watched.told()
    assert told == {
        "event": "FLOW_VERSION_EXPIRY_WARNING",
        "warning": told["warning"],
        "flow_id": flow.id,
    }
    assert told["warning"].startswith("Your current Flow version will expire in 21 days. ")
    set_dates(box, expires=today)
    with pytest.raises(PlatformError) as refused:
        await stage.send_flow(flow)
    assert refused.value.code == 132068
    async with box.database.transaction() as session:
        message = await session.get_one(Message, (await stage.message(wamid)).id)
        await hold_phone(session, stage.amara.id)
        with pytest.raises(NotAvailable):
            await open_flow(session, box, stage.amara, message)
    set_dates(box)
    async with box.database.transaction() as session:
        message = await session.get_one(Message, message.id)
        await hold_phone(session, stage.amara.id)
        assert (await open_flow(session, box, stage.amara, message)).status == "open"


async def test_what_is_frozen_by_the_control_room_is_refused_whatever_the_setting(box: Box, clock: ManualClock) -> None:
    lenient = replace(box, settings=replace(box.settings, refuse_frozen=False))
    assert (is_frozen(box, "5.0"), is_frozen(lenient, "5.0"), is_frozen(box, "7.3")) == (True, False, False)
    set_dates(box, frozen=clock.now().date())
    assert (is_frozen(box, "7.3"), is_frozen(lenient, "7.3"), is_frozen(lenient, None)) == (True, True, False)
