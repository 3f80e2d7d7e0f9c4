"""Walks through a Flow on every way there is: every button, link and row, every answer its routing model allows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import orjson
from tests.phone.attachments import attach, picked

from headrace.phone.engine.effects import Complete, Exchange
from headrace.phone.engine.events import Answered, Event, Open, Tap
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.rendering import Drawn, Frame, render_screen, render_sheet
from headrace.phone.screen.view import (
    CalendarView,
    CheckView,
    ConsentView,
    DateView,
    FieldView,
    LinkView,
    ListView,
    PlaceholderView,
    TextAreaView,
    TextFieldView,
    UploadView,
    View,
)
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session
from headrace.phone.values.files import MOST_FILES

TODAY = date(2026, 3, 2)
FRAMES = (
    Frame("/sessions/s1", "sheet-s1", "Millrace Opticians", platform="android", today=TODAY),
    Frame("/sessions/s1", "sheet-s1", "Millrace Opticians", is_draft=True, platform="ios", today=TODAY),
)
WRITTEN = {
    "email": ("ada@example.org",),
    "number": ("42", "4", "4200", "007", "1234567890"),
    "phone": ("+44 7700 900123", "07700900123"),
    "passcode": ("1234", "123456", "007"),
}
LINES = (
    "Ada Lovelace",
    "Ada",
    "12345678",
    "1234567890",
    "123456",
    "007",
    "ABCDE1234F",
    "12:30",
    "2026-03-09",
    "A1B 2C3",
)
MOST_ROUNDS = 40


def draw(view: View) -> None:
    """Writes a view in both formats, as each platform shows it."""
    orjson.dumps(as_json(view))
    for frame in FRAMES:
        assert render_sheet(view, frame)
        assert render_screen(view, frame, Drawn())


def open_screen(program: Program, screen: str) -> Session:
    """A session that shows one screen with its mock data, as a preview does."""
    opening = Opening(screen=screen, data=program.screens[screen].model.mock, any_screen=True, today=TODAY)
    session = Session.start(program, opening)
    session.handle(Open())
    answer_at_once(session)
    return session


def answer_at_once(session: Session) -> None:
    """Before 7.0 a choice that is drawn with a value asks at once; the endpoint changes nothing."""
    while session.pending is not None and session.screen is not None:
        session.handle(Answered({"screen": session.screen, "data": {}}))


def placeholders(view: View) -> list[str]:
    """Why parts of a screen are not drawn."""
    parts = view.screen.parts if view.screen else ()
    return [part.reason for part in parts if isinstance(part, PlaceholderView)]


@dataclass
class Exploration:
    """What became of the screens. `stuck` are screens whose button could not be opened, with the reason."""

    program: Program
    seen: dict[str, View] = field(default_factory=dict)
    responses: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    stuck: dict[str, str] = field(default_factory=dict)

    def run(self) -> "Exploration":
        """Opens the Flow at each of its entry screens and follows everything."""
        for screen in self.program.routing.entry_screens or [self.program.entry_screen]:
            self._from(self._opened(screen))
        return self

    def _opened(self, screen: str) -> Session:
        mock = self.program.screens[screen].model.mock
        opening = Opening(screen=screen, data=mock, flow_token="token-1", today=TODAY)
        if self.program.is_endpoint_flow:
            opening = Opening(action="data_exchange", flow_token="token-1", today=TODAY)
        session = Session.start(self.program, opening)
        session.handle(Open())
        if self.program.is_endpoint_flow:
            session.handle(Answered({"screen": screen, "data": mock}))
        return session

    def _from(self, session: Session) -> None:
        waiting = [session]
        while waiting:
            session = waiting.pop()
            answer_at_once(session)
            if session.status != "ready" or session.screen is None:
                view = session.view()
                self.failures.append(f"{session.screen}: {view.failure}: {view.failure_detail}")
                continue
            if session.screen in self.seen:
                continue
            self.seen[session.screen] = session.view()
            draw(session.view())
            self.fill(session)
            draw(session.view())
            for target in _tappable(session.view()):
                waiting += self._tapped(session, target)

    def fill(self, session: Session) -> None:
        """Gives every input a value that it takes, and makes no choice that leads away."""
        entered: set[str] = set()
        for _ in range(MOST_ROUNDS):
            screen = session.view().screen
            assert screen is not None
            left = [one for one in screen.fields() if one.name not in entered and one.enabled]
            if not left:
                return
            entered.add(left[0].name)
            if isinstance(left[0], UploadView):
                _attach(session, left[0])
            for value in _values(left[0]):
                self._enter(session, left[0].name, value)
                now = session.view().screen
                again = now.field(left[0].name) if now else None
                if again is None or again.is_in_order:
                    break

    def _enter(self, session: Session, name: str, value: Any) -> None:
        for event in session.entered({name: value}):
            if self._stays(self._copy(session), event):
                session.handle(event)
                answer_at_once(session)

    def _stays(self, session: Session, event: Event) -> bool:
        """Does an act that may ask the endpoint, which then changes nothing; says whether the screen is the same."""
        screen = session.screen
        session.handle(event)
        answer_at_once(session)
        return session.screen == screen and session.status == "ready"

    def _tapped(self, session: Session, target: str) -> list[Session]:
        """Where a tap leads: one session for each answer that may follow."""
        screen = session.screen
        assert screen is not None
        now = self._copy(session)
        effects = now.handle(Tap(target))
        footer = session.view().screen.footer  # type: ignore[union-attr]
        if footer is not None and target == footer.key and not footer.enabled:
            self.stuck[screen] = footer.reason
        self.responses += [one.response for one in effects if isinstance(one, Complete)]
        snackbar = now.view().snackbar
        if snackbar is not None:
            self.failures.append(f"{screen}: {snackbar.text}")
        if not any(isinstance(one, Exchange) for one in effects):
            return [now] if now.status == "ready" and now.screen != screen else []
        found = []
        for following in self.program.routing.edges.get(screen, ()):
            answered = self._copy(now)
            answered.handle(Answered({"screen": following, "data": self.program.screens[following].model.mock}))
            found.append(answered)
        message = {"extension_message_response": {"params": {"flow_token": "token-1"}}}
        done = now.handle(Answered({"screen": "SUCCESS", "data": message}))
        self.responses += [one.response for one in done if isinstance(one, Complete)]
        return found

    def _copy(self, session: Session) -> Session:
        return Session.from_json(self.program, orjson.loads(orjson.dumps(session.to_json())))


def _tappable(view: View) -> list[str]:
    assert view.screen is not None
    found = [view.screen.footer.key] if view.screen.footer else []
    for part in view.screen.parts:
        if isinstance(part, LinkView) or (isinstance(part, ConsentView) and part.has_more):
            found.append(part.key)
        elif isinstance(part, ListView):
            found += [item.key for item in part.items if item.enabled]
    return found


def _attach(session: Session, field: UploadView) -> None:
    """One file after the other, until the picker is content."""
    kind = "image/png" if field.type == "PhotoPicker" else field.accept[0]
    for number in range(MOST_FILES):
        attach(session, field.name, picked(f"{number}.file", mime_type=kind))
        screen = session.view().screen
        now = screen.field(field.name) if screen else None
        if now is None or now.is_in_order:
            return


def _values(field: FieldView) -> list[Any]:
    """Values worth trying, the likeliest first."""
    if isinstance(field, TextFieldView):
        lines = WRITTEN.get(field.input_type, LINES)
        return [*lines, *(one * 20 for one in lines)]
    if isinstance(field, TextAreaView):
        return ["Nothing more to say."]
    if isinstance(field, ConsentView):
        return [True]
    if isinstance(field, CalendarView):
        return _days_of(field)
    if isinstance(field, DateView):
        first = _near_today(field.first, field.last)
        return [(first + timedelta(days=number)).isoformat() for number in range(10)]
    if isinstance(field, CheckView):
        ids = [one.id for one in field.options if one.enabled]
        if isinstance(field.value, list):
            return [ids[:count] for count in range(1, len(ids) + 1)]
        return ids[:1]
    return []


def _days_of(field: CalendarView) -> list[Any]:
    start = _near_today(field.fields[0].choosable.first, field.fields[0].choosable.last)
    days = [(start + timedelta(days=number)).isoformat() for number in range(40)]
    if field.mode == "single":
        return days
    return [{"start-date": one, "end-date": other} for one in days[:8] for other in days[1:20]]


def _near_today(first: date, last: date) -> date:
    return TODAY if first <= TODAY < last else first
