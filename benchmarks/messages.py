"""What a message costs a whole server, from the call that sends it to its delivered webhooks, the console included."""

import asyncio
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.postgresql import claim_folder, start_postgresql

from benchmarks.measuring import PLAIN_MILLISECONDS, Figure, Unmeasurable, calibration_loop, processor_milliseconds
from benchmarks.servers import Sender, Server, Subscriber, sender, serving, subscriber, until_delivered
from headrace.app.application import Application
from headrace.jobs import Job
from headrace.platform.box import Box
from headrace.platform.graph.messages import MessageCalls
from headrace.platform.handsets.service import find_handset, list_chats
from headrace.platform.messaging.delivery import DELIVER, deliverer
from headrace.platform.webhooks.subscriptions import subscribe_app
from headrace.platform.world import World, open_first_window
from headrace.settings import Part, Settings

CALLERS = 8
MESSAGES, QUICKLY = 2000, 20
RATE = 300
"""Messages a second in the long run."""

BATCH = 32
BACKLOG = 100_000


def measure(*, quick: bool = False) -> Iterator[Figure]:
    yield from asyncio.run(_measure(quick=quick))


async def _measure(*, quick: bool) -> list[Figure]:
    count = QUICKLY if quick else MESSAGES
    async with serving() as server, subscriber() as hook, sender(server, hook) as sending:
        whole, figures = await _callers(server, sending, hook, count)
        await server.rest()
        steady = await _steady(sending, hook, seconds=1 if quick else 60)
    figures.insert(0, Figure("a message, the whole server", whole, 5, "ms", f"SQLite, {CALLERS} callers at once"))
    box = await _served(count, without_console=True)
    note = "the webhooks of the console's app went elsewhere"
    figures.insert(1, Figure("a message, the box alone", box, 2.5, "ms", note))
    figures += [steady, await _statements(), await _backlog(1_000 if quick else BACKLOG)]
    return [*figures, *await _on_postgresql(count)]


async def _on_postgresql(count: int) -> list[Figure]:
    try:
        url = start_postgresql(claim_folder()).url()
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        raise Unmeasurable(f"there is no PostgreSQL to start here: {error}") from error
    one = await _served(count, "--database", url)
    two = await _served(count, "--database", url, processes=2)
    note = f"PostgreSQL, {CALLERS} callers at once, without PostgreSQL's own processes"
    return [
        Figure("a message, the whole server", one, 4, "ms", note),
        Figure("the same with two processes", two / one, 1.15, "times", f"{two:.2f} ms"),
    ]


async def _served(count: int, *arguments: str, processes: int = 1, without_console: bool = False) -> float:
    """What a message costs a server that was started for it, in milliseconds."""
    async with (
        serving(*arguments, processes=processes) as server,
        subscriber() as hook,
        sender(server, hook, without_console=without_console) as sending,
    ):
        return (await _callers(server, sending, hook, count))[0]


async def _callers(server: Server, sending: Sender, hook: Subscriber, count: int) -> tuple[float, list[Figure]]:
    """What a message takes of the server's processors, in milliseconds of a plain machine, and how many go through."""
    server.looks_every = 0.2 if count == QUICKLY else 0.5
    await _many(sending, hook, min(count, 200))  # whatever is compiled or kept is so by now
    await server.rest()
    slowness, before = _slowness(), server.processor_seconds()
    accepted, through = await _many(sending, hook, count)
    await server.rest()
    spent = (server.processor_seconds() - before) * 1000 / count
    slowness = (slowness + _slowness()) / 2
    return spent / slowness, [
        Figure("messages accepted a second", count / accepted, RATE, "/s", at_least=True),
        Figure("messages through a second", count / through, RATE, "/s", at_least=True),
    ]


async def _many(sending: Sender, hook: Subscriber, count: int) -> tuple[float, float]:
    """Sends so many, and waits for all; the seconds until the last was accepted, and delivered."""
    start = time.perf_counter()
    left = iter(range(count))

    async def call() -> None:
        for _ in left:
            await sending.send()

    await asyncio.gather(*(call() for _ in range(CALLERS)))
    accepted = time.perf_counter()
    return accepted - start, await until_delivered(sending, hook) - start


