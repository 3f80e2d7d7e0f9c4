"""JSON values to objects. What has no class, or would not come out again as it went in, stays a plain value."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.authoring.fields import Field
from headrace.flowjson.authoring.model import (
    MISSING,
    Model,
    Raw,
    action_named,
    class_of,
    names_of,
    properties_of,
    required_of,
)
from headrace.flowjson.authoring.ranges import RANGE, Range
from headrace.flowjson.authoring.references import read_bound
from headrace.flowjson.catalogue import COMPONENTS, Property
from headrace.flowjson.catalogue.actions import NEXT
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN
from headrace.flowjson.syntax import DEPTH_LIMIT

__all__ = ["NotAFlow", "read"]

class NotAFlow(ValueError):
    """The value cannot be a Flow at all; the message says what it is."""


def read(cls: type[Model], value: Any) -> Any:
    """An object of a class from a JSON object; a plain copy where that cannot be. Raises NotAFlow for endless nesting."""
    if _is_deeper_than(value, DEPTH_LIMIT):
        raise NotAFlow(f"The value is nested more than {DEPTH_LIMIT} deep.")
    return _object(cls, value)


def _object(cls: type[Model], value: Mapping[str, Any], **given: Any) -> Model | Raw:
    names, properties = names_of(cls), properties_of(cls)
    arguments: dict[str, Any] = dict(given)
    extra: dict[str, Any] = {}
    for key, inner in value.items():
        name = names.get(key)
        if name is None or inner is None or _is_shorthand(cls, properties[name], inner):
            if extra and list(arguments)[-1] != "extra":
                # Members without a place on both sides of one with a place: their order could not be written down.
                return _plain(value)
            extra[key] = _plain(inner)
            arguments["extra"] = extra
        else:
            arguments[name] = _member(cls, properties[name], inner)
    if cls.KIND_KEY and next(iter(arguments), None) == cls.KIND_KEY:
        del arguments[cls.KIND_KEY]
    return cls(**arguments, **dict.fromkeys(sorted(required_of(cls) - arguments.keys()), MISSING))


def _is_shorthand(cls: type[Model], declared: Property, value: Any) -> bool:
    """Whether the constructor would take the value for a short way of writing something else."""
    if declared.shape is NEXT:
        return isinstance(value, str)
    return cls.SHAPE is SCREEN and declared.name in ("layout", "data") and isinstance(value, list)


def _member(cls: type[Model], declared: Property, value: Any) -> Any:
    if isinstance(value, dict):
        return _object_member(cls, declared, value)
    if isinstance(value, list):
        return _list_member(cls, declared, value)
    if isinstance(value, str) and (declared.dynamic or declared.name == "payload"):
        return read_bound(value) or value
    return value


def _object_member(cls: type[Model], declared: Property, value: dict[str, Any]) -> Any:
    if cls.SHAPE is SCREEN and declared.name == "layout":
        return _layout(value)
    if cls.SHAPE is SCREEN and declared.name == "data":
        return _fields(value)
    if declared.shape is NEXT and list(value) == ["type", "name"] and value["type"] == "screen":
        return value["name"] if isinstance(value["name"], str) else _shaped(declared, value)
    if declared.shape:
        return _shaped(declared, value)
    if declared.action:
        return _action(value)
    if declared.holds_cases:
        return {case: _components(inner) for case, inner in value.items()}
    if declared.range_types and RANGE.properties.keys() >= value.keys():
        return _object(Range, value)
    if cls.SHAPE is ROOT or cls is Field:
        return _plain(value)
    return _with_bindings(value)


def _list_member(cls: type[Model], declared: Property, value: list[Any]) -> Any:
    if declared.holds_components:
        return _components(value)
    if cls.SHAPE is ROOT and declared.name == "screens":
        screen = class_of(SCREEN)
        assert screen
        return [_object(screen, item) if isinstance(item, dict) else _plain(item) for item in value]
    if declared.shape:
        return [_shaped(declared, item) if isinstance(item, dict) else _plain(item) for item in value]
    return _plain(value)


def _shaped(declared: Property, value: dict[str, Any]) -> Model | Raw:
    assert declared.shape
    cls = class_of(declared.shape)
    return _object(cls, value) if cls else _plain(value)


def _components(value: Any) -> Any:
    if not isinstance(value, list):
        return _plain(value)
    return [_component(item) if isinstance(item, dict) else _plain(item) for item in value]


def _component(value: dict[str, Any]) -> Model | Raw:
    kind = value.get("type")
    shape = COMPONENTS.get(kind) if isinstance(kind, str) else None
    cls = class_of(shape) if shape else None
    return _object(cls, value) if cls else _plain(value)


def _layout(value: dict[str, Any]) -> Any:
    if list(value) == ["type", "children"] and value["type"] == LAYOUT.name and isinstance(value["children"], list):
        return _components(value["children"])
    cls = class_of(LAYOUT)
    assert cls
    return _object(cls, value) if value.get("type") == LAYOUT.name else _plain(value)


def _fields(value: dict[str, Any]) -> list[Field] | Raw:
    """A list of fields; when one of them is no schema, the whole data model as it is."""
    made: list[Field] = []
    for name, schema in value.items():
        field = _object(Field, schema, name=name) if isinstance(schema, dict) else None
        if not isinstance(field, Field):
            return _plain(value)
        made.append(field)
    return made


def _action(value: dict[str, Any]) -> Model | Raw:
    name = value.get("name")
    cls = action_named(name) if isinstance(name, str) else None
    return _object(cls, value) if cls else _plain(value)


def _with_bindings(value: Any) -> Any:
    """A plain value in which bindings at any depth are objects."""
    if isinstance(value, str):
        return read_bound(value) or value
    if isinstance(value, dict):
        return {key: _with_bindings(inner) for key, inner in value.items()}
    return [_with_bindings(inner) for inner in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _is_deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return any(isinstance(item, dict | list) for item in level)
