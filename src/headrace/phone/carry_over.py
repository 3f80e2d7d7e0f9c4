"""The carry-over of an open session to another version of its Flow, as when the file is saved in a preview.

What still fits is kept: the way to the current screen, the data of each screen, and every value whose input still
has that name and takes it. What was only an example or an initial value of the old text becomes that of the new one.
What a person entered and has no place any more is set aside, and comes back with its place: a slip that was saved once
costs nothing.
"""

from dataclasses import dataclass, field
from typing import Any

from headrace.phone.engine import form
from headrace.phone.engine.events import Open
from headrace.phone.engine.given import server_messages
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program, Screen
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import ScreenState, State
from headrace.phone.engine.visible import VisibleComponent, visible_components
from headrace.phone.session import Session
from headrace.phone.values import inputs
from headrace.phone.values.validation import NotAccepted

_FAMILIES = {
    "TextInput": "text",
    "TextArea": "text",
    "Dropdown": "one",
    "RadioButtonsGroup": "one",
    "CheckboxGroup": "several",
    "ChipsSelector": "several",
}
"""Components between which a value may move; any other only stays with its own kind."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A value that was entered and no longer fits. `reason` ends a sentence that begins with the input."""

    screen: str
    name: str
    reason: str


@dataclass(slots=True)
class Carried:
    """`session` runs the new program. `left` are screens of the way that are gone, `restarted` says that none was
    left and the Flow was opened anew.
    """

    session: Session
    dropped: list[Dropped] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    restarted: bool = False


def carry(session: Session, program: Program, opening: Opening) -> Carried:
    """Carries a session over; the given one stays as it was. Never raises, whatever the two programs are.

    `opening` opens the Flow when no screen of the way exists any more. Where it asks no endpoint, data come from the
    examples, so new fields get theirs.
    """
    state = State.from_json(session.to_json())
    left = [name for name in dict.fromkeys(state.history) if name not in program.screens]
    history = _without_repeats([name for name in state.history if name in program.screens])
    if state.status == "error" or (left and not history):
        return _restarted(program, opening, left)
    moved = state.history[-1:] != history[-1:]
    state.history = history
    carrier = _CarryOver(session, program, state, with_examples=opening.action == "navigate")
    carrier.carry_screens()
    state.snackbar = None
    if moved:
        state.pending = None
        state.status = "ready" if state.status == "loading" else state.status
        state.visit += 1
        state.screens[history[-1]].built.clear()
    if history:
        runtime = Runtime(program, state)
        form.fill_gaps(runtime)
        form.settle(runtime)
        carrier.drop_refused(history[-1])
    return Carried(Session(program, state), carrier.dropped, left)


def _restarted(program: Program, opening: Opening, left: list[str]) -> Carried:
    fresh = Session.start(program, opening)
    fresh.handle(Open())
    return Carried(fresh, left=left, restarted=True)


def _without_repeats(history: list[str]) -> list[str]:
    return [name for number, name in enumerate(history) if number == 0 or history[number - 1] != name]


