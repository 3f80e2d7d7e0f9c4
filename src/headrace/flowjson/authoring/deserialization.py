"""JSON values to objects. What has no class, or would not come out again as it went in, stays a plain value."""

from collections.abc import Mapping
from typing import Any, TypeVar

from headrace.flowjson.authoring.fields import Field
from headrace.flowjson.authoring.model import (
    HERE,
    MISSING,
    Model,
    Raw,
    action_named,
    class_of,
    required_of,
)
from headrace.flowjson.authoring.ranges import RANGE, Range
from headrace.flowjson.authoring.references import read_bound
from headrace.flowjson.catalogue import COMPONENTS, Property
from headrace.flowjson.catalogue.actions import NEXT
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN
from headrace.flowjson.syntax import DEPTH_LIMIT

__all__ = ["NotAFlow", "read"]

AnyModel = TypeVar("AnyModel", bound=Model)


class NotAFlow(ValueError):
    """The value cannot be a Flow at all; the message says what it is."""


def read(cls: type[AnyModel], value: Mapping[str, Any]) -> AnyModel:
    """An object of a class from a JSON object. Raises NotAFlow for values nested too deep."""
    if _is_deeper_than(value, DEPTH_LIMIT):
        raise NotAFlow(f"The value is nested more than {DEPTH_LIMIT} deep.")
    return _object(cls, value)


def _object(cls: type[AnyModel], value: Mapping[str, Any], **given: Any) -> AnyModel:
    names, properties = cls.NAMES, cls.PROPERTIES
    arguments: dict[str, Any] = dict(given)
    extra: dict[str, Any] = {}
    foreign = {key: None for key, inner in value.items() if _is_foreign(cls, key, inner)}
    last_foreign = next(reversed(foreign), None)
    for key, inner in value.items():
        if key in foreign:
            extra[key] = _plain(inner)
            arguments["extra"] = extra
            continue
        arguments[names[key]] = _member(cls, properties[names[key]], inner)
        if extra and last_foreign not in extra:
            extra[key] = HERE
    if cls.KIND_KEY and next(iter(arguments), None) == cls.KIND_KEY:
        del arguments[cls.KIND_KEY]
    return cls(**arguments, **dict.fromkeys(sorted(required_of(cls) - arguments.keys()), MISSING))


def _is_foreign(cls: type[Model], key: str, value: Any) -> bool:
    """Whether a member is kept as it is: no such argument, null, or what the argument would take for shorthand."""
    name = cls.NAMES.get(key)
    return name is None or value is None or _is_shorthand(cls, cls.PROPERTIES[name], value)


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


def _fields(value: dict[str, Any]) -> list[Model] | Raw:
    """A list of fields; when one of them is no schema, the whole data model as it is."""
    if not all(isinstance(schema, dict) for schema in value.values()):
        return _plain(value)  # type: ignore[no-any-return]
    return [_object(Field, schema, name=name) for name, schema in value.items()]


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
