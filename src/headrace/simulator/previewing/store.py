"""Where the sheets of a preview keep their session: in the preview, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.session import Session
from headrace.simulator.local_sessions import LocalSessions
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.sessions import Ending, OpenSession
from headrace.simulator.trace import Entry


class PreviewStore(LocalSessions):
    """A `sessions.SessionStore` over one preview."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self._preview = preview

    async def find(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        return self._preview.opened(session_id, self.asked(session_id))

    def keep(self, session_id: str, session: Session, entries: Sequence[Entry], ending: Ending | None) -> None:
        self._preview.keep(session_id, session, entries, ending)

    def record(self, session_id: str, outcome: Outcome) -> None:
        self._preview.record(outcome)
