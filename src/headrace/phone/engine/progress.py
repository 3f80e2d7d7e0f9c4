"""How far along the way a person is, as the bar under the title shows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from headrace.phone.engine.program import Program


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
    ahead = _average_ahead(program, history[-1])
    return round(100 * seen / (seen + ahead)) if seen + ahead else 0


def _average_ahead(program: Program, screen: str) -> float:
    if screen not in program.ahead:
        paths, steps = _counted(program, screen)
        program.ahead[screen] = steps / paths
    return program.ahead[screen]


@dataclass(slots=True)
class _Visit:
    """A screen on the way that is being followed. `left` are the screens after it that were not looked at yet, `paths`
    the ways from here on that were, `steps` the screens on all of them together.
    """

    screen: str
    left: Iterator[str]
    paths: int = 0
    steps: int = 0

    def add(self, paths: int, steps: int, weight: int) -> None:
        self.paths += paths
        self.steps += steps + weight * paths


def _counted(program: Program, start: str) -> tuple[int, int]:
    """The number of ways from a screen to an end, and the number of screens on all of them together, this one not
    counted. A way that comes back to itself ends there.
    """
    known: dict[str, tuple[int, int]] = {}
    way = [_Visit(start, _after(program, start))]
    on_way = {start}
    while way:
        visit = way[-1]
        target = next(visit.left, None)
        if target is None:
            way.pop()
            on_way.remove(visit.screen)
            known[visit.screen] = visit.paths or 1, visit.steps
            if way:
                way[-1].add(*known[visit.screen], _weight(program, visit.screen))
        elif target in known:
            visit.add(*known[target], _weight(program, target))
        elif target not in on_way:
            way.append(_Visit(target, _after(program, target)))
            on_way.add(target)
    return known[start]


def _weight(program: Program, screen: str) -> int:
    return 1 if program.screens[screen].has_footer else 0


def _after(program: Program, screen: str) -> Iterator[str]:
    return (target for target in program.routing.edges.get(screen, ()) if target in program.screens)
