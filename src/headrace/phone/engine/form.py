"""The values of inputs: what the Flow writes into them by itself, and what a person enters."""

from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.phone.engine.given import initial_values, server_messages
from headrace.phone.engine.program import Node
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import ScreenState
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values import inputs
from headrace.phone.values.files import PICKERS, files_of
from headrace.phone.values.options import options_of

MOST_SETTLING_ROUNDS = 8
"""Choices whose options depend on one another are settled in at most this many rounds."""

DRAWN_CHOICES_ACT = (Version(6, 0), Version(7, 0))
"""From the first of these versions on, and before the second, a choice that is drawn with a value runs its action."""


def arrive(runtime: Runtime, *, answered: bool, clears_messages: bool = False) -> None:
    """Gives the inputs what the Flow has for them, when the screen is shown.

    After an answer that names the screen (`answered`) the initial values overwrite what was entered, where a binding is
    among them; otherwise a value that is there wins. Literals alone are for a form that nothing was entered in yet.
    """
    initial = initial_values(runtime.program, runtime.state, runtime.screen)
    if initial.is_bound or not runtime.store.form:
        for name, value in initial.values.items():
            _apply_initial(runtime, name, value, overwrite=answered)
    if clears_messages and not answered:
        runtime.store.messages.clear()
    else:
        _take_messages(runtime)
    settle(runtime)


def fill_gaps(runtime: Runtime) -> None:
    """Gives initial values to inputs that hold nothing, as after the Flow was edited."""
    for name, value in initial_values(runtime.program, runtime.state, runtime.screen).values.items():
        _apply_initial(runtime, name, value, overwrite=False)


def _take_messages(runtime: Runtime) -> None:
    """Shows what the business says about the inputs: literals once, bindings as often as they come to something."""
    messages = server_messages(runtime.program, runtime.state, runtime.screen)
    is_first = not runtime.store.is_drawn
    runtime.store.is_drawn = True
    if messages.has_come and (messages.is_bound or is_first):
        runtime.store.messages = {name: message for name, message in messages.values.items() if message}


def settle(runtime: Runtime) -> None:
    """Drops choices that are no longer offered, until nothing changes, and notes which inputs are drawn."""
    for _ in range(MOST_SETTLING_ROUNDS):
        if not _settle_once(runtime):
            return


def _settle_once(runtime: Runtime) -> bool:
    changed = False
    for component in runtime.inputs().values():
        changed |= _drop_vanished(runtime, component)
        if component.name not in runtime.store.built:
            runtime.store.built.append(component.name)
            value = runtime.value(component)
            if not inputs.is_empty(value):
                runtime.store.held += _with_ends(component.name, {}, value)
            if value and "on-select-action" in component.node.handlers:
                runtime.drawn.append(component.name)
    return changed


def _drop_vanished(runtime: Runtime, component: VisibleComponent) -> bool:
    """Takes a choice back that the data source does not offer; says whether it did. As long as there is no data source,
    or an empty one, the choice stays.
    """
    if "data-source" not in component.properties:
        return False
    value = runtime.value(component)
    chosen = value if isinstance(value, list) else [value] if value else []
    offered = {option.id for option in options_of(component.properties)} if chosen else set()
    if not offered or offered.issuperset(chosen):
        return False
    _write(runtime, component.name, [] if isinstance(value, list) else "")
    return True


def _apply_initial(runtime: Runtime, name: str, given: Any, *, overwrite: bool) -> None:
    form, shown = runtime.store.form, runtime.inputs().get(name)
    if shown is not None:  # of several inputs with one name, as in branches, the one that is shown counts
        value = inputs.initial(shown.type, shown.initial, runtime.program.version)
    else:
        value = inputs.initial(runtime.screen.inputs[name].type, given, runtime.program.version)
    if value is None or (name in form and (not overwrite or form[name] == value)):
        return
    _write(runtime, name, value)


def _write(runtime: Runtime, name: str, value: Any) -> None:
    runtime.store.form[name] = value
    runtime.changed()
    runtime.store.writes[name] = runtime.store.writes.get(name, 0) + 1


def redraw(runtime: Runtime, name: str) -> None:
    """Makes the page draw this input anew, because it shows something else than the stored value."""
    runtime.store.writes[name] = runtime.store.writes.get(name, 0) + 1


def choose_row(runtime: Runtime, component: VisibleComponent, item: str) -> None:
    """Stores the id of a row of a NavigationList that was tapped as the value of the list."""
    runtime.store.form[component.name] = item
    runtime.changed()


def take_drawn_choices(runtime: Runtime) -> list[VisibleComponent]:
    """Gives, once each, the inputs that were drawn with a value and whose select action runs for that."""
    names, runtime.drawn = runtime.drawn, []
    first, after = DRAWN_CHOICES_ACT
    if not names or not first <= runtime.program.version < after:
        return []
    shown = runtime.inputs()
    return [shown[name] for name in names if name in shown]


def enter(runtime: Runtime, store: ScreenState, node: Node, value: Any, before: Any) -> None:
    """Stores what a person entered instead of `before`. `store` is that of the screen it was entered on."""
    name = node.name
    if value == "" and _leaves_nothing(node):
        store.form.pop(name, None)
    else:
        store.form[name] = value
    runtime.changed()
    runtime.state.edited = True
    store.messages.pop(name, None)
    for key in _with_ends(name, before, value):
        if key not in store.touched:
            store.touched.append(key)


def dismiss_message(runtime: Runtime, name: str) -> None:
    """Takes the message of the business off this input."""
    runtime.store.messages.pop(name, None)


def forget_secrets(runtime: Runtime) -> None:
    """Forgets what a phone never keeps when a Flow is closed: passwords, passcodes, consents, unfinished uploads."""
    runtime.changed()
    for identifier, store in runtime.state.screens.items():
        for name, node in runtime.program.screens[identifier].inputs.items():
            if node.type == "OptIn" or node.fixed.get("input-type") in SECRET_TYPES:
                store.form.pop(name, None)
            elif node.type in PICKERS and name in store.form:
                store.form[name] = [file.to_json() for file in files_of(store.form[name]) if file.progress == "sent"]


def _with_ends(name: str, before: Any, value: Any) -> list[str]:
    """The name of an input that changed, and those of the ends of a range that did, as `name.end`."""
    old, new = (range_value if isinstance(range_value, dict) else {} for range_value in (before, value))
    return [name, *(f"{name}.{end}" for end in {**old, **new} if (old.get(end) or "") != (new.get(end) or ""))]


def _leaves_nothing(node: Node) -> bool:
    """Whether an input that was emptied again is as if it had never been touched; others then hold an empty value."""
    return node.type == "RadioButtonsGroup" or (node.type == "CalendarPicker" and node.fixed.get("mode") == "range")
