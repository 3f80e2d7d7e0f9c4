"""Proposals where a value is expected: component types, enumerations, screens, actions, names, bindings."""

import json
from collections.abc import Iterator

from headrace.flowjson.assistance.completion.bindings import SCALARS, complete_binding
from headrace.flowjson.assistance.completion.fields import field_snippet
from headrace.flowjson.assistance.completion.items import (
    Completion,
    CompletionKind,
    Slot,
    standing_value,
    value_slot,
)
from headrace.flowjson.assistance.descriptions import (
    describe_action,
    describe_component,
    describe_screen,
    describe_version,
)
from headrace.flowjson.assistance.inventory import Inventory
from headrace.flowjson.assistance.snippets import (
    Snippet,
    Stop,
    actions_of,
    component_snippet,
    members_snippet,
    name_snippet,
    screen_snippet,
    value_snippet,
)
from headrace.flowjson.assistance.surroundings import FlowNode, ObjectKind, Surroundings
from headrace.flowjson.assistance.words import ABOUT_SCHEMA
from headrace.flowjson.catalogue import (
    COMPONENTS,
    VERSIONS,
    ActionSlot,
    Component,
    Place,
    Property,
    Version,
    data_api_versions,
)
from headrace.flowjson.catalogue.actions import ACTION_NAMES, CLICK_ACTION
from headrace.flowjson.catalogue.containers import SCREEN
from headrace.flowjson.checks.bindings import wanted_types
from headrace.flowjson.checks.data_model import TYPES
from headrace.flowjson.routing import routing_of

__all__ = ["complete_value"]


def complete_value(around: Surroundings, inventory: Inventory) -> Iterator[Completion]:
    """Everything that can be the value at the cursor."""
    node = around.inner
    standing = standing_value(around)
    if node is None or (standing is not None and standing.kind == "mark"):
        return
    slot = value_slot(around)
    match node.kind:
        case ObjectKind.ROOT:
            yield from _of_root(around, slot, inventory)
        case ObjectKind.SCREENS:
            yield from _whole_screen(around, slot, inventory)
        case ObjectKind.COMPONENTS:
            yield from _whole_components(around, slot, node)
        case ObjectKind.COMPONENT | ObjectKind.LAYOUT | ObjectKind.SCREEN | ObjectKind.SHAPE:
            yield from _of_member(around, slot, node, inventory)
        case ObjectKind.ACTION:
            yield from _of_action(around, slot, node)
        case ObjectKind.TARGETS:
            yield from _targets(around, slot, inventory)
        case ObjectKind.FIELDS if not around.cursor.quoted:
            yield slot.put("{ … }", CompletionKind.SNIPPET, field_snippet(), detail="with type and example")
        case ObjectKind.SCHEMA:
            yield from _of_schema(around, slot)
        case ObjectKind.TEXTS | ObjectKind.ITEMS:
            yield from _items(around, slot, node, inventory)
        case ObjectKind.PAYLOAD | ObjectKind.NAMED:
            yield from complete_binding(around, inventory, slot, frozenset())


