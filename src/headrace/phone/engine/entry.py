"""What a person enters: values that are stored, and choices that also run the actions of the Flow."""

from typing import Any

from headrace.phone.engine import actions, form
from headrace.phone.engine.effects import Declined, Effect
from headrace.phone.engine.events import Choose, Event, Fill, Leave, Select
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values import inputs, texts
from headrace.phone.values.calendars import is_offered
from headrace.phone.values.properties import flag
from headrace.phone.values.validation import NotAccepted


def fill(runtime: Runtime, event: Fill) -> list[Effect]:
    """Stores values without running anything, in whatever order they are given: one value may bring the input of
    another onto the screen, or enable it.
    """
    remaining = dict(event.values)
    refused: dict[str, Declined] = {}
    reachable = dict(runtime.inputs())
    is_done = False
    while not is_done:
        is_done = True
        for name in [name for name in remaining if name in reachable]:
            outcome = _store(runtime, reachable[name], remaining[name])
            if isinstance(outcome, Declined):
                refused[name] = outcome
                continue
            del remaining[name]
            if outcome is not None:
                form.settle(runtime)
                reachable |= runtime.inputs()
                is_done = False
    return [refused.get(name) or _unknown(name) for name in remaining]


def select(runtime: Runtime, event: Select) -> list[Effect]:
    """Stores a choice and runs what the Flow wants done on it."""
    component = runtime.inputs().get(event.name)
    if component is None:
        return [_unknown(event.name)]
    change = _change(runtime, component, _toggled(runtime, component, event.value))
    if change is None and event.value == runtime.value(component):
        return _choose_again(runtime, component)
    if isinstance(change, Declined) and component.type == "DatePicker":
        form.redraw(runtime, component.name)  # the page shows the day that was not taken
    if change is None or isinstance(change, Declined):
        return [change] if change else []
    runtime.state.snackbar = None
    handlers, store, effects = actions.on_choice(component, *change), runtime.store, []
    acts_first = component.type == "ChipsSelector"
    if acts_first:
        effects += _run(runtime, component, handlers.component)
    form.enter(runtime, store, component.node, change[1], change[0])
    if runtime.state.history:
        form.settle(runtime)
    if component.type == "CalendarPicker" and not is_offered(change[1], component.properties, runtime.program.version):
        return effects  # it was typed: on a phone nobody can choose this day, so nothing comes of it
    if not acts_first:
        effects += _run(runtime, component, handlers.component)
    return effects + _run(runtime, component, handlers.rows)


def _choose_again(runtime: Runtime, component: VisibleComponent) -> list[Effect]:
    """A row that is chosen was tapped: the actions of choosing it run once more, except where the tap takes the choice
    back.
    """
    is_required = flag(component.properties, "required", False)
    if component.type != "Dropdown" and not (component.type == "RadioButtonsGroup" and is_required):
        return []
    handlers = actions.on_choice(component, None, runtime.value(component))
    return _run(runtime, component, [*handlers.component, *handlers.rows])


def _run(runtime: Runtime, component: VisibleComponent, handlers: list[actions.Handler]) -> list[Effect]:
    return [effect for handler in handlers for effect in actions.run(runtime, handler, component.node.key)]


def choose(runtime: Runtime, event: Choose) -> list[Effect]:
    """Stores a choice that was made beside its input, which is therefore drawn anew, and runs its actions."""
    component = runtime.inputs().get(event.name)
    if component is None:
        return []
    form.redraw(runtime, event.name)
    before, value = runtime.value(component), event.value
    is_end = isinstance(before, dict) and isinstance(value, dict)
    return select(runtime, Select(event.name, before | value if is_end else value))


def leave(runtime: Runtime, event: Leave) -> list[Effect]:
    """Takes the message of the business off a field that was left."""
    if event.name in runtime.inputs():
        form.dismiss_message(runtime, event.name)
    return []


def events_for(runtime: Runtime, values: dict[str, Any]) -> list[Event]:
    """The events that entering `values` amounts to: first the rest is filled in, then choices that the Flow acts on are
    selected; the rest may bring them onto the screen.
    """
    shown, hidden = runtime.inputs(), runtime.screen.inputs
    plain: dict[str, Any] = {}
    chosen: list[Event] = []
    for name, value in values.items():
        component, node = shown.get(name), hidden.get(name)
        if component is not None and actions.acts(component.node, component.properties):
            chosen += [] if _stands_at(runtime, component, value) else [Select(name, value)]
        elif component is None and node is not None and actions.acts(node, node.fixed):
            chosen.append(Select(name, value))
        else:
            plain[name] = value
    return [Fill(plain), *chosen] if plain else chosen


def _unknown(name: str) -> Declined:
    return Declined(name, f'This screen shows no input "{name}".')


def _stands_at(runtime: Runtime, component: VisibleComponent, value: Any) -> bool:
    before = runtime.value(component)
    try:
        now = inputs.accepted(component.type, value, before, component.properties, runtime.program.version)
    except NotAccepted:
        return False
    return now == before or (inputs.is_empty(now) and inputs.is_empty(before))


def _store(runtime: Runtime, component: VisibleComponent, raw: Any) -> tuple[Any, Any] | Declined | None:
    """Stores a value. Gives what was before and what is now, or None when nothing changed."""
    change = _change(runtime, component, raw)
    if change is not None and not isinstance(change, Declined):
        form.enter(runtime, runtime.store, component.node, change[1], change[0])
    return change


def _change(runtime: Runtime, component: VisibleComponent, raw: Any) -> tuple[Any, Any] | Declined | None:
    """What was before and what entering this value gives; None when nothing changes."""
    if component.properties.get("enabled") is False:
        return Declined(component.name, f'"{component.name}" is disabled.')
    before = runtime.value(component)
    if component.type == "DatePicker":
        runtime.store.refused.pop(component.name, None)
    try:
        value = inputs.accepted(component.type, raw, before, component.properties, runtime.program.version)
    except NotAccepted as refusal:
        if inputs.is_secret(component.type, component.properties):
            form.redraw(runtime, component.name)  # the page shows the emoji that was not taken
        if component.type == "DatePicker":
            runtime.store.refused[component.name] = [texts.DATE_UNAVAILABLE]
        return Declined(component.name, f'"{component.name}" {refusal}.')
    if inputs.is_empty(before) and inputs.is_empty(value) and not isinstance(value, str):
        return None  # nothing chosen is nothing chosen, whichever of false and null says so
    return None if value == before and type(value) is type(before) else (before, value)


def _toggled(runtime: Runtime, component: VisibleComponent, value: Any) -> Any:
    """One row of a group that was tapped, as the selection that follows from it."""
    ticked = runtime.value(component)
    if not isinstance(ticked, list) or not isinstance(value, str) or not value:
        return value
    return [option_id for option_id in ticked if option_id != value] if value in ticked else [*ticked, value]
