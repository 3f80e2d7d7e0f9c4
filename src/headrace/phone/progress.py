"""How far along the way a person is, as the bar under the title shows it."""

from collections.abc import Mapping

from headrace.phone.program import Program


def percentage(program: Program, history: list[str]) -> int | None:
    """Screens seen, over screens seen and the average number still ahead, in percent. None where there is one screen
    only.

    A current screen without a Footer counts as seen only when it is a list to choose from; screens without a Footer
    ahead do not count at all.
    """
    if len(program.screens) < 2 or not history:
        return None
    current = program.screens.get(history[-1])
    seen = len(history)
    if current is not None and not current.has_footer and not current.has_navigation_list:
        seen -= 1
    paths, steps = _Ahead(program).from_screen(history[-1])
    ahead = steps / paths if paths else 0.0
    return round(100 * seen / (seen + ahead)) if seen + ahead else 0


class _Ahead:
    """Counts all ways from a screen to an end, and the screens on them. A way that comes back to itself ends there."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._edges: Mapping[str, tuple[str, ...]] = program.routing.edges
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()

    def from_screen(self, screen: str) -> tuple[int, int]:
        """The number of ways from here on, and the number of screens on all of them together, this one not counted."""
        if screen in self._known:
            return self._known[screen]
        self._open.add(screen)
        paths = steps = 0
        for target in self._edges.get(screen, ()):
            if target in self._open or target not in self._program.screens:
                continue
            further, beyond = self.from_screen(target)
            weight = 1 if self._program.screens[target].has_footer else 0
            paths += further
            steps += beyond + weight * further
        self._open.remove(screen)
        self._known[screen] = (paths or 1, steps)
        return self._known[screen]
