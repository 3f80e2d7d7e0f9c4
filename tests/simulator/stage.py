"""Sheets over a store in memory, for tests: the real routes, the real session, an endpoint that is a function."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from headrace.clock import ManualClock, local_day
from headrace.exchange.channel import Outcome
from headrace.identifiers import RandomIdentifiers, SeededIdentifiers
from headrace.phone.engine.events import Open
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.protocol import ErrorType
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.local_sessions import LocalSessions
from headrace.simulator.sessions import Ending, EndpointClient, OpenSession
from headrace.simulator.sheet import sheet_routes
from headrace.simulator.trace import Entry, Exchanged, Moment
from headrace.simulator.uploads import Uploads

Json = dict[str, Any]
CLOCK = ManualClock()


def answered(request: Json, body: Any) -> Outcome:
    return Outcome(kind="answered", request=request, milliseconds=1, http_status=200, body=body)


def failed(request: Json, error_type: str) -> Outcome:
    return Outcome(kind="failed", request=request, milliseconds=1, error_type=ErrorType(error_type))


@dataclass
class ScriptedEndpoint:
    """An endpoint that answers with what a function makes of the request, after `delay` seconds, but not while held."""

    answer: Callable[[Json], Outcome]
    delay: float = 0.0
    is_held: bool = False
    requests: list[Json] = field(default_factory=list)

    async def exchange(self, request: Json) -> Outcome:
        self.requests.append(request)
        await asyncio.sleep(self.delay)
        while self.is_held:
            await asyncio.sleep(0.01)
        return self.answer(request)


class MemoryStore(LocalSessions):
    """Keeps sessions as JSON, so that nothing survives but what is stored."""

    def __init__(self, program: Program, client: EndpointClient | None = None, *, is_draft: bool = False) -> None:
        super().__init__()
        self.program = program
        self.client = client
        self.is_draft = is_draft
        self.states: dict[str, Json] = {}
        self.outcomes: list[Outcome] = []
        self.endings: list[Ending] = []
        self.moments: list[Moment] = []
        self.saves = 0
        self.platform = "android"
        self.before_find: Callable[[], Awaitable[None]] | None = None
        self.files = MemoryFileStore(lambda: "https://cdn.example", SeededIdentifiers(3), CLOCK)
        self.takes_files = True

    def open(self, session_id: str = "s1", **opening: Any) -> Session:
        session = Session.start(self.program, Opening(**opening))
        session.handle(Open())
        self.states[session_id] = session.to_json()
        return session

    def session(self, session_id: str = "s1") -> Session:
        return Session.from_json(self.program, self.states[session_id])

    async def find(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        if self.before_find is not None:
            await self.before_find()
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
            asked=self.asked(session_id),
        )

    def keep(self, session_id: str, session: Session, entries: Sequence[Entry], ending: Ending | None) -> None:
        self.saves += 1
        self._write(entries)
        if ending is not None:
            self.endings.append(ending)
        self.states[session_id] = session.to_json()

    def record(self, session_id: str, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._write([Exchanged.of(outcome)])

    def _write(self, entries: Sequence[Entry]) -> None:
        self.moments += [Moment(CLOCK.now(), entry) for entry in entries]


def application(store: MemoryStore, *more: BaseRoute) -> Starlette:
    files = cdn_routes(store.files.find)
    return Starlette(routes=[*files, Mount("/sessions/{session_id}", routes=sheet_routes(store)), *more])
