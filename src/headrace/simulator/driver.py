"""The one effect loop: takes what a session wants done, does it, and hands back what came of it.

Between asking and answering the session is saved, so that whoever restarts can take up the exchange where it stood.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Effect, Notify, SendFile
from headrace.phone.engine.events import Answered, Event, ExchangeFailed, TokenExpired, Upload
from headrace.phone.session import Session
from headrace.protocol import ErrorType
from headrace.simulator.sessions import EndpointClient, HeldSession, OpenSession, SessionWriter
from headrace.simulator.trace import Entry
from headrace.simulator.trace_writer import handle
from headrace.simulator.uploads import Picked, Uploads

HURRIED_SECONDS = 2.0
"""For so long, in seconds, error notices are waited for when somebody wants to stop."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Turn:
    """What events led to: all effects in order, and the outcome of every exchange on the way."""

    effects: list[Effect] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def add(self, other: "Turn") -> "Turn":
        self.effects += other.effects
        self.outcomes += other.outcomes
        return self

    @property
    def files(self) -> list[str]:
        """The media ids of the files that are to be sent."""
        return [effect.file.media_id for effect in self.effects if isinstance(effect, SendFile)]


class Driver:
    """Runs one session. Without a `client` an exchange stays outstanding, for the caller to carry out or to leave, and
    so do error notices.
    """

    def __init__(self, session: Session, client: EndpointClient | None, writer: SessionWriter | None = None) -> None:
        self.session = session
        self._client = client
        self._writer = writer
        self._notices: set[asyncio.Task[None]] = set()

    async def dispatch(self, event: Event) -> Turn:
        """Hands over an event and carries out everything that follows from it."""
        turn = await self.begin(event)
        return turn.add(await self.resume())

    async def begin(self, *events: Event) -> Turn:
        """Hands over events, one after another, and saves the session once; asks nobody."""
        effects: list[Effect] = []
        entries: list[Entry] = []
        for event in events:
            if self._writer is None:
                effects += self.session.handle(event)
            else:
                more, told = handle(self.session, event)
                effects += more
                entries += told
        if self._writer is not None and events:
            await self._writer.save(self.session, effects, entries)
        for effect in effects:
            if isinstance(effect, Notify):
                self._notify(effect.request)
        return Turn(effects)

    async def upload(self, name: str, picked: Sequence[Picked], uploads: Uploads) -> Turn:
        """Hands over files that were chosen in a picker, and sends those that it takes."""
        turn = await self.begin(Upload(name, tuple(choice.file for choice in picked)))
        chosen = {choice.file.media_id: choice for choice in picked}
        for media_id in turn.files:
            turn.add(await self.begin(await uploads.send(chosen[media_id])))
        return turn

    async def resume(self) -> Turn:
        """Carries out outstanding exchanges until there is none: after an event, and after a restart."""
        turn = Turn()
        while self._client is not None and (pending := self.session.pending) is not None:
            turn.add(await self.take(await ask(self._client, pending.request)))
        return turn

    async def take(self, outcome: Outcome) -> Turn:
        """Records an outcome and hands it to the session."""
        if self._writer is not None:
            await self._writer.record(outcome)
        turn = await self.begin(event_of(outcome))
        turn.outcomes.append(outcome)
        return turn

    async def settle(self, seconds: float | None = None) -> None:
        """Waits for the error notices that are still on their way, at most `seconds`; then none is any more."""
        try:
            if self._notices:
                await asyncio.wait(set(self._notices), timeout=seconds)
        finally:
            left = set(self._notices)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def _notify(self, request: dict[str, Any]) -> None:
        if self._client is not None:
            task = asyncio.create_task(self._deliver(self._client, request))
            self._notices.add(task)
            task.add_done_callback(self._notices.discard)

    async def _deliver(self, client: EndpointClient, request: dict[str, Any]) -> None:
        outcome = await ask(client, request)
        if self._writer is not None:
            await self._writer.record(outcome)


async def ask(client: EndpointClient, request: dict[str, Any]) -> Outcome:
    """Sends one request; whatever happens, an outcome comes back."""
    try:
        return await client.exchange(request)
    except Exception:  # the phone has to go on whatever broke here
        _log.exception("an exchange could not be carried out")
        return Outcome(kind="failed", request=request, milliseconds=0, error_type=ErrorType.NO_RESPONSE)


async def answer(held: HeldSession, number: int, outcome: Outcome | None) -> None:
    """Hands the outcome of exchange `number` to the session that asked for it; None where there was nobody to ask.

    Where that exchange is not outstanding any more (the sheet was closed meanwhile) the outcome is only recorded.
    """
    opened = held.opened
    if opened.session.pending is None or opened.asked != number:
        if outcome is not None:
            await held.record(outcome)
        return
    driver = Driver(opened.session, None, held)
    if outcome is None:
        await driver.begin(_unasked(opened))
    else:
        await driver.take(outcome)


def _unasked(opened: OpenSession) -> ExchangeFailed:
    """Why nobody could be asked; without words where an endpoint has to be set up."""
    if opened.is_offline:
        return ExchangeFailed(ErrorType.NO_RESPONSE, "The phone is offline, so the endpoint was not asked.")
    if opened.session.program.is_endpoint_flow:
        return ExchangeFailed(ErrorType.ENDPOINT_MISSING)
    return ExchangeFailed(
        ErrorType.ENDPOINT_MISSING,
        "This Flow has no data_api_version, so it has no endpoint to ask. Send it with flow_action navigate, or give "
        "it a data_api_version and an endpoint.",
    )


def event_of(outcome: Outcome) -> Event:
    """What an outcome means to the phone."""
    if outcome.kind == "answered":
        return Answered(outcome.body)
    if outcome.kind == "token_expired":
        return TokenExpired(outcome.message)
    return ExchangeFailed(outcome.error_type or ErrorType.NO_RESPONSE, outcome.explanation or "")
