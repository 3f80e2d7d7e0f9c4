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
    if target != runtime.state.screen:
        if len(history) > 1 and history[-2] == target:
            history.pop()
            _arrive(runtime)
            _forget_messages(runtime)
        else:
            history.append(target)
            _arrive(runtime)
    merge(runtime, data, answered=answered)


def go_back(runtime: Runtime) -> None:
    """Shows the screen before, as it was left; what the business said about its inputs is gone."""
    runtime.state.history.pop()
    _arrive(runtime)
    _forget_messages(runtime)
    form.settle(runtime)


def reappear(runtime: Runtime) -> None:
    """Shows the screen again after the sheet was closed: what was forgotten gets its initial value anew."""
    runtime.changed()
    runtime.store.built.clear()
    runtime.store.touched.clear()
    form.settle(runtime)


def go_back_to(runtime: Runtime, target: str, data: dict[str, Any]) -> None:
    """Shows the screen an answer to BACK names, which may be the one that was to be left."""
    if target == runtime.state.screen:
        merge(runtime, data, answered=True)
        return
    history = runtime.state.history
    del history[-1]
    if target in history:
        del history[history.index(target) + 1 :]
    else:
        history[-1:] = [target]
    _arrive(runtime)
    _forget_messages(runtime)
    merge(runtime, data, answered=True)


def merge(runtime: Runtime, data: dict[str, Any], *, answered: bool) -> None:
    """Lays `data` over the current screen's data, field by field; an answer may also rewrite inputs."""
    runtime.store.data.update(runtime.screen.model.declared(data))
    runtime.changed()
    for name, component in runtime.inputs().items():
        if name in runtime.store.settled and form.mentions(component.message_source, data):
            runtime.store.settled.remove(name)
    form.settle(runtime, arrived=data if answered else {})


def _arrive(runtime: Runtime) -> None:
    runtime.changed()
    runtime.state.visit += 1
    store = runtime.state.screens.setdefault(runtime.state.history[-1], ScreenState())
    store.built.clear()
    store.touched.clear()
    store.refused.clear()


def _forget_messages(runtime: Runtime) -> None:
    runtime.store.settled[:] = list(runtime.screen.inputs)
