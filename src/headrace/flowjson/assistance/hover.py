"""What is worth knowing about the thing at the cursor."""

from typing import NamedTuple

from headrace.flowjson.assistance.cursor import Part
from headrace.flowjson.assistance.descriptions import (
    describe_action,
    describe_component,
    describe_field,
    describe_input,
    describe_property,
    describe_screen,
    describe_version,
)
from headrace.flowjson.assistance.inventory import Field, Input, Inventory, ScreenEntry
from headrace.flowjson.assistance.surroundings import ObjectKind, Surroundings, surroundings_of
from headrace.flowjson.assistance.symbols import Name, NameKind, Segment, name_at, segment_at
from headrace.flowjson.assistance.words import ABOUT_SCHEMA
from headrace.flowjson.catalogue import component
from headrace.flowjson.document import Document

__all__ = ["Hover", "hover"]


class Hover(NamedTuple):
    """Markdown about the characters from `start` to `end`."""

    text: str
    start: int
    end: int


def hover(document: Document, offset: int) -> Hover | None:
    """The card of what stands at a character offset; None where nothing is known. Never raises."""
    around = surroundings_of(document, offset)
    token = around.cursor.token
    if token is None or around.inner is None:
        return None
    inventory = Inventory(document)
    if segment := segment_at(around):
        card = _of_reference(segment, inventory, inventory.screen_around(around))
        start, end = segment.around(offset)
    else:
        name_used = name_at(around, inventory)
        card = _of_name(name_used[0], inventory) if name_used else ""
        card = card or (_of_key(around) if around.cursor.part is Part.KEY else _of_value(around))
        start, end = token.content_start, token.content_end
    return Hover(card, start, end) if card else None


def _of_reference(segment: Segment, inventory: Inventory, here: ScreenEntry | None) -> str:
    reference = segment.reference
    screen = inventory.screen(reference.screen) if reference.screen is not None else here
    if reference.screen is not None and segment.depth < 2:
        return describe_screen(screen) if screen else ""
    until = max(segment.depth + 1, len(reference.path) - len(reference.steps) + 1)
    path = reference.path[:until]
    return _of_entry(inventory.look_up(path, here), ".".join(path), screen)


def _of_name(name: Name, inventory: Inventory) -> str:
    screen = inventory.screen(name.screen)
    if screen is None:
        return ""
    if name.kind is NameKind.SCREEN:
        return describe_screen(screen)
    source = "data" if name.kind is NameKind.FIELD else "form"
    return _of_entry(inventory.look_up((source, name.text), screen), f"{source}.{name.text}", screen)


def _of_entry(entry: Field | Input | None, reference: str, screen: ScreenEntry | None) -> str:
    if entry is None or screen is None:
        return ""
    if isinstance(entry, Field):
        return describe_field(entry, reference, screen)
    return describe_input(entry, reference, screen)


def _of_key(around: Surroundings) -> str:
    node, key = around.inner, around.cursor.token.content if around.cursor.token else ""
    if node is None:
        return ""
    if node.kind is ObjectKind.SCHEMA:
        return ABOUT_SCHEMA.get(key, "")
    prop = node.shape.properties.get(key) if node.shape else None
    if prop and node.shape:
        return describe_property(prop, node.shape, around.version)
    return ""


def _of_value(around: Surroundings) -> str:
    node, step = around.inner, around.cursor.step
    content = around.cursor.token.content if around.cursor.token else ""
    if node is None:
        return ""
    if node.kind in (ObjectKind.COMPONENT, ObjectKind.LAYOUT) and step == "type":
        return describe_component(node.component, around.version) if node.component else ""
    if node.kind is ObjectKind.ACTION and step == "name":
        return describe_action(content)
    if node.kind is ObjectKind.ROOT and step == "version":
        return describe_version(content)
    prop = node.shape.properties.get(str(step)) if node.shape else None
    if prop and node.shape and component(node.shape.name) and (prop.enum or prop.types == ("boolean",)):
        return describe_property(prop, node.shape, around.version)
    return ""
