"""Checks a component before it is drawn, once every binding is resolved; a component that fails is not drawn.

The rules are those of Meta's client, by component type; the first that is broken counts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from headrace.flowjson import catalogue
from headrace.flowjson.catalogue import Version
from headrace.phone.values.calendars import is_range
from headrace.phone.values.dates import day
from headrace.phone.values.images import kilobytes
from headrace.phone.values.properties import Properties

MOST_DRAWN = 2_000
"""A choice with more options is not drawn here. A phone draws all it is given; limits of Flow JSON are for drafts."""

LONGEST_BADGE = 15
"""A badge or a tag has at most this many characters."""

MOST_TAGS = 3
"""A row of a NavigationList has at most this many tags."""

LONGEST_ROW_TEXTS = {
    "main-content": {"title": 30, "description": 20, "metadata": 80},
    "end": {"title": 10, "description": 10, "metadata": 10},
}
"""The texts of a row of a NavigationList have at most this many characters."""

LARGEST_ROW_IMAGE_KB = 100
"""The image of a row of a NavigationList has at most this many KB."""


class Candidate(NamedTuple):
    """A component about to be drawn. `initial` is the init value the Flow gives it, None where it gives none; `bound`
    are the properties whose value came by a binding.
    """

    type: str
    properties: Properties
    handlers: Mapping[str, Any]
    initial: Any
    version: Version
    bound: Collection[str] = ()

    def rows(self, name: str = "data-source") -> list[Any]:
        listed = self.properties.get(name)
        return listed if isinstance(listed, list) else []

    def members(self, name: str = "data-source") -> list[Mapping[str, Any]]:
        return [row for row in self.rows(name) if isinstance(row, dict)]


Rule = Callable[[Candidate], Iterator[str]]


def problem_of(candidate: Candidate) -> str | None:
    """Why the phone does not draw this component, in a sentence; None when it does."""
    for rule in (_types, *_RULES.get(candidate.type, ())):
        for problem in rule(candidate):
            return f"{candidate.type}: {problem}."
    return None


_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "integer": (int, float),
    "array": (list,),
    "object": (dict,),
}


def _types(candidate: Candidate) -> Iterator[str]:
    """A property whose value came by a binding has to be of the type that the property takes. What the Flow JSON has
    itself was judged when it was uploaded, initial values and messages are judged by themselves.
    """
    for name in candidate.bound:
        value = candidate.properties.get(name)
        types = _types_of(candidate.type, name) if value is not None else ()
        if types and not any(_is_of(value, wanted) for wanted in types):
            yield f"{name} is {_kind_of(value)}, it takes {' or '.join(types)}"


@cache
def _types_of(kind: str, name: str) -> tuple[str, ...]:
    """The JSON types that a property takes at run time; none where that is not judged."""
    declared = catalogue.component(kind)
    wanted = declared.properties.get(name) if declared else None
    if wanted is None or wanted.outside_form_only:
        return ()
    return (*wanted.types, *(("array",) if wanted.array_since else ()), *(("object",) if wanted.range_types else ()))


def _kind_of(value: Any) -> str:
    return next((name for name in _JSON_TYPES if _is_of(value, name)), "null")


def _is_of(value: Any, name: str) -> bool:
    return isinstance(value, _JSON_TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


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


def _at_least(least: int) -> Rule:
    def rule(candidate: Candidate) -> Iterator[str]:
        count = len(candidate.rows())
        if isinstance(candidate.properties.get("data-source"), list) and count < least:
            yield f"{count} options are given, it takes at least {least}"
        if count > MOST_DRAWN:
            yield f"{count:,} options are given, at most {MOST_DRAWN:,} can be drawn here"

    return rule


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


def _initial_dates(candidate: Candidate) -> Iterator[str]:
    """Limits that are no dates are passed over; an initial value that is none could not be shown."""
    for value in candidate.initial.values() if isinstance(candidate.initial, dict) else [candidate.initial]:
        if value not in (None, "") and day(value, candidate.version) is None:
            yield f"the initial value {value!r} is no date"


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


def _row_texts(candidate: Candidate) -> Iterator[str]:
    for row in candidate.members("list-items"):
        for part, limits in LONGEST_ROW_TEXTS.items():
            texts = row.get(part)
            for name, longest in limits.items():
                words = texts.get(name) if isinstance(texts, dict) else None
                if isinstance(words, str) and len(words) > longest:
                    yield f'"{name}" of {part} has {len(words)} characters, it takes at most {longest}'


def _row_images(candidate: Candidate) -> Iterator[str]:
    for row in candidate.members("list-items"):
        start = row.get("start")
        image = start.get("image") if isinstance(start, dict) else None
        if isinstance(image, str) and kilobytes(image) > LARGEST_ROW_IMAGE_KB:
            size = round(kilobytes(image))
            yield f"the image of an entry has {size} KB, it takes at most {LARGEST_ROW_IMAGE_KB} KB"


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
    "CheckboxGroup": (_at_least(1), *_OPTIONS, _initial(list)),
    "RadioButtonsGroup": (_at_least(1), *_OPTIONS, _initial(str, int, float)),
    "ChipsSelector": (_at_least(2), *_OPTIONS, _initial(list)),
    "Dropdown": (_at_least(0), *_OPTIONS, _initial(str, int, float)),
    "OptIn": (_initial(bool),),
    "DatePicker": (_initial(str, int), _initial_dates),
    "CalendarPicker": (_calendar_initial, _initial_dates),
    "NavigationList": (
        _ids("list-items"),
        _badges_and_tags,
        _row_texts,
        _row_images,
        _end_blocks,
        _handlers("on-click-action", rows="list-items"),
        _clickable,
    ),
}
