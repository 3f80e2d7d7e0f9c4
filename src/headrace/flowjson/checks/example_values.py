"""Whether a value satisfies a schema of a data model: the part of JSON Schema (draft 7) that such schemas use.

Patterns and formats are left alone: they may be hostile, and the validator's own answer to them is not known.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from headrace.flowjson.checks.values import type_name
from headrace.flowjson.diagnostics import Path

DEPTH_LIMIT = 64


class Mismatch(NamedTuple):
    """Where a value does not fit: `path` within the value, and what was expected instead of what."""

    path: Path
    expected: str
    actual: str


def is_of_type(value: Any, expected: str) -> bool:
    """Whether a JSON value is of a JSON type; a whole number is an integer and a number."""
    actual = type_name(value)
    if expected == "integer":
        return actual == "number" and float(value).is_integer()
    return actual == expected


def mismatch(value: Any, schema: Any, path: Path = ()) -> Mismatch | None:
    """The first place where the value does not satisfy the schema."""
    if schema is False:
        return Mismatch(path, "absent", type_name(value))
    if not isinstance(schema, dict) or len(path) > DEPTH_LIMIT:
        return None
    expected = schema.get("type")
    if isinstance(expected, str) and type_name(value) != expected and not is_of_type(value, expected):
        return Mismatch(path, expected, type_name(value))
    if not _KEYWORDS.isdisjoint(schema):
        difference = _outside_list(value, schema, path) or _outside_limits(value, schema, path)
        if difference:
            return difference
    if isinstance(value, dict):
        return _object_mismatch(value, schema, path)
    return _array_mismatch(value, schema, path) if isinstance(value, list) else None


def _outside_list(value: Any, schema: Mapping[str, Any], path: Path) -> Mismatch | None:
    allowed = schema.get("enum")
    if isinstance(allowed, list) and not any(_same(value, one) for one in allowed):
        return Mismatch(path, f"one of {allowed}", repr(value))
    if "const" in schema and not _same(value, schema["const"]):
        return Mismatch(path, repr(schema["const"]), repr(value))
    return None


_LIMITS: tuple[tuple[str, str, Callable[[Any, Any], bool], str], ...] = (
    ("minimum", "number", lambda value, limit: value >= limit, "at least {}"),
    ("maximum", "number", lambda value, limit: value <= limit, "at most {}"),
    ("minLength", "string", lambda value, limit: len(value) >= limit, "at least {} characters"),
    ("maxLength", "string", lambda value, limit: len(value) <= limit, "at most {} characters"),
    ("minItems", "array", lambda value, limit: len(value) >= limit, "at least {} items"),
    ("maxItems", "array", lambda value, limit: len(value) <= limit, "at most {} items"),
)

_KEYWORDS = frozenset({"enum", "const", *(keyword for keyword, *_ in _LIMITS)})


def _outside_limits(value: Any, schema: Mapping[str, Any], path: Path) -> Mismatch | None:
    actual = type_name(value)
    for keyword, kind, holds, words in _LIMITS:
        limit = schema.get(keyword)
        if kind == actual and type_name(limit) == "number" and not holds(value, limit):
            return Mismatch(path, words.format(limit), repr(value)[:40])
    return None


def _object_mismatch(value: dict[str, Any], schema: Mapping[str, Any], path: Path) -> Mismatch | None:
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in value:
            return Mismatch((*path, name), "present", "absent")
    properties = schema.get("properties")
    declared = properties if isinstance(properties, dict) else {}
    for name, inner in value.items():
        difference = mismatch(inner, declared.get(name, schema.get("additionalProperties")), (*path, name))
        if difference:
            return difference
    return None


def _array_mismatch(value: list[Any], schema: Mapping[str, Any], path: Path) -> Mismatch | None:
    items = schema.get("items")
    for index, inner in enumerate(value):
        difference = mismatch(inner, items, (*path, index))
        if difference:
            return difference
    return None


def _same(left: Any, right: Any) -> bool:
    return type_name(left) == type_name(right) and bool(left == right)
