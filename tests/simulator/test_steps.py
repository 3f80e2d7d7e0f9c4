"""Steps: what can be written, what is refused, and what can be expected."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.flows import checkboxes, flow, footer, heading, opened, screen, text_input
from tests.phone.test_calendar import stay
from tests.phone.test_navigation_list import GOES, navigation, row

from headrace.phone.engine.events import Fill, Open, Tap
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.expectations import EXPECTABLE, mismatches
from headrace.simulator.steps import Step, UnusableSteps, read_steps


def test_yaml_and_json_say_the_same() -> None:
    as_yaml = b"- fill: {name: Ada, age: 42, ok: true}\n- tap: Continue\n- back\n- expect: {screen: NAME}\n"
    as_json = (
        b'[{"fill":{"name":"Ada","age":42,"ok":true}},{"tap":"Continue"},{"back":true},{"expect":{"screen":"NAME"}}]'
    )
    assert read_steps(as_yaml) == read_steps(as_json)
    assert read_steps(as_yaml)[0] == Step(1, "fill", {"name": "Ada", "age": 42, "ok": True})


def test_what_a_form_holds_stays_text() -> None:
    (step,) = read_steps(b"- fill: {day: 2026-11-25, time: 12:30, code: 007, word: yes, price: 1.50, none: null}")
    assert step.content == {
        "day": "2026-11-25",
        "time": "12:30",
        "code": "007",
        "word": "yes",
        "price": 1.5,
        "none": None,
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"fill: {}", "list"),
        (b"[1]", "Step 1"),
        (b"- tap: ''", "Step 1"),
        (b"- fill: {a: b}\n- jump: 3", "'jump'"),
        (b"- fill: [a]", "Step 1"),
        (b"- fill: {}", "Step 1"),
        (b"- expect: {sreen: A}", "'sreen'"),
        (b"- {tap: a, back: true}", "Step 1"),
        (b"- tap: [", "YAML"),
        (b"\xff\xfe\x00", "YAML"),
        (b"- &a [x]\n- *a", "aliases"),
        (b"- !!python/object:os.system x", "YAML"),
        (b'- tap: "\\ud83d"', "YAML"),
        (b"- fill: {n: " + b"9" * 6_000 + b"}", "YAML"),
        (b"[" * 5_000, "YAML"),
        (b"x" * 3_000_000, "2 MB"),
    ],
)
def test_unusable_steps_are_named(text: bytes, named: str) -> None:
    with pytest.raises(UnusableSteps) as refusal:
        read_steps(text)
    assert named in str(refusal.value)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    with contextlib.suppress(UnusableSteps):
        read_steps(text)


def a_session() -> Session:
    document = flow(
        screen(
            "A",
            heading("Good day"),
            text_input("mail", **{"input-type": "email"}),
            checkboxes("extras", "ice", "lemon"),
            footer("complete", {"mail": "${form.mail}", "nested": {"a": 1, "b": 2}}, label="Send"),
            title="First",
            terminal=True,
        )
    )
    session = Session.start(Program.compile(document), Opening())
    session.handle(Open())
    session.handle(Fill({"mail": "ada@"}))
    return session


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ({"screen": "A", "title": "First", "status": "ready"}, True),
        ({"screen": "B"}, False),
        ({"text": "Good"}, True),
        ({"text": ["Good day", "Lemon", "Send"]}, True),
        ({"text": "Bad day"}, False),
        ({"form": {"mail": "ada@"}}, True),
        ({"form": {"mail": "x"}}, False),
        ({"form": {"nobody": ""}}, False),
        ({"errors": {"mail": True}}, True),
        ({"errors": {"mail": False}}, False),
        ({"errors": {"extras": False}}, True),
        ({"errors": {"nobody": "x"}}, False),
        ({"footer": False}, True),
        ({"footer": True}, False),
        ({"footer": "Send"}, True),
        ({"options": {"extras": ["ice", "lemon"]}}, True),
        ({"options": {"extras": ["ice"]}}, False),
        ({"notice": None}, True),
        ({"notice": "Hello"}, False),
        ({"completed": True}, False),
        ({"request": {}}, False),
        ({"data": {}}, True),
    ],
)
def test_expectations(expected: dict[str, Any], holds: bool) -> None:
    found = mismatches(expected, a_session(), [])
    assert (found == []) is holds
    assert all(sentence.endswith((".", "…")) or "It shows" in sentence for sentence in found)


def test_a_response_is_compared_by_the_members_named() -> None:
    session = a_session()
    session.handle(Fill({"mail": "ada@example.org"}))
    session.handle(Tap("Send"))
    assert (
        mismatches({"completed": {"mail": "ada@example.org", "nested": {"b": 2}}, "status": "completed"}, session, [])
        == []
    )
    assert mismatches({"completed": {"nested": {"b": 3}}}, session, []) == ["The response.nested.b is 2, not 3."]
    assert set(EXPECTABLE) >= {"screen", "completed", "form", "request"}


def test_lists_and_calendars_can_be_expected() -> None:
    plans = opened(flow(screen("A", navigation(row("gold", badge="New"), **GOES), stay())), any_screen=True)
    assert mismatches({"text": ["Gold", "New", "Arrival"]}, plans, []) == []
    assert mismatches({"text": "Silver"}, plans, []) != []
