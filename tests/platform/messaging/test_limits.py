"""WhatsApp's limits for how fast a sender may send, where the control room holds it to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.platform.messaging.stage import Stage
from tests.platform.messaging.test_template_messages import make

from headrace.clock import ManualClock
from headrace.platform.control_room.acts import Room
from headrace.platform.control_room.message_acts import limit_messages
from headrace.platform.control_room.moving_clock import ClockMover
from headrace.platform.control_room.requests import Wishes
from headrace.platform.controls import MessageLimits
from headrace.platform.errors import PlatformError
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.requests import read_request
from headrace.platform.messaging.writing import Sending, take
from headrace.platform.webhooks.events import OBJECT
from headrace.platform.webhooks.models import AppSubscription

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.7")]


def limit(stage: Stage, **limits: Any) -> None:
    stage.box.controls.values = replace(stage.box.controls.values, message_limits=MessageLimits(**limits))


async def send(stage: Stage, count: int, *, to: str = "447700900101") -> list[int | None]:
    """Sends texts in one batch; the code of each refusal, None for each that was accepted."""
    request = read_request({"messaging_product": "whatsapp", "to": to, "text": {"body": "Hello"}})
    async with stage.box.database.transaction() as session:
        calls = [Sending(stage.sender, stage.app.id, request)] * count
        answers = await take(session, stage.box, await stage.box.cache.kept(session), calls)
    return [answer.code if isinstance(answer, PlatformError) else None for answer in answers]


async def test_a_box_has_no_limits_at_first(stage: Stage) -> None:
    assert await send(stage, 200) == [None] * 200


@pytest.mark.both_stores
async def test_a_burst_to_one_person_and_then_one_in_six_seconds(stage: Stage, clock: ManualClock) -> None:
    limit(stage, pair=True)
    assert await send(stage, 30) == [None] * 30
    clock.advance(timedelta(seconds=6))
    assert await send(stage, 17) == [None] * 15 + [131056] * 2
    assert await send(stage, 1, to="447700900102") == [None]
    clock.advance(timedelta(seconds=264))
    assert await send(stage, 31) == [None] * 30 + [131056]


@pytest.mark.both_stores
async def test_a_sender_has_so_many_messages_a_second(stage: Stage, clock: ManualClock) -> None:
    limit(stage, per_second=80)
    assert await send(stage, 50) == [None] * 50
    assert await send(stage, 31, to="447700900102") == [None] * 30 + [130429]
    clock.advance(timedelta(seconds=1))
    assert await send(stage, 1) == [None]


@pytest.mark.spec("messages.md §6.6")
async def test_a_shut_window_may_be_refused_at_once(stage: Stage, clock: ManualClock) -> None:
    assert await send(stage, 1) == [None]
    limit(stage, refuses_shut_windows=True)
    assert await send(stage, 1) == [131047]
    await stage.write()
    assert await send(stage, 1) == [None]
    clock.advance(timedelta(hours=24))
    assert await send(stage, 1) == [131047]


@pytest.mark.both_stores
async def test_a_business_writes_first_to_so_many_people_in_a_day(stage: Stage, clock: ManualClock) -> None:
    await make(stage, {"type": "BODY", "text": "Hello, it is time."})
    limit(stage, tier="TIER_250")
    template = {"name": "visit", "language": {"code": "en_GB"}}

    async def reached(to: str) -> str:
        answer = await stage.send(to=to, type="template", template=template)
        message = await stage.message(answer["messages"][0]["id"])
        return message.status if message.error is None else str(message.error["code"])

    async with stage.box.database.transaction() as session:
        now = clock.now()
        columns: dict[str, Any] = {"direction": "out", "type": "template", "payload": {}, "status": "delivered"}
        session.add_all(
            Message(
                wamid=f"wamid.{number}",
                wa_id=str(number),
                phone_number_id=stage.other_sender.id,
                created_at=now,
                initiates=True,
                **columns,
            )
            for number in range(249)
        )
    assert await reached("447700900101") == "delivered"
    assert await reached("447700900101") == "delivered"
    assert await reached("447700900102") == "131048"
    await stage.write(handset=stage.ben)
    assert await reached("447700900102") == "delivered"
    clock.advance(timedelta(hours=25))
    assert await reached("447700900103") == "delivered"


@pytest.mark.spec("webhooks.md §3.7")
async def test_another_messaging_limit_is_told_to_subscribers(stage: Stage) -> None:
    async with stage.box.database.transaction() as session:
        subscription = await session.get_one(AppSubscription, (stage.app.id, OBJECT))
        subscription.fields = [*subscription.fields, "phone_number_quality_update"]
    room = Room(stage.box, ClockMover(stage.box))
    for tier in ("TIER_2K", "TIER_10K", "TIER_10K"):
        assert (await limit_messages(room, Wishes({"tier": tier}), {}))["tier"] == tier
    told = await stage.events("phone_number_quality_update")
    mine = [value for value in told if value["display_phone_number"] == stage.sender.digits]
    assert [(value["event"], value["current_limit"]) for value in mine] == [
        ("DOWNGRADE", "TIER_2K"),
        ("UPGRADE", "TIER_10K"),
    ]
