"""Where on the phone something stands that the Flow JSON has at a path: on which screen, in which component."""

from dataclasses import dataclass

from headrace.flowjson.diagnostics import Path
from headrace.phone.engine.program import Program, Screen


@dataclass(frozen=True, slots=True)
class Place:
    """`screen` is None for what belongs to no screen, `key` is empty for what belongs to no component of it."""

    screen: str | None = None
    key: str = ""


def place_of(program: Program, path: Path) -> Place:
    """The innermost component, else the screen, that holds the value at `path`.

    A screen is also meant by its row of the routing model.
    """
    if len(path) > 1 and path[0] == "routing_model" and path[1] in program.screens:
        return Place(str(path[1]))
    for screen in program.screens.values():
        if path[: len(screen.path)] == screen.path:
            return Place(screen.id, _innermost(screen, path))
    return Place()


def _innermost(screen: Screen, path: Path) -> str:
    holding = [node for root in screen.nodes for node in root.everything() if path[: len(node.path)] == node.path]
    return max(holding, key=lambda node: len(node.path)).key if holding else ""
