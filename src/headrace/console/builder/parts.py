"""New components and screens: what each begins with, made from the catalogue so that it passes the checks."""

import re
from collections.abc import Iterable
from typing import Any

from headrace.flowjson.assistance.snippets import actions_of
from headrace.flowjson.catalogue import ActionSlot, Component, Property, Shape, Version
from headrace.flowjson.routing import routing_of
from headrace.flowjson.traversal import Placed, components_of, screens_with_paths

# One transparent pixel: a place for the picture that is meant.
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
_OPTIONS = ("First", "Second")


def spaced(name: str) -> str:
    """`TextInput` in words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def new_component(declared: Component, version: Version, flow: Any, placed: Placed) -> dict[str, Any]:
    """A component of this type with everything it needs, for the screen `placed`."""
    names = _texts(one.value.get("name") for one in components_of(placed))
    made: dict[str, Any] = {}
    for prop in declared.properties.values():
        if not prop.is_required_in(version):
            continue
        if prop.name == "name":
            made["name"] = _free(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", declared.name).lower(), names)
        elif prop.action:
            made[prop.name] = new_action(prop.action, version, flow, placed)
        elif prop.name == "condition" or (prop.name == "value" and declared.name == "Switch"):
            name = next((one.value["name"] for one in components_of(placed) if _is_named(one.value)), None)
            read = f"${{form.{name}}}" if name else "${data.shown}"
            made[prop.name] = f"{read} == 'something'" if prop.name == "condition" else read
        else:
            made[prop.name] = _value(prop, declared, version)
    if declared.name == "NavigationList":  # the list or each of its items needs one
        made["on-click-action"] = new_action(declared.properties["on-click-action"].action, version, flow, placed)
    return made


def new_action(slot: ActionSlot | None, version: Version, flow: Any, placed: Placed) -> dict[str, Any]:
    """Ends the Flow on a terminal screen; elsewhere goes to the screen that follows, or asks the endpoint."""
    is_terminal = placed.value.get("terminal") is True
    names = [] if slot is None else actions_of(slot, version, terminal=is_terminal)
    routes = routing_of(flow).edges.get(str(placed.value.get("id")), ())
    others = [one.value.get("id") for one in screens_with_paths(flow) if one.path != placed.path]
    target = next(iter(routes), None) or next((one for one in others if isinstance(one, str)), None)
    for name in names:
        if name == "navigate" and target is None:
            continue
        if name == "navigate":
            return {"name": name, "next": {"type": "screen", "name": target}, "payload": {}}
        return {"name": name, "url": "https://example.org"} if name == "open_url" else {"name": name, "payload": {}}
    return {"name": "complete", "payload": {}}


def new_screen(flow: Any) -> dict[str, Any]:
    """A screen that ends the Flow, under an id that is free."""
    taken = _texts(one.value.get("id") for one in screens_with_paths(flow))
    ids = ("SCREEN", *(f"SCREEN_{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ"))
    identifier = next((one for one in ids if one not in taken), "SCREEN_" + "Z" * (len(taken) + 1))
    footer = {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {}}}
    children = [{"type": "TextHeading", "text": "A new screen"}, footer]
    layout = {"type": "SingleColumnLayout", "children": children}
    return {"id": identifier, "title": "A new screen", "terminal": True, "data": {}, "layout": layout}


def _texts(values: Iterable[Any]) -> set[str]:
    """Those that are texts; a Flow that is not in order has anything in their place."""
    return {value for value in values if isinstance(value, str)}


def _is_named(component: Any) -> bool:
    return isinstance(component.get("name"), str) and component.get("type") != "Form"


def _free(name: str, taken: Iterable[Any]) -> str:
    known = set(taken)
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, 10_000))) if one not in known)


def _value(prop: Property, owner: Component, version: Version) -> Any:
    if prop.constant:
        return prop.constant
    if prop.holds_cases:
        return {"case": [{"type": "TextBody", "text": "Text"}]}
    if prop.holds_components:
        return [{"type": "TextBody", "text": "Text"}]
    if prop.name in {"src", "image"}:
        return _PIXEL
    if prop.shape and "array" in prop.types:
        return [_item(prop, number, version) for number in range(max(2, prop.min_items or 1))]
    if prop.shape:
        return _item(prop, 0, version)
    if prop.enum:
        return [prop.enum[0]] if "array" in prop.types else prop.enum[0]
    if prop.types[0] == "boolean":
        return bool(prop.default)
    if prop.types[0] in {"number", "integer"}:
        return prop.minimum if prop.default is None and prop.minimum is not None else prop.default or 1
    if prop.types[0] == "array":
        return ["Text"]
    return {} if prop.types[0] == "object" else spaced(owner.name)


def _item(prop: Property, number: int, version: Version) -> dict[str, Any]:
    assert prop.shape is not None
    return new_item(prop.shape, number + 1, version)


def new_item(shape: Shape, number: int, version: Version) -> dict[str, Any]:
    """An item of a list, or an object in one, with everything it needs; the first one has the number 1."""
    made: dict[str, Any] = {}
    for inner in shape.properties.values():
        if inner.is_required_in(version):
            named = _OPTIONS[number - 1] if number <= len(_OPTIONS) else f"Option {number}"
            words = f"{number}" if inner.name == "id" else named
            is_picture = inner.name in {"src", "image"}
            if inner.shape:
                made[inner.name] = new_item(inner.shape, number, version)
            else:
                made[inner.name] = _PIXEL if is_picture else inner.constant or words
    return made
