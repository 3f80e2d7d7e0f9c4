"""One database: transactions that commit or vanish, writers that wait for each other, moments that keep their zone."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import String, event, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from tests.stores import Store

from headrace.database import Database, RevisionColumns, Revisions, UtcDateTime, metadata, signal, touch

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


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
async def database(store: Store) -> Database:
    return await store.open("notes", Table.metadata)


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


async def test_reading_sees_one_state_whatever_is_committed_meanwhile(database: Database) -> None:
    async with database.reading() as session:
        before = list(await session.scalars(select(Note.text)))
        async with database.transaction() as other:
            other.add(Note(text="meanwhile"))
        assert list(await session.scalars(select(Note.text))) == before == []
    assert await texts(database) == ["meanwhile"]


async def test_a_limit_in_one_conditional_statement_holds_whoever_writes_at_the_same_time(database: Database) -> None:
    """READ COMMITTED looks at a row anew once the writer before is done; counting first and writing then would not."""
    async with database.transaction() as session:
        session.add(Note(text="0"))

    async def count_up() -> bool:
        statement = "UPDATE notes SET text = CAST(CAST(text AS integer) + 1 AS varchar(100)) WHERE text <> '5'"
        async with database.transaction() as session:
            return bool((await session.execute(text(statement))).rowcount)  # type: ignore[attr-defined]

    taken = await asyncio.gather(*(count_up() for _ in range(12)))
    assert sum(taken) == 5
    assert await texts(database) == ["5"]


@pytest.mark.postgresql_only
async def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        async with database.reading() as session:
            await session.execute(update(Note).values(text="refused"))


async def test_topics_are_the_last_statement_of_a_transaction(database: Database) -> None:
    statements: list[str] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    async with database.transaction() as session:
        await touch(session, "b", "a")
        session.add(Note(text="written after the touch"))
        await touch(session, "a")
    writes = [statement for statement in statements if "INSERT" in statement]
    assert ["revisions" in statement for statement in writes] == [False, True]
    async with database.reading() as session:
        rows = await session.execute(select(Revision.topic, Revision.number).order_by(Revision.topic))
        assert [tuple(row) for row in rows] == [("", 1), ("a", 1), ("b", 1)]


@pytest.mark.postgresql_only
async def test_writers_wait_for_the_counter_only_at_their_end(database: Database) -> None:
    """Two transactions that touch pages are open at the same time; neither waits for the other."""
    async with database.transaction() as first:
        await touch(first, "a", "b")
        async with database.transaction() as second:
            await touch(second, "b", "a")
            second.add(Note(text="second"))
        first.add(Note(text="first"))
    async with database.reading() as session:
        assert await session.scalar(select(Revision.number).where(Revision.topic == "a")) == 2


async def test_half_a_surrogate_pair_becomes_the_sign_for_what_cannot_be_read(database: Database) -> None:
    async with database.transaction() as session:
        session.add_all([Note(text="a\ud800b"), Note(text="c\udfff")])
    assert await texts(database) == ["a\ufffdb", "c\ufffd"]
    async with database.reading() as session:
        assert await session.scalar(select(Note.id).where(Note.text == "a\ud800b")) is not None


async def test_text_with_nul_is_kept_without_it_where_the_database_cannot(database: Database) -> None:
    async with database.transaction() as session:
        session.add_all([Note(text="a\0b"), Note(text="c")])
    kept = "a\0b" if database.is_sqlite else "a\ufffdb"
    assert await texts(database) == [kept, "c"]
    async with database.reading() as session:
        assert await session.scalar(select(Note.text).where(Note.text == "a\0b")) == kept
