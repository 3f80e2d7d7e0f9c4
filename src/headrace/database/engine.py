"""One database: an engine, short transactions, and signals after a commit.

SQLite runs in WAL mode with one writer at a time. A transaction that is going to write says so at its start
(`BEGIN IMMEDIATE`), so that two writers wait for each other instead of failing when the second one upgrades its lock.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, TypeDecorator, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_BUSY_MILLISECONDS = 10_000


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


def signal(session: AsyncSession, name: str) -> None:
    """Once this session's transaction is committed, `name` is told to everyone who listens for it."""
    session.info.setdefault("signals", set()).add(name)


class Database:
    """One of the two databases. `transaction()` writes and commits, `reading()` only reads."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._is_sqlite = url.startswith("sqlite")
        self.engine = create_async_engine(url, pool_size=8, max_overflow=16)
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)

    def listen(self, name: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls `listener` in this process after every commit that signalled `name`; returns the way to stop."""
        self._listeners[name].append(listener)
        return lambda: self._listeners[name].remove(listener)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed at the end of the block, or undone when the block raises."""
        async with self._sessions() as session:
            await session.connection(execution_options={"writing": True})
            session.info["database"] = self
            yield session
            await session.commit()
            signals = session.info.get("signals", set())
        for name in signals:
            for listener in tuple(self._listeners[name]):
                listener()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one state of the database and writes nothing."""
        async with self._sessions() as session:
            session.info["database"] = self
            yield session

    @asynccontextmanager
    async def connection(self, *, rebuilding: bool = False) -> AsyncIterator[AsyncConnection]:
        """A bare connection in a transaction of its own.

        While `rebuilding`, foreign keys of SQLite are checked at the end only: a table that others refer to is changed
        there by making it anew.
        """
        async with self.engine.connect() as connection:
            await connection.execution_options(writing=True, rebuilding=rebuilding)
            try:
                async with connection.begin():
                    yield connection
                    if rebuilding and self._is_sqlite:
                        broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
                        if broken:
                            raise AssertionError(f"rows refer to rows that are not there: {broken[:5]}")
            finally:
                if rebuilding:
                    await connection.invalidate()  # the next one has its foreign keys on

    async def close(self) -> None:
        await self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `begin` below decides which kind it is.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("rebuilding", False):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    writing = options.get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
