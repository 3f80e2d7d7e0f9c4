"""Jobs as rows of the database they belong to: the adapter for SQLite and for tests, on the handed-in clock.

One process does the jobs of a database. Of every queue only the row that is due first is looked at, so a queue with a
long backlog takes one place at a time and never holds back another.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    String,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from headrace.clock import Clock
from headrace.database import BigId, Database, Json, UtcDateTime, signal
from headrace.jobs.port import Again, Handler, Job, NewJob

_log = logging.getLogger(__name__)

_SIGNAL = "jobs"
_POLL_SECONDS = 0.5
_PACE_SECONDS = 0.03
"""At least this long between two looks: what is scheduled meanwhile is done together, in larger batches."""
_MOST_AT_ONCE = 32
_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=1)


class JobColumns:
    """Mixin for the table `jobs` of one database."""

    __tablename__ = "jobs"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return (UniqueConstraint("command", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    queue: Mapped[str] = mapped_column(String(200))
    command: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    generation: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


_STATEMENT = text(
    "INSERT INTO jobs (queue, command, key, payload, due_at, generation, attempts) "
    "VALUES (:queue, :command, :key, :payload, :due_at, 0, 0) "
    "ON CONFLICT (command, key) DO UPDATE SET "
    "due_at = CASE WHEN excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END, "
    "payload = excluded.payload, generation = jobs.generation + 1"
).bindparams(bindparam("payload", type_=Json), bindparam("due_at", type_=UtcDateTime))


class RowJobs:
    """A `jobs.port.Jobs` over the table `jobs` of one database."""

    def __init__(self, database: Database, table: type[JobColumns], clock: Clock) -> None:
        self._database = database
        self._table: Any = table
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._periods: dict[str, timedelta] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._nudge = asyncio.Event()
        self._stop_listening = database.listen(_SIGNAL, self._nudge.set)

    async def schedule(
        self,
        session: AsyncSession,
        command: str,
        key: str,
        at: datetime,
        *,
        queue: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        await self.schedule_many(session, [NewJob(command, key, at, queue, payload or {})])

    async def schedule_many(self, session: AsyncSession, jobs: Sequence[NewJob]) -> None:
        if not jobs:
            return
        values = [
            {
                "queue": job.queue or f"{job.command}:{job.key}",
                "command": job.command,
                "key": job.key,
                "payload": job.payload,
                "due_at": job.at,
            }
            for job in jobs
        ]
        await session.execute(_STATEMENT, values)
        signal(session, _SIGNAL)

    def handle(self, command: str, handler: Handler) -> None:
        if command in self._handlers:
            raise ValueError(f"the command {command!r} already has a handler")
        self._handlers[command] = handler

    def every(self, command: str, interval: timedelta, handler: Handler) -> None:
        async def run(job: Job) -> Again | None:
            again = await handler(job)
            return again or Again(self._clock.now() + interval)

        self.handle(command, run)
        self._periods[command] = interval

    async def run(self) -> None:
        await self._begin_periods()
        try:
            while True:
                await self._start_due()
                await asyncio.sleep(_PACE_SECONDS)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._nudge.wait(), _POLL_SECONDS)
                self._nudge.clear()
        finally:
            self._stop_listening()
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def drain(self) -> None:
        await self._begin_periods()
        while True:
            await self._start_due()
            if not self._running:
                return
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _begin_periods(self) -> None:
        if not self._periods:
            return
        async with self._database.transaction() as session:
            known = await session.scalars(select(self._table.command).where(self._table.key == ""))
            missing = self._periods.keys() - set(known)
            await self.schedule_many(session, [NewJob(command, "", self._clock.now()) for command in sorted(missing)])

    async def _start_due(self) -> None:
        room = _MOST_AT_ONCE - len(self._running)
        if room <= 0:
            return
        table = self._table
        place = func.row_number().over(partition_by=table.queue, order_by=(table.due_at, table.id))
        due = (
            select(table, place.label("place"))
            .where(table.due_at <= self._clock.now(), table.queue.not_in(list(self._running)))
            .subquery()
        )
        first = aliased(table, due)
        statement = select(first).where(due.c.place == 1).order_by(first.due_at, first.id).limit(room)
        async with self._database.reading() as session:
            rows = list((await session.execute(statement)).scalars())
        for row in rows:
            job = Job(row.id, row.command, row.key, dict(row.payload), row.attempts)
            self._running[row.queue] = asyncio.create_task(self._perform(row.queue, job, row.generation))

    async def _perform(self, queue: str, job: Job, generation: int) -> None:
        try:
            handler = self._handlers[job.command]
            again = await handler(job)
        except Exception as error:
            _log.exception("job %s %s failed and will be tried again", job.command, job.key)
            await self._retry(job, error)
        else:
            await self._finish(job, generation, again)
        finally:
            self._running.pop(queue, None)
            self._nudge.set()

    async def _finish(self, job: Job, generation: int, again: Again | None) -> None:
        # A job that was scheduled anew while it ran (its generation moved) stays as it is: there is more to do.
        table = self._table
        unchanged = (table.id == job.id, table.generation == generation)
        async with self._database.transaction() as session:
            if again is None:
                await session.execute(delete(table).where(*unchanged))
            else:
                await session.execute(update(table).where(*unchanged).values(due_at=again.at, attempts=0))

    async def _retry(self, job: Job, error: Exception) -> None:
        wait = min(_FIRST_RETRY * 2**job.attempts, _LONGEST_RETRY)
        table = self._table
        async with self._database.transaction() as session:
            await session.execute(
                update(table)
                .where(table.id == job.id)
                .values(
                    due_at=self._clock.now() + wait,
                    attempts=table.attempts + 1,
                    last_error=f"{type(error).__name__}: {error}"[:2000],
                )
            )
