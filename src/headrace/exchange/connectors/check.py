"""Proves a connector against its Flow: every request has steps, all of them end in an answer, and every answer has
every field of its screen in the right type.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.flow_contract import FlowContract, ScreenContract, unmatched
from headrace.exchange.connectors.inference import Inference, narrowed
from headrace.exchange.connectors.language import (
    Assign,
    Call,
    Connector,
    Expire,
    Finish,
    Look,
    Query,
    Shaped,
    Show,
    Step,
    When,
    always_answers,
)
from headrace.exchange.connectors.problems import TOP, Place, Problem
from headrace.exchange.connectors.types import NULL, STRING, UNKNOWN, Type, list_of, object_of, type_of
from headrace.exchange.replies import FIELD_ERRORS
from headrace.flowjson.checks.spelling import meant_by

_ROW_OF_A_SCREEN = frozenset({"error_message", FIELD_ERRORS})


def check_connector(connector: Connector, flow: FlowContract) -> list[Problem]:
    """Everything in which a connector and its Flow do not agree, in the order of the connector's lines."""
    checker = _Checker(connector, flow)
    checker.check()
    return sorted(checker.problems, key=lambda problem: problem.place)


class _Checker:
    def __init__(self, connector: Connector, flow: FlowContract) -> None:
        self.problems: list[Problem] = []
        self._connector = connector
        self._flow = flow

    def check(self) -> None:
        connector, flow = self._connector, self._flow
        screens_at = connector.places.get("screens", TOP)
        for name in [*connector.exchanges, *(name for name in connector.backs if name not in connector.exchanges)]:
            if name not in flow.screens:
                self._unknown_screen(connector.places[f"screens.{name}"], name)
        if connector.opening is not None:
            self._run(connector.opening, None, object_of({}), connector.places["open"], "open")
        for name, screen in flow.screens.items():
            place = connector.places.get(f"screens.{name}", screens_at)
            keys = connector.screen_keys.get(name, {})
            exchange, back = connector.exchanges.get(name), connector.backs.get(name)
            if exchange is not None:
                if not screen.asks:
                    words = f"The screen {name} never sends data_exchange, so these steps are never taken."
                    self._add(keys.get("exchange", place), words, flow_line=screen.line, is_warning=True)
                self._run(exchange, screen, screen.sent, keys.get("exchange", place), f"exchange of {name}")
            elif screen.asks:
                words = f"The screen {name} sends data_exchange, and no steps answer it."
                self._add(place, words, f"Write them under screens, {name}, exchange.", screen.ask_line)
            if back is not None:
                if not screen.refreshes:
                    words = f"The screen {name} has no refresh_on_back, so these steps are never taken."
                    self._add(keys.get("back", place), words, flow_line=screen.line, is_warning=True)
                self._run(back, screen, object_of({}), keys.get("back", place), f"back of {name}", is_back=True)
            elif screen.refreshes:
                words = f"The screen {name} asks when a person leaves it backwards, and no steps answer that."
                self._add(place, words, f"Write them under screens, {name}, back.", screen.line)

    def _add(
        self, place: Place, words: str, advice: str = "", flow_line: int | None = None, *, is_warning: bool = False
    ) -> None:
        problem = Problem(place, words, advice, flow_line, is_warning)
        if problem not in self.problems:
            self.problems.append(problem)

    def _unknown_screen(self, place: Place, name: str) -> None:
        meant = meant_by(name, self._flow.screens)
        there = ", ".join(self._flow.screens)
        advice = f"Did you mean '{meant}'?" if meant else f"There are: {there}."
        line = self._flow.screens[meant].line if meant else None
        self._add(place, f"The Flow has no screen '{name}'.", advice, line)

    # Steps

    def _run(
        self,
        steps: tuple[Step, ...],
        screen: ScreenContract | None,
        data: Type,
        place: Place,
        what: str,
        *,
        is_back: bool = False,
    ) -> None:
        names: dict[str, Type] = {
            "data": data,
            "screen": STRING if screen else STRING.or_null(),
            "action": STRING,
            "flow_token": STRING,
            "today": STRING,
            "now": STRING,
        }
        walk = _Walk(self, screen, opens=what == "open")
        walk.steps(steps, object_of(names))
        if steps and not always_answers(steps):
            self._add(
                place,
                f"The steps of {what} can end without an answer.",
                "End every way with show, finish or expire.",
            )

    def connector(self) -> Connector:
        return self._connector

    def flow(self) -> FlowContract:
        return self._flow


