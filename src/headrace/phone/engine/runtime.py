"""A program with the state it is in, and what that comes to on the current screen."""

from collections.abc import Mapping
from typing import Any

from headrace.phone.engine.program import Program, Screen
from headrace.phone.engine.state import ScreenState, State
from headrace.phone.engine.visible import VisibleComponent, visible_components
from headrace.phone.values import inputs
from headrace.phone.values.items import items_of
from headrace.phone.values.validation import Fault


class Runtime:
    """Reads a state by its program. What it works out is kept until `changed` is called.

    The state is changed by `navigation`, `form` and `messages`. `drawn` are the inputs that were drawn with a value
    and whose select action did not run yet.
    """

    def __init__(self, program: Program, state: State) -> None:
        self.program = program
        self.state = state
        self.drawn: list[str] = []
        self._visible: list[VisibleComponent] | None = None
        self._inputs: Mapping[str, VisibleComponent] | None = None
        self._faults: dict[str, Fault | None] = {}

    @property
    def screen(self) -> Screen:
        """The current screen; there is one once the Flow was opened."""
        return self.program.screens[self.state.history[-1]]

    @property
    def store(self) -> ScreenState:
        """The stored data and form of the current screen."""
        return self.state.screens[self.state.history[-1]]

    def visible(self) -> list[VisibleComponent]:
        """The visible components of the current screen; worked out once after each change of the state."""
        if self._visible is None:
            self._visible = visible_components(self.program, self.state, self.screen)
        return self._visible

    def changed(self) -> None:
        """Forgets what was worked out. Has to be called after every change of the history, of data or of values."""
        self._visible = self._inputs = None
        self._faults.clear()

    def inputs(self) -> Mapping[str, VisibleComponent]:
        """The visible inputs of the current screen, by name."""
        if self._inputs is None:
            self._inputs = {component.name: component for component in self.visible() if component.is_input}
        return self._inputs

    def row_key(self, name: str, item: Any) -> str | None:
        """The key of a row, by its list's name and its own id; None where the screen shows no such row."""
        for component in self.visible():
            if component.type == "NavigationList" and component.name == name and component.problem is None:
                return next(
                    (row.key(component.node.key) for row in items_of(component.properties) if row.id == item), None
                )
        return None

    def value(self, component: VisibleComponent) -> Any:
        """The value of a visible input; the empty value of its kind where none was entered."""
        form = self.store.form
        return form[component.name] if component.name in form else inputs.KINDS[component.type].empty

    def fault(self, component: VisibleComponent) -> Fault | None:
        """What is wrong with the value of a visible input; checked once after each change of the state."""
        name = component.name
        if name not in self._faults:
            value = self.value(component)
            self._faults[name] = inputs.fault_of(component.type, value, component.properties, self.program.version)
        return self._faults[name]
