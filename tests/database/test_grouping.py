"""Grouping on real databases."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import Column, MetaData, String, Table, text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.stores import Store

from headrace.database import Database, GroupWriter

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

TABLES = MetaData()
Table("words", TABLES, Column("word", String(100), primary_key=True))


@pytest.fixture
async def database(store: Store) -> Database:
    return await store.open("words", TABLES)


class Words:
    """Writes words; remembers how many came at a time."""

    def __init__(self) -> None:
        self.groups: list[int] = []

    async def write(self, session: AsyncSession, words: Sequence[str]) -> list[str]:
        self.groups.append(len(words))
        await session.execute(text("INSERT INTO words VALUES (:word)"), [{"word": word} for word in words])
        return [word.upper() for word in words]


async def stored(database: Database) -> set[str]:
    async with database.reading() as session:
        return set((await session.execute(text("SELECT word FROM words"))).scalars())


async def test_whoever_comes_during_a_transaction_is_written_in_the_next(database: Database) -> None:
    words = Words()
    writer = GroupWriter(database, words.write)
    answers = await asyncio.gather(*(writer.submit(f"word {number}") for number in range(40)))
    assert answers == [f"WORD {number}" for number in range(40)]
    assert len(await stored(database)) == 40
    assert sum(words.groups) == 40
    assert len(words.groups) < 5


async def test_a_group_has_its_limit(database: Database) -> None:
    words = Words()
    writer = GroupWriter(database, words.write, most=8)
    await asyncio.gather(*(writer.submit(f"word {number}") for number in range(40)))
    assert max(words.groups) == 8


async def test_one_that_cannot_be_written_fails_alone(database: Database) -> None:
    writer = GroupWriter(database, Words().write)
    await writer.submit("there already")
    wanted = ["a", "there already", "b"]
    results = await asyncio.gather(*(writer.submit(word) for word in wanted), return_exceptions=True)
    assert results[0] == "A"
    assert results[2] == "B"
    assert "unique" in str(results[1]).lower()
    assert await stored(database) == {"a", "b", "there already"}


async def test_a_caller_that_goes_away_leaves_the_others_be(database: Database) -> None:
    writer = GroupWriter(database, Words().write)
    first = asyncio.create_task(writer.submit("first"))
    second = asyncio.create_task(writer.submit("second"))
    await asyncio.sleep(0)
    second.cancel()
    assert await first == "FIRST"
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await writer.submit("third") == "THIRD"


@pytest.mark.postgresql_only
async def test_a_group_whose_connection_is_lost_is_not_written_again(database: Database) -> None:
    words = Words()

    async def write(session: AsyncSession, items: Sequence[str]) -> list[str]:
        answers = await words.write(session, items)
        process = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with database.reading() as other:
            await other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
        return answers

    writer = GroupWriter(database, write)
    results = await asyncio.gather(*(writer.submit(word) for word in "abc"), return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results)
    assert words.groups == [3]
    assert await stored(database) == set()


async def test_a_failure_of_the_moment_fails_the_whole_group(database: Database) -> None:
    words = Words()

    async def write(session: AsyncSession, items: Sequence[str]) -> list[str]:
        await words.write(session, items)
        raise ConnectionResetError("the database is away")

    writer = GroupWriter(database, write)
    results = await asyncio.gather(*(writer.submit(word) for word in "abc"), return_exceptions=True)
    assert all(isinstance(result, ConnectionResetError) for result in results)
    assert words.groups == [3]
