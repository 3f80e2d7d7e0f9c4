"""Jobs in Procrastinate's queue: the adapter for PostgreSQL, where many workers share the work.

A job is a row of `procrastinate_jobs`, written in the caller's own transaction. Its `lock` is our queue: none of a lock
is begun while another of it runs. Its `priority` is the moment when it is due, the earlier the higher, so that a lock
keeps the order of due moments (to the second) and a job that is due tomorrow holds nobody up today. Its `queueing_lock`
is command and key, unique among the waiting ones. It is done by Procrastinate's worker, whose heartbeat is the lease:
what a worker was doing that has none any more is put back.

Procrastinate goes by the database's time, we by the handed-in clock: `due` in the arguments is ours, and `scheduled_at`
follows it whenever the clock turns out to have been moved.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from sqlalchemy import BigInteger, Text, bindparam, make_url, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import Clock, SystemClock
from headrace.database import Database, Loop, at_the_end, signal, wait_for_turn
from headrace.jobs.port import Again, Handler, Job, NewJob, retry_wait

_log = logging.getLogger(__name__)
# Its own words about every job are ours to say; what it reports as an error it also raises.
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)

_SIGNAL = "jobs"
_QUEUE = "jobs"
_POLL_SECONDS = 0.5
_MOST_AT_ONCE = 32
_HEARTBEAT_SECONDS = 3.0
_LEASE_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_PACE_SECONDS = 0.02
_FINISH_SECONDS = 10.0
"""So long after a job its worker has to note that it is done."""

_ENDING_SECONDS = 5.0
"""So long the worker may take to give back what it does when it is stopped."""

_LONGEST_DISAGREEMENT_SECONDS = 3.0
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_LARGEST = 2**31 - 1

# Its own function would refuse a job that waits already; here such a one is moved forward.
_DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
SELECT 'jobs', item->>'command', (item->>'priority')::integer, item->>'lock', item->>'queueing_lock', item->'args',
       now() + (item->>'seconds')::double precision * interval '1 second'
FROM jsonb_array_elements(:items) AS item
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO UPDATE SET
    scheduled_at = least(procrastinate_jobs.scheduled_at, excluded.scheduled_at),
    priority = greatest(procrastinate_jobs.priority, excluded.priority),
    args = jsonb_set({args}, '{{due}}', to_jsonb(least(procrastinate_jobs.args->>'due', excluded.args->>'due')))
"""
_SCHEDULE = text(_DEFER.format(args="excluded.args")).bindparams(bindparam("items", type_=JSONB))
_PUT_BACK = text(_DEFER.format(args="procrastinate_jobs.args")).bindparams(bindparam("items", type_=JSONB))
_ALIGN = text(
    "UPDATE procrastinate_jobs SET scheduled_at = now() + ((args->>'due')::timestamptz - CAST(:now AS timestamptz)) "
    "WHERE status = 'todo'"
).bindparams(bindparam("now", type_=Text))
# What is scheduled anew already needs no second row. Failed and aborted is only what could not be put back at once,
# because the database was away; a job of our own that still runs is not stalled, however long the machine slept.
_PUT_BACK_STALLED = text(
    "WITH stalled AS (SELECT job.id, job.queueing_lock FROM procrastinate_jobs AS job"
    " LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id"
    " WHERE job.status IN ('failed', 'aborted') OR (job.status = 'doing' AND job.id <> ALL(:own)"
    " AND (worker.id IS NULL OR worker.last_heartbeat < now() - CAST(:seconds AS float) * interval '1 second'))"
    " FOR UPDATE OF job SKIP LOCKED), "
    "again AS (SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'), "
    "gone AS (DELETE FROM procrastinate_jobs WHERE id IN"
    " (SELECT id FROM stalled WHERE queueing_lock IN (SELECT queueing_lock FROM again))) "
    "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL, scheduled_at = now() WHERE id IN"
    " (SELECT id FROM stalled WHERE queueing_lock NOT IN (SELECT queueing_lock FROM again))"
).bindparams(bindparam("own", type_=ARRAY(BigInteger)))
_FINISH = text(
    "SELECT procrastinate_finish_job_v1(id, 'succeeded', true) FROM procrastinate_jobs "
    "WHERE id = ANY(:ended) AND status = 'doing'"
).bindparams(bindparam("ended", type_=ARRAY(BigInteger)))
_DUE = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= now()")
_DOING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'")
_PERIODS = text(
    "SELECT task_name, min(args->>'due') FROM procrastinate_jobs "
    "WHERE task_name = ANY(:commands) AND args->>'key' = '' AND status IN ('todo', 'doing') GROUP BY task_name"
).bindparams(bindparam("commands", type_=ARRAY(Text)))
_WAITING = text(
    "SELECT task_name, args, lock FROM procrastinate_jobs "
    "WHERE status IN ('todo', 'doing') AND NOT task_name = ANY(:commands) ORDER BY id"
).bindparams(bindparam("commands", type_=ARRAY(Text)))
_CLEAR = text("DELETE FROM procrastinate_jobs WHERE status = 'todo' AND NOT task_name = ANY(:commands)").bindparams(
    bindparam("commands", type_=ARRAY(Text))
)
_DUE_AT = text("SELECT args->>'due' FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = :lock")
_NEXT_DUE = text(
    "SELECT min(args->>'due') FROM procrastinate_jobs WHERE status = 'todo' AND NOT task_name = ANY(:commands)"
).bindparams(bindparam("commands", type_=ARRAY(Text)))
_BRING_FORWARD = text(
    "UPDATE procrastinate_jobs SET args = jsonb_set(args, '{due}', to_jsonb(CAST(:due AS text))) "
    "WHERE status = 'todo' AND task_name = :command AND args->>'key' = ''"
)


