"""Differences of the components of one screen: what is there, its properties, options and place."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.diffing.actions import compare_actions, describe
from headrace.flowjson.diffing.changes import Change, Kind, Party, contrasted, short
from headrace.flowjson.diffing.elements import LISTS, Element, elements_of
from headrace.flowjson.diffing.matches import pairs_of_elements
from headrace.flowjson.editing.parts import same
from headrace.flowjson.traversal import Placed

_FLAGS = {
    "required": ("now required", "no longer required"),
    "markdown": ("now read as Markdown", "no longer read as Markdown"),
}


def compare_components(old: Placed, new: Placed, screen: str, *, endpoint: bool) -> Iterator[Change]:
    """`endpoint` says whether an endpoint stands behind the Flow."""
    ours, theirs = elements_of(old), elements_of(new)
    pairs = pairs_of_elements(ours, theirs)
    partner = {id(other): one for one, other in pairs}
    kept = {id(one) for one, _ in pairs}
    for element in ours:
        if id(element) not in kept:
            yield Change(Kind.REMOVED, "component", f"{element.label} removed", screen, path=element.path)
            yield from compare_actions(element, None, screen, endpoint=endpoint)
    for other in theirs:
        before = partner.get(id(other))
        if before is None:
            yield Change(Kind.ADDED, "component", f"{other.label} added{_remark(other)}", screen, path=other.path)
            yield from compare_actions(None, other, screen, endpoint=endpoint)
        else:
            yield from _compare(before, other, screen, endpoint=endpoint)
    yield from _moves(ours, theirs, pairs, screen)


def _remark(element: Element) -> str:
    remarks = ["required"] if element.properties.get("required") is True else []
    remarks += [describe(action) for slot, action in element.actions.items() if slot == "on-click-action"]
    remarks += [_guard(condition) for condition in element.conditions]
    return ": " + ", ".join(remarks) if remarks else ""


def _compare(one: Element, other: Element, screen: str, *, endpoint: bool) -> Iterator[Change]:
    if one.kind != other.kind:
        yield _changed_kind(one, other, screen, endpoint=endpoint)
    if one.conditions != other.conditions:
        shown = ", ".join(_guard(condition) for condition in other.conditions) or "always shown"
        yield Change(Kind.CHANGED, "component", f"{other.label}: now {shown}", screen, path=other.path)
    options = one.options is not None and other.options is not None
    keys = [*one.properties, *(key for key in other.properties if key not in one.properties)]
    for key in keys:
        if key in LISTS and options:
            continue
        before, after = one.properties.get(key), other.properties.get(key)
        if not same(before, after):
            message = f"{other.label}: {_told(key, before, after)}"
            yield Change(Kind.CHANGED, "component", message, screen, path=(*other.path, key))
    if one.options is not None and other.options is not None:
        yield from _options(one.options, other.options, other, screen)
    yield from compare_actions(one, other, screen, endpoint=endpoint)


def _changed_kind(one: Element, other: Element, screen: str, *, endpoint: bool) -> Change:
    before = one.component.value_type if one.component else None
    after = other.component.value_type if other.component else None
    breaks = (*((Party.ENDPOINT,) if endpoint else ()), Party.RESPONSES) if before != after and before else ()
    because = f'"{other.name}" was {before or "nothing"} and is {after or "nothing"}' if breaks else ""
    message = f'"{other.name}": {one.kind} is now {other.kind}'
    return Change(Kind.CHANGED, "component", message, screen, breaks, because, other.path)


def _told(key: str, before: Any, after: Any) -> str:
    if key in _FLAGS and isinstance(before, bool | None) and isinstance(after, bool | None):
        return _FLAGS[key][0 if after else 1]
    if before is None:
        return f"{key} is now {short(after)}"
    if after is None:
        return f"{key} removed, was {short(before)}"
    return f"{key} {contrasted(before, after)}"


def _guard(condition: str) -> str:
    return f"shown {condition}"


def _options(
    ours: list[Mapping[str, Any]], theirs: list[Mapping[str, Any]], owner: Element, screen: str
) -> Iterator[Change]:
    before = {str(option["id"]): option for option in ours}
    after = {str(option["id"]): option for option in theirs}
    gone = [name for name in before if name not in after]
    fresh = [name for name in after if name not in before]
    for name in list(gone):
        other = next((one for one in fresh if _without_id(after[one]) == _without_id(before[name])), None)
        if other is not None:
            gone.remove(name)
            fresh.remove(other)
            message = f'{owner.label}: option "{name}" has the id "{other}" now'
            because = f'"{name}" does not come any more'
            parties = (Party.ENDPOINT, Party.RESPONSES)
            yield Change(Kind.RENAMED, "option", message, screen, parties, because, owner.path)
    for name in gone:
        yield Change(Kind.REMOVED, "option", f'{owner.label}: option "{name}" removed', screen, path=owner.path)
    for name in fresh:
        yield Change(Kind.ADDED, "option", f'{owner.label}: option "{name}" added', screen, path=owner.path)
    for name, option in after.items():
        if name in before:
            yield from _option(before[name], option, name, owner, screen)
    if [name for name in before if name in after] != [name for name in after if name in before]:
        yield Change(Kind.MOVED, "option", f"{owner.label}: options in another order", screen, path=owner.path)


def _option(
    one: Mapping[str, Any], other: Mapping[str, Any], name: str, owner: Element, screen: str
) -> Iterator[Change]:
    for key in [*one, *(key for key in other if key not in one)]:
        if not same(one.get(key), other.get(key)) and not (key == "enabled" and _enabled(one) == _enabled(other)):
            message = f'{owner.label}, option "{name}": {_told(key, one.get(key), other.get(key))}'
            yield Change(Kind.CHANGED, "option", message, screen, path=owner.path)


def _enabled(option: Mapping[str, Any]) -> Any:
    return option.get("enabled", True)


def _without_id(option: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in option.items() if key != "id"}


def _moves(
    ours: list[Element], theirs: list[Element], pairs: list[tuple[Element, Element]], screen: str
) -> Iterator[Change]:
    """The fewest components that must have moved for the rest to be in their old order."""
    order = {id(one): index for index, one in enumerate(ours)}
    partner = {id(other): order[id(one)] for one, other in pairs}
    here = [(partner[id(other)], other) for other in theirs if id(other) in partner]
    stay = _longest_rising([index for index, _ in here])
    for index, other in here:
        if index not in stay:
            yield Change(Kind.MOVED, "component", f"{other.label} stands elsewhere now", screen, path=other.path)


def _longest_rising(numbers: list[int]) -> set[int]:
    tails: list[int] = []
    chains: list[tuple[int, ...]] = []
    for number in numbers:
        at = bisect_left(tails, number)
        chain = (*(chains[at - 1] if at else ()), number)
        tails[at : at + 1] = [number]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()
