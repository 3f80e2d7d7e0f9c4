"""Which actions a choice runs, with which values, and in which order."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, checkboxes, flow, footer, heading, opened, radio, screen, string

from headrace.phone.engine.effects import Exchange
from headrace.phone.engine.events import Answered, Select
from headrace.phone.session import Session

LOG = {"log": string(""), "seen": {"type": "array", "items": {"type": "string"}, "__example__": []}}


def log(mark: str) -> Json:
    """Writes a mark behind those that are there."""
    return {"name": "update_data", "payload": {"log": f"`${{data.log}} '{mark}'`"}}


def rows(*identifiers: str, own: tuple[str, ...] = (), **handlers: str) -> Json:
    """Rows; those that are their `own` have these handlers, each logging its mark and the row's id."""
    return {
        "data-source": [
            {
                "id": identifier,
                "title": identifier.title(),
                **(
                    {name: log(f"{mark}-{identifier} ") for name, mark in handlers.items()} if identifier in own else {}
                ),
            }
            for identifier in identifiers
        ]
    }


def logged(component: Json, *choices: Any) -> str:
    only = screen("ONLY", component, footer("complete"), data=LOG, terminal=True)
    session = opened(flow(only), data={"log": "", "seen": []})
    after(session, *(Select(component["name"], choice) for choice in choices))
    assert session.status == "ready"
    return str(session.data["log"]).strip()


OWN_SELECT = {"on-select-action": "in"}


def test_a_row_never_falls_back_to_select() -> None:
    component = {**checkboxes("x"), **rows("a", "b", own=("a",), **OWN_SELECT)}
    assert logged(component, "a", "a") == "in-a"


def test_a_component_does() -> None:
    component = checkboxes("x", "a", "b", **{"on-select-action": log("in ")})
    assert logged(component, "a", "a") == "in in"


def test_chips_do_not() -> None:
    component = {**checkboxes("x", "a", "b", **{"on-select-action": log("in ")}), "type": "ChipsSelector"}
    assert logged(component, "a", "a") == "in"


def test_what_is_given_up_acts_before_what_is_chosen() -> None:
    component = {
        **radio("x"),
        **rows("a", "b", own=("a", "b"), **{"on-select-action": "in", "on-unselect-action": "out"}),
    }
    assert logged(component, "a", "b") == "in-a out-a in-b"


def test_the_component_acts_before_its_rows() -> None:
    component = {
        **radio("x", **{"on-unselect-action": log("component-out ")}),
        **rows("a", "b", own=("b",), **OWN_SELECT),
    }
    assert logged(component, "a", "b") == "component-out in-b"


def asking(kind: str, *identifiers: str) -> Session:
    ask = {"name": "data_exchange", "payload": {"x": "${form.x}"}}
    component = {**checkboxes("x", *identifiers, **{"on-select-action": ask}), "type": kind}
    document = flow(screen("A", component, heading("A"), footer("complete"), terminal=True), routing={"A": []})
    session = opened(document, action="data_exchange")
    after(session, Answered({"screen": "A", "data": {}}))
    return session


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [("CheckboxGroup", {"x": ["b"]}, {"x": ["b", "a"]}), ("ChipsSelector", {}, {"x": ["b"]})],
)
def test_chips_act_before_they_store(kind: str, first: Json, second: Json) -> None:
    session = asking(kind, "a", "b")
    (effect,) = after(session, Select("x", "b"))
    assert isinstance(effect, Exchange)
    assert effect.request["data"] == first
    assert session.state.screens["A"].form == {"x": ["b"]}
    (effect,) = after(session, Answered({"screen": "A", "data": {}}), Select("x", "a"))
    assert isinstance(effect, Exchange)
    assert effect.request["data"] == second


def test_chips_whose_action_leaves_the_screen_store_on_the_one_they_stand_on() -> None:
    goes = {"name": "navigate", "next": {"type": "screen", "name": "B"}, "payload": {}}
    component = {**checkboxes("x", "a", "b", **{"on-select-action": goes}), "type": "ChipsSelector"}
    session = opened(flow(screen("A", component), screen("B", heading("B"), footer("complete"), terminal=True)))
    after(session, Select("x", "b"))
    assert session.screen == "B"
    assert {name: store.form for name, store in session.state.screens.items()} == {"A": {"x": ["b"]}, "B": {}}
