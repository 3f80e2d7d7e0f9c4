"""Random people and random endpoints: what they may do to an open Flow, and what has to hold whatever they do."""

import json
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

import orjson
from hypothesis import strategies as st

from headrace.exchange import messages
from headrace.flowjson.catalogue import Version
from headrace.phone.engine.effects import Complete, Declined, Effect, Exchange, Notify
from headrace.phone.engine.events import (
    Answered,
    Back,
    Choose,
    Close,
    Event,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Remove,
    Retry,
    Select,
    Tap,
    TokenExpired,
    Upload,
    Uploaded,
    UploadFailed,
)
from headrace.phone.engine.given import initial_values
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
    UploadView,
    View,
)
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session
from headrace.phone.values.files import PickedFile, SentFile

Json = dict[str, Any]
Value = TypeVar("Value")


class Draw(Protocol):
    """Takes a value from a strategy, as Hypothesis hands it out."""

    def __call__(self, strategy: st.SearchStrategy[Value], /) -> Value: ...


TODAY = date(2026, 3, 2)
REPORTED = {
    "payload-schema-error",
    "invalid-screen-transition",
    "response-decryption-error",
    "components-validation-error",
}
"""What an endpoint may be told went wrong."""

FAILURES = (
    "timeout_error",
    "unexpected_http_status_code",
    "no_http_response_error",
    "response-decryption-error",
    "business-decryption-error",
    "public-key-missing",
    "payload-schema-error",
)
FRAMES = (
    Frame("/sessions/s1", "sheet-s1", "Rye & Sons", platform="android", today=TODAY),
    Frame("/sessions/s1", "sheet-s1", "Rye & Sons", is_draft=True, platform="ios", today=TODAY),
)
WAS_DRAWN_ACTING = (Version(6, 0), Version(7, 0))


@dataclass
class Life:
    """One session, and a twin that is stored and taken up again before every event; both have to go the same way."""

    program: Program
    opening: Opening
    refused: list[str] = field(default_factory=list)
    events: int = 0

    def __post_init__(self) -> None:
        self.session = Session.start(self.program, self.opening)

    def resumed(self) -> Session:
        """The session as it comes back from storage."""
        return Session.from_json(self.program, orjson.loads(orjson.dumps(self.session.to_json())))

    def do(self, event: Event) -> list[Effect]:
        """Hands over one event and looks at all that may never happen."""
        self.events += 1
        twin = self.resumed()
        before = self.session.view()
        assert twin.view() == before
        was_at, status = self.session.to_json(), self.session.status
        effects = self.session.handle(event)
        assert twin.handle(event) == effects
        assert twin.to_json() == self.session.to_json()
        view = self.session.view()
        assert twin.view() == view
        assert self.resumed().view() == view
        self._look_at(view)
        for effect in effects:
            self._look_at_effect(effect, event)
        self._look_at_footer(before, event, effects)
        if status == "completed":
            assert all(isinstance(one, Declined) for one in effects)
        if isinstance(event, Tap):
            self._look_back(was_at, effects)
        return effects

    def _look_at(self, view: View) -> None:
        """Both formats of a view can be written, and it agrees with itself."""
        orjson.dumps(as_json(view))
        frame = FRAMES[self.events % 2]
        assert render_sheet(view, frame)
        assert render_screen(view, frame, Drawn()) or view.screen is None
        if view.screen is not None and view.screen.footer is not None and view.screen.footer.enabled:
            assert all(one.is_in_order for one in view.screen.fields())
            assert view.status == "ready"
        if view.screen is not None and view.status == "loading":
            assert not any(one.enabled for one in view.screen.fields())
        assert view.status != "error" or view.failure

    def _look_at_effect(self, effect: Effect, event: Event) -> None:
        if isinstance(effect, Declined):
            assert effect.reason
            if isinstance(event, Upload):
                self.refused += [one.media_id for one in event.files]
            if isinstance(event, Fill | Select | Choose):
                self.refused += _marks(event.values.get(effect.target) if isinstance(event, Fill) else event.value)
        elif isinstance(effect, Exchange | Notify):
            text = messages.to_bytes(effect.request).decode()
            assert set(effect.request) == {"version", "action", "screen", "data", "flow_token"}
            self._nothing_refused_in(text)
            if isinstance(effect, Notify):
                assert effect.request["data"]["error"] in REPORTED
                assert effect.request["data"]["error_message"]
        elif isinstance(effect, Complete) and not isinstance(event, Answered):
            self._nothing_refused_in(messages.to_bytes(effect.response).decode())

    def _nothing_refused_in(self, text: str) -> None:
        assert not [mark for mark in self.refused if mark in text]

    def _look_at_footer(self, before: View, event: Event, effects: list[Effect]) -> None:
        """A button that is shown shut does nothing; one that is shown open is not refused."""
        footer = before.screen.footer if before.screen else None
        if footer is None or not isinstance(event, Tap) or event.target != footer.key:
            return
        is_refused = any(isinstance(one, Declined) for one in effects)
        assert is_refused == (not footer.enabled)
        if is_refused:
            assert len(effects) == 1
            assert self.session.view() == before

    def _look_back(self, before: Json, effects: list[Effect]) -> None:
        """Going back after moving on shows what was there: the same data, the same values."""
        now = self.session.to_json()
        if now["status"] != "ready" or len(now["history"]) <= len(before["history"]):
            return
        screen = before["history"][-1]
        fork = self.resumed()
        asked = [one for one in fork.handle(Back()) if isinstance(one, Exchange)]
        entered = set(self.program.screens[screen].inputs)
        if self.program.screens[now["history"][-1]].refresh_on_back and self.program.is_endpoint_flow:
            assert asked[0].request["action"] == "BACK"
            fork.handle(Answered({"screen": screen, "data": {}}))
            initial = initial_values(self.program, fork.state, self.program.screens[screen])
            if initial.is_bound:  # then an answer that names the screen overwrites what was entered
                entered -= initial.values.keys()
        assert fork.screen == screen
        if WAS_DRAWN_ACTING[0] <= self.program.version < WAS_DRAWN_ACTING[1]:
            return  # what is drawn with a value acts anew
        assert fork.status == "ready"
        was, after = before["screens"][screen], fork.to_json()["screens"][screen]
        assert after["data"] == was["data"]
        assert _of(after["form"], entered) == _of(was["form"], entered)


