"""Open sessions and where they are kept: what a store of sessions has to do, whatever it keeps them in."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Closed, Complete, Effect, Expired
from headrace.phone.rendering import Notes
from headrace.phone.session import Session
from headrace.simulator.trace import Entry
from headrace.simulator.uploads import Uploads

Ending = Complete | Closed | Expired


def ending_of(effects: Sequence[Effect]) -> Ending | None:
    """How the sheet came to its end by these effects; None while it stays open."""
    return next((effect for effect in effects if isinstance(effect, Ending)), None)


class EndpointClient(Protocol):
    """The way to an endpoint; `exchange.channel.Channel` is one."""

    async def exchange(self, request: dict[str, Any]) -> Outcome: ...


@dataclass(frozen=True)
class OpenSession:
    """A session as its store has it, with what the sheet needs to know around it. `today` is the day on the phone.

    `client` asks the endpoint, if there is one. `asked` counts the exchanges the session has asked for; the pending one
    is the newest. A phone that `is_offline` asks nobody. `notes` are what a check found, by screen, for those who build
    the Flow. `uploads` takes the files a person attaches: a store that gives none cannot take any. Their bytes go into
    an `uploads.FileStore`; `cdn.MemoryFileStore` with `cdn.cdn_routes` is one in memory.
    """

    session: Session
    client: EndpointClient | None
    business_name: str
    today: date
    is_draft: bool = False
    platform: str = "android"
    notes: Mapping[str, Notes] = field(default_factory=dict)
    uploads: Uploads | None = None
    asked: int = 0
    is_offline: bool = False


class SessionWriter(Protocol):
    """Where one running session is written down.

    `save` keeps where it stands, what has happened since (`entries` of the trace) and what its `effects` mean outside
    of it. `record` keeps what came of an exchange or an error notice: an entry of its own.
    """

    async def save(self, session: Session, effects: Sequence[Effect], entries: Sequence[Entry]) -> None: ...

    async def record(self, outcome: Outcome) -> None: ...


class HeldSession(SessionWriter, Protocol):
    """A session that nobody else can change meanwhile, in whatever process.

    Saved while it is held, its pending exchange and its error notices are carried out by the store, once it is let go.
    """

    @property
    def opened(self) -> OpenSession: ...


class SessionStore(Protocol):
    """Where sessions live. `scope` is the ASGI scope of the request, for path parameters and application state."""

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        """The session as it stands, to look at."""
        ...

    def hold(self, session_id: str, scope: Mapping[str, Any]) -> AbstractAsyncContextManager[HeldSession | None]:
        """The session, to change. Nobody else holds it until the block ends; do not wait for an endpoint in it."""
        ...

    async def wait(self, session_id: str, scope: Mapping[str, Any], seconds: float) -> None:
        """Waits until nothing is outstanding, at most so long. An exchange that nobody carries out is taken up."""
        ...
