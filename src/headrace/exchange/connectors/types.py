"""The types that a connector's check works with: what a value can be before anything runs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

KINDS: Final = ("string", "number", "boolean", "object", "array")


@dataclass(frozen=True)
class Type:
    """What a value can be. `kinds` are JSON types, `null` among them where it may be missing; empty when nothing is
    known. `items` are those of a list; `members` those of an object, None when they are not known.
    """

    kinds: frozenset[str] = frozenset()
    items: "Type | None" = None
    members: Mapping[str, "Type"] | None = field(default=None, hash=False)

    @property
    def is_known(self) -> bool:
        return bool(self.kinds - {"null"})

    @property
    def may_be_null(self) -> bool:
        return "null" in self.kinds

    def without_null(self) -> "Type":
        return replace(self, kinds=self.kinds - {"null"})

    def or_null(self) -> "Type":
        return replace(self, kinds=self.kinds | {"null"}) if self.is_known else self

    def __or__(self, other: "Type") -> "Type":
        if NULL in (self, other):
            return (other if self == NULL else self).or_null() if self != other else NULL
        if not self.kinds or not other.kinds:
            return UNKNOWN
        both_list = "array" in self.kinds and "array" in other.kinds
        items = (self.items or UNKNOWN) | (other.items or UNKNOWN) if both_list else self.items or other.items
        both_objects = "object" in self.kinds and "object" in other.kinds
        members = _merged(self.members, other.members) if both_objects else self.members or other.members
        return Type(self.kinds | other.kinds, items, members)

    def __str__(self) -> str:
        """As `gives` writes it."""
        if not self.is_known:
            return "null" if self.may_be_null else "anything"
        words = []
        for kind in sorted(self.kinds - {"null"}):
            if kind == "array":
                words.append(f"[{self.items or UNKNOWN}]")
            elif kind == "object" and self.members is not None:
                words.append("{" + ", ".join(f"{name}: {one}" for name, one in self.members.items()) + "}")
            else:
                words.append(kind)
        return " or ".join(words) + (" or null" if self.may_be_null else "")


UNKNOWN: Final = Type()
NULL: Final = Type(frozenset({"null"}))
STRING: Final = Type(frozenset({"string"}))
NUMBER: Final = Type(frozenset({"number"}))
BOOLEAN: Final = Type(frozenset({"boolean"}))


def list_of(items: Type) -> Type:
    return Type(frozenset({"array"}), items)


def object_of(members: Mapping[str, Type] | None) -> Type:
    return Type(frozenset({"object"}), None, members)


def _merged(left: Mapping[str, Type] | None, right: Mapping[str, Type] | None) -> Mapping[str, Type] | None:
    if left is None or right is None:
        return None
    merged = {}
    for name in [*left, *(name for name in right if name not in left)]:
        one, other = left.get(name), right.get(name)
        merged[name] = one | other if one is not None and other is not None else (one or other or UNKNOWN).or_null()
    return merged


def type_of(value: Any) -> Type:
    """The type of a value that is there."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int() | float():
            return NUMBER
        case str():
            return STRING
        case list():
            items = NULL if not value else type_of(value[0])
            for item in value[1:]:
                items = items | type_of(item)
            return list_of(items if value else UNKNOWN)
        case dict():
            return object_of({name: type_of(inner) for name, inner in value.items()})
    return UNKNOWN


def type_of_schema(schema: Any) -> Type:
    """The type that a field of a screen's data declares; UNKNOWN where it says nothing that is understood."""
    if not isinstance(schema, dict):
        return UNKNOWN
    wanted = schema.get("type")
    names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    kinds = frozenset("number" if name == "integer" else name for name in names if isinstance(name, str))
    if not kinds <= {*KINDS, "null"}:
        return UNKNOWN
    inner = schema.get("properties")
    members = {name: type_of_schema(one) for name, one in inner.items()} if isinstance(inner, dict) else None
    return Type(kinds, type_of_schema(schema.get("items")) if "array" in kinds else None, members)


class Misfit(ValueError):
    """A value is not of the type that was said; the text names the place in it, and no value."""


def convert(value: Any, wanted: Type, where: str = "") -> Any:
    """A value from outside as `wanted`, where nothing is lost by it: 7 is the text "7", "7" the number 7, 1 and 0 are
    true and false, a day is its text. Raises Misfit.
    """
    value = _plain(value)
    if not wanted.is_known:
        return value
    if value is None:
        if wanted.may_be_null:
            return None
        raise Misfit(f"{where or 'the answer'} is missing; {wanted} was said")
    made = _converted(value, wanted, where)
    if made is _NOT:
        raise Misfit(f"{where or 'the answer'} is {type_of(value)}, not {wanted}")
    return made


_NOT: Final = object()


def _converted(value: Any, wanted: Type, where: str) -> Any:
    kinds = wanted.kinds
    if isinstance(value, dict):
        return _members(value, wanted, where) if "object" in kinds else _NOT
    if isinstance(value, list):
        items = wanted.items or UNKNOWN
        return [convert(one, items, f"{where}[{at}]") for at, one in enumerate(value)] if "array" in kinds else _NOT
    if "string" in kinds and isinstance(value, str):
        return value
    if "boolean" in kinds and (isinstance(value, bool) or value in (0, 1)):
        return bool(value)
    if "number" in kinds and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if "string" in kinds and isinstance(value, int | float):
        return ("true" if value else "false") if isinstance(value, bool) else str(value)
    if isinstance(value, str):
        return _read_text(value, kinds)
    return _NOT


def _read_text(text: str, kinds: frozenset[str]) -> Any:
    if "boolean" in kinds and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if "number" in kinds:
        try:
            number = Decimal(text.strip())
        except InvalidOperation:
            return _NOT
        return _plain(number) if number.is_finite() and len(text) <= 40 else _NOT
    return _NOT


def _members(value: dict[str, Any], wanted: Type, where: str) -> dict[str, Any]:
    if wanted.members is None:
        return value
    return {name: convert(value.get(name), one, f"{where}.{name}" if where else name)
            for name, one in wanted.members.items()}  # fmt: skip


def _plain(value: Any) -> Any:
    """A value of a database as JSON has it. Raises Misfit for bytes and other things that JSON has not."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value == value.to_integral_value() and value.adjusted() < 18 else float(value)
        case datetime() | date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes" if not value.second else "auto")
        case UUID():
            return str(value)
        case list() | tuple():
            return [_plain(one) for one in value]
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
    raise Misfit(f"{type(value).__name__} is nothing that an answer can hold")
