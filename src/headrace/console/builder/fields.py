"""The inspector's fields: every property of a component, a screen or an item of a list, with the input that fits it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from headrace.console.builder.parts import spaced
from headrace.flowjson.assistance.words import ABOUT_COMPONENTS, about_property
from headrace.flowjson.catalogue import NEWEST, Property, Shape, Version, component
from headrace.flowjson.catalogue.choices import OPTION
from headrace.flowjson.catalogue.containers import SCREEN
from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing import Draft
from headrace.flowjson.pictures import image_fault, row_image_kb
from headrace.flowjson.refusal import Refused
from headrace.flowjson.traversal import components_of, screens_with_paths
from headrace.ui.bodies import Unparsable, parse_json

SCREEN_FIELDS = ("id", "title", "terminal", "success", "refresh_on_back")
EXAMPLE = "__example__"
MOST_ITEMS = 200
"""At most this many items of a list are shown as a table."""

_REFERENCES_SINCE = v("4.0")


def fields(document: Document, path: Path, version: Version) -> dict[str, Any]:
    """The properties of a component or a screen as fields to fill in. Raises Refused when there is no such thing."""
    value = Draft(document).get(path)
    if not isinstance(value, dict):
        raise Refused("There is no such thing.")
    is_screen = len(path) == 2
    shape = shape_at(document, path)
    wanted = [prop for name, prop in shape.properties.items() if not is_screen or name in SCREEN_FIELDS]
    bindings = list(_bindings(document.value, path, version))
    found = [
        _field(document, prop, value, path, shape, version, bindings) for prop in wanted if _is_shown(prop, version)
    ]
    owner = "screen" if is_screen else shape.name
    title = f"Screen {text_of(value.get('id'))}" if is_screen else spaced(owner)
    return {"title": title, "about": ABOUT_COMPONENTS.get(owner, ""), "fields": found, "path": path}


def version_of(flow: Any) -> Version:
    """The version that a Flow says it has, as far as it can be read; else the newest."""
    try:
        return Version.parse(flow["version"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return NEWEST


def shape_at(document: Document, path: Path) -> Shape:
    """What the catalogue declares for the object at a path, which need not be there yet: a screen, a component, an item
    of a list, or an item of a list in an example of data. Raises Refused where nothing is known.
    """
    if len(path) < 2:
        raise Refused("There is no such thing on a screen.")
    if len(path) == 2:
        return SCREEN
    if path[2] == "data" and EXAMPLE in path:
        return _walked(example_shape(document.value, path), path[path.index(EXAMPLE) + 1 :])
    known: Shape | None = None
    rest = path
    value: Any = document.value
    for depth, step in enumerate(path):
        try:
            value = value[step]
        except (IndexError, KeyError, TypeError):
            break
        declared = component(text_of(value.get("type"))) if depth > 1 and isinstance(value, dict) else None
        if declared is not None:
            known, rest = declared, path[depth + 1 :]
    if known is None:
        raise Refused("Nothing is known of this component: mend its type first.")
    return _walked(known, rest)


def _walked(shape: Shape, path: Path) -> Shape:
    for step in path:
        if isinstance(step, int):
            continue
        prop = shape.properties.get(step)
        if prop is None or prop.shape is None:
            raise Refused("Nothing is known of this component: mend its type first.")
        shape = prop.shape
    return shape


def example_shape(flow: Any, path: Path) -> Shape:
    """What the items of a field of data are: those of the list that is bound to it."""
    for placed in screens_with_paths(flow):
        if placed.path != path[:2]:
            continue
        for one in components_of(placed):
            declared = component(text_of(one.value.get("type")))
            for prop in declared.properties.values() if declared else ():
                if is_list(prop) and prop.shape and one.value.get(prop.name) == f"${{data.{path[3]}}}":
                    return prop.shape
    return OPTION


def is_list(prop: Property) -> bool:
    """Whether a property holds a list of objects that the catalogue describes."""
    return prop.shape is not None and "array" in prop.types


def _is_shown(prop: Property, version: Version) -> bool:
    return prop.exists_in(version) and prop.constant is None and not prop.holds_components and not prop.holds_cases


def _field(
    document: Document,
    prop: Property,
    owner: Mapping[str, Any],
    path: Path,
    shape: Shape,
    version: Version,
    bindings: list[tuple[str, str]],
) -> dict[str, Any]:
    given = owner.get(prop.name)
    is_there = prop.name in owner
    is_bound = isinstance(given, str) and ("${" in given or "`" in given)
    kind = kind_of(prop)
    found: dict[str, Any] = {}
    if kind == "items":
        found["items"] = _items(document, (*path, prop.name), given, version)
    elif kind == "image" and not is_bound:
        largest = IMAGE_KB if "src" in shape.properties else row_image_kb(version)
        given = given if isinstance(given, str) else ""
        found |= {"value": "", **image_size(given, largest)}
    elif is_there and (is_bound or not _fits(kind, given, prop)):
        kind = "text" if isinstance(given, str) else "json"
    dynamic = prop.is_dynamic_in(version)
    return {
        "name": prop.name,
        "path": path,
        "kind": kind,
        "value": "" if not is_there else given if isinstance(given, str) and kind != "json" else written(given),
        "choices": list(prop.enum),
        "required": prop.is_required_in(version),
        "bindings": [binding for binding, kind in bindings if kind in prop.types] if dynamic else [],
        "limit": prop.cut_at or prop.max_length,
        "default": "" if prop.default is None else written(prop.default),
        "about": about_property(shape.name, prop.name) or prop.note,
        "leads_to": _leads_to(given) if prop.action else None,
        "actions": [name for name, since in prop.action.names.items() if since <= version] if prop.action else [],
        **found,
    }


def image_size(text: str, largest: int) -> dict[str, Any]:
    """The bytes of an image in Base64, how many there may be (`largest` in KB), and why phones would not draw it."""
    size = len("".join(text.split()).rstrip("=")) * 3 // 4
    return {"size": size, "largest": largest * 1024, "fault": image_fault(text, largest)}


def _items(document: Document, path: Path, given: Any, version: Version) -> dict[str, Any] | None:
    """The items of a list: those that are written there, or those of the example that it is bound to."""
    field = bound_field(given)
    if field is not None:
        path = (*path[:2], "data", field, EXAMPLE)
        draft = Draft(document)
        given = draft.get(path) if draft.has(path) else None
    return None if not isinstance(given, list) else items_at(document, path, given, version)


def items_at(document: Document, path: Path, given: list[Any], version: Version) -> dict[str, Any]:
    """The items of the list at a path, each with its fields; of a long list the first ones."""
    shape = shape_at(document, path)
    bindings = [] if EXAMPLE in path else list(_bindings(document.value, path, version))
    rows = []
    for index, item in enumerate(given[:MOST_ITEMS]):
        if isinstance(item, dict):
            here = (*path, index)
            shown = list(_item_fields(document, item, here, shape, version, bindings))
            rows.append({"path": here, "title": _title(item), "fields": shown})
    return {"path": path, "rows": rows, "more": max(0, len(given) - MOST_ITEMS)}


def _item_fields(
    document: Document,
    item: Mapping[str, Any],
    path: Path,
    shape: Shape,
    version: Version,
    bindings: list[tuple[str, str]],
) -> Iterator[dict[str, Any]]:
    """The members of an item; those of an object in it one by one."""
    for prop in shape.properties.values():
        if not _is_shown(prop, version) or (prop.action and EXAMPLE in path):
            continue
        if prop.shape and not is_list(prop) and not prop.action:
            inner = item.get(prop.name)
            for one in prop.shape.properties.values():
                owner = inner if isinstance(inner, dict) else {}
                yield _field(document, one, owner, (*path, prop.name), prop.shape, version, bindings) | {
                    "label": f"{prop.name} {one.name}"
                }
        else:
            yield _field(document, prop, item, path, shape, version, bindings)


def _title(item: Mapping[str, Any]) -> str:
    main = item.get("main-content")
    words = [
        item.get("title"),
        main.get("title") if isinstance(main, dict) else None,
        item.get("alt-text"),
        item.get("id"),
    ]
    return next((one[:80] for one in map(text_of, words) if one), "")


def bound_field(given: Any) -> str | None:
    """The field of the screen's own data that a value is bound to as a whole."""
    if not isinstance(given, str) or not given.startswith("${data.") or not given.endswith("}"):
        return None
    name = given[len("${data.") : -1]
    return name if name and not set(name) & set(".{}$") else None


