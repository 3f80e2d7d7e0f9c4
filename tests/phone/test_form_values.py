"""What `${form.…}` holds, and so what a payload holds: of an input never touched, filled in, and emptied again."""

from typing import Any

import pytest
from tests.phone.attachments import documents, picked, sent
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    one_screen,
    opened,
    radio,
    screen,
    text_input,
)

from headrace.phone.engine.effects import Complete
from headrace.phone.engine.events import Choose, Event, Fill, Remove, Tap, Upload, Uploaded
from headrace.phone.session import Session

FILE = picked("letter.pdf", mime_type="application/pdf")
ABSENT = object()


def calendar(**more: Any) -> Json:
    return {"type": "CalendarPicker", "name": "x", "label": "X", "min-date": "2026-01-01", **more}


STAY = calendar(label={"start-date": "From", "end-date": "To"}, mode="range")
CHIPS = {**checkboxes("x", "a", "b"), "type": "ChipsSelector"}
CONSENT = {"type": "OptIn", "name": "x", "label": "X"}
DAY = {"type": "DatePicker", "name": "x", "label": "X"}
START, END = "2026-11-25", "2026-11-27"

INPUTS: dict[str, tuple[Json, list[Event], Any, list[Event], Any]] = {
    "text": (text_input("x"), [Fill({"x": "Ada"})], "Ada", [Fill({"x": ""})], ""),
    "number": (text_input("x", **{"input-type": "number"}), [Fill({"x": "03"})], "03", [Fill({"x": ""})], ""),
    "area": ({**text_input("x"), "type": "TextArea"}, [Fill({"x": "Ada"})], "Ada", [Fill({"x": ""})], ""),
    "checkboxes": (checkboxes("x", "a", "b"), [Fill({"x": ["b"]})], ["b"], [Fill({"x": []})], []),
    "chips": (CHIPS, [Fill({"x": ["b"]})], ["b"], [Fill({"x": []})], []),
    "radio": (radio("x", "a", "b"), [Fill({"x": "a"})], "a", [Fill({"x": ""})], ABSENT),
    "dropdown": (dropdown("x", "a", "b"), [Fill({"x": "a"})], "a", [Fill({"x": ""})], ""),
    "date": (DAY, [Fill({"x": START})], START, [Fill({"x": ""})], ""),
    "calendar": (calendar(), [Fill({"x": START})], START, [Fill({"x": ""})], ""),
    "range": (
        STAY,
        [Choose("x", {"start-date": START}), Choose("x", {"end-date": END})],
        {"start-date": START, "end-date": END},
        [Choose("x", {"start-date": ""})],
        {"start-date": "", "end-date": END},
    ),
    "range with neither": (
        STAY,
        [Choose("x", {"start-date": START})],
        {"start-date": START, "end-date": ""},
        [Choose("x", {"start-date": ""})],
        ABSENT,
    ),
    "consent": (CONSENT, [Fill({"x": True})], True, [Fill({"x": False})], ABSENT),
    "documents": (
        documents("x", **{"min-uploaded-documents": 0}),
        [Upload("x", (FILE,)), Uploaded(FILE.media_id, sent(FILE))],
        ["letter.pdf"],
        [Remove("x", FILE.media_id)],
        [],
    ),
}


def sent_by(component: Json, *events: Event) -> Json:
    """What a Footer hands over as `x`, in a list, in a text and alone in backticks."""
    payload = {
        "x": "${form.x}",
        "inside": ["${form.x}"],
        "written": "`'<' ${form.x} '>'`",
        "in": {"backticks": "`${form.x}`"},
    }
    if component["type"] == "DocumentPicker":
        payload = {"x": "${form.x}"}
    session = one_screen(component, footer("complete", payload))
    (done,) = after(session, *events, Tap("Continue"))
    assert isinstance(done, Complete)
    return done.response


@pytest.mark.parametrize(("component", "filling", "filled", "emptying", "emptied"), INPUTS.values(), ids=INPUTS)
def test_what_a_payload_holds(
    component: Json, filling: list[Event], filled: Any, emptying: list[Event], emptied: Any
) -> None:
    untouched = sent_by(component)
    assert "x" not in untouched
    if component["type"] != "DocumentPicker":
        assert (untouched["inside"], untouched["written"], untouched["in"]) == ([None], "<>", {})
        assert sent_by(component, *filling)["x"] == filled
    else:
        assert [file["file_name"] for file in sent_by(component, *filling)["x"]] == filled
    assert sent_by(component, *filling, *emptying).get("x", ABSENT) == emptied


def test_a_consent_that_was_taken_back_is_null_where_null_can_stand() -> None:
    response = sent_by(CONSENT, Fill({"x": True}), Fill({"x": False}))
    assert "x" not in response
    assert (response["inside"], response["written"], response["in"]) == ([None], "<>", {"backticks": None})


def test_what_is_hidden_keeps_what_was_entered() -> None:
    name = text_input("name", visible="`${form.ask} == 'yes'`")
    size = {"type": "If", "condition": "${form.ask} == 'yes'", "then": [text_input("size")]}
    sends = footer("complete", {"name": "${form.name}", "size": "${form.size}", "ask": "${form.ask}"})
    session = one_screen(text_input("ask"), name, size, sends)
    after(session, Fill({"ask": "yes", "name": "Ada", "size": "m"}), Fill({"ask": "no"}))
    assert after(session, Tap("Continue")) == [
        Complete({"name": "Ada", "size": "m", "ask": "no", "flow_token": "unused"})
    ]


def going_on(component: Json, schema: Json) -> Session:
    return opened(
        flow(
            screen("A", component, footer("navigate", {"x": "${form.x}"}, to="B")),
            screen("B", footer("complete", {"x": "${data.x}"}, label="Send"), data={"x": schema}, terminal=True),
        )
    )


NUMBER = {"type": "number", "__example__": 1}
NUMERIC = text_input("x", **{"input-type": "number"})


def test_what_was_never_touched_fits_every_field_that_is_not_required() -> None:
    session = going_on(NUMERIC, NUMBER)
    assert after(session, Tap("Continue"), Tap("Send")) == [Complete({"flow_token": "unused"})]


def test_what_was_emptied_is_a_text_and_no_number() -> None:
    session = going_on(NUMERIC, NUMBER)
    after(session, Fill({"x": "3"}), Fill({"x": ""}), Tap("Continue"))
    assert session.view().failure_type == "payload-schema-error"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("${form.x} == ''", True),
        ("${form.x} != ''", False),
        ("${form.x} == 'a'", False),
        ("${form.x} != 'a'", True),
        ("${form.x} == false", False),
        ("${form.x} > 0", False),
        ("${form.x} <= 0", False),
        ("${form.x}", False),
        ("!${form.x}", False),
        ("${form.x} == 'a' || ${form.y} == 'b'", True),
        ("(${form.x} != 'a') && (${form.y} == 'b')", True),
        ("!(${form.x} == 'a')", True),
    ],
)
def test_a_missing_operand_is_judged_alone(condition: str, holds: bool) -> None:
    shown = {"type": "If", "condition": condition, "then": [text_input("then")]}
    session = one_screen(text_input("x"), text_input("y"), shown)
    after(session, Fill({"y": "b"}))
    assert ("then" in session.form) is holds
