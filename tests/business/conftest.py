"""The business side on an empty database, with a WhatsApp that does not answer unless a test gives it one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headrace.business import inbound
from headrace.business.flows import models as flow_models
from headrace.business.messages import on_message_echoes, on_messages
from headrace.business.people import models as people_models
from headrace.business.responses import models as response_models
from headrace.business.side import AppCredentials, BusinessSide
from headrace.business.tables import Job, Revision, Table
from headrace.business.whatsapp import Connection, WhatsApp
from headrace.clock import ManualClock
from headrace.database import Database, Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import RowJobs
from headrace.outbound import Outbound

MODELS = (flow_models, people_models, response_models)


@pytest.fixture
async def side(tmp_path: Path, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[BusinessSide]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'business.db'}")
    async with database.connection() as connection:
        await connection.run_sync(Table.metadata.create_all)
    outbound = Outbound(private_networks=True)
    side = BusinessSide(
        database=database,
        clock=clock,
        identifiers=identifiers,
        jobs=RowJobs(database, Job, clock),
        revisions=Revisions(database, Revision),
        whatsapp=WhatsApp(Connection("http://127.0.0.1:9", "token", ("1",)), outbound),
        app=AppCredentials("77", "app secret", "our word"),
    )
    side.jobs.handle(
        inbound.PROCESS, inbound.processor(side, {"messages": on_messages, "message_echoes": on_message_echoes})
    )
    yield side
    await outbound.close()
    await database.close()
