"""Where the screens and components of a Flow stand, also of one that is not in order."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from headrace.flowjson.diagnostics import Path

__all__ = ["Placed", "actions_within", "components_of", "screens_with_paths", "texts_within"]

CHILD_LISTS = ("children", "then", "else")


class Placed(NamedTuple):
    """An object of the Flow and the way to it."""

    path: Path
    value: Mapping[str, Any]


def screens_with_paths(flow: Any) -> Iterator[Placed]:
    """Every screen that is an object, in order."""
    screens = flow.get("screens") if isinstance(flow, dict) else None
    for index, screen in enumerate(screens if isinstance(screens, list) else ()):
        if isinstance(screen, dict):
            yield Placed(("screens", index), screen)


def components_of(screen: Placed) -> Iterator[Placed]:
    """Every component of a screen, containers before what they hold, in the order of the text."""
    layout = screen.value.get("layout")
    if isinstance(layout, dict):
        yield from _held(Placed((*screen.path, "layout"), layout))


def _held(holder: Placed) -> Iterator[Placed]:
    for key, value in holder.value.items():
        if key in CHILD_LISTS:
            yield from _listed((*holder.path, key), value)
        elif key == "cases" and isinstance(value, dict):
            for case, children in value.items():
                yield from _listed((*holder.path, key, case), children)


def _listed(path: Path, children: Any) -> Iterator[Placed]:
    for index, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict):
            placed = Placed((*path, index), child)
            yield placed
            yield from _held(placed)


def texts_within(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text in a value at any depth, with the way to it; keys are none."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_within(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts_within(inner, (*path, index))


def actions_within(value: Any, path: Path = ()) -> Iterator[Placed]:
    """Every action in a value at any depth: an object under a key such as `on-click-action`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.startswith("on-") and key.endswith("-action") and isinstance(inner, dict):
                yield Placed((*path, key), inner)
            yield from actions_within(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from actions_within(inner, (*path, index))