class ProcrastinateJobs:
    """A `jobs.port.Jobs` over Procrastinate's tables in the schema of one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._app = _app_for(database)
        self._handlers: dict[str, Handler] = {}
        self._periods: dict[str, timedelta] = {}
        self._running: set[int] = set()
        self._ended: dict[int, float] = {}
        self._offset: timedelta | None = None
        self._opening, self._users = asyncio.Lock(), 0
        self._worker = Loop("the worker of jobs", self._work)
        self._keeper = Loop("the work of jobs", self._keep)

    @property
    def trouble(self) -> str | None:
        return self._keeper.trouble or self._worker.trouble

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
            at = job.at if before is None else min(job.at, _moment(before["args"]["due"]))
            scheduled[job.command, job.key] = self._item(job.command, job.key, at, job.queue, job.payload, 0)
        at_the_end(session, _SIGNAL, _write_jobs)
        signal(session, _SIGNAL)

    def handle(self, command: str, handler: Handler) -> None:
        if command in self._handlers:
            raise ValueError(f"the command {command!r} already has a handler")
        self._handlers[command] = handler

        async def perform(context: JobContext, /, **arguments: Any) -> None:
            await self._perform(command, int(context.job.id or 0), str(context.job.lock), arguments)

        self._app.task(name=command, pass_context=True, queue=_QUEUE)(perform)

    def every(self, command: str, interval: timedelta, handler: Handler) -> None:
        async def run(job: Job) -> Again | None:
            again = await handler(job)
            return again or Again(self._clock.now() + interval)

        self.handle(command, run)
        self._periods[command] = interval

    async def run(self) -> None:
        tasks = [asyncio.create_task(loop.run()) for loop in (self._worker, self._keeper)]
        try:
            await asyncio.gather(*tasks)
        finally:  # cancelled with this, once: the worker gives back what it is doing
            _, left = await asyncio.wait(tasks, timeout=_ENDING_SECONDS)
            if left:  # where the database is away nothing can be given back: others do so when its lease is over
                for task in left:
                    task.cancel()
                await asyncio.wait(left, timeout=_ENDING_SECONDS)

    async def drain(self) -> None:
        patience = round(_LEASE_SECONDS / _PACE_SECONDS)
        async with self._open():
            while True:
                await self._keep_periods()
                await self._align()
                async with self._database.reading() as session:
                    due, doing = await session.scalar(_DUE), await session.scalar(_DOING)
                if not due:
                    if not doing or not patience:
                        return
                    patience -= 1  # somebody else does them, and may make more of them
                    await asyncio.sleep(_PACE_SECONDS)
                    continue
                await self._app.run_worker_async(
                    wait=False,
                    listen_notify=False,
                    concurrency=_MOST_AT_ONCE,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )

    async def waiting(self, session: AsyncSession) -> list[NewJob]:
        rows = await session.execute(_WAITING, {"commands": sorted(self._periods)})
        return [
            NewJob(command, args["key"], _moment(args["due"]), lock, args["payload"]) for command, args, lock in rows
        ]

    async def clear(self, session: AsyncSession) -> None:
        await session.execute(_CLEAR, {"commands": sorted(self._periods)})

    async def due_at(self, command: str, key: str = "") -> datetime | None:
        async with self._database.reading() as session:
            due = await session.scalar(_DUE_AT, {"lock": f"{command}:{key}"})
        return None if due is None else _moment(due)

    async def next_due(self) -> datetime | None:
        async with self._database.reading() as session:
            due = await session.scalar(_NEXT_DUE, {"commands": sorted(self._periods)})
        return None if due is None else _moment(due)

    def _item(
        self, command: str, key: str, at: datetime, queue: str | None, payload: dict[str, Any], attempts: int
    ) -> dict[str, Any]:
        """One job as `_DEFER` takes it. `seconds` is how far away it is, whatever time the database has."""
        priority = -int((at - _EPOCH).total_seconds())
        return {
            "command": command,
            "priority": max(-_LARGEST, min(priority, _LARGEST)),
            "lock": queue or f"{command}:{key}",
            "queueing_lock": f"{command}:{key}",
            "args": {"key": key, "payload": payload, "due": _text(at), "attempts": attempts},
            "seconds": (at - self._clock.now()).total_seconds(),
        }

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        """Procrastinate's connections, shared by whoever needs them at the same time, and closed by the last."""
        async with self._opening:
            await self._app.open_async()
            self._users += 1
        try:
            yield
        finally:
            async with self._opening:
                self._users -= 1
                if not self._users:
                    await self._app.close_async()

    async def _work(self) -> None:
        async with self._open():
            await self._app.run_worker_async(
                concurrency=_MOST_AT_ONCE,
                fetch_job_polling_interval=_POLL_SECONDS,
                install_signal_handlers=False,
                shutdown_graceful_timeout=0,
                delete_jobs="successful",
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=_LEASE_SECONDS,
            )
        raise RuntimeError("Procrastinate's worker stopped")

    async def _keep(self) -> None:
        """What goes on beside the worker: periods, the clock, and what dead workers left."""
        await self._keep_periods()
        await self._align()
        async with self._database.transaction() as session:
            await session.execute(_PUT_BACK_STALLED, {"seconds": _LEASE_SECONDS, "own": sorted(self._running)})
        await self._finish_ended()
        await asyncio.sleep(_LOOK_SECONDS)

    async def _finish_ended(self) -> None:
        """Finishes what this process did and its worker could not: while that lives, nobody else would, and the job's
        queue would stand still."""
        now = asyncio.get_running_loop().time()
        ended = [number for number, at in self._ended.items() if now - at > _FINISH_SECONDS]
        if not ended:
            return
        async with self._database.transaction() as session:
            await session.execute(_FINISH, {"ended": ended})
        for number in ended:
            del self._ended[number]

    async def _align(self) -> None:
        """Moves what waits when the clock was moved: it may have become due, or not be due any more."""
        offset = self._clock.now() - SystemClock().now()
        if self._offset is not None and abs(offset - self._offset) < timedelta(seconds=0.5):
            return
        async with self._database.transaction() as session:
            await session.execute(_ALIGN, {"now": _text(self._clock.now())})
        self._offset = offset

    async def _keep_periods(self) -> None:
        """Makes periodic jobs that are missing; when the clock was set back, none waits longer than its interval."""
        if not self._periods:
            return
        now = self._clock.now()
        async with self._database.transaction() as session:
            rows = await session.execute(_PERIODS, {"commands": sorted(self._periods)})
            known = {command: _moment(due) for command, due in rows}
            for command, interval in sorted(self._periods.items()):
                if command not in known:
                    await self.schedule(session, command, "", now)
                elif known[command] > now + interval:
                    await session.execute(_BRING_FORWARD, {"command": command, "due": _text(now + interval)})
                    self._offset = None

    async def _perform(self, command: str, number: int, lock: str, arguments: dict[str, Any]) -> None:
        key, payload, attempts = arguments["key"], arguments["payload"], int(arguments["attempts"])
        job = Job(number, command, key, payload, attempts)
        self._running.add(number)
        try:
            await self._hear_of_the_clock(_moment(arguments["due"]))
            again = await self._handlers[command](job)
        except asyncio.CancelledError:  # the worker stops, somebody else does it: nothing is left of this row
            await asyncio.shield(self._put_back(self._item(command, key, self._clock.now(), lock, payload, attempts)))
        except Exception:
            _log.exception("job %s %s failed and will be tried again", command, key)
            at = self._clock.now() + retry_wait(attempts)
            await self._put_back(self._item(command, key, at, lock, payload, attempts + 1))
        else:
            if again is not None:
                await self._put_back(self._item(command, key, again.at, lock, payload, 0))
            self._ended[number] = asyncio.get_running_loop().time()
        finally:
            self._running.discard(number)

    async def _hear_of_the_clock(self, due: datetime) -> None:
        """A job that our clock does not find due yet was made so by another process, which moved the clock: this one
        hears of it in a moment."""
        for _ in range(round(_LONGEST_DISAGREEMENT_SECONDS / _PACE_SECONDS)):
            if self._clock.now() >= due - timedelta(seconds=1):
                return
            await asyncio.sleep(_PACE_SECONDS)

    async def _put_back(self, item: dict[str, Any]) -> None:
        # One that was scheduled anew meanwhile stays as it is, only sooner: there is more to do.
        async with self._database.transaction() as session:
            await session.execute(_PUT_BACK, {"items": [item]})


async def _write_jobs(session: AsyncSession) -> None:
    scheduled: dict[tuple[str, str], dict[str, Any]] = session.info.pop(_SIGNAL)
    if len(scheduled) > 1:  # two transactions that schedule the same jobs in another order would deadlock
        await wait_for_turn(session, f"{session.info['database'].schema} schedule")
    await session.execute(_SCHEDULE, {"items": list(scheduled.values())})


def _app_for(database: Database) -> App:
    options = {"options": f"-c search_path={database.schema} -c jit=off"}
    return App(connector=PsycopgConnector(conninfo=_conninfo(database.url), kwargs=options, min_size=1, max_size=4))


def _conninfo(url: str) -> str:
    """The database's URL for the driver of Procrastinate's worker, which calls `ssl` what PostgreSQL does."""
    address = make_url(url)
    plain = address.difference_update_query(["schema", "ssl"]).set(drivername="postgresql")
    if (mode := address.query.get("ssl")) is not None:
        plain = plain.update_query_dict({"sslmode": mode})
    return plain.render_as_string(hide_password=False)


def _text(moment: datetime) -> str:
    """In UTC and always as long, so that earlier is also smaller as a text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
