"""The business side on an empty database with one workspace; no WhatsApp answers unless a test gives it one."""

from collections.abc import AsyncIterator

import pytest
from tests.business.workspace import Member, make_member, open_business
from tests.stores import Store

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.team import Caller
from headrace.clock import ManualClock
from headrace.identifiers import SeededIdentifiers


@pytest.fixture
async def context(store: Store, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[BusinessContext]:
    async with open_business(store, clock, identifiers) as context:
        yield context


@pytest.fixture
async def member(context: BusinessContext) -> Member:
    return await make_member(context, "Millrace")


@pytest.fixture
def caller(member: Member) -> Caller:
    return member.caller


@pytest.fixture
def connection(member: Member) -> Connection:
    return member.connection
