"""Putting the world of a box back: to how it began, or to how it was when a snapshot was taken.

A snapshot is a file in the data folder with the rows of every table, and the work that waits. The log of calls is no
part of it, and neither is the business side, which has a database of its own. Whatever is put back, the tokens and
ids of accounts stay good after a reset, and are those of the snapshot after restoring one.
"""

import base64
import gzip
import hashlib
import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import LargeBinary, delete, func, insert, select, update
from sqlalchemy import Table as SchemaTable
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import MovableClock
from headrace.database import UtcDateTime, touch, wait_for_turn
from headrace.jobs import NewJob
from headrace.platform.accounts.models import Business, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.cache import KINDS
from headrace.platform.call_log import GraphCall, GraphCallText
from headrace.platform.controls import TOPIC, Values
from headrace.platform.handsets.models import Handset
from headrace.platform.tables import Job, Revision, Table, table_of
from headrace.platform.users.models import User
from headrace.protocol.numbers import NumberStatus

_FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_ROWS_A_LINE = 200
_TURN = "snapshots"

_NEVER = frozenset({table_of(model).name for model in (Job, Revision, GraphCall, GraphCallText)})
"""Tables that no snapshot has: work goes by the port of jobs, revisions only grow, and the log goes on."""

_ACCOUNTS = frozenset(
    {
        "access_tokens",
        "app_subscriptions",
        "apps",
        "businesses",
        "handsets",
        "phone_number_overrides",
        "phone_numbers",
        "secrets",
        "users",
        "waba_subscriptions",
        "wabas",
    }
)
"""Tables that a reset leaves as they are: who is there, and how they are reached."""


class SnapshotUnusable(ValueError):
    """A snapshot that is not there, or cannot be put back. The words say why."""


async def reset(box: Box) -> None:
    """Puts the world back to how it began: no Flows, no messages, the machine's time; accounts and tokens stay."""
    async with box.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        await box.jobs.clear(session)
        await _empty(session, {table.name for table in _tables()} - _ACCOUNTS)
        await session.execute(update(table_of(Handset)).values(chat_with=None, notice=None, script_trouble=None))
        as_at_first = {"is_online": True, "sends_read_receipts": True, "blocked": []}
        await session.execute(update(table_of(User)).values(**as_at_first))
        await session.execute(update(table_of(Business)).values(is_verified=True, is_flagged=False))
        fresh = {"status": NumberStatus.CONNECTED.value, "public_key": None, "public_key_signature": None}
        await session.execute(update(table_of(PhoneNumber)).values(**fresh))
        await _announce(session)
    await _load(box, timedelta(0))


