"""A jump straight to a screen, as only a preview can do it: the screens before it get example data."""

from headrace.phone.engine import navigation
from headrace.phone.engine.program import Program
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import ScreenState, State
from headrace.phone.session import Session


def jump_to(session: Session, target: str) -> Session:
    """A session that shows `target`, whatever state this one is in; the given one stays as it was.

    Screens that were visited keep their data and values. Where the screen lies ahead, the screens before it are those
    of the shortest way there, so that going back and the progress are as on that way. A screen the Flow does not have
    changes nothing.
    """
    state = State.from_json(session.to_json())
    if target in session.program.screens:
        _reopen(state)
        _go(session.program, state, target)
    return Session(session.program, state)


def _reopen(state: State) -> None:
    state.status, state.opened = "ready", True
    state.pending = state.snackbar = state.failure = state.failure_detail = None
    state.expired = state.response = None


def _go(program: Program, state: State, target: str) -> None:
    before = _screens_before(program, state.history, target)
    for name in before:
        state.screens.setdefault(name, ScreenState(data=program.screens[name].model.mock))
    if target != state.screen:
        state.history[:] = before
    known = state.screens.get(target, ScreenState()).data
    navigation.go_to(Runtime(program, state), target, {**program.screens[target].model.mock, **known}, answered=False)


def _screens_before(program: Program, history: list[str], target: str) -> list[str]:
    """The screens before the target."""
    if target in history:
        return history[: history.index(target)]
    if history and target in program.routing.edges.get(history[-1], ()):
        return list(history)
    ways = [program.routing.way(entry, target) for entry in program.routing.entry_screens]
    known_ways = [way for way in ways if way]
    return min(known_ways, key=len)[:-1] if known_ways else []
