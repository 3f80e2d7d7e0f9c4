"""Edits of the text: each does what it says, and nothing else moves."""

import contextlib
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import KEYS, VALUES, at, paths_of, texts

from headrace.flowjson.diagnostics import Span
from headrace.flowjson.document import parse
from headrace.flowjson.editing import Draft, applied
from headrace.flowjson.editing.parts import same
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit

Path_ = tuple[str | int, ...]


def check(text: str, draft: Draft, expected: Any) -> str:
    """The new text says what was wanted, and all that lies outside of the edits is what it was."""
    edits = draft.edits()
    changed = applied(text, edits)
    document = parse(changed)
    assert not document.problems, changed
    assert same(document.value, expected)
    assert same(draft.value, expected)
    return changed


@given(texts(), VALUES, st.data())
def test_set(text: str, value: Any, data: st.DataObject) -> None:
    document = parse(text)
    path = data.draw(st.sampled_from(paths_of(document.value)))
    draft = Draft(document)
    draft.set(path, value)
    expected = copy.deepcopy(document.value)
    if path:
        at(expected, path[:-1])[path[-1]] = value
    else:
        expected = value
    check(text, draft, expected)
    span = document.span(path)
    assert all(span.start <= edit.start and edit.end <= span.end for edit in draft.edits())
    if same(at(document.value, path), value):
        assert draft.edits() == ()


@given(texts(), VALUES, KEYS, st.data())
def test_insert(text: str, value: Any, key: str, data: st.DataObject) -> None:
    document = parse(text)
    containers = [path for path in paths_of(document.value) if isinstance(at(document.value, path), dict | list)]
    path = data.draw(st.sampled_from(containers))
    expected = copy.deepcopy(document.value)
    container = at(expected, path)
    draft = Draft(document)
    if isinstance(container, list):
        index = data.draw(st.integers(0, len(container)))
        container.insert(index, value)
        draft.insert((*path, index), value)
    elif key in container:
        with pytest.raises(Refused):
            draft.insert((*path, key), value)
    else:
        container[key] = value
        draft.insert((*path, key), value)
    check(text, draft, expected)
    assert len(draft.edits()) <= 1


@given(texts(), st.data())
def test_remove(text: str, data: st.DataObject) -> None:
    document = parse(text)
    paths = paths_of(document.value)[1:]
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    expected = copy.deepcopy(document.value)
    del at(expected, path[:-1])[path[-1]]
    draft = Draft(document)
    draft.remove(path)
    check(text, draft, expected)
    assert [edit.text for edit in draft.edits()] == [""]


@given(texts(), st.data())
def test_move(text: str, data: st.DataObject) -> None:
    document = parse(text)
    paths = paths_of(document.value)[1:]
    if not paths:
        return
    source = data.draw(st.sampled_from(paths))
    expected = copy.deepcopy(document.value)
    value = at(expected, source)
    del at(expected, source[:-1])[source[-1]]
    containers = [path for path in paths_of(expected) if isinstance(at(expected, path), dict | list)]
    into = data.draw(st.sampled_from(containers))
    container = at(expected, into)
    step: str | int
    if isinstance(container, list):
        step = data.draw(st.integers(0, len(container)))
        container.insert(step, value)
    else:
        step = "moved"
        container[step] = value
    draft = Draft(document)
    draft.move(source, (*into, step))
    check(text, draft, expected)


@given(texts(), st.data())
def test_many_changes_at_once(text: str, data: st.DataObject) -> None:
    document = parse(text)
    draft = Draft(document)
    expected = copy.deepcopy(document.value)
    for _ in range(data.draw(st.integers(1, 6))):
        path = data.draw(st.sampled_from(paths_of(expected)))
        if not path:
            continue
        holder = at(expected, path[:-1])
        match data.draw(st.sampled_from(["set", "remove", "insert", "rename"])):
            case "set":
                value = data.draw(VALUES)
                draft.set(path, value)
                holder[path[-1]] = value
            case "remove":
                draft.remove(path)
                del holder[path[-1]]
            case "insert" if isinstance(holder, list) and isinstance(path[-1], int):
                value = data.draw(VALUES)
                draft.insert(path, value)
                holder.insert(path[-1], value)
            case "rename" if isinstance(holder, dict) and "renamed" not in holder:
                draft.rename(path, "renamed")
                holder["renamed"] = holder.pop(path[-1])
            case _:
                continue
    check(text, draft, expected)


