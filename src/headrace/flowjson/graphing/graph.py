"""The graph of a Flow's screens, as it is drawn: also what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from headrace.flowjson.diagnostics import Path
from headrace.flowjson.routing import Routing, routing_of
from headrace.flowjson.traversal import Placed, actions_within, components_of, screens_with_paths

NOWHERE = "?"


class Way(StrEnum):
    """How one gets from a screen to another."""

    NAVIGATE = "navigate"  # an action of the screen leads there
    ENDPOINT = "endpoint"  # the endpoint may answer so: a declared route without such an action
    UNDECLARED = "undeclared"  # an action leads there, but the routing model has no such route


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. One that `exists` not is only named by a route or an action; `reachable` is from an entry screen."""

    id: str
    title: str
    entry: bool = False
    terminal: bool = False
    success: bool = True
    reachable: bool = True
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """`label` is what a person taps to go this way; empty where that is not fixed."""

    source: str
    target: str
    way: Way
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    screens: tuple[Screen, ...]
    edges: tuple[Edge, ...]


def graph_of(flow: Any) -> Graph:
    """The graph of a Flow JSON value; content that is not as it should be is passed over."""
    known = _screens(flow)
    routing = routing_of(flow) if isinstance(flow, dict) else Routing({}, (), declared=False)
    edges = list(_edges(flow, known, routing))
    entries = _entries(known, edges) if not routing.declared else routing.entry_screens
    reached = _reached(entries, edges)
    screens = [
        Screen(
            name,
            _text(screen.value.get("title")),
            entry=name in entries,
            terminal=screen.value.get("terminal") is True,
            success=screen.value.get("success") is not False,
            reachable=name in reached,
        )
        for name, screen in known.items()
    ]
    missing = dict.fromkeys(edge.target for edge in edges if edge.target not in known)
    screens += [Screen(name, "", exists=False) for name in missing]
    return Graph(tuple(screens), tuple(edges))


def _screens(flow: Any) -> dict[str, Placed]:
    screens: dict[str, Placed] = {}
    for screen in screens_with_paths(flow):
        if isinstance(screen.value.get("id"), str):
            screens.setdefault(screen.value["id"], screen)
    return screens


def _edges(flow: Any, known: Mapping[str, Placed], routing: Routing) -> Iterator[Edge]:
    """The ways by actions, in the order of the text, then the routes that only the endpoint takes.

    That a NavigationList of a Flow without endpoint may lead anywhere is not drawn: it would hide all the rest.
    """
    tapped: dict[tuple[str, str], str] = {}
    for name, screen in known.items():
        for target, label in _taps(screen):
            if not tapped.get((name, target)) and target != name:
                tapped[name, target] = label
    for (source, target), label in tapped.items():
        declared = not routing.declared or target in routing.edges.get(source, ())
        yield Edge(source, target, Way.NAVIGATE if declared else Way.UNDECLARED, label)
    model = flow.get("routing_model") if isinstance(flow, dict) else None
    for source, targets in (model if isinstance(model, dict) else {}).items():
        named = [target for target in (targets if isinstance(targets, list) else ()) if isinstance(target, str)]
        for target in dict.fromkeys(named):
            if source in known and target != source and (source, target) not in tapped:
                yield Edge(source, target, Way.ENDPOINT)


def _taps(screen: Placed) -> Iterator[tuple[str, str]]:
    """Where the actions of a screen lead, and the text that is tapped for it."""
    for component in components_of(screen):
        if "children" in component.value or "then" in component.value or "cases" in component.value:
            continue
        for action in actions_within(component.value):
            following = action.value.get("next")
            target = following.get("name") if isinstance(following, dict) else None
            if action.value.get("name") == "navigate" and isinstance(target, str):
                yield target, _tapped(component, action.path)
    for action in actions_within(screen.value.get("data")):
        following = action.value.get("next")
        if action.value.get("name") == "navigate" and isinstance(following, dict):
            yield str(following.get("name")), ""


def _tapped(component: Placed, path: Path) -> str:
    """The text of what carries an action: of a component, or of one row of a list."""
    if len(path) == 1:
        return _text(component.value.get("label") or component.value.get("text"))
    items, index = component.value.get("list-items"), path[1]
    row = items[index] if path[0] == "list-items" and isinstance(items, list) and isinstance(index, int) else None
    content = row.get("main-content") if isinstance(row, dict) else None
    return _text(content.get("title")) if isinstance(content, dict) else ""


def _entries(known: Mapping[str, Placed], edges: list[Edge]) -> tuple[str, ...]:
    reached = {edge.target for edge in edges}
    return tuple(name for name in known if name not in reached)


def _reached(entries: tuple[str, ...], edges: list[Edge]) -> set[str]:
    following: dict[str, list[str]] = {}
    for edge in edges:
        following.setdefault(edge.source, []).append(edge.target)
    reached = set(entries)
    waiting = list(entries)
    while waiting:
        for target in following.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def _text(value: Any) -> str:
    """A text that is always the same; a binding is none."""
    return value if isinstance(value, str) and "${" not in value else ""
