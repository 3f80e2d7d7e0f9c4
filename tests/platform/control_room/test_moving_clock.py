"""The clock goes from one due moment to the next, and all that is due is done when it has arrived; on both stores."""

from dataclasses import replace
from datetime import timedelta

import pytest

from headrace.clock import ManualClock, MovableClock
from headrace.jobs import Again, Job, open_jobs
from headrace.platform.box import Box
from headrace.platform.control_room.moving_clock import ClockMover, UnmovableClock
from headrace.platform.tables import Job as JobRow

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def test_everything_happens_at_its_own_moment(box: Box, clock: ManualClock) -> None:
    moved = MovableClock(clock)
    here = replace(box, clock=moved, jobs=open_jobs(box.database, JobRow, moved))
    done: list[tuple[str, float]] = []
    begun = moved.now()

    async def note(job: Job) -> Again | None:
        done.append((job.key, (moved.now() - begun) / timedelta(minutes=1)))
        return Again(moved.now() + timedelta(minutes=20)) if job.key == "again" and len(done) < 4 else None

    here.jobs.handle("note", note)
    async with here.database.transaction() as session:
        for key, minutes in (("late", 90), ("again", 10), ("soon", 5)):
            await here.jobs.schedule(session, "note", key, begun + timedelta(minutes=minutes))
    mover = ClockMover(here)
    await mover.move(by=timedelta(hours=1))
    assert done == [("soon", 5), ("again", 10), ("again", 30), ("again", 50)]
    assert moved.now() - begun == timedelta(hours=1)
    await mover.move(by=timedelta(hours=1))
    assert done[-1:] == [("late", 90)]
    other = MovableClock(clock)  # another process reads how far it was moved
    await here.controls.load(here.database, other)
    assert other.offset.total_seconds() == 7200
    await mover.move()
    assert moved.offset.total_seconds() == 0
    with pytest.raises(UnmovableClock):
        await mover.move(by=timedelta(days=400))
