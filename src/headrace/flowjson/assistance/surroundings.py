"""What the objects and arrays around a cursor are in a Flow: a screen, a component, an action, a payload …"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from headrace.flowjson.assistance.cursor import Cursor, Frame, cursor_at
from headrace.flowjson.catalogue import NEWEST, ActionSlot, Component, Place, Property, Shape, Version, component
from headrace.flowjson.catalogue.actions import CLICK_ACTION, SELECT_ACTION
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN
from headrace.flowjson.document import Document

__all__ = ["FlowNode", "ObjectKind", "Surroundings", "surroundings_of"]


class ObjectKind(Enum):
    """What an object or array is."""

    ROOT = "the Flow"
    SCREENS = "screens"
    SCREEN = "a screen"
    FIELDS = "a data model"
    SCHEMA = "a field of a data model, or a schema within one"
    SCHEMAS = "the properties of a schema"
    LAYOUT = "a layout"
    COMPONENTS = "a list of components"
    COMPONENT = "a component"
    CASES = "the cases of a Switch"
    ITEMS = "a list of closed objects"
    SHAPE = "a closed object"
    TEXTS = "a list of plain values"
    ACTION = "an action"
    PAYLOAD = "a payload"
    NAMED = "values by component name"
    ROUTES = "the routing model"
    TARGETS = "the targets of a screen"
    OPEN = "anything else"


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One object or array. `shape` has the keys a closed object takes; `prop` is the property it is the value of.

    `place` is the container a list of components, or a component, belongs to; `is_top` marks a field of a data model.
    """

    kind: ObjectKind
    shape: Shape | None = None
    prop: Property | None = None
    place: Place | None = None
    slot: ActionSlot | None = None
    is_top: bool = False

    @property
    def component(self) -> Component | None:
        return self.shape if isinstance(self.shape, Component) else None


@dataclass(frozen=True)
class Surroundings:
    """A cursor, and what everything around it is; `nodes` go with `cursor.frames`."""

    document: Document
    cursor: Cursor
    nodes: tuple[FlowNode, ...]

    @property
    def inner(self) -> FlowNode | None:
        """What the innermost object or array is."""
        return self.nodes[-1] if self.nodes else None

    @property
    def frame(self) -> Frame:
        """The innermost object or array."""
        return self.cursor.frames[-1]

    @cached_property
    def version(self) -> Version:
        """The version of the Flow; the newest where none can be made out."""
        text = self.cursor.frames[0].scalar("version") if self.cursor.frames else None
        try:
            return min(Version.parse(text or ""), NEWEST)
        except ValueError:
            return NEWEST

    @property
    def prop(self) -> Property | None:
        """The property whose key or value is at hand; of an item of a list, that of the list."""
        node = self.inner
        if node is None:
            return None
        if node.shape is not None and isinstance(self.cursor.step, str):
            return node.shape.properties.get(self.cursor.step)
        return node.prop

    def around(self, kind: ObjectKind) -> tuple[FlowNode, Frame] | None:
        """The innermost object or array of a kind."""
        for node, frame in zip(reversed(self.nodes), reversed(self.cursor.frames), strict=True):
            if node.kind is kind:
                return node, frame
        return None

    @property
    def screen_index(self) -> int | None:
        """The index of the screen the cursor stands in."""
        steps = self.cursor.steps
        return steps[1] if len(steps) > 1 and steps[0] == "screens" and isinstance(steps[1], int) else None


def surroundings_of(document: Document, offset: int) -> Surroundings:
    """What stands around a character offset of a document."""
    cursor = cursor_at(document.text, offset)
    return Surroundings(document, cursor, tuple(_nodes(cursor)))


def _nodes(cursor: Cursor) -> Iterator[FlowNode]:
    node = FlowNode(ObjectKind.ROOT, ROOT)
    for depth, frame in enumerate(cursor.frames):
        if depth:
            node = _within(node, cursor.steps[depth - 1], frame)
        elif not frame.is_object:
            node = FlowNode(ObjectKind.OPEN)
        yield node


