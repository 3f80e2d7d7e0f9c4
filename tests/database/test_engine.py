"""One database: transactions that commit or vanish, writers that wait for each other, moments that keep their zone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from headrace.database import Database, RevisionColumns, Revisions, UtcDateTime, metadata, signal, touch

pytestmark = pytest.mark.anyio


class Table(DeclarativeBase):
    metadata = metadata()


class Note(Table):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    text: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Revision(RevisionColumns, Table):
    pass


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'test.db'}")
    async with database.connection() as connection:
        await connection.run_sync(Table.metadata.create_all)
    yield database
    await database.close()


async def texts(database: Database) -> list[str]:
    async with database.reading() as session:
        return list((await session.execute(select(Note.text).order_by(Note.id))).scalars())


async def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            session.add(Note(text="gone"))
            await session.flush()
            raise RuntimeError
    assert await texts(database) == []


async def test_two_writers_wait_for_each_other(database: Database) -> None:
    async def write(text: str) -> None:
        async with database.transaction() as session:
            await session.execute(select(Note))
            await asyncio.sleep(0.05)
            session.add(Note(text=text))

    await asyncio.gather(*(write(str(number)) for number in range(6)))
    assert sorted(await texts(database)) == list("012345")


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Note(text="half"))
        await session.flush()
        assert await asyncio.wait_for(texts(database), 2) == []
    assert await texts(database) == ["half"]


async def test_moments_come_back_aware_and_in_utc(database: Database) -> None:
    moment = datetime(2026, 11, 22, 16, 30, tzinfo=timezone(timedelta(hours=2)))
    async with database.transaction() as session:
        session.add(Note(text="a", at=moment))
    async with database.reading() as session:
        stored = (await session.execute(select(Note.at))).scalar_one()
    assert stored == moment
    assert stored is not None
    assert stored.tzinfo is UTC


async def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        async with database.transaction() as session:
            session.add(Note(text="a", at=datetime(2026, 1, 1)))  # noqa: DTZ001


async def test_signals_come_after_the_commit_only(database: Database) -> None:
    heard: list[str] = []
    stop = database.listen("news", lambda: heard.append("news"))
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            signal(session, "news")
            raise RuntimeError
    assert heard == []
    async with database.transaction() as session:
        signal(session, "news")
        assert heard == []
    assert heard == ["news"]
    stop()
    async with database.transaction() as session:
        signal(session, "news")
    assert heard == ["news"]


async def test_followers_hear_topics_of_their_own_and_of_other_processes(database: Database) -> None:
    revisions = Revisions(database, Revision)
    running = asyncio.create_task(revisions.run())
    heard = revisions.follow(idle_seconds=5)
    first = asyncio.ensure_future(anext(heard))
    await asyncio.sleep(0.05)
    async with database.transaction() as session:
        await touch(session, "chat:1", "flows")
    assert await asyncio.wait_for(first, 2) == {"chat:1", "flows"}

    elsewhere = Database(database.url)  # as another process would: no signal reaches us, only the row
    async with elsewhere.transaction() as session:
        await touch(session, "responses")
    assert await asyncio.wait_for(anext(heard), 2) == {"responses"}
    await elsewhere.close()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await heard.aclose()  # type: ignore[attr-defined]


async def test_a_quiet_follower_hears_of_nothing(database: Database) -> None:
    heard = Revisions(database, Revision).follow(idle_seconds=0.01)
    assert await anext(heard) == set()
    await heard.aclose()  # type: ignore[attr-defined]
