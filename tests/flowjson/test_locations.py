"""Places in text that is in order: the quick way finds what the patient reader finds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import paths_of, texts

from headrace.flowjson.document import Document, parse
from headrace.flowjson.syntax import read


def same_places(text: str) -> None:
    """Every place of the text, found in both ways."""
    quick = parse(text)
    if quick.problems:
        return
    root, problems = read(text)
    assert problems == []
    patient = Document(text, quick.value, [], root)
    for path in paths_of(quick.value):
        assert quick.span(path) == patient.span(path)
        assert quick.key_span(path) == patient.key_span(path)
    for path in (("nothing",), (0,), (-1,), ("screens", 99, "id")):
        assert quick.span(path) == patient.span(path)
        assert quick.key_span(path) == patient.key_span(path)


@given(texts())
def test_places_in_any_layout(text: str) -> None:
    same_places(text)


@given(texts(st.recursive(st.sampled_from([1, "a", "}]", '"', "\\"]), st.lists, max_leaves=30)))
def test_places_beside_brackets_in_texts(text: str) -> None:
    same_places(text)


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_places_in_the_corpus(path: Path) -> None:
    same_places(path.read_text())


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a" : 1, "a": 2}',
        '{"a\\u0022:": 1, "b": 2, "b": 3}',
        '{"a\\u0022\\u003a": 1, "b": 2, "b": 3}',
        '{"a\\\\": 1, "a\\\\": 2}',
        '{"\\u0061": 1, "a": 2}',
        '{"x": "\\": y", "b": {"c": 1, "c": 1}}',
        "[" * 127 + "1" + "]" * 127,
        "[" * 128 + "]" * 128,
        "[" * 128 + "1" + "]" * 128,
        "[" * 129 + "]" * 129,
        '{"a":' * 128 + '"]"' + "}" * 128,
        '{"a":' * 129 + "{}" + "}" * 129,
    ],
)
def test_the_quick_way_overlooks_no_problem(text: str) -> None:
    assert parse(text).problems == read(text)[1]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", 'q"', "\\", "é"]), st.integers()), max_size=5), st.booleans())
def test_a_key_that_stands_twice_is_always_noticed(members: list[tuple[str, int]], ascii_only: bool) -> None:
    written = ", ".join(f"{json.dumps(key, ensure_ascii=ascii_only)}: {value}" for key, value in members)
    text = f'{{"outer": "\\": x", {written}}}' if written else "{}"
    twice = len({key for key, _ in members}) < len(members)
    assert bool(parse(text).problems) == twice
