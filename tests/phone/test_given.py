"""What a Flow gives to its inputs by itself: initial values and messages of the business, and when."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, dropdown, flow, footer, heading, link, opened, screen, string, text_input

from headrace.phone.engine.effects import Complete
from headrace.phone.engine.events import Answered, Back, Close, Fill, Leave, Open, Select, Tap
from headrace.phone.session import Session

ASKS = {"name": "data_exchange", "payload": {}}
AHEAD = {"name": "navigate", "next": {"type": "screen", "name": "NEXT"}, "payload": {}}
WORDS = {"type": "object", "__example__": {}}


def asking(*children: Json, **given: Any) -> Session:
    """ASK with a Form of these children, and NEXT behind it; `given` is its data on opening."""
    data = {"a": string(), "b": string(), "errors": WORDS, "init": WORDS}
    document = flow(
        screen("ASK", *children, link("Ask", ASKS), link("Ahead", AHEAD), data=data),
        screen("NEXT", heading("Next"), link("Ask", ASKS), refresh_on_back=True, terminal=True),
        routing={"ASK": ["NEXT"], "NEXT": []},
    )
    session = opened(document, action="data_exchange")
    after(session, Answered({"screen": "ASK", "data": given}))
    return session


def form(*children: Json, **more: Any) -> Json:
    return {"type": "Form", "name": "form", "children": list(children), **more}


def errors(session: Session) -> dict[str, str]:
    view = session.view()
    assert view.screen is not None
    return {field.name: field.error for field in view.screen.fields() if field.error}


def test_literals_alone_are_for_an_empty_form_and_never_come_again() -> None:
    session = asking(text_input("x", **{"init-value": "literal"}), text_input("y"))
    assert session.form == {"x": "literal", "y": ""}
    after(session, Fill({"x": "typed"}), Tap("Ask"), Answered({"screen": "ASK", "data": {}}))
    assert session.form["x"] == "typed"
    after(session, Fill({"x": ""}), Tap("Ahead"), Back(), Answered({"screen": "ASK", "data": {}}))
    assert session.form["x"] == ""
    after(session, Close(), Open())
    assert session.form["x"] == ""


def test_with_one_binding_the_whole_set_comes_again_after_an_answer() -> None:
    session = asking(
        text_input("x", **{"init-value": "literal"}), text_input("y", **{"init-value": "${data.a}"}), a="first"
    )
    after(session, Fill({"x": "typed", "y": "typed"}), Tap("Ahead"))
    after(session, Tap("Ask"), Answered({"screen": "NEXT", "data": {}}))
    after(session, Back(), Answered({"screen": "ASK", "data": {"a": "second"}}))
    assert session.form == {"x": "literal", "y": "second"}


def test_on_an_arrival_without_an_answer_what_is_there_wins() -> None:
    document = flow(
        screen("A", text_input("x", **{"init-value": "${data.a}"}), footer("navigate", to="B"), data={"a": string()}),
        screen("B", heading("B"), footer("complete"), terminal=True),
    )
    session = opened(document, data={"a": "given"})
    after(session, Fill({"x": "typed"}), Tap("Continue"), Back())
    assert session.form == {"x": "typed"}


def test_hidden_inputs_and_closed_branches_get_theirs_too() -> None:
    closed = {"type": "If", "condition": "${form.x} == 'yes'", "then": [text_input("y", **{"init-value": "Y"})]}
    hidden = text_input("z", visible=False, **{"init-value": "Z"})
    sends = footer("complete", {"x": "${form.x}", "y": "${form.y}", "z": "${form.z}"})
    session = opened(flow(screen("A", text_input("x"), closed, hidden, sends, terminal=True)))
    assert after(session, Tap("Continue")) == [Complete({"y": "Y", "z": "Z", "flow_token": "unused"})]


def test_members_that_come_to_nothing_are_left_out() -> None:
    inputs = form(text_input("x"), text_input("y"), **{"init-values": {"x": "${data.a}", "y": "${data.b}"}})
    session = asking(inputs, a="A")
    after(session, Fill({"x": "typed", "y": "typed"}), Tap("Ask"), Answered({"screen": "ASK", "data": {}}))
    assert session.form == {"x": "A", "y": "typed"}


def update(**payload: Any) -> Json:
    return {"on-select-action": {"name": "update_data", "payload": payload}}


def test_update_data_brings_neither_values_nor_messages() -> None:
    choice = dropdown("c", "one", "two", **update(a="new", errors={"x": "Odd"}))
    inputs = form(text_input("x", **{"init-value": "${data.a}"}), choice, **{"error-messages": "${data.errors}"})
    session = asking(inputs, a="old")
    after(session, Select("c", "one"))
    assert session.data["errors"] == {"x": "Odd"}
    assert (session.form["x"], errors(session)) == ("old", {})
    after(session, Tap("Ask"), Answered({"screen": "ASK", "data": {}}))
    assert (session.form["x"], errors(session)) == ("new", {"x": "Odd"}), "the answer lets both come"


def test_a_literal_message_stands_once() -> None:
    session = asking(text_input("x", **{"error-message": "Odd"}), text_input("y"))
    assert errors(session) == {"x": "Odd"}
    after(session, Leave("x"), Tap("Ask"), Answered({"screen": "ASK", "data": {}}))
    assert errors(session) == {}


@pytest.mark.parametrize("kind", ["If", "Switch"])
def test_no_message_reaches_an_input_inside_a_branch(kind: str) -> None:
    inner = [text_input("x")]
    branch: Json = {"type": "If", "condition": "${data.a} == 'A'", "then": inner}
    if kind == "Switch":
        branch = {"type": "Switch", "value": "${data.a}", "cases": {"A": inner}}
    inputs = form(branch, text_input("y"), **{"error-messages": "${data.errors}"})
    session = asking(inputs, a="A", errors={"x": "Odd", "y": "Odd"})
    assert errors(session) == {"y": "Odd"}


def test_a_set_of_messages_that_does_not_come_removes_none() -> None:
    session = asking(text_input("x", **{"error-message": "${data.a}"}), a="Odd")
    after(session, Tap("Ask"), Answered({"screen": "ASK", "data": {}}))
    assert errors(session) == {"x": "Odd"}
    after(session, Tap("Ask"), Answered({"screen": "ASK", "data": {"a": ""}}))
    assert errors(session) == {}
