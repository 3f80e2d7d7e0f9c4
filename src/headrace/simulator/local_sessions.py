"""A store of sessions within one process: acts wait for each other by a lock, exchanges are tasks of this process."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Effect, Notify
from headrace.phone.session import Session
from headrace.simulator.driver import answer, ask
from headrace.simulator.sessions import Ending, EndpointClient, OpenSession, ending_of
from headrace.simulator.trace import Entry

Scope = Mapping[str, Any]


class LocalSessions(ABC):
    """A `sessions.SessionStore` for one process. Where the sessions lie is said by who derives from it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._asked: dict[str, int] = {}
        self._exchanges: dict[str, asyncio.Task[None]] = {}
        self._notices: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def find(self, session_id: str, scope: Scope) -> OpenSession | None:
        """The session as it stands; changing what is given back changes nothing in the store."""

    @abstractmethod
    def keep(self, session_id: str, session: Session, entries: Sequence[Entry], ending: Ending | None) -> None:
        """Takes where the session stands now, and what has happened; `ending` says that the sheet is gone."""

    @abstractmethod
    def record(self, session_id: str, outcome: Outcome) -> None:
        """Takes what came of an exchange or an error notice."""

    async def load(self, session_id: str, scope: Scope) -> OpenSession | None:
        return await self.find(session_id, scope)

    @asynccontextmanager
    async def hold(self, session_id: str, scope: Scope) -> AsyncIterator["HeldLocally | None"]:
        async with self._locks.setdefault(session_id, asyncio.Lock()):
            opened = await self.find(session_id, scope)
            yield None if opened is None else HeldLocally(self, session_id, dict(scope), opened)

    async def wait(self, session_id: str, scope: Scope, seconds: float) -> None:
        task = self._exchanges.get(session_id)
        if task is None:
            opened = await self.find(session_id, scope)
            if opened is None or opened.session.pending is None:
                return
            task = self._start(session_id, dict(scope))
        await asyncio.wait({task}, timeout=seconds)

    def asked(self, session_id: str) -> int:
        """How many exchanges this session has asked for."""
        return self._asked.get(session_id, 0)

    def ask_for(self, session_id: str, scope: Scope) -> None:
        """The session asks for another exchange: the one before, if it is still on its way, concerns nobody."""
        self._asked[session_id] = self.asked(session_id) + 1
        self._start(session_id, scope)

    def notify(self, session_id: str, client: EndpointClient, request: dict[str, Any]) -> None:
        """Tells the endpoint of an error; nobody waits for that."""

        async def deliver() -> None:
            self.record(session_id, await ask(client, request))

        task = asyncio.create_task(deliver())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    def _start(self, session_id: str, scope: Scope) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._carry_out(session_id, scope, self.asked(session_id)))
        self._exchanges[session_id] = task
        task.add_done_callback(lambda done: self._forget(session_id, done))
        return task

    async def _carry_out(self, session_id: str, scope: Scope, number: int) -> None:
        """Asks, and hands over the answer. The session is not held meanwhile."""
        async with self.hold(session_id, scope) as held:
            opened = None if held is None else held.opened
        if opened is None or opened.session.pending is None or opened.asked != number:
            return
        outcome = None if opened.client is None else await ask(opened.client, opened.session.pending.request)
        async with self.hold(session_id, scope) as held:
            if held is not None:
                await answer(held, number, outcome)

    def _forget(self, session_id: str, task: "asyncio.Task[None]") -> None:
        if self._exchanges.get(session_id) is task:
            del self._exchanges[session_id]


class HeldLocally:
    """A `sessions.HeldSession` of a local store."""

    def __init__(self, store: LocalSessions, session_id: str, scope: Scope, opened: OpenSession) -> None:
        self.opened = opened
        self._store = store
        self._session_id = session_id
        self._scope = scope
        self._pending = opened.session.state.pending

    async def save(self, session: Session, effects: Sequence[Effect], entries: Sequence[Entry]) -> None:
        self._store.keep(self._session_id, session, entries, ending_of(effects))
        pending, self._pending = self._pending, session.state.pending
        if self._pending is not None and self._pending is not pending:
            self._store.ask_for(self._session_id, self._scope)
        for effect in effects:
            if isinstance(effect, Notify) and self.opened.client is not None:
                self._store.notify(self._session_id, self.opened.client, effect.request)

    async def record(self, outcome: Outcome) -> None:
        self._store.record(self._session_id, outcome)
