"""What `check` promises of any document: its report, its options, one cause told once, and that it never raises."""

import copy
import json
import random
import time
from datetime import date
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.flowjson.checks import check
from headrace.flowjson.diagnostics import Path, Severity
from headrace.flowjson.document import SIZE_LIMIT, parse

TODAY = date(2026, 11, 22)
CASES = sorted((FilePath(__file__).parents[2] / "corpus" / "flowjson").glob("*/flow.json"))

RYE = [{"id": "r", "title": "Rye"}]

ORDER: dict[str, Any] = {
    "version": "7.3",
    "screens": [
        {
            "id": "ORDER",
            "title": "Order",
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextInput", "name": "name", "label": "Name"},
                    {"type": "Dropdown", "name": "bread", "label": "Bread", "data-source": RYE},
                    {
                        "type": "Footer",
                        "label": "Review",
                        "on-click-action": {
                            "name": "navigate",
                            "next": {"type": "screen", "name": "REVIEW"},
                            "payload": {"name": "${form.name}", "bread": "${form.bread}"},
                        },
                    },
                ],
            },
        },
        {
            "id": "REVIEW",
            "title": "Review",
            "terminal": True,
            "data": {
                "name": {"type": "string", "__example__": "Ada"},
                "bread": {"type": "string", "__example__": "r"},
            },
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "${data.name}"},
                    {
                        "type": "Footer",
                        "label": "Buy",
                        "on-click-action": {"name": "complete", "payload": {"bread": "${data.bread}"}},
                    },
                ],
            },
        },
    ],
}  # fmt: skip


def codes(flow: Any, **options: Any) -> list[str]:
    return [one.code for one in check(json.dumps(flow), today=TODAY, **options).errors]


def changed(path: Path, value: Any = None) -> dict[str, Any]:
    """The order with another value at a place; without a value, with nothing there."""
    flow = copy.deepcopy(ORDER)
    owner: Any = flow
    for step in path[:-1]:
        owner = owner[step]
    if value is None:
        del owner[path[-1]]
    else:
        owner[path[-1]] = value
    return flow


def test_a_good_document() -> None:
    report = check(json.dumps(ORDER), today=TODAY)
    assert report.is_valid
    assert (report.errors, report.warnings) == ([], [])
    assert (report.version, report.data_api_version) == ("7.3", None)
    assert report.document.value == ORDER


def test_a_document_can_be_text_bytes_or_read_before() -> None:
    text = json.dumps(changed(("screens", 0, "title"), 5))
    reports = [check(source, today=TODAY) for source in (text, text.encode(), parse(text))]
    assert [report.errors for report in reports] == [reports[0].errors] * 3


def test_an_entry_for_the_graph_api() -> None:
    text = json.dumps(changed(("screens", 1, "layout", "children", 0, "type"), "TextBdoy"), indent=2)
    [error] = check(text, today=TODAY).errors
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "TextBdoy" in row)
    column = text.splitlines()[line - 1].index('"TextBdoy"') + 1
    place = {"line_start": line, "line_end": line, "column_start": column, "column_end": column + len('"TextBdoy"')}
    assert error.to_graph() == {
        "error": "INVALID_PROPERTY_VALUE",
        "error_type": "FLOW_JSON_ERROR",
        "message": "Invalid value found for property type at screens[1].layout.children[0].type.",
        **place,
        "pointers": [{**place, "path": "screens[1].layout.children[0].type"}],
    }


def test_equal_errors_are_one_entry_with_all_places() -> None:
    flow = changed(("screens", 0, "layout", "children", 0, "label"), "")
    flow["screens"][0]["layout"]["children"][2]["label"] = ""
    [error] = check(json.dumps(flow), today=TODAY).errors
    assert error.code == "MIN_CHARS_REQUIRED"
    assert len(error.pointers) == 2
    assert error.span == error.pointers[0].span


@pytest.mark.parametrize(("today", "frozen"), [(date(2025, 4, 7), False), (date(2025, 4, 8), True)])
def test_a_frozen_version_is_a_warning_or_an_error(today: date, frozen: bool) -> None:
    text = json.dumps({**ORDER, "version": "4.0"})
    by_default = check(text, today=today)
    assert by_default.is_valid
    warned = [(one.rule, one.severity) for one in by_default.warnings]
    assert warned == [("version/frozen" if frozen else "version/freezes-soon", Severity.WARNING)]
    strict = check(text, today=today, frozen="error")
    expected = [("version/not-publishable", "INVALID_FLOW_JSON_VERSION", "Invalid Flow JSON version.")]
    assert [(one.rule, one.code, one.message) for one in strict.errors] == expected * frozen
    assert [one.rule for one in strict.warnings] == ["version/freezes-soon"] * (not frozen)