def _of(form: Json, inputs: Container[str]) -> Json:
    return {name: value for name, value in form.items() if name in inputs}


def _marks(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value.startswith("¤") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [mark for one in inner for mark in _marks(one)]


# What a person does

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "a", "b", "Rye", "12", "1e300", "-3.5", "2026-03-03", "1774915200000", "x" * 2000]),
    st.text(max_size=6),
    st.integers(0, 10**6).map(lambda number: f"¤{number}¤"),
)
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["start-date", "end-date", "id", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)


def plausible(field: FieldView) -> st.SearchStrategy[Any]:
    """Values a person would enter here."""
    if isinstance(field, CheckView):
        ids = [one.id for one in field.options] or [""]
        one = st.sampled_from([*ids, ""])
        return st.lists(one, max_size=3) if isinstance(field.value, list) else one
    if isinstance(field, ConsentView):
        return st.booleans()
    days = st.sampled_from(["2026-03-03", "2026-03-09", "2026-04-01", "2026-02-02", "2031-01-01", ""])
    if isinstance(field, CalendarView) and field.mode == "range":
        return st.dictionaries(st.sampled_from(["start-date", "end-date"]), days)
    if isinstance(field, DateView | CalendarView):
        return days
    return st.sampled_from(["", "rye", "Rye", "1234", "rye@example.org", "+1 202 555 0143", "1e9", "r" * 90, " "])


_ON_ERROR: tuple[Event, ...] = (Retry(), Close(), Back())
_LEAVING: tuple[Event, ...] = (Close(), Back(), Open())


def _failed(error_type: str) -> Event:
    return ExchangeFailed(error_type, "The endpoint is not well.")


def next_event(draw: Draw, session: Session) -> Event:
    """One more thing that happens to the session: mostly what fits, sometimes what does not."""
    if draw(st.integers(0, 14)) == 0:
        return draw(UNFITTING)
    if session.pending is not None and draw(st.integers(0, 7)):
        return draw(st.one_of(answers(session), st.sampled_from(FAILURES).map(_failed)))
    if session.status == "error":
        return draw(st.sampled_from(_ON_ERROR))
    if session.status == "closed":
        return Open()
    view = session.view()
    screen = view.screen
    kinds = ["fill", "fill", "fill", "select", "tap", "tap", "tap", "back", "garbage", "leave", "close"]
    kind = draw(st.sampled_from(kinds))
    fields = list(screen.fields()) if screen else []
    if kind == "back" or screen is None:
        return Back()
    if kind == "close":
        return draw(st.sampled_from(_LEAVING))
    if kind == "tap":
        return Tap(draw(st.sampled_from(_tappable(view))))
    if not fields:
        return Back() if draw(st.booleans()) else Tap("Go on")
    chosen = draw(st.sampled_from(fields))
    if isinstance(chosen, UploadView) and kind != "garbage":
        return draw(files_for(chosen))
    if kind == "garbage":
        value = draw(GARBAGE)
        events: tuple[Event, ...] = (Fill({chosen.name: value}), Select(chosen.name, value), Choose(chosen.name, value))
        return draw(st.sampled_from(events))
    if kind == "leave":
        return Leave(chosen.name)
    if kind == "select":
        return Select(chosen.name, draw(plausible(chosen)))
    return Fill({one.name: draw(plausible(one)) for one in fields if not isinstance(one, UploadView)})


