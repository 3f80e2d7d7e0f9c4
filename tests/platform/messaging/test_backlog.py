"""What a message costs does not depend on how many there were before it."""

from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.platform.messaging.stage import Stage

from headrace.platform.handsets.screen import look
from headrace.platform.handsets.service import find_handset, look_at
from headrace.platform.webhooks.service import count_waiting

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

EVERY = 100


async def walk(stage: Stage) -> None:
    """A message is sent, arrives, is looked at and read, and its webhooks are counted."""
    await stage.send(text={"body": "Hello"})
    async with stage.box.database.transaction() as session:
        handset = await find_handset(session, stage.amara.id)
        assert handset is not None
        await look(session, stage.box, handset)
        await look_at(session, stage.box, handset, stage.sender)


async def steps_of_a_walk(stage: Stage) -> int:
    """How many steps SQLite's machine takes, which no other work on this one changes; in hundreds."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(step, EVERY)

    await walk(stage)
    event.listen(stage.box.database.engine.sync_engine, "checkout", watch)
    await walk(stage)
    event.remove(stage.box.database.engine.sync_engine, "checkout", watch)
    return steps


async def repeat(session: AsyncSession, table: str, rows: int) -> None:
    columns = list((await session.execute(text(f"SELECT * FROM {table} LIMIT 0"))).keys())
    copied = ", ".join(name for name in columns if name not in ("id", "wamid"))
    key, values = (", wamid", f", 'old {rows} ' || n.i") if table == "messages" else ("", "")
    await session.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
            f"INSERT INTO {table} ({copied}{key}) SELECT {copied}{values} FROM n, "
            f"(SELECT * FROM {table} ORDER BY id DESC LIMIT 1)"
        ),
        {"rows": rows},
    )


async def backlog(stage: Stage, rows: int) -> None:
    async with stage.box.database.transaction() as session:
        for table in ("messages", "webhook_events", "webhook_deliveries"):
            await repeat(session, table, rows)


async def test_a_backlog_makes_nothing_dearer(stage: Stage) -> None:
    await stage.write()
    await walk(stage)
    await backlog(stage, 250)  # more than a chat shows
    before = await steps_of_a_walk(stage)
    await backlog(stage, 5_000)
    async with stage.box.database.reading() as session:
        assert await count_waiting(session) > 5_000
    assert await steps_of_a_walk(stage) < 1.2 * before + 5
