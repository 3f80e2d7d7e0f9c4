"""ChipsSelector: pills to choose several from."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, one_screen, options

from headrace.phone.engine.effects import Declined
from headrace.phone.engine.events import Fill, Select
from headrace.phone.screen.view import CheckView
from headrace.phone.session import Session


def chips(*identifiers: str, **more: Any) -> Json:
    listed = options(*identifiers)
    return {"type": "ChipsSelector", "name": "topics", "label": "Topics", "data-source": listed, **more}


def drawn(session: Session) -> CheckView:
    screen = session.view().screen
    assert screen is not None
    part = screen.parts[0]
    assert isinstance(part, CheckView)
    return part


def test_it_shows_its_texts_cut_at_their_limits() -> None:
    rows = [{"id": "a", "title": "x" * 21}, {"id": "b", "title": "B", "enabled": False}]
    part = drawn(one_screen(chips(label="L" * 81, description="D" * 301, **{"data-source": rows})))
    assert (part.type, part.label, part.description) == ("ChipsSelector", "L" * 80 + "...", "D" * 300 + "...")
    assert [(one.title, one.enabled) for one in part.options] == [("x" * 20 + "...", True), ("B", False)]


def test_its_value_is_a_list_of_ids_in_the_order_of_ticking() -> None:
    session = one_screen(chips("a", "b", "c"))
    assert session.form == {"topics": []}
    after(session, Fill({"topics": ["c", "a"]}))
    assert session.form == {"topics": ["c", "a"]}
    after(session, Select("topics", "b"), Select("topics", "c"))
    assert session.form == {"topics": ["a", "b"]}
    after(session, Fill({"topics": ["c", "b", "a"]}))
    assert session.form == {"topics": ["a", "b", "c"]}, "what was ticked before comes first"


@pytest.mark.parametrize(
    ("chosen", "limits", "in_order", "full"),
    [
        ([], {}, True, False),
        ([], {"required": True}, False, False),
        (["a"], {"min-selected-items": 2}, False, False),
        (["a", "b"], {"min-selected-items": 2, "max-selected-items": 2}, True, True),
        (["a"], {"max-selected-items": 1}, True, True),
        ([], {"min-selected-items": 1, "visible": True, "enabled": False}, True, False),
    ],
)
def test_its_counts(chosen: list[str], limits: Json, in_order: bool, full: bool) -> None:
    session = one_screen(chips("a", "b", "c", **limits))
    session.handle(Fill({"topics": chosen}))
    part = drawn(session)
    assert (part.is_in_order, part.full) == (in_order, full)


def test_initial_values_and_messages() -> None:
    part = drawn(one_screen(chips("a", "b", **{"init-value": ["b"], "error-message": "Sold out"})))
    assert (part.value, part.error, part.from_business) == (["b"], "Sold out", True)


def test_invisible_chips_are_not_there() -> None:
    screen = one_screen(chips("a", "b", visible=False, required=True)).view().screen
    assert screen is not None
    assert screen.parts == ()


def says(text: str) -> Json:
    return {"name": "update_data", "payload": {"log": text}}


@pytest.mark.parametrize("of_items", [True, False])
def test_items_or_the_component_act(of_items: bool) -> None:
    handlers = {"on-select-action": says("+"), "on-unselect-action": says("-")}
    first, second = options("a", "b")
    listed = [{**first, **handlers}, second] if of_items else [first, second]
    component = chips(**{"data-source": listed}, **({} if of_items else handlers))
    session = one_screen(component, data={"log": {"type": "string", "__example__": ""}})
    seen = []
    for _ in range(2):
        session.handle(Select("topics", "a"))
        seen.append(session.data["log"])
    assert seen == ["+", "-"]
    assert drawn(session).acts


def test_what_is_not_offered_is_refused() -> None:
    session = one_screen(chips("a", "b"))
    assert isinstance(after(session, Select("topics", "z"))[0], Declined)
    assert session.form == {"topics": []}
