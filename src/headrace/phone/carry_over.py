"""Carrying an open session over to another version of its Flow, as on saving the file in a preview.

Kept is what still fits: the way to the current screen, the data of each screen, and every value whose input still
has that name and takes it. What was only an example or an initial value of the old text becomes that of the new one.
"""

from dataclasses import dataclass, field
from typing import Any

from headrace.phone.engine import form
from headrace.phone.engine.events import Open
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
    carrier = _Carrier(session, program, state, with_examples=opening.action == "navigate")
    carrier.carry_screens()
    state.snackbar = None
    if moved:
        state.pending = None
        state.status = "ready" if state.status == "loading" else state.status
        state.visit += 1
        state.screens[history[-1]].built.clear()
    if history:
        form.settle(Runtime(program, state))
        carrier.let_go_of_misfits(history[-1])
    return Carried(Session(program, state), carrier.dropped, left)


def _restarted(program: Program, opening: Opening, left: list[str]) -> Carried:
    fresh = Session.start(program, opening)
    fresh.handle(Open())
    return Carried(fresh, left=left, restarted=True)


def _without_repeats(history: list[str]) -> list[str]:
    return [name for number, name in enumerate(history) if number == 0 or history[number - 1] != name]


class _Carrier:
    """Carries the stores of all screens. `state` is changed in place."""

    def __init__(self, old: Session, program: Program, state: State, *, with_examples: bool) -> None:
        self._old = old
        self._before = State.from_json(old.to_json())
        self._program = program
        self._state = state
        self._with_examples = with_examples
        self.dropped: list[Dropped] = []

    def carry_screens(self) -> None:
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

    def let_go_of_misfits(self, name: str) -> None:
        """What an input takes may depend on the values of others, which are only now as they stay."""
        store = self._state.screens[name]
        for _ in range(len(store.form)):
            shown = self._visible_inputs(self._program, self._state, self._program.screens[name])
            before = dict(store.form)
            for one in [one for one in store.form if one in shown]:
                self._keep(name, one, store.form.pop(one), shown[one], store)
            if store.form == before:
                return

    def _drop_screen(self, name: str) -> None:
        store = self._state.screens.pop(name)
        entered = [one for one, value in store.form.items() if not inputs.is_empty(value) and one in store.touched]
        self.dropped += [Dropped(name, one, f'stood on the screen "{name}", which is gone') for one in entered]

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
        return {**(examples if self._with_examples else _of(examples, data)), **kept}

    def _carry_values(self, name: str) -> None:
        screen, store = self._program.screens[name], self._state.screens[name]
        former = self._old.program.screens.get(name)
        shown = self._visible_inputs(self._program, self._state, screen)
        initials = _initials(self._old.program, self._visible_inputs(self._old.program, self._before, former))
        fresh = _initials(self._program, shown)
        entered, store.form = store.form, {}
        lists, former_lists = screen.list_names, former.list_names if former else set()
        for one, value in entered.items():
            if one in former_lists:
                if one in lists:
                    store.form[one] = value
                continue
            node = shown[one].node if one in shown else screen.inputs.get(one)
            before = former.inputs.get(one) if former else None
            is_initial = one in initials and initials[one] == value and fresh.get(one) != value
            if is_initial:
                _forget(store, one)
            if node is None or (before is not None and _family(before.type) != _family(node.type)):
                self._drop(name, one, value, "has no place there any more", is_silent=is_initial)
                continue
            if before is None or before.type != node.type or _variant(before.fixed) != _variant(node.fixed):
                _rewrite(store, one)
            if not is_initial:
                self._keep(name, one, value, shown.get(one), store)
        known = set(screen.inputs)
        for listed in (store.touched, store.settled, store.built):
            listed[:] = [one for one in listed if one.partition(".")[0] in known]
        store.offered.clear()
        store.told.clear()
        store.refused.clear()

    def _keep(self, screen: str, name: str, value: Any, component: VisibleComponent | None, store: ScreenState) -> None:
        node = component.node if component else self._program.screens[screen].inputs[name]
        properties = component.properties if component else node.fixed
        kept, refusal = _acceptable(node.type, value, properties, self._program)
        if refusal:
            self._drop(screen, name, value, refusal)
        if kept != value:
            _rewrite(store, name)
        if kept is not None and not (inputs.is_empty(kept) and refusal):
            store.form[name] = kept
        elif name in store.touched:
            store.touched.remove(name)

    def _drop(self, screen: str, name: str, value: Any, reason: str, *, is_silent: bool = False) -> None:
        _rewrite(self._state.screens[screen], name)
        if not is_silent and not inputs.is_empty(value):
            self.dropped.append(Dropped(screen, name, reason))

    @staticmethod
    def _visible_inputs(program: Program, state: State, screen: Screen | None) -> dict[str, VisibleComponent]:
        if screen is None or screen.id not in state.screens:
            return {}
        return {one.name: one for one in visible_components(program, state, screen) if one.is_input}


def _of(examples: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in examples.items() if name in data}


def _initials(program: Program, shown: dict[str, VisibleComponent]) -> dict[str, Any]:
    """What the Flow had written into its inputs by itself."""
    found = {name: inputs.initial(one.type, one.initial, program.version) for name, one in shown.items()}
    return {name: value for name, value in found.items() if value is not None}


def _acceptable(kind: str, value: Any, properties: Any, program: Program) -> tuple[Any, str]:
    """What of a value an input takes, None for nothing; and why it does not take the rest."""
    try:
        return inputs.accepted(kind, value, value, properties, program.version), ""
    except NotAccepted as refusal:
        reason = str(refusal)
    if not isinstance(value, list):
        return None, reason
    kept = [one for one in value if _acceptable(kind, [one], properties, program)[1] == ""] if len(value) > 1 else []
    return kept or None, reason


def _family(kind: str) -> str:
    return _FAMILIES.get(kind, kind)


def _variant(fixed: Any) -> Any:
    """What makes a browser draw another control for the same component."""
    return fixed.get("input-type"), fixed.get("mode")


def _forget(store: ScreenState, name: str) -> None:
    """The input counts as never shown, so that it gets its initial value anew."""
    if name in store.built:
        store.built.remove(name)


def _rewrite(store: ScreenState, name: str) -> None:
    """The page has to draw this input anew."""
    store.writes[name] = store.writes.get(name, 0) + 1
