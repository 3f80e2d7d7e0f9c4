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

__all__ = ["Kind", "Setting", "Surroundings", "surroundings_of"]


class Kind(Enum):
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
class Setting:
    """One object or array. `shape` has the keys a closed object takes; `prop` is the property it is the value of.

    `place` is the container a list of components, or a component, belongs to; `is_top` marks a field of a data model.
    """

    kind: Kind
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
    """A cursor, and what everything around it is; `settings` go with `cursor.frames`."""

    document: Document
    cursor: Cursor
    settings: tuple[Setting, ...]

    @property
    def inner(self) -> Setting | None:
        """What the innermost object or array is."""
        return self.settings[-1] if self.settings else None

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
        setting = self.inner
        if setting is None:
            return None
        if setting.shape is not None and isinstance(self.cursor.step, str):
            return setting.shape.properties.get(self.cursor.step)
        return setting.prop

    def around(self, kind: Kind) -> tuple[Setting, Frame] | None:
        """The innermost object or array of a kind."""
        for setting, frame in zip(reversed(self.settings), reversed(self.cursor.frames), strict=True):
            if setting.kind is kind:
                return setting, frame
        return None

    @property
    def screen_index(self) -> int | None:
        """The index of the screen the cursor stands in."""
        steps = self.cursor.steps
        return steps[1] if len(steps) > 1 and steps[0] == "screens" and isinstance(steps[1], int) else None


def surroundings_of(document: Document, offset: int) -> Surroundings:
    """What stands around a character offset of a document."""
    cursor = cursor_at(document.text, offset)
    return Surroundings(document, cursor, tuple(_settings(cursor)))


def _settings(cursor: Cursor) -> Iterator[Setting]:
    setting = Setting(Kind.ROOT, ROOT)
    for depth, frame in enumerate(cursor.frames):
        if depth:
            setting = _within(setting, cursor.steps[depth - 1], frame)
        elif not frame.is_object:
            setting = Setting(Kind.OPEN)
        yield setting


def _within(outer: Setting, step: str | int, frame: Frame) -> Setting:
    """What stands at a key or index of an object or array that is known."""
    kind = outer.kind
    if isinstance(step, int) != (kind in _ARRAYS):
        return Setting(Kind.OPEN)
    if kind is Kind.COMPONENTS:
        return Setting(Kind.COMPONENT, component(frame.scalar("type") or ""), place=outer.place)
    if kind is Kind.ITEMS:
        return Setting(Kind.SHAPE, outer.shape)
    if kind is Kind.CASES:
        return Setting(Kind.COMPONENTS, place=Place.SWITCH)
    if kind is Kind.FIELDS:
        return Setting(Kind.OPEN if step == "required" else Kind.SCHEMA, is_top=True)
    if kind is Kind.SCHEMA:
        return Setting({"properties": Kind.SCHEMAS, "items": Kind.SCHEMA}.get(str(step), Kind.OPEN))
    simple = _SIMPLE.get((kind, step if kind in (Kind.ROOT, Kind.SCREEN, Kind.ACTION) else ""))
    return simple or _of_property(outer, str(step))


def _of_property(outer: Setting, step: str) -> Setting:
    prop = outer.shape.properties.get(step) if outer.shape else None
    if prop is None:
        return _guessed(outer, step)
    if prop.holds_components:
        owner = outer.shape.name if outer.shape else ""
        return Setting(Kind.COMPONENTS, prop=prop, place=_PLACE_OF.get(owner, Place.LAYOUT))
    if prop.holds_cases:
        return Setting(Kind.CASES, prop=prop)
    if prop.action:
        shape = CLICK_ACTION if prop.action.kind == "click" else SELECT_ACTION
        return Setting(Kind.ACTION, shape, prop, slot=prop.action)
    if prop.shape:
        return Setting(Kind.ITEMS if "array" in prop.types else Kind.SHAPE, prop.shape, prop)
    if prop.item_type:
        return Setting(Kind.TEXTS, prop=prop)
    return Setting(Kind.NAMED if step in _BY_NAME else Kind.OPEN, prop=prop)


def _guessed(outer: Setting, step: str) -> Setting:
    """A container or action of a component whose type is not there yet."""
    if outer.kind is Kind.COMPONENT and outer.shape is None:
        if step in _GUESSED_PLACES:
            return Setting(Kind.COMPONENTS, place=_GUESSED_PLACES[step])
        if step == "cases":
            return Setting(Kind.CASES)
        if step.startswith("on-"):
            return Setting(Kind.ACTION, CLICK_ACTION)
    return Setting(Kind.OPEN)


_ARRAYS = frozenset({Kind.SCREENS, Kind.COMPONENTS, Kind.ITEMS, Kind.TEXTS, Kind.TARGETS})
_BY_NAME = ("init-values", "error-messages")
_PLACE_OF = {"Form": Place.FORM, "If": Place.IF}
_GUESSED_PLACES = {"children": Place.FORM, "then": Place.IF, "else": Place.IF}
_SIMPLE: dict[tuple[Kind, str | int], Setting] = {
    (Kind.ROOT, "screens"): Setting(Kind.SCREENS),
    (Kind.ROOT, "routing_model"): Setting(Kind.ROUTES),
    (Kind.SCREENS, ""): Setting(Kind.SCREEN, SCREEN),
    (Kind.SCREEN, "data"): Setting(Kind.FIELDS),
    (Kind.SCREEN, "layout"): Setting(Kind.LAYOUT, LAYOUT),
    (Kind.ROUTES, ""): Setting(Kind.TARGETS),
    (Kind.SCHEMAS, ""): Setting(Kind.SCHEMA),
    (Kind.ACTION, "payload"): Setting(Kind.PAYLOAD),
}
