"""What a person enters: typing into inputs and making choices, and what a choice has the Flow do."""

from typing import Any

from headrace.phone import actions, inputs
from headrace.phone.course import Course
from headrace.phone.effects import Effect, Refused
from headrace.phone.events import Choose, Event, Fill, Leave, Select
from headrace.phone.faults import NotAccepted
from headrace.phone.standing import Standing


def fill(course: Course, event: Fill) -> list[Effect]:
    """Stores values without running anything, in whatever order they are given: one value may bring the input of
    another onto the screen, or enable it.
    """
    remaining = dict(event.values)
    refused: dict[str, Refused] = {}
    reachable = dict(course.inputs())
    is_done = False
    while not is_done:
        is_done = True
        for name in [name for name in remaining if name in reachable]:
            outcome = _store(course, reachable[name], remaining[name])
            if isinstance(outcome, Refused):
                refused[name] = outcome
                continue
            del remaining[name]
            if outcome is not None:
                course.settle()
                reachable |= course.inputs()
                is_done = False
    return [refused.get(name) or _unknown(name) for name in remaining]


def select(course: Course, event: Select) -> list[Effect]:
    """Stores a choice and runs what the Flow wants done on it."""
    standing = course.inputs().get(event.name)
    if standing is None:
        return [_unknown(event.name)]
    outcome = _store(course, standing, _toggled(course, standing, event.value))
    if outcome is None or isinstance(outcome, Refused):
        return [outcome] if outcome else []
    course.state.snackbar = None
    course.settle()
    effects: list[Effect] = []
    for handler in actions.on_choice(standing, *outcome):
        effects += actions.run(course, handler, standing.node.key)
    return effects


def choose(course: Course, event: Choose) -> list[Effect]:
    """The same for a choice that was made beside its input."""
    standing = course.inputs().get(event.name)
    if standing is None:
        return []
    course.redraw(event.name)
    before, value = course.value(standing), event.value
    is_end = isinstance(before, dict) and isinstance(value, dict)
    return select(course, Select(event.name, before | value if is_end else value))


def leave(course: Course, event: Leave) -> list[Effect]:
    """What the business said about a field is dealt with once the field is left."""
    if event.name in course.inputs():
        course.leave(event.name)
    return []


def events_for(course: Course, values: dict[str, Any]) -> list[Event]:
    """The events that entering `values` amounts to: first the rest is filled in, then choices that the Flow acts on are
    selected; the rest may bring them onto the screen.
    """
    shown, hidden = course.inputs(), course.screen.inputs
    plain: dict[str, Any] = {}
    chosen: list[Event] = []
    for name, value in values.items():
        standing, node = shown.get(name), hidden.get(name)
        if standing is not None and actions.acts(standing.node, standing.properties):
            chosen += [] if _stands_at(course, standing, value) else [Select(name, value)]
        elif standing is None and node is not None and actions.acts(node, node.fixed):
            chosen.append(Select(name, value))
        else:
            plain[name] = value
    return [Fill(plain), *chosen] if plain else chosen


def _unknown(name: str) -> Refused:
    return Refused(name, f'This screen shows no input "{name}".')


def _stands_at(course: Course, standing: Standing, value: Any) -> bool:
    before = course.value(standing)
    try:
        now = inputs.accepted(standing.type, value, before, standing.properties, course.program.version)
    except NotAccepted:
        return False
    return now == before or (inputs.is_empty(now) and inputs.is_empty(before))


def _store(course: Course, standing: Standing, raw: Any) -> tuple[Any, Any] | Refused | None:
    """Stores a value. Gives what was before and what is now, or None when nothing changed."""
    if standing.properties.get("enabled") is False:
        return Refused(standing.name, f'"{standing.name}" is disabled.')
    before = course.value(standing)
    try:
        value = inputs.accepted(standing.type, raw, before, standing.properties, course.program.version)
    except NotAccepted as refusal:
        return Refused(standing.name, f'"{standing.name}" {refusal}.')
    if inputs.is_empty(before) and inputs.is_empty(value) and not isinstance(value, str):
        return None  # nothing chosen is nothing chosen, whichever of false and null says so
    return (before, value) if course.put(standing.name, value, before) else None


def _toggled(course: Course, standing: Standing, value: Any) -> Any:
    """One row of a group that was tapped, as the selection that follows from it."""
    ticked = course.value(standing)
    if not isinstance(ticked, list) or not isinstance(value, str) or not value:
        return value
    return [one for one in ticked if one != value] if value in ticked else [*ticked, value]