@given(texts(), VALUES, st.data())
def test_what_is_refused_changes_nothing(text: str, value: Any, data: st.DataObject) -> None:
    document = parse(text)
    draft = Draft(document)
    path: Path_ = (*data.draw(st.sampled_from(paths_of(document.value))), "nowhere", 3)
    attempts: list[Callable[[], None]] = [
        lambda: draft.insert(path, value),
        lambda: draft.remove(path),
        lambda: draft.move(path, ()),
        lambda: draft.rename(path, "x"),
        lambda: draft.set((*path, "deeper"), value),
        lambda: draft.set((), {1, 2}),
        lambda: draft.set((), float("nan")),
        lambda: draft.remove(()),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    assert draft.edits() == ()


@given(st.text(max_size=40) | texts().map(lambda text: text[: len(text) // 2]), VALUES)
def test_broken_text_is_changed_or_refused(text: str, value: Any) -> None:
    document = parse(text)
    with contextlib.suppress(Refused):
        draft = Draft(document)
        draft.set(("a",) if isinstance(document.value, dict) else (), value)
        changed = parse(applied(text, draft.edits()))
        assert same(changed.value, draft.value) or document.problems


CORPUS = corpus_documents("official", "valid")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus_changes_only_their_place(path: Path) -> None:
    """Every component of every document: set a member, take it out, put it in again, and the text is what it was."""
    text = path.read_text()
    document = parse(text)
    for place in paths_of(document.value):
        value = at(document.value, place)
        if not place or place[0] != "screens" or not isinstance(value, dict) or "type" not in value:
            continue
        draft = Draft(document)
        draft.set((*place, "type"), "Changed")
        assert draft.edits() == (TextEdit(*document.span((*place, "type"))[:2], '"Changed"'),)
        if not isinstance(place[-1], int):
            continue
        draft = Draft(document)
        draft.remove(place)
        shorter = draft.text
        assert _kept(text, draft.edits(), document.span(place))
        back = Draft(parse(shorter))
        back.insert(place, value)
        assert same(parse(back.text).value, document.value)
        assert (
            shorter.count("\n") < back.text.count("\n") or "\n" not in text or "\n" not in json.dumps(value, indent=1)
        )


def _kept(text: str, edits: tuple[TextEdit, ...], removed: Span) -> bool:
    """Outside of the removed value only white space and one comma are gone."""
    gone = "".join(
        text[edit.start : min(edit.end, removed.start)] + text[max(edit.start, removed.end) : edit.end]
        for edit in edits
    )
    return gone.strip().replace("\n", "") in ("", ",")


SAMPLE = """{
  "version": "7.3",
  "screens": [
    { "id": "A", "title": "One" },
    {
      "id": "B"
    }
  ]
}
"""


def edited(text: str, *changes: tuple[str, Any]) -> str:
    draft = Draft(parse(text))
    for name, arguments in changes:
        getattr(draft, name)(*arguments)
    return draft.text


def test_new_things_look_like_their_surroundings() -> None:
    assert edited(SAMPLE, ("insert", (("screens", 2), {"id": "C", "terminal": True}))) == SAMPLE.replace(
        '"B"\n    }\n', '"B"\n    },\n    { "id": "C", "terminal": true }\n'
    )
    assert edited(SAMPLE, ("set", (("screens", 1, "title"), "Two"))) == SAMPLE.replace(
        '"B"', '"B",\n      "title": "Two"'
    )
    assert edited(SAMPLE, ("set", (("screens", 0, "terminal"), True))) == SAMPLE.replace(
        '"One" }', '"One", "terminal": true }'
    )


def test_members_go_where_the_canonical_order_wants_them() -> None:
    assert edited(SAMPLE, ("set", (("data_api_version",), "3.0"))) == SAMPLE.replace(
        '"7.3",\n', '"7.3",\n  "data_api_version": "3.0",\n'
    )
    assert edited(SAMPLE, ("insert", (("screens", 0, "id2"), 1, 0))) == SAMPLE.replace(
        '{ "id": "A"', '{ "id2": 1, "id": "A"'
    )


def test_moved_things_bring_their_text_along() -> None:
    text = '{\n  "a": [\n    {"x":   1,\n     "y": 2}\n  ],\n  "b": {\n    "c": []\n  }\n}'
    assert edited(text, ("move", (("a", 0), ("b", "c", 0)))) == (
        '{\n  "a": [],\n  "b": {\n    "c": [\n      {"x":   1,\n       "y": 2}\n    ]\n  }\n}'
    )
    assert edited(SAMPLE, ("move", (("screens", 1), ("screens", 0)))) == SAMPLE.replace(
        '    { "id": "A", "title": "One" },\n    {\n      "id": "B"\n    }\n',
        '    {\n      "id": "B"\n    },\n    { "id": "A", "title": "One" }\n',
    )


def test_minified_text_stays_on_its_line() -> None:
    text = '{"screens":[{"id":"A"}],"routing_model":{"A":[]}}'
    changed = edited(
        text, ("insert", (("screens", 1), {"id": "B", "data": {}})), ("set", (("routing_model", "A"), ["B"]))
    )
    assert changed == '{"screens":[{"id":"A"},{"id":"B","data":{}}],"routing_model":{"A":["B"]}}'


def test_number_and_boolean_are_two_values() -> None:
    assert edited('{"a": 1}', ("set", (("a",), True))) == '{"a": true}'
    assert edited('{"a": 1}', ("set", (("a",), 1.0))) == '{"a": 1.0}'
    assert edited('{"a": [1, 2]}', ("set", (("a",), [True, 2]))) == '{"a": [true, 2]}'


def test_changes_beside_a_mistake_are_possible() -> None:
    text = '{"a": [1, 2,], "b": {"c": 1}}'
    assert edited(text, ("set", (("b", "c"), 2))) == text.replace(": 1}", ": 2}")
    with pytest.raises(Refused, match="mended first: no comma may stand before"):
        edited(text, ("insert", (("a", 2), 3)))


def test_escapes_of_an_ascii_text_stay() -> None:
    assert edited('{"a": "\\u00fc", "b": 1}', ("set", (("b",), "ö"))) == '{"a": "\\u00fc", "b": "\\u00f6"}'


def test_edits_must_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        applied("abcdef", [TextEdit(0, 3, ""), TextEdit(2, 4, "")])


def test_a_change_of_one_screen_reads_no_other() -> None:
    """However large a document is, a change of one place takes no longer: of many mistakes each makes drafts."""
    screens = [{"id": f"S{number}", "title": "t", "data": {}, "layout": {"children": [{}, {}]}} for number in range(3)]
    draft = Draft(parse(json.dumps({"version": "7.3", "screens": screens})))
    draft.insert(("screens", 1, "data", "name"), {"type": "string"})
    draft.set(("screens", 1, "title"), "u")
    assert draft.get(("screens", 0)) == screens[0]
    others = [draft.root.find("screens").part.children[number].part for number in (0, 2)]  # type: ignore[union-attr, index]
    assert draft.edits()
    assert all(part.is_as_it_was for part in others)
