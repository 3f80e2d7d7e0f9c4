"""Answers requests by a connector: takes the steps of what is asked, one after the other, until one is an answer."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from headrace.exchange import replies
from headrace.exchange.connectors.apis import HttpApi
from headrace.exchange.connectors.databases import SqlDatabase
from headrace.exchange.connectors.expressions import UnusableExpression
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
)
from headrace.exchange.connectors.surroundings import SourceFailed, Surroundings
from headrace.exchange.connectors.tables import CsvTable
from headrace.exchange.connectors.types import Misfit, Type, convert, list_of
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.replies import Request, TokenExpired, Unanswerable
from headrace.exchange.transport import Transport

SECONDS: Final = 9.0
"""For all steps of one answer; WhatsApp waits ten."""

Reply = replies.Screen | replies.Finish


@dataclass
class Note:
    """What one step did, for whoever tries a connector: its line, its kind, and what came of it in words."""

    line: int
    kind: str
    words: str


@dataclass
class _Run:
    scope: dict[str, Any]
    notes: list[Note] = field(default_factory=list)


class Runner:
    """A connector at work. Give it back with `close`, or use it as a context.

    `now` says the time; `today` and `now` of the steps are its day and moment. Raises SourceFailed when a secret that
    is named is not there.
    """

    def __init__(
        self, connector: Connector, surroundings: Surroundings, transport: Transport, now: Callable[[], datetime]
    ) -> None:
        self._is_rehearsal = surroundings.is_rehearsal
        used = {name: surroundings.secrets(name, secret) for name, secret in connector.secrets.items()}
        self._connector = connector
        self._now = now
        self._databases = {
            name: SqlDatabase(name, one, surroundings, used) for name, one in connector.databases.items()
        }
        self._apis = {name: HttpApi(name, one, transport, used) for name, one in connector.apis.items()}
        self._tables = {name: CsvTable(name, one, surroundings) for name, one in connector.tables.items()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        for database in self._databases.values():
            await database.close()

    def endpoint(self, **options: Any) -> Endpoint:
        """An endpoint whose answers are the connector's; `options` are those of `Endpoint`."""
        endpoint = Endpoint(**options)
        endpoint.on_init(self.answer)
        endpoint.on()(self.answer)
        endpoint.on_back(self.answer)
        return endpoint

    async def answer(self, request: Request, notes: list[Note] | None = None) -> Reply:
        """Answers one request. Raises Unanswerable and TokenExpired, as a handler of an endpoint does."""
        steps = self._steps(request)
        if steps is None:
            raise Unanswerable("The connector has no steps for this.", 500)
        now = self._now()
        run = _Run(
            {
                "action": request.action,
                "screen": request.screen,
                "data": request.data,
                "flow_token": request.flow_token,
                "today": now.date().isoformat(),
                "now": now.isoformat(timespec="seconds"),
            },
            [] if notes is None else notes,
        )
        try:
            async with asyncio.timeout(SECONDS):
                reply = await self._take(steps, run, request)
        except TimeoutError:
            raise Unanswerable(f"The steps took more than {SECONDS:g} s.", 504) from None
        if reply is None:
            raise Unanswerable("The steps ended without an answer.", 500)
        return reply

    def _steps(self, request: Request) -> tuple[Step, ...] | None:
        screen = request.screen or ""
        match request.action:
            case "INIT":
                return self._connector.opening
            case "BACK":
                return self._connector.backs.get(screen)
        return self._connector.exchanges.get(screen)

    async def _take(self, steps: tuple[Step, ...], run: _Run, request: Request) -> Reply | None:
        for step in steps:
            try:
                reply = await self._step(step, run, request)
            except UnusableExpression as error:
                raise Unanswerable(f"Line {step.place.line}: {error}", 500) from error
            if reply is not None:
                return reply
        return None

    async def _step(self, step: Step, run: _Run, request: Request) -> Reply | None:
        scope = run.scope
        match step:
            case Query() | Call():
                return await self._ask(step, run, request)
            case Look():
                try:
                    rows = self._tables[step.table].find(_made(step.where, scope))
                except SourceFailed as failure:
                    raise Unanswerable(f"Line {step.place.line}: {failure}", 502) from failure
                self._keep(step, step.name, (rows[0] if rows else None) if step.one else rows, run)
            case Assign():
                for name, shaped in step.values.items():
                    scope[name] = shaped.made(scope)
                run.notes.append(Note(step.place.line, step.kind, ", ".join(step.values)))
            case When():
                holds = _is_true(step.condition.value(scope))
                run.notes.append(Note(step.place.line, step.kind, "it holds" if holds else "it does not hold"))
                return await self._take(step.then if holds else step.otherwise, run, request)
            case Show():
                run.notes.append(Note(step.place.line, step.kind, step.screen))
                return _screen(step, scope)
            case Finish():
                run.notes.append(Note(step.place.line, step.kind, "the Flow ends"))
                return replies.Finish(_made(step.params, scope))
            case Expire():
                run.notes.append(Note(step.place.line, step.kind, "the token counts no more"))
                raise TokenExpired(str(step.words.value(scope)))
        return None

    async def _ask(self, step: Query | Call, run: _Run, request: Request) -> Reply | None:
        """A step that may fail: then its own steps for that are taken, or there is no answer."""
        try:
            value = await (self._query(step, run.scope) if isinstance(step, Query) else self._call(step, run.scope))
        except SourceFailed as failure:
            run.notes.append(Note(step.place.line, step.kind, str(failure)))
            if step.failed is None:
                raise Unanswerable(f"Line {step.place.line}: {failure}", 502) from failure
            return await self._take(step.failed, run, request)
        self._keep(step, step.name, value, run)
        return None

    async def _query(self, step: Query, scope: Mapping[str, Any]) -> Any:
        given = {name: _bindable(value, name) for name, value in _made(step.parameters, scope).items()}
        rows = await self._databases[step.database].rows(step.statement, given)
        shaped = _fit(rows, None if step.gives is None else list_of(step.gives), step.database)
        return (shaped[0] if shaped else None) if step.one else shaped

    async def _call(self, step: Call, scope: Mapping[str, Any]) -> Any:
        if self._is_rehearsal and step.method != "GET":
            raise SourceFailed(f"A {step.method} is not sent to {step.api} while a connector is tried.")
        value = await self._apis[step.api].answer(step, scope)
        if value is None and step.none_on:
            return None
        return value if step.gives is None else _fit(value, step.gives, step.api)

    @staticmethod
    def _keep(step: Step, name: str | None, value: Any, run: _Run) -> None:
        if name is not None:
            run.scope[name] = value
        found = f"{len(value)} found" if isinstance(value, list) else "nothing found" if value is None else "found"
        run.notes.append(Note(step.place.line, step.kind, found))


def _fit(value: Any, wanted: Type | None, source: str) -> Any:
    try:
        return convert(value, wanted or Type())
    except Misfit as error:
        raise SourceFailed(f"What {source} gave does not fit: {error}.") from None


def _made(values: Mapping[str, Shaped], scope: Mapping[str, Any]) -> dict[str, Any]:
    return {name: shaped.made(scope) for name, shaped in values.items()}


def _bindable(value: Any, name: str) -> Any:
    if isinstance(value, list | dict):
        raise SourceFailed(f"The parameter :{name} would be a list or an object; a text or a number is wanted.")
    if isinstance(value, str) and "\x00" in value:
        raise SourceFailed(f"The parameter :{name} holds a sign that no database keeps.")
    return value


def _is_true(value: Any) -> bool:
    """As JMESPath has it: null, false, and what is empty are false; 0 is true."""
    return not (value is None or value is False or (isinstance(value, str | list | dict) and not value))


def _screen(step: Show, scope: Mapping[str, Any]) -> replies.Screen:
    message = None if step.message is None else str(step.message.value(scope))
    errors = {name: value for name, value in _made(step.errors, scope).items() if value not in (None, "")}
    return replies.Screen(step.screen, _made(step.data, scope), message or None, errors if step.errors else None)
