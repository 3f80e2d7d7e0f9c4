"""What arrives at a screen: bindings in data of the business, values that a choice does not offer, faults that are told
at once; and which Flows tell their endpoint of errors.
"""

from typing import Any

import pytest
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    heading,
    link,
    one_screen,
    opened,
    radio,
    screen,
    string,
    text_input,
)

from headrace.phone.engine.effects import Closed, Complete, Effect, Notify
from headrace.phone.engine.events import Answered, Back, ExchangeFailed, Fill, Select, Tap
from headrace.phone.session import Session
from headrace.protocol import ErrorType


def asking(version: str = "7.3") -> Session:
    """A Flow on its screen ASK, with `Ida` entered and an answer outstanding."""
    shown = {"note": string(), "kept": {"type": "object", "__example__": {}}, "list": {"type": "array", "items": {}}}
    session = opened(
        flow(
            screen("ASK", text_input("who"), footer("data_exchange"), data={"greeting": string("Hello")}),
            screen("TOLD", footer("complete"), data=shown, terminal=True),
            routing={"ASK": ["TOLD"], "TOLD": []},
            version=version,
        ),
        data={"greeting": "Hello"},
    )
    after(session, Fill({"who": "Ida"}), Tap("Continue"))
    return session


def answered(session: Session, screen_id: str, **data: Any) -> list[Effect]:
    return session.handle(Answered({"screen": screen_id, "data": data}))


def test_bindings_in_an_answer_are_resolved_as_seen_from_the_screen_that_asked() -> None:
    session = asking()
    handler = {"name": "update_data", "payload": {"note": "${form.who}"}}
    answered(
        session,
        "TOLD",
        note="${form.who}",
        kept={"deep": ["`${data.greeting} ' ' ${form.who}`"], "on-select-action": handler, "plain": "Dear ${form.who}"},
        list=["${data.nothing}", "${screen.ASK.data.greeting}"],
    )
    assert session.data == {
        "note": "Ida",
        "kept": {"deep": ["Hello Ida"], "on-select-action": handler, "plain": "Dear ${form.who}"},
        "list": [None, "Hello"],
    }


def test_what_comes_to_nothing_is_left_out_and_expressions_are_for_six_and_later() -> None:
    session = asking("5.1")
    answered(session, "TOLD", note="`${form.who}`", kept={"gone": "${data.nothing}"})
    assert session.data == {"note": "`${form.who}`", "kept": {}}


def test_params_of_success_and_messages_are_resolved_too() -> None:
    params = {"who": "${form.who}", "left": "${form.nobody}"}
    assert answered(asking(), "SUCCESS", extension_message_response={"params": params}) == [Complete({"who": "Ida"})]
    session = asking()
    answered(session, "ASK", error_message="${data.greeting}")
    snackbar = session.view().snackbar
    assert snackbar is not None
    assert snackbar.text == "Hello"
    assert answered(asking(), "SUCCESS", extension_message_response={}) == [Closed()]


def test_the_data_of_a_message_are_resolved_as_seen_from_its_first_screen() -> None:
    session = one_screen(heading("${data.a}"), data={"a": string(), "b": string()}, given={"a": "${form.x}", "b": "B"})
    assert session.data == {"b": "B"}


def test_a_field_that_is_required_and_comes_to_nothing_is_missing() -> None:
    model = {"a": string(), "required": ["a"]}
    session = one_screen(heading("${data.a}"), data=model, given={"a": "${data.b}"})
    assert session.view().failure_type == "payload-schema-error"


CHOICES = [
    (checkboxes("pick", **{"data-source": "${data.rows}", "init-value": ["a", "z"]}), []),
    (radio("pick", **{"data-source": "${data.rows}", "init-value": "z"}), ""),
    (dropdown("pick", **{"data-source": "${data.rows}", "init-value": "z"}), ""),
]
ROWS = {"rows": {"type": "array", "items": {"type": "object"}, "__example__": []}}


@pytest.mark.parametrize(("choice", "nothing"), CHOICES, ids=["CheckboxGroup", "RadioButtonsGroup", "Dropdown"])
def test_a_value_that_is_not_offered_is_taken_back_as_soon_as_the_screen_is_drawn(choice: Json, nothing: Any) -> None:
    rows = [{"id": "a", "title": "A"}]
    session = one_screen(choice, data=ROWS, given={"rows": rows})
    assert session.form == {"pick": nothing}
    session = one_screen({**choice, "visible": False}, data=ROWS, given={"rows": rows})
    assert session.state.screens["ONLY"].form == {"pick": choice["init-value"]}


