"""Differences of the data models: what a screen must be given."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.diffing.changes import Change, Kind, Party, contrasted
from headrace.flowjson.diffing.matches import fields_of
from headrace.flowjson.editing.parts import same
from headrace.flowjson.traversal import Placed

_TOLD_BY_STRUCTURE = frozenset({"type", "properties", "items", "required", "__example__", "title", "description"})


def compare_fields(old: Placed, new: Placed, screen: str, givers: tuple[Party, ...]) -> Iterator[Change]:
    """`givers` are those outside of the Flow who give the screen its data. Examples are for previews only."""
    ours, theirs = fields_of(old), fields_of(new)
    needed_before, needed = _needed(old), _needed(new)
    for name in ours:
        if name not in theirs:
            yield Change(Kind.REMOVED, "field", f'Field "{name}" removed', screen, path=(*old.path, "data", name))
    for name, schema in theirs.items():
        path = (*new.path, "data", name)
        if name not in ours:
            because = "it is not given yet" if givers else ""
            required = ", required" if name in needed else ""
            message = f'Field "{name}" ({schema.get("type")}) added{required}'
            yield Change(Kind.ADDED, "field", message, screen, givers, because, path)
            continue
        for difference, tighter in _differences(ours[name], schema):
            because = "what is given may not fit any more" if tighter and givers else ""
            message = f'Field "{name}"{difference}'
            yield Change(Kind.CHANGED, "field", message, screen, givers if tighter else (), because, path)
        if (name in needed) != (name in needed_before):
            now = name in needed
            message = f'Field "{name}" is {"now" if now else "no longer"} required'
            because = "it may be left out so far" if now and givers else ""
            yield Change(Kind.CHANGED, "field", message, screen, givers if now else (), because, path)


def _differences(one: Any, other: Any, at: str = "") -> Iterator[tuple[str, bool]]:
    """What differs between two schemas, in words that follow the field's name, and whether old data may not fit."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        if not same(one, other):
            yield f"{at}: {contrasted(one, other)}", True
        return
    if one.get("type") != other.get("type"):
        yield f"{at}: {one.get('type')} is now {other.get('type')}", not _wider(one.get("type"), other.get("type"))
    yield from _members(_object(one.get("properties")), _object(other.get("properties")), at)
    if "items" in one and "items" in other:
        yield from _differences(one["items"], other["items"], f"{at}[]")
    before, after = set(_texts(one.get("required"))), set(_texts(other.get("required")))
    for name in sorted(after - before):
        yield f"{at}.{name} is now required", True
    for name in sorted(before - after):
        yield f"{at}.{name} is no longer required", False
    for key in sorted({*one, *other} - _TOLD_BY_STRUCTURE):
        if not same(one.get(key), other.get(key)):
            yield f"{at}: {key} {contrasted(one.get(key), other.get(key))}", key in other


def _members(one: Mapping[str, Any], other: Mapping[str, Any], at: str) -> Iterator[tuple[str, bool]]:
    for name in one:
        if name not in other:
            yield f"{at}.{name} removed", False
    for name, schema in other.items():
        if name not in one:
            kind = schema.get("type") if isinstance(schema, dict) else None
            yield f"{at}.{name} ({kind}) added", True
        else:
            yield from _differences(one[name], schema, f"{at}.{name}")


def _wider(before: Any, after: Any) -> bool:
    """An integer is a number."""
    return (before, after) == ("integer", "number")


def _needed(screen: Placed) -> list[str]:
    data = screen.value.get("data")
    return _texts(data.get("required")) if isinstance(data, dict) else []


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
