"""Jobs of every adapter: written with the caller's work, done when due, once more when scheduled anew or failed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Database, metadata
from headrace.jobs import Again, Job, JobColumns, Jobs, NewJob, RowJobs
from headrace.jobs.procrastinate import ProcrastinateJobs
from headrace.jobs.procrastinate_schema import install

pytestmark = pytest.mark.anyio

ADAPTERS = [("sqlite", "rows"), ("postgresql", "rows"), ("postgresql", "procrastinate")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize(("store_name", "adapter"), ADAPTERS, ids=["-".join(pair) for pair in ADAPTERS], scope="module")


class Table(DeclarativeBase):
    metadata = metadata()


class Row(JobColumns, Table):
    pass


@pytest.fixture
async def database(store: Store) -> Database:
    return await store.open("work", Table.metadata)


Make = Callable[[], Jobs]
Waiting = Callable[[], Awaitable[list[tuple[str, str]]]]


@pytest.fixture
async def make(database: Database, adapter: str, clock: ManualClock) -> Make:
    """Makes the jobs of one process; several share the database."""
    if adapter == "rows":
        return lambda: RowJobs(database, Row, clock)
    async with database.connection() as connection:
        await connection.run_sync(install)
    return lambda: ProcrastinateJobs(database, clock)


@pytest.fixture
def jobs(make: Make) -> Jobs:
    return make()


@pytest.fixture
def waiting(database: Database, adapter: str) -> Waiting:
    statement = "SELECT command, key FROM jobs ORDER BY id"
    if adapter == "procrastinate":
        statement = "SELECT task_name, args->>'key' FROM procrastinate_jobs ORDER BY id"

    async def look() -> list[tuple[str, str]]:
        async with database.reading() as session:
            return [(row[0], row[1]) for row in await session.execute(text(statement))]

    return look


async def test_a_job_runs_when_it_is_due_and_is_gone_then(
    database: Database, jobs: Jobs, clock: ManualClock, waiting: Waiting
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
    assert await waiting() == []


async def test_a_job_of_an_undone_transaction_never_was(
    database: Database, jobs: Jobs, clock: ManualClock, waiting: Waiting
) -> None:
    with pytest.raises(RuntimeError):
        async with database.transaction() as session:
            await jobs.schedule(session, "count", "a", clock.now())
            raise RuntimeError
    assert await waiting() == []


async def test_the_same_key_is_one_job_at_the_earlier_time(database: Database, jobs: Jobs, clock: ManualClock) -> None:
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
    database: Database, jobs: Jobs, clock: ManualClock, waiting: Waiting
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
    assert await waiting() == []


async def test_a_failed_job_is_tried_again_after_a_longer_and_longer_wait(
    database: Database, jobs: Jobs, clock: ManualClock, waiting: Waiting, caplog: pytest.LogCaptureFixture
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
    assert await waiting() == []
    assert "shaky a failed" in caplog.text


async def test_again_keeps_the_job_without_counting_a_failure(
    database: Database, jobs: Jobs, clock: ManualClock, waiting: Waiting
) -> None:
    runs: list[int] = []

    async def handler(job: Job) -> Again | None:
        runs.append(job.attempts)
        return Again(clock.now() + timedelta(days=1)) if len(runs) == 1 else None

    jobs.handle("daily", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "daily", "a", clock.now())
    await jobs.drain()
    assert await waiting() == [("daily", "a")]
    clock.advance(timedelta(days=1))
    await jobs.drain()
    assert runs == [0, 0]


async def test_jobs_of_one_queue_run_one_after_another_in_order(
    database: Database, jobs: Jobs, clock: ManualClock
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


async def test_what_a_dead_process_left_is_done_by_the_next(database: Database, make: Make, clock: ManualClock) -> None:
    started = asyncio.Event()

    async def hangs(_job: Job) -> None:
        started.set()
        await asyncio.sleep(60)

    first = make()
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

    second = make()
    second.handle("post", works)
    await second.drain()
    assert done == ["a"]


async def test_a_running_worker_is_woken_by_a_commit(database: Database, jobs: Jobs, clock: ManualClock) -> None:
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
    database: Database, jobs: Jobs, clock: ManualClock
) -> None:
    order: list[str] = []
    others_done = asyncio.Event()

    async def handler(job: Job) -> None:
        if job.key == "long 0":
            await asyncio.wait_for(others_done.wait(), 30)
        order.append(job.key)
        if sum(key.startswith("other") for key in order) == 3:
            others_done.set()

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
    assert all(key.startswith("other") for key in order[:3])
    assert [key for key in order if key.startswith("long")] == [f"long {number}" for number in range(300)]


async def test_periodic_work_runs_again_after_its_interval(database: Database, jobs: Jobs, clock: ManualClock) -> None:
    moments: list[str] = []

    async def look(_job: Job) -> None:
        moments.append(f"{clock.now():%H:%M}")

    jobs.every("look", timedelta(minutes=5), look)
    await jobs.drain()
    await jobs.drain()
    clock.advance(timedelta(minutes=5))
    await jobs.drain()
    assert moments == ["14:00", "14:05"]


async def test_periodic_work_goes_on_after_the_clock_was_set_back(
    database: Database, jobs: Jobs, clock: ManualClock
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


async def test_a_moved_clock_makes_jobs_due_in_a_running_worker(
    database: Database, jobs: Jobs, clock: ManualClock
) -> None:
    done = asyncio.Event()

    async def handler(_job: Job) -> None:
        done.set()

    jobs.handle("later", handler)
    async with database.transaction() as session:
        await jobs.schedule(session, "later", "a", clock.now() + timedelta(days=14))
    running = asyncio.create_task(jobs.run())
    await asyncio.sleep(0.1)
    assert not done.is_set()
    clock.advance(timedelta(days=14))
    await asyncio.wait_for(done.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_next_due_moment_is_that_of_what_comes_only_once(
    database: Database, jobs: Jobs, clock: ManualClock
) -> None:
    async def handler(_job: Job) -> None:
        pass

    jobs.handle("later", handler)
    jobs.every("often", timedelta(minutes=1), handler)
    await jobs.drain()
    assert await jobs.next_due() is None
    assert await jobs.due_at("often") == clock.now() + timedelta(minutes=1)
    assert await jobs.due_at("later", "2") is None
    async with database.transaction() as session:
        for hours in (3, 2):
            await jobs.schedule(session, "later", str(hours), clock.now() + timedelta(hours=hours))
    assert await jobs.next_due() == await jobs.due_at("later", "2") == clock.now() + timedelta(hours=2)
    clock.advance(timedelta(hours=2))
    await jobs.drain()
    assert await jobs.next_due() == clock.now() + timedelta(hours=1)
