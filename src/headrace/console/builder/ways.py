"""Ways between screens: what on a screen can lead to another one, and where in the text each way is written."""

from collections.abc import Iterator
from typing import Any

from headrace.console.builder.fields import text_of
from headrace.console.builder.parts import spaced
from headrace.flowjson.catalogue import Property, Version, component
from headrace.flowjson.document import Document
from headrace.flowjson.traversal import Placed, actions_within, components_of, screens_with_paths

_SHOWN = ("label", "text", "title", "name")
MOST = 100
"""At most this many places are offered."""


def ways_from(document: Document, screen_id: str, version: Version) -> list[dict[str, Any]]:
    """What on the screen of this id can navigate: its path and slot, how it is called, and whether the slot is free,
    that is, empty or ends the Flow. What stands last, as a Footer does, comes first.
    """
    found = []
    for screen in screens_with_paths(document.value):
        if screen.value.get("id") == screen_id:
            for placed, slot in _slots(screen, version):
                action = placed.value.get(slot)
                name = action.get("name") if isinstance(action, dict) else None
                is_free = action is None or name == "complete"
                found.append({"path": placed.path, "slot": slot, "words": _words(placed), "free": is_free})
    return found[::-1][:MOST]


def _slots(screen: Placed, version: Version) -> Iterator[tuple[Placed, str]]:
    for placed in components_of(screen):
        declared = component(text_of(placed.value.get("type")))
        for prop in declared.properties.values() if declared else ():
            if _navigates(prop, version):
                yield placed, prop.name
            items = placed.value.get(prop.name)
            if prop.shape is None or not isinstance(items, list):
                continue
            for inner in prop.shape.properties.values():
                if _navigates(inner, version):
                    for index, item in enumerate(items):
                        if isinstance(item, dict):
                            yield Placed((*placed.path, prop.name, index), item), inner.name


def _navigates(prop: Property, version: Version) -> bool:
    since = prop.action.names.get("navigate") if prop.action else None
    return since is not None and since <= version


def _words(placed: Placed) -> str:
    main = placed.value.get("main-content")
    shown = [*map(placed.value.get, _SHOWN), main.get("title") if isinstance(main, dict) else None]
    words = next((one[:60] for one in map(text_of, shown) if one), "")
    kind = text_of(placed.value.get("type"))
    return f'{spaced(kind) if kind else "Item"} "{words}"' if words else spaced(kind) if kind else "An item"


def written_ways(document: Document) -> Iterator[tuple[str, str, int]]:
    """Every way that an action navigates: from which screen to which, and where in the text the action stands."""
    for screen in screens_with_paths(document.value):
        for path, action in actions_within(screen.value, screen.path):
            following = action.get("next")
            target = following.get("name") if isinstance(following, dict) else None
            if action.get("name") == "navigate" and isinstance(target, str):
                yield text_of(screen.value.get("id")), target, document.span(path).start
