"""What every part of the business side works with, put together once by `app`."""

from dataclasses import dataclass
from functools import partial

from headrace.business.connections.service import Connection
from headrace.business.encryption import Vault
from headrace.business.traffic.recording import Recorder
from headrace.business.whatsapp import WhatsApp
from headrace.clock import Clock
from headrace.database import Database, Revisions
from headrace.identifiers import Identifiers
from headrace.jobs import Jobs
from headrace.outbound import Outbound


@dataclass(frozen=True)
class BusinessContext:
    """The business side of one server: its database, its clock, its jobs, its way out, the key of its secrets.

    Where there is a `recorder`, every call to WhatsApp is noted.
    """

    database: Database
    clock: Clock
    identifiers: Identifiers
    jobs: Jobs
    revisions: Revisions
    outbound: Outbound
    vault: Vault
    recorder: Recorder | None = None

    def whatsapp(self, connection: Connection) -> WhatsApp:
        """The client of a connection. Clients share the way out, so one costs nothing to make."""
        note = None if self.recorder is None else partial(self.recorder.note, connection)
        return WhatsApp(connection.access, self.outbound, note)
