"""Putting the world back: to how it began, and to a snapshot; on both stores."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from tests.platform.messaging.stage import Stage, set_stage

from headrace.platform.box import Box
from headrace.platform.control_room import snapshots
from headrace.platform.control_room.snapshots import SnapshotUnusable
from headrace.platform.flows.models import Flow
from headrace.platform.messaging.models import Message

pytestmark = pytest.mark.anyio


async def counts(stage: Stage) -> tuple[int, int]:
    async with stage.box.database.reading() as session:
        flows = await session.scalar(select(func.count()).select_from(Flow))
        messages = await session.scalar(select(func.count()).select_from(Message))
    return int(flows or 0), int(messages or 0)


@pytest.mark.both_stores
async def test_there_and_back(box: Box) -> None:
    stage = await set_stage(box)
    await stage.write()
    await stage.make_flow(name="Kept")
    async with box.database.transaction() as session:
        await box.jobs.schedule(session, "later", "1", box.clock.now() + timedelta(hours=1), payload={"n": 1})
    before = await counts(stage)
    taken = await snapshots.take_snapshot(box, "there")
    assert taken["bytes"] > 100
    await snapshots.reset(box)
    assert await counts(stage) == (0, 0)
    assert await box.jobs.next_due() is None
    async with box.database.reading() as session:
        assert (await session.get_one(type(stage.sender), stage.sender.id)).digits == stage.sender.digits
    await snapshots.restore(box, "there")
    assert await counts(stage) == before
    assert await box.jobs.next_due() == box.clock.now() + timedelta(hours=1)
    await stage.write("One more")  # numbers go on behind those that were put back
    assert (await counts(stage))[1] == before[1] + 1
    assert [one["name"] for one in snapshots.list_snapshots(box)] == ["there"]
    snapshots.forget_snapshot(box, "there")
    with pytest.raises(SnapshotUnusable, match="no snapshot there"):
        await snapshots.restore(box, "there")


async def test_names_and_files_are_looked_at(box: Box) -> None:
    await set_stage(box)
    for name in ("", "../out", "A", "x" * 41):
        with pytest.raises(SnapshotUnusable, match="The name of a snapshot"):
            await snapshots.take_snapshot(box, name)
    await snapshots.take_snapshot(box, "torn")
    path = box.settings.data / "snapshots" / "torn.json.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SnapshotUnusable, match="cannot be read"):
        await snapshots.restore(box, "torn")
