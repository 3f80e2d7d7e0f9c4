"""The business side of a server: its database, and the key of its secrets."""

from headrace.business.connections.service import open_newest
from headrace.business.connectors.hosting import Hosting
from headrace.business.context import BusinessContext
from headrace.business.encryption import open_vault
from headrace.business.inbound.batches import register_batches
from headrace.business.tables import Job, Revision
from headrace.business.traffic.recording import Recorder
from headrace.clock import Clock
from headrace.database import Revisions, open_database
from headrace.identifiers import Identifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.settings import Settings


def open_hosting(business: BusinessContext, settings: Settings) -> Hosting:
    """Where the business side's connectors run. Nothing is opened before the first request."""
    folder = settings.data / "connectors"
    return Hosting(business, folder, settings.base_url, settings.private_networks)


async def check_key(business: BusinessContext) -> None:
    """With another key than the one that stored the secrets a server could do nothing. Raises `KeyUnusable`."""
    async with business.database.reading() as session:
        await open_newest(session, business.vault)


async def open_business(
    settings: Settings, clock: Clock, identifiers: Identifiers, outbound: Outbound
) -> BusinessContext:
    """Opens the business side's database. Raises `DatabaseUnusable`, and `KeyUnusable` for a key that is none."""
    vault = open_vault(settings.data)
    database = await open_database(settings.database_url("business"), "business")
    business = BusinessContext(
        database=database,
        clock=clock,
        identifiers=identifiers,
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
        outbound=outbound,
        vault=vault,
        recorder=Recorder(database, clock),
    )
    register_batches(business)
    return business
