"""Open connections by address and by id, kept for a few seconds: every webhook asks for one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from headrace.business.connections.service import Connection, find_addressed, find_connection
from headrace.business.context import BusinessContext

_KEPT = timedelta(seconds=10)
"""So long another process may go on with credentials that were changed; what no longer matches is read anew at once."""


@dataclass(frozen=True)
class _Entry:
    connection: Connection
    read_at: datetime


class Directory:
    """The connections of one installation."""

    def __init__(self, context: BusinessContext) -> None:
        self._context = context
        self._entries: dict[str | int | None, _Entry] = {}

    async def addressed(self, key: str | None, *, anew: bool = False) -> Connection | None:
        """The connection that a webhook's address names; without a key the first one. `anew` reads it in any case."""
        kept = None if anew else self._kept(key)
        if kept is not None:
            return kept
        async with self._context.database.reading() as session:
            return self._keep(key, await find_addressed(session, self._context.vault, key))

    async def of_id(self, connection_id: int) -> Connection | None:
        kept = self._kept(connection_id)
        if kept is not None:
            return kept
        async with self._context.database.reading() as session:
            return self._keep(connection_id, await find_connection(session, self._context.vault, connection_id))

    def _kept(self, name: str | int | None) -> Connection | None:
        entry = self._entries.get(name)
        if entry is None or not timedelta() <= self._context.clock.now() - entry.read_at < _KEPT:
            return None
        return entry.connection

    def _keep(self, name: str | int | None, connection: Connection | None) -> Connection | None:
        if connection is None:
            self._entries.pop(name, None)
        else:
            self._entries[name] = _Entry(connection, self._context.clock.now())
        return connection
