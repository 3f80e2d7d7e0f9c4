"""The data a screen declares, and whether given values fit it.

A field's schema is JSON Schema (draft 7). The keywords that Flows use are checked; unknown keywords are ignored, as
the draft says.
"""

import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.phone.values.patterns import occurs

DEEPEST = 40
"""Values are checked down to at most this many levels."""


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class DataModel:
    """`fields` maps a name to its schema; `required` lists what a message or an endpoint has to supply."""

    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @classmethod
    def compile(cls, declared: Any) -> "DataModel":
        """Reads a screen's `data`; what is not a schema is left out."""
        if not isinstance(declared, dict):
            return cls()
        required = declared.get("required")
        names = tuple(name for name in required if isinstance(name, str)) if isinstance(required, list) else ()
        return cls({name: schema for name, schema in declared.items() if isinstance(schema, dict)}, names)

    @property
    def example(self) -> dict[str, Any]:
        """The mock data of the screen: every field's `__example__`."""
        return {name: schema["__example__"] for name, schema in self.fields.items() if "__example__" in schema}

    @property
    def mock(self) -> dict[str, Any]:
        """Values with which the screen opens even while it is being written: the examples that fit their own schema,
        and for a required field without one a plain value of its type.
        """
        fitting = {name: example for name, example in self.example.items() if self.fits(name, example)}
        wanted = [name for name in self.required if name in self.fields and name not in fitting]
        return {name: _plain(self.fields[name]) for name in wanted} | fitting

    def misfit(self, values: Mapping[str, Any], *, closed: bool, complete: bool = True) -> str | None:
        """Says what is wrong with `values`, in one sentence, or None when they fit.

        `closed` forbids fields that are not declared; `complete` asks for the required ones.
        """
        missing = self.missing(values) if complete else None
        if missing:
            return missing
        for name, value in values.items():
            schema = self.fields.get(name)
            if schema is not None:
                for path, fault in _faults(schema, value, (name,)):
                    return f'"{_written(path)}" {fault}.'
            elif closed:
                return f'"{name}" is not declared in the data of the screen.'
        return None

    def missing(self, names: Container[str], *, all_fields: bool = False) -> str | None:
        """Says which required field is not among these, or None when none is missing. `all_fields` requires every field
        that is declared.
        """
        missing = next((name for name in (self.fields if all_fields else self.required) if name not in names), None)
        return None if missing is None else f'"{missing}" is required and missing.'

    def fits(self, name: str, value: Any) -> bool:
        """Whether the screen declares this field and takes this value for it."""
        if name not in self.fields:
            return False
        return self.misfit({name: value}, closed=False, complete=False) is None

    def declared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The part of `values` that the screen can use."""
        return {name: value for name, value in values.items() if name in self.fields}


def _plain(schema: Mapping[str, Any]) -> Any:
    """The plainest value of a schema: the first one it lists, else an empty one of its type."""
    listed = schema.get("enum")
    if isinstance(listed, list) and listed:
        return listed[0]
    wanted = schema.get("type")
    kind = wanted[0] if isinstance(wanted, list) and wanted else wanted
    empty = {"number": 0, "integer": 0, "boolean": False, "object": {}, "array": [], "null": None}
    return empty.get(kind, "") if isinstance(kind, str) else ""


def _written(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == int(value),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}


def _same(left: Any, right: Any) -> bool:
    """JSON equality: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _kind(value: Any) -> str:
    return next((name for name, holds in _TYPES.items() if holds(value)), "something else")


def _type(wanted: Any, value: Any) -> str | None:
    names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    known = [name for name in names if isinstance(name, str) and name in _TYPES]
    if not known or any(_TYPES[name](value) for name in known):
        return None
    return f"is {_kind(value)}, not {' or '.join(known)}"


def _enum(options: Any, value: Any) -> str | None:
    if not isinstance(options, list) or any(_same(option, value) for option in options):
        return None
    return "is none of the values the data model lists"


def _const(wanted: Any, value: Any) -> str | None:
    return None if _same(wanted, value) else "is not the one value the data model wants"


def _bound(
    applies: Callable[[Any], bool], measure: Callable[[Any], Any], holds: Callable[[Any, Any], bool], words: str
) -> Any:
    def check(limit: Any, value: Any) -> str | None:
        if not _is_number(limit) or not applies(value) or holds(measure(value), limit):
            return None
        return words.format(limit)

    return check


_text, _list, _object = _TYPES["string"], _TYPES["array"], _TYPES["object"]


def _itself(value: Any) -> Any:
    return value


_KEYWORDS: dict[str, Callable[[Any, Any], str | None]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _bound(_is_number, _itself, lambda value, limit: value >= limit, "is below {}"),
    "maximum": _bound(_is_number, _itself, lambda value, limit: value <= limit, "is above {}"),
    "exclusiveMinimum": _bound(_is_number, _itself, lambda value, limit: value > limit, "is not above {}"),
    "exclusiveMaximum": _bound(_is_number, _itself, lambda value, limit: value < limit, "is not below {}"),
    "minLength": _bound(_text, len, lambda count, limit: count >= limit, "has fewer than {} characters"),
    "maxLength": _bound(_text, len, lambda count, limit: count <= limit, "has more than {} characters"),
    "minItems": _bound(_list, len, lambda count, limit: count >= limit, "has fewer than {} items"),
    "maxItems": _bound(_list, len, lambda count, limit: count <= limit, "has more than {} items"),
    "minProperties": _bound(_object, len, lambda count, limit: count >= limit, "has fewer than {} members"),
    "maxProperties": _bound(_object, len, lambda count, limit: count <= limit, "has more than {} members"),
    "pattern": lambda wanted, value: (
        f"does not match {wanted}" if _text(wanted) and _text(value) and not occurs(wanted, value) else None
    ),
}


def _faults(schema: Mapping[str, Any], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every way in which `value` breaks `schema`, outermost first. Below `DEEPEST` levels nothing is checked."""
    if len(path) > DEEPEST:
        return
    for keyword, wanted in schema.items():
        check = _KEYWORDS.get(keyword)
        fault = check(wanted, value) if check else None
        if fault:
            yield path, fault
    if isinstance(value, dict):
        yield from _object_faults(schema, value, path)
    elif isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                yield from _faults(items, item, (*path, index))


def _object_faults(schema: Mapping[str, Any], value: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in value:
            yield (*path, name), "is required and missing"
    properties = schema.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    for name, member in value.items():
        if isinstance(properties.get(name), dict):
            yield from _faults(properties[name], member, (*path, name))
        elif schema.get("additionalProperties") is False:
            yield (*path, name), "is not allowed by the data model"
