"""Closed objects and components: each has the keys it needs and no others, every value the type it should have.

The walk follows the catalogue and, on its way, collects what the other checks look at (`flow`). It begins in `frame`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Component, Place, Property, Shape, Version
from headrace.flowjson.catalogue.containers import CASE_KEY, LAYOUT
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks import actions, values
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Binding, Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.spelling import meant_by
from headrace.flowjson.checks.values import Judge, Slot, spell, wrong_type
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import NESTED_SINCE

UNKNOWN_KEY = rule(
    "structure/unknown-property", "INVALID_PROPERTY_KEY", "Property ({property}) cannot be specified at ({path})."
)
UNKNOWN_KEY_OF_COMPONENT = rule(
    "structure/unknown-component-property",
    "INVALID_PROPERTY_KEY",
    "Property ({property}) cannot be specified at ({component}) on ({path}).",
)
MISSING_KEY = rule(
    "structure/missing-property",
    "MISSING_REQUIRED_PROPERTY",
    "Required property '{property}' is missing.",
    absence=True,
)
MISSING_TYPE = rule(
    "structure/missing-type",
    "MISSING_REQUIRED_TYPE_PROPERTY",
    "Required property 'type' is missing.",
    absence=True,
)
WRONG_CONSTANT = rule(
    "structure/wrong-value", "INVALID_PROPERTY_VALUE", "Invalid value found for property {property} at {path}."
)
NOT_HERE = rule(
    "structure/component-not-here",
    "ONE_OF_SCHEMA_VALIDATION_FAILED",
    "Component '{component}' cannot stand in '{container}'{version}.",
)
NEEDS_FORM = rule(
    "structure/input-outside-form",
    "KEYWORD_ONE_OF",
    "Property '{component}' must be defined inside parent property 'Form'.",
)

_FORM_NEEDED_BEFORE = v("4.0")


class Table:
    """A closed object in one version: its keys, and which of them it needs, also in their order."""

    __slots__ = ("order", "required", "slots")

    def __init__(self, shape: Shape, version: Version) -> None:
        exist = [prop for prop in shape.properties.values() if prop.exists_in(version)]
        self.slots = {prop.name: _slot(prop, version) for prop in exist}
        self.order = tuple(prop.name for prop in exist if prop.is_required_in(version))
        self.required = frozenset(self.order)


@lru_cache(maxsize=1024)
def table_of(shape: Shape, version: Version) -> Table:
    """The table of a shape; made once per version."""
    return Table(shape, version)


def _slot(prop: Property, version: Version) -> Slot:
    static = bool(prop.enum or prop.pattern or prop.format or prop.name == "name")
    rejects_blank = prop.not_blank or version >= NESTED_SINCE
    judge = _judge(prop)
    plain, passes = _quick(prop, judge)
    return Slot(prop, judge, prop.is_dynamic_in(version), rejects_blank, static, plain, passes)


_UNREMARKABLE = re.compile(r"[^\s$`]").match


def _quick(prop: Property, judge: Judge) -> tuple[type | None, Callable[[Any], object]]:
    """What most values of a property are, and how to see at once that there is nothing to say about one."""
    if judge is _nothing:
        return str, _always
    if judge is values.typed and prop.types == ("boolean",):
        return bool, _always
    if judge is values.text and prop.enum:
        return str, frozenset(prop.enum).__contains__
    if judge is values.text and not (prop.pattern or prop.format):
        return str, _UNREMARKABLE
    return None, _always


def _always(value: Any) -> bool:
    return True


def _judge(prop: Property) -> Judge:
    """Which judge looks at a property."""
    if prop.action:
        return actions.action
    if prop.holds_components:
        return _components
    if prop.holds_cases:
        return _cases
    if prop.constant:
        return _nothing
    if prop.types == ("array",):
        return values.objects if prop.shape else values.texts
    if prop.types == ("object",):
        return values.closed_object if prop.shape else values.open_object
    if prop.types == ("string", "boolean"):
        return values.text_or_flag
    if "object" in prop.types:
        return values.scalar_or_object
    return values.text if prop.types[0] == "string" else values.typed


def _components(walk: "Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    place = {"Form": Place.FORM, "If": Place.IF}[node.kind] if node else Place.LAYOUT
    walk.components(value, path, node, slot.property.name, place)


def _cases(walk: "Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        walk.screen.complete = False
        return
    for case, children in value.items():
        if not re.fullmatch(CASE_KEY, case):
            walk.findings.add(values.NO_MATCH, key((*path, case)), property=case, pattern=CASE_KEY)
        walk.components(children, (*path, case), node, case, Place.SWITCH)


def _nothing(walk: "Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    """The `type` of a component has been looked at before its properties are."""


@lru_cache(maxsize=64)
def _free_places(version: Version) -> dict[str, frozenset[Place]]:
    """The components of a version, each with the places where nothing more has to be looked at."""
    return {
        name: frozenset(place for place, since in one.places.items() if since <= version and name != "Footer")
        for name, one in COMPONENTS.items()
        if one.since <= version
    }


class Walker:
    """Goes through a file once. `screen` is the one being walked."""

    def __init__(self, findings: Findings, flow: Flow) -> None:
        self.findings = findings
        self.flow = flow
        self.version = flow.version
        self.free_places = _free_places(flow.version)
        self.screen = Screen(-1, (), {})

    def wrong_constant(self, path: Path) -> None:
        self.findings.add(WRONG_CONSTANT, path, property=path[-1], path=spell(path))

    def closed(
        self, shape: Shape, value: dict[str, Any], path: Path, node: Node | None, item: int | None = None
    ) -> None:
        """An object of this shape: no other keys, no required one missing, every value as declared."""
        table = table_of(shape, self.version)
        slots = table.slots
        unknown: list[str] = []
        for name, inner in value.items():
            slot = slots.get(name)
            if slot is None:
                unknown.append(name)
            elif type(inner) is not slot.plain or not slot.passes(inner):
                slot.judge(self, slot, inner, (*path, name), node, item)
        if unknown or not table.required <= value.keys():
            missing = [name for name in table.order if name not in value]
            self.keys(unknown, missing, table, path, node)

    def keys(self, unknown: list[str], missing: list[str], table: Table, path: Path, node: Node | None) -> None:
        """Keys that are not known and keys that are not there; a key that is only misspelt is the one for the other."""
        for name in unknown:
            meant = meant_by(name, missing) or meant_by(name, table.slots)
            advice = f"Did you mean '{meant}'?" if meant else ""
            words: dict[str, Any] = {"property": name, "path": spell(path), "component": node.kind if node else ""}
            words["meant"] = meant
            broken = UNKNOWN_KEY_OF_COMPONENT if node else UNKNOWN_KEY
            self.findings.add(broken, key((*path, name)), advice=advice, **words)
            missing = [one for one in missing if one != meant]
            self.doubt(meant)
        for name in missing:
            self.findings.add(MISSING_KEY, path, property=name)
            self.doubt(name)

    def doubt(self, name: str | None) -> None:
        """What is lost with a key: the names on a screen, components, the screens of the file."""
        if name in ("name", "layout", "children", "then", "cases", "on-click-action", "next"):
            self.screen.complete = False
        elif name in ("screens", "id"):
            self.flow.complete = False

    def components(self, value: Any, path: Path, parent: Node | None, branch: str, place: Place) -> None:
        if type(value) is not list:
            wrong_type(self, value, "array", path)
            self.screen.complete = False
            return
        for index, one in enumerate(value):
            self.component(one, (*path, index), parent, branch, place)

    def component(self, value: Any, path: Path, parent: Node | None, branch: str, place: Place) -> None:
        declared = self.component_type(value, path)
        if declared is None:
            self.screen.complete = False
            return
        node = Node(declared.name, declared, value, path, place, parent, branch)
        if place not in self.free_places[node.kind]:
            node.misplaced = not self.placed(node)
        screen = self.screen
        screen.nodes.append(node)
        screen.kinds.setdefault(node.kind, []).append(node)
        if parent:
            parent.children.append(node)
        if declared.is_input and declared.name != "NavigationList":
            screen.questions.append(node)
        if declared.category is not _CONTAINER:
            name = value.get("name")
            if type(name) is str:
                if screen.names.setdefault(name, node) is not node:
                    screen.has_equal_names = True
            elif name is not None:
                screen.complete = False
        elif declared.name == "Form":
            screen.forms.append(node)
        else:
            screen.has_branches = True
        self.closed(declared, value, path, node)

    def component_type(self, value: Any, path: Path) -> Component | None:
        """The declaration of a component, or None when it cannot be told; then it has been said why."""
        if type(value) is not dict:
            wrong_type(self, value, "object", path)
            return None
        kind = value.get("type")
        if type(kind) is str:
            if kind in self.free_places:
                return COMPONENTS[kind]
            self.wrong_constant((*path, "type"))
        elif "type" in value:
            wrong_type(self, kind, "string", (*path, "type"))
        else:
            self.findings.add(MISSING_TYPE, path)
        return None

    def placed(self, node: Node) -> bool:
        """Whether a component may stand where it does."""
        since = node.component.places.get(node.place)
        if since is not None and since <= self.version and not (node.kind == "Footer" and _in_inner_branch(node)):
            return True
        if node.place is Place.LAYOUT and self.version < _FORM_NEEDED_BEFORE and Place.FORM in node.component.places:
            self.findings.add(NEEDS_FORM, node.path, component=node.kind)
            return False
        self.findings.add(
            NOT_HERE,
            (*node.path, "type"),
            component=node.kind,
            container=node.parent.kind if node.parent else LAYOUT.name,
            version=f" before Flow JSON {since}" if since and since > self.version else "",
        )
        return False

    def bound(self, text: str, slot: Slot, path: Path, node: Node | None) -> None:
        self.screen.bindings.append(Binding(text, slot.property, path, node))


_CONTAINER = COMPONENTS["Form"].category


def _in_inner_branch(node: Node) -> bool:
    """Whether a Footer stands in an If that itself stands in an If; only the outermost may hold one."""
    return node.place is Place.IF and sum(ancestor.kind == "If" for ancestor in node.ancestors()) > 1
