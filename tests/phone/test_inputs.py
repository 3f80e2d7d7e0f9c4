"""What every input accepts, refuses and yields."""

import re
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.flows import Json, options

from headrace.flowjson.catalogue import Version
from headrace.phone.values import dates, inputs, texts
from headrace.phone.values.inputs import fault_of
from headrace.phone.values.validation import NotAccepted

NEW, OLD = Version(7, 3), Version(4, 0)


def reason(component: str, value: Any, **properties: Any) -> str | None:
    fault = fault_of(component, value, {key.replace("_", "-"): one for key, one in properties.items()}, NEW)
    return fault.reason if fault else None


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("email", ["a@b.co", "first.last+tag@sub.example.com", " a@b.co "], ["a@b", "a b@c.de", "@x.y", "a@b."]),
        ("phone", ["+12025550143", "(0)20 7946-0958", "020 7946 0958", "123"], ["12", "call me", "+", "1-"]),
        ("number", ["0", "-1", "1,234", "1.5", "1e6", "12,5", "007"], ["abc", "1.2.3", "--1", "1,23,4", "."]),
        ("passcode", ["0123"], ["12a", "1 2", "١٢"]),
        ("text", ["anything"], []),
        ("password", ["anything"], []),
    ],
)
def test_input_types(kind: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert reason("TextInput", value, input_type=kind) is None, value
    for value in bad:
        assert reason("TextInput", value, input_type=kind) is not None, value


def test_a_long_row_of_digits_is_judged_quickly() -> None:
    assert reason("TextInput", "1" * 70 + "x", input_type="phone") == texts.PHONE


@pytest.mark.parametrize(
    ("value", "properties", "expected"),
    [
        ("", {"required": True, "label": "Name"}, "Name is required"),
        ("   ", {"required": True, "label": "Name"}, "Name is required"),
        ("", {"min_chars": 3}, None),
        ("ab", {"min_chars": 3}, texts.too_short(3)),
        (" ab ", {"min_chars": 3}, texts.too_short(3)),
        ("a" * 81, {}, texts.too_long(80)),
        ("a" * 81, {"max_chars": 100}, None),
        ("abc", {"max_chars": "2"}, texts.too_long(2)),
        ("\U0001f44d\U0001f44d", {"min_chars": 4}, None),
        ("\U0001f44d\U0001f44d", {"max_chars": 3}, texts.too_long(3)),
        ("ab@c.de", {"input_type": "email", "min_chars": 10}, texts.too_short(10)),
        ("12", {"input_type": "number", "pattern": "^[0-9]{3}$", "label": "Code"}, texts.pattern("Code")),
        ("x", {"input_type": "number", "pattern": "^x$"}, texts.NUMBER),
        ("x", {"input_type": "email", "pattern": "^y$"}, texts.EMAIL),
        ("x", {"pattern": "("}, None),
    ],
)
def test_text_checks_come_in_the_order_of_the_client(value: str, properties: Json, expected: str | None) -> None:
    assert reason("TextInput", value, **properties) == expected


def test_text_is_taken_as_typed_but_for_what_cannot_be_typed() -> None:
    accept = inputs.KINDS["TextInput"].accept
    assert accept("two\nlines", {}, NEW) == "two lines"
    assert accept(42, {}, NEW) == "42"
    assert accept(None, {}, NEW) == ""
    assert accept("nul\x00 and \ud800", {}, NEW) == "nul and "
    with pytest.raises(NotAccepted, match="no emoji"):
        inputs.accepted("TextInput", "pass\U0001f600", "pass", {"input-type": "password"}, NEW)
    assert inputs.accepted("TextInput", "ok \U0001f600", "", {"input-type": "text"}, NEW) == "ok \U0001f600"
    assert accept("smile \U0001f600", {}, NEW) == "smile \U0001f600"
    for odd in (True, ["a"], {"a": 1}, "x" * 200_000):
        with pytest.raises(NotAccepted):
            accept(odd, {}, NEW)


def test_a_text_area_stops_at_its_limit() -> None:
    accept = inputs.KINDS["TextArea"].accept
    assert accept("a\r\nb" + "c" * 1_000, {}, NEW) == "a\nb" + "c" * 597
    assert accept("abcdef", {"max-length": 3}, NEW) == "abc"
    assert reason("TextArea", "", required=True, label="Note") == "Note is required"


def test_choices_take_only_what_is_offered() -> None:
    rows = {"data-source": [*options("a", "b"), {"id": "off", "title": "Off", "enabled": False}, {"title": "no id"}]}
    one, several = inputs.KINDS["Dropdown"].accept, inputs.KINDS["CheckboxGroup"].accept
    assert one("a", rows, NEW) == "a"
    assert one("", rows, NEW) == ""
    assert several(["b", "a", "b"], rows, NEW) == ["b", "a"]
    for refused in ("z", "off", "", None):
        if refused:
            with pytest.raises(NotAccepted):
                one(refused, rows, NEW)
            with pytest.raises(NotAccepted):
                several([refused], rows, NEW)
    with pytest.raises(NotAccepted):
        several("a", rows, NEW)
    assert reason("Dropdown", "gone", data_source=options("a")) == texts.NOT_OFFERED
    assert reason("RadioButtonsGroup", "gone", data_source=options("a")) is None
    assert reason("RadioButtonsGroup", "", data_source=options("a"), required=True, label="Size") == "Size is required"


def test_disabled_rows_stay_as_they_were() -> None:
    rows = {"data-source": [*options("a", "b"), {"id": "off", "title": "Off", "enabled": False}]}
    assert inputs.accepted("CheckboxGroup", ["a"], ["off"], rows, NEW) == ["off", "a"]
    assert inputs.accepted("CheckboxGroup", [], ["off", "a"], rows, NEW) == ["off"]


@pytest.mark.parametrize(
    ("chosen", "properties", "in_order"),
    [
        ([], {}, True),
        (["a"], {"min_selected_items": 2}, False),
        (["a", "b"], {"min_selected_items": 2}, True),
        (["a", "b", "c"], {"max_selected_items": 2}, False),
        (["a"], {"min_selected_items": 2, "enabled": False}, True),
        ([], {"required": True}, False),
        ([], {"min_selected_items": 1}, False),
    ],
)
def test_counts_of_a_group(chosen: list[str], properties: Json, in_order: bool) -> None:
    assert (reason("CheckboxGroup", chosen, data_source=options("a", "b", "c"), **properties) is None) is in_order


def test_dates_before_and_since_version_5() -> None:
    accept = inputs.KINDS["DatePicker"].accept
    assert accept("2026-11-25", {}, NEW) == "2026-11-25"
    assert accept("2026-11-25", {}, OLD) == "1795564800000"
    assert accept("1795564800000", {}, OLD) == "1795564800000"
    assert accept(1795564800000, {}, OLD) == "1795564800000"
    assert accept("", {}, NEW) == ""
    for odd in ("25/11/2026", "2026-02-30", "1795564800000", 5, "2026-11-25T10:00"):
        with pytest.raises(NotAccepted):
            accept(odd, {}, NEW)
    assert dates.day("9" * 15, OLD) is None


@pytest.mark.parametrize(
    ("value", "in_order"),
    [("2026-11-25", True), ("2026-11-26", False), ("2026-10-31", True), ("2026-12-02", True), ("", True)],
)
def test_a_date_is_judged_by_the_unavailable_days_alone(value: str, in_order: bool) -> None:
    properties = {
        "min_date": "2026-11-01",
        "max_date": "2026-12-01",
        "unavailable_dates": ["2026-11-26", "nonsense", 7],
    }
    assert (reason("DatePicker", value, **properties) is None) is in_order


@pytest.mark.parametrize("value", ["2026-10-31", "2026-12-02"])
def test_a_day_beyond_the_limits_is_not_offered(value: str) -> None:
    with pytest.raises(NotAccepted, match="offers the days from 2026-11-01 to 2026-12-01"):
        inputs.KINDS["DatePicker"].accept(value, {"min-date": "2026-11-01", "max-date": "2026-12-01"}, NEW)


def test_a_pattern_is_tested_only_where_an_input_type_is_written() -> None:
    assert reason("TextInput", "a1b", pattern="[0-9]{2}") is None
    assert reason("TextInput", "a1b", pattern="[0-9]{2}", input_type="text") == "This is not written as asked"


def test_a_consent_is_true_or_null_and_required_means_ticked() -> None:
    accept = inputs.KINDS["OptIn"].accept
    assert accept(True, {}, NEW) is True
    assert accept(False, {}, NEW) is None
    with pytest.raises(NotAccepted):
        accept("perhaps", {}, NEW)
    assert reason("OptIn", False, required=True, label="Terms") == "Terms is required"
    assert reason("OptIn", None) is None


@pytest.mark.parametrize(
    ("component", "given", "value"),
    [
        ("TextInput", 42, "42"),
        ("TextInput", 2.5, "2.5"),
        ("TextInput", ["x"], None),
        ("CheckboxGroup", ["a", 1], ["a"]),
        ("CheckboxGroup", "a", None),
        ("OptIn", True, True),
        ("OptIn", "yes", None),
        ("Dropdown", "a", "a"),
        ("Dropdown", True, None),
    ],
)
def test_init_values(component: str, given: Any, value: Any) -> None:
    assert inputs.initial(component, given, NEW) == value


def test_properties_of_the_wrong_kind_fall_back_to_their_defaults() -> None:
    assert reason("TextInput", "abc", min_chars=["x"], max_chars={}, required="yes", label=7, pattern=3) is None
    assert reason("CheckboxGroup", [], data_source="nonsense", min_selected_items=None) is None
    assert reason("DatePicker", "2026-11-25", min_date=3, max_date=[], unavailable_dates="x") is None


def test_a_refusal_does_not_repeat_what_is_long_or_deep() -> None:
    accept = inputs.KINDS["Dropdown"].accept
    deep: Any = orjson.loads("[" * 1_000 + "]" * 1_000)
    for odd in ("x" * 100_000, deep, {"id": deep}, 10**3_000):
        with pytest.raises(NotAccepted) as refused:
            accept(odd, {"data-source": [{"id": "a", "title": "A"}]}, NEW)
        assert len(str(refused.value)) < 120


@given(st.text(alphabet="+1*() .-", max_size=10))
def test_a_phone_number_is_judged_as_by_the_clients_expression(line: str) -> None:
    slow = r"(\+[0-9]+[* .-]*)?(\([0-9]+\)[ .-]*)?([0-9][0-9 .-]+[0-9])?"
    fault = reason("TextInput", line, input_type="phone", max_chars=100)
    assert (fault is None) is bool(re.fullmatch(slow, line.strip()))


def test_a_phone_number_without_end_is_judged_at_once() -> None:
    start = time.process_time()
    assert reason("TextInput", "+" + "1" * 90_000 + "(", input_type="phone", max_chars=100_000) == texts.PHONE
    assert time.process_time() - start < 3