class _Walk:
    """One list of steps, with what is known at each of them."""

    def __init__(self, checker: _Checker, screen: ScreenContract | None, *, opens: bool) -> None:
        self._checker = checker
        self._flow = checker.flow()
        self._connector = checker.connector()
        self._screen = screen
        self._opens = opens

    def steps(self, steps: Iterable[Step], scope: Type) -> Type:
        """Walks steps; what is known afterwards, where they go on."""
        for step in steps:
            scope = self._step(step, scope)
        return scope

    def _step(self, step: Step, scope: Type) -> Type:
        match step:
            case Query():
                self._types(step.parameters.values(), scope)
                row = UNKNOWN if step.gives is None else step.gives
                made = row.or_null() if step.one else list_of(row)
                return self._with_failure(step.failed, _named(scope, step.name, made), scope)
            case Call():
                self._types(step.query.values(), scope)
                for template in (step.path, *step.headers.values()):
                    self._template(template, step.key("path"), scope)
                if step.body is not None:
                    self._type(step.body, scope)
                made = step.gives or UNKNOWN
                made = made.or_null() if step.none_on else made
                return self._with_failure(step.failed, _named(scope, step.name, made), scope)
            case Look():
                self._types(step.where.values(), scope)
                table = self._connector.tables.get(step.table)
                row = object_of(table.columns) if table else UNKNOWN
                return _named(scope, step.name, row.or_null() if step.one else list_of(row))
            case Assign():
                for name, shaped in step.values.items():
                    scope = _named(scope, name, self._type(shaped, scope))
                return scope
            case When():
                return self._when(step, scope)
            case Show():
                self._show(step, scope)
            case Finish():
                self._types(step.params.values(), scope)
            case Expire():
                self._template(step.words, step.key("expire"), scope)
        return scope

    def _with_failure(self, failed: tuple[Step, ...] | None, scope: Type, before: Type) -> Type:
        if failed is None:
            return scope
        after = self.steps(failed, before)
        return scope if always_answers(failed) else _either(scope, after)

    def _when(self, step: When, scope: Type) -> Type:
        condition = step.condition.whole
        self._template(step.condition, step.key("when"), scope)
        if condition is None:
            return scope
        then = self.steps(step.then, narrowed(condition.tree, scope, holds=True))
        otherwise = self.steps(step.otherwise, narrowed(condition.tree, scope, holds=False))
        if always_answers(step.then):
            return otherwise
        return then if always_answers(step.otherwise) else _either(then, otherwise)

    # Values

    def _types(self, values: Iterable[Shaped], scope: Type) -> None:
        for value in values:
            self._type(value, scope)

    def _type(self, shaped: Shaped, scope: Type) -> Type:
        value = shaped.value
        if isinstance(value, Template):
            return self._template(value, shaped.place, scope)
        if isinstance(value, tuple):
            made = [self._type(one, scope) for one in value]
            items = made[0] if made else UNKNOWN
            for one in made[1:]:
                items = items | one
            return list_of(items)
        if isinstance(value, dict):
            return object_of({name: self._type(one, scope) for name, one in value.items()})
        return type_of(value)

    def _template(self, template: Template, place: Place, scope: Type) -> Type:
        return Inference(lambda words, advice: self._checker._add(place, words, advice)).of_template(template, scope)

    # Answers

    def _show(self, step: Show, scope: Type) -> None:
        given = {name: self._type(shaped, scope) for name, shaped in step.data.items()}
        if step.message is not None:
            self._template(step.message, step.key("message"), scope)
        target = self._flow.screens.get(step.screen)
        if target is None:
            self._checker._unknown_screen(step.key("show"), step.screen)
            return
        self._transition(step, target)
        data_keys = {name: shaped.place for name, shaped in step.data.items()}
        for name, one in given.items():
            self._field(name, one, data_keys[name], target)
        self._errors(step, target, scope)
        is_same = self._screen is not None and self._screen.name == target.name
        misspelt = {meant_by(name, target.fields) for name in given if name not in target.fields}
        for name, field in target.fields.items():
            if (
                name in given
                or name in misspelt
                or (name == FIELD_ERRORS and step.errors)
                or (is_same and not field.is_required)
            ):
                continue
            if name == FIELD_ERRORS and not field.is_required:
                continue
            self._checker._add(
                step.key("data") if step.data else step.key("show"),
                f"The screen {target.name} shows '{name}', and it is not supplied.",
                f"Add {name}: {_placeholder(field.type)} to data.",
                field.line,
            )

    def _transition(self, step: Show, target: ScreenContract) -> None:
        place = step.key("show")
        if self._opens:
            if target.name not in self._flow.routing.entry_screens:
                self._checker._add(
                    place,
                    f"The Flow cannot begin with {target.name}: other screens lead to it.",
                    f"It begins with {' or '.join(self._flow.entry_screens) or 'none of its screens'}.",
                    target.line,
                )
        elif self._screen is not None and not self._flow.routing.allows(self._screen.name, target.name):
            self._checker._add(
                place,
                f"The routing model has no way between {self._screen.name} and {target.name}.",
                "",
                self._flow.line(("routing_model",)),
            )

    def _field(self, name: str, given: Type, place: Place, target: ScreenContract) -> None:
        if name in _ROW_OF_A_SCREEN and name not in target.fields:
            self._checker._add(place, f"'{name}' is no field.", "Use message, or errors.")
            return
        field = target.fields.get(name)
        if field is None:
            meant = meant_by(name, target.fields)
            there = ", ".join(target.fields) or "none"
            self._checker._add(
                place,
                f"The screen {target.name} has no field '{name}'.",
                f"Did you mean '{meant}'?" if meant else f"There are: {there}.",
                target.fields[meant].line if meant else target.line,
            )
            return
        fault = unmatched(given, field.type)
        if fault:
            advice = "Write a value for that case: ${… || 'none'}, or test it with when." if "missing" in fault else ""
            words = f"'{name}' of the screen {target.name} does not fit: {fault}."
            self._checker._add(place, words, advice, field.line)

    def _errors(self, step: Show, target: ScreenContract, scope: Type) -> None:
        for name, shaped in step.errors.items():
            self._type(shaped, scope)
            if name not in target.inputs:
                meant = meant_by(name, target.inputs)
                there = ", ".join(target.inputs) or "none"
                advice = f"Did you mean '{meant}'?" if meant else f"There are: {there}."
                self._checker._add(
                    shaped.place, f"The screen {target.name} has no input '{name}'.", advice, target.line
                )
        if step.errors and not target.takes_errors:
            self._checker._add(
                step.key("errors"),
                f"No Form of the screen {target.name} shows these words.",
                'Give it "error-messages": "${data.error_messages}", and its data error_messages.',
                target.line,
            )


def _named(scope: Type, name: str | None, made: Type) -> Type:
    return scope if name is None else replace(scope, members={**(scope.members or {}), name: made})


def _either(one: Type, other: Type) -> Type:
    """What is known where two ways come together."""
    names = {**(other.members or {}), **(one.members or {})}
    left: Mapping[str, Type] = one.members or {}
    right: Mapping[str, Type] = other.members or {}
    return object_of({name: left.get(name, NULL) | right.get(name, NULL) for name in names})


def _placeholder(wanted: Type) -> str:
    return f"a value of type {wanted}" if wanted.is_known else "its value"
