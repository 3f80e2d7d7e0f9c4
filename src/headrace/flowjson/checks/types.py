"""What is known of a reference before the Flow runs: where it leads, and which types of value can be found there."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.checks.data_model import TYPES
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.values import takes_numbers
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import Reference

_TYPES_BY_MODE = {"single": frozenset({"string"}), "range": frozenset({"object"})}


class Known(NamedTuple):
    """What a reference leads to. `types` are the JSON types it can have; empty when they are not known.

    `schema` is the part of a data model, `path` where it is declared; `node` is the component of a form reference.
    """

    types: frozenset[str] = frozenset()
    schema: Mapping[str, Any] | None = None
    path: Path = ()
    node: Node | None = None


UNTOLD = Known()
"""The reference may be right, but what it leads to could not be understood."""


class Failure(Enum):
    """Why a reference leads nowhere."""

    UNKNOWN_SCREEN = "the screen does not exist"
    MISSING_FIELD = "the data model has no such field"
    MISSING_MEMBER = "the field has no such member"
    IN_ARRAY = "the way leads into an array"
    MISSING_COMPONENT = "the screen has no such component"
    FORM_ITSELF = "a Form has no value of its own"


class Nowhere(NamedTuple):
    """A reference that leads nowhere; `step` is the name at which it fails."""

    failure: Failure
    step: str = ""


def look_up(reference: Reference, screen: Screen, flow: Flow) -> Known | Nowhere:
    """Follows a reference made on `screen`."""
    if reference.screen is not None:
        other = flow.by_id.get(reference.screen)
        if other is None:
            return Nowhere(Failure.UNKNOWN_SCREEN, reference.screen) if flow.complete else UNTOLD
        screen = other
    if reference.source == "data":
        return _field(reference.steps, screen)
    return _input(reference.steps, screen)


_UNTYPED: frozenset[str] = frozenset()
_OF_TYPE = {name: frozenset({name}) for name in TYPES}
_TEXT, _NUMBER = frozenset({"string"}), frozenset({"number"})


def types_of_schema(schema: Any) -> frozenset[str]:
    """The types a schema allows; empty when it does not say."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _OF_TYPE.get(kind, _UNTYPED) if isinstance(kind, str) else _UNTYPED


def types_of_input(node: Node) -> frozenset[str]:
    """The types of `${form.<name>}`."""
    if node.kind == "TextInput":
        return _NUMBER if takes_numbers(node) else _TEXT
    if node.kind == "CalendarPicker":
        return _TYPES_BY_MODE.get(str(node.value.get("mode", "single")), frozenset({"string", "object"}))
    return _OF_TYPE.get(node.component.value_type or "", _UNTYPED)


def _field(steps: tuple[str, ...], screen: Screen) -> Known | Nowhere:
    schema: Any = (screen.data or {}).get(steps[0])
    if schema is None:
        return Nowhere(Failure.MISSING_FIELD, steps[0]) if screen.data_complete else UNTOLD
    path: Path = (*screen.path, "data", steps[0])
    for step in steps[1:]:
        if not isinstance(schema, dict):
            return UNTOLD
        if schema.get("type") == "array":
            return Nowhere(Failure.IN_ARRAY, step)
        properties = schema.get("properties")
        if not isinstance(properties, dict) or step not in properties:
            return Nowhere(Failure.MISSING_MEMBER, step)
        schema, path = properties[step], (*path, "properties", step)
    return Known(types_of_schema(schema), schema if isinstance(schema, dict) else None, path)


def _input(steps: tuple[str, ...], screen: Screen) -> Known | Nowhere:
    node = screen.names.get(steps[0])
    if node is None:
        if any(form.name == steps[0] for form in screen.forms):
            return Nowhere(Failure.FORM_ITSELF, steps[0])
        return Nowhere(Failure.MISSING_COMPONENT, steps[0]) if screen.complete else UNTOLD
    if len(steps) == 1:
        return Known(types_of_input(node), path=node.path, node=node)
    if node.kind == "CalendarPicker" and steps[1:] in {(end,) for end in RANGE_KEYS}:
        return Known(frozenset({"string"}), path=node.path, node=node)
    return Nowhere(Failure.MISSING_MEMBER, steps[1])
