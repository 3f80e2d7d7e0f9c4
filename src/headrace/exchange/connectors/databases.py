"""SQL: a SQLite file, or a PostgreSQL database, through SQLAlchemy.

A statement is the connector's own text; values reach it as bound parameters and in no other way. SQLite is kept in its
one file (no ATTACH, no PRAGMA), PostgreSQL is called only where the guard lets calls through.
"""

import asyncio
import contextlib
import socket
import sqlite3
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.language import Database
from headrace.exchange.connectors.surroundings import SourceFailed, Surroundings
from headrace.outbound.guard import Guard

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

MOST_ROWS: Final = 1_000
SECONDS: Final = 5.0
"""A statement that takes longer is stopped."""

_CONNECTIONS: Final = 5
_MOST_PAGES: Final = 65_536
"""Of a SQLite file: 256 MB."""

_STEPS_BETWEEN_LOOKS: Final = 20_000
_URL_OPTIONS: Final = frozenset({"sslmode", "application_name"})
_MISSING: Final = 'SQL needs SQLAlchemy. Install Headrace with its extra: pip install "/path/to/headrace[serve]"'
_FORBIDDEN: Final = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH})
_KNOWN_PRAGMAS: Final = frozenset({"read_uncommitted", "table_info"})


class SqlDatabase:
    """One database of a connector. It is opened when the first statement comes."""

    def __init__(self, name: str, declared: Database, surroundings: Surroundings, secrets: Mapping[str, str]) -> None:
        self._name = name
        self._declared = declared
        self._surroundings = surroundings
        self._secrets = secrets
        self._opening = asyncio.Lock()
        self._room = asyncio.Semaphore(_CONNECTIONS)
        self._file: Engine | None = None
        self._server: AsyncEngine | None = None
        self._is_set_up = False

    async def rows(self, statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Runs one statement and gives its rows; one that gives none gives an empty list. Raises SourceFailed."""
        try:
            from sqlalchemy.exc import SQLAlchemyError
        except ImportError:
            raise SourceFailed(_MISSING) from None
        try:
            async with self._room, asyncio.timeout(SECONDS + 1):
                await self._open()
                return await self._run(statement, parameters, is_kept=not self._surroundings.is_rehearsal)
        except TimeoutError:
            raise SourceFailed(f"The database {self._name} did not answer within {SECONDS:g} s.") from None
        except (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError) as error:
            raise SourceFailed(f"The database {self._name} refused a statement: {_reason(error)}.") from error

    async def close(self) -> None:
        if self._server is not None:
            await self._server.dispose()
        if self._file is not None:
            await asyncio.to_thread(self._file.dispose)
        self._server = self._file = None
        self._is_set_up = False

    async def _open(self) -> None:
        async with self._opening:
            if self._is_set_up:
                return
            if self._declared.sqlite is not None:
                self._file = self._file or _open_file(self._surroundings, self._declared.sqlite)
            elif self._server is None:
                self._server = await self._open_server(self._declared.postgresql or Template(("",)))
            for statement in self._declared.setup:
                await self._run(statement, {}, is_kept=True)
            self._is_set_up = True

    async def _run(self, statement: str, parameters: Mapping[str, Any], *, is_kept: bool) -> list[dict[str, Any]]:
        from sqlalchemy import text

        if self._file is not None:
            return await asyncio.to_thread(_run_in_file, self._file, statement, dict(parameters), is_kept=is_kept)
        assert self._server is not None
        async with self._server.connect() as connection:
            rows = _rows(await connection.execute(text(statement), dict(parameters)))
            await (connection.commit() if is_kept else connection.rollback())
            return rows

    async def _open_server(self, template: Template) -> "AsyncEngine":
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
        from sqlalchemy.ext.asyncio import create_async_engine

        try:
            url = make_url(template.value({"secret": self._secrets}))
        except ArgumentError:
            raise SourceFailed(f"The URL of the database {self._name} cannot be read.") from None
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise SourceFailed(f"The URL of the database {self._name} does not begin with postgresql://.")
        if self._surroundings.is_server:
            url = url.set(query={name: value for name, value in url.query.items() if name in _URL_OPTIONS})
        options = f"{url.query.get('options', '')} -c statement_timeout={int(SECONDS * 1000)}".strip()
        arguments: dict[str, Any] = {"connect_timeout": int(SECONDS), "options": options}
        if self._surroundings.is_server:
            arguments["hostaddr"] = await self._address(url)
        try:
            return create_async_engine(
                url.set(drivername="postgresql+psycopg"),
                pool_size=_CONNECTIONS,
                max_overflow=0,
                pool_pre_ping=True,
                connect_args=arguments,
            )
        except ImportError:
            raise SourceFailed(_MISSING) from None

    async def _address(self, url: "URL") -> str:
        """The address that is connected to, looked up and allowed here, so that no other answers later."""
        if not url.host:
            raise SourceFailed(f"The URL of the database {self._name} names no host.")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or 5432, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise SourceFailed(f"The host of the database {self._name} is not known.") from None
        guard = Guard(self._surroundings.private_networks)
        reason = ""
        for entry in found:
            address = str(entry[4][0])
            refused = guard.refusal(address)
            if refused is None:
                return address
            reason = refused
        raise SourceFailed(f"The database {self._name} is not called: {reason}.")


def _open_file(surroundings: Surroundings, name: str) -> "Engine":
    from sqlalchemy import create_engine, event
    from sqlalchemy.engine import URL

    path = surroundings.file(name)
    if surroundings.is_server:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        connect_args={"timeout": SECONDS, "check_same_thread": False},
    )

    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA max_page_count={_MOST_PAGES}")
        connection.set_authorizer(_authorize)

    event.listen(engine, "connect", prepare)
    return engine


def _authorize(action: int, first: str | None, _second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action in _FORBIDDEN or (action == sqlite3.SQLITE_PRAGMA and first not in _KNOWN_PRAGMAS):
        return sqlite3.SQLITE_DENY
    is_loading = action == sqlite3.SQLITE_FUNCTION and _second in {"load_extension", "fts3_tokenizer"}
    return sqlite3.SQLITE_DENY if is_loading else sqlite3.SQLITE_OK


def _run_in_file(
    engine: "Engine", statement: str, parameters: dict[str, Any], *, is_kept: bool
) -> list[dict[str, Any]]:
    from sqlalchemy import text

    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        ends = time.monotonic() + SECONDS
        driver.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS_BETWEEN_LOOKS)
        try:
            rows = _rows(connection.execute(text(statement), parameters))
            (connection.commit if is_kept else connection.rollback)()
            return rows
        finally:
            driver.set_progress_handler(None, 0)


def _rows(result: Any) -> list[dict[str, Any]]:
    if not result.returns_rows:
        return []
    rows = result.mappings().fetchmany(MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        raise SourceFailed(f"A query gives more than {MOST_ROWS:,} rows. Give it a limit.")
    return [dict(row) for row in rows]


def _reason(error: Exception) -> str:
    """The database's own words, in one line, without the statement and its values."""
    origin = getattr(error, "orig", None) or error
    lines = str(origin).strip().splitlines()
    return (lines[0][:200] if lines else type(origin).__name__).rstrip(".")