def _of_root(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    prop = around.prop
    if around.cursor.step == "version":
        for rank, version in enumerate(sorted(VERSIONS, reverse=True)):
            frozen = VERSIONS[version].frozen
            detail = f"frozen on {frozen.isoformat()}" if frozen else ""
            more = {"detail": detail, "documentation": describe_version(str(version)), "is_outdated": bool(frozen)}
            yield slot.text(str(version), CompletionKind.VALUE, rank=rank, **more)
    elif around.cursor.step == "data_api_version":
        for one in data_api_versions(around.version):
            yield slot.text(one, CompletionKind.VALUE)
    elif prop is not None and not around.cursor.quoted:
        if prop.name == "routing_model" and (routes := _routes(inventory)):
            yield slot.put("routes of the actions", CompletionKind.SNIPPET, routes, rank=0, detail="a route for each")
        yield slot.put(_opening(prop), CompletionKind.SNIPPET, value_snippet(prop, around.version), rank=50)


def _routes(inventory: Inventory) -> Snippet | None:
    """The routing model that the actions of the screens make."""
    if not isinstance(inventory.document.value, dict):
        return None
    undeclared = {key: value for key, value in inventory.document.value.items() if key != "routing_model"}
    routes = [f"\t{json.dumps(name)}: {json.dumps(targets)}" for name, targets in routing_of(undeclared).edges.items()]
    return Snippet(("{\n" + ",\n".join(routes) + "\n}",)) if routes else None


def _whole_screen(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    if around.cursor.quoted:
        return
    ends = any(screen.value.get("terminal") is True for screen in inventory.screens)
    yield slot.put(
        "new screen", CompletionKind.SNIPPET, screen_snippet(), rank=5 if ends else 6, detail="with a layout"
    )
    yield slot.put(
        "new terminal screen",
        CompletionKind.SNIPPET,
        screen_snippet(terminal=True),
        rank=6 if ends else 5,
        detail="with a Footer that ends the Flow",
    )


def _whole_components(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    if around.cursor.quoted:
        return
    terminal = _is_terminal(around)
    for rank, component in enumerate(_allowed(node.place, around.version)):
        snippet = component_snippet(component, around.version, terminal=terminal)
        card = describe_component(component, around.version)
        more = {"rank": rank, "detail": component.category.value, "documentation": card}
        yield slot.put(component.name, CompletionKind.COMPONENT, snippet, **more)


def _of_member(around: Surroundings, slot: Slot, node: FlowNode, inventory: Inventory) -> Iterator[Completion]:
    step, prop = around.cursor.step, around.prop
    if node.kind is ObjectKind.COMPONENT and step == "type":
        yield from _types(around, slot, node)
    elif node.shape and node.shape.name == "next" and step in ("type", "name"):
        yield from [slot.text("screen", CompletionKind.VALUE)] if step == "type" else _screens(around, slot, inventory)
    elif prop is not None:
        yield from _of_property(around, slot, prop, inventory)


def _types(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    """Component types; where the type ends its line and nothing else is there yet, with all that they need."""
    for rank, component in enumerate(_allowed(node.place, around.version)):
        card = describe_component(component, around.version)
        more = {"detail": component.category.value, "documentation": card}
        yield slot.text(component.name, CompletionKind.COMPONENT, rank=rank, **more)
    if len(around.frame.members) > 1:
        return
    for rank, component in enumerate(_allowed(node.place, around.version)):
        members = members_snippet(component, around.version, ["type"])
        if members:
            snippet = Snippet((f'"{component.name}",\n',)) + members
            more = {"detail": "with all that it needs", "documentation": describe_component(component, around.version)}
            yield slot.put(f"{component.name} …", CompletionKind.SNIPPET, snippet, rank=100 + rank, **more)


def _of_property(around: Surroundings, slot: Slot, prop: Property, inventory: Inventory) -> Iterator[Completion]:
    version = around.version
    if prop.constant:
        yield slot.text(prop.constant, CompletionKind.VALUE, rank=0)
    for rank, one in enumerate(prop.enum if "array" not in prop.types else ()):
        detail = "default" if one == prop.default else ""
        yield slot.text(one, CompletionKind.VALUE, rank=rank, detail=detail)
    if "boolean" in prop.types:
        # A condition that is always true or false is rarely meant.
        first = 900 if prop.name == "condition" else 0
        for rank, word in enumerate(("true", "false"), first):
            detail = "default" if prop.default is (word == "true") else ""
            yield slot.put(word, CompletionKind.VALUE, Snippet((word,)), rank=rank, detail=detail)
    if prop.action and not around.cursor.quoted:
        for rank, name in enumerate(actions_of(prop.action, version, terminal=_is_terminal(around)), 50):
            more = {"rank": rank, "detail": "action", "documentation": describe_action(name)}
            yield slot.put(name, CompletionKind.ACTION, name_snippet(name), **more)
    elif not around.cursor.quoted and _is_structured(prop):
        yield slot.put(_opening(prop), CompletionKind.SNIPPET, value_snippet(prop, version), rank=50)
    if prop.is_dynamic_in(version):
        wanted = SCALARS if prop.name == "condition" else wanted_types(prop, version)
        yield from complete_binding(around, inventory, slot, wanted)


def _is_terminal(around: Surroundings) -> bool:
    screen = around.around(ObjectKind.SCREEN)
    return screen is not None and screen[1].words("terminal") == "true"


def _is_structured(prop: Property) -> bool:
    return bool(prop.holds_components or prop.holds_cases or prop.shape or prop.types in (("array",), ("object",)))


def _opening(prop: Property) -> str:
    return "[ … ]" if prop.holds_components or "array" in prop.types else "{ … }"


def _of_action(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    if around.cursor.step == "name":
        place = node.slot or ActionSlot("click", ACTION_NAMES)
        for rank, name in enumerate(actions_of(place, around.version, terminal=_is_terminal(around))):
            yield slot.text(name, CompletionKind.ACTION, rank=rank, documentation=describe_action(name))
    elif around.cursor.step == "next" and not around.cursor.quoted:
        snippet = value_snippet(CLICK_ACTION.properties["next"], around.version)
        yield slot.put("{ … }", CompletionKind.SNIPPET, snippet)
    elif around.cursor.step == "payload" and not around.cursor.quoted:
        yield slot.put("{ … }", CompletionKind.SNIPPET, Snippet(("{ ", Stop(), " }")))


def _screens(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    """Every other screen, those first that the routing model allows from here."""
    here = inventory.screen_around(around)
    value = inventory.document.value
    routing = routing_of(value) if isinstance(value, dict) else None
    following = routing.edges.get(here.id, ()) if routing and here and routing.declared else ()
    for screen in inventory.screens:
        if screen.id and screen is not here:
            rank = 0 if screen.id in following else 10
            more = {"rank": rank, "detail": screen.title, "documentation": describe_screen(screen)}
            yield slot.text(screen.id, CompletionKind.SCREEN, **more)


def _targets(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    source = around.cursor.steps[-1]
    present = [item.content for item in around.frame.items if item is not around.cursor.token]
    for screen in inventory.screens:
        if screen.id and screen.id != source and screen.id not in present:
            card = describe_screen(screen)
            yield slot.text(screen.id, CompletionKind.SCREEN, detail=screen.title, documentation=card)


def _of_schema(around: Surroundings, slot: Slot) -> Iterator[Completion]:
    if around.cursor.step == "type":
        for rank, one in enumerate(TYPES):
            yield slot.text(one, CompletionKind.VALUE, rank=rank, documentation=ABOUT_SCHEMA["type"])


def _items(around: Surroundings, slot: Slot, node: FlowNode, inventory: Inventory) -> Iterator[Completion]:
    prop = node.prop
    if prop is None:
        return
    present = [item.content for item in around.frame.items if item is not around.cursor.token]
    for rank, one in enumerate(prop.enum):
        if one not in present:
            yield slot.text(one, CompletionKind.VALUE, rank=rank)
    if prop.shape and not around.cursor.quoted:
        snippet = value_snippet(Property(prop.name, ("object",), shape=prop.shape), around.version)
        yield slot.put("{ … }", CompletionKind.SNIPPET, snippet, detail=prop.shape.name)
    here = inventory.screen_around(around)
    if prop is SCREEN.properties["sensitive"] and here:
        for entry in here.top_inputs:
            if entry.steps[0] not in present:
                yield slot.text(entry.steps[0], CompletionKind.INPUT, detail=entry.kind)


def _allowed(place: Place | None, version: Version) -> list[Component]:
    """The components that may stand in a container."""
    known = [component for component in COMPONENTS.values() if component.since <= version]
    if place is None:
        return known
    return [component for component in known if place in component.places and component.places[place] <= version]