class _CarryOver:
    """Carries the stores of all screens. `state` is changed in place."""

    def __init__(self, old: Session, program: Program, state: State, *, with_examples: bool) -> None:
        self._old = old
        self._before = State.from_json(old.to_json())
        self._program = program
        self._state = state
        state.set_aside = {screen: dict(values) for screen, values in state.set_aside.items() if values}
        self._with_examples = with_examples
        self.dropped: list[Dropped] = []

    def carry_screens(self) -> None:
        for name in self._state.set_aside:
            if name in self._program.screens:
                self._state.screens.setdefault(name, ScreenState())
        for name in list(self._state.screens):
            if name not in self._program.screens:
                self._drop_screen(name)
            else:
                store = self._state.screens[name]
                store.data = self._data(name, store.data)
        for name in self._state.history:
            self._state.screens.setdefault(name, ScreenState(data=self._program.screens[name].model.mock))
        for name in self._state.screens:
            self._carry_values(name)

    def drop_refused(self, name: str) -> None:
        """Drops values that their inputs do not take, until nothing changes.

        What an input takes may depend on the values of others, which are final only now.
        """
        store = self._state.screens[name]
        for _ in range(len(store.form)):
            shown = self._visible_inputs(self._program, self._state, self._program.screens[name])
            before = dict(store.form)
            for input_name in [input_name for input_name in store.form if input_name in shown]:
                self._keep(name, input_name, store.form.pop(input_name), shown[input_name], store)
            if store.form == before:
                return

    def _drop_screen(self, name: str) -> None:
        store = self._state.screens.pop(name)
        for input_name, value in store.form.items():
            if not inputs.is_empty(value) and input_name in store.touched:
                self._set_aside(name, input_name, value, f'stood on the screen "{name}", which is gone')

    def _data(self, name: str, data: dict[str, Any]) -> dict[str, Any]:
        """The data of a screen: what still fits its model, examples as they are now."""
        model = self._program.screens[name].model
        examples = model.mock
        old = self._old.program.screens.get(name)
        former = old.model.mock if old else {}
        kept = {
            field: value
            for field, value in data.items()
            if model.fits(field, value) and not (field in former and field in examples and former[field] == value)
        }
        return {**(examples if self._with_examples else _examples_for(examples, data)), **kept}

    def _carry_values(self, name: str) -> None:
        screen, store = self._program.screens[name], self._state.screens[name]
        former = self._old.program.screens.get(name)
        shown = self._visible_inputs(self._program, self._state, screen)
        initials = _initials(self._old.program, self._visible_inputs(self._old.program, self._before, former))
        fresh = _initials(self._program, shown)
        entered, store.form = {**self._state.set_aside.get(name, {}), **store.form}, {}
        lists, former_lists = screen.list_names, former.list_names if former else set()
        for input_name, value in entered.items():
            if input_name in former_lists:
                if input_name in lists:
                    store.form[input_name] = value
                continue
            node = shown[input_name].node if input_name in shown else screen.inputs.get(input_name)
            before = former.inputs.get(input_name) if former else None
            is_initial = input_name in initials and initials[input_name] == value and fresh.get(input_name) != value
            if node is None or (before is not None and _family(before.type) != _family(node.type)):
                self._drop(name, input_name, value, "has no place there any more", is_silent=is_initial)
                continue
            if before is None or before.type != node.type or _variant(before.fixed) != _variant(node.fixed):
                _rewrite(store, input_name)
            if not is_initial:
                self._keep(name, input_name, value, shown.get(input_name), store)
        known = set(screen.inputs)
        for listed in (store.touched, store.held, store.built):
            listed[:] = [listed_name for listed_name in listed if listed_name.partition(".")[0] in known]
        self._carry_messages(screen, former, store)
        store.refused.clear()

    def _carry_messages(self, screen: Screen, former: Screen | None, store: ScreenState) -> None:
        """Messages that still stand get their present words, and those that the new text changed come up."""
        before = server_messages(self._old.program, self._before, former).values if former else {}
        now = server_messages(self._program, self._state, screen).values
        stands = {name for name in now if name in store.messages or now[name] != before.get(name)}
        store.messages = {name: message for name, message in now.items() if name in stands and message}

    def _keep(self, screen: str, name: str, value: Any, component: VisibleComponent | None, store: ScreenState) -> None:
        node = component.node if component else self._program.screens[screen].inputs[name]
        properties = component.properties if component else node.fixed
        kept, refusal = _acceptable(node.type, value, properties, self._program)
        if refusal:
            self._drop(screen, name, value, refusal)
        is_back = not refusal and self._state.set_aside.get(screen, {}).pop(name, None) is not None
        if kept != value or is_back:
            _rewrite(store, name)
        if is_back and name not in store.touched:
            store.touched.append(name)
        if kept is not None and not (inputs.is_empty(kept) and refusal):
            store.form[name] = kept
        elif name in store.touched:
            store.touched.remove(name)

    def _drop(self, screen: str, name: str, value: Any, reason: str, *, is_silent: bool = False) -> None:
        _rewrite(self._state.screens[screen], name)
        if not is_silent and not inputs.is_empty(value):
            self._set_aside(screen, name, value, reason)

    def _set_aside(self, screen: str, name: str, value: Any, reason: str) -> None:
        """Keeps what was entered until there is a place for it again. That is told once."""
        aside = self._state.set_aside.setdefault(screen, {})
        if name not in aside:
            self.dropped.append(Dropped(screen, name, reason))
        aside[name] = value

    @staticmethod
    def _visible_inputs(program: Program, state: State, screen: Screen | None) -> dict[str, VisibleComponent]:
        if screen is None or screen.id not in state.screens:
            return {}
        return {
            component.name: component for component in visible_components(program, state, screen) if component.is_input
        }


def _examples_for(examples: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in examples.items() if name in data}


def _initials(program: Program, shown: dict[str, VisibleComponent]) -> dict[str, Any]:
    """The values that the Flow itself gives to its inputs."""
    initials = {
        name: inputs.initial(component.type, component.initial, program.version) for name, component in shown.items()
    }
    return {name: value for name, value in initials.items() if value is not None}


def _acceptable(kind: str, value: Any, properties: Any, program: Program) -> tuple[Any, str]:
    """The part of a value that an input takes, None for nothing; and why it does not take the rest."""
    try:
        return inputs.accepted(kind, value, value, properties, program.version), ""
    except NotAccepted as refusal:
        reason = str(refusal)
    if not isinstance(value, list):
        return None, reason
    kept = [item for item in value if _acceptable(kind, [item], properties, program)[1] == ""] if len(value) > 1 else []
    return kept or None, reason


def _family(kind: str) -> str:
    return _FAMILIES.get(kind, kind)


def _variant(fixed: Any) -> Any:
    """The properties for which a browser draws another control for the same component."""
    return fixed.get("input-type"), fixed.get("mode")


def _rewrite(store: ScreenState, name: str) -> None:
    """The page has to draw this input anew."""
    store.writes[name] = store.writes.get(name, 0) + 1