def test_as_long_as_nothing_is_offered_a_value_stays() -> None:
    fills = {"name": "update_data", "payload": {"rows": [{"id": "b", "title": "B"}]}}
    session = one_screen(dropdown("go", "now", **{"on-select-action": fills}), CHOICES[2][0], data=ROWS)
    assert session.form == {"go": "", "pick": "z"}
    after(session, Select("go", "now"))
    assert session.form == {"go": "now", "pick": ""}


DIGITS = {"input-type": "passcode"}


def error_of(session: Session, name: str) -> str:
    found = session.view().screen
    assert found is not None
    part = found.field(name)
    assert part is not None
    return part.error


def test_a_fault_is_told_where_a_value_stood_when_it_was_drawn() -> None:
    session = one_screen(text_input("a", **DIGITS, **{"init-value": "x1"}), text_input("b", **DIGITS, required=True))
    assert (error_of(session, "a"), error_of(session, "b")) == ("Use digits only", "")
    after(session, Fill({"a": "1"}))
    assert error_of(session, "a") == ""


def test_a_fault_is_told_again_on_coming_back_but_not_where_nothing_was_entered() -> None:
    session = opened(
        flow(
            screen("A", text_input("a", **DIGITS), text_input("b", required=True), link("On", GOES)),
            screen("B", footer("complete"), terminal=True),
        )
    )
    after(session, Fill({"a": "x"}), Tap("On"), Back())
    assert (error_of(session, "a"), error_of(session, "b")) == ("Use digits only", "")


def test_a_fault_is_told_in_a_branch_that_opens_on_a_value() -> None:
    branch = {"type": "If", "condition": "${form.more} == 'y'", "then": [text_input("a", **DIGITS)]}
    session = one_screen(text_input("more"), branch, text_input("c"))
    after(session, Fill({"more": "y"}), Fill({"a": "x"}), Fill({"more": "n"}), Fill({"more": "y"}))
    assert error_of(session, "a") == "Use digits only"


GOES = {"name": "navigate", "next": {"type": "screen", "name": "B"}}
ASKS = {"name": "data_exchange", "payload": {}}
DAY = {"type": "DatePicker", "name": "day", "label": "Day", "on-select-action": ASKS}
ROW = {"id": "r", "main-content": {"title": "Row"}, "on-click-action": ASKS}

TELLING: dict[str, tuple[list[Json], bool]] = {
    "Footer": ([footer("data_exchange")], True),
    "EmbeddedLink": ([link("Ask", ASKS)], True),
    "OptIn": ([{"type": "OptIn", "name": "o", "label": "O", "on-click-action": ASKS}], True),
    "DatePicker": ([DAY], True),
    "CalendarPicker": ([{**DAY, "type": "CalendarPicker"}], True),
    "CheckboxGroup": ([checkboxes("c", "a", **{"on-select-action": ASKS})], True),
    "RadioButtonsGroup": ([radio("r", "a", **{"on-select-action": ASKS})], True),
    "in a Form": ([{"type": "Form", "name": "f", "children": [DAY]}], True),
    "Dropdown": ([dropdown("d", "a", **{"on-select-action": ASKS})], False),
    "NavigationList": ([{"type": "NavigationList", "name": "n", "list-items": [ROW]}], False),
    "in an If": ([{"type": "If", "condition": "true", "then": [footer("data_exchange")]}], False),
    "in a Switch": ([{"type": "Switch", "value": "${data.x}", "cases": {"default": [DAY]}}], False),
    "nowhere": ([footer("navigate", to="B")], False),
}


@pytest.mark.parametrize("name", TELLING)
@pytest.mark.parametrize("refreshes", [False, True])
def test_an_endpoint_is_told_where_the_phone_finds_that_it_is_asked(name: str, refreshes: bool) -> None:
    children, tells = TELLING[name]
    last = screen("B", footer("complete"), terminal=True, refresh_on_back=refreshes)
    document = flow(screen("A", *children), last, routing={"A": ["B"], "B": []})
    session = opened(document, action="data_exchange")
    effects = session.handle(Answered({"screen": "B", "data": {}}))
    assert [type(effect) for effect in effects] == ([Notify] if tells or refreshes else [])
    assert session.view().failure_type == ErrorType.SCREEN_TRANSITION


def test_a_person_reads_that_it_took_too_long_or_that_something_went_wrong() -> None:
    said: dict[str, str | None] = {}
    for error_type in ErrorType:
        session = opened(flow(screen("A", footer("data_exchange"), terminal=True), routing={"A": []}), **INIT)
        session.handle(ExchangeFailed(error_type))
        view = session.view()
        said[error_type] = view.failure
        assert view.failure_detail, "whoever builds the Flow hears more"
    assert len(set(said.values())) == 2
    assert [name for name, text in said.items() if text != said["payload-schema-error"]] == ["timeout_error"]


INIT = {"action": "data_exchange"}
