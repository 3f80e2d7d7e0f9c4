"""Text to values with places: sound text, broken text, and hostile text."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flowjson.generating import texts

from headrace.flowjson.diagnostics import NOWHERE, Path, format_path
from headrace.flowjson.document import SIZE_LIMIT, Document, parse
from headrace.flowjson.syntax import DEPTH_LIMIT, PROBLEM_LIMIT, PROBLEMS

TEXT = """{
  "version": "7.3",
  "screens": [
    {"id": "WELCOME",
     "titel": "Grüße 👋", "tags": [1, true, null]}
  ]
}"""


def places(document: Document, value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every value of a document with its path."""
    found: list[tuple[Path, Any]] = [(path, value)]
    if isinstance(value, dict):
        for name, inner in value.items():
            found += places(document, inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(document, inner, (*path, index))
    return found


def slice_of(document: Document, path: Path, *, of_key: bool = False) -> str:
    span = document.key_span(path) if of_key else document.span(path)
    return document.text[span.start : span.end]


def test_a_value_is_found_by_line_and_column_from_1_with_an_exclusive_end() -> None:
    document = parse(TEXT)
    assert document.problems == []
    span = document.span(("screens", 0, "id"))
    assert (span.line_start, span.column_start, span.line_end, span.column_end) == (4, 12, 4, 21)
    assert slice_of(document, ("screens", 0, "id")) == '"WELCOME"'
    key = document.key_span(("screens", 0, "titel"))
    assert (key.line_start, key.column_start, key.column_end) == (5, 6, 13)
    screens = document.span(("screens",))
    assert (screens.line_start, screens.line_end, screens.column_end) == (3, 6, 4)


def test_the_root_is_everything_and_a_wrong_path_ends_where_it_can() -> None:
    document = parse(TEXT)
    assert slice_of(document, ()) == TEXT
    assert document.span(("screens", 0, "nowhere", 3)) == document.span(("screens", 0))
    assert document.span(("screens", 9)) == document.span(("screens",))
    assert document.key_span(("screens", 0)) == document.span(("screens", 0))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_with_every_kind_of_line_break(line_break: str) -> None:
    document = parse(TEXT.replace("\n", line_break))
    span = document.span(("screens", 0, "tags", 2))
    assert (span.line_start, span.column_start) == (5, 44)


@given(texts())
def test_every_place_holds_what_the_value_says(text: str) -> None:
    document = parse(text)
    assert document.value == json.loads(text)
    for path, value in places(document, document.value):
        assert json.loads(slice_of(document, path)) == value
        if path and isinstance(path[-1], str):
            assert json.loads(slice_of(document, path, of_key=True)) == path[-1]


def test_a_byte_order_mark_is_passed_over() -> None:
    for source in ("\ufeff{}", b"\xef\xbb\xbf{}"):
        document = parse(source)
        assert (document.value, document.text, document.problems) == ({}, "{}", [])


def test_a_path_is_written_as_in_javascript() -> None:
    assert format_path(("screens", 0, "layout", "children", 2, "on-click-action")) == (
        "screens[0].layout.children[2].on-click-action"
    )
    assert format_path(()) == ""


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        ('{"a": 1, "a": 2}', "duplicate-key", {"a": 2}),
        ('{"a": [1, 2,]}', "trailing-comma", {"a": [1, 2]}),
        ('{"a": 1,, "b": 2}', "extra-comma", {"a": 1, "b": 2}),
        ('{"a": 1,,}', "extra-comma", {"a": 1}),
        ('{"a": 1 "b": 2}', "comma", {"a": 1, "b": 2}),
        ('{"a" 1}', "colon", {"a": 1}),
        ('{"a"}', "colon", {"a": None}),
        ('{"a":}', "value", {"a": None}),
        ("{a: 1}", "key", {"a": 1}),
        ("{'a': 1}", "single-quotes", {"a": 1}),
        ('{"a": [1, 2}', "bracket", {"a": [1, 2]}),
        ('{"a": [1, {"b": 2], "c": 3}', "bracket", {"a": [1, {"b": 2}], "c": 3}),
        ('{"a": {"b": 1}', "unclosed", {"a": {"b": 1}}),
        ('{"a": [[[', "unclosed", {"a": [[[]]]}),
        ('{"a": "x', "quote", {"a": "x"}),
        ('{"a": "x,\n "b": 1}', "quote", {"a": "x", "b": 1}),
        ('{"a": "x\ny"}', "control", {"a": "x\ny"}),
        ('{"a": "\\x"}', "escape", {"a": "x"}),
        ('{"a": "\\ud800"}', "surrogate", {"a": "\ufffd"}),
        ('{"a": "\ud800"}', "surrogate", {"a": "\ufffd"}),
        ('{"a": True}', "literal", {"a": True}),
        ('{"a": 01}', "number", {"a": 1}),
        ('{"a": +1}', "number", {"a": 1}),
        ('{"a": .5}', "number", {"a": 0.5}),
        ('{"a": NaN}', "word", {"a": "NaN"}),
        ('{"a": -Infinity}', "number", {"a": 0}),
        ('{"a": 1} // done', "comment", {"a": 1}),
        ('{"a": /* one */ 1}', "comment", {"a": 1}),
        ('{"a":\u00a01}', "space", {"a": 1}),
        ('{"a": 1}}', "after-end", {"a": 1}),
        ("", "empty", None),
        ("  \n", "empty", None),
    ],
)
def test_one_mistake_is_one_problem_and_the_rest_is_read(text: str, rule: str, value: Any) -> None:
    document = parse(text)
    assert [problem.rule for problem in document.problems] == [f"syntax/{rule}"]
    assert document.value == value
    assert document.is_json == (rule == "duplicate-key")


