"""What a Flow itself gives to the inputs of a screen: initial values and messages of the business.

A screen has one set of each, gathered from its Forms and its inputs, when it is shown and after every answer that names
it; never in between. Initial values are also for inputs that are hidden or in a branch that is closed, messages never
for inputs inside an If or a Switch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.flowjson.expressions.references import read_binding
from headrace.phone.engine.program import Node, Program, Screen
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import State


@dataclass(slots=True)
class Given:
    """Values by the name of their input; those that come to nothing are left out. `is_bound`: a plain binding is among
    their sources. `has_come`: at least one source came to something, be it empty.
    """

    values: dict[str, Any] = field(default_factory=dict)
    is_bound: bool = False
    has_come: bool = False


def initial_values(program: Program, state: State, screen: Screen) -> Given:
    """The set of initial values, as the state is now."""
    return _Gathering(program, state, screen, "init-values", "init-value").over(screen.nodes, None, into_branches=True)


def server_messages(program: Program, state: State, screen: Screen) -> Given:
    """The set of messages about inputs, as the state is now."""
    gathering = _Gathering(program, state, screen, "error-messages", "error-message")
    return gathering.over(screen.nodes, None, into_branches=False)


class _Gathering:
    """Gathers one set: from the property `of_form` of Forms, and the property `of_input` of inputs."""

    def __init__(self, program: Program, state: State, screen: Screen, of_form: str, of_input: str) -> None:
        self._version = program.version
        self._scope = ScreenScope(program, state, screen.id)
        self._of_form, self._of_input = of_form, of_input
        self._given = Given()

    def over(self, nodes: tuple[Node, ...], of_form: Mapping[str, Any] | None, *, into_branches: bool) -> Given:
        for node in nodes:
            if node.problem:
                continue
            if node.type == "Form":
                members = self._come(node, self._of_form)
                inside = members if isinstance(members, dict) else None
                self.over(node.branches["children"], inside, into_branches=into_branches)
            elif node.type in ("If", "Switch"):
                for children in node.branches.values() if into_branches else ():
                    self.over(children, of_form, into_branches=True)
            elif node.is_input:
                own = self._come(node, self._of_input)
                value = of_form[node.name] if of_form and node.name in of_form else own
                if value is not UNDEFINED and value is not None:
                    self._given.values.setdefault(node.name, value)
        return self._given

    def _come(self, node: Node, name: str) -> Any:
        """What a property comes to now."""
        source = node.bound.get(name, node.fixed.get(name, UNDEFINED))
        value = source if source is UNDEFINED else resolve(source, self._scope, self._version)
        self._given.is_bound |= any(read_binding(text, self._version) for text in _texts_in(source))
        self._given.has_come |= value is not UNDEFINED and value is not None
        return value


def _texts_in(source: Any) -> Iterator[str]:
    if isinstance(source, str):
        yield source
    elif isinstance(source, dict):
        for member in source.values():
            yield from _texts_in(member)
    elif isinstance(source, list):
        for item in source:
            yield from _texts_in(item)
