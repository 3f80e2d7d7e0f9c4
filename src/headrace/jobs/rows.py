"""Jobs as rows of the database they belong to: the adapter for SQLite and for tests, on the handed-in clock.

A process takes a job by writing its name and a lease into the row, and renews the lease while it works; whoever finds
a lease that has run out takes the job over. Leases are kept by the machine's time, which nobody moves. Of every queue
only the row that is due first is looked at, and none while one of it is taken: so a queue keeps its order, and one with
a long backlog takes one place at a time and never holds back another.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import String, Table, Text, UniqueConstraint, Update, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from headrace.clock import Clock, SystemClock
from headrace.database import BigId, Database, Json, Loop, UtcDateTime, at_the_end, signal, wait_for_turn
from headrace.jobs.claims import Claims
from headrace.jobs.port import Again, Handler, Job, NewJob, retry_wait

_log = logging.getLogger(__name__)

_SIGNAL = "jobs"
_POLL_SECONDS = 0.5
_PACE_SECONDS = 0.03
"""At least this long between two looks: what is scheduled meanwhile is done together, in larger batches."""
_MOST_AT_ONCE = 32
_STEP = timedelta(seconds=1)
"""A clock that goes back by less is only being adjusted."""

_LEASE = timedelta(seconds=10)
"""How long a job of a killed process waits for another; three renewals may fail before it is lost by a living one."""


class JobColumns:
    """Mixin for the table `jobs` of one database."""

    __tablename__ = "jobs"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return (UniqueConstraint("command", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    queue: Mapped[str] = mapped_column(String(300))
    command: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    generation: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    worker: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


_STATEMENT = text(
    "INSERT INTO jobs (queue, command, key, payload, due_at, generation, attempts) "
    "VALUES (:queue, :command, :key, :payload, :due_at, 0, 0) "
    "ON CONFLICT (command, key) DO UPDATE SET "
    "due_at = CASE WHEN excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END, "
    "payload = excluded.payload, generation = jobs.generation + 1"
).bindparams(bindparam("payload", type_=Json), bindparam("due_at", type_=UtcDateTime))


async def _write_jobs(session: AsyncSession) -> None:
    scheduled: dict[tuple[str, str], dict[str, Any]] = session.info.pop(_SIGNAL)
    if len(scheduled) > 1:  # two transactions that schedule the same jobs in another order would deadlock
        await wait_for_turn(session, f"{session.info['database'].schema} schedule")
    await session.execute(_STATEMENT, list(scheduled.values()))


class RowJobs:
    """A `jobs.port.Jobs` over the table `jobs` of one database.

    `lease_clock` is the machine's time unless a test hands in another.
    """

    def __init__(
        self, database: Database, table: type[JobColumns], clock: Clock, lease_clock: Clock | None = None
    ) -> None:
        self._database = database
        self._table: Any = table
        self._claims = Claims(cast("Table", table.__table__))  # type: ignore[attr-defined]
        self._clock = clock
        self._lease_clock = lease_clock or SystemClock()
        self._name = secrets.token_hex(8)
        self._handlers: dict[str, Handler] = {}
        self._periods: dict[str, timedelta] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._latest = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._has_begun = False
        self._taking = asyncio.Lock()
        self._nudge = asyncio.Event()
        self._loop = Loop("the work of jobs", self._step)
        self._stop_listening = database.listen(_SIGNAL, self._nudge.set)

    @property
    def trouble(self) -> str | None:
        return self._loop.trouble

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
        scheduled = session.info.setdefault(_SIGNAL, {})
        for job in jobs:
            before = scheduled.get((job.command, job.key))
            scheduled[job.command, job.key] = {
                "queue": job.queue or f"{job.command}:{job.key}",
                "command": job.command,
                "key": job.key,
                "payload": job.payload,
                "due_at": job.at if before is None else min(job.at, before["due_at"]),
            }
        at_the_end(session, _SIGNAL, _write_jobs)
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
        renewal = asyncio.create_task(Loop("the renewal of leases", self._renew).run())
        try:
            await self._loop.run()
        finally:
            self._stop_listening()
            tasks = [renewal, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(Exception):
                await self._give_back(update(self._table).where(self._table.worker == self._name))

    async def drain(self) -> None:
        await self._keep_periods()
        while True:
            await self._start_due()
            if not self._running:
                return
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def waiting(self, session: AsyncSession) -> list[NewJob]:
        table = self._table
        rows = await session.scalars(select(table).where(self._comes_once()).order_by(table.id))
        return [NewJob(row.command, row.key, row.due_at, row.queue, dict(row.payload)) for row in rows]

    async def clear(self, session: AsyncSession) -> None:
        await session.execute(delete(self._table).where(self._comes_once()))

    def _comes_once(self) -> Any:
        return self._table.command.not_in(sorted(self._periods))

    async def due_at(self, command: str, key: str = "") -> datetime | None:
        table = self._table
        waiting = select(table.due_at).where(table.command == command, table.key == key, table.worker.is_(None))
        async with self._database.reading() as session:
            due: datetime | None = await session.scalar(waiting)
        return due

    async def next_due(self) -> datetime | None:
        table = self._table
        waiting = select(func.min(table.due_at)).where(table.worker.is_(None), self._comes_once())
        async with self._database.reading() as session:
            due: datetime | None = await session.scalar(waiting)
        return due

    async def _step(self) -> None:
        if not self._has_begun and self._database.is_sqlite:
            await self._give_back(update(self._table))  # a file has one server: who leased before it is dead
        self._has_begun = True
        await self._keep_periods()
        await self._start_due()
        await asyncio.sleep(_PACE_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._nudge.wait()
        self._nudge.clear()

    async def _keep_periods(self) -> None:
        """Makes periodic jobs that are missing; when the clock was set back, none waits longer than its interval."""
        before, now = self._latest, self._clock.now()
        self._latest = now
        if before - now > _STEP:
            await self._set_back(before - now, now)
        if not self._periods or (before <= now and before.year > 1):
            return
        table = self._table
        async with self._database.transaction() as session:
            for command, interval in sorted(self._periods.items()):
                mine = (table.command == command, table.key == "")
                known = await session.scalar(select(table.due_at).where(*mine))
                if known is None:
                    await self.schedule(session, command, "", now)
                elif known > now + interval:
                    await session.execute(update(table).where(*mine).values(due_at=now + interval))

    async def _set_back(self, step: timedelta, now: datetime) -> None:
        """The clock was set back: what waits, such as a retry, waits as long as it would have, and not for that too."""
        table = self._table
        async with self._database.transaction() as session:
            waiting = select(table.id, table.due_at).where(table.due_at > now, table.worker.is_(None))
            for number, due in (await session.execute(waiting)).all():
                await session.execute(update(table).where(table.id == number).values(due_at=max(now, due - step)))

    async def _start_due(self) -> None:
        """Takes what is due and begins it. One at a time: whoever looks next sees what was taken also as running."""
        async with self._taking:
            await self._take_due()

    async def _take_due(self) -> None:
        room = _MOST_AT_ONCE - len(self._running)
        if room <= 0:
            return
        async with self._database.reading() as session:
            connection = await session.connection()
            if not (await connection.execute(self._claims.due, self._moment(room))).all():
                return
        async with self._database.transaction() as session:
            await wait_for_turn(session, f"{self._database.schema} claim")
            rows = await self._claim(session, room)
        for row in rows:
            job = Job(row.id, row.command, row.key, dict(row.payload), row.attempts)
            self._running[row.id] = asyncio.create_task(self._perform(job, row.generation))

    def _moment(self, room: int) -> dict[str, Any]:
        """What there is to ask for now."""
        now = self._lease_clock.now()
        return {
            "now": self._clock.now(),
            "lease_from": now,
            "lease_to": now + 2 * _LEASE,  # one that ends later is from before the machine's time was set back
            "running": list(self._running),
            "room": room,
        }

    async def _claim(self, session: AsyncSession, room: int) -> Sequence[Any]:
        connection, moment = await session.connection(), self._moment(room)
        lease = {"by": self._name, "until": moment["lease_from"] + _LEASE}
        if self._database.is_sqlite:
            taken = await connection.execute(self._claims.take, moment | lease)
            return sorted(taken.all(), key=lambda row: (row.due_at, row.id))
        rows = (await connection.execute(self._claims.free, moment)).all()
        if rows:
            await connection.execute(self._claims.lease, {"ids": [row.id for row in rows], **lease})
        return rows

    async def _renew(self) -> None:
        """Leases what runs for longer, and stops what another process has taken over, or already done."""
        await asyncio.sleep(_LEASE.total_seconds() / 4)
        ids, table = list(self._running), self._table
        if not ids:
            return
        async with self._database.transaction() as session:
            mine = select(table.id).where(table.id.in_(ids), table.worker == self._name)
            renewed = list(await session.scalars(mine.with_for_update(skip_locked=True)))
            until = self._lease_clock.now() + _LEASE
            await session.execute(update(table).where(table.id.in_(renewed)).values(lease_until=until))
            held = set(await session.scalars(select(table.id).where(table.id.in_(ids), table.worker == self._name)))
        for number in set(ids) - held:
            if (task := self._running.get(number)) is not None:
                task.cancel()

    async def _give_back(self, rows: Update) -> None:
        async with self._database.transaction() as session:
            await session.execute(rows.where(self._table.worker.is_not(None)).values(**_FREE))

    async def _perform(self, job: Job, generation: int) -> None:
        try:
            try:
                again = await self._handlers[job.command](job)
            except Exception as error:
                _log.exception("job %s %s failed and will be tried again", job.command, job.key)
                await self._retry(job, error)
            else:
                await self._finish(job, generation, again)
        except Exception:
            _log.exception("job %s %s will be done again when its lease has run out", job.command, job.key)
        finally:
            self._running.pop(job.id, None)
            self._nudge.set()

    async def _finish(self, job: Job, generation: int, again: Again | None) -> None:
        # A job that was scheduled anew while it ran (its generation moved) stays as it is: there is more to do.
        mine: dict[str, Any] = {"job": job.id, "mine": self._name}
        async with self._database.transaction() as session:
            connection = await session.connection()
            if again is None:
                ended = await connection.execute(self._claims.delete, {**mine, "as_of": generation})
            else:
                ended = await connection.execute(
                    self._claims.postpone, {**mine, "as_of": generation, "again": again.at}
                )
            if not ended.rowcount:
                await connection.execute(self._claims.release, mine)

    async def _retry(self, job: Job, error: Exception) -> None:
        table = self._table
        async with self._database.transaction() as session:
            await session.execute(
                update(table)
                .where(table.id == job.id, table.worker == self._name)
                .values(
                    due_at=self._clock.now() + retry_wait(job.attempts),
                    attempts=table.attempts + 1,
                    last_error=f"{type(error).__name__}: {error}"[:2000],
                    **_FREE,
                )
            )


_FREE: dict[str, None] = {"worker": None, "lease_until": None}
