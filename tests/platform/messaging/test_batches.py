"""Messages that come at the same time: written together, each with its own answer, at the cost of a few statements."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.platform.messaging.stage import Stage
from tests.platform.statements import counted
from tests.stores import Store

from headrace.database import Database
from headrace.platform.accounts.models import AccessToken
from headrace.platform.cache import Cache
from headrace.platform.errors import PlatformError
from headrace.platform.flows.models import Flow
from headrace.platform.graph.messages import MessageCalls
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.receipts import read_chat
from headrace.platform.users.models import User

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


def text_to(wa_id: str, **changes: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": wa_id, "text": {"body": "Hello"}, **changes}


def flow_to(wa_id: str, flow: Flow) -> dict[str, Any]:
    parameters = {"flow_message_version": "3", "flow_id": flow.id, "flow_cta": "Book"}
    interactive = {
        "type": "flow",
        "body": {"text": "Choose a time"},
        "action": {"name": "flow", "parameters": parameters},
    }
    return {"messaging_product": "whatsapp", "to": wa_id, "type": "interactive", "interactive": interactive}


async def send(stage: Stage, calls: MessageCalls, bodies: list[dict[str, Any]]) -> list[Any]:
    """What each of several calls at once was answered or refused with."""
    token = await token_of(stage)
    answers = (calls.answer(token, None, stage.sender.id, body) for body in bodies)
    return list(await asyncio.gather(*answers, return_exceptions=True))


async def token_of(stage: Stage) -> str:
    async with stage.box.database.reading() as session:
        return (await session.scalars(select(AccessToken.token).where(AccessToken.app_id == stage.app.id))).one()


async def test_each_call_of_a_batch_has_its_own_answer(stage: Stage) -> None:
    await stage.write()
    good = [text_to(stage.amara.wa_id, text={"body": str(number)}) for number in range(20)]
    bodies = [*good[:10], text_to("Amara"), text_to(stage.amara.wa_id, context={"message_id": "wamid.x"}), *good[10:]]
    answers = await send(stage, MessageCalls(stage.box), bodies)
    assert [error.code for error in answers[10:12]] == [131009, 131009]
    wamids = [answer["messages"][0]["id"] for answer in [*answers[:10], *answers[12:]]]
    await stage.box.jobs.drain()
    async with stage.box.database.reading() as session:
        rows = await session.execute(
            select(Message.wamid, Message.payload, Message.status)
            .where(Message.direction == "out")
            .order_by(Message.id)
        )
        stored = [(wamid, payload["body"], status) for wamid, payload, status in rows]
    assert stored == [(wamid, str(number), "delivered") for number, wamid in enumerate(wamids)]
    for wamid in wamids:
        assert [one["status"] for one in await stage.statuses(wamid)] == ["sent", "delivered"]
    assert len(await stage.events("message_echoes")) == 20


async def test_who_may_not_send_spoils_nothing(stage: Stage) -> None:
    calls = MessageCalls(stage.box)
    token, body = await token_of(stage), text_to(stage.amara.wa_id)
    answers = await asyncio.gather(
        calls.answer(None, None, stage.sender.id, body),
        calls.answer("EAAnobody", None, stage.sender.id, body),
        calls.answer(token, "not its proof", stage.sender.id, body),
        calls.answer(token, None, "123", body),
        calls.answer(token, None, stage.sender.id, body),
        return_exceptions=True,
    )
    assert [error.code for error in answers[:3] if isinstance(error, PlatformError)] == [104, 190, 100]
    assert answers[3] is None
    assert isinstance(answers[4], dict)


async def test_a_batch_of_32_takes_a_few_statements_a_message(stage: Stage) -> None:
    await stage.write()
    flow, calls = await stage.make_flow(), MessageCalls(stage.box)
    bodies = [flow_to(stage.amara.wa_id, flow) for _ in range(32)]
    await send(stage, calls, bodies)
    await stage.box.jobs.drain()
    with counted(stage.box.database) as first:
        await send(stage, calls, bodies)
        await stage.box.jobs.drain()
    assert len(first) <= 3 * 32
    with counted(stage.box.database) as second:  # with twice as many behind it
        await send(stage, calls, bodies)
        await stage.box.jobs.drain()
    assert len(second) <= len(first) + 4  # not one more a message; how often the jobs look round is chance


async def test_reading_many_messages_takes_no_more_statements_than_reading_few(stage: Stage) -> None:
    await stage.write()

    async def look(count: int) -> int:
        for _ in range(count):
            await stage.accept(text_to(stage.amara.wa_id))
        await stage.box.jobs.drain()
        with counted(stage.box.database) as sent:
            async with stage.box.database.transaction() as session:
                assert await read_chat(session, stage.box, stage.amara.user, stage.sender) == count
        return len(sent)

    await look(1)
    assert await look(3) == await look(30)


async def test_a_token_that_was_taken_away_is_good_no_longer(stage: Stage) -> None:
    calls, token = MessageCalls(stage.box), await token_of(stage)
    assert await calls.answer(token, None, stage.sender.id, text_to(stage.amara.wa_id))
    async with stage.box.database.transaction() as session:
        (await session.get_one(AccessToken, token)).expires_at = stage.box.clock.now()
    with pytest.raises(PlatformError) as caught:
        await calls.answer(token, None, stage.sender.id, text_to(stage.amara.wa_id))
    assert caught.value.code == 190


async def test_a_change_that_was_undone_is_not_remembered(stage: Stage) -> None:
    calls, token = MessageCalls(stage.box), await token_of(stage)
    with pytest.raises(RuntimeError):
        async with stage.box.database.transaction() as session:
            (await session.get_one(AccessToken, token)).scopes = []
            await session.flush()
            assert (await stage.box.cache.kept(session)).of("kept:accounts") == {}
            raise RuntimeError
    assert await calls.answer(token, None, stage.sender.id, text_to(stage.amara.wa_id))


async def test_another_process_sees_a_changed_flow_at_once(stage: Stage) -> None:
    flow = await stage.make_flow()
    there = MessageCalls(replace(stage.box, cache=Cache()))
    (answer,) = await send(stage, there, [flow_to(stage.amara.wa_id, flow)])
    assert answer["messages"]
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).status = "BLOCKED"
    (refused,) = await send(stage, there, [flow_to(stage.amara.wa_id, flow)])
    assert refused.code == 132068


async def test_a_person_who_joins_is_known_at_once(stage: Stage) -> None:
    await send(stage, MessageCalls(stage.box), [text_to(stage.amara.wa_id)])
    async with stage.box.database.transaction() as session:
        session.add(User(wa_id="447700900999", user_id="GB.999", name="New", created_at=stage.box.clock.now()))
    body = {**text_to(""), "to": None, "recipient": "GB.999"}
    (answer,) = await send(stage, MessageCalls(stage.box), [body])
    assert answer["contacts"] == [{"input": "GB.999", "user_id": "GB.999"}]


async def test_a_throttled_flow_goes_ten_times_whoever_asks_at_once(stage: Stage, store: Store) -> None:
    await stage.write()
    flow = await stage.make_flow(status="THROTTLED")
    async with processes(stage, store, 1 if store.name == "sqlite" else 3) as callers:
        bodies = [flow_to(stage.amara.wa_id, flow)] * 8
        answered = await asyncio.gather(*(send(stage, calls, bodies) for calls in callers * 3))
    answers = list(chain.from_iterable(answered))
    refused = [answer for answer in answers if isinstance(answer, PlatformError)]
    assert {error.code for error in refused} == {132069}
    assert len(answers) - len(refused) == 10
    async with stage.box.database.reading() as session:
        sent = select(func.count()).select_from(Message).where(Message.flow_id == flow.id)
        assert await session.scalar(sent) == 10


@asynccontextmanager
async def processes(stage: Stage, store: Store, count: int) -> AsyncIterator[list[MessageCalls]]:
    """The calls of several processes on one database: each with connections and a cache of its own."""
    databases = [Database(store.url("platform")) for _ in range(count)]
    try:
        yield [MessageCalls(replace(stage.box, database=database, cache=Cache())) for database in databases]
    finally:
        for database in databases:
            await database.close()
