"""A database that cannot be used is told in one sentence, and nothing is left half-made."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.stores import Store, execute, postgresql

from headrace.database import Database, DatabaseUnusable, open_database, postgresql_url

pytestmark = pytest.mark.anyio

LIKE = "The database's URL has to look like postgresql://user:password@host:5432/name."


@pytest.mark.parametrize(
    "typed",
    ["", "x", "mysql://amy:secret@db/x", "postgresql://", "postgresql://db", "postgresql://db:port/x", "//db/x"],
)
def test_what_is_no_url_of_a_postgresql_database(typed: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        postgresql_url(typed)
    assert str(refused.value) == LIKE


@pytest.mark.parametrize(
    "option", ["colour=blue", "schema=public", "sslmode=perhaps", "ssl=1", "ssl=require&ssl=allow"]
)
def test_an_option_that_no_driver_takes_is_named(option: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        postgresql_url(f"postgresql://db/x?{option}")
    assert option.partition("=")[0] in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+asyncpg", "postgres"])
def test_every_usual_scheme_is_understood(scheme: str) -> None:
    assert postgresql_url(f"{scheme}://amy:pass%40word@db:5433/x") == "postgresql+asyncpg://amy:pass%40word@db:5433/x"


async def reason(url: str, side: str = "platform") -> str:
    """The one sentence about this database."""
    with pytest.raises(DatabaseUnusable) as refused:
        await open_database(url, side)
    words = str(refused.value)
    assert "\n" not in words
    assert words.endswith(".") or "createdb" in words
    assert "secret" not in words
    return words


async def test_nobody_is_there() -> None:
    words = await reason("postgresql+asyncpg://amy:secret@127.0.0.1:1/x?schema=platform")
    assert words.startswith("The database at 127.0.0.1:1 cannot be reached: ")


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'platform.db'}", "platform")
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM jobs"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    await database.close()
    assert modes["platform.db"] == 0o600
    assert set(modes.values()) == {0o600}


AMY = f"amy_{os.getpid()}"


@pytest.fixture
async def amy(store: Store) -> AsyncIterator[None]:
    """A user of the test's PostgreSQL who has a password and may do nothing."""
    await execute(store.url("x"), f"CREATE USER {AMY} PASSWORD 'secret'")
    yield
    await execute(store.url("x"), f"DROP OWNED BY {AMY} CASCADE")
    await execute(store.url("x"), f"DROP USER {AMY}")


def as_amy(store: Store, password: str = "secret") -> str:
    return store.url("amys").replace("postgres@", f"{AMY}:{password}@")


@pytest.mark.postgresql_only
@pytest.mark.usefixtures("amy")
async def test_a_wrong_password(store: Store) -> None:
    words = await reason(as_amy(store, "wrong"))
    assert words == f"The database refuses the password of the user {AMY}. Check it in --database."


@pytest.mark.postgresql_only
@pytest.mark.usefixtures("amy")
async def test_somebody_who_may_make_no_schema(store: Store) -> None:
    assert (await reason(as_amy(store))).startswith(f"The user {AMY} may not do what is needed in the database test_")


@pytest.mark.postgresql_only
@pytest.mark.usefixtures("amy")
async def test_a_schema_that_belongs_to_somebody_else(store: Store) -> None:
    await execute(store.url("x"), "CREATE SCHEMA amys")
    assert (await reason(as_amy(store))).startswith(f"The user {AMY} may not use the schemas of Headrace")


@pytest.mark.postgresql_only
async def test_a_database_that_is_not_there() -> None:
    assert (await reason(postgresql().url("nowhere") + "&schema=platform")).startswith(
        "There is no database nowhere at"
    )


@pytest.mark.postgresql_only
@pytest.mark.usefixtures("amy")
async def test_a_read_only_database(store: Store) -> None:
    await execute(postgresql().url(), f"ALTER USER {AMY} SET default_transaction_read_only = on")
    await execute(store.url("x"), f"CREATE SCHEMA amys AUTHORIZATION {AMY}")
    assert "is read-only. Headrace has to write" in await reason(as_amy(store))


@pytest.mark.both_stores
async def test_a_database_of_a_newer_headrace(store: Store) -> None:
    url = store.url("later")
    database = await open_database(url, "platform")
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    await database.close()
    words = await reason(url)
    assert words.endswith("was made by a newer Headrace (its platform tables are at tomorrow). Use that one.")
    again = Database(url)
    async with again.reading() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "tomorrow"
    await again.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "platform.db"
    path.write_text("A letter to my aunt. " * 100)
    assert await reason(f"sqlite:///{path}") == (
        f"The file {path} is no SQLite database. Move it away or choose another folder with --data."
    )
    assert path.read_text().startswith("A letter")


async def test_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "platform.db"
    path.touch()
    words = await reason(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert "is read-only. Headrace has to write" in words


async def test_a_file_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "unable to open database file" in await reason(f"sqlite:///{tmp_path / 'none' / 'platform.db'}")


@pytest.mark.postgresql_only
async def test_servers_that_start_at_the_same_time_all_open(store: Store) -> None:
    opened = await asyncio.gather(*(open_database(store.url("new"), "business") for _ in range(3)))
    for database in opened:
        await database.close()
