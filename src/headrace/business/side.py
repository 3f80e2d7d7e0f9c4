"""What every part of the business side works with, put together once by `app`."""

from dataclasses import dataclass

from headrace.business.whatsapp import WhatsApp
from headrace.clock import Clock
from headrace.database import Database, Revisions
from headrace.identifiers import Identifiers
from headrace.jobs import Jobs


@dataclass(frozen=True)
class AppCredentials:
    """The Meta app whose webhooks the business side receives."""

    app_id: str
    secret: str
    verify_token: str


@dataclass(frozen=True)
class BusinessSide:
    """The business side of one server: its database, its clock, its jobs, and WhatsApp."""

    database: Database
    clock: Clock
    identifiers: Identifiers
    jobs: Jobs
    revisions: Revisions
    whatsapp: WhatsApp
    app: AppCredentials
