"""One preview: its texts, the Flow opened from them, the phone it is shown on, and who waits for what."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from headrace.clock import Clock, local_day
from headrace.exchange.channel import Outcome
from headrace.phone.session import Session
from headrace.simulator.appearance import Appearance
from headrace.simulator.form_posts import Posted
from headrace.simulator.previewing.flow_text import FlowText
from headrace.simulator.previewing.history import History
from headrace.simulator.previewing.mock_endpoint import Choice, MockEndpoint, choices
from headrace.simulator.previewing.session import OpeningWishes, PreviewSession
from headrace.simulator.previewing.texts import Texts
from headrace.simulator.previewing.time_limit import Pause
from headrace.simulator.sessions import Ending, EndpointClient, OpenSession
from headrace.simulator.trace import Entry, Exchanged, Trace
from headrace.simulator.uploads import Uploads
from headrace.ui.live import Changes

TEXT, SESSION = "text", "session"
"""The topics of which open pages are told."""

BUSINESS = "your business"


class Preview:
    """The state of one preview; it may be lost at any time.

    `name` is what the text is called, `place` where it comes from. `client` asks the endpoint at `endpoint`; without
    one a person answers (`mock`). `uploads` takes attached files. `number` is that of the first sheet.
    """

    def __init__(
        self,
        name: str,
        wishes: OpeningWishes,
        clock: Clock,
        *,
        place: str = "",
        endpoint: str | None = None,
        client: EndpointClient | None = None,
        pause: Pause | None = None,
        uploads: Uploads | None = None,
        number: int = 1,
    ) -> None:
        self.name = name
        self.place = place
        self.endpoint = endpoint
        self.client = client
        self.pause = pause or Pause()
        self.uploads = uploads
        self.appearance = Appearance()
        self.changes = Changes()
        self.texts = Texts()
        self.mock = MockEndpoint(lambda: self.changes.report(SESSION))
        self._clock = clock
        self._history = History(clock)
        self.session = PreviewSession(
            self.texts, wishes, self._history, today=self.today, left=self.mock.give_up, number=number
        )
        self._serial = time.time_ns() // 1_000_000

    @property
    def business_name(self) -> str:
        return BUSINESS

    @property
    def title(self) -> str:
        """What the page calls the text: its file with the folder, since many files have the same name."""
        return "/".join(Path(self.place).absolute().parts[-2:]) if self.place else self.name

    def today(self) -> date:
        return local_day(self._clock)

    def next_serial(self) -> int:
        """Numbers what is drawn, so that a page can tell the newer from the older, also after a restart."""
        self._serial += 1
        return self._serial

    # The text

    def take(self, text: FlowText) -> None:
        """Shows a new text; one that broke off only while there is nothing better."""
        if self.texts.take(text):
            self.session.notices = []
        self.changes.report(TEXT)

    def lose(self, trouble: str) -> None:
        """The text cannot be read now; the phone shows what it showed."""
        if self.texts.lose(trouble):
            self.changes.report(TEXT)

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        self.mock.give_up()
        self.changes.end()

    # What a person does beside the phone

    def act(self, do: Callable[[PreviewSession], object]) -> None:
        """Does something to the session, and tells open pages."""
        if do(self.session) is not False:
            self.changes.report(SESSION)

    def enter(self, posted: Posted, *, is_leaving: bool = False) -> None:
        self.session.enter(posted, is_leaving=is_leaving)

    def change_appearance(self, wanted: Mapping[str, str]) -> None:
        """Sets switches of the phone; raises `NoSuchSetting`. Another kind of phone is another sheet."""
        appearance = self.appearance.changed(wanted)
        if appearance.kind != self.appearance.kind and self.session.ending is None:
            self.session.number += 1
        self.appearance = appearance
        self.changes.report(SESSION)

    def set_pause(self, is_on: bool) -> None:
        """While it is on, no request runs out of time."""
        self.pause.set(is_on)
        self.changes.report(SESSION)

    def question(self) -> tuple[dict[str, Any], list[Choice]] | None:
        """The request that waits for a person's answer, with the answers to choose from."""
        session = self.session.current()
        if session is None or self.mock.request is None or session.pending is None:
            return None
        return self.mock.request, choices(session.program, session.state.history, self.mock.request)

    def trace(self) -> Trace:
        """What has happened since the Flow was opened, once there is a session."""
        return self._history.trace()

    # The store of its sheet

    def opened(self, session_id: str, asked: int = 0) -> OpenSession | None:
        """The session behind a sheet, which has `asked` for so many exchanges; None when that sheet was left."""
        session = self.session.current()
        if session is None or session_id != str(self.session.number):
            return None
        return OpenSession(
            session=session,
            client=self.client or self.mock,
            business_name=self.business_name,
            today=self.today(),
            is_draft=True,
            platform=self.appearance.platform,
            notes=self.texts.notes,
            uploads=self.uploads,
            asked=asked,
        )

    def keep(self, session_id: str, session: Session, entries: Sequence[Entry], ending: Ending | None = None) -> None:
        """Takes what became of a sheet, unless that was left meanwhile."""
        if session_id == self.session.id:
            self.session.keep(session, entries, ending)
            self.changes.report(SESSION)

    def record(self, outcome: Outcome) -> None:
        self._history.write([Exchanged.of(outcome)])
        self.changes.report(SESSION)
