"""What a phone looks at, once every binding is resolved, before it draws a component; a component that fails is not
drawn.

The rules are those of Meta's client, by component type; the first that is broken counts.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from headrace.flowjson.catalogue import Version
from headrace.phone.values.calendars import is_range
from headrace.phone.values.dates import day
from headrace.phone.values.validation import Properties

LONGEST_BADGE = 15
MOST_TAGS = 3


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
    def rule(one: Candidate) -> Iterator[str]:
        seen: set[str] = set()
        for number, row in enumerate(one.rows(name), 1):
            identifier = row.get("id") if isinstance(row, dict) else None
            if not isinstance(identifier, str | int) or not str(identifier).strip():
                yield f"entry {number} of {name} has no id"
            elif str(identifier) in seen:
                yield f'two entries of {name} have the id "{identifier}"'
            seen.add(str(identifier))

    return rule


def _count(least: int, most: int) -> Rule:
    def rule(one: Candidate) -> Iterator[str]:
        count = len(one.rows())
        if isinstance(one.properties.get("data-source"), list) and not least <= count <= most:
            yield f"{count} options are given, {least} to {most} can be shown"

    return rule


def _dropdown_count(one: Candidate) -> Iterator[str]:
    most = 100 if any(row.get("image") for row in one.members()) else 200
    yield from _count(0, most)(one)


def _images_or_colors(one: Candidate) -> Iterator[str]:
    if any(row.get("image") for row in one.members()) and any(row.get("color") for row in one.members()):
        yield "its options mix images and colors"


def _handlers(*names: str, rows: str = "data-source") -> Rule:
    def rule(one: Candidate) -> Iterator[str]:
        for name in names:
            if name in one.handlers and any(row.get(name) for row in one.members(rows)):
                yield f"{name} stands on the component and on its entries"

    return rule


def _initial(*kinds: type) -> Rule:
    def rule(one: Candidate) -> Iterator[str]:
        if one.initial not in (None, "") and not isinstance(one.initial, kinds):
            yield "the initial value is of another kind than the component's"

    return rule


def _calendar_initial(one: Candidate) -> Iterator[str]:
    yield from _initial(dict if is_range(one.properties) else str)(one)


def _dates(one: Candidate) -> Iterator[str]:
    blocked = one.properties.get("unavailable-dates")
    written = [(name, one.properties.get(name)) for name in ("min-date", "max-date")]
    written += [("unavailable-dates", value) for value in (blocked if isinstance(blocked, list) else [])]
    initial = one.initial.values() if isinstance(one.initial, dict) else [one.initial]
    written += [("the initial value", value) for value in initial]
    for name, value in written:
        if value not in (None, "") and day(value, one.version) is None:
            yield f"{name} {value!r} is no date"


def _badges_and_tags(one: Candidate) -> Iterator[str]:
    rows = one.members("list-items")
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


def _end_blocks(one: Candidate) -> Iterator[str]:
    rows = one.members("list-items")
    ending = [row for row in rows if row.get("end")]
    if ending and len(ending) < len(rows):
        yield "some entries have an end block and some have none"
    if ending and one.properties.get("media-size") == "large":
        yield "entries with large media take no end block"


def _clickable(one: Candidate) -> Iterator[str]:
    if "on-click-action" not in one.handlers:
        rows = one.members("list-items")
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
