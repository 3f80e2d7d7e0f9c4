"""Closed objects and components: each has the keys it needs and no others, every value the type it should have.

The walk follows the catalogue and, on its way, collects what the other checks look at (`flow`). It begins in `root`.
"""

from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Place, Shape
from headrace.flowjson.catalogue.containers import LAYOUT
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, key, listed
from headrace.flowjson.checks.flow import Binding, Flow, LongText, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.spelling import meant_by, same_as
from headrace.flowjson.checks.structure.schemas import ComponentSchema, ObjectSchema, component_schemas, object_schema
from headrace.flowjson.checks.values import PropertySchema, spell, wrong_type
from headrace.flowjson.diagnostics import Path

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


class StructureWalk:
    """Goes through a file once. `screen` is the one being walked."""

    def __init__(self, findings: Findings, flow: Flow) -> None:
        self.findings = findings
        self.flow = flow
        self.version = flow.version
        self.kinds = component_schemas(flow.version)
        self.screen = Screen(-1, (), {})

    def wrong_constant(self, path: Path, advice: str = "") -> None:
        self.findings.add(WRONG_CONSTANT, path, advice=advice, property=path[-1], path=spell(path))

    def closed(
        self, shape: Shape, value: dict[str, Any], path: Path, node: Node | None, item: int | None = None
    ) -> None:
        """An object of this shape: no other keys, no required one missing, every value as declared."""
        self.checked(object_schema(shape, self.version), value, path, node, item)

    def checked(
        self, schema: ObjectSchema, value: dict[str, Any], path: Path, node: Node | None, item: int | None = None
    ) -> None:
        """The same by the schema of the shape."""
        entries = schema.entries
        unknown: list[str] = []
        for name, inner in value.items():
            entry = entries.get(name)
            if entry is None:
                unknown.append(name)
                continue
            plain, passes, wanted = entry
            if type(inner) is plain and (passes is None or passes(inner)):
                continue
            wanted.check(self, wanted, inner, (*path, name), node, item)
            if wanted.limit:
                self.measured(inner, wanted, (*path, name), node)
        if unknown or not schema.required <= value.keys():
            missing = [name for name in schema.order if name not in value]
            self.keys(unknown, missing, schema, path, node)

    def measured(self, value: Any, schema: PropertySchema, path: Path, node: Node | None) -> None:
        """Notes texts that are longer than a phone shows: the value itself, its lines, or its members."""
        if type(value) is str:
            if len(value) > schema.limit:
                self.screen.long_texts.append(LongText(value, schema.limit, path, node))
        elif schema.property.shape is None and type(value) in (list, dict):
            for step, one in value.items() if type(value) is dict else enumerate(value):
                if type(one) is str and len(one) > schema.limit:
                    self.screen.long_texts.append(LongText(one, schema.limit, (*path, step), node))

    def keys(self, unknown: list[str], missing: list[str], schema: ObjectSchema, path: Path, node: Node | None) -> None:
        """Keys that are not known and keys that are not there; a key that is only misspelt is the one for the other."""
        for name in unknown:
            meant = same_as(name, schema.entries) or meant_by(name, missing) or meant_by(name, schema.entries)
            advice = f"Did you mean '{meant}'?" if meant else ""
            words: dict[str, Any] = {"property": name, "path": spell(path), "component": node.kind if node else ""}
            words["meant"] = meant
            broken = UNKNOWN_KEY_OF_COMPONENT if node else UNKNOWN_KEY
            self.findings.add(broken, key((*path, name)), advice=advice, **words)
            missing = [name for name in missing if name != meant]
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
        kind = self.component_schema(value, path, place)
        screen = self.screen
        if kind is None:
            screen.complete = False
            return
        declared = kind.component
        node = Node(declared.name, declared, value, path, place, parent, branch)
        if place not in kind.free_places:
            node.misplaced = not self.placed(node)
        screen.nodes.append(node)
        alike = screen.kinds.get(declared.name)
        if alike is None:
            screen.kinds[declared.name] = [node]
            self.flow.kinds.setdefault(declared.name, []).append(screen)
        else:
            alike.append(node)
        if parent:
            parent.children.append(node)
        if kind.asks:
            screen.questions.append(node)
        if not kind.contains:
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
        self.checked(kind.schema, value, path, node)

    def component_schema(self, value: Any, path: Path, place: Place) -> ComponentSchema | None:
        """The declaration of a component, or None when it is not known; then the reason has been reported."""
        if type(value) is not dict:
            wrong_type(self, value, "object", path)
            return None
        name = value.get("type")
        if type(name) is str:
            if name in self.kinds:
                return self.kinds[name]
            self.wrong_constant((*path, "type"), self.about_type(name, place))
        elif "type" in value:
            wrong_type(self, name, "string", (*path, "type"))
        else:
            self.findings.add(MISSING_TYPE, path)
        return None

    def about_type(self, name: str, place: Place) -> str:
        """What to do about a type that this version does not have."""
        if name in COMPONENTS:
            return f"{name} came with Flow JSON {COMPONENTS[name].since}."
        if meant := meant_by(name, self.kinds):
            return f"Did you mean '{meant}'?"
        return f"There is no component of that name. Here may stand {listed(self.possible(place))}."

    def possible(self, place: Place) -> Iterator[str]:
        """The types of components that may stand at a place, in this version."""
        for name, kind in self.kinds.items():
            since = kind.component.places.get(place)
            if since is not None and since <= self.version:
                yield name

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

    def bound(self, text: str, schema: PropertySchema, path: Path, node: Node | None) -> None:
        self.screen.bindings.append(Binding(text, schema.property, path, node))


def _in_inner_branch(node: Node) -> bool:
    """Whether a Footer stands in an If that itself stands in an If; only the outermost may hold one."""
    return node.place is Place.IF and sum(ancestor.kind == "If" for ancestor in node.ancestors()) > 1
