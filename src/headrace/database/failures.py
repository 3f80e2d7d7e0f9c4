"""What a failed statement tells of: the moment (the database is away, busy or full), or the data it was given."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)
_POSTGRESQL_CLASSES = ("08", "40", "53", "55", "57")
"""Connection, rollback by the server, resources, object not in the needed state, intervention of an operator."""


class DatabaseBusy(Exception):
    """Others write for so long that this transaction did not get its turn."""


def is_passing(error: Exception) -> bool:
    """Whether the same work may succeed later, and would fail as well if it came in smaller pieces now."""
    if isinstance(error, DatabaseBusy | PoolTimeout | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CODES
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or (isinstance(state, str) and state.startswith(_POSTGRESQL_CLASSES))
