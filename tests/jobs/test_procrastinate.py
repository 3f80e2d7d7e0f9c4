"""Procrastinate's queue: what dead workers left, and a database that is away."""

import asyncio
import gc
from typing import Any

import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from sqlalchemy import MetaData, text
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Database, Loop, postgresql_url
from headrace.jobs import Job, procrastinate
from headrace.jobs.procrastinate import ProcrastinateJobs
from headrace.jobs.procrastinate_schema import install, remove

pytestmark = [pytest.mark.anyio, pytest.mark.postgresql_only]

_LEFT = """
WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id)
UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)
"""


@pytest.fixture
async def database(store: Store) -> Database:
    database = await store.open("work", MetaData())
    async with database.connection() as connection:
        await connection.execute(text("CREATE SCHEMA IF NOT EXISTS work"))
        await connection.run_sync(install)
    return database


class Worker:
    """One process that does jobs, and what it has done."""

    def __init__(self, jobs: ProcrastinateJobs) -> None:
        self.jobs = jobs
        self.done: list[object] = []
        jobs.handle("post", self.work)

    async def work(self, job: Job) -> None:
        self.done.append(job.payload.get("n"))

    async def until_done(self, count: int) -> None:
        async with asyncio.timeout(15):
            while len(self.done) < count:
                await asyncio.sleep(0.02)


@pytest.fixture
async def worker(database: Database, clock: ManualClock) -> Worker:
    worker = Worker(ProcrastinateJobs(database, clock))
    async with database.transaction() as session:
        await worker.jobs.schedule(session, "post", "a", clock.now(), payload={"n": 1})
    return worker


async def stop(running: "asyncio.Task[None]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def count(database: Database) -> int:
    async with database.reading() as session:
        return int(await session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0)


async def test_what_a_dead_worker_was_doing_is_put_back(database: Database, worker: Worker) -> None:
    async with database.transaction() as session:
        await session.execute(text(_LEFT))
    running = asyncio.create_task(worker.jobs.run())
    await worker.until_done(1)
    await stop(running)
    assert worker.done == [1]


async def test_what_was_scheduled_anew_meanwhile_is_done_once(
    database: Database, worker: Worker, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await session.execute(text(_LEFT))
        await worker.jobs.schedule(session, "post", "a", clock.now(), payload={"n": 2})
    running = asyncio.create_task(worker.jobs.run())
    await worker.until_done(1)
    while await count(database):
        await asyncio.sleep(0.02)
    await stop(running)
    assert worker.done == [2]


async def test_a_database_that_is_away_ends_nothing(
    database: Database, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE procrastinate_jobs RENAME TO elsewhere"))
    running = asyncio.create_task(worker.jobs.run())
    while not (trouble := worker.jobs.trouble):
        await asyncio.sleep(0.01)
    assert "work" in trouble
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO procrastinate_jobs"))
    await worker.until_done(1)
    await stop(running)
    assert 1 <= caplog.text.count("cannot go on and will try again") <= 2  # the worker, and what goes on beside it


async def test_a_failed_job_that_cannot_be_put_back_is_not_lost(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, done = ProcrastinateJobs(database, clock), asyncio.Event()
    broken = ["the handler", "the way back"]

    async def work(_job: Job) -> None:
        if broken:
            raise OSError(broken.pop(0))
        done.set()

    put_back = jobs._put_back

    async def put_back_later(item: dict[str, Any]) -> None:
        if broken:
            raise OSError(broken.pop(0))
        await put_back(item)

    monkeypatch.setattr(jobs, "_put_back", put_back_later)
    jobs.handle("flaky", work)
    async with database.transaction() as session:
        await jobs.schedule(session, "flaky", "a", clock.now())
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(15):
        await done.wait()
    await stop(running)
    assert not broken


async def test_what_runs_is_not_put_back_by_its_own_worker_after_the_machine_slept(
    database: Database, clock: ManualClock
) -> None:
    jobs, started, gate = ProcrastinateJobs(database, clock), asyncio.Event(), asyncio.Event()

    async def wait(_job: Job) -> None:
        started.set()
        await gate.wait()

    jobs.handle("slow", wait)
    async with database.transaction() as session:
        await jobs.schedule(session, "slow", "a", clock.now())
    running = asyncio.create_task(jobs.run())
    await started.wait()
    async with database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '8 hours'"))
    await jobs._keep()
    async with database.reading() as session:
        states = (await session.scalars(text("SELECT CAST(status AS text) FROM procrastinate_jobs"))).all()
    gate.set()
    await stop(running)
    assert states == ["doing"]


def test_encryption_that_is_asked_for_is_asked_for_by_both_drivers() -> None:
    url = postgresql_url("postgresql://h:p@db.example/headrace?sslmode=require")
    assert url == "postgresql+asyncpg://h:p@db.example/headrace?ssl=require"
    conninfo = procrastinate._conninfo(f"{url}&schema=platform")
    assert conninfo == "postgresql://h:p@db.example/headrace?sslmode=require"


async def test_draining_leaves_a_running_worker_be(database: Database, worker: Worker, clock: ManualClock) -> None:
    running = asyncio.create_task(worker.jobs.run())
    await worker.until_done(1)
    await worker.jobs.drain()
    async with database.transaction() as session:
        await worker.jobs.schedule(session, "post", "b", clock.now(), payload={"n": 2})
    await worker.until_done(2)
    assert worker.jobs.trouble is None
    await stop(running)


async def test_its_tables_go_as_they_came(database: Database) -> None:
    async with database.connection() as connection:
        await connection.run_sync(remove)
        left = await connection.execute(
            text("SELECT relname FROM pg_class WHERE relnamespace = 'work'::regnamespace AND relname LIKE 'proc%'")
        )
        assert left.all() == []
        await connection.run_sync(install)


async def test_what_was_done_but_could_not_be_noted_holds_up_nothing(
    database: Database, worker: Worker, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procrastinate, "_FINISH_SECONDS", 0.1)
    finish, failures = JobManager.finish_job_by_id_async, 0

    async def fail_once(*arguments: Any, **named: Any) -> None:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise ConnectorException("the database was away for a moment")
        await finish(*arguments, **named)

    monkeypatch.setattr(JobManager, "finish_job_by_id_async", fail_once)
    loop = asyncio.get_running_loop()
    usual = loop.get_exception_handler()
    loop.set_exception_handler(lambda *_: None)  # nobody looks at what became of the task in Procrastinate's worker
    running = asyncio.create_task(worker.jobs.run())
    await worker.until_done(1)
    async with database.transaction() as session:
        await worker.jobs.schedule(session, "post", "a", clock.now(), payload={"n": 2})
    await worker.until_done(2)
    await stop(running)
    gc.collect()
    loop.set_exception_handler(usual)
    assert worker.done == [1, 2]
    assert failures >= 1


async def test_a_worker_that_cannot_give_back_its_work_ends_all_the_same(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database is away, the worker waits for it also when it is stopped."""
    begun, words = asyncio.Event(), 0

    async def waiting() -> None:
        nonlocal words
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            words = 1
            await asyncio.Event().wait()

    monkeypatch.setattr(procrastinate, "_ENDING_SECONDS", 0.05)
    jobs = ProcrastinateJobs(database, clock)
    monkeypatch.setattr(jobs, "_worker", Loop("a worker", waiting))
    running = asyncio.create_task(jobs.run())
    await begun.wait()
    running.cancel()
    async with asyncio.timeout(15):
        await asyncio.gather(running, return_exceptions=True)
    assert words == 1
