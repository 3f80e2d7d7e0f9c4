"""The business side on an empty database with one workspace; no WhatsApp answers unless a test gives it one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.business.workspace import Member, make_member, open_business

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.team import Caller
from headrace.clock import ManualClock
from headrace.database import Database
from headrace.identifiers import SeededIdentifiers


@pytest.fixture
async def context(tmp_path: Path, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[BusinessContext]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'business.db'}")
    async with open_business(database, clock, identifiers) as context:
        yield context
    await database.close()


@pytest.fixture
async def member(context: BusinessContext) -> Member:
    return await make_member(context, "Millrace")


@pytest.fixture
def caller(member: Member) -> Caller:
    return member.caller


@pytest.fixture
def connection(member: Member) -> Connection:
    return member.connection
