"""The data model editor: the fields of a screen's data, each with its type and an example in the input that fits."""

from collections.abc import Mapping
from typing import Any

from headrace.console.builder.fields import EXAMPLE, image_size, items_at, read_typed, text_of, written
from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing import Draft, TextEdit, declare_field, remove_field, rename_field
from headrace.flowjson.pictures import image_fault
from headrace.flowjson.refusal import Refused

TYPES = {
    "string": "Text",
    "number": "Number",
    "boolean": "Yes or no",
    "options": "List of options",
    "texts": "List of texts",
    "object": "Object",
}
"""The types that a field can be given, in words."""

_KINDS = {"string": "text", "number": "number", "integer": "number", "boolean": "flag", "options": "items"}
_OPTIONS = [{"id": "1", "title": "First"}, {"id": "2", "title": "Second"}]
_MEMBER = {"type": "string"}
_ANY_SIZE = 1_000_000  # KB: here it counts only whether it is an image
_SHORTEST_IMAGE = 60
"""No image has fewer characters in Base64."""


def data_model(document: Document, path: Path, version: Version) -> dict[str, Any] | None:
    """The fields of the data of the screen at a path; none where its `data` is no object."""
    draft = Draft(document)
    data = draft.get((*path, "data")) if draft.has((*path, "data")) else {}
    if not isinstance(data, dict):
        return None
    found = []
    for name, schema in data.items():
        if isinstance(schema, dict):
            found.append(_field(document, (*path, "data", name), name, schema, version))
    return {"types": [{"type": kind, "words": words} for kind, words in TYPES.items()], "fields": found}


def _field(document: Document, path: Path, name: str, schema: Mapping[str, Any], version: Version) -> dict[str, Any]:
    given = schema.get(EXAMPLE)
    kind = type_of(schema)
    found: dict[str, Any] = {"name": name, "type": kind, "kind": _KINDS.get(kind, "json")}
    if found["kind"] == "items" and isinstance(given, list):
        return found | {"value": "", "items": items_at(document, (*path, EXAMPLE), given, version)}
    if found["kind"] == "text" and not isinstance(given, str):
        found["kind"] = "json"
    is_long = isinstance(given, str) and len(given) >= _SHORTEST_IMAGE
    if found["kind"] == "text" and is_long and not image_fault(str(given), _ANY_SIZE):
        return found | {"kind": "image", "value": "", **image_size(str(given), IMAGE_KB)}
    shown = "" if EXAMPLE not in schema else given if found["kind"] == "text" else written(given)
    return found | {"kind": "json" if found["kind"] == "items" else found["kind"], "value": shown}


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a field among `TYPES`; what stands as `type` where it is none of these."""
    items = schema.get("items")
    within = items.get("type") if isinstance(items, dict) else None
    if schema.get("type") == "array":
        return {"object": "options", "string": "texts"}.get(text_of(within), "array")
    return text_of(schema.get("type"))


def new_schema(kind: str, given: Any = None) -> dict[str, Any]:
    """The schema of a field of a type, with an example: made of another example as far as it goes.

    Raises Refused when there is no such type.
    """
    if kind not in TYPES:
        raise Refused(f"A field is one of {', '.join(TYPES)}.")
    if kind == "options":
        return options_schema(_options(given))
    if kind == "texts":
        titles = [_title(one) for one in given] if isinstance(given, list) else []
        return {"type": "array", "items": dict(_MEMBER), EXAMPLE: [one for one in titles if one] or ["First", "Second"]}
    if kind == "object":
        value = given if isinstance(given, dict) else {"name": "Text"}
        return {"type": "object", "properties": {key: schema_of(one) for key, one in value.items()}, EXAMPLE: value}
    if kind == "boolean":
        return {"type": kind, EXAMPLE: given if isinstance(given, bool) else str(given).lower() != "false"}
    if kind == "number":
        return {"type": kind, EXAMPLE: _number(given)}
    is_single = given is not None and not isinstance(given, dict | list)
    return {"type": kind, EXAMPLE: "Text" if not is_single else given if isinstance(given, str) else written(given)}


def options_schema(options: list[Any]) -> dict[str, Any]:
    """The schema of a list of objects, with every member that one of them has."""
    members: dict[str, Any] = {}
    for one in options:
        for key, value in one.items() if isinstance(one, dict) else ():
            members.setdefault(key, schema_of(value))
    return {"type": "array", "items": {"type": "object", "properties": members}, EXAMPLE: options}


def schema_of(value: Any) -> dict[str, Any]:
    """What a value is, as a schema."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "number"}
    if isinstance(value, dict):
        return {"type": "object", "properties": {key: schema_of(one) for key, one in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0]) if value else dict(_MEMBER)}
    return dict(_MEMBER)


