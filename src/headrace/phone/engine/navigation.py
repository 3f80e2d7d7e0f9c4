"""The way through the screens: showing one, going back, and laying new data over the current one.

Whether a move is allowed is checked before, by `actions` and `endpoint_answers`.
"""

from typing import Any

from headrace.phone.engine import form
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import ScreenState


def go_to(runtime: Runtime, target: str, data: dict[str, Any], *, answered: bool) -> None:
    """Shows `target` with `data` merged over what it has. Going where one just came from counts as going back."""
    history = runtime.state.history
    is_back = len(history) > 1 and history[-2] == target
    if target != runtime.state.screen:
        if is_back:
            history.pop()
        else:
            history.append(target)
        _appear(runtime)
    _lay_over(runtime, data)
    form.arrive(runtime, answered=answered, clears_messages=is_back)


def go_back(runtime: Runtime) -> None:
    """Shows the screen before, as it was left; what the business said about its inputs is gone."""
    runtime.state.history.pop()
    _appear(runtime)
    form.arrive(runtime, answered=False, clears_messages=True)


def reappear(runtime: Runtime) -> None:
    """Shows the screen again after the sheet was closed."""
    runtime.changed()
    runtime.store.built.clear()
    runtime.store.touched.clear()
    runtime.store.held.clear()
    form.arrive(runtime, answered=False)


def go_back_to(runtime: Runtime, target: str, data: dict[str, Any]) -> None:
    """Shows the screen an answer to BACK names, which may be the one that was to be left."""
    history = runtime.state.history
    if target != runtime.state.screen:
        del history[-1]
        if target in history:
            del history[history.index(target) + 1 :]
        else:
            history[-1:] = [target]
        _appear(runtime)
    _lay_over(runtime, data)
    form.arrive(runtime, answered=True)


def update(runtime: Runtime, data: dict[str, Any]) -> None:
    """Lays `data` over the current screen's data and nothing else: no initial value and no message comes of it."""
    _lay_over(runtime, data)
    form.settle(runtime)


def _lay_over(runtime: Runtime, data: dict[str, Any]) -> None:
    runtime.store.data.update(runtime.screen.model.declared(data))
    runtime.changed()


def _appear(runtime: Runtime) -> None:
    runtime.changed()
    runtime.state.visit += 1
    store = runtime.state.screens.setdefault(runtime.state.history[-1], ScreenState())
    store.built.clear()
    store.touched.clear()
    store.held.clear()
    store.refused.clear()