def _bindings(flow: Any, path: Path, version: Version) -> Iterator[tuple[str, str]]:
    """What can be bound to from a screen, each with its JSON type: its data, its inputs, those of other screens."""
    for placed in screens_with_paths(flow):
        is_here = placed.path == path[:2]
        if not is_here and version < _REFERENCES_SINCE:
            continue
        start = "" if is_here else f"screen.{text_of(placed.value.get('id'))}."
        data = placed.value.get("data")
        for name, schema in data.items() if isinstance(data, dict) else ():
            if isinstance(schema, dict):
                yield f"${{{start}data.{name}}}", text_of(schema.get("type"))
        if version < _REFERENCES_SINCE:
            continue
        for one in components_of(placed):
            declared, name = component(text_of(one.value.get("type"))), text_of(one.value.get("name"))
            if declared is not None and declared.is_input and name and declared.value_type:
                yield f"${{{start}form.{name}}}", declared.value_type


def kind_of(prop: Property) -> str:
    """Which input fits a property: text, number, flag, choice, image, items, action or json."""
    if prop.action:
        return "action"
    if is_list(prop):
        return "items"
    if prop.format == "base64":
        return "image"
    if prop.enum and "array" not in prop.types:
        return "choice"
    return {"boolean": "flag", "number": "number", "integer": "number", "string": "text"}.get(prop.types[0], "json")


def _fits(kind: str, given: Any, prop: Property) -> bool:
    if kind == "choice":
        return given in prop.enum
    if kind == "number":
        return isinstance(given, int | float)
    wanted = {"flag": bool, "text": str, "action": dict}.get(kind)
    return wanted is None or isinstance(given, wanted)


def _leads_to(action: Any) -> str | None:
    following = action.get("next") if isinstance(action, dict) else None
    return text_of(following.get("name")) or None if isinstance(following, dict) else None


def read_typed(name: str, kind: str, typed: str) -> Any:
    """A value as it was typed into its field. Raises Refused when it is none of that kind."""
    is_binding = "${" in typed or typed.startswith("`")
    if kind == "flag" and typed in {"true", "false"}:
        return typed == "true"
    if kind in {"text", "choice", "image"} or (is_binding and not typed.lstrip().startswith(("{", "["))):
        return typed
    try:
        value = parse_json(typed.encode("utf-8", "replace"))
    except Unparsable as error:
        wanted = "a number or a binding" if kind == "number" else "JSON or a binding"
        raise Refused(f'"{name}" wants {wanted}: this {error}.') from error
    if kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise Refused(f'"{name}" wants a number or a binding.')
    return value


def text_of(value: Any) -> str:
    """A text as it is; nothing for what is none."""
    return value if isinstance(value, str) else ""


def written(value: Any) -> str:
    """A value as it is shown in a field."""
    return json.dumps(value, ensure_ascii=False, indent=2)
