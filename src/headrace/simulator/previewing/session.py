"""The Flow that is open in a preview: it goes along with every new text, and can be sent to any screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from headrace.phone.carry_over import Carried
from headrace.phone.engine.effects import Complete, Expired
from headrace.phone.engine.events import Fill, Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.session import Session
from headrace.protocol import UNUSED_TOKEN
from headrace.simulator.form_posts import Posted
from headrace.simulator.previewing.history import History
from headrace.simulator.previewing.texts import Texts
from headrace.simulator.sessions import Ending
from headrace.simulator.trace import Entry
from headrace.simulator.trace_writer import carry, handle, jump


@dataclass(frozen=True)
class OpeningWishes:
    """How the Flow opens: on `screen` with `data` where they are given, else by INIT where there is an endpoint, else
    on the entry screen with its examples.
    """

    screen: str | None = None
    data: Mapping[str, Any] | None = None
    flow_token: str = UNUSED_TOKEN
    has_endpoint: bool = False

    def opening(self, program: Program, today: date) -> Opening:
        """How this Flow opens on that day."""
        more: dict[str, Any] = {"flow_token": self.flow_token, "any_screen": True, "today": today}
        if self.screen is None and self.data is None and self.has_endpoint and program.is_endpoint_flow:
            return Opening(action="data_exchange", **more)
        screen = self.screen if self.screen in program.screens else program.entry_screen
        data = program.screens[str(screen)].model.mock if self.data is None else dict(self.data)
        return Opening(screen=screen, data=data, **more)


class PreviewSession:
    """One open session over `texts`. It may be lost at any time.

    `number` counts sheets: what is on its way to a sheet that was left concerns nobody. `ending` is how the Flow ended,
    `notices` what was left behind when the last text came. `left` is called when a sheet is left.
    """

    def __init__(
        self,
        texts: Texts,
        wishes: OpeningWishes,
        history: History,
        *,
        today: Callable[[], date],
        left: Callable[[], None],
        number: int = 1,
    ) -> None:
        self.number = number
        self.ending: Ending | None = None
        self.notices: list[str] = []
        self._texts = texts
        self._wishes = wishes
        self._history = history
        self._today = today
        self._left = left
        self._program: Program | None = None
        self._state: dict[str, Any] | None = None

    @property
    def id(self) -> str | None:
        """The id of the sheet that is open; None when there is none."""
        return str(self.number) if self._texts.shown is not None and self.ending is None else None

    def current(self) -> Session | None:
        """The session as it stands, on the text that is shown; changing what is given back changes nothing here."""
        program = self._texts.program
        if program is None:
            return None
        if self._program is None or self._state is None:
            self._keep(self._opened(program))
        elif self._program is not program:
            self._carry(Session.from_json(self._program, self._state), program)
        assert self._state is not None
        return Session.from_json(program, self._state)

    def restart(self) -> None:
        """Opens the Flow anew, with nothing filled in."""
        self.turn_sheet()
        self._program, self._state, self.notices = None, None, []
        self.current()

    def reopen(self) -> None:
        """Opens a Flow that was closed where it was left; one that ended begins anew."""
        if self.ending is None or isinstance(self.ending, Complete | Expired):
            self.restart()
            return
        session = self.current()
        assert session is not None
        self._history.write(handle(session, Open())[1])
        self.turn_sheet()
        self._keep(session)

    def jump(self, screen: str) -> bool:
        """Shows another screen; gives False where it is shown already, or not part of the Flow."""
        session = self.current()
        if session is None or screen not in session.program.screens:
            return False
        if session.screen == screen and session.status == "ready":
            return False
        if self.ending is not None or session.pending is not None:
            self.turn_sheet()
        there, entries = jump(session, screen)
        self._history.write(entries)
        self._keep(there)
        return True

    def enter(self, posted: Posted, *, is_leaving: bool = False) -> None:
        """Takes what stands in a page and was not stored yet: before the session is carried over to a new text, and
        before a sheet or a screen is left.
        """
        is_carried = self._texts.program is not None and self._program is self._texts.program
        if self._program is None or self._state is None or self.ending is not None or (is_carried and not is_leaving):
            return
        session = Session.from_json(self._program, self._state)
        if posted.values and posted.belongs_to(session.view().screen):
            self._history.write(handle(session, Fill(dict(posted.values)))[1])
            self._keep(session)

    def keep(self, session: Session, entries: Sequence[Entry], ending: Ending | None = None) -> None:
        """Takes where the person is now, on the sheet that is open; `ending` says that this was its end."""
        self.ending = ending
        self._keep(session)
        self._history.write(entries)

    def turn_sheet(self) -> None:
        """Another sheet from now on."""
        self._left()
        self.number += 1
        self.ending = None

    def _opened(self, program: Program) -> Session:
        opening = self._wishes.opening(program, self._today())
        self._history.begin(self._text, opening)
        session = Session.start(program, opening)
        self._history.write(handle(session, Open())[1])
        return session

    def _carry(self, session: Session, program: Program) -> None:
        carried, entries = carry(session, program, self._text, self._wishes.opening(program, self._today()))
        self._history.write(entries)
        self.notices = left_behind(carried)
        is_cut_off = session.pending is not None and carried.session.pending != session.pending
        if is_cut_off or carried.restarted:
            self.turn_sheet()
        self._keep(carried.session)

    def _keep(self, session: Session) -> None:
        self._program, self._state = session.program, session.to_json()

    @property
    def _text(self) -> str:
        return self._texts.shown.text if self._texts.shown else ""


def left_behind(carried: Carried) -> list[str]:
    """What a person should know of what did not come along to a new text."""
    lines = []
    if carried.left:
        names = ", ".join(carried.left)
        where = "The Flow opened anew." if carried.restarted else f"Back on {carried.session.screen}."
        lines.append(f"{names} {'is' if len(carried.left) == 1 else 'are'} gone. {where}")
    lines += [
        f'What was entered in "{dropped.name}" on {dropped.screen} is set aside till it fits: it {dropped.reason}.'
        for dropped in carried.dropped
    ]
    return lines
