"""A whole WhatsApp side on an empty database of its own, with a still clock; its worker runs only when asked to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.clock import ManualClock
from headrace.database import Database, Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import RowJobs
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.tables import Job, Revision, Table
from headrace.platform.world import World, seed
from headrace.settings import Settings


@pytest.fixture
async def box(tmp_path: Path, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[Box]:
    settings = Settings(data=tmp_path)
    database = Database(settings.database_url("platform"))
    async with database.connection() as connection:
        await connection.run_sync(Table.metadata.create_all)
    outbound = Outbound(private_networks=True)
    yield Box(
        settings=settings,
        database=database,
        clock=clock,
        identifiers=identifiers,
        outbound=outbound,
        jobs=RowJobs(database, Job, clock),
        revisions=Revisions(database, Revision),
    )
    await outbound.close()
    await database.close()


@pytest.fixture
async def world(box: Box) -> World:
    """The first state of the box."""
    return await seed(box)
