"""Where the sheets of a preview keep their session: in the preview, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.session import Session
from headrace.simulator.driver import Ending
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.sheet import OpenSession
from headrace.simulator.trace import Entry


class PreviewStore:
    """A `sheet.SessionStore` over one preview."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        return self._preview.opened(session_id)

    async def save(self, session_id: str, session: Session, entries: Sequence[Entry]) -> None:
        self._preview.keep(session_id, session, entries)

    async def record(self, session_id: str, outcome: Outcome) -> None:
        self._preview.record(outcome)

    async def finish(self, session_id: str, session: Session, effect: Ending, entries: Sequence[Entry]) -> None:
        self._preview.keep(session_id, session, entries, effect)