CHILDREN = ("screens", 0, "layout", "children")
STEPS = (*CHILDREN, 2, "on-click-action")


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        # What rests on the mistake is not told as well: the screen that cannot be reached, the name that is not there.
        (changed((*STEPS, "next", "name"), "REVEW"), ["INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME"]),
        (changed((*STEPS, "next")), ["MISSING_REQUIRED_PROPERTY"]),
        (changed((*STEPS, "name"), "navigat"), ["INVALID_ENUM_VALUE"]),
        (changed(STEPS, []), ["INVALID_PROPERTY_TYPE"]),
        (changed(STEPS), ["MISSING_REQUIRED_PROPERTY"]),
        (changed(("screens", 0, "layout", "children", 0, "type"), "TextInpt"), ["INVALID_PROPERTY_VALUE"]),
        (changed(("screens", 0, "layout", "children", 0, "type")), ["MISSING_REQUIRED_TYPE_PROPERTY"]),
        (changed(("screens", 0, "layout", "children", 0, "name")), ["MISSING_REQUIRED_PROPERTY"]),
        (changed((*CHILDREN, 1, "data-source"), [{"id": "r", "titel": "Rye"}]), ["INVALID_PROPERTY_KEY"]),
        (changed(("screens", 0, "layout")), ["MISSING_REQUIRED_PROPERTY"]),
        (changed(("screens", 0, "layout", "type"), "Column"), ["INVALID_PROPERTY_VALUE"]),
        (changed(("screens", 1, "layout", "children", 1, "type"), "Foter"), ["INVALID_PROPERTY_VALUE"]),
        (changed(("screens", 1, "id")), ["MISSING_REQUIRED_PROPERTY"]),
        (changed(("screens", 1, "id"), 7), ["INVALID_PROPERTY_TYPE"]),
        (changed(("screens", 1, "id"), "ORDER"), ["DUPLICATE_SCREEN_IDS"]),
        (changed(("screens", 1, "terminal")), ["MISSING_TERMINAL_SCREEN"]),
        (changed(("screens", 1, "terminal"), "true"), ["INVALID_PROPERTY_TYPE"]),
        (changed(("screens", 1, "data"), []), ["INVALID_PROPERTY_TYPE"]),
        (changed(("screens", 1, "data", "name"), {"type": "string"}), ["MISSING_REQUIRED_PROPERTY"]),
        (changed(("screens",), {}), ["INVALID_PROPERTY_TYPE"]),
        (changed(("screens",), []), ["MIN_ITEMS_REQUIRED"]),
        (changed(("screens",)), ["MISSING_REQUIRED_PROPERTY"]),
        (changed(("version",), "9.0"), ["INVALID_FLOW_JSON_VERSION"]),
    ],
)  # fmt: skip
def test_one_cause_is_told_once(flow: dict[str, Any], expected: list[str]) -> None:
    assert codes(flow) == expected


def test_unlike_mistakes_are_all_told() -> None:
    flow = changed(("screens", 0, "layout", "children", 0, "placeholder"), "Ada")
    flow["screens"][1]["layout"]["children"][0]["text"] = "${data.nmae}"
    flow["screens"][1]["layout"]["children"].append({"type": "Image", "src": "iVBORw0KGgo=", "width": "wide"})
    assert codes(flow) == ["INVALID_PROPERTY_KEY", "INVALID_SCREEN_DYNAMIC_DATA", "PATTERN_MISMATCH"]


def test_the_rest_of_a_broken_text_is_checked() -> None:
    text = json.dumps(changed(("screens", 0, "layout", "children", 0, "placeholder"), "Ada"), indent=1)
    report = check(text.replace('"terminal": true,', '"terminal": true'), today=TODAY)
    assert [one.rule for one in report.errors] == ["structure/unknown-component-property", "syntax/comma"]


def test_nothing_is_called_missing_in_a_text_that_breaks_off() -> None:
    text = json.dumps(ORDER, indent=1)
    for length in range(1, len(text) - 1, 7):
        assert {one.code for one in check(text[:length], today=TODAY).errors} == {"INVALID_FLOW_JSON"}, text[:length]


