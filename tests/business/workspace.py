"""A business side for tests: an empty database, and workspaces with a member and a connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cryptography.fernet import Fernet
from tests.stores import Store

from headrace.business.connections.service import Connection, create_connection
from headrace.business.context import BusinessContext
from headrace.business.encryption import Vault
from headrace.business.inbound.batches import register_batches
from headrace.business.schema import Table
from headrace.business.tables import Job, Revision
from headrace.business.team import Caller, Role
from headrace.business.team.service import create_member, create_workspace
from headrace.business.whatsapp import Access, MetaApp
from headrace.clock import Clock
from headrace.database import Revisions
from headrace.identifiers import Identifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound

NOWHERE = "http://127.0.0.1:9"
"""An address where no WhatsApp answers."""

APP = MetaApp("77", "app secret", "our word")


@dataclass(frozen=True)
class Member:
    """A workspace as its member sees it, and its connection."""

    caller: Caller
    connection: Connection


@asynccontextmanager
async def open_business(store: Store, clock: Clock, identifiers: Identifiers) -> AsyncIterator[BusinessContext]:
    """The business side over an empty database, its webhooks worked out when jobs are drained."""
    database = await store.open("business", Table.metadata)
    outbound = Outbound(private_networks=True)
    context = BusinessContext(
        database=database,
        clock=clock,
        identifiers=identifiers,
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
        outbound=outbound,
        vault=Vault(Fernet.generate_key().decode()),
    )
    register_batches(context)
    yield context
    await outbound.close()


async def make_member(
    context: BusinessContext,
    name: str,
    *,
    base_url: str = NOWHERE,
    waba_ids: tuple[str, ...] = ("1",),
    app: MetaApp = APP,
    role: Role = Role.ADMIN,
) -> Member:
    """A new workspace with one member and one connection, whose key is its name in small letters."""
    key, at = name.lower(), context.clock.now()
    async with context.database.transaction() as session:
        workspace = await create_workspace(session, name, at)
        caller = await create_member(
            session, workspace, email=f"{key}@example.org", name=f"Somebody of {name}", role=role, at=at
        )
        access = Access(base_url, f"token of {name}", waba_ids)
        connection = await create_connection(
            session, context.vault, caller, key=key, name=name, access=access, app=app, at=at
        )
    return Member(caller, connection)
