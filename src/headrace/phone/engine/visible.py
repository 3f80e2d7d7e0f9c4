"""The visible components of a screen: those of the branches that apply, with every property resolved."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from headrace.flowjson.expressions import UNDEFINED, condition, resolve
from headrace.phone.engine.program import Node, Program, Screen
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import State
from headrace.phone.values.calendars import default_limits
from headrace.phone.values.component_validation import Candidate, problem_of
from headrace.phone.values.properties import written


class VisibleComponent(NamedTuple):
    """A visible component. `initial` is the init value the Flow has for it now; `problem` says why the phone does not
    draw it.
    """

    node: Node
    properties: Mapping[str, Any]
    initial: Any = None
    problem: str | None = None

    @property
    def is_input(self) -> bool:
        """Whether it takes a value now."""
        return self.node.is_input and self.problem is None

    @property
    def type(self) -> str:
        return self.node.type

    @property
    def name(self) -> str:
        return self.node.name


def visible_components(program: Program, state: State, screen: Screen) -> list[VisibleComponent]:
    """All visible components of a screen in reading order, containers opened."""
    walk = _Walk(program, ScreenScope(program, state, screen.id), state.today)
    return list(walk.over(screen.nodes, _NO_FORM))


_NO_FORM: Mapping[str, Any] = {}
"""The initial values of a Form that has none, and outside of every Form."""


class _Walk:
    def __init__(self, program: Program, scope: ScreenScope, today: str | None) -> None:
        self._program = program
        self._scope = scope
        self._today = today

    def over(self, nodes: tuple[Node, ...], form: Mapping[str, Any]) -> Iterator[VisibleComponent]:
        for node in nodes:
            if node.problem:
                yield VisibleComponent(node, node.fixed, problem=node.problem)
            elif node.type == "Form":
                yield from self.over(node.branches["children"], self._initial_values(node))
            elif node.type in ("If", "Switch"):
                yield from self.over(self._open_branch(node), form)
            elif not node.bound and form is _NO_FORM and node.type != "CalendarPicker":
                component = self._unchanging(node)
                if component.properties.get("visible") is not False:
                    yield component
            else:
                properties = self._resolved(node)
                if node.type == "CalendarPicker" and self._today:
                    properties = {**default_limits(date.fromisoformat(self._today)), **properties}
                if properties.get("visible") is not False:
                    yield self._component(node, properties, form)

    def _unchanging(self, node: Node) -> VisibleComponent:
        """A component without bindings: nothing about it changes while the Flow runs."""
        known = self._program.unchanging
        component = known.get(id(node))
        if component is None:
            component = known[id(node)] = self._component(node, node.fixed, _NO_FORM)
        return component

    def _open_branch(self, node: Node) -> tuple[Node, ...]:
        if node.type == "If":
            tested = node.bound.get("condition", node.fixed.get("condition"))
            holds = isinstance(tested, str | bool) and condition(tested, self._scope, self._program.version)
            return node.branches["then" if holds else "else"]
        value = written(self._resolved(node).get("value"))
        return node.branches.get(value, node.branches.get("default", ()))

    def _resolved(self, node: Node) -> Mapping[str, Any]:
        if not node.bound:
            return node.fixed
        properties = dict(node.fixed)
        for name, value in node.bound.items():
            resolved = resolve(value, self._scope, self._program.version)
            if resolved is not UNDEFINED:
                properties[name] = resolved
        return properties

    def _initial_values(self, node: Node) -> Mapping[str, Any]:
        initial = self._resolved(node).get("init-values")
        return initial if isinstance(initial, dict) and initial else _NO_FORM

    def _component(self, node: Node, properties: Mapping[str, Any], form: Mapping[str, Any]) -> VisibleComponent:
        initial = form.get(node.name, properties.get("init-value")) if node.name else None
        candidate = Candidate(node.type, properties, node.handlers, initial, self._program.version, node.bound)
        return VisibleComponent(node, properties, initial, problem_of(candidate))