def test_problems_of_the_bytes() -> None:
    latin = parse('{"a": "Grüße"}'.encode("latin-1"))
    assert [problem.rule for problem in latin.problems] == ["syntax/encoding"]
    assert "0xfc" in latin.problems[0].message
    assert latin.span_of(latin.problems[0].start, latin.problems[0].end).column_start == 10
    wide = parse('{"a": 1}'.encode("utf-16"))
    assert [problem.rule for problem in wide.problems] == ["syntax/encoding"]
    assert wide.value == {"a": 1}
    assert [problem.rule for problem in parse("\x00").problems] == ["syntax/word"]


def test_more_than_10_megabytes_are_not_read() -> None:
    text = '{"version": "7.3"}'
    assert parse(text.ljust(SIZE_LIMIT)).problems == []
    for source in (
        text.ljust(SIZE_LIMIT + 1),
        text.ljust(SIZE_LIMIT + 1).encode(),
        '"' + "ü" * (SIZE_LIMIT // 2) + '"',
    ):
        document = parse(source)
        assert [problem.rule for problem in document.problems] == ["syntax/size"]
        assert document.value is None
        assert document.span(()) == NOWHERE


def test_depth_is_limited_in_sound_text_too() -> None:
    deep = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT
    assert parse(deep).problems == []
    for text in (f"[{deep}]", "[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000):
        assert "syntax/depth" in [problem.rule for problem in parse(text).problems]


def as_readers_do(digits: str) -> int | float:
    """Whole numbers too long for 64 bits lose their last digits, as in JavaScript."""
    return int(digits) if len(digits) < 19 else float(digits)


@given(st.one_of(st.text(max_size=60), st.text("{}[]\",:\\/'`\n tfn0-9.e$", max_size=40), st.binary(max_size=30)))
def test_no_text_is_too_broken(source: str | bytes) -> None:
    document = parse(source)
    assert len(document.problems) <= PROBLEM_LIMIT
    for problem in document.problems:
        assert problem.rule.removeprefix("syntax/") in PROBLEMS
        assert document.span_of(problem.start, problem.end).line_start >= 1
    try:
        value = json.loads(source, parse_constant=pytest.fail, parse_int=as_readers_do)
    except (ValueError, pytest.fail.Exception):
        return
    if document.is_json:
        assert document.value == value


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 500_000,
        "[" * 500_000,
        "[}" * 200_000,
        '{"a"' * 200_000,
        "/*" * 300_000,
        "'" * 500_000,
        "[1 " * 100_000,
    ],
    ids=["open quote", "open brackets", "mixed brackets", "keys", "comments", "single quotes", "no commas"],
)
def test_hostile_text_takes_no_longer_than_its_length(text: str) -> None:
    started = time.perf_counter()
    assert parse(text).problems
    assert time.perf_counter() - started < 5
