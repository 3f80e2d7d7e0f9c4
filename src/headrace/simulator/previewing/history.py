"""What happened in a preview since its Flow was opened: as much of it as memory allows."""

from collections.abc import Sequence

from headrace.clock import Clock
from headrace.phone.engine.opening import Opening
from headrace.simulator.trace import Changed, Entry, Moment, Trace

MOST_MOMENTS = 500
"""At most this many entries are kept; the oldest go first."""

MOST_CHARACTERS = 16_000_000
"""At most this many characters of Flow JSON are kept in them."""


class History:
    """The trace of one preview. It begins with `begin` and may lose its oldest entries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moments: list[Moment] = []
        self._began: tuple[str, Opening] | None = None

    def begin(self, text: str, opening: Opening) -> None:
        """The Flow of this text is opened, and nothing has happened yet."""
        self._moments, self._began = [], (text, opening)

    def write(self, entries: Sequence[Entry]) -> None:
        now = self._clock.now()
        self._moments = [*self._moments, *(Moment(now, entry) for entry in entries)][-MOST_MOMENTS:]
        while self._characters() > MOST_CHARACTERS:
            del self._moments[0]

    def trace(self) -> Trace:
        """Everything since the Flow was opened. Raises AssertionError before that."""
        assert self._began is not None
        text, opening = self._began
        return Trace(text, opening, tuple(self._moments))

    def _characters(self) -> int:
        return sum(len(moment.entry.flow) for moment in self._moments if isinstance(moment.entry, Changed))
