"""The graph of the screens: which screen may follow which.

A Flow with an endpoint declares its `routing_model`; without one the edges are those of its navigate actions.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from headrace.flowjson.catalogue.versions import Version, v

_LISTS_GO_ANYWHERE_SINCE = v("6.2")


class Routing(NamedTuple):
    """`edges` maps every screen to those that may follow it, in the order they are named.

    `declared` says that the Flow has a routing model. Screens the file does not have, and edges to them, are left out.
    `entry_screens` are the screens no edge leads to, in the order of the file.
    """

    edges: Mapping[str, tuple[str, ...]]
    entry_screens: tuple[str, ...]
    declared: bool

    def allows(self, current: str, target: str) -> bool:
        """Whether `target` may come after `current`: the same screen, or along an edge forwards or backwards."""
        return current == target or target in self.edges.get(current, ()) or current in self.edges.get(target, ())

    def in_order(self) -> list[str]:
        """All screens as a person comes by them: from the entry screens on, the nearest first; at the end those that
        no way leads to.
        """
        ordered = dict.fromkeys(self.entry_screens)
        waiting = list(ordered)
        while waiting:
            fresh = [target for source in waiting for target in self.edges[source] if target not in ordered]
            waiting = list(dict.fromkeys(fresh))
            ordered.update(dict.fromkeys(waiting))
        return list(ordered | dict.fromkeys(self.edges))

    def way(self, source: str, target: str) -> list[str] | None:
        """The shortest way from one screen to another, both included; None when there is none."""
        ways = {source: [source]}
        waiting = [source]
        for current in waiting:
            if current == target:
                return ways[current]
            for following in self.edges.get(current, ()):
                if following not in ways:
                    ways[following] = [*ways[current], following]
                    waiting.append(following)
        return None


def routing_of(
    flow: Mapping[str, Any],
    navigated: Mapping[str, Sequence[str]] | None = None,
    with_list: Container[str] | None = None,
) -> Routing:
    """The routing of a Flow JSON value; content that is not as it should be is passed over.

    Who has walked the Flow already may say which screens the navigate actions of each screen name, and which screens
    have a NavigationList.
    """
    screens = screens_of(flow)
    model = flow.get("routing_model")
    declared = isinstance(model, dict)
    free = "data_api_version" not in flow and _version(flow) >= _LISTS_GO_ANYWHERE_SINCE
    edges: dict[str, tuple[str, ...]] = {}
    for screen_id, screen in screens.items():
        if isinstance(model, dict):
            targets: Iterable[str] = _listed(model, screen_id)
        elif free and (has_navigation_list(screen) if with_list is None else screen_id in with_list):
            # The items of the list may come as data, so it may lead anywhere.
            targets = [screen for screen in screens if screen != screen_id]
        else:
            targets = navigate_targets(screen.get("layout")) if navigated is None else navigated[screen_id]
        edges[screen_id] = tuple(dict.fromkeys(target for target in targets if target in screens))
    reached = {target for source, targets in edges.items() for target in targets if target != source}
    entries = tuple(screen_id for screen_id in screens if screen_id not in reached)
    return Routing(edges, entries, declared)


def screens_of(flow: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The screens by id, the first of equal ids."""
    by_id: dict[str, Mapping[str, Any]] = {}
    screens = flow.get("screens")
    for screen in screens if isinstance(screens, list) else ():
        if isinstance(screen, dict) and isinstance(screen.get("id"), str):
            by_id.setdefault(screen["id"], screen)
    return by_id


def navigate_targets(value: Any) -> Iterator[str]:
    """The screens named by the navigate actions within a value, in order, whatever holds them."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            following = item.get("next")
            if item.get("name") == "navigate" and isinstance(following, dict):
                target = following.get("name")
                if isinstance(target, str):
                    yield target
                continue
            waiting.extend(reversed(item.values()))
        elif isinstance(item, list):
            waiting.extend(reversed(item))


def has_navigation_list(screen: Mapping[str, Any]) -> bool:
    """Whether a NavigationList stands on the screen."""
    waiting: list[Any] = [screen.get("layout")]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if item.get("type") == "NavigationList":
                return True
            waiting.extend(item[key] for key in ("children", "then", "else") if key in item)
        elif isinstance(item, list):
            waiting.extend(item)
    return False


def _listed(model: Mapping[str, Any], screen_id: str) -> list[str]:
    targets = model.get(screen_id)
    return [target for target in targets if isinstance(target, str)] if isinstance(targets, list) else []


def _version(flow: Mapping[str, Any]) -> Version:
    try:
        return Version.parse(str(flow.get("version")))
    except ValueError:
        return v("2.1")
