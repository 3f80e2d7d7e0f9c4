"""Pressing the button of a Flow message."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from tests.platform.messaging.stage import Stage, flow_text

from headrace.clock import ManualClock
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.handsets.models import FlowSession, Handset, SessionText
from headrace.platform.handsets.opening import press_button
from headrace.platform.messaging.models import Message

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def press(stage: Stage, wamid: str) -> FlowSession | None:
    async with stage.box.database.transaction() as session:
        handset = await session.get_one(Handset, stage.amara.id)
        message = (await session.scalars(select(Message).where(Message.wamid == wamid))).one()
        return await press_button(session, stage.box, handset, message)


async def text_of(stage: Stage, opened: FlowSession) -> str:
    async with stage.box.database.reading() as session:
        return (await session.get_one(SessionText, opened.text_sha256)).text


async def change(stage: Stage, held: FlowSession, **columns: Any) -> None:
    async with stage.box.database.transaction() as session:
        row = await session.get_one(FlowSession, held.id)
        for name, value in columns.items():
            setattr(row, name, value)


async def notice(stage: Stage) -> str | None:
    async with stage.box.database.reading() as session:
        return (await session.get_one(Handset, stage.amara.id)).notice


@pytest.fixture
async def wamid(stage: Stage) -> str:
    await stage.write()
    return await stage.send_flow(await stage.make_flow(), flow_token="token-1")


async def test_it_opens_the_version_it_was_sent_with(stage: Stage, wamid: str) -> None:
    async with stage.box.database.transaction() as session:
        flow = (await session.scalars(select(Flow))).one()
        changed = flow_text().replace('"First"', '"Changed"')
        flow.json_text = changed
        await stage.publish(session, flow, changed, number=2)
    held = await press(stage, wamid)
    assert held is not None
    assert '"First"' in await text_of(stage, held)
    assert held.state["history"] == ["FIRST"]
    assert held.state["flow_token"] == "token-1"
    assert held.status == "open"


async def test_pressing_reads_the_message(stage: Stage, wamid: str) -> None:
    await press(stage, wamid)
    assert [status["status"] for status in await stage.statuses(wamid)] == ["sent", "delivered", "read"]


async def test_what_the_endpoint_is_asked_first_waits_in_the_state(stage: Stage) -> None:
    await stage.write()
    flow = await stage.make_flow()
    held = await press(stage, await stage.send_flow(flow, flow_action="data_exchange"))
    assert held is not None
    assert held.state["status"] == "loading"
    assert held.state["pending"]["request"]["action"] == "INIT"


async def test_closed_it_opens_where_it_was_left(stage: Stage, wamid: str, clock: ManualClock) -> None:
    held = await press(stage, wamid)
    assert held is not None
    state = {**held.state, "status": "closed", "history": ["FIRST", "LAST"]}
    state["screens"] = {**state["screens"], "LAST": state["screens"]["FIRST"]}
    await change(stage, held, state=state, status="closed")
    clock.advance(timedelta(days=14, hours=23))
    again = await press(stage, wamid)
    assert again is not None
    assert (again.id, again.state["history"], again.state["status"]) == (held.id, ["FIRST", "LAST"], "ready")


async def test_after_fifteen_days_it_begins_anew(stage: Stage, wamid: str, clock: ManualClock) -> None:
    held = await press(stage, wamid)
    assert held is not None
    state = {**held.state, "status": "closed", "history": ["FIRST", "LAST"]}
    await change(stage, held, state=state, status="closed")
    clock.advance(timedelta(days=15))
    again = await press(stage, wamid)
    assert again is not None
    assert (again.id, again.state["history"]) == (held.id, ["FIRST"])


async def test_a_draft_opens_as_it_is_now(stage: Stage) -> None:
    await stage.write()
    flow = await stage.make_flow(status="DRAFT")
    wamid = await stage.send_flow(flow, mode="draft")
    held = await press(stage, wamid)
    assert held is not None
    await change(stage, held, status="closed")
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).json_text = flow_text().replace('"First"', '"Changed"')
    again = await press(stage, wamid)
    assert again is not None
    assert '"Changed"' in await text_of(stage, again)


async def test_opening_another_flow_puts_the_first_away(stage: Stage, wamid: str) -> None:
    first = await press(stage, wamid)
    second = await press(stage, await stage.send_flow(await stage.make_flow(name="Another")))
    assert first is not None
    assert second is not None
    async with stage.box.database.reading() as session:
        rows = (await session.scalars(select(FlowSession))).all()
    assert {row.id: row.status for row in rows} == {first.id: "closed", second.id: "open"}


@pytest.mark.spec("lifecycle.md §4.2")
@pytest.mark.parametrize("status", ["BLOCKED", "DEPRECATED", "DELETED"])
async def test_a_flow_that_is_shut_says_so_in_a_dialog(stage: Stage, wamid: str, status: str) -> None:
    async with stage.box.database.transaction() as session:
        (await session.scalars(select(Flow))).one().status = status
    assert await press(stage, wamid) is None
    assert await notice(stage) == "This form is not available now."
    async with stage.box.database.reading() as session:
        assert (await session.scalars(select(FlowSession))).all() == []


@pytest.mark.parametrize(
    ("device", "refused"),
    [
        ("outdated", "It needs Android 6 or iOS 12."),
        ("companion", "It cannot be opened on a linked device."),
        ("companion_with_flows", None),
    ],
)
async def test_a_device_that_opens_no_flows_says_so(stage: Stage, wamid: str, device: str, refused: str | None) -> None:
    async with stage.box.database.transaction() as session:
        (await session.get_one(Handset, stage.amara.id)).device = device
    opened = await press(stage, wamid)
    assert (opened is None) == (refused is not None)
    assert (await notice(stage) or "").endswith(refused or "")


@pytest.mark.parametrize("outcome", ["answered", "closed"])
async def test_a_button_that_had_its_time_opens_nothing(stage: Stage, wamid: str, outcome: str) -> None:
    async with stage.box.database.transaction() as session:
        (await session.scalars(select(Message).where(Message.wamid == wamid))).one().flow_outcome = outcome
    assert await press(stage, wamid) is None


@pytest.mark.spec("lifecycle.md §4.3")
async def test_the_sixth_oldest_version_is_gone(stage: Stage, wamid: str) -> None:
    for number in range(2, 7):
        assert await press(stage, wamid) is not None
        async with stage.box.database.transaction() as session:
            await stage.publish(session, (await session.scalars(select(Flow))).one(), flow_text(), number=number)
            held = (await session.scalars(select(FlowSession))).one()
            held.status = "closed"
    assert await press(stage, wamid) is None


async def test_a_draft_that_was_deleted_or_emptied_says_so(stage: Stage) -> None:
    await stage.write()
    flow = await stage.make_flow(status="DRAFT")
    wamid = await stage.send_flow(flow, mode="draft")
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).json_text = orjson.dumps({"screens": []}).decode()
    assert await press(stage, wamid) is None
    assert await notice(stage) == "This form has no screen to show yet."
    async with stage.box.database.transaction() as session:
        assert (await session.scalars(select(FlowVersion))).all() == []
        await session.delete(await session.get_one(Flow, flow.id))
    assert await press(stage, wamid) is None
    assert await notice(stage) == "This form is not available now."
