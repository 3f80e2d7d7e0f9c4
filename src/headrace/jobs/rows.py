"""Doing jobs: one process claims the due rows of one database and runs their handlers on the handed-in clock."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from headrace.clock import Clock
from headrace.database import Database
from headrace.jobs.queue import SIGNAL, JobColumns

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
_MOST_AT_ONCE = 32
_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=1)


@dataclass(frozen=True)
class Job:
    """A job as its handler sees it; `attempts` counts the failures so far."""

    id: int
    command: str
    key: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Again:
    """A handler's answer when the job is not finished: run it again at `at`, without counting a failure."""

    at: datetime


Handler = Callable[[Job], Awaitable[Again | None]]


class Worker:
    """Runs the jobs of one database until cancelled. Register handlers before `run`."""

    def __init__(self, database: Database, table: type[JobColumns], clock: Clock) -> None:
        self._database = database
        self._table: Any = table
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._nudge = asyncio.Event()
        self._stop_listening = database.listen(SIGNAL, self._nudge.set)

    def handle(self, command: str, handler: Handler) -> None:
        if command in self._handlers:
            raise ValueError(f"the command {command!r} already has a handler")
        self._handlers[command] = handler

    async def run(self) -> None:
        try:
            while True:
                await self._start_due()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._nudge.wait(), _POLL_SECONDS)
                self._nudge.clear()
        finally:
            self._stop_listening()
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Runs everything that is due now, and what that makes due, to the end: for tests and for moved clocks."""
        while True:
            await self._start_due()
            if not self._running:
                return
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _start_due(self) -> None:
        room = _MOST_AT_ONCE - len(self._running)
        if room <= 0:
            return
        table = self._table
        async with self._database.reading() as session:
            statement = (
                select(table)
                .where(table.due_at <= self._clock.now(), table.queue.not_in(list(self._running)))
                .order_by(table.due_at, table.id)
                .limit(room * 4)
            )
            rows = list((await session.execute(statement)).scalars())
        for row in rows:
            if len(self._running) >= _MOST_AT_ONCE:
                return
            if row.queue not in self._running:
                job = Job(row.id, row.command, row.key, dict(row.payload), row.attempts)
                task = asyncio.create_task(self._perform(row.queue, job, row.generation))
                self._running[row.queue] = task

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
