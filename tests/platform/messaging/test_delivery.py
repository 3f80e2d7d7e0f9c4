"""The way of a message: statuses with their webhooks, each once; the window; what people write."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock, unix_seconds
from headrace.platform.handsets.models import Handset
from headrace.platform.messaging import statuses
from headrace.platform.messaging.delivery import DELIVER, shard_of
from headrace.platform.messaging.models import Conversation, Message
from headrace.platform.messaging.receipts import READ_AT_ONCE, read_chat
from headrace.platform.messaging.service import UnwritableText, write_flow_response
from headrace.platform.messaging.statuses import reach

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def look(stage: Stage) -> int:
    async with stage.box.database.transaction() as session:
        return await read_chat(session, stage.box, stage.amara.user, stage.sender)


async def test_very_many_unread_messages_are_read_in_batches_that_hold_nobody_up(stage: Stage) -> None:
    """What came after the person looked stays unread."""
    await stage.write()
    text = {"messaging_product": "whatsapp", "to": "447700900101", "text": {"body": "Hello"}}
    for _ in range(2 * READ_AT_ONCE + 10):
        await stage.accept(text)
    await stage.box.jobs.drain()
    assert await look(stage) == READ_AT_ONCE
    late = (await stage.accept(text))["messages"][0]["id"]
    await stage.box.jobs.drain()
    async with stage.box.database.reading() as session:
        unread = await session.scalars(
            select(Message.wamid).where(Message.status != "read", Message.direction == "out")
        )
        assert list(unread) == [late]
    assert await look(stage) == 1


@pytest.mark.spec("messages.md §6.9", "webhooks.md §3.6")
async def test_a_message_is_sent_delivered_and_read_once_each(stage: Stage, clock: ManualClock) -> None:
    await stage.write()
    wamid = (await stage.send(text={"body": "Hello"}, biz_opaque_callback_data="order 7"))["messages"][0]["id"]
    clock.advance(timedelta(minutes=2))
    assert await look(stage) == 1
    assert await look(stage) == 0
    sent, delivered, read = await stage.statuses(wamid)
    assert [one["status"] for one in (sent, delivered, read)] == ["sent", "delivered", "read"]
    for one in (sent, delivered, read):
        assert one["recipient_id"] == "447700900101"
        assert one["recipient_user_id"] == stage.amara.user_id
        assert one["biz_opaque_callback_data"] == "order 7"
    assert read["timestamp"] == str(unix_seconds(clock.now()))
    assert sent["pricing"] == {
        "billable": False,
        "pricing_model": "PMP",
        "type": "free_customer_service",
        "category": "service",
    }
    assert delivered["pricing"] == sent["pricing"]
    assert "pricing" not in read
    assert sent["conversation"]["origin"] == {"type": "service"}
    assert "expiration_timestamp" in sent["conversation"]
    assert "expiration_timestamp" not in delivered["conversation"]
    assert sent["conversation"]["id"] == delivered["conversation"]["id"]


@pytest.mark.spec("messages.md §6.9", "webhooks.md §3.6")
async def test_the_frame_of_a_status_names_sender_and_person(stage: Stage) -> None:
    await stage.write()
    await stage.send(text={"body": "Hello"})
    value = next(one for one in await stage.events() if "statuses" in one)
    assert value["messaging_product"] == "whatsapp"
    assert value["metadata"] == {"display_phone_number": "442079460101", "phone_number_id": stage.sender.id}
    assert value["contacts"] == [
        {"profile": {"name": "Amara"}, "wa_id": "447700900101", "user_id": stage.amara.user_id}
    ]


async def test_delivering_twice_tells_nothing_twice(stage: Stage) -> None:
    await stage.write()
    await stage.send(text={"body": "Hello"})
    before = await stage.events()
    async with stage.box.database.transaction() as session:
        await stage.box.jobs.schedule(session, DELIVER, str(shard_of(stage.amara.wa_id)), stage.box.clock.now())
    await stage.box.jobs.drain()
    assert await stage.events() == before


@pytest.mark.parametrize("final", ["read", "failed"])
async def test_a_final_status_never_goes_back(stage: Stage, final: str) -> None:
    await stage.write()
    wamid = (await stage.send(text={"body": "Hello"}))["messages"][0]["id"]
    async with stage.box.database.transaction() as session:
        message = (await session.scalars(select(Message).where(Message.wamid == wamid))).one()
        message.status = final
        for status in ("sent", "delivered", "read", "failed"):
            assert await reach(session, stage.box, [message], status) == []
    assert (await stage.message(wamid)).status == final


@pytest.mark.spec("messages.md §6.6", "messages.md §6.9")
async def test_outside_the_window_a_message_is_accepted_and_fails(stage: Stage, clock: ManualClock) -> None:
    await stage.write()
    clock.advance(timedelta(hours=24))
    wamid = (await stage.send(text={"body": "Still there?"}))["messages"][0]["id"]
    (status,) = await stage.statuses(wamid)
    assert status["status"] == "failed"
    (error,) = status["errors"]
    assert (error["code"], error["title"], error["message"]) == (131047, *["Re-engagement message"] * 2)
    assert "24 hours" in error["error_data"]["details"]
    assert "conversation" not in status
    await stage.write("Yes")
    wamid = (await stage.send(text={"body": "Good"}))["messages"][0]["id"]
    assert [one["status"] for one in await stage.statuses(wamid)] == ["sent", "delivered"]


@pytest.mark.spec("messages.md §6.6")
async def test_the_window_of_one_sender_is_not_that_of_another(stage: Stage) -> None:
    await stage.write()
    stage.sender = stage.other_sender
    wamid = (await stage.send(text={"body": "Hello"}))["messages"][0]["id"]
    assert [one["status"] for one in await stage.statuses(wamid)] == ["failed"]


async def test_nobody_at_the_number_is_undeliverable(stage: Stage) -> None:
    wamid = (await stage.send(to="+44 7700 900999", text={"body": "Hello"}))["messages"][0]["id"]
    (status,) = await stage.statuses(wamid)
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)
    assert status["recipient_id"] == "447700900999"
    value = next(one for one in await stage.events() if "statuses" in one)
    assert value["contacts"] == [{"wa_id": "447700900999"}]


async def test_what_a_person_writes_reaches_the_business(stage: Stage, clock: ManualClock) -> None:
    wamid = await stage.write("I need new glasses")
    (value,) = await stage.events()
    assert value["contacts"] == [
        {"profile": {"name": "Amara"}, "wa_id": "447700900101", "user_id": stage.amara.user_id}
    ]
    assert value["messages"] == [
        {
            "from": "447700900101",
            "from_user_id": stage.amara.user_id,
            "id": wamid,
            "timestamp": str(unix_seconds(clock.now())),
            "type": "text",
            "text": {"body": "I need new glasses"},
        }
    ]
    assert (await stage.message(wamid)).status == "delivered"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4097])
async def test_a_text_that_cannot_be_sent_is_not_stored(stage: Stage, text: str) -> None:
    with pytest.raises(UnwritableText):
        await stage.write(text)
    assert await stage.events() == []


@pytest.mark.spec("messages.md §6.9", "webhooks.md §3.5")
async def test_a_response_carries_its_values_as_text_and_answers_the_button(stage: Stage) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    values: dict[str, Any] = {"flow_token": "t", "service": ["lenses/frames", "tést @ 5 %"], "count": 2**70}
    async with stage.box.database.transaction() as session:
        asked = (await session.scalars(select(Message).where(Message.wamid == wamid))).one()
        handset = await session.get_one(Handset, stage.amara.id)
        await write_flow_response(session, stage.box, handset.user, asked, values)
    (message,) = (await stage.events())[-1]["messages"]
    assert message["context"] == {"from": stage.sender.digits, "id": wamid}
    assert message["type"] == "interactive"
    reply = message["interactive"]["nfm_reply"]
    assert message["interactive"]["type"] == "nfm_reply"
    assert (reply["name"], reply["body"]) == ("flow", "Sent")
    assert reply["response_json"] == (
        f'{{"flow_token":"t","service":["lenses\\/frames","t\\u00e9st @ 5 %"],"count":{2**70}}}'
    )
    assert (await stage.message(wamid)).flow_outcome == "answered"


@pytest.mark.spec("messages.md §6.6")
async def test_a_response_opens_the_window(stage: Stage, clock: ManualClock) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    clock.advance(timedelta(hours=30))
    async with stage.box.database.transaction() as session:
        asked = (await session.scalars(select(Message).where(Message.wamid == wamid))).one()
        handset = await session.get_one(Handset, stage.amara.id)
        await write_flow_response(session, stage.box, handset.user, asked, {"flow_token": "t"})
    wamid = (await stage.send(text={"body": "Booked"}))["messages"][0]["id"]
    assert [one["status"] for one in await stage.statuses(wamid)] == ["sent", "delivered"]


@pytest.mark.spec("messages.md §6.1")
async def test_reading_a_message_reads_what_came_before(stage: Stage) -> None:
    first, second, third = [await stage.write(text) for text in ("one", "two", "three")]
    assert await stage.accept({"messaging_product": "whatsapp", "status": "read", "message_id": second}) == {
        "success": True
    }
    statuses = [(await stage.message(wamid)).status for wamid in (first, second, third)]
    assert statuses == ["read", "read", "delivered"]


async def test_typing_lasts_25_seconds_or_until_the_next_message(stage: Stage, clock: ManualClock) -> None:
    wamid = await stage.write()
    typing = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": wamid,
        "typing_indicator": {"type": "text"},
    }
    await stage.accept(typing)
    assert await _typing_until(stage) == clock.now() + timedelta(seconds=25)
    clock.advance(timedelta(seconds=25))
    await stage.box.jobs.drain()
    assert await _typing_until(stage) is None
    await stage.accept(typing)
    await stage.send(text={"body": "Hello"})
    assert await _typing_until(stage) is None


async def test_typing_that_is_prolonged_ends_all_the_same(stage: Stage, clock: ManualClock) -> None:
    typing = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": await stage.write(),
        "typing_indicator": {"type": "text"},
    }
    await stage.accept(typing)
    clock.advance(timedelta(seconds=20))
    await stage.accept(typing)
    clock.advance(timedelta(seconds=5))
    await stage.box.jobs.drain()
    assert await _typing_until(stage) == clock.now() + timedelta(seconds=20)
    clock.advance(timedelta(seconds=20))
    await stage.box.jobs.drain()
    assert await _typing_until(stage) is None


async def _typing_until(stage: Stage) -> Any:
    async with stage.box.database.reading() as session:
        return (await session.get_one(Conversation, (stage.sender.id, stage.amara.wa_id))).typing_until


async def test_messages_of_a_sender_that_is_gone_hold_nobody_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.write()
    text = {"messaging_product": "whatsapp", "to": "447700900101", "text": {"body": "Hello"}}
    await stage.accept(text)

    async def nobody(*_: object) -> None:
        return None

    with monkeypatch.context() as gone:
        gone.setattr(statuses, "sender_of", nobody)
        await stage.box.jobs.drain()
    assert await stage.box.jobs.due_at(DELIVER, str(shard_of("447700900101"))) is None  # it did not fail
    later = (await stage.send(text={"body": "Hello again"}))["messages"][0]["id"]
    assert [one["status"] for one in await stage.statuses(later)] == ["sent", "delivered"]
