"""The table of transitions is true: an exploration of Flows made for it finds each of its rows, and no other.

That nothing else happens in any other Flow is asserted by `Session.handle` itself, in every test that runs one; people
walk through thousands of them in `test_people`.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.phone.attachments import documents, picked, sent
from tests.phone.flows import Json, dropdown, flow, footer, screen, text_input

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
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.engine.state import State
from headrace.phone.engine.transitions import TRANSITIONS
from headrace.phone.session import Session

PAGE = Path(__file__).parents[2] / "docs" / "session.md"
Transition = tuple[str, type[Event], str]
FIRST, SECOND = (picked(name, mime_type="application/pdf") for name in ("first.pdf", "second.pdf"))
DONE = {"extension_message_response": {"params": {"done": True}}}


def shown_if(condition: str, component: Json) -> Json:
    return {"type": "If", "condition": f"`{condition}`", "then": [component]}


def acting(name: str, action: str) -> Json:
    """A choice that is drawn with a value and runs its action then; or one that cannot be drawn at all."""
    if action == "unfit":
        return {**dropdown(name), "data-source": [{"title": "No id"}]}
    return dropdown(name, "a", **{"init-value": "a", "on-select-action": {"name": action, "payload": {}}})


def two_screens(action: str) -> Json:
    """What a person enters on either screen, attaches, or had forgotten on closing brings an acting choice onto ONE;
    TWO may come to a component that cannot be drawn.
    """
    one = screen(
        "ONE",
        text_input("t"),
        text_input("p", **{"input-type": "password"}),
        shown_if("(${form.t} == 'go') && (${form.p} == '')", acting("x", action)),
        shown_if("${screen.TWO.form.u} == 'go'", acting("y", action)),
        footer("navigate", to="TWO"),
    )
    two = screen(
        "TWO",
        text_input("u"),
        text_input("v"),
        shown_if("${form.v} == 'unfit'", acting("z", "unfit")),
        footer("data_exchange" if action == "data_exchange" else "complete"),
        terminal=True,
    )
    return flow(one, two, version="6.0")


def with_files(action: str) -> Json:
    """A file that has arrived brings an acting choice onto the screen."""
    condition = "${form.documents.0.file_name} == 'first.pdf'"
    return flow(
        screen(
            "ONE",
            documents(**{"min-uploaded-documents": 0}),
            shown_if(condition, acting("x", action)),
            footer("complete"),
            terminal=True,
        ),
        version="6.0",
    )


OUTCOMES: tuple[Event, ...] = (
    Answered({"screen": "ONE", "data": {}}),
    Answered({"screen": "SUCCESS", "data": DONE}),
    Answered({"screen": "SUCCESS", "data": {}}),
    Answered("nothing of use"),
    ExchangeFailed("timeout_error"),
    TokenExpired(),
)
MOVES: tuple[Event, ...] = (Open(), Retry(), Close(), Back(), Tap("Continue"), Leave("t"))
ENTRIES: tuple[Event, ...] = (
    Fill({"t": "go"}),
    Fill({"p": "1"}),
    Fill({"u": "go", "v": ""}),
    Fill({"v": "unfit"}),
    Fill({"u": "go", "v": "unfit"}),
    Select("t", "go"),
    Choose("t", "go"),
)
FILES: tuple[Event, ...] = (
    Upload("documents", (FIRST,)),
    Upload("documents", (SECOND,)),
    Uploaded(FIRST.media_id, sent(FIRST)),
    Uploaded(SECOND.media_id, sent(SECOND)),
    UploadFailed(FIRST.media_id),
    Remove("documents", SECOND.media_id),
)


def situation(session: Session) -> str:
    """The state without what only counts."""
    stored = session.to_json()
    stored["visit"] = stored["said"] = stored["snackbar"] = None
    for store in stored["screens"].values():
        store["writes"] = None
    return json.dumps(stored, sort_keys=True)


def explored(
    document: Json, opening: Opening, events: Iterable[Event], steps: int
) -> tuple[set[Transition], list[Any]]:
    """Every transition within so many steps of a session that was not opened yet, and the states on the way."""
    program = Program.compile(document)
    waiting, known = [Session.start(program, opening).to_json()], set()
    found: set[Transition] = set()
    states = list(waiting)
    for _ in range(steps):
        reached = []
        for stored in waiting:
            for event in events:
                session = Session.from_json(program, stored)
                before = session.status
                session.handle(event)
                found.add((before, type(event), session.status))
                if (now := situation(session)) not in known:
                    known.add(now)
                    reached.append(session.to_json())
        waiting = reached
        states += reached
    return found, states


def after_an_edit(states: list[Any]) -> set[Transition]:
    """Events that come after a component was broken in the editor."""
    program = Program.compile(flow(screen("ONE", acting("x", "unfit")), screen("TWO", terminal=True), version="6.0"))
    found: set[Transition] = set()
    for stored in states:
        for event in (*MOVES, *FILES):
            session = Session.from_json(program, stored)
            before = session.status
            session.handle(event)
            found.add((before, type(event), session.status))
    return found


@pytest.fixture(scope="module")
def transitions() -> set[Transition]:
    found: set[Transition] = set()
    asking = Opening(action="data_exchange")
    for action in ("data_exchange", "complete", "unfit"):
        for opening in (Opening(), asking):
            now, states = explored(two_screens(action), opening, (*MOVES, *ENTRIES, *OUTCOMES), 5)
            found |= now | after_an_edit(states[:40])
        at_once = flow(screen("ONE", acting("x", action), terminal=True), version="6.0")
        found |= explored(at_once, Opening(), MOVES, 2)[0]
        found |= explored(with_files(action), asking, (Open(), *FILES, *OUTCOMES[:1]), 6)[0]
    found |= explored(two_screens("data_exchange"), Opening(screen="NOWHERE"), MOVES, 3)[0]
    return found


def declared() -> set[Transition]:
    return {(status, kind, after) for (status, kind), led_to in TRANSITIONS.items() for after in led_to}


def named(found: Iterable[Transition]) -> list[str]:
    return sorted(f"{status} + {kind.__name__} -> {after}" for status, kind, after in found)


def test_every_declared_transition_occurs(transitions: set[Transition]) -> None:
    assert named(declared() - transitions) == []


def test_no_other_transition_occurs(transitions: set[Transition]) -> None:
    ignored = {found for found in transitions if found[:2] not in TRANSITIONS}
    assert named(transitions - declared() - ignored) == []
    assert [found for found in named(ignored) if found.split(" + ")[0] != found.split(" -> ")[1]] == []


def test_every_event_of_the_table_has_its_handler_and_no_other() -> None:
    assert set(Session._HANDLERS) == set(TRANSITIONS)


def test_the_documentation_has_the_same_table() -> None:
    told: dict[tuple[str, str], set[str]] = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| status"):
            status, events, led_to = (cell.strip() for cell in line.strip("|").split("|"))
            for event in events.split(", "):
                assert (status, event) not in told
                told[status, event] = set(led_to.split(", "))
    assert told == {(status, kind.__name__): set(led_to) for (status, kind), led_to in TRANSITIONS.items()}


def test_another_transition_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def jumps(session: Session, event: Event) -> list[Any]:
        session._state.status = "completed"
        return []

    handlers: dict[Any, Any] = Session._HANDLERS
    monkeypatch.setitem(handlers, ("loading", Close), jumps)
    session = Session(Program.compile(two_screens("complete")), State("navigate", None, None, "token"))
    with pytest.raises(AssertionError, match="led to completed"):
        session.handle(Close())