def _options(given: Any) -> list[Any]:
    if not isinstance(given, list) or not given:
        return _OPTIONS
    return [one if isinstance(one, dict) else {"id": str(at), "title": str(one)} for at, one in enumerate(given, 1)]


def _title(value: Any) -> str:
    return text_of(value.get("title")) if isinstance(value, dict) else text_of(value)


def _number(given: Any) -> int | float:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return given
    try:
        return int(str(given))
    except ValueError:
        return 1


def add(document: Document, asked: Mapping[str, Any], path: Path) -> tuple[TextEdit, ...]:
    """Declares a field (`name`, `type`) on the screen at a path, and supplies it wherever the screen is gone to."""
    schema = new_schema(str(asked.get("type", "string")))
    return declare_field(document, _screen_id(document, path), str(asked.get("name", "")).strip(), schema)


def rename(document: Document, asked: Mapping[str, Any], path: Path) -> tuple[TextEdit, ...]:
    """Gives the field `name` the name `value`, wherever it stands."""
    return rename_field(document, _screen_id(document, path), str(asked.get("name", "")), str(asked.get("value", "")))


def remove(document: Document, asked: Mapping[str, Any], path: Path) -> tuple[TextEdit, ...]:
    """Takes the field `name` out, and the members of payloads that fill it."""
    return remove_field(document, _screen_id(document, path), str(asked.get("name", "")))


def retype(document: Document, asked: Mapping[str, Any], path: Path) -> tuple[TextEdit, ...]:
    """Gives the field `name` the type `value`, and an example of it."""
    draft, place = Draft(document), (*path, "data", str(asked.get("name", "")))
    schema = draft.get(place)
    if not isinstance(schema, dict):
        raise Refused("There is no such field.")
    kind = str(asked.get("value", ""))
    if type_of(schema) == kind:
        return ()
    own = {key: value for key, value in schema.items() if key not in {"type", "items", "properties", EXAMPLE}}
    draft.set(place, {**new_schema(kind, schema.get(EXAMPLE)), **own})
    return draft.edits()


def exemplify(document: Document, asked: Mapping[str, Any], path: Path) -> tuple[TextEdit, ...]:
    """Gives the field `name` the example `value`, as it was typed; new members of an object are declared."""
    name = str(asked.get("name", ""))
    draft, place = Draft(document), (*path, "data", name)
    schema = draft.get(place)
    if not isinstance(schema, dict):
        raise Refused("There is no such field.")
    kind = "json" if asked.get("kind") == "json" else _KINDS.get(type_of(schema), "json")
    typed = str(asked.get("value", ""))
    value = typed if kind == "text" else read_typed(name, kind, typed)
    draft.set((*place, EXAMPLE), value)
    for at, one in (("properties", value), ("items", value[0] if isinstance(value, list) and value else None)):
        holder = (*place, "items", "properties") if at == "items" else (*place, at)
        if isinstance(one, dict) and draft.has(holder):
            declare_members(draft, holder, one)
    return draft.edits()


def declare_members(draft: Draft, holder: Path, value: Mapping[str, Any]) -> None:
    """Declares the members of a value that its schema's `properties`, at `holder`, does not know yet."""
    known = draft.get(holder)
    for key, one in value.items():
        if isinstance(known, dict) and key not in known:
            draft.insert((*holder, key), schema_of(one), position=len(known))
            known = draft.get(holder)


def _screen_id(document: Document, path: Path) -> str:
    screen = Draft(document).get(path)
    identifier = screen.get("id") if isinstance(screen, dict) else None
    if len(path) != 2 or not isinstance(identifier, str):
        raise Refused("The screen needs an id first.")
    return identifier