def _within(outer: FlowNode, step: str | int, frame: Frame) -> FlowNode:
    """What stands at a key or index of an object or array that is known."""
    kind = outer.kind
    if isinstance(step, int) != (kind in _ARRAYS):
        return FlowNode(ObjectKind.OPEN)
    if kind is ObjectKind.COMPONENTS:
        return FlowNode(ObjectKind.COMPONENT, component(frame.scalar("type") or ""), place=outer.place)
    if kind is ObjectKind.ITEMS:
        return FlowNode(ObjectKind.SHAPE, outer.shape)
    if kind is ObjectKind.CASES:
        return FlowNode(ObjectKind.COMPONENTS, place=Place.SWITCH)
    if kind is ObjectKind.FIELDS:
        return FlowNode(ObjectKind.OPEN if step == "required" else ObjectKind.SCHEMA, is_top=True)
    if kind is ObjectKind.SCHEMA:
        return FlowNode({"properties": ObjectKind.SCHEMAS, "items": ObjectKind.SCHEMA}.get(str(step), ObjectKind.OPEN))
    simple = _SIMPLE.get((kind, step if kind in (ObjectKind.ROOT, ObjectKind.SCREEN, ObjectKind.ACTION) else ""))
    return simple or _of_property(outer, str(step))


def _of_property(outer: FlowNode, step: str) -> FlowNode:
    prop = outer.shape.properties.get(step) if outer.shape else None
    if prop is None:
        return _guessed(outer, step)
    if prop.holds_components:
        owner = outer.shape.name if outer.shape else ""
        return FlowNode(ObjectKind.COMPONENTS, prop=prop, place=_PLACE_OF.get(owner, Place.LAYOUT))
    if prop.holds_cases:
        return FlowNode(ObjectKind.CASES, prop=prop)
    if prop.action:
        shape = CLICK_ACTION if prop.action.kind == "click" else SELECT_ACTION
        return FlowNode(ObjectKind.ACTION, shape, prop, slot=prop.action)
    if prop.shape:
        return FlowNode(ObjectKind.ITEMS if "array" in prop.types else ObjectKind.SHAPE, prop.shape, prop)
    if prop.item_type:
        return FlowNode(ObjectKind.TEXTS, prop=prop)
    return FlowNode(ObjectKind.NAMED if step in _BY_NAME else ObjectKind.OPEN, prop=prop)


def _guessed(outer: FlowNode, step: str) -> FlowNode:
    """A container or action of a component whose type is not there yet."""
    if outer.kind is ObjectKind.COMPONENT and outer.shape is None:
        if step in _GUESSED_PLACES:
            return FlowNode(ObjectKind.COMPONENTS, place=_GUESSED_PLACES[step])
        if step == "cases":
            return FlowNode(ObjectKind.CASES)
        if step.startswith("on-"):
            return FlowNode(ObjectKind.ACTION, CLICK_ACTION)
    return FlowNode(ObjectKind.OPEN)


_ARRAYS = frozenset({ObjectKind.SCREENS, ObjectKind.COMPONENTS, ObjectKind.ITEMS, ObjectKind.TEXTS, ObjectKind.TARGETS})
_BY_NAME = ("init-values", "error-messages")
_PLACE_OF = {"Form": Place.FORM, "If": Place.IF}
_GUESSED_PLACES = {"children": Place.FORM, "then": Place.IF, "else": Place.IF}
_SIMPLE: dict[tuple[ObjectKind, str | int], FlowNode] = {
    (ObjectKind.ROOT, "screens"): FlowNode(ObjectKind.SCREENS),
    (ObjectKind.ROOT, "routing_model"): FlowNode(ObjectKind.ROUTES),
    (ObjectKind.SCREENS, ""): FlowNode(ObjectKind.SCREEN, SCREEN),
    (ObjectKind.SCREEN, "data"): FlowNode(ObjectKind.FIELDS),
    (ObjectKind.SCREEN, "layout"): FlowNode(ObjectKind.LAYOUT, LAYOUT),
    (ObjectKind.ROUTES, ""): FlowNode(ObjectKind.TARGETS),
    (ObjectKind.SCHEMAS, ""): FlowNode(ObjectKind.SCHEMA),
    (ObjectKind.ACTION, "payload"): FlowNode(ObjectKind.PAYLOAD),
}
