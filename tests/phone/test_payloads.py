"""What a screen takes over from the inputs of another one; a Flow that blows up its own data is stopped."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, link, one_screen, opened, screen, string, text_input

from headrace.phone.engine.effects import Complete, Notify
from headrace.phone.engine.events import Answered, Event, Fill, Select, Tap
from headrace.phone.engine.payloads import DEEPEST, LARGEST_MB, MOST_VALUES, excess
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
    view = session.view()
    assert (view.status, view.failure_type) == ("error", "payload-schema-error")
    return view.failure_detail or ""


@pytest.mark.parametrize("kind", ["number", "passcode"])
@pytest.mark.parametrize("wanted", ["number", "integer"])
def test_the_text_of_a_number_goes_from_its_input_into_a_field_for_numbers(kind: str, wanted: str) -> None:
    session = _relay(text_input("n", **{"input-type": kind}), {"type": wanted, "__example__": 1})
    after(session, Fill({"n": "42"}), Tap("Continue"))
    assert _shown(session) == "SHOW"


def test_but_from_there_into_no_other() -> None:
    session = _relay(text_input("n", **{"input-type": "number"}), NUMBER)
    assert '"n" is string, not number' in _trouble(session, Fill({"n": "42"}), Tap("Continue"), Tap("Go on"))


def test_a_text_is_no_number() -> None:
    session = _relay(text_input("n"), NUMBER)
    assert '"n" is string, not number' in _trouble(session, Fill({"n": "42"}), Tap("Continue"))


def test_an_emptied_text_still_meets_the_limits_of_a_text() -> None:
    session = _relay(text_input("n"), {"type": "string", "minLength": 1, "__example__": "x"})
    assert "fewer than 1 characters" in _trouble(session, Fill({"n": "x"}), Fill({"n": ""}), Tap("Continue"))


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": [1, None, True, "x", {"b": []}]}, None),
        ([1] * MOST_VALUES, None),
        ([1] * (MOST_VALUES + 1), "has more than 200,000 values"),
        ("x" * LARGEST_MB * 1024 * 1024, None),
        ({"x" * LARGEST_MB * 1024 * 1024: "y"}, "has more than 10 MB"),
        (nested(DEEPEST), None),
        (nested(DEEPEST + 2), "is nested deeper than 100 levels"),
    ],
)
def test_the_size_of_a_payload_is_limited(value: Any, words: str | None) -> None:
    assert excess(value) == words


def doubling(schema: Json, payload: Any) -> Json:
    """A consent that doubles the screen's data whenever it is changed."""
    action = {"name": "update_data", "payload": {"t": payload}}
    consent = {"type": "OptIn", "name": "o", "label": "O", "on-select-action": action, "on-unselect-action": action}
    return flow(screen("A", consent, footer("complete", {"t": "${data.t}"}), data={"t": schema}, terminal=True))


def test_values_that_double_are_stopped() -> None:
    session = opened(
        doubling({"type": "object", "__example__": {}}, {"k": "${data.t}", "l": "${data.t}"}), data={"t": {}}
    )
    for number in range(40):
        session.handle(Select("o", number % 2 == 0))
        assert excess(session.data) is None
    view = session.view()
    assert (view.status, view.failure_type) == ("error", "payload-schema-error")
    assert "has more than" in (view.failure_detail or "")


def test_texts_that_double_are_cut() -> None:
    session = opened(doubling(string(), "`${data.t} ${data.t}`"), data={"t": "xxxx"})
    for number in range(60):
        session.handle(Select("o", number % 2 == 0))
    assert len(session.data["t"]) == 1_000_000


def test_an_answer_that_is_nested_too_deep_is_reported() -> None:
    document = flow(
        screen("A", footer("data_exchange"), data={"t": {"type": "object", "__example__": {}}}, terminal=True),
        routing={"A": []},
    )
    session = opened(document, screen="A")
    (notice,) = after(session, Tap("Continue"), Answered({"screen": "A", "data": {"t": nested(200)}}))
    assert isinstance(notice, Notify)
    assert notice.request["data"]["error"] == "payload-schema-error"
    assert "100 levels" in notice.request["data"]["error_message"]


def test_a_payload_of_ordinary_size_passes() -> None:
    rows = [{"id": str(number), "title": "x" * 100, "image": "y" * 10_000} for number in range(200)]
    session = one_screen(
        footer("complete", {"rows": "${data.rows}"}), data={"rows": {"type": "array"}}, given={"rows": rows}
    )
    assert after(session, Tap("Continue")) == [Complete({"rows": rows, "flow_token": "unused"})]


def leading(*children: Json, routing: Json | None = None) -> Session:
    """Screen A with a way to B and one back, and B, whose data has two fields of which none is required."""
    fields = {"n": string(), "m": string()}
    document = flow(
        screen("A", *children), screen("B", footer("complete"), data=fields, terminal=True), screen("C", terminal=True)
    )
    return opened({**document, **({"routing_model": routing} if routing else {})}, screen="A")


def going_to(target: str, **payload: str) -> Json:
    return {"name": "navigate", "next": {"type": "screen", "name": target}, "payload": payload}


def test_further_members_are_passed_over() -> None:
    session = leading(link("Go", going_to("B", n="1", odd="2")))
    after(session, Tap("Go"))
    assert (session.screen, session.data) == ("B", {"n": "1"})


def test_from_a_list_every_declared_field_is_handed_over() -> None:
    row = {"id": "r", "main-content": {"title": "Row"}, "on-click-action": going_to("B", n="1")}
    session = leading({"type": "NavigationList", "name": "l", "list-items": [row]})
    after(session, Tap("Row"))
    assert '"m" is required and missing' in (session.view().failure_detail or "")


def test_the_routing_of_a_flow_without_endpoint_holds_too() -> None:
    session = leading(link("Go", going_to("C")), routing={"A": ["B"], "B": [], "C": []})
    after(session, Tap("Go"))
    view = session.view()
    assert (view.status, view.failure_type) == ("error", "invalid-screen-transition")
    session = leading(link("Go", going_to("C")))
    after(session, Tap("Go"))
    assert session.screen == "C", "where none is written, the Flow's own moves are the model"
