"""What a screen takes over from the inputs of another one."""

import pytest
from tests.phone.flows import Json, after, flow, footer, opened, screen, text_input

from headrace.phone.effects import Complete
from headrace.phone.events import Event, Fill, Tap
from headrace.phone.session import Session

NUMBER = {"type": "number", "__example__": 1}
RANGE = {
    "type": "object",
    "properties": {"start-date": {"type": "string"}, "end-date": {"type": "string"}},
    "__example__": {"start-date": "2026-01-02", "end-date": "2026-01-03"},
}


def _relay(component: Json, schema: Json) -> Session:
    """Three screens: what is asked on the first goes to the second, and from its data to the third."""
    return opened(
        flow(
            screen("ASK", component, footer("navigate", {"n": "${form.n}"}, to="SHOW")),
            screen("SHOW", footer("navigate", {"n": "${data.n}"}, to="END", label="Go on"), data={"n": schema}),
            screen(
                "END",
                footer("complete", {"n": "${data.n}"}, label="Send"),
                data={"n": schema},
                terminal=True,
            ),
        )
    )


def _shown(session: Session) -> str:
    screen = session.view().screen
    assert screen is not None
    return screen.id


def _trouble(session: Session, *events: Event) -> str:
    after(session, *events)
    said = session.view().snackbar
    assert said is not None
    assert said.error_type == "payload-schema-error"
    return said.detail or ""


@pytest.mark.parametrize("kind", ["number", "passcode"])
@pytest.mark.parametrize("wanted", ["number", "integer"])
def test_the_text_of_a_number_goes_from_its_input_into_a_field_for_numbers(kind: str, wanted: str) -> None:
    session = _relay(text_input("n", **{"input-type": kind}), {"type": wanted, "__example__": 1})
    after(session, Fill({"n": "42"}), Tap("Continue"))
    assert _shown(session) == "SHOW"


def test_and_from_there_into_the_next_one() -> None:
    session = _relay(text_input("n", **{"input-type": "number"}), NUMBER)
    after(session, Fill({"n": "42"}), Tap("Continue"), Tap("Go on"))
    [done] = after(session, Tap("Send"))
    assert isinstance(done, Complete)
    assert done.response["n"] == "42"


def test_a_text_is_no_number() -> None:
    session = _relay(text_input("n"), NUMBER)
    assert '"n" is string, not number' in _trouble(session, Fill({"n": "42"}), Tap("Continue"))
    assert _shown(session) == "ASK"


@pytest.mark.parametrize(
    ("component", "schema"),
    [
        (text_input("n", **{"input-type": "number"}), NUMBER),
        (
            {"type": "CalendarPicker", "name": "n", "label": {"start-date": "A", "end-date": "B"}, "mode": "range"},
            RANGE,
        ),
    ],
)
def test_what_was_left_empty_goes_everywhere(component: Json, schema: Json) -> None:
    session = _relay(component, schema)
    after(session, Tap("Continue"), Tap("Go on"))
    [done] = after(session, Tap("Send"))
    assert isinstance(done, Complete)
    assert done.response["n"] == ""


def test_an_empty_text_still_meets_the_limits_of_a_text() -> None:
    session = _relay(text_input("n"), {"type": "string", "minLength": 1, "__example__": "x"})
    assert "fewer than 1 characters" in _trouble(session, Tap("Continue"))
