"""Keeps a trace in memory while a session runs."""

from collections.abc import Sequence

from headrace.clock import Clock
from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Effect
from headrace.phone.session import Opening, Session
from headrace.simulator.trace import Entry, Exchanged, Moment, Trace


class Recording:
    """A `sessions.SessionWriter` that only writes the trace. The `clock` tells the time of its entries."""

    def __init__(self, clock: Clock) -> None:
        self.moments: list[Moment] = []
        self._clock = clock

    @property
    def entries(self) -> list[Entry]:
        return [moment.entry for moment in self.moments]

    def trace(self, flow: str, opening: Opening) -> Trace:
        """What was recorded of a session of the Flow with this text."""
        return Trace(flow, opening, tuple(self.moments))

    async def save(self, session: Session, effects: Sequence[Effect], entries: Sequence[Entry]) -> None:
        self._write(entries)

    async def record(self, outcome: Outcome) -> None:
        self._write([Exchanged.of(outcome)])

    def _write(self, entries: Sequence[Entry]) -> None:
        now = self._clock.now()
        self.moments += [Moment(now, entry) for entry in entries]
