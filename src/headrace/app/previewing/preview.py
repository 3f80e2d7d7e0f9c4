"""One preview: the file as last read, the Flow opened from it, and who waits for what."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from headrace.app.previewing.mocking import Choice, MockEndpoint, choices
from headrace.app.previewing.patience import Pause
from headrace.app.previewing.reading import Reading, UnreadableFile, load
from headrace.app.previewing.watching import changes
from headrace.exchange.channel import Outcome
from headrace.phone.carry_over import Carried
from headrace.phone.engine.effects import Complete, Expired
from headrace.phone.engine.events import Fill, Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.session import Session
from headrace.simulator.appearance import Appearance
from headrace.simulator.cdn import MemoryFileStore
from headrace.simulator.driver import Ending, EndpointClient
from headrace.simulator.form_posts import Posted
from headrace.simulator.sheet import OpenSession
from headrace.simulator.trace import Changed, Entry, Exchanged, Moment, Trace
from headrace.simulator.tracing import carry, handle, jump
from headrace.simulator.uploads import Uploads
from headrace.ui.live import Changes

_log = logging.getLogger(__name__)

FILE, SESSION = "file", "session"
"""The topics of which open pages hear."""

MOST_MOMENTS = 500
MOST_SAVED = 16_000_000
"""Characters of Flow JSON that the moments may hold."""
BUSINESS = "Your business"


@dataclass(frozen=True)
class Wishes:
    """How the Flow opens: `screen` and `data` as given by the person, else by INIT where there is an endpoint, else
    the entry screen with its examples.
    """

    screen: str | None = None
    data: dict[str, Any] | None = None
    flow_token: str = "unused"  # noqa: S105 - the protocol's word for none


@dataclass
class Preview:
    """The state of one preview; it may be lost at any time.

    `reading` is the file as last read, `picture` what the phone shows: they differ while the file holds no JSON.
    `revision` counts pictures, `number` sheets. `trouble` says why the file could not be read. `moments` are what
    happened since the Flow was opened, the oldest left out at some point; `begun` is the text it was opened with, and
    how. Attached files lie in `files`.
    """

    path: Path
    wishes: Wishes
    today: Callable[[], date]
    endpoint: str | None = None
    client: EndpointClient | None = None
    pause: Pause = field(default_factory=Pause)
    files: MemoryFileStore | None = None
    uploads: Uploads | None = None
    appearance: Appearance = field(default_factory=Appearance)
    reading: Reading = field(default_factory=lambda: Reading(None))
    picture: Reading | None = None
    revision: int = 0
    number: int = 1
    trouble: str | None = None
    notices: list[str] = field(default_factory=list)
    ending: Ending | None = None
    moments: list[Moment] = field(default_factory=list)
    begun: tuple[str, Opening] | None = None
    changes: Changes = field(default_factory=Changes)
    mock: MockEndpoint = field(init=False)
    _serial: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    _program: Program | None = None
    _state: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.mock = MockEndpoint(lambda: self.changes.tell(SESSION))

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def business_name(self) -> str:
        return BUSINESS

    def next_serial(self) -> int:
        """Numbers what is drawn, so that a page can tell the newer from the older, also after a restart."""
        self._serial += 1
        return self._serial

    # The file

    def read(self) -> None:
        """Reads the file for the first time; raises `UnreadableFile`."""
        self.take(load(self.path, self.today()))

    async def follow(self) -> None:
        """Reads the file anew whenever it is saved, until cancelled."""
        async for is_settled in changes(self.path):
            try:
                reading = await asyncio.to_thread(load, self.path, self.today())
            except UnreadableFile as error:
                if is_settled:
                    self.lose(str(error))
                continue
            except Exception:  # whatever the file holds, the next save is followed
                _log.exception("%s could not be taken in", self.name)
                self.lose(f"{self.name} could not be taken in; what printed this page's address says why.")
                continue
            if self.trouble is None and reading == self.reading:
                continue
            if reading.is_json or is_settled:
                self.take(reading)

    def take(self, reading: Reading) -> None:
        """Shows what was read; a text that broke off only while there is nothing better."""
        self.reading, self.trouble = reading, None
        if reading.program is not None and (reading.is_json or self.picture is None or not self.picture.is_json):
            self.picture = reading
            self.revision += 1
            self.notices = []
        self.changes.tell(FILE)

    def lose(self, words: str) -> None:
        """The file cannot be read now; the phone shows what it showed."""
        if words != self.trouble:
            self.trouble = words
            self.changes.tell(FILE)

    @property
    def is_behind(self) -> bool:
        """Whether the phone shows an older text than the file has."""
        return self.picture is not None and (self.trouble is not None or self.reading is not self.picture)

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        self.mock.give_up()
        self.changes.end()

    # The session

    @property
    def session_id(self) -> str | None:
        """The id of the sheet that is open; None when there is none."""
        return str(self.number) if self.picture is not None and self.ending is None else None

    def session(self) -> Session | None:
        """The session as it stands, on the present picture; changing what is given back changes nothing here."""
        if self.picture is None or self.picture.program is None:
            return None
        program = self.picture.program
        if self._program is None or self._state is None:
            self._keep(self._opened(program))
        elif self._program is not program:
            self._carry(Session.from_json(self._program, self._state), program)
        assert self._state is not None
        return Session.from_json(program, self._state)

    def restart(self) -> None:
        """Opens the Flow anew, with nothing filled in."""
        self._turn_sheet()
        self._program, self._state, self.notices, self.moments = None, None, [], []
        self.session()
        self.changes.tell(SESSION)

    def jump(self, screen: str) -> None:
        """Shows another screen; does nothing where it is shown already, or not part of the Flow."""
        session = self.session()
        if session is None or screen not in session.program.screens:
            return
        if session.screen == screen and session.status == "ready":
            return
        if self.ending is not None or session.pending is not None:
            self._turn_sheet()
        there, entries = jump(session, screen)
        self._note(entries)
        self._keep(there)
        self.changes.tell(SESSION)

    def enter(self, posted: Posted, *, is_leaving: bool = False) -> None:
        """Takes what stands in a page and was not stored yet: before the session is carried over to a new picture, and
        before a sheet or a screen is left.
        """
        is_carried = self.picture is not None and self._program is self.picture.program
        if self._program is None or self._state is None or self.ending is not None or (is_carried and not is_leaving):
            return
        session = Session.from_json(self._program, self._state)
        if posted.values and posted.belongs_to(session.view().screen):
            self._note(handle(session, Fill(dict(posted.values)))[1])
            self._keep(session)

    def _opened(self, program: Program) -> Session:
        opening = self._opening(program)
        self.begun = (self._text, opening)
        session = Session.start(program, opening)
        self._note(handle(session, Open())[1])
        return session

    def _opening(self, program: Program) -> Opening:
        wishes = self.wishes
        more: dict[str, Any] = {"flow_token": wishes.flow_token, "any_screen": True, "today": self.today()}
        if wishes.screen is None and wishes.data is None and self.endpoint is not None and program.is_endpoint_flow:
            return Opening(action="data_exchange", **more)
        screen = wishes.screen if wishes.screen in program.screens else program.entry_screen
        data = program.screens[str(screen)].model.mock if wishes.data is None else wishes.data
        return Opening(screen=screen, data=data, **more)

    def _carry(self, session: Session, program: Program) -> None:
        carried, entries = carry(session, program, self._text, self._opening(program))
        self._note(entries)
        self.notices = told(carried)
        is_cut_off = session.pending is not None and carried.session.pending != session.pending
        if is_cut_off or carried.restarted:
            self._turn_sheet()
        self._keep(carried.session)

    def _turn_sheet(self) -> None:
        """Another sheet from now on: what is still on its way to the one before concerns nobody."""
        self.mock.give_up()
        self.number += 1
        self.ending = None

    def _keep(self, session: Session) -> None:
        self._program, self._state = session.program, session.to_json()

    # What the endpoint would say

    def question(self) -> tuple[dict[str, Any], list[Choice]] | None:
        """The request that waits for a person's answer, with the answers to choose from."""
        session = self.session()
        if session is None or self.mock.request is None or session.pending is None:
            return None
        return self.mock.request, choices(session.program, session.state.history, self.mock.request)

    def change_appearance(self, wanted: Mapping[str, str]) -> None:
        """Sets switches of the phone; raises `NoSuchSetting`. Another kind of phone is another sheet."""
        appearance = self.appearance.changed(wanted)
        if appearance.kind != self.appearance.kind and self.ending is None:
            self.number += 1
        self.appearance = appearance
        self.changes.tell(SESSION)

    def set_pause(self, is_on: bool) -> None:
        """While it is on, no request runs out of time."""
        self.pause.set(is_on)
        self.changes.tell(SESSION)

    # The store of the sheet

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        session = self.session()
        if session is None or session_id != str(self.number) or self.picture is None:
            return None
        return OpenSession(
            session=session,
            client=self.client or self.mock,
            business_name=self.business_name,
            is_draft=True,
            platform=self.appearance.platform,
            notes=self.picture.notes(),
            uploads=self.uploads,
        )

    def traced(self) -> Trace:
        """What has happened since the Flow was opened, once there is a session."""
        assert self.begun is not None
        text, opening = self.begun
        return Trace(text, opening, tuple(self.moments))

    @property
    def _text(self) -> str:
        return self.picture.text if self.picture else ""

    async def save(self, session_id: str, session: Session, entries: Sequence[Entry]) -> None:
        if session_id == self.session_id:
            self._keep(session)
            self._note(entries)
            self.changes.tell(SESSION)

    async def record(self, session_id: str, outcome: Outcome) -> None:
        self._note([Exchanged.of(outcome)])
        self.changes.tell(SESSION)

    async def finish(self, session_id: str, session: Session, effect: Ending, entries: Sequence[Entry]) -> None:
        if session_id == self.session_id:
            self.ending = effect
            self._keep(session)
            self._note(entries)
            self.changes.tell(SESSION)

    def _note(self, entries: Sequence[Entry]) -> None:
        now = datetime.now(UTC)
        self.moments = [*self.moments, *(Moment(now, entry) for entry in entries)][-MOST_MOMENTS:]
        while sum(len(one.entry.flow) for one in self.moments if isinstance(one.entry, Changed)) > MOST_SAVED:
            del self.moments[0]

    def reopen(self) -> None:
        """Opens a Flow that was closed where it was left; one that ended begins anew."""
        if self.ending is None or isinstance(self.ending, Complete | Expired):
            self.restart()
            return
        session = self.session()
        assert session is not None
        self._note(handle(session, Open())[1])
        self._turn_sheet()
        self._keep(session)
        self.changes.tell(SESSION)


def told(carried: Carried) -> list[str]:
    """What a person should know of what was left behind."""
    lines = []
    if carried.left:
        names = ", ".join(carried.left)
        where = "The Flow opened anew." if carried.restarted else f"Back on {carried.session.screen}."
        lines.append(f"{names} {'is' if len(carried.left) == 1 else 'are'} gone. {where}")
    lines += [
        f'What was entered in "{one.name}" on {one.screen} is dropped: it {one.reason}.' for one in carried.dropped
    ]
    return lines
