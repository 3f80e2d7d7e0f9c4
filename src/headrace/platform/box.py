"""What every part of the WhatsApp side works with, put together once by `app`."""

from dataclasses import dataclass, field

from headrace.clock import Clock
from headrace.database import Database, Revisions
from headrace.identifiers import Identifiers
from headrace.jobs import Jobs
from headrace.outbound import Outbound
from headrace.platform.cache import Cache
from headrace.platform.call_log import CallLog
from headrace.platform.controls import Controls
from headrace.settings import Settings


@dataclass(frozen=True)
class Box:
    """The WhatsApp side of one server: its database, its clock, its way out, its jobs, and what was set in its control
    room and noted for it.
    """

    settings: Settings
    database: Database
    clock: Clock
    identifiers: Identifiers
    outbound: Outbound
    jobs: Jobs
    revisions: Revisions
    cache: Cache = field(default_factory=Cache)
    controls: Controls = field(default_factory=Controls)
    call_log: CallLog = field(default_factory=CallLog)
