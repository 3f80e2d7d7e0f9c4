"""What a person enters, in whatever order it comes."""

from itertools import permutations
from typing import Any

import pytest
from tests.phone.flows import Json, after, checkboxes, dropdown, one_screen, radio, text_input

from headrace.phone.engine.effects import Declined
from headrace.phone.engine.events import Event, Fill, Select
from headrace.phone.session import Session

CONSENT: Json = {"type": "OptIn", "name": "by_post", "label": "By post"}


def letter() -> Session:
    """Inputs that others bring onto the screen, or enable."""
    return one_screen(
        radio("kind", "home", "work"),
        {
            "type": "If",
            "condition": "${form.kind} != ''",
            "then": [
                {
                    "type": "Switch",
                    "value": "${form.kind}",
                    "cases": {"home": [text_input("street")], "work": [dropdown("floor", "one", "two")]},
                }
            ],
            "else": [text_input("why")],
        },
        CONSENT,
        text_input("city", enabled="`${form.by_post} == true`"),
        checkboxes("extras", "stamp", "seal", visible="`${form.city} != ''`"),
    )


@pytest.mark.parametrize("order", list(permutations(["kind", "floor", "by_post", "city", "extras"])))
def test_values_may_come_in_any_order(order: tuple[str, ...]) -> None:
    values: dict[str, Any] = {"kind": "work", "floor": "two", "by_post": True, "city": "Rye", "extras": ["seal"]}
    session = letter()
    assert after(session, Fill({name: values[name] for name in order})) == []
    assert session.form == values


def test_what_stays_out_of_reach_is_refused_with_its_reason() -> None:
    session = letter()
    effects = after(session, Fill({"city": "Rye", "floor": "two", "kind": "home", "extras": ["seal"]}))
    reasons = {one.target: one.reason for one in effects if isinstance(one, Declined)}
    assert reasons == {
        "city": '"city" is disabled.',
        "floor": 'This screen shows no input "floor".',
        "extras": 'This screen shows no input "extras".',
    }
    assert session.form == {"kind": "home", "street": "", "by_post": False, "city": ""}


def test_a_page_may_post_an_input_that_the_same_post_hides() -> None:
    session = letter()
    assert after(session, Fill({"kind": "home", "why": "no reason"})) == []
    assert after(session, Fill({"kind": ""})) == []
    assert session.form["why"] == "no reason"


@pytest.mark.parametrize("of_row", [True, False])
def test_a_choice_that_the_rest_brings_onto_the_screen_acts(of_row: bool) -> None:
    action = {"name": "update_data", "payload": {"log": "chosen"}}
    rows = [{"id": "s", "title": "S", **({"on-select-action": action} if of_row else {})}]
    component = dropdown("size", **({} if of_row else {"on-select-action": action}))
    session = one_screen(
        text_input("name"),
        {"type": "If", "condition": "${form.name} != ''", "then": [{**component, "data-source": rows}]},
        data={"log": {"type": "string", "__example__": ""}},
        given={"log": ""},
    )
    events: list[Event] = session.entered({"size": "s", "name": "Ada"})
    assert events == [Fill({"name": "Ada"}), Select("size", "s")]
    assert after(session, *events) == []
    assert session.data["log"] == "chosen"
