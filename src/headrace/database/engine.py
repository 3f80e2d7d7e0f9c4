"""One database: an engine, short transactions, and signals after a commit.

It is a SQLite file (`sqlite:///…`) or a schema of a PostgreSQL database
(`postgresql+asyncpg://…/headrace?schema=platform`).

SQLite runs in WAL mode with one writer at a time. A transaction that is going to write says so at its start
(`BEGIN IMMEDIATE`), so that two writers wait for each other instead of failing when the second one upgrades its lock.
On PostgreSQL writers run side by side: a transaction is READ COMMITTED, so a promise about the rows of others ("at
most ten an hour") has to be one conditional statement or a lock. Reading is REPEATABLE READ, so that statements that
belong together see one state on either.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, TypeDecorator, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from headrace.characters import is_storable, storable
from headrace.database.failures import DatabaseBusy
from headrace.database.sqlite import DRIVER

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_BUSY_MILLISECONDS = 10_000
_CACHE_KIBIBYTES = 32 * 1024
"""What a connection to SQLite keeps of its file, at most: with the 2 MB of its default it reads the same pages anew."""

_CONNECT_SECONDS = 10
_LONGEST_WAIT_SECONDS = 30.0


def metadata() -> MetaData:
    """Table definitions of one side, with names for every constraint so that migrations can address them."""
    return MetaData(naming_convention=_NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime in, an aware UTC datetime out, on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Json = JSON(none_as_null=True)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Numbers of rows that may pass two thousand million. SQLite counts up only what is called INTEGER."""


def at_the_end(session: AsyncSession | Session, name: str, write: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Has `write` called once for each `name`, after all other work of the transaction and just before its commit.

    For rows that many transactions write: their locks are held only for a moment.
    """
    session.info.setdefault("at the end", {})[name] = write


TURN = text("SELECT pg_advisory_xact_lock(hashtext(:name))")


async def wait_for_turn(session: AsyncSession, name: str) -> None:
    """Lets one transaction after another pass that says the same `name`, until each is over.

    For what a row cannot guard because it is not there yet. On SQLite there is one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(TURN, {"name": name})


def signal(session: AsyncSession | Session, name: str) -> None:
    """Once this session's transaction is committed, `name` is told to everyone who listens for it."""
    session.info.setdefault("signals", set()).add(name)


class BrokenReferences(Exception):
    """Rows of a database refer to rows that are not there; the message is a clause that says which."""


class Database:
    """One of the two databases. `transaction()` writes and commits, `reading()` only reads.

    On PostgreSQL `schema` in the URL's query names the schema in which all tables are found.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        address = address.set(drivername=DRIVER) if self.is_sqlite else address
        self.schema = None if self.is_sqlite else str(address.query.get("schema", "public"))
        self.engine = create_async_engine(
            address.difference_update_query(["schema"]),
            pool_size=8,
            max_overflow=16,
            pool_use_lifo=True,  # the connection that was used last: its statements are prepared, its pages known
            connect_args={} if self.is_sqlite else _postgresql(str(self.schema)),
        )
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
            writing, reading = {"writing": True}, {}
        else:
            event.listen(self.engine.sync_engine, "before_cursor_execute", _replace_unstorable, retval=True)
            writing, reading = {}, {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._writing = async_sessionmaker(self.engine.execution_options(**writing), expire_on_commit=False)
        self._reading = async_sessionmaker(self.engine.execution_options(**reading), expire_on_commit=False)
        # One writer at a time is let in here already: on SQLite a second one would stop the loop while it waits.
        self._writer = asyncio.Lock()
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)

    def listen(self, name: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` in this process after every commit that signalled `name`; returns the way to stop."""
        self._listeners[name].append(listener)
        return lambda: self._listeners[name].remove(listener)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone when the block raises.

        On SQLite nobody else writes meanwhile. On PostgreSQL it is READ COMMITTED: every statement sees what others
        have committed until then. Raises `DatabaseBusy` when others write for too long.
        """
        async with self._turn(), self._writing() as session:
            session.info["database"] = self
            yield session
            await session.flush()
            if endings := session.info.get("at the end"):
                for name in sorted(endings):  # everywhere in the same order, or two transactions would deadlock
                    await endings[name](session)
            await session.commit()
            signals = session.info.get("signals", set())
        for name in signals:
            for listener in tuple(self._listeners[name]):
                listener()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and writes nothing (REPEATABLE READ on PostgreSQL)."""
        async with self._reading() as session:
            session.info["database"] = self
            yield session

    @asynccontextmanager
    async def connection(self, *, rebuilding: bool = False) -> AsyncIterator[AsyncConnection]:
        """A bare connection in a transaction of its own.

        While `rebuilding`, foreign keys of SQLite are checked at the end only: a table that others refer to is changed
        there by making it anew.
        """
        async with self._turn(), self.engine.connect() as connection:
            await connection.execution_options(writing=True, rebuilding=rebuilding)
            try:
                async with connection.begin():
                    yield connection
                    if rebuilding and self.is_sqlite:
                        found = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings()
                        broken = {f"{row['table']} to {row['parent']}" for row in found}
                        if broken:
                            tables = ", ".join(sorted(broken)[:3])
                            raise BrokenReferences(f"rows refer to rows that are not there ({tables})")
            finally:
                if rebuilding:
                    await connection.invalidate()  # the next one has its foreign keys on

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._writer.acquire()
        except TimeoutError:
            raise DatabaseBusy("others write to the database for a long time; try again") from None
        try:
            yield
        finally:
            self._writer.release()

    async def close(self) -> None:
        await self.engine.dispose()


def _postgresql(schema: str) -> dict[str, Any]:
    # Planning in machine code costs more than these short statements do.
    return {"timeout": _CONNECT_SECONDS, "server_settings": {"search_path": schema, "timezone": "UTC", "jit": "off"}}


def _replace_unstorable(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    """U+FFFD stands for what PostgreSQL cannot hold: U+0000, which people may well send, half a surrogate pair."""
    if not isinstance(parameters, list):
        return statement, _storable(parameters)
    return statement, [_storable(row) for row in parameters]


def _storable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    if any(isinstance(value, str) and not is_storable(value) for value in row):
        return tuple(storable(value) if isinstance(value, str) else value for value in row)
    return row


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `begin` below decides which kind it is.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
        f"cache_size=-{_CACHE_KIBIBYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("rebuilding", False):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    writing = options.get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
