"""A whole WhatsApp side on an empty database of its own, with a still clock; its worker runs only when asked to."""

from collections.abc import AsyncIterator

import pytest
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.tables import Job, Revision, Table
from headrace.platform.world import World, seed
from headrace.settings import PublishedFlows, Settings


@pytest.fixture
def published_flows() -> PublishedFlows:
    """The rule for changing published Flows. Tests of the other one parametrize it."""
    return PublishedFlows.LOCKED


@pytest.fixture
def require_proof() -> bool:
    """Whether calls need `appsecret_proof`. Tests of that parametrize it."""
    return False


@pytest.fixture
async def box(
    store: Store,
    clock: ManualClock,
    identifiers: SeededIdentifiers,
    published_flows: PublishedFlows,
    require_proof: bool,
) -> AsyncIterator[Box]:
    database = await store.open("platform", Table.metadata)
    outbound = Outbound(private_networks=True)
    yield Box(
        settings=Settings(data=store.folder, published_flows=published_flows, require_proof=require_proof),
        database=database,
        clock=clock,
        identifiers=identifiers,
        outbound=outbound,
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
    )
    await outbound.close()


@pytest.fixture
async def world(box: Box) -> World:
    """The first state of the box."""
    return await seed(box)
