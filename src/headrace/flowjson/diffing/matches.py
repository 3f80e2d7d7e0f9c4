"""What in the new Flow is what in the old one, also under another name."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from headrace.flowjson.diffing.elements import Element, elements_of
from headrace.flowjson.document import Document, parse
from headrace.flowjson.editing.renames import rename_component, rename_field, rename_screen
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit, applied
from headrace.flowjson.traversal import Placed, screens_with_paths, texts_within

ALIKE = 0.6
"""From this likeness on, a screen that is gone and one that is new are one screen with a new id."""


def screens_by_id(flow: Any) -> dict[str, Placed]:
    """The screens by id, the first of equal ids."""
    screens: dict[str, Placed] = {}
    for screen in screens_with_paths(flow):
        if isinstance(screen.value.get("id"), str):
            screens.setdefault(screen.value["id"], screen)
    return screens


def fields_of(screen: Placed) -> dict[str, Mapping[str, Any]]:
    """The data model without its reserved member."""
    data = screen.value.get("data")
    members = data.items() if isinstance(data, dict) else ()
    return {name: schema for name, schema in members if isinstance(schema, dict)}


def follow_screens(old: Document, new: Document) -> tuple[Document, list[tuple[str, str]]]:
    """The old Flow with the screens called as in the new one, and each pair of old and new id."""
    renamed: list[tuple[str, str]] = []
    before, after = screens_by_id(old.value), screens_by_id(new.value)
    gone = [name for name in before if name not in after]
    fresh = [name for name in after if name not in before]
    pairs = sorted(
        ((_likeness(before[screen_id], after[other]), screen_id, other) for screen_id in gone for other in fresh),
        key=lambda pair: -pair[0],
    )
    for likeness, screen_id, other in pairs:
        if likeness < ALIKE or any(screen_id == first or other == second for first, second in renamed):
            continue
        changed = _renamed(
            old, lambda document, screen_id=screen_id, other=other: rename_screen(document, screen_id, other)
        )
        if changed:
            old = changed
            renamed.append((screen_id, other))
    return old, renamed


def follow_components(old: Document, new: Document) -> tuple[Document, list[tuple[str, str, str]]]:
    """The old Flow with the components called as in the new one; triples of screen, old and new name."""
    renamed: list[tuple[str, str, str]] = []
    after = screens_by_id(new.value)
    for screen_id in [name for name in screens_by_id(old.value) if name in after]:
        ours = _named(elements_of(screens_by_id(old.value)[screen_id]))
        theirs = _named(elements_of(after[screen_id]))
        for one, other in _pairs_of_components(ours, theirs):
            changed = _renamed(
                old, lambda document, at=screen_id, one=one, other=other: rename_component(document, at, one, other)
            )
            if changed:
                old = changed
                renamed.append((screen_id, one, other))
    return old, renamed


def follow_fields(old: Document, new: Document) -> tuple[Document, list[tuple[str, str, str]]]:
    """The old Flow with the fields of data models called as in the new one; triples of screen, old and new name."""
    renamed: list[tuple[str, str, str]] = []
    before, after = screens_by_id(old.value), screens_by_id(new.value)
    for screen_id in [name for name in before if name in after]:
        ours, theirs = fields_of(before[screen_id]), fields_of(after[screen_id])
        gone = [name for name in ours if name not in theirs]
        fresh = [name for name in theirs if name not in ours]
        for field in gone:
            used = _uses(before[screen_id], field)
            other = next(
                (
                    name
                    for name in fresh
                    if _shape(theirs[name]) == _shape(ours[field]) and used == _uses(after[screen_id], name) > 0
                ),
                None,
            )
            if other is None:
                continue
            fresh.remove(other)
            changed = _renamed(
                old, lambda document, at=screen_id, field=field, other=other: rename_field(document, at, field, other)
            )
            if changed:
                old = changed
                renamed.append((screen_id, field, other))
    return old, renamed


def pairs_of_elements(ours: list[Element], theirs: list[Element]) -> list[tuple[Element, Element]]:
    """Old and new components that are the same: by name, or else by kind and content, or else by kind and order."""
    pairs: list[tuple[Element, Element]] = []
    named: dict[str, list[Element]] = {}
    for other in reversed(theirs):
        if other.name:
            named.setdefault(other.name, []).append(other)
    for one in ours:
        if one.name and named.get(one.name):
            pairs.append((one, named[one.name].pop()))
    left = [element for element in ours if element.name is None]
    right = [element for element in theirs if element.name is None]
    for same in (_equal, _same_kind_and_text, _same_kind):
        matched = list(_matched(left, right, same))
        pairs += matched
        left = [element for element in left if not any(element is pair[0] for pair in matched)]
        right = [element for element in right if not any(element is pair[1] for pair in matched)]
    return pairs


def _matched(left: list[Element], right: list[Element], same: Any) -> Iterator[tuple[Element, Element]]:
    waiting = list(right)
    for element in left:
        other = next((candidate for candidate in waiting if same(element, candidate)), None)
        if other is not None:
            waiting.remove(other)
            yield element, other


def _equal(one: Element, other: Element) -> bool:
    return _same_kind(one, other) and one.properties == other.properties and one.actions == other.actions


def _same_kind_and_text(one: Element, other: Element) -> bool:
    return _same_kind(one, other) and one.label == other.label


def _same_kind(one: Element, other: Element) -> bool:
    return one.kind == other.kind


def _named(elements: list[Element]) -> dict[str, Element]:
    return {element.name: element for element in elements if element.name}


def _pairs_of_components(ours: dict[str, Element], theirs: dict[str, Element]) -> Iterator[tuple[str, str]]:
    """Names gone and names new that stand for one component: of one kind, with equal properties or with equal label."""
    fresh = [name for name in theirs if name not in ours]
    gone = [name for name in ours if name not in theirs]
    for old in gone:
        alike = [name for name in fresh if _same_kind(ours[old], theirs[name])]
        equal = [name for name in alike if ours[old].properties == theirs[name].properties]
        labelled = [name for name in alike if ours[old].properties.get("label") == theirs[name].properties.get("label")]
        other = next(iter(equal or labelled), None)
        if other is not None:
            fresh.remove(other)
            yield old, other


def _likeness(one: Placed, other: Placed) -> float:
    """How much two screens say the same, from 0 to 1; a screen with hardly anything on it is like no other."""
    ours = [text for _, text in texts_within({**one.value, "id": ""})]
    theirs = [text for _, text in texts_within({**other.value, "id": ""})]
    if min(len(ours), len(theirs)) < 4:
        return 0.0
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


def _uses(screen: Placed, field: str) -> int:
    """How many texts of the screen refer to a field."""
    pattern = re.compile(rf"\$\{{data\.{re.escape(field)}[.}}]")
    return sum(bool(pattern.search(text)) for _, text in texts_within(screen.value))


def _shape(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "__example__"}


def _renamed(document: Document, rename: Any) -> Document | None:
    try:
        edits: tuple[TextEdit, ...] = rename(document)
    except Refused:
        return None
    return parse(applied(document.text, edits))
