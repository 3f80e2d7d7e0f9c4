"""WhatsApp's limits for how fast a sender may send, where the control room holds it to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock
from headrace.platform.controls import MessageLimits
from headrace.platform.errors import PlatformError
from headrace.platform.messaging.requests import read_request
from headrace.platform.messaging.writing import Sending, take

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
