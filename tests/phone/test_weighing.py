"""A Flow that blows up its own data is stopped, and everything else passes."""

from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, one_screen, opened, screen, string

from headrace.phone.effects import Complete, Notify
from headrace.phone.events import Answered, Select, Tap
from headrace.phone.weighing import DEEPEST, LARGEST_MB, MOST_VALUES, excess


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
def test_limits(value: Any, words: str | None) -> None:
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
    bar = session.view().snackbar
    assert bar is not None
    assert excess(session.data) is None
    assert isinstance(after(session, Tap("Continue"))[0], Complete)


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
