"""The one effect loop: takes what a session wants done, does it, and hands back what came of it.

Between asking and answering the session is kept, so that whoever restarts can take up the exchange where it stood.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Closed, Complete, Effect, Expired, Notify, SendFile
from headrace.phone.engine.events import Answered, Event, ExchangeFailed, TokenExpired, Upload
from headrace.phone.session import Session
from headrace.simulator.trace import Entry
from headrace.simulator.tracing import handle
from headrace.simulator.uploads import Picked, Uploads

Ending = Complete | Closed | Expired

_log = logging.getLogger(__name__)


class EndpointClient(Protocol):
    """The way to an endpoint; `exchange.channel.Channel` is one."""

    async def exchange(self, request: dict[str, Any]) -> Outcome: ...


class Keeper(Protocol):
    """Where a session is kept while it runs. `finish` keeps it too, together with what its end means.

    `entries` are what has happened since the last time, for the trace; an outcome is an entry of its own.
    """

    async def save(self, session: Session, entries: Sequence[Entry]) -> None: ...

    async def record(self, outcome: Outcome) -> None: ...

    async def finish(self, session: Session, effect: Ending, entries: Sequence[Entry]) -> None: ...


@dataclass(slots=True)
class Turn:
    """What one event led to: all effects in order, and the outcome of every exchange on the way."""

    effects: list[Effect] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, other: "Turn") -> "Turn":
        self.effects += other.effects
        self.outcomes += other.outcomes
        return self


class Driver:
    """Runs one session. Without a `client` an exchange stays outstanding, for the caller to answer or to leave.

    `notices` collects the error notices that are on their way; hand in one set for drivers that are short-lived.
    """

    def __init__(
        self,
        session: Session,
        client: EndpointClient | None,
        keeper: Keeper | None = None,
        notices: "set[asyncio.Task[None]] | None" = None,
    ) -> None:
        self.session = session
        self._client = client
        self._keeper = keeper
        self._notices = notices if notices is not None else set()

    async def dispatch(self, event: Event) -> Turn:
        """Hands over an event and carries out everything that follows from it."""
        turn = await self.begin(event)
        return turn.add(await self.resume())

    async def begin(self, event: Event) -> Turn:
        """Hands over an event and keeps the session, but asks nobody."""
        if self._keeper is None:
            effects = self.session.handle(event)
        else:
            effects, entries = handle(self.session, event)
            ending = next((effect for effect in effects if isinstance(effect, Ending)), None)
            if ending is not None:
                await self._keeper.finish(self.session, ending, entries)
            else:
                await self._keeper.save(self.session, entries)
        for effect in effects:
            if isinstance(effect, Notify):
                self._notify(effect.request)
        return Turn(effects)

    async def upload(self, name: str, picked: Sequence[Picked], uploads: Uploads) -> Turn:
        """Hands over files that were chosen in a picker, and sends those that it takes."""
        turn = await self.begin(Upload(name, tuple(one.file for one in picked)))
        chosen = {one.file.media_id: one for one in picked}
        for effect in list(turn.effects):
            if isinstance(effect, SendFile):
                turn.add(await self.begin(await uploads.send(chosen[effect.file.media_id])))
        return turn

    async def resume(self) -> Turn:
        """Carries out outstanding exchanges until there is none: after an event, and after a restart."""
        turn = Turn()
        while self._client is not None and (pending := self.session.pending) is not None:
            turn.add(await self.take(await self.ask(pending.request)))
        return turn

    async def ask(self, request: dict[str, Any]) -> Outcome:
        """Sends one request; whatever happens, an outcome comes back."""
        assert self._client is not None
        try:
            return await self._client.exchange(request)
        except Exception:  # the phone has to go on whatever broke here
            _log.exception("an exchange could not be carried out")
            return Outcome(kind="failed", request=request, milliseconds=0, error_type="no_http_response_error")

    async def take(self, outcome: Outcome) -> Turn:
        """Records an outcome and hands it to the session."""
        if self._keeper is not None:
            await self._keeper.record(outcome)
        turn = await self.begin(event_of(outcome))
        turn.outcomes.append(outcome)
        return turn

    async def settle(self) -> None:
        """Waits for the error notices that are still on their way."""
        await asyncio.gather(*self._notices, return_exceptions=True)

    def _notify(self, request: dict[str, Any]) -> None:
        if self._client is not None:
            task = asyncio.create_task(self._deliver(request))
            self._notices.add(task)
            task.add_done_callback(self._notices.discard)

    async def _deliver(self, request: dict[str, Any]) -> None:
        outcome = await self.ask(request)
        if self._keeper is not None:
            await self._keeper.record(outcome)


def event_of(outcome: Outcome) -> Event:
    """What an outcome means to the phone."""
    if outcome.kind == "answered":
        return Answered(outcome.body)
    if outcome.kind == "token_expired":
        return TokenExpired(outcome.message)
    return ExchangeFailed(outcome.error_type or "no_http_response_error", outcome.explanation or "")
