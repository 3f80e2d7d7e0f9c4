"""Jobs: written with the caller's work, done when due, once more when scheduled anew, again when they fail."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import DeclarativeBase
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Database, metadata
from headrace.jobs import Again, Job, JobColumns, NewJob, RowJobs

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


async def test_a_job_runs_when_it_is_due_and_is_gone_then(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    done: list[dict[str, int]] = []

    async def handler(job: Job) -> None:
        done.append(job.payload)

    jobs.handle("count", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "count", "a", clock.now() + timedelta(minutes=1), payload={"n": 1})
    await jobs.drain()
    assert done == []
    clock.advance(timedelta(minutes=1))
    await jobs.drain()
    assert done == [{"n": 1}]
    assert await waiting(database) == []


async def test_a_job_of_an_undone_transaction_never_was(database: Database, jobs: RowJobs, clock: ManualClock) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await jobs.schedule(session, "count", "a", clock.now())
            raise RuntimeError
    assert await waiting(database) == []


async def test_the_same_key_is_one_job_at_the_earlier_time(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    done: list[object] = []

    async def handler(job: Job) -> None:
        done.append(job.payload["n"])

    jobs.handle("count", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "count", "a", clock.now() + timedelta(hours=1), payload={"n": 1})
        await jobs.schedule(session, "count", "a", clock.now(), payload={"n": 2})
        await jobs.schedule(session, "count", "a", clock.now() + timedelta(hours=2), payload={"n": 3})
    await jobs.drain()
    assert done == [3]


async def test_a_job_scheduled_while_it_runs_runs_once_more(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    runs = 0

    async def handler(_job: Job) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            async with database.transaction() as session:
                await jobs.schedule(session, "count", "a", clock.now())

    jobs.handle("count", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "count", "a", clock.now())
    await jobs.drain()
    assert runs == 2
    assert await waiting(database) == []


async def test_a_failed_job_is_tried_again_after_a_longer_and_longer_wait(
    database: Database, jobs: RowJobs, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[int] = []

    async def handler(job: Job) -> None:
        seen.append(job.attempts)
        if job.attempts < 2:
            raise ValueError("not yet")

    jobs.handle("shaky", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "shaky", "a", clock.now())
    for wait in (0, 5, 10):
        clock.advance(timedelta(seconds=wait))
        await jobs.drain()
    assert seen == [0, 1, 2]
    assert await waiting(database) == []
    assert "shaky a failed" in caplog.text


async def test_again_keeps_the_job_without_counting_a_failure(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    runs: list[int] = []

    async def handler(job: Job) -> Again | None:
        runs.append(job.attempts)
        return Again(clock.now() + timedelta(days=1)) if len(runs) == 1 else None

    jobs.handle("daily", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "daily", "a", clock.now())
    await jobs.drain()
    assert await waiting(database) == [("daily", "a")]
    clock.advance(timedelta(days=1))
    await jobs.drain()
    assert runs == [0, 0]


async def test_jobs_of_one_queue_run_one_after_another_in_order(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    order: list[str] = []

    async def handler(job: Job) -> None:
        order.append(f"+{job.key}")
        await asyncio.sleep(0.01)
        order.append(f"-{job.key}")

    jobs.handle("post", handler)
    async with database.transaction() as session:
        for number in range(4):
            await jobs.schedule(session, "post", str(number), clock.now() + timedelta(milliseconds=number), queue="one")
    clock.advance(timedelta(seconds=1))
    await jobs.drain()
    assert order == ["+0", "-0", "+1", "-1", "+2", "-2", "+3", "-3"]


async def test_what_a_dead_process_left_is_done_by_the_next(database: Database, clock: ManualClock) -> None:
    started = asyncio.Event()

    async def hangs(_job: Job) -> None:
        started.set()
        await asyncio.sleep(60)

    first = RowJobs(database, Row, clock)
    first.handle("post", hangs)
    async with database.transaction() as session:
        await first.schedule(session, "post", "a", clock.now())
    running = asyncio.create_task(first.run())
    await asyncio.wait_for(started.wait(), 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    done: list[str] = []

    async def works(job: Job) -> None:
        done.append(job.key)

    second = RowJobs(database, Row, clock)
    second.handle("post", works)
    await second.drain()
    assert done == ["a"]


async def test_a_running_worker_is_woken_by_a_commit(database: Database, jobs: RowJobs, clock: ManualClock) -> None:
    done = asyncio.Event()

    async def handler(_job: Job) -> None:
        done.set()

    jobs.handle("now", handler)
    running = asyncio.create_task(jobs.run())
    await asyncio.sleep(0.05)
    async with database.transaction() as session:
        await jobs.schedule(session, "now", "a", clock.now())
    await asyncio.wait_for(done.wait(), 0.4)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_long_backlog_of_one_queue_never_holds_back_another(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    order: list[str] = []

    async def handler(job: Job) -> None:
        order.append(job.key)

    jobs.handle("post", handler)
    now = clock.now()
    backlog = [NewJob("post", f"long {number}", now, "long") for number in range(300)]
    others = [
        NewJob("post", f"other {number}", now + timedelta(milliseconds=1), f"other {number}") for number in range(3)
    ]
    async with database.transaction() as session:
        await jobs.schedule_many(session, [*backlog, *others])
    clock.advance(timedelta(seconds=1))
    await jobs.drain()
    assert len(order) == 303
    assert max(order.index(f"other {number}") for number in range(3)) < 4
    assert [key for key in order if key.startswith("long")] == [f"long {number}" for number in range(300)]


async def test_periodic_work_runs_again_after_its_interval(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    moments: list[str] = []

    async def look(_job: Job) -> None:
        moments.append(f"{clock.now():%H:%M}")

    jobs.every("look", timedelta(minutes=5), look)
    await jobs.drain()
    await jobs.drain()
    clock.advance(timedelta(minutes=5))
    await jobs.drain()
    assert moments == ["14:00", "14:05"]


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


async def test_periodic_work_goes_on_after_the_clock_was_set_back(
    database: Database, jobs: RowJobs, clock: ManualClock
) -> None:
    runs: list[datetime] = []

    async def look(_job: Job) -> None:
        runs.append(clock.now())

    jobs.every("look", timedelta(minutes=5), look)
    await jobs.drain()
    clock.advance(timedelta(days=-2))
    await jobs.drain()
    clock.advance(timedelta(minutes=5))
    await jobs.drain()
    assert len(runs) == 2


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
