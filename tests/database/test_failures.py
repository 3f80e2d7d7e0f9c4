"""Which failures are of the moment, and which of the data, as real databases report them."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.stores import Store

from headrace.database import Database, is_passing

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

TABLES = MetaData()
Table("words", TABLES, Column("word", String(5), primary_key=True), Column("number", Integer))


@pytest.fixture
async def database(store: Store) -> Database:
    return await store.open("words", TABLES)


async def failure(database: Database, work: Callable[[AsyncSession], Awaitable[object]]) -> Exception:
    with pytest.raises(Exception) as caught:
        async with database.transaction() as session:
            await work(session)
    assert isinstance(caught.value, Exception)
    return caught.value


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO words (word) VALUES ('twice'), ('twice')",
        "INSERT INTO words (word) VALUES (NULL)",
        "INSERT INTO nothing VALUES (1)",
        "not a statement",
    ],
)
async def test_what_is_wrong_with_the_work_stays_wrong(database: Database, statement: str) -> None:
    assert not is_passing(await failure(database, lambda session: session.execute(text(statement))))


async def test_a_value_that_no_column_takes_stays_wrong(database: Database) -> None:
    statement = text("INSERT INTO words (word, number) VALUES ('a', :number)")
    assert not is_passing(await failure(database, lambda session: session.execute(statement, {"number": object()})))


@pytest.mark.postgresql_only
async def test_a_connection_that_the_server_ends_may_come_back(database: Database) -> None:
    async def work(session: AsyncSession) -> None:
        process = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with database.reading() as other:
            await other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
        await session.execute(text("INSERT INTO words (word) VALUES ('a')"))

    assert is_passing(await failure(database, work))


@pytest.mark.sqlite_only
async def test_a_file_without_room_may_have_some_later(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    async with database.connection() as connection:
        await connection.run_sync(TABLES.create_all)

    async def work(session: AsyncSession) -> None:
        await session.execute(text("PRAGMA max_page_count = 1"))
        rows = [{"word": str(number), "number": number} for number in range(5000)]
        await session.execute(text("INSERT INTO words (word, number) VALUES (:word, :number)"), rows)

    assert is_passing(await failure(database, work))
    await database.close()
