"""Going straight to a screen, and finding the place of something in the Flow JSON on the phone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.flows import Json, flow, footer, heading, opened, screen, string, text_input
from tests.phone.test_carry_over import EVENTS, flows

from headrace.phone.engine.events import Answered, Back, Fill, Tap
from headrace.phone.engine.places import Place, place_of
from headrace.phone.engine.program import Program
from headrace.phone.jump import jump_to
from headrace.phone.session import Session


def ahead(to: str) -> Json:
    return footer("navigate", to=to)


ONE = screen("ONE", text_input("name"), ahead("TWO"))
TWO = screen("TWO", heading("${data.who}"), ahead("THREE"), data={"who": string("Ada")})
THREE = screen("THREE", heading("${data.sum}"), footer("complete"), data={"sum": string("12")}, terminal=True)
DOCUMENT = flow(ONE, TWO, THREE)


def test_a_screen_ahead_is_reached_with_examples_on_the_way() -> None:
    session = opened(DOCUMENT, any_screen=True)
    session.handle(Fill({"name": "Bea"}))
    there = jump_to(session, "THREE")
    assert (session.screen, there.screen, there.data) == ("ONE", "THREE", {"sum": "12"})
    there.handle(Back())
    assert (there.screen, there.data) == ("TWO", {"who": "Ada"})
    there.handle(Back())
    assert there.form == {"name": "Bea"}


def test_what_was_sent_to_a_screen_stays() -> None:
    session = opened(DOCUMENT, screen="TWO", data={"who": "Bea"}, any_screen=True)
    there = jump_to(session, "THREE")
    assert jump_to(there, "TWO").data == {"who": "Bea"}
    assert jump_to(jump_to(there, "ONE"), "TWO").data == {"who": "Bea"}


def test_going_where_one_is_changes_nothing() -> None:
    session = opened(DOCUMENT, any_screen=True)
    assert jump_to(session, "ONE").view() == session.view()
    assert jump_to(session, "NOWHERE").to_json() == session.to_json()


@pytest.mark.parametrize("ending", ["completed", "waiting", "failed"])
def test_it_leads_out_of_every_state(ending: str) -> None:
    asking = flow(
        screen("ASK", footer("data_exchange")),
        screen("DONE", footer("complete")),
        routing={"ASK": ["DONE"], "DONE": []},
    )
    session = opened(asking, any_screen=True, screen="NOWHERE" if ending == "failed" else "ASK")
    if ending != "failed":
        session.handle(Tap("Continue"))
    if ending == "completed":
        session.handle(Answered({"screen": "DONE", "data": {}}))
        session.handle(Tap("Continue"))
        assert session.status == "completed"
    there = jump_to(session, "DONE")
    assert (there.status, there.screen, there.pending, there.response) == ("ready", "DONE", None, None)


@settings(max_examples=100, deadline=None)
@given(flows(), st.lists(EVENTS, max_size=6), st.sampled_from(["A", "B", "C"]))
def test_any_screen_can_be_shown_from_anywhere(document: Json, events: list, target: str) -> None:  # type: ignore[type-arg]
    session = opened(document, any_screen=True)
    for event in events:
        session.handle(event)
    there = jump_to(session, target)
    if target in there.program.screens:
        assert there.screen == target
    assert Session.from_json(there.program, there.to_json()).view() == there.view()


def test_places() -> None:
    branch = {"type": "If", "condition": "true", "then": [heading("In"), {"type": "Nothing"}]}
    form = {"type": "Form", "name": "form", "children": [text_input("name"), branch]}
    program = Program.compile(flow(screen("A", form), screen("B", heading("x")), routing={"A": ["B"], "B": []}))
    layout = ("screens", 0, "layout", "children")
    inner = (*layout, 0, "children", 1, "then", 1)
    assert place_of(program, (*layout, 0, "children", 0, "label")) == Place("A", "name")
    assert place_of(program, inner).key.startswith("Nothing")
    assert place_of(program, (*layout, 0)).key == "form"
    assert place_of(program, ("screens", 0, "title")) == Place("A")
    assert place_of(program, ("screens", 1, "layout")) == Place("B")
    assert place_of(program, ("routing_model", "B", 0)) == Place("B")
    assert place_of(program, ("version",)) == place_of(program, ()) == place_of(program, ("screens", 7)) == Place()


def test_mock_data_let_every_screen_open() -> None:
    data = {
        "fits": string("x"),
        "misfit": {"type": "string", "__example__": 3},
        "count": {"type": "number"},
        "size": {"type": "string", "enum": ["s", "m"]},
        "required": ["misfit", "count", "size"],
    }
    model = Program.compile(flow(screen("A", data=data))).screens["A"].model
    assert model.mock == {"misfit": "", "count": 0, "size": "s", "fits": "x"}
    assert model.misfit(model.mock, closed=True) is None
