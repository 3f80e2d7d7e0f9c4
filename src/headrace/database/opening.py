"""Opens a database for a server, and says in one sentence why it cannot be used."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from headrace.database.engine import BrokenReferences, Database
from headrace.database.migrating import NewerSchema, migrate

DRIVER = "postgresql+asyncpg"


class DatabaseUnusable(Exception):
    """The database cannot be used; the message is a sentence that says why and what to do."""


_SENTENCES = {
    "28P01": "The database refuses the password of the user {user}. Check it in --database.",
    "28000": "The database refuses the user {user}. Check user and password in --database, and pg_hba.conf.",
    "3D000": "There is no database {database} at {where}. Create it first, for example with: createdb {database}",
    "42501": "The user {user} may not do what is needed in the database {database}: {error}.",
    "3F000": "The user {user} may not use the schemas of Headrace in the database {database}: {error}.",
    "25006": "The database {database} at {where} is read-only. Headrace has to write; name one where it may.",
    "53100": "The disk of the database {database} at {where} is full. Make room and start again.",
    "53300": "The database at {where} has no connection left. Raise its max_connections or stop other programs.",
    "57P03": "The database at {where} is starting up or shutting down. Try again in a moment.",
}
"""What PostgreSQL's errors (SQLSTATE) mean for whoever starts a server."""

_FILE_SENTENCES = {
    "readonly": "The database {where} is read-only. Headrace has to write; change its permissions or choose another "
    "folder with --data.",
    "full": "The disk with the database {where} is full. Make room and start again.",
    "not a database": "The file {where} is no SQLite database. Move it away or choose another folder with --data.",
    "malformed": "The database {where} is damaged. Put back a copy of it or choose another folder with --data.",
    "locked": "The database {where} is in use by another program. Stop that one, or choose another folder with --data.",
}
"""Words of SQLite's errors, likewise."""


_OPTIONS = ("host", "port", "ssl", "sslmode")
_KNOWN = "host, port and sslmode"
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def postgresql_url(typed: str) -> str:
    """The URL as `Database` takes it. Raises `DatabaseUnusable` for what is no URL of a PostgreSQL database."""
    sentence = "The database's URL has to look like postgresql://user:password@host:5432/name."
    try:
        address = make_url(typed)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable(sentence) from error
    if address.get_backend_name() not in {"postgresql", "postgres"} or not address.database:
        raise DatabaseUnusable(sentence)
    for name, value in address.query.items():
        if name not in _OPTIONS:
            raise DatabaseUnusable(f"The database's URL has an unknown option {name}. It may have {_KNOWN}.")
        if name in {"ssl", "sslmode"} and value not in _SSL_MODES:
            raise DatabaseUnusable(f"The option {name} of the database's URL has to be one of {', '.join(_SSL_MODES)}.")
    if (mode := address.query.get("sslmode")) is not None:  # PostgreSQL's own name; asyncpg calls it ssl
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return address.set(drivername=DRIVER).render_as_string(hide_password=False)


async def open_database(url: str, side: str) -> Database:
    """The database of `side` with the newest schema. Raises `DatabaseUnusable`; what was begun is undone then."""
    database = Database(url)
    try:
        _keep_private(url)
        with unusable(url, side):
            await migrate(database, side)
    except BaseException:
        await database.close()
        raise
    return database


def _keep_private(url: str) -> None:
    """A file is its owner's alone, and what SQLite makes beside it too: tokens, keys and chats lie in it.

    A file that others may read is from before that was so, or was copied: it is mended.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}:
        with suppress(OSError):  # why it cannot be made is for SQLite to say
            os.close(os.open(str(address.database), os.O_CREAT | os.O_WRONLY, 0o600))
        for ending in ("", "-wal", "-shm", "-journal"):
            keep_to_owner(Path(f"{address.database}{ending}"))


def keep_to_owner(path: Path) -> None:
    """Takes a file or a folder from everybody but its owner, as far as that is ours to do."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if mode & 0o077:
            path.chmod(mode & 0o700)


@contextmanager
def unusable(url: str, side: str) -> Iterator[None]:
    """What fails in the block because of the database is told as `DatabaseUnusable`."""
    try:
        yield
    except DatabaseUnusable:
        raise
    except BrokenReferences as error:
        remedy = "Put back a copy of it or choose another folder with --data."
        words = f"The database {_where(url)} is damaged: {error}. {remedy}"
        raise DatabaseUnusable(words) from error
    except NewerSchema as error:
        words = f"{_where(url)} was made by a newer Headrace (its {side} tables are at {error}). Use that one."
        raise DatabaseUnusable(words) from error
    except (OSError, TimeoutError) as error:
        reason = error.strerror or str(error) or "no answer in time"
        words = f"The database at {_where(url)} cannot be reached: {reason}. Check --database, and that it runs."
        raise DatabaseUnusable(words) from error
    except SQLAlchemyError as error:
        raise DatabaseUnusable(_sentence(url, getattr(error, "orig", None) or error)) from error
    except Exception as error:
        if getattr(error, "sqlstate", None) is None:
            raise
        raise DatabaseUnusable(_sentence(url, error)) from error


def _sentence(url: str, error: BaseException) -> str:
    address, words = make_url(url), str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None)
    names = {"where": _where(url), "user": address.username or "-", "database": address.database, "error": words}
    if state is not None:
        words = words.rsplit(">: ", 1)[-1]
        otherwise = "The database {database} at {where} cannot be used: {error}."
        return _SENTENCES.get(state, otherwise).format(**{**names, "error": words})
    for part, sentence in _FILE_SENTENCES.items():
        if part in words:
            return sentence.format(**names)
    return "The database {where} cannot be used: {error}.".format(**names)


def _where(url: str) -> str:
    """The place without user and password."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return str(address.database)
    host = address.host or str(address.query.get("host", "this machine"))
    return f"{host}:{address.port}" if address.port else host