async def take_snapshot(box: Box, name: str) -> dict[str, Any]:
    """Keeps the world as it is under a name, in place of one that had it."""
    path = _path(box, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    async with box.database.reading() as session:
        head = {
            "format": _FORMAT,
            "schema": _schema(),
            "now": box.clock.now().isoformat(),
            "jobs": [_job(job) for job in await box.jobs.waiting(session)],
        }
        partial.touch(mode=0o600)
        with gzip.open(partial, "wb", compresslevel=3) as file:
            file.write(orjson.dumps(head) + b"\n")
            async for line in _lines(session):
                file.write(orjson.dumps(line) + b"\n")
    partial.replace(path)
    return {"name": name, "bytes": path.stat().st_size, "now": head["now"]}


async def restore(box: Box, name: str) -> None:
    """Puts the world back to a snapshot, its clock included. Raises `SnapshotUnusable`; nothing is changed then."""
    head, lines = _open(box, name)
    tables = {table.name: table for table in _tables()}
    async with box.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        if head["schema"] != _schema():
            raise SnapshotUnusable(f"The snapshot {name} was taken by another version of Headrace.")
        await box.jobs.clear(session)
        await _empty(session, tables.keys())
        for line in lines:
            table = tables.get(line["table"])
            if table is None:
                raise SnapshotUnusable(f"The snapshot {name} holds rows of no table: {str(line['table'])[:40]}.")
            await session.execute(insert(table), [_read(table, row) for row in line["rows"]])
        if session.get_bind().dialect.name == "postgresql":
            await _count_on(session, tables.values())
        await box.jobs.schedule_many(session, [_new_job(job) for job in head["jobs"]])
        await _announce(session)
    await _load(box, datetime.fromisoformat(head["now"]) - _base(box))


def list_snapshots(box: Box) -> list[dict[str, Any]]:
    """Every snapshot with its size in bytes, the newest first."""
    folder = box.settings.data / "snapshots"
    files = sorted(folder.glob("*.json.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [{"name": path.name.removesuffix(".json.gz"), "bytes": path.stat().st_size} for path in files]


def forget_snapshot(box: Box, name: str) -> None:
    """Deletes one. Raises `SnapshotUnusable`."""
    path = _path(box, name)
    if not path.is_file():
        raise SnapshotUnusable(f"There is no snapshot {name}.")
    path.unlink()


def _path(box: Box, name: str) -> Path:
    if _NAME.fullmatch(name) is None:
        raise SnapshotUnusable("The name of a snapshot has up to 40 small letters, digits and hyphens.")
    return box.settings.data / "snapshots" / f"{name}.json.gz"


def _tables() -> list[SchemaTable]:
    """The tables of the world, those that others refer to before those."""
    return [table for table in Table.metadata.sorted_tables if table.name not in _NEVER]


async def _empty(session: AsyncSession, names: Iterable[str]) -> None:
    wanted = set(names)
    for table in reversed(_tables()):
        if table.name in wanted:
            await session.execute(delete(table))


async def _announce(session: AsyncSession) -> None:
    """What was kept in memory of these rows is none of theirs any more, and open pages draw themselves anew."""
    topics = await session.scalars(select(Revision.topic).where(Revision.topic != ""))
    await touch(session, *sorted({*topics, *KINDS, TOPIC}))


async def _load(box: Box, offset: timedelta) -> None:
    def change(values: Values) -> Values:
        return replace(values, clock_offset=offset)

    await box.controls.change(box.database, box.clock, change)


def _base(box: Box) -> datetime:
    return box.clock.base.now() if isinstance(box.clock, MovableClock) else box.clock.now()


@cache
def _schema() -> str:
    """Stands for the tables as this version knows them."""
    columns = [f"{table.name}.{column.name} {column.type!r}" for table in _tables() for column in table.columns]
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()[:16]


async def _lines(session: AsyncSession) -> AsyncIterator[dict[str, Any]]:
    for table in _tables():
        rows = (await session.execute(select(table))).mappings().all()
        for start in range(0, len(rows), _ROWS_A_LINE):
            part = rows[start : start + _ROWS_A_LINE]
            yield {"table": table.name, "rows": [_written(table, row) for row in part]}


def _written(table: SchemaTable, row: Any) -> dict[str, Any]:
    return {
        column.name: base64.b64encode(value).decode() if isinstance(value := row[column.name], bytes) else value
        for column in table.columns
    }


def _read(table: SchemaTable, row: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for column in table.columns:
        value = row.get(column.name)
        if value is not None and isinstance(column.type, UtcDateTime):
            value = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, LargeBinary):
            value = base64.b64decode(value)
        found[column.name] = value
    return found


def _open(box: Box, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    path = _path(box, name)
    try:
        with gzip.open(path, "rb") as file:
            head, *lines = [orjson.loads(line) for line in file]
    except FileNotFoundError:
        raise SnapshotUnusable(f"There is no snapshot {name}.") from None
    except (OSError, EOFError, ValueError) as error:
        raise SnapshotUnusable(f"The snapshot {name} cannot be read: {error}") from error
    if head.get("format") != _FORMAT:
        raise SnapshotUnusable(f"The snapshot {name} was taken by another version of Headrace.")
    return head, lines


def _job(job: NewJob) -> dict[str, Any]:
    return {"command": job.command, "key": job.key, "at": job.at, "queue": job.queue, "payload": job.payload}


def _new_job(job: dict[str, Any]) -> NewJob:
    return NewJob(job["command"], job["key"], datetime.fromisoformat(job["at"]), job["queue"], job["payload"])


async def _count_on(session: AsyncSession, tables: Iterable[SchemaTable]) -> None:
    """PostgreSQL numbers new rows by a sequence, which has to go on behind the rows that were put back."""
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            newest = await session.scalar(select(func.max(column))) or 0
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            await session.execute(select(func.setval(sequence, newest + 1, False)))
