"""The data model of a screen: every field has a type and an example that fits it."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.checks.example_values import mismatch
from headrace.flowjson.checks.findings import key
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.values import Walk, wrong_type
from headrace.flowjson.diagnostics import Path, format_path

MISSING_IN_ENTRY = rule(
    "data/missing-property", "MISSING_REQUIRED_PROPERTY", "Required property '{property}' is missing.", absence=True
)
NESTED_EXAMPLE = rule(
    "data/nested-example",
    "INVALID_SCREEN_DATA",
    "Property '__example__' is allowed only as a top level property of data model. Invalid entry: '/$root/{entry}'.",
)
MISSING_TYPE = rule(
    "data/missing-type", "INVALID_SCREEN_DATA", "Missing the definition of property 'type'.", absence=True
)
TYPE_NOT_TEXT = rule("data/type-not-text", "INVALID_SCREEN_DATA", "Expected the property 'type' to be of type string.")
UNKNOWN_TYPE = rule(
    "data/unknown-type", "INVALID_SCREEN_DATA", "Property 'type' should be one of [{types}], but is '{actual}'."
)
MISSING_ITEMS = rule(
    "data/missing-items", "INVALID_SCREEN_DATA", "Missing the schema for property 'items' in array.", absence=True
)
WRONG_ITEMS = rule(
    "data/wrong-items", "INVALID_SCREEN_DATA", "Expected the property 'items' to be of type boolean or object."
)
WRONG_MEMBER = rule(
    "data/wrong-member", "INVALID_SCREEN_DATA", "Expected the property '{property}' to be of type {expected}."
)
WRONG_EXAMPLE = rule(
    "data/wrong-example",
    "INVALID_SCREEN_DATA",
    "Invalid data model schema. Expected property '{property}' to be of type {expected}, but found {actual}.",
)

TYPES = ("string", "number", "integer", "boolean", "object", "array")

EXAMPLE = "__example__"


def read(walk: Walk, value: Any, path: Path) -> None:
    """Checks `data` of the screen that is being walked, and hands it to the screen."""
    screen = walk.screen
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        screen.data_complete = False
        return
    fields: dict[str, Mapping[str, Any]] = {}
    for name, entry in value.items():
        if name == "required" and type(entry) is list:
            continue
        if type(entry) is not dict:
            wrong_type(walk, entry, "object", (*path, name))
            screen.data_complete = False
            continue
        fields[name] = entry
        _field(walk, name, entry, (*path, name))
    screen.data = fields


def _field(walk: Walk, name: str, entry: dict[str, Any], path: Path) -> None:
    before = walk.findings.count
    # Meta's validator lets every name that begins with "required" pass here, and so does this check.
    if not name.startswith("required"):
        for wanted in ("type", EXAMPLE):
            if wanted not in entry:
                walk.findings.add(MISSING_IN_ENTRY, path, property=wanted)
    _schema(walk, entry, path, top=True)
    if walk.findings.count != before or EXAMPLE not in entry:
        return
    difference = mismatch(entry[EXAMPLE], entry)
    if difference:
        where = format_path((EXAMPLE, *difference.path))
        walk.findings.add(
            WRONG_EXAMPLE, (*path, EXAMPLE), property=where, expected=difference.expected, actual=difference.actual
        )  # fmt: skip


def _schema(walk: Walk, schema: dict[str, Any], path: Path, *, top: bool = False) -> None:
    if not top and EXAMPLE in schema:
        entry = "/".join(str(step) for step in (*path, EXAMPLE))
        walk.findings.add(NESTED_EXAMPLE, key((*path, EXAMPLE)), entry=entry)
    kind = schema.get("type")
    if "type" not in schema:
        if not top and not _is_open(schema):
            walk.findings.add(MISSING_TYPE, path)
    elif type(kind) is not str:
        walk.findings.add(TYPE_NOT_TEXT, (*path, "type"))
    elif kind not in TYPES:
        walk.findings.add(UNKNOWN_TYPE, (*path, "type"), types=", ".join(TYPES), actual=kind)
    if kind == "array" and "items" not in schema:
        walk.findings.add(MISSING_ITEMS, path)
    if "items" in schema:
        _items(walk, schema["items"], (*path, "items"))
    if "properties" in schema:
        _properties(walk, schema["properties"], (*path, "properties"))


def _is_open(schema: Mapping[str, Any]) -> bool:
    """A schema that says what it allows in another way than by a type."""
    return any(keyword in schema for keyword in ("enum", "const", "anyOf", "oneOf", "allOf", "$ref"))


def _items(walk: Walk, items: Any, path: Path) -> None:
    if type(items) is dict:
        _schema(walk, items, path)
    elif type(items) is not bool:
        walk.findings.add(WRONG_ITEMS, path)


def _properties(walk: Walk, properties: Any, path: Path) -> None:
    if type(properties) is not dict:
        walk.findings.add(WRONG_MEMBER, path, property="properties", expected="object")
        return
    for name, inner in properties.items():
        if type(inner) is dict:
            _schema(walk, inner, (*path, name))
        elif type(inner) is not bool:
            walk.findings.add(WRONG_MEMBER, (*path, name), property=name, expected="object")
