"""SQLite on the event loop's own thread.

A statement takes SQLite some ten microseconds; handing it to another thread and its rows back takes several times as
long, four times a statement, and both threads wait for the same interpreter. So statements run where they are made. A
writer that had to wait for another one would stop the loop, and with it that other one: `Database.transaction` lets one
in at a time.
"""

import sqlite3
from typing import Any, Self

from sqlalchemy import URL, AsyncAdaptedQueuePool
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_only

from headrace.characters import storable

DRIVER = "sqlite+loop"


async def _nothing() -> None:
    """Is over at once."""


def _storable(row: Any) -> tuple[Any, ...]:
    """Half a surrogate pair has no UTF-8: it becomes U+FFFD."""
    return tuple(storable(value) if isinstance(value, str) else value for value in row)


class Cursor(sqlite3.Cursor):
    """A cursor as SQLAlchemy's asyncio expects it, which wants to see that something is awaited."""

    def execute(self, *arguments: Any) -> Self:
        await_only(_nothing())
        try:
            return super().execute(*arguments)
        except UnicodeEncodeError:
            return super().execute(arguments[0], _storable(arguments[1]))

    def executemany(self, *arguments: Any) -> Self:
        await_only(_nothing())
        try:
            return super().executemany(*arguments)
        except UnicodeEncodeError:
            return super().executemany(arguments[0], [_storable(row) for row in arguments[1]])

    async def _async_soft_close(self) -> None:
        """Its rows are read when they are asked for; there is nothing to be waited for."""


class Connection(sqlite3.Connection):
    """A connection of such cursors."""

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)


class SqliteOnLoop(SQLiteDialect_pysqlite):
    """The standard library's driver for engines that are asyncio's; nothing in it ever waits."""

    driver = "loop"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: Any) -> type[AsyncAdaptedQueuePool]:
        return AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        positional, named = super().create_connect_args(url)
        return list(positional), {**named, "factory": Connection}

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


registry.register("sqlite.loop", __name__, SqliteOnLoop.__name__)