@pytest.mark.parametrize(
    "source", ["", "[]", "7", '"x"', "null", b"\xff\xfe", b"\x80", "\x00", "{", " " * (SIZE_LIMIT + 1)]
)
def test_what_is_no_flow_json_at_all(source: str | bytes) -> None:
    report = check(source, today=TODAY)
    assert report.errors
    assert {one.code for one in report.errors} == {"INVALID_FLOW_JSON"}
    assert all(one.message.startswith("Flow JSON is not valid. ") for one in report.errors)
    assert report.version is None


JUNK: list[Any] = [
    None, True, 0, -1.5, 10**30, "", " ", "`", "`1 +", "`${data.x}`", "${data.x}", "${", "${form.a.b}", "&& ((", "A\n",
    [], {},
    [None], [[]], {"type": 1}, {"type": "If"}, {"name": "navigate", "next": {"type": "screen", "name": "ORDER"}},
    {"type": "Switch", "value": "${data.x}", "cases": {"a": [{"type": "Footer"}]}},
    {"type": "array", "items": {"properties": []}},
]  # fmt: skip


def all_paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        found += all_paths(one, (*path, step))
    return found


def spoilt(flow: Any, luck: random.Random) -> Any:
    """A document with something odd, missing or copied from elsewhere in a random place."""
    path = luck.choice(all_paths(flow))
    owner = flow
    for step in path[:-1]:
        owner = owner[step]
    match luck.randrange(4):
        case 0:
            del owner[path[-1]]
        case 1:
            other: Any = flow
            for step in luck.choice(all_paths(flow)):
                other = other[step]
            owner[path[-1]] = copy.deepcopy(other)
        case _:
            owner[path[-1]] = copy.deepcopy(luck.choice(JUNK))
    return flow


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.randoms(use_true_random=False), st.integers(1, 4), st.booleans())
def test_no_document_makes_it_raise(case: FilePath, luck: random.Random, times: int, cut: bool) -> None:
    value = parse(case.read_bytes()).value
    for _ in range(times):
        if isinstance(value, dict) and value:
            value = spoilt(value, luck)
    text = json.dumps(value)
    if cut:
        at = luck.randrange(len(text))
        text = text[:at] + luck.choice(["", "}", "]", ",", '"', "\\"]) + text[at + luck.randrange(3) :]
    report = check(text, today=TODAY)
    for one in [*report.errors, *report.warnings]:
        assert one.message
        assert one.pointers
        assert all(pointer.span.line_start >= 1 for pointer in one.pointers)


def many(screens: int, components: int) -> str:
    names = [f"S{chr(65 + index // 26)}{chr(65 + index % 26)}" for index in range(screens)]
    made = []
    for index, name in enumerate(names):
        last = index == screens - 1
        go = {"name": "navigate", "next": {"type": "screen", "name": names[min(index + 1, screens - 1)]}, "payload": {}}
        action = {"name": "complete", "payload": {}} if last else go
        inputs = [{"type": "TextInput", "name": f"field{number}", "label": "Field"} for number in range(components - 1)]
        children = [*inputs, {"type": "Footer", "label": "Go on", "on-click-action": action}]
        layout = {"type": "SingleColumnLayout", "children": children}
        made.append({"id": name, "title": name, "layout": layout, **({"terminal": True} if last else {})})
    return json.dumps({"version": "7.3", "screens": made})


def test_time_grows_with_the_size() -> None:
    def seconds(text: str) -> float:
        best = 9.0
        for _ in range(3):
            started = time.perf_counter()
            assert check(text, today=TODAY).is_valid
            best = min(best, time.perf_counter() - started)
        return best

    assert seconds(many(100, 50)) < 12 * seconds(many(25, 50))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("label", " " * 60_000 + "x"),
        ("label", "(" + " " * 60_000),
        ("label", "`${data.x}`" + '"`' * 30_000 + "${"),
        ("helper-text", '"`\\' * 20_000 + "${"),
        ("pattern", "(?<a>" * 12_000),
    ],
    ids=lambda text: text[:12],
)
def test_a_long_text_is_judged_in_a_time_in_step_with_its_length(name: str, text: str) -> None:
    flow = copy.deepcopy(ORDER)
    flow["screens"][0]["layout"]["children"][0][name] = text
    started = time.process_time()
    check(json.dumps(flow), today=TODAY)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "x' + "\n" * 100_000,
        '{"a": ' + '"\\' * 50_001,
        "[" + "'\\" * 50_000,
        '{"a": "x' + "\n " * 50_000 + "x",
        '["x",' + "\ufeff1" * 50_000,
    ],
    ids=lambda text: text[:12],
)
def test_broken_text_is_read_in_a_time_in_step_with_its_length(text: str) -> None:
    started = time.process_time()
    parse(text)
    assert time.process_time() - started < 2
