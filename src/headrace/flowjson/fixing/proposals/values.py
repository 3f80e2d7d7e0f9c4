"""Values made from other values, and from declarations."""

import re
from collections.abc import Mapping
from typing import Any

from headrace.flowjson.checks.data_model import TYPES
from headrace.flowjson.checks.example_values import is_of_type, mismatch
from headrace.flowjson.checks.spelling import meant_by
from headrace.flowjson.checks.values import type_name

EXAMPLES: Mapping[str, Any] = {
    "string": "Example", "number": 1, "integer": 1, "boolean": True, "object": {}, "array": [],
}  # fmt: skip

_NOTHING: Mapping[str, Any] = {"number": 0, "integer": 0, "boolean": False, "object": {}, "array": []}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_WORDS = {
    "true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip
_OTHER_TYPES = {
    "int": "integer", "long": "integer", "float": "number", "double": "number", "decimal": "number", "bool": "boolean",
    "str": "string", "text": "string", "date": "string", "datetime": "string", "varchar": "string", "list": "array",
    "dict": "object", "map": "object", "json": "object",
}  # fmt: skip


class Unclear(Exception):
    """There is no evident value."""


def coerced(value: Any, wanted: str) -> Any:
    """The value as one of the wanted JSON type; raises Unclear."""
    if is_of_type(value, wanted):
        return value
    if wanted == "boolean":
        word = str(value).strip().lower()
        if word in _WORDS:
            return _WORDS[word]
    elif wanted in ("number", "integer"):
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            number = float(value)
            return int(number) if number.is_integer() else number
        if wanted == "integer" and isinstance(value, float) and value.is_integer():
            return int(value)
    elif wanted == "string":
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return value[0]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, bool):
            return str(value).lower()
    elif wanted == "array" and value is not None:
        return [value]
    elif wanted == "object" and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    raise Unclear


def type_meant(name: Any) -> str | None:
    """The type of a data model that a word was meant to be."""
    if isinstance(name, list):
        return next((one for one in name if one in TYPES), None)
    word = str(name).strip().lower()
    return _OTHER_TYPES.get(word) or meant_by(word, TYPES)


def example_of(schema: Any) -> Any:
    """A value that satisfies a schema, as plain as possible."""
    if not isinstance(schema, Mapping):
        return EXAMPLES["string"]
    listed = schema.get("enum")
    if isinstance(listed, list) and listed:
        return listed[0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties")
        members = properties if isinstance(properties, Mapping) else {}
        return {name: example_of(inner) for name, inner in members.items()}
    if kind == "array":
        return [example_of(schema["items"])] if isinstance(schema.get("items"), Mapping) else []
    if kind in ("number", "integer") and isinstance(schema.get("minimum"), int | float):
        return schema["minimum"]
    return EXAMPLES.get(kind, "Example") if isinstance(kind, str) else "Example"


def nothing_of(schema: Any) -> Any:
    """The value of a schema that says least: an empty text, 0, false, an empty list."""
    if not isinstance(schema, Mapping):
        return ""
    listed = schema.get("enum")
    if isinstance(listed, list) and listed:
        return listed[0]
    properties = schema.get("properties")
    if schema.get("type") == "object" and isinstance(properties, Mapping):
        return {name: nothing_of(inner) for name, inner in properties.items()}
    return _NOTHING.get(str(schema.get("type")), "")


def fitting(value: Any, schema: Any) -> Any:
    """The value changed as little as possible so that it satisfies the schema."""
    if not isinstance(schema, Mapping) or mismatch(value, schema) is None:
        return value
    kind = schema.get("type")
    if kind == "object" and isinstance(value, dict):
        return _fitting_object(value, schema)
    if kind == "array" and isinstance(value, list):
        return [fitting(one, schema.get("items")) for one in value]
    try:
        changed = coerced(value, kind) if isinstance(kind, str) and kind != "array" else example_of(schema)
    except Unclear:
        return example_of(schema)
    return changed if mismatch(changed, schema) is None else example_of(schema)


def _fitting_object(value: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    declared = properties if isinstance(properties, Mapping) else {}
    made = {name: fitting(inner, declared.get(name)) for name, inner in value.items()}
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if name not in made:
            made[name] = example_of(declared.get(name))
    return made


def schema_of(value: Any) -> dict[str, Any]:
    """The schema a value is an example of."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {name: schema_of(inner) for name, inner in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0]) if value else {"type": "string"}}
    kind = type_name(value)
    return {"type": kind if kind in TYPES else "string"}
