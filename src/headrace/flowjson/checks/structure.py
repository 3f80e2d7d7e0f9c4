"""The shape of the file: every object has the keys it needs and no others, every value the type it should have.

The walk follows the catalogue and, on its way, collects what the other checks look at (`flow`).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Component, Place, Property, Shape, Version, data_api_versions
from headrace.flowjson.catalogue.containers import CASE_KEY, LAYOUT, ROOT, SCREEN, SCREEN_ID, SCREEN_ID_BEFORE_7_0
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks import actions, data_model, values
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Binding, Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.values import Judge, Slot, spell, wrong_type
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import NESTED_SINCE
from headrace.flowjson.routing import screens_of

UNKNOWN_KEY = rule(
    "structure/unknown-property", "INVALID_PROPERTY_KEY", "Property ({property}) cannot be specified at ({path})."
)
UNKNOWN_KEY_OF_COMPONENT = rule(
    "structure/unknown-component-property",
    "INVALID_PROPERTY_KEY",
    "Property ({property}) cannot be specified at ({component}) on ({path}).",
)
CHANNEL_URI = rule(
    "structure/data-channel-uri",
    "INVALID_PROPERTY_KEY",
    "Property 'data_channel_uri' is no longer supported in Flow JSON as of version '3.0'. Please configure your "
    "endpoint URI using Flows API or Builder. Refer Flows documentation at "
    "https://developers.facebook.com/docs/whatsapp/flows for more information.",
)
META = rule("structure/meta", "INVALID_FLOW_JSON", "Property 'meta' is reserved for Flows that Meta's own tools make.")
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
WRONG_DATA_API_VERSION = rule(
    "version/unknown-data-api-version",
    "INVALID_DATA_API_VERSION",
    "Property 'data_api_version' should be one of [{values}] in Flow JSON {version}, but is '{value}'.",
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
BAD_SCREEN_ID = rule(
    "structure/screen-id",
    "PATTERN_MISMATCH",
    "Property '{property}' should only consist of alphabets and underscores.",
)
SUCCESS_NOT_TERMINAL = rule(
    "structure/success-without-terminal",
    "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
    "Property 'success' can only be specified on a terminal screen.",
)


_TITLE_FILLED_SINCE = v("5.0")
_FORM_NEEDED_BEFORE = v("4.0")
_PLAIN_IDS_SINCE = v("7.0")
_META_KNOWN_SINCE = v("5.1")
_CHANNEL_URI_UNTIL = v("2.1")


def walk(document: Mapping[str, Any], version: Version, findings: Findings) -> Flow:
    """Checks the shape of a whole file of a known version, and gathers what the other checks need."""
    walker = _Walker(findings, Flow(document, version))
    walker.root()
    return walker.flow


class _Table:
    """A closed object in one version: its keys, and which of them it needs."""

    __slots__ = ("required", "slots")

    def __init__(self, shape: Shape, version: Version) -> None:
        exist = [prop for prop in shape.properties.values() if prop.exists_in(version)]
        self.slots = {prop.name: _slot(prop, version) for prop in exist}
        self.required = tuple(prop.name for prop in exist if prop.is_required_in(version))


@lru_cache(maxsize=1024)
def _table(shape: Shape, version: Version) -> _Table:
    return _Table(shape, version)


def _slot(prop: Property, version: Version) -> Slot:
    static = bool(prop.enum or prop.pattern or prop.format or prop.name == "name")
    rejects_blank = prop.not_blank or version >= NESTED_SINCE
    return Slot(prop, _judge(prop), prop.is_dynamic_in(version), rejects_blank, static)


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


def _components(
    walk: "_Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    place = {"Form": Place.FORM, "If": Place.IF}[node.kind] if node else Place.LAYOUT
    walk.components(value, path, node, slot.property.name, place)


def _cases(walk: "_Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        walk.screen.complete = False
        return
    for case, children in value.items():
        if not re.fullmatch(CASE_KEY, case):
            walk.findings.add(values.NO_MATCH, key((*path, case)), property=case, pattern=CASE_KEY)
        walk.components(children, (*path, case), node, case, Place.SWITCH)


def _nothing(walk: "_Walker", slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    """The `type` of a component has been looked at before its properties are."""


class _Walker:
    def __init__(self, findings: Findings, flow: Flow) -> None:
        self.findings = findings
        self.flow = flow
        self.version = flow.version
        self.screen = Screen(-1, (), {})
        self.declared_ids = frozenset(screens_of(flow.value))

    def root(self) -> None:
        flow = self.flow.value
        table = _table(ROOT, self.version)
        for name, value in flow.items():
            slot = table.slots.get(name)
            if slot is None:
                self.unknown_of_root(name)
            elif name == "screens":
                self.screens(value)
            elif name == "routing_model":
                self.routing_model(value)
            elif name == "data_api_version":
                self.data_api_version(value)
            elif name != "version":
                slot.judge(self, slot, value, (name,), None, None)
        for name in table.required:
            if name not in flow:
                self.findings.add(MISSING_KEY, (), property=name)
                self.flow.complete = False

    def unknown_of_root(self, name: str) -> None:
        if name == "data_channel_uri" and self.version > _CHANNEL_URI_UNTIL:
            self.findings.add(CHANNEL_URI, key((name,)))
        elif name == "meta" and self.version >= _META_KNOWN_SINCE:
            self.findings.add(META, (name,))
        else:
            self.findings.add(UNKNOWN_KEY, key((name,)), property=name, path="$root")

    def data_api_version(self, value: Any) -> None:
        allowed = data_api_versions(self.version)
        if type(value) is not str:
            wrong_type(self, value, "string", ("data_api_version",))
        elif value not in allowed:
            self.findings.add(
                WRONG_DATA_API_VERSION,
                ("data_api_version",),
                values=", ".join(allowed),
                version=self.version,
                value=value,
            )

    def routing_model(self, value: Any) -> None:
        path: Path = ("routing_model",)
        if type(value) is not dict:
            wrong_type(self, value, "object", path)
            return
        for source, targets in value.items():
            if not self.is_screen_id(source):
                self.bad_id(key((*path, source)), source, source)
            if type(targets) is not list:
                wrong_type(self, targets, "array", (*path, source))
                continue
            for index, target in enumerate(targets):
                if type(target) is not str:
                    wrong_type(self, target, "string", (*path, source, index))
                elif not self.is_screen_id(target):
                    self.bad_id((*path, source, index), target, source)

    def bad_id(self, place: Any, screen_id: str, owner: str) -> None:
        """A mistake in the id of a screen is told where the screen stands, not wherever it is named."""
        if screen_id not in self.declared_ids:
            self.findings.add(BAD_SCREEN_ID, place, property=owner)

    def is_screen_id(self, text: str) -> bool:
        pattern = SCREEN_ID if self.version >= _PLAIN_IDS_SINCE else SCREEN_ID_BEFORE_7_0
        return re.match(pattern, text) is not None

    def screens(self, value: Any) -> None:
        if type(value) is not list:
            wrong_type(self, value, "array", ("screens",))
            self.flow.complete = False
            return
        if not value:
            self.findings.add(values.TOO_FEW_ITEMS, ("screens",), property="screens", limit=1, noun="item")
            self.flow.complete = False
        for index, one in enumerate(value):
            if type(one) is dict:
                self.one_screen(Screen(index, ("screens", index), one))
            else:
                wrong_type(self, one, "object", ("screens", index))
                self.flow.complete = False

    def one_screen(self, screen: Screen) -> None:
        self.screen = screen
        self.flow.screens.append(screen)
        table = _table(SCREEN, self.version)
        for name, value in screen.value.items():
            slot = table.slots.get(name)
            path = (*screen.path, name)
            if slot is None:
                self.findings.add(UNKNOWN_KEY, key(path), property=name, path=spell(screen.path))
            elif name == "id":
                self.screen_id(value, path)
            elif name == "title":
                self.title(slot, value, path)
            elif name == "layout":
                self.layout(value, path)
            elif name == "data":
                data_model.read(self, value, path)
            else:
                slot.judge(self, slot, value, path, None, None)
        for name in table.required:
            if name not in screen.value:
                self.findings.add(MISSING_KEY, screen.path, property=name)
                if name == "layout":
                    screen.complete = False
        if screen.id is None or screen.id in self.flow.by_id:
            self.flow.complete = False
        else:
            self.flow.by_id[screen.id] = screen
        if "success" in screen.value and screen.value.get("terminal") is not True:
            self.findings.add(SUCCESS_NOT_TERMINAL, (*screen.path, "success"))

    def screen_id(self, value: Any, path: Path) -> None:
        if type(value) is not str:
            wrong_type(self, value, "string", path)
        elif not value:
            self.findings.add(values.TOO_SHORT, path, property="id", limit=1)
        else:
            self.screen.id = value
            if not self.is_screen_id(value):
                self.findings.add(BAD_SCREEN_ID, path, property="id")

    def title(self, slot: Slot, value: Any, path: Path) -> None:
        """A title may hold a reference to another screen; nothing is known of its type."""
        if type(value) is not str:
            wrong_type(self, value, "string", path)
        elif not value.strip() and self.version >= _TITLE_FILLED_SINCE:
            self.findings.add(values.BLANK, path, property="title")

    def layout(self, value: Any, path: Path) -> None:
        self.screen.complete = False
        if type(value) is not dict:
            wrong_type(self, value, "object", path)
            return
        if "type" not in value:
            self.findings.add(MISSING_TYPE, path)
            return
        if value["type"] != LAYOUT.name:
            self.wrong_constant((*path, "type"))
            return
        self.screen.complete = True
        self.closed(LAYOUT, value, path, None)
        if "children" not in value:
            self.screen.complete = False

    def wrong_constant(self, path: Path) -> None:
        self.findings.add(WRONG_CONSTANT, path, property=path[-1], path=spell(path))

    def closed(
        self, shape: Shape, value: dict[str, Any], path: Path, node: Node | None, item: int | None = None
    ) -> None:
        """An object of this shape: no other keys, no required one missing, every value as declared."""
        table = _table(shape, self.version)
        slots = table.slots
        for name, inner in value.items():
            slot = slots.get(name)
            if slot is None:
                self.unknown(name, path, node)
            else:
                slot.judge(self, slot, inner, (*path, name), node, item)
        for name in table.required:
            if name not in value:
                self.findings.add(MISSING_KEY, path, property=name)
                if name in ("name", "children", "then", "cases"):
                    self.screen.complete = False

    def unknown(self, name: str, path: Path, node: Node | None) -> None:
        if node:
            self.findings.add(
                UNKNOWN_KEY_OF_COMPONENT,
                key((*path, name)),
                property=name,
                component=node.kind,
                path=spell(path),
            )
        else:
            self.findings.add(UNKNOWN_KEY, key((*path, name)), property=name, path=spell(path))

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
        node.misplaced = not self.placed(node)
        screen = self.screen
        screen.nodes.append(node)
        if parent:
            parent.children.append(node)
        if declared.category is not _CONTAINER:
            name = value.get("name")
            if type(name) is str:
                screen.names.setdefault(name, node)
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
        if type(kind) is not str:
            if "type" in value:
                wrong_type(self, kind, "string", (*path, "type"))
            else:
                self.findings.add(MISSING_TYPE, path)
            return None
        declared = COMPONENTS.get(kind)
        if declared is None or declared.since > self.version:
            self.wrong_constant((*path, "type"))
            return None
        return declared

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
