"""Which keys come in which order, by the role an object plays in a Flow.

Short facts come first, long lists last: of a screen its id and title before its data and layout, of a component its
type and name before its children. The order of what the author names (payloads, data models, routes, cases) stays as
it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Property, Shape
from headrace.flowjson.catalogue.actions import CLICK_ACTION
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN
from headrace.flowjson.diagnostics import Path


@dataclass(frozen=True, slots=True)
class Role:
    """How an object is laid out: keys `first`, then all others, then those in `last`.

    `expanded` objects have each member on a line of its own. `members` are the roles of members by key, `others` is
    that of every other member. An array hands its role on to its items.
    """

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    expanded: bool = False
    members: Mapping[str, str] = field(default_factory=dict)
    others: str = "open"

    def sort(self, keys: Iterable[str]) -> list[str]:
        """The keys in canonical order; keys without a place keep their order."""
        first = {key: index for index, key in enumerate(self.first)}
        last = {key: len(first) + 1 + index for index, key in enumerate(self.last)}
        return sorted(keys, key=lambda key: first.get(key, last.get(key, len(first))))


@cache
def role_named(name: str) -> Role:
    """The role of this name; `component:Footer` and `shape:option` come from the catalogue."""
    kind, _, detail = name.partition(":")
    if kind == "component":
        return _of_shape(COMPONENTS[detail], expanded=True) if detail in COMPONENTS else _UNKNOWN_COMPONENT
    return _SHAPES[detail] if kind == "shape" else _ROLES[name]


def role_of(name: str, component_type: Any) -> Role:
    """The role of an object, where that of a component depends on its type."""
    if name == "component" and isinstance(component_type, str):
        return role_named(f"component:{component_type}")
    return role_named(name)


def role_at(types: Sequence[Any], path: Path) -> Role:
    """The role of the object at `path` of a Flow. `types` are the members `type` of the values on the way there, from
    the document to the object itself; None where there is none."""
    name = "root"
    for kind, step in zip(types, path, strict=False):
        if isinstance(step, str):
            role = role_of(name, kind)
            name = role.members.get(step, role.others)
    return role_of(name, types[len(path)])


def _of_shape(shape: Shape, *, expanded: bool = False) -> Role:
    holds = [name for name, prop in shape.properties.items() if prop.holds_components or prop.holds_cases]
    first = [name for name in shape.properties if name not in holds]
    members = {name: _member(prop) for name, prop in shape.properties.items()}
    return Role(tuple(first), tuple(holds), expanded, members)


def _member(prop: Property) -> str:
    if prop.holds_components:
        return "component"
    if prop.holds_cases:
        return "cases"
    if prop.action:
        return "action"
    if prop.shape:
        _SHAPES.setdefault(prop.shape.name, _of_shape(prop.shape))
        return f"shape:{prop.shape.name}"
    return "values" if prop.name in ("init-values", "error-messages") else "open"


_SHAPES: dict[str, Role] = {}

_UNKNOWN_COMPONENT = Role(
    ("type", "name"), ("children", "then", "else", "cases"), True,
    {"children": "component", "then": "component", "else": "component", "cases": "cases"},
)  # fmt: skip

_ROLES: Mapping[str, Role] = {
    "root": Role(
        ("version", "data_api_version", *(key for key in ROOT.properties if key not in ("version", "screens"))),
        ("screens",),
        True,
        {"screens": "screen", "routing_model": "routes"},
    ),
    "screen": Role(
        tuple(key for key in SCREEN.properties if key not in ("data", "layout")),
        ("data", "layout"),
        True,
        {"data": "fields", "layout": "layout"},
    ),
    "layout": _of_shape(LAYOUT, expanded=True),
    "component": _UNKNOWN_COMPONENT,
    "cases": Role(expanded=True, others="component"),
    "routes": Role(expanded=True),
    "values": Role(expanded=True),
    "action": Role(("name", "next", "url"), ("payload",), False, {"next": "next", "payload": "values"}),
    "next": _of_shape(CLICK_ACTION.properties["next"].shape or CLICK_ACTION),
    "fields": Role(expanded=True, others="schema"),
    "schema": Role(("type",), ("__example__",), False, {"properties": "schemas", "items": "schema"}),
    "schemas": Role(others="schema"),
    "open": Role(),
}
