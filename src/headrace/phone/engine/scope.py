"""Where bindings find their values."""

from collections.abc import Callable, Mapping
from typing import Any

from headrace.flowjson.expressions import UNDEFINED
from headrace.phone.engine.program import Program
from headrace.phone.engine.state import State
from headrace.phone.values.files import PICKERS, for_exchange


class ScreenScope:
    """Looks up `data`, `form` and `screen` references as seen from one screen.

    A screen that was never visited yields nothing, nor does an input that was never touched; one that is hidden still
    yields what was entered. The value of a picker is given as `files_as` makes it; `files` are the files of all
    pickers that were looked up.
    """

    __slots__ = ("_files_as", "_program", "_screen", "_state", "files")

    def __init__(
        self,
        program: Program,
        state: State,
        screen: str,
        files_as: Callable[[Any], list[dict[str, Any]]] = for_exchange,
    ) -> None:
        self._program = program
        self._state = state
        self._screen = screen
        self._files_as = files_as
        self.files: list[Any] = []

    def lookup(self, path: tuple[str, ...]) -> Any:
        if path[0] == "screen":
            return self._within(path[1], path[2:]) if len(path) > 2 else UNDEFINED
        return self._within(self._screen, path)

    def _within(self, screen: str, path: tuple[str, ...]) -> Any:
        stored = self._state.screens.get(screen)
        if stored is None or len(path) < 2:
            return UNDEFINED
        store, name = path[0], path[1]
        if store == "form":
            node = self._program.screens[screen].inputs.get(name) if screen in self._program.screens else None
            value = stored.form.get(name, UNDEFINED)
            if node is not None and node.type in PICKERS and value is not UNDEFINED:
                self.files += value
                value = self._files_as(value)
        else:
            value = stored.data.get(name, UNDEFINED) if store == "data" else UNDEFINED
        return _reach(value, path[2:])


def _reach(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step, UNDEFINED)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return UNDEFINED
    return value