FILES = st.builds(
    PickedFile,
    media_id=st.integers(0, 10**6).map(lambda number: f"¤file{number}¤"),
    file_name=st.sampled_from(["one.png", "two.pdf", "<b>.png", "a" * 200]),
    mime_type=st.sampled_from(["image/png", "image/png", "application/pdf", "text/html", ""]),
    size=st.sampled_from([0, 1, 2_000, 30 * 1024 * 1024]),
)
SENT = SentFile("1", "00" * 32, "https://cdn.example.org/1", {"iv": "AAAA"})


def files_for(picker: UploadView) -> st.SearchStrategy[Event]:
    """What happens at a picker: a file is chosen, arrives, fails, is taken out."""
    ids = st.sampled_from([*(one.media_id for one in picker.files), "nothing"])
    return st.one_of(
        FILES.map(lambda one: Upload(picker.name, (one,))),
        ids.map(lambda one: Uploaded(one, SENT)),
        ids.map(lambda one: Uploaded(one, SENT)),
        ids.map(UploadFailed),
        ids.map(lambda one: Remove(picker.name, one)),
    )


def _tappable(view: View) -> list[str]:
    assert view.screen is not None
    footer = view.screen.footer
    found = [footer.key] * 5 if footer else []
    for part in view.screen.parts:
        if isinstance(part, LinkView | ConsentView):
            found.append(part.key)
        elif isinstance(part, ListView):
            found += [item.key for item in part.items]
    return found or [""]


UNFITTING = st.one_of(
    GARBAGE.map(Answered),
    GARBAGE.map(lambda value: Fill({"nobody": value})),
    GARBAGE.map(lambda value: Select("nobody", value)),
    st.sampled_from(
        [
            *(Open(), Retry(), Back(), Close(), Leave("nobody"), Tap(""), Tap("nobody"), Choose("nobody")),
            *(TokenExpired(), TokenExpired("Used up."), _failed("timeout_error"), Fill({})),
        ]
    ),
)
"""What does not belong to the present state."""


# What an endpoint answers

DEEP: Any = json.loads("[" * 150 + "]" * 150)
HUGE = st.sampled_from(
    [
        "x" * 200_000,
        [{"id": str(number), "title": "t"} for number in range(3_000)],
        {"id": "a", "title": "A", "image": "iVBORw0KGgo" * 5_000},
        DEEP,
        2**63,
        1e300,
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b", "c", "d", "", "a"]), "title": st.sampled_from(["A", "<i>", ""])},
        optional={"enabled": GARBAGE, "image": GARBAGE, "description": GARBAGE, "on-select-action": GARBAGE},
    ),
    max_size=4,
)
FITTING = st.fixed_dictionaries(
    {},
    optional={
        "words": st.sampled_from(["a", "b", "", "${data.words}", "long " * 300]),
        "flag": st.booleans(),
        "amount": st.sampled_from([0, -1, 2.5, 1e12, 1e300, 7]),
        "rows": ROWS,
        "note": st.sampled_from(["", "Taken", "<b>Taken</b>"]),
        "error_message": st.sampled_from(["Try again", "", "x" * 400]),
        "undeclared": GARBAGE,
    },
)


def answers(session: Session) -> st.SearchStrategy[Event]:
    """What comes back from the endpoint: mostly an answer it may give."""
    screens = st.sampled_from([*session.program.screens, session.screen or session.program.entry_screen])
    whole = st.builds(lambda screen, data: {"screen": screen, "data": data}, screens, FITTING)
    success = GARBAGE.map(lambda value: {"extension_message_response": {"params": {"x": value}}})
    odd = st.one_of(GARBAGE, HUGE)
    return st.one_of(
        whole.map(Answered),
        whole.map(Answered),
        whole.map(Answered),
        st.builds(
            lambda screen, name, value: Answered({"screen": screen, "data": {name: value}}), screens, _NAMES, odd
        ),
        st.builds(lambda data: Answered({"screen": "SUCCESS", "data": data}), st.one_of(success, GARBAGE)),
        st.builds(lambda screen, data: Answered({"screen": screen, "data": data}), st.one_of(GARBAGE, screens), odd),
        odd.map(Answered),
        st.sampled_from([TokenExpired(), TokenExpired("Too late.")]),
    )


_NAMES = st.sampled_from(["words", "flag", "amount", "rows", "note", "error_message"])
