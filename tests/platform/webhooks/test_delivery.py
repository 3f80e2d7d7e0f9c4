"""Delivery over loopback: signed, in order, until taken."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select
from tests.platform.receiver import Receiver, listening

from headrace.clock import ManualClock
from headrace.exchange.sealing import signature_matches
from headrace.jobs import Job
from headrace.platform.box import Box
from headrace.platform.cache import Cache
from headrace.platform.tables import Job as JobRow
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.delivery import MOST_AT_ONCE, deliverer, register_webhook_delivery
from headrace.platform.webhooks.events import NewEvent, write_body
from headrace.platform.webhooks.models import DELIVERED, DROPPED, WebhookAttempt, WebhookDelivery, WebhookEvent
from headrace.platform.webhooks.service import DELIVER, tell
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores, pytest.mark.spec("webhooks.md §3.2")]


@pytest.fixture
async def receiver(box: Box, world: World) -> AsyncIterator[Receiver]:
    register_webhook_delivery(box)
    async with listening(Receiver()) as receiver:
        await subscribe(box, world, receiver.url)
        yield receiver


async def subscribe(box: Box, world: World, url: str) -> None:
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, url, "token", ["messages", "flows"])


async def happen(box: Box, world: World, number: int) -> None:
    async with box.database.transaction() as session:
        await tell(session, box, [NewEvent(world.wabas[0].id, "messages", {"number": number})])


async def deliveries(box: Box) -> list[WebhookDelivery]:
    async with box.database.reading() as session:
        return list((await session.execute(select(WebhookDelivery).order_by(WebhookDelivery.id))).scalars())


def numbers(receiver: Receiver) -> list[int]:
    return [value["number"] for value in receiver.values]


async def pass_time(box: Box, clock: ManualClock, seconds: float) -> None:
    clock.advance(timedelta(seconds=seconds))
    await box.jobs.drain()


async def test_the_stored_bytes_are_posted_with_the_signature_of_the_app(
    box: Box, world: World, receiver: Receiver
) -> None:
    await happen(box, world, 1)
    await box.jobs.drain()
    [(body, headers)] = receiver.posts
    [delivery] = await deliveries(box)
    async with box.database.reading() as session:
        event = await session.get_one(WebhookEvent, delivery.event_id)
    assert body == write_body(event.waba_id, event.field, event.value, event.at).encode()
    assert headers["Content-Type"] == "application/json"
    assert signature_matches(world.developer.app.secret, body, headers["X-Hub-Signature-256"])
    assert delivery.state == DELIVERED
    assert delivery.attempts == 1


async def test_a_receiver_that_signs_what_it_wrote_anew_does_not_get_the_signature(
    box: Box, world: World, receiver: Receiver
) -> None:
    async with box.database.transaction() as session:
        value = {"text": {"body": "Dália writes to a@b.example: 5 % off, see https://a.example/b <today>"}}
        await tell(session, box, [NewEvent(world.wabas[0].id, "messages", value)])
    await box.jobs.drain()
    [(body, headers)] = receiver.posts
    signature, secret = headers["X-Hub-Signature-256"], world.developer.app.secret
    assert signature_matches(secret, body, signature)
    read = json.loads(body)
    anew = [
        json.dumps(read).encode(),
        json.dumps(read, separators=(",", ":")).encode(),
        json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode(),  # JSON.stringify
        json.dumps(read, separators=(",", ":")).replace("/", "\\/").encode(),  # PHP's json_encode
    ]
    assert [signature_matches(secret, written, signature) for written in anew] == [False] * 4


async def test_nothing_is_written_for_fields_nobody_wants(box: Box, world: World, receiver: Receiver) -> None:
    async with box.database.transaction() as session:
        await tell(session, box, [NewEvent(world.wabas[0].id, "account_update", {})])
        await subscriptions.unsubscribe_waba(session, world.wabas[1].id, world.developer.app)
        await tell(session, box, [NewEvent(world.wabas[1].id, "messages", {})])
    assert await deliveries(box) == []


async def test_every_subscribed_app_gets_every_event(box: Box, world: World, receiver: Receiver) -> None:
    async with listening(Receiver()) as other:
        async with box.database.transaction() as session:
            app = world.console.app
            await subscriptions.subscribe_app(session, box.clock, app, other.url, "token", ["messages"])
        await happen(box, world, 1)
        await box.jobs.drain()
    assert numbers(receiver) == numbers(other) == [1]
    [(body, headers)] = other.posts
    assert signature_matches(world.console.app.secret, body, headers["X-Hub-Signature-256"])


async def test_a_receiver_that_was_down_gets_every_event_once_and_in_order(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    await subscribe(box, world, "http://127.0.0.1:9/hook")
    for number in range(5):
        await happen(box, world, number)
        await pass_time(box, clock, 12)
    assert receiver.posts == []
    head, *others = await deliveries(box)
    assert head.attempts > 1
    assert head.last_error is not None
    assert [other.attempts for other in others] == [0, 0, 0, 0]
    await subscribe(box, world, receiver.url)
    await pass_time(box, clock, 72)  # two minutes after the first attempt
    assert numbers(receiver) == [0, 1, 2, 3, 4]
    assert len(receiver.posts) == 5
    assert all(delivery.state == DELIVERED for delivery in await deliveries(box))


async def test_a_receiver_that_is_down_for_two_hours_misses_nothing_and_slows_nobody(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    async with listening(Receiver()) as other:
        async with box.database.transaction() as session:
            app = world.console.app
            await subscriptions.subscribe_app(session, box.clock, app, other.url, "token", ["messages"])
        await subscribe(box, world, "http://127.0.0.1:9/hook")
        for number in range(12):
            await happen(box, world, number)
            await box.jobs.drain()
            assert numbers(other)[-1] == number
            await pass_time(box, clock, 600)
        assert receiver.posts == []
        assert max(delivery.attempts for delivery in await deliveries(box)) <= 60
        await subscribe(box, world, receiver.url)
        await happen(box, world, 12)  # which is a reason to try at once
        await pass_time(box, clock, 5)
    assert numbers(receiver) == numbers(other) == list(range(13))
    assert all(delivery.state == DELIVERED for delivery in await deliveries(box))


async def test_a_dead_receiver_is_tried_on_schedule_and_given_up_after_seven_days(
    box: Box, world: World, receiver: Receiver, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "headrace.platform.webhooks")
    await subscribe(box, world, "http://127.0.0.1:9/hook")
    await happen(box, world, 1)
    await box.jobs.drain()
    attempts = []
    for seconds in (4, 1, 9, 1, 9, 6, 10, 900, 2700):
        await pass_time(box, clock, seconds)
        attempts.append((await deliveries(box))[0].attempts)
    assert attempts == [1, 2, 2, 3, 3, 4, 5, 6, 7]
    for _ in range(30):
        await pass_time(box, clock, 6 * 3600)
    [delivery] = await deliveries(box)
    assert delivery.state == DROPPED
    assert delivery.attempts == len(caplog.records) == 34
    assert "given up" in caplog.records[-1].getMessage()
    async with box.database.reading() as session:
        assert (await session.execute(select(JobRow))).first() is None


async def test_a_new_event_is_a_reason_to_try_early(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.statuses = [503, 503, 503]
    await happen(box, world, 1)
    await box.jobs.drain()
    await pass_time(box, clock, 5)
    await pass_time(box, clock, 25)
    assert len(receiver.posts) == 3  # at 0, 5 and 30 s; the next is due at 120 s
    clock.advance(timedelta(seconds=2))
    await happen(box, world, 2)
    await box.jobs.drain()
    assert len(receiver.posts) == 3  # not within 5 s of the last attempt
    await pass_time(box, clock, 3)
    assert numbers(receiver) == [1, 2]


async def test_an_event_that_is_always_refused_is_set_aside(
    box: Box, world: World, receiver: Receiver, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "headrace.platform.webhooks")
    receiver.refuses = '"number":1}'
    await happen(box, world, 1)
    await happen(box, world, 2)
    await box.jobs.drain()
    await pass_time(box, clock, 5)
    await pass_time(box, clock, 25)
    assert numbers(receiver) == []
    await pass_time(box, clock, 90)
    assert numbers(receiver) == [2]
    await happen(box, world, 3)
    await box.jobs.drain()
    assert numbers(receiver) == [2, 3]
    assert any("set aside" in record.getMessage() for record in caplog.records)
    receiver.refuses = ""
    await pass_time(box, clock, 600)
    assert numbers(receiver) == [2, 3, 1]


async def test_a_killed_process_repeats_at_most_the_event_under_way(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    for number in range(3):
        await happen(box, world, number)
    # The receiver has the first event, but the process ends before it is noted: the rows are as before.
    async with box.database.reading() as session:
        first = (await session.scalars(select(WebhookEvent).order_by(WebhookEvent.id).limit(1))).one()
    body = write_body(first.waba_id, first.field, first.value, first.at)
    await box.outbound.request("POST", receiver.url, body=body.encode())
    await box.jobs.drain()
    assert numbers(receiver) == [0, 0, 1, 2]


async def test_a_server_that_is_stopped_remembers_what_was_taken(box: Box, world: World) -> None:
    under_way, ended = asyncio.Event(), asyncio.Event()

    class Slow(Receiver):
        async def receive(self, request: web.Request) -> web.Response:
            if len(self.posts) != 1 or under_way.is_set():
                return await super().receive(request)
            under_way.set()
            await ended.wait()
            return web.Response(status=503)

    register_webhook_delivery(box)
    async with listening(Slow()) as receiver:
        await subscribe(box, world, receiver.url)
        for number in range(2):
            await happen(box, world, number)
        stopped = asyncio.ensure_future(deliverer(box)(Job(0, DELIVER, world.developer.app.id, {}, 0)))
        await under_way.wait()
        stopped.cancel()
        await asyncio.gather(stopped, return_exceptions=True)
        ended.set()
        await box.jobs.drain()
        assert numbers(receiver) == [0, 1]


async def test_who_lost_its_lease_does_not_undo_what_the_other_delivered(box: Box, world: World) -> None:
    class Late(Receiver):
        async def receive(self, request: web.Request) -> web.Response:
            if self.posts:
                return await super().receive(request)
            self.posts.append((b"", {}))
            await deliverer(box)(Job(0, DELIVER, world.developer.app.id, {}, 0))  # another worker, meanwhile
            return web.Response(status=500)

    async with listening(Late()) as receiver:
        await subscribe(box, world, receiver.url)
        await happen(box, world, 0)
        await deliverer(box)(Job(0, DELIVER, world.developer.app.id, {}, 0))
    assert numbers(receiver) == [0]
    assert [delivery.state for delivery in await deliveries(box)] == [DELIVERED]


async def test_without_a_callback_events_are_dropped_with_a_word(
    box: Box, world: World, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "headrace.platform.webhooks")
    await happen(box, world, 1)
    async with box.database.transaction() as session:
        await subscriptions.unsubscribe_app(session, world.developer.app, [])
    await box.jobs.drain()
    [delivery] = await deliveries(box)
    assert delivery.state == DROPPED
    assert "no callback" in caplog.text


async def test_the_callback_of_a_number_goes_before_that_of_the_waba(
    box: Box, world: World, receiver: Receiver
) -> None:
    app, waba, sender = world.developer.app, world.wabas[0], world.senders[0]
    async with listening(Receiver()) as for_waba, listening(Receiver()) as for_number:
        async with box.database.transaction() as session:
            await subscriptions.subscribe_waba(session, box.clock, waba.id, app, (for_waba.url, "t"))
            await subscriptions.override_phone_number(session, box.clock, sender.id, app, (for_number.url, "t"))
        async with box.database.transaction() as session:
            await tell(session, box, [NewEvent(waba.id, "messages", {"number": 1}, phone_number_id=sender.id)])
            await tell(
                session, box, [NewEvent(waba.id, "messages", {"number": 2}, phone_number_id=world.senders[1].id)]
            )
            await tell(session, box, [NewEvent(waba.id, "flows", {"number": 3})])
            await tell(session, box, [NewEvent(world.wabas[1].id, "flows", {"number": 4})])
        await box.jobs.drain()
        assert (numbers(for_number), numbers(for_waba), numbers(receiver)) == ([1], [2, 3], [4])


async def test_an_override_alone_is_told_everything(box: Box, world: World) -> None:
    register_webhook_delivery(box)
    async with listening(Receiver()) as receiver:
        async with box.database.transaction() as session:
            await subscriptions.subscribe_waba(
                session, box.clock, world.wabas[0].id, world.developer.app, (receiver.url, "t")
            )
        await happen(box, world, 1)
        await box.jobs.drain()
    assert numbers(receiver) == [1]


async def test_a_rolled_back_transaction_tells_nobody(box: Box, world: World, receiver: Receiver) -> None:
    with pytest.raises(RuntimeError):
        async with box.database.transaction() as session:
            await tell(session, box, [NewEvent(world.wabas[0].id, "messages", {"number": 1})])
            raise RuntimeError
    await box.jobs.drain()
    assert receiver.posts == []


async def test_several_chats_are_told_at_the_same_time_each_in_its_order(box: Box, world: World) -> None:
    register_webhook_delivery(box)
    together = asyncio.Barrier(3)

    class Meeting(Receiver):
        async def receive(self, request: web.Request) -> web.Response:
            await asyncio.wait_for(together.wait(), 10)  # passes only when three are under way
            return await super().receive(request)

    async with listening(Meeting()) as receiver:
        await subscribe(box, world, receiver.url)
        async with box.database.transaction() as session:
            events = [
                NewEvent(world.wabas[0].id, "messages", {"number": number, "person": person}, subject=person)
                for number in range(5)
                for person in ("Amara", "Ben", "Dalia")
            ]
            await tell(session, box, events)
        await box.jobs.drain()
    for person in ("Amara", "Ben", "Dalia"):
        assert [value["number"] for value in receiver.values if value["person"] == person] == [0, 1, 2, 3, 4]


async def test_behind_an_event_that_is_not_taken_nothing_is_begun(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.refuses = '"number":0}'
    async with box.database.transaction() as session:
        for number in range(60):
            await tell(session, box, [NewEvent(world.wabas[0].id, "messages", {"number": number}, subject=str(number))])
    await box.jobs.drain()
    assert len(receiver.posts) <= 2 * MOST_AT_ONCE
    receiver.refuses = ""
    await pass_time(box, clock, 5)
    assert sorted(numbers(receiver)) == list(range(60))


async def test_a_callback_that_is_dead_holds_up_no_other(
    box: Box, world: World, receiver: Receiver, clock: ManualClock
) -> None:
    waba, sender, app = world.wabas[0], world.senders[0], world.developer.app
    async with box.database.transaction() as session:
        await subscriptions.override_phone_number(session, box.clock, sender.id, app, ("http://127.0.0.1:9/", "t"))
    async with box.database.transaction() as session:
        for number in range(4):
            whose = sender.id if number % 2 == 0 else world.senders[1].id
            await tell(session, box, [NewEvent(waba.id, "messages", {"number": number}, phone_number_id=whose)])
    await box.jobs.drain()
    assert numbers(receiver) == [1, 3]
    async with box.database.transaction() as session:
        await subscriptions.override_phone_number(session, box.clock, sender.id, app, None)
    await pass_time(box, clock, 10)
    assert numbers(receiver) == [1, 3, 0, 2]


async def test_every_attempt_is_kept(box: Box, world: World, receiver: Receiver, clock: ManualClock) -> None:
    receiver.statuses = [503]
    await happen(box, world, 1)
    await box.jobs.drain()
    await pass_time(box, clock, 5)
    async with box.database.reading() as session:
        attempts = list(await session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id)))
    assert [(one.status, one.error) for one in attempts] == [(503, None), (200, None)]
    assert all(one.milliseconds is not None for one in attempts)


async def test_another_process_knows_of_a_new_callback_at_once(box: Box, world: World, receiver: Receiver) -> None:
    there = replace(box, cache=Cache())
    await happen(there, world, 1)
    async with listening(Receiver()) as other:
        await subscribe(box, world, other.url)
        await happen(there, world, 2)
        await box.jobs.drain()
        assert numbers(other) == [1, 2]
