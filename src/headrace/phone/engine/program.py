"""A Flow, read once into what the phone walks through.

Compiling never checks: a broken draft runs as far as it can, and what cannot be used becomes a placeholder that says
so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.flowjson.catalogue import NEWEST, Version
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import parse
from headrace.flowjson.routing import Routing, routing_of
from headrace.phone.values.datamodel import DataModel
from headrace.phone.values.inputs import KINDS

DEEPEST = 20
"""Containers are followed down to at most this many levels."""

_SAFE_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class UnusableFlow(ValueError):
    """There is no screen to show. The text says what is missing."""


@dataclass(frozen=True, slots=True)
class Node:
    """One component as the Flow JSON has it.

    `key` is unique on its screen and the same every time the same text is compiled; it is safe in an HTML id. `fixed`
    are properties that never change, `bound` those with bindings, `handlers` the actions (`on-…`), all unresolved.
    `branches` are the children of a container by branch: `children` of a Form, `then`/`else` of an If, the cases of a
    Switch. `problem` says why the component cannot be used; the screen then shows a placeholder. `path` is where it
    stands in the Flow JSON.
    """

    key: str
    type: str
    name: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    bound: Mapping[str, Any] = field(default_factory=dict)
    handlers: Mapping[str, Any] = field(default_factory=dict)
    branches: Mapping[str, tuple["Node", ...]] = field(default_factory=dict)
    problem: str | None = None
    path: Path = ()

    @property
    def is_input(self) -> bool:
        return self.type in KINDS and self.problem is None

    def everything(self) -> Iterator["Node"]:
        """This node and all below it, in every branch."""
        yield self
        for children in self.branches.values():
            for child in children:
                yield from child.everything()


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. `inputs` are all its inputs by name, `types` the types of all its components; both also count the
    branches that are not shown. `asks_openly`: it asks the endpoint in a way that Meta's client looks for.
    """

    id: str
    title: Any
    terminal: bool
    success: bool
    refresh_on_back: bool
    sensitive: tuple[str, ...]
    model: DataModel
    nodes: tuple[Node, ...]
    inputs: Mapping[str, Node]
    types: frozenset[str]
    path: Path = ()
    asks_openly: bool = False

    @property
    def has_footer(self) -> bool:
        return "Footer" in self.types

    @property
    def has_navigation_list(self) -> bool:
        return "NavigationList" in self.types

    @property
    def list_names(self) -> set[str]:
        """The names of its NavigationLists: their values are rows that were tapped, not something entered."""
        everything = (node for root in self.nodes for node in root.everything())
        return {node.name for node in everything if node.type == "NavigationList"}


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled Flow; one serves any number of sessions."""

    version: Version
    data_api_version: str | None
    screens: Mapping[str, Screen]
    routing: Routing
    unchanging: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)
    """The visible components of nodes without bindings, by the identity of the node."""
    ahead: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    """How many screens still lie ahead, as was worked out for the screens that were shown."""

    @classmethod
    def compile(cls, source: str | bytes | dict[str, Any]) -> "Program":
        """Reads a Flow JSON. Raises `UnusableFlow` when it has no screen at all."""
        flow = source if isinstance(source, dict) else parse(source).value
        if not isinstance(flow, dict):
            raise UnusableFlow("This is not a Flow JSON: its root is not an object.")
        listed = flow.get("screens")
        screens: dict[str, Screen] = {}
        for number, declared in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(declared, dict) and isinstance(declared.get("id"), str) and declared["id"] not in screens:
                screens[declared["id"]] = _screen(declared, ("screens", number))
        if not screens:
            raise UnusableFlow("This Flow has no screen to show.")
        api_version = flow.get("data_api_version")
        return cls(
            version=_version(flow.get("version")),
            data_api_version=api_version if isinstance(api_version, str) else None,
            screens=screens,
            routing=routing_of(flow),
        )

    @property
    def is_endpoint_flow(self) -> bool:
        return self.data_api_version is not None

    @property
    def tells_its_endpoint(self) -> bool:
        """Whether an endpoint hears of errors. Meta's client looks for `data_exchange` in some components only, outside
        of If and Switch, and for `refresh_on_back`.
        """
        return self.is_endpoint_flow and any(screen.asks_openly for screen in self.screens.values())

    @property
    def entry_screen(self) -> str:
        """Where the Flow begins when nobody names a screen: the first entry screen in the order of the file."""
        return next((name for name in self.screens if name in self.routing.entry_screens), next(iter(self.screens)))

    def may_begin_at(self, screen: str) -> bool:
        """Whether a message or an answer to INIT may open the Flow here."""
        if screen in self.routing.entry_screens or not self.routing.entry_screens:
            return True
        return not self.is_endpoint_flow and any(screen.has_navigation_list for screen in self.screens.values())


def _version(declared: Any) -> Version:
    try:
        return Version.parse(declared) if isinstance(declared, str) else NEWEST
    except ValueError:
        return NEWEST


def _screen(declared: dict[str, Any], path: Path) -> Screen:
    layout = declared.get("layout")
    children = layout.get("children") if isinstance(layout, dict) else None
    nodes = _Compiler().nodes(children, (*path, "layout", "children"), depth=0)
    everything = [node for root in nodes for node in root.everything()]
    inputs: dict[str, Node] = {}
    for node in everything:
        if node.is_input:
            inputs.setdefault(node.name, node)
    sensitive = declared.get("sensitive")
    return Screen(
        id=declared["id"],
        title=declared.get("title", ""),
        terminal=declared.get("terminal") is True,
        success=declared.get("success") is not False,
        refresh_on_back=declared.get("refresh_on_back") is True,
        sensitive=tuple(name for name in sensitive if isinstance(name, str)) if isinstance(sensitive, list) else (),
        model=DataModel.compile(declared.get("data")),
        nodes=nodes,
        inputs=inputs,
        types=frozenset(node.type for node in everything),
        path=path,
        asks_openly=declared.get("refresh_on_back") is True or any(map(_asks_openly, nodes)),
    )


_ASKING = frozenset(
    {"Footer", "EmbeddedLink", "OptIn", "DatePicker", "CalendarPicker", "CheckboxGroup", "RadioButtonsGroup"}
)
"""The components whose `data_exchange` makes Meta's client tell the endpoint of errors."""


