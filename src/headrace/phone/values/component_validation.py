"""Checks a component before it is drawn, once every binding is resolved; a component that fails is not drawn.

The rules are those of Meta's client, by component type; the first that is broken counts.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from headrace.flowjson.catalogue import Version
from headrace.phone.values.calendars import is_range
from headrace.phone.values.dates import day
from headrace.phone.values.properties import Properties

LONGEST_BADGE = 15
"""A badge or a tag has at most this many characters."""

MOST_TAGS = 3
"""A row of a NavigationList has at most this many tags."""


class Candidate(NamedTuple):
    """A component about to be drawn. `initial` is the init value the Flow gives it, None where it gives none."""

    type: str
    properties: Properties
    handlers: Mapping[str, Any]
    initial: Any
    version: Version

    def rows(self, name: str = "data-source") -> list[Any]:
        listed = self.properties.get(name)
        return listed if isinstance(listed, list) else []

    def members(self, name: str = "data-source") -> list[Mapping[str, Any]]:
        return [row for row in self.rows(name) if isinstance(row, dict)]


Rule = Callable[[Candidate], Iterator[str]]


def problem_of(candidate: Candidate) -> str | None:
    """Why the phone does not draw this component, in a sentence; None when it does."""
    for rule in _RULES.get(candidate.type, ()):
        for problem in rule(candidate):
            return f"{candidate.type}: {problem}."
    return None


def _ids(name: str) -> Rule:
    def rule(candidate: Candidate) -> Iterator[str]:
        seen: set[str] = set()
        for number, row in enumerate(candidate.rows(name), 1):
            identifier = row.get("id") if isinstance(row, dict) else None
            if not isinstance(identifier, str | int) or not str(identifier).strip():
                yield f"entry {number} of {name} has no id"
            elif str(identifier) in seen:
                yield f'two entries of {name} have the id "{identifier}"'
            seen.add(str(identifier))

    return rule


def _count(least: int, most: int) -> Rule:
    def rule(candidate: Candidate) -> Iterator[str]:
        count = len(candidate.rows())
        if isinstance(candidate.properties.get("data-source"), list) and not least <= count <= most:
            yield f"{count} options are given, {least} to {most} can be shown"

    return rule


def _dropdown_count(candidate: Candidate) -> Iterator[str]:
    most = 100 if any(row.get("image") for row in candidate.members()) else 200
    yield from _count(0, most)(candidate)


def _images_or_colors(candidate: Candidate) -> Iterator[str]:
    if any(row.get("image") for row in candidate.members()) and any(row.get("color") for row in candidate.members()):
        yield "its options mix images and colors"


def _handlers(*names: str, rows: str = "data-source") -> Rule:
    def rule(candidate: Candidate) -> Iterator[str]:
        for name in names:
            if name in candidate.handlers and any(row.get(name) for row in candidate.members(rows)):
                yield f"{name} stands on the component and on its entries"

    return rule


def _initial(*kinds: type) -> Rule:
    def rule(candidate: Candidate) -> Iterator[str]:
        if candidate.initial not in (None, "") and not isinstance(candidate.initial, kinds):
            yield "the initial value is of another kind than the component's"

    return rule


def _calendar_initial(candidate: Candidate) -> Iterator[str]:
    yield from _initial(dict if is_range(candidate.properties) else str)(candidate)


def _dates(candidate: Candidate) -> Iterator[str]:
    blocked = candidate.properties.get("unavailable-dates")
    written = [(name, candidate.properties.get(name)) for name in ("min-date", "max-date")]
    written += [("unavailable-dates", value) for value in (blocked if isinstance(blocked, list) else [])]
    initial = candidate.initial.values() if isinstance(candidate.initial, dict) else [candidate.initial]
    written += [("the initial value", value) for value in initial]
    for name, value in written:
        if value not in (None, "") and day(value, candidate.version) is None:
            yield f"{name} {value!r} is no date"


def _badges_and_tags(candidate: Candidate) -> Iterator[str]:
    rows = candidate.members("list-items")
    if sum(bool(row.get("badge")) for row in rows) > 1:
        yield "more than one entry has a badge"
    for row in rows:
        tags = row.get("tags")
        tags = tags if isinstance(tags, list) else []
        if len(tags) > MOST_TAGS:
            yield f"an entry has {len(tags)} tags, {MOST_TAGS} can be shown"
        for short in (row.get("badge"), *tags):
            if isinstance(short, str) and len(short) > LONGEST_BADGE:
                yield f'"{short}" is longer than {LONGEST_BADGE} characters'


def _end_blocks(candidate: Candidate) -> Iterator[str]:
    rows = candidate.members("list-items")
    ending = [row for row in rows if row.get("end")]
    if ending and len(ending) < len(rows):
        yield "some entries have an end block and some have none"
    if ending and candidate.properties.get("media-size") == "large":
        yield "entries with large media take no end block"


def _clickable(candidate: Candidate) -> Iterator[str]:
    if "on-click-action" not in candidate.handlers:
        rows = candidate.members("list-items")
        if any(not isinstance(row.get("on-click-action"), dict) for row in rows):
            yield "an entry has no on-click-action, and the list has none either"


_SELECTS = _handlers("on-select-action", "on-unselect-action")
_OPTIONS: tuple[Rule, ...] = (_ids("data-source"), _images_or_colors, _SELECTS)
_RULES: Mapping[str, tuple[Rule, ...]] = {
    "TextInput": (_initial(str, int, float),),
    "TextArea": (_initial(str, int, float),),
    "CheckboxGroup": (_count(1, 20), *_OPTIONS, _initial(list)),
    "RadioButtonsGroup": (_count(1, 20), *_OPTIONS, _initial(str, int, float)),
    "ChipsSelector": (_count(2, 20), *_OPTIONS, _initial(list)),
    "Dropdown": (_dropdown_count, *_OPTIONS, _initial(str, int, float)),
    "OptIn": (_initial(bool),),
    "DatePicker": (_initial(str, int), _dates),
    "CalendarPicker": (_calendar_initial, _dates),
    "NavigationList": (
        _ids("list-items"),
        _badges_and_tags,
        _end_blocks,
        _handlers("on-click-action", rows="list-items"),
        _clickable,
    ),
}
