"""Sheets over a store in memory, for tests: the real routes, the real session, an endpoint that is a function."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from headrace.clock import ManualClock, local_day
from headrace.exchange.channel import Outcome
from headrace.exchange.messages import ErrorType
from headrace.identifiers import RandomIdentifiers, SeededIdentifiers
from headrace.phone.engine.effects import Closed, Complete, Expired
from headrace.phone.engine.events import Open
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.driver import Ending, EndpointClient
from headrace.simulator.sheet import OpenSession, sheet_routes
from headrace.simulator.trace import Entry, Exchanged, Moment
from headrace.simulator.uploads import Uploads

Json = dict[str, Any]
CLOCK = ManualClock()


def answered(request: Json, body: Any) -> Outcome:
    return Outcome(kind="answered", request=request, milliseconds=1, http_status=200, body=body)


def failed(request: Json, error_type: ErrorType) -> Outcome:
    return Outcome(kind="failed", request=request, milliseconds=1, error_type=error_type)


@dataclass
class ScriptedEndpoint:
    """An endpoint that answers with what a function makes of the request, after `delay` seconds."""

    answer: Callable[[Json], Outcome]
    delay: float = 0.0
    requests: list[Json] = field(default_factory=list)

    async def exchange(self, request: Json) -> Outcome:
        self.requests.append(request)
        await asyncio.sleep(self.delay)
        return self.answer(request)


@dataclass
class MemoryStore:
    """Keeps sessions as JSON, so that nothing survives but what is stored."""

    program: Program
    client: EndpointClient | None = None
    states: dict[str, Json] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    saves: int = 0
    is_draft: bool = False
    platform: str = "android"
    before_load: Callable[[], Awaitable[None]] | None = None
    files: MemoryFileStore = field(init=False)
    takes_files: bool = True

    def __post_init__(self) -> None:
        self.files = MemoryFileStore(lambda: "https://cdn.example", SeededIdentifiers(3), ManualClock())

    def open(self, session_id: str = "s1", **opening: Any) -> Session:
        session = Session.start(self.program, Opening(**opening))
        session.handle(Open())
        self.states[session_id] = session.to_json()
        return session

    def session(self, session_id: str = "s1") -> Session:
        return Session.from_json(self.program, self.states[session_id])

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        if self.before_load is not None:
            await self.before_load()
        if session_id not in self.states:
            return None
        return OpenSession(
            self.session(session_id),
            self.client,
            "Millrace Opticians",
            local_day(CLOCK),
            self.is_draft,
            self.platform,
            uploads=Uploads(self.files, RandomIdentifiers()) if self.takes_files else None,
        )

    async def save(self, session_id: str, session: Session, entries: Sequence[Entry]) -> None:
        self.saves += 1
        self._write(entries)
        self.states[session_id] = session.to_json()

    async def record(self, session_id: str, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._write([Exchanged.of(outcome)])

    async def finish(self, session_id: str, session: Session, effect: Ending, entries: Sequence[Entry]) -> None:
        self._write(entries)
        assert isinstance(effect, Complete | Closed | Expired)
        self.endings.append(effect)
        self.states[session_id] = session.to_json()

    def _write(self, entries: Sequence[Entry]) -> None:
        self.moments += [Moment(CLOCK.now(), entry) for entry in entries]


def application(store: MemoryStore, *more: BaseRoute) -> Starlette:
    files = cdn_routes(store.files.find)
    return Starlette(routes=[*files, Mount("/sessions/{session_id}", routes=sheet_routes(store)), *more])