async def _steady(sending: Sender, hook: Subscriber, seconds: int) -> Figure:
    """So many messages a second, whether or not earlier ones were answered, until the last one is delivered."""
    start, tasks = time.perf_counter(), []
    waits: list[float] = []

    async def call() -> None:
        began = time.perf_counter()
        await sending.send()
        waits.append(time.perf_counter() - began)

    for number in range(RATE * seconds):
        delay = start + number / RATE - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(call()))
    await asyncio.gather(*tasks)
    elapsed = await until_delivered(sending, hook) - start
    note = f"{RATE} a second for {seconds} s; accepted after {median(waits) * 1000:.0f} ms, the last delivered "
    note += f"{elapsed - seconds:.1f} s after it was sent"
    return Figure("messages a second, for a minute", RATE * seconds / elapsed, 0.97 * RATE, "/s", note, at_least=True)


async def _statements() -> Figure:
    """What a batch asks of the database, from the calls to the webhooks that are taken."""
    with tempfile.TemporaryDirectory() as folder:
        application = await Application.open(Settings(Path(folder)))
        async with subscriber() as hook:
            count = await _statements_of_batch(application, hook)
        await application.close()
    return Figure(f"statements a message, in batches of {BATCH}", count / BATCH, 12, "", f"{count} for all of them")


async def _statements_of_batch(application: Application, hook: Subscriber) -> int:
    assert application.box is not None
    box, world = application.box.box, application.box.world
    await open_first_window(box, world)
    async with box.database.transaction() as session:
        await subscribe_app(session, box.clock, world.developer.app, hook.url, "word", ["messages"])
    calls, body = MessageCalls(box), {"messaging_product": "whatsapp", "text": {"body": "Hello"}}
    body["to"] = world.handsets[0].wa_id
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(box.database.engine.sync_engine, "before_cursor_execute", note)
    for _ in range(2):  # the first one reads what is kept from then on
        sent.clear()
        token, number = world.developer.token, world.senders[0].id
        await asyncio.gather(*(calls.answer(token, None, number, body) for _ in range(BATCH)))
        await box.jobs.drain()
    return len(sent)


async def _backlog(rows: int) -> Figure:
    """What a message and a look at its chat cost with many messages and webhooks before them, against with none."""
    with tempfile.TemporaryDirectory() as folder:
        application = await Application.open(Settings(data=Path(folder), only=Part.BOX))
        assert application.box is not None
        box, world = application.box.box, application.box.world
        await open_first_window(box, world)
        async with box.database.transaction() as session:
            nowhere = "http://127.0.0.1:9/"
            await subscribe_app(session, box.clock, world.developer.app, nowhere, "word", ["messages"])
        before = await _round(box, world)
        async with box.database.transaction() as session:
            for table in ("messages", "webhook_events", "webhook_deliveries"):
                await _multiply(session, table, rows)
        after = await _round(box, world)
        await application.close()
    note = f"SQLite, {rows:,} messages, events and waiting webhooks of the same chat"
    return Figure("a message at a backlog, against none", after / before, 1.5, "times", note)


async def _round(box: Box, world: World) -> float:
    """Seconds of the processor that some batches take, each accepted, delivered and looked at."""
    calls, body = MessageCalls(box), {"messaging_product": "whatsapp", "text": {"body": "Hello"}}
    body["to"] = world.handsets[0].wa_id
    seconds = []
    for _ in range(10):
        began = time.process_time()
        await asyncio.gather(
            *(calls.answer(world.developer.token, None, world.senders[0].id, body) for _ in range(BATCH))
        )
        await deliverer(box)(Job(0, DELIVER, "0", {}, 0))
        async with box.database.reading() as session:
            handset = await find_handset(session, world.handsets[0].id)
            assert handset is not None
            await list_chats(session, handset)
        seconds.append(time.process_time() - began)
    return median(seconds)


async def _multiply(session: AsyncSession, table: str, rows: int) -> None:
    """Repeats the table's newest row, with another key each time."""
    newest = await session.execute(text(f"SELECT * FROM {table} LIMIT 0"))  # noqa: S608
    columns = list(newest.keys())
    copied = [name for name in columns if name not in ("id", "wamid")]
    own = ["wamid"] if table == "messages" else []
    await session.execute(
        text(
            f"INSERT INTO {table} ({', '.join([*copied, *own])}) "  # noqa: S608
            f"SELECT {', '.join(copied)}{', wamid || number' if own else ''} "
            "FROM (SELECT value AS number FROM json_each(:numbers)), "
            f"(SELECT * FROM {table} ORDER BY id DESC LIMIT 1) AS newest"
        ),
        {"numbers": json.dumps(list(range(rows)))},
    )


def _slowness() -> float:
    return median(processor_milliseconds(calibration_loop) for _ in range(20)) / PLAIN_MILLISECONDS


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)