def _asks_openly(node: Node) -> bool:
    if node.type == "Form":
        return any(map(_asks_openly, node.branches["children"]))
    return node.type in _ASKING and any(handler.get("name") == "data_exchange" for handler in node.handlers.values())


class _Compiler:
    """Compiles the components of one screen, giving each its key."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._count = 0

    def nodes(self, declared: Any, path: Path, depth: int) -> tuple[Node, ...]:
        if not isinstance(declared, list):
            return ()
        return tuple(self._node(child, (*path, number), depth) for number, child in enumerate(declared))

    def _node(self, declared: Any, path: Path, depth: int) -> Node:
        self._count += 1
        kind = declared.get("type") if isinstance(declared, dict) else None
        if not isinstance(declared, dict) or not isinstance(kind, str):
            return Node(self._key("component"), "Unknown", problem="A component here has no type.", path=path)
        if depth >= DEEPEST:
            return Node(self._key(kind), kind, problem=f"{kind} stands too deep inside other components.", path=path)
        name = declared.get("name")
        name = name if isinstance(name, str) else ""
        fixed, bound, handlers = _properties(declared)
        return Node(
            key=self._key(name or kind),
            type=kind,
            name=name,
            fixed=fixed,
            bound=bound,
            handlers=handlers,
            branches=self._branches(kind, declared, path, depth),
            problem=f"{kind} has no name." if kind in KINDS and not name.strip() else None,
            path=path,
        )

    def _branches(self, kind: str, declared: dict[str, Any], path: Path, depth: int) -> dict[str, tuple[Node, ...]]:
        if kind == "Switch":
            cases = declared.get("cases")
            path, declared = (*path, "cases"), cases if isinstance(cases, dict) else {}
        names = {"Form": ("children",), "If": ("then", "else"), "Switch": tuple(declared)}.get(kind, ())
        return {name: self.nodes(declared.get(name), (*path, name), depth + 1) for name in names}

    def _key(self, wish: str) -> str:
        """The component's name where that is unique and safe in HTML, else a name with its number on the screen."""
        key = wish if _SAFE_KEY.fullmatch(wish) else "component"
        if key != wish or key in self._keys or wish[0].isupper():
            key = f"{key}_{self._count}"
        while key in self._keys:
            key += "_"
        self._keys.add(key)
        return key


_STRUCTURE = frozenset({"type", "name", "children", "then", "else", "cases"})


def _properties(declared: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    fixed: dict[str, Any] = {}
    bound: dict[str, Any] = {}
    handlers: dict[str, Any] = {}
    for key, value in declared.items():
        if key in _STRUCTURE:
            continue
        if key.startswith("on-"):
            if isinstance(value, dict):
                handlers[key] = value
        elif has_binding(value):
            bound[key] = value
        else:
            fixed[key] = value
    return fixed, bound, handlers


def has_binding(value: Any) -> bool:
    """Whether anything inside `value` could be a binding; what cannot is never looked at again."""
    if isinstance(value, str):
        return "${" in value or value.startswith("`")
    if isinstance(value, list):
        return any(has_binding(item) for item in value)
    if isinstance(value, dict):
        return any(has_binding(item) for key, item in value.items() if not key.startswith("on-"))
    return False
