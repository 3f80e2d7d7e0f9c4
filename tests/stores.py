"""The two stores, for tests: a SQLite file, and a PostgreSQL that is started when the first test asks for it.

A test that asks for the fixture `store`, directly or through `box` or `side`, runs on SQLite. With the mark
`both_stores` (a module's `pytestmark`) it runs on both, and with HEADRACE_TEST_STORES=both (`make test-all`) all do;
`postgresql_only` and `sqlite_only` are for what the other does not have.
A fixture of a wider scope asks for `store_name` and opens its store itself:

    @pytest.fixture(scope="module")
    async def box(store_name: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Box]:
        async with open_store(store_name, tmp_path_factory.mktemp("box")) as store:
            database = await store.open("platform", Table.metadata)

One PostgreSQL serves a whole test run. A store is lent a database there, which is emptied when it is given back.
"""

import asyncio
import fcntl
import itertools
import os
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

import asyncpg
import pytest
from sqlalchemy import MetaData, StaticPool, create_engine, make_url
from sqlalchemy.schema import CreateSchema
from tests.postgresql import Postgresql, claim_folder, start_postgresql

from headrace.database import Database
from headrace.jobs.procrastinate_schema import install

STORES = ("sqlite", "postgresql")
_FOLDER = "HEADRACE_TEST_POSTGRESQL"

_EMPTY = """
DO $$
DECLARE item record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR item IN SELECT schemaname, tablename FROM pg_tables
            WHERE schemaname IN ('platform', 'business') AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I.%I', item.schemaname, item.tablename);
    END LOOP;
    FOR item IN SELECT schemaname, sequencename FROM pg_sequences LOOP
        PERFORM setval(format('%I.%I', item.schemaname, item.sequencename)::regclass, 1, false);
    END LOOP;
    FOR item IN SELECT nspname FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public', 'platform', 'business') LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', item.nspname);
    END LOOP;
END $$
"""


class Store(Protocol):
    """Room for databases of one test. `folder` is the test's own, empty at first."""

    name: str
    folder: Path

    def url(self, schema: str) -> str:
        """The URL of one database: of `platform`, of `business`, or of another name for a test's own tables."""
        ...

    async def open(self, schema: str, tables: MetaData) -> Database:
        """That database with these tables, empty; it is closed with the store."""
        ...


class SqliteStore:
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Database] = []

    def url(self, schema: str) -> str:
        return f"sqlite:///{self._file(schema)}"

    async def open(self, schema: str, tables: MetaData) -> Database:
        self._file(schema).write_bytes(_empty_file(tables, len(tables.tables)))
        database = Database(self.url(schema))
        self.opened.append(database)
        return database

    def _file(self, schema: str) -> Path:
        return self.folder / f"{schema}.db"


@cache
def _empty_file(tables: MetaData, _count: int) -> bytes:
    """A SQLite file with these tables. They are made once for as many as there are: modules read later add to them."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables.create_all(engine)
    with engine.connect() as connection:
        content: bytes = connection.connection.serialize()
    engine.dispose()
    return content


class PostgresqlStore:
    name = "postgresql"

    def __init__(self, folder: Path, server_url: str, tables: set[tuple[str, str]]) -> None:
        self.folder = folder
        self.server_url = server_url
        self.opened: list[Database] = []
        self._tables = tables  # what the lent database has already

    def url(self, schema: str) -> str:
        return f"{self.server_url}&schema={schema}"

    async def open(self, schema: str, tables: MetaData) -> Database:
        database = Database(self.url(schema))
        self.opened.append(database)
        missing = [table for table in tables.sorted_tables if (schema, table.name) not in self._tables]
        if missing:
            async with database.connection() as connection:
                await connection.execute(CreateSchema(schema, if_not_exists=True))
                await connection.run_sync(tables.create_all, tables=missing)
                if schema in ("platform", "business") and "jobs" in {table.name for table in missing}:
                    await connection.run_sync(install)
            if schema in ("platform", "business"):
                self._tables.update((schema, table.name) for table in missing)
        return database


class _Lender:
    """The databases of this process on the test run's PostgreSQL."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self._free: list[str] = []
        self._tables: dict[str, set[tuple[str, str]]] = defaultdict(set)

    @asynccontextmanager
    async def lend(self, folder: Path) -> AsyncIterator[PostgresqlStore]:
        server = postgresql()
        if self._free:
            name = self._free.pop()
        else:
            name = f"test_{os.getpid()}_{next(self.numbers)}"
            await execute(server.url(), f"CREATE DATABASE {name}")
        store = PostgresqlStore(folder, server.url(name), self._tables[name])
        try:
            yield store
        finally:
            for database in store.opened:
                await database.close()
        await execute(store.server_url, _EMPTY)
        self._free.append(name)


_LENDER = _Lender()


@asynccontextmanager
async def open_store(name: str, folder: Path) -> AsyncIterator[Store]:
    """A store of this kind; what it opened is closed at the end, and what it held is gone."""
    if name == "postgresql":
        async with _LENDER.lend(folder) as lent:
            yield lent
        return
    store = SqliteStore(folder)
    try:
        yield store
    finally:
        for database in store.opened:
            await database.close()


@contextmanager
def lend_url() -> Iterator[str]:
    """An empty PostgreSQL database for processes of their own, as `headrace serve --database` takes it."""
    name = f"served_{os.getpid()}_{next(_LENDER.numbers)}"
    server = postgresql()
    asyncio.run(execute(server.url(), f"CREATE DATABASE {name}"))
    try:
        yield server.url(name).replace("postgresql+asyncpg", "postgresql")
    finally:
        asyncio.run(execute(server.url(), f"DROP DATABASE {name} WITH (FORCE)"))


async def execute(url: str, statement: str) -> None:
    """Runs one statement in a database of the test run's PostgreSQL, outside of a transaction."""
    address = make_url(url)
    connection = await asyncpg.connect(
        host=str(address.query["host"]), user=address.username, password=address.password, database=address.database
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def postgresql() -> Postgresql:
    """The PostgreSQL of this test run, started by whichever process needs it first."""
    folder = Path(os.environ[_FOLDER])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "data" / "postmaster.pid").exists():
            return Postgresql(folder)
        return start_postgresql(folder)


def pytest_configure(config: pytest.Config) -> None:
    """The process that starts the others claims the folder, so PostgreSQL ends with it."""
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER] = str(claim_folder())
    config.addinivalue_line("markers", "both_stores: runs on SQLite and on PostgreSQL, whatever is asked for")
    config.addinivalue_line("markers", "postgresql_only: runs on PostgreSQL")
    config.addinivalue_line("markers", "sqlite_only: runs on SQLite")


def pytest_unconfigure(config: pytest.Config) -> None:
    """A folder that was not used goes now; the other goes with its server."""
    folder = Path(os.environ[_FOLDER])
    if not hasattr(config, "workerinput") and not (folder / "data").exists():
        shutil.rmtree(folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store_name" not in metafunc.fixturenames or "adapter" in metafunc.fixturenames:
        return  # tests of jobs choose both together
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    stores = STORES if "both_stores" in marks or os.environ.get("HEADRACE_TEST_STORES") == "both" else STORES[:1]
    if "postgresql_only" in marks or "sqlite_only" in marks:
        stores = STORES[1:] if "postgresql_only" in marks else STORES[:1]
    metafunc.parametrize("store_name", stores, scope="module")


@pytest.fixture
async def store(store_name: str, tmp_path: Path) -> AsyncIterator[Store]:
    """A store for one test."""
    async with open_store(store_name, tmp_path) as opened:
        yield opened
