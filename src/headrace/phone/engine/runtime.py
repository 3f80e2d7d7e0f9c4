"""The way through the screens: entering, merging data, going back, and what the Flow writes into inputs meanwhile."""

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.phone.engine.effects import Exchange, Notify
from headrace.phone.engine.program import Program, Screen
from headrace.phone.engine.state import Pending, Purpose, ScreenState, Snackbar, State
from headrace.phone.engine.visible import VisibleComponent, visible_components
from headrace.phone.values import inputs, texts
from headrace.phone.values.files import PICKERS, files_of
from headrace.phone.values.items import items_of
from headrace.phone.values.options import options_of
from headrace.phone.values.validation import Fault

MOST_SETTLING_ROUNDS = 8
DRAWN_CHOICES_ACT = (Version(6, 0), Version(7, 0))
_DATA_FIELD = re.compile(r"\$\{data\.([^.}]+)")


class Runtime:
    """Moves a state through its program. Whether a move is allowed is judged before, by actions and answers."""

    def __init__(self, program: Program, state: State) -> None:
        self.program = program
        self.state = state
        self._drawn: list[str] = []
        self._visible: list[VisibleComponent] | None = None
        self._inputs: Mapping[str, VisibleComponent] | None = None
        self._faults: dict[str, Fault | None] = {}

    @property
    def screen(self) -> Screen:
        """The current screen; there is one once the Flow was opened."""
        return self.program.screens[self.state.history[-1]]

    @property
    def store(self) -> ScreenState:
        return self.state.screens[self.state.history[-1]]

    def visible(self) -> list[VisibleComponent]:
        """Everything visible on the current screen; worked out once after each change of the state."""
        if self._visible is None:
            self._visible = visible_components(self.program, self.state, self.screen)
        return self._visible

    def changed(self) -> None:
        """To be called after every change of the way, of data or of values: bindings may come to something else."""
        self._visible = self._inputs = None
        self._faults.clear()

    def inputs(self) -> Mapping[str, VisibleComponent]:
        """The visible inputs of the current screen, by name."""
        if self._inputs is None:
            self._inputs = {one.name: one for one in self.visible() if one.is_input}
        return self._inputs

    def row_key(self, name: str, item: Any) -> str | None:
        """The key of a row, by its list's name and its own id; None where the screen shows no such row."""
        for one in self.visible():
            if one.type == "NavigationList" and one.name == name and one.problem is None:
                return next((row.key(one.node.key) for row in items_of(one.properties) if row.id == item), None)
        return None

    def value(self, component: VisibleComponent) -> Any:
        form = self.store.form
        return form[component.name] if component.name in form else inputs.KINDS[component.type].empty

    def fault(self, component: VisibleComponent) -> Fault | None:
        """What is wrong with the value of a visible input; judged once after each change of the state."""
        name = component.name
        if name not in self._faults:
            value = self.value(component)
            self._faults[name] = inputs.fault_of(component.type, value, component.properties, self.program.version)
        return self._faults[name]

    # Moving

    def go(self, target: str, data: dict[str, Any], *, answered: bool) -> None:
        """Shows `target` with `data` merged over what it has. Going where one just came from counts as going back."""
        history = self.state.history
        if target != self.state.screen:
            if len(history) > 1 and history[-2] == target:
                history.pop()
                self._arrive()
                self._forget_messages()
            else:
                history.append(target)
                self._arrive()
        self.merge(data, answered=answered)

    def go_back(self) -> None:
        """Shows the screen before, as it was left; what the business said about its inputs is gone."""
        self.state.history.pop()
        self._arrive()
        self._forget_messages()
        self.settle()

    def reappear(self) -> None:
        """Shows the screen again after the sheet was closed: what was forgotten gets its initial value anew."""
        self.changed()
        self.store.built.clear()
        self.store.touched.clear()
        self.settle()

    def go_back_to(self, target: str, data: dict[str, Any]) -> None:
        """Shows the screen an answer to BACK names, which may be the one that was to be left."""
        if target == self.state.screen:
            self.merge(data, answered=True)
            return
        history = self.state.history
        del history[-1]
        if target in history:
            del history[history.index(target) + 1 :]
        else:
            history[-1:] = [target]
        self._arrive()
        self._forget_messages()
        self.merge(data, answered=True)

    def merge(self, data: dict[str, Any], *, answered: bool) -> None:
        """Lays `data` over the current screen's data, field by field; an answer may also rewrite inputs."""
        self.store.data.update(self.screen.model.declared(data))
        self.changed()
        for name, component in self.inputs().items():
            if name in self.store.settled and _mentions(component.message_source, data):
                self.store.settled.remove(name)
        self.settle(arrived=data if answered else {})

    def _arrive(self) -> None:
        self.changed()
        self.state.visit += 1
        store = self.state.screens.setdefault(self.state.history[-1], ScreenState())
        store.built.clear()
        store.touched.clear()
        store.refused.clear()

    def _forget_messages(self) -> None:
        self.store.settled[:] = list(self.screen.inputs)

    # What the Flow does to inputs

    def settle(self, arrived: Iterable[str] = ()) -> None:
        """Applies init values and drops choices that are no longer offered, until nothing changes.

        `arrived` are the data fields an answer just brought: init values bound to them overwrite what was typed.
        """
        fresh = frozenset(arrived)
        for _ in range(MOST_SETTLING_ROUNDS):
            if not self._settle_once(fresh):
                return
            fresh = frozenset()

    def _settle_once(self, arrived: frozenset[str]) -> bool:
        changed = False
        for component in self.inputs().values():
            changed |= self._drop_vanished(component)
            is_new = component.name not in self.store.built
            if is_new:
                self.store.built.append(component.name)
            if (is_new and component.name not in self.store.form) or _mentions(component.initial_source, arrived):
                changed |= self._apply_initial(component)
            if is_new and self.value(component) and "on-select-action" in component.node.handlers:
                self._drawn.append(component.name)
        return changed

    def _drop_vanished(self, component: VisibleComponent) -> bool:
        """A choice whose option disappears from the data source is taken back."""
        if "data-source" not in component.properties:
            return False
        offered = [option.id for option in options_of(component.properties)]
        checksum = zlib.crc32("\0".join(offered).encode("utf-8", "surrogatepass"))
        before = self.store.offered.get(component.name)
        self.store.offered[component.name] = checksum
        value = self.value(component)
        chosen = value if isinstance(value, list) else [value] if value else []
        if before in (None, checksum) or set(chosen) <= set(offered):
            return False
        self._write(component.name, [] if isinstance(value, list) else "")
        return True

    def _apply_initial(self, component: VisibleComponent) -> bool:
        value = inputs.initial(component.type, component.initial, self.program.version)
        if value is None or (component.name in self.store.form and value in ("", [], {})):
            return False
        if self.store.form.get(component.name) == value:
            return False
        self._write(component.name, value)
        return True

    def _write(self, name: str, value: Any) -> None:
        self.store.form[name] = value
        self.changed()
        self.store.writes[name] = self.store.writes.get(name, 0) + 1
        if name in self.store.touched:
            self.store.touched.remove(name)

    def redraw(self, name: str) -> None:
        """The page shows something else than the stored value: it has to draw the input anew."""
        self.store.writes[name] = self.store.writes.get(name, 0) + 1

    def choose_row(self, component: VisibleComponent, item: str) -> None:
        """A row of a NavigationList was tapped: its id becomes the value of the list."""
        self.store.form[component.name] = item
        self.changed()

    def take_drawn(self) -> list[VisibleComponent]:
        """Inputs drawn with a value whose select action runs at once, as versions 6.0 to 6.3 do. Each is given out
        once.
        """
        names, self._drawn = self._drawn, []
        first, after = DRAWN_CHOICES_ACT
        if not names or not first <= self.program.version < after:
            return []
        shown = self.inputs()
        return [shown[name] for name in names if name in shown]

    # What a person does to inputs

    def put(self, name: str, value: Any, before: Any) -> bool:
        """Stores what a person entered; says whether it changed anything."""
        if value == before and type(value) is type(before):
            return False
        self.store.form[name] = value
        self.changed()
        self.state.edited = True
        self.leave(name)
        for one in (name, *(f"{name}.{end}" for end in _changed_ends(before, value))):
            if one not in self.store.touched:
                self.store.touched.append(one)
        return True

    def leave(self, name: str) -> None:
        """The business's message on this field has been dealt with."""
        if name not in self.store.settled:
            self.store.settled.append(name)

    def forget_secrets(self) -> None:
        """What a phone never keeps when a Flow is closed: passwords, passcodes, consents and unfinished uploads."""
        self.changed()
        for identifier, store in self.state.screens.items():
            for name, node in self.program.screens[identifier].inputs.items():
                if node.type == "OptIn" or node.fixed.get("input-type") in SECRET_TYPES:
                    store.form.pop(name, None)
                elif node.type in PICKERS and name in store.form:
                    store.form[name] = [one.to_json() for one in files_of(store.form[name]) if one.progress == "sent"]

    # Talking

    def ask(
        self, action: str, screen: str, data: dict[str, Any], purpose: Purpose, target: str | None = None
    ) -> Exchange:
        """Begins an exchange: the sheet is inert until it is answered."""
        request = self._request(action, screen, data)
        self.state.pending = Pending(request, purpose, target)
        self.state.status = "loading"
        return Exchange(request)

    def notify(self, error_type: str, detail: str, *, action: str = "data_exchange") -> list[Notify]:
        """Tells the endpoint, where there is one, what was wrong."""
        if not self.program.is_endpoint_flow:
            return []
        data = {"error": str(error_type), "error_message": detail}
        return [Notify(self._request(action, self.state.screen or "", data))]

    def _request(self, action: str, screen: str, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "version": self.program.data_api_version or "3.0",
            "action": action,
            "screen": screen,
            "data": data,
            "flow_token": self.state.flow_token,
        }

    def say(self, message: str, error_type: str | None = None, detail: str | None = None) -> None:
        """Shows a snackbar."""
        self.state.said += 1
        self.state.snackbar = Snackbar(message, self.state.said, str(error_type) if error_type else None, detail)

    def complain(self, error_type: str, detail: str) -> list[Notify]:
        """Something the Flow asked for cannot be done: the person reads a short text, the endpoint hears why."""
        self.say(texts.failure(error_type), error_type, detail)
        return self.notify(error_type, detail)


def _changed_ends(before: Any, value: Any) -> list[str]:
    """Which ends of a range are others than before."""
    old, new = (one if isinstance(one, dict) else {} for one in (before, value))
    return [end for end in {**old, **new} if old.get(end) != new.get(end)]


def _mentions(source: Any, fields: Iterable[str]) -> bool:
    """Whether a binding reads one of these data fields."""
    if isinstance(source, str):
        return any(name in fields for name in _DATA_FIELD.findall(source))
    if isinstance(source, dict):
        return any(_mentions(member, fields) for member in source.values())
    if isinstance(source, list):
        return any(_mentions(item, fields) for item in source)
    return False
