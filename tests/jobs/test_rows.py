"""Jobs as rows: leases, and what one process does when another is dead."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Database, metadata
from headrace.jobs import Job, JobColumns, NewJob, RowJobs, rows

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


class Table(DeclarativeBase):
    metadata = metadata()


class Row(JobColumns, Table):
    pass


@pytest.fixture
async def database(store: Store) -> Database:
    return await store.open("work", Table.metadata)


@pytest.fixture
def jobs(database: Database, clock: ManualClock) -> RowJobs:
    return RowJobs(database, Row, clock)


async def waiting(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        rows = await session.execute(select(Row).order_by(Row.id))
        return [(row.command, row.key) for row in rows.scalars()]


class Workers:
    """Two processes' workers on one database, whose leases a test can let run out."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.leases = ManualClock()
        self.first, self.second = (RowJobs(database, Row, clock, self.leases) for _ in range(2))
        self.done: list[tuple[str, str]] = []
        self.gate, self.started = asyncio.Event(), asyncio.Event()
        self.first.handle("post", self.wait)
        self.second.handle("post", self.work)

    async def wait(self, job: Job) -> None:
        self.started.set()
        await self.gate.wait()
        self.done.append(("first", job.key))

    async def work(self, job: Job) -> None:
        self.done.append(("second", job.key))


@pytest.fixture
def workers(database: Database, clock: ManualClock) -> Workers:
    return Workers(database, clock)


async def test_two_workers_never_do_the_same_job_nor_one_queue_at_once(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        jobs = [NewJob("post", key, clock.now(), queue) for key, queue in [("a1", "a"), ("a2", "a"), ("b1", "b")]]
        await workers.first.schedule_many(session, jobs[:2])
    draining = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    async with database.transaction() as session:
        await workers.second.schedule_many(session, jobs[2:])
    await workers.second.drain()
    assert workers.done == [("second", "b1")]
    workers.gate.set()
    await draining
    assert workers.done == [("second", "b1"), ("first", "a1"), ("first", "a2")]


async def test_a_job_is_taken_over_when_its_lease_has_run_out(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule_many(session, [NewJob("post", str(n), clock.now(), "one") for n in range(3)])
    killed = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    workers.leases.advance(timedelta(seconds=9))
    await workers.second.drain()
    assert workers.done == []
    workers.leases.advance(timedelta(seconds=2))
    await workers.second.drain()
    assert workers.done == [("second", "0"), ("second", "1"), ("second", "2")]
    killed.cancel()


@pytest.mark.sqlite_only
async def test_on_sqlite_a_new_server_does_at_once_what_a_killed_one_had_begun(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule(session, "post", "a", clock.now())
    killed = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    running = asyncio.create_task(workers.second.run())
    while not workers.done:
        await asyncio.sleep(0.01)
    assert workers.done == [("second", "a")]
    for task in (killed, running):
        task.cancel()
    await asyncio.gather(killed, running, return_exceptions=True)


async def test_a_lease_from_before_the_time_was_set_back_holds_nobody_up(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule(session, "post", "a", clock.now())
    killed = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    workers.leases.advance(timedelta(days=-1))
    await workers.second.drain()
    assert workers.done == [("second", "a")]
    killed.cancel()


async def test_who_lost_its_lease_does_not_undo_what_the_other_did(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule(session, "post", "a", clock.now())
    late = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    workers.leases.advance(timedelta(minutes=1))
    await workers.second.drain()
    async with database.transaction() as session:
        await workers.second.schedule(session, "post", "a", clock.now() + timedelta(hours=1))
    workers.gate.set()
    await late
    assert await waiting(database) == [("post", "a")]


async def test_what_runs_is_not_begun_again_by_its_own_worker_when_its_lease_ran_out_while_the_machine_slept(
    database: Database, workers: Workers, clock: ManualClock
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule_many(session, [NewJob("post", str(n), clock.now(), "one") for n in range(2)])
    draining = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    workers.started.clear()
    workers.leases.advance(timedelta(hours=8))
    await workers.first._start_due()
    await asyncio.sleep(0)
    assert not workers.started.is_set()
    workers.gate.set()
    await draining
    assert workers.done == [("first", "0"), ("first", "1")]


async def test_who_lost_its_lease_stops_also_when_the_other_is_through(
    database: Database, workers: Workers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        await workers.first.schedule(session, "post", "a", clock.now())
    late = asyncio.create_task(workers.first.drain())
    await workers.started.wait()
    workers.leases.advance(timedelta(minutes=1))
    await workers.second.drain()
    monkeypatch.setattr(rows, "_LEASE", timedelta(milliseconds=1))
    await workers.first._renew()
    async with asyncio.timeout(5):
        await late
    assert workers.done == [("second", "a")]


async def test_an_error_of_the_database_ends_nothing(
    database: Database, jobs: RowJobs, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    done = asyncio.Event()

    async def handler(_job: Job) -> None:
        done.set()

    jobs.handle("now", handler)
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE jobs RENAME TO elsewhere"))
    running = asyncio.create_task(jobs.run())
    while not (trouble := jobs.trouble):
        await asyncio.sleep(0.01)
    assert trouble.startswith("the work of jobs: ")
    async with database.transaction() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO jobs"))
        await jobs.schedule(session, "now", "a", clock.now())
    await asyncio.wait_for(done.wait(), 5)
    while jobs.trouble:
        await asyncio.sleep(0.01)
    assert caplog.text.count("cannot go on and will try again") == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("steps", range(5))
async def test_a_worker_ends_when_it_is_cancelled_although_a_job_comes(jobs: RowJobs, steps: int) -> None:
    running = asyncio.create_task(jobs.run())
    await asyncio.sleep(0.1)
    jobs._nudge.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    assert done == {running}


async def test_a_retry_waits_no_longer_when_the_clock_was_set_back(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    tries = 0

    async def handler(_job: Job) -> None:
        nonlocal tries
        tries += 1
        raise ValueError("not yet")

    jobs.handle("shaky", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "shaky", "a", clock.now())
    await jobs.drain()
    clock.advance(timedelta(days=-7))
    await jobs.drain()
    assert tries == 1
    clock.advance(timedelta(seconds=5))
    await jobs.drain()
    assert tries == 2
