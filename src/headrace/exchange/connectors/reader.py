"""Reads a connector's text: every key it knows, what each has to hold, and a sentence for every mistake."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.language import Assign, Call, Connector, Expire, Finish, Look, Query, Show, Step, When
from headrace.exchange.connectors.part_reader import parameters_of
from headrace.exchange.connectors.problems import UnusableConnector
from headrace.exchange.connectors.source import Value, read_source
from headrace.exchange.connectors.source_reader import SourceReader
from headrace.exchange.connectors.type_syntax import read_type_value
from headrace.flowjson.checks.spelling import meant_by
from headrace.protocol import SUCCESS

MOST_SECONDS: Final = 9
"""WhatsApp waits ten seconds for the whole answer."""

MOST_RETRIES: Final = 3
MOST_CACHE_SECONDS: Final = 86_400
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

_MOST_STEPS: Final = 1_000
"""Steps of a connector, those of a part counted at each of its uses."""

_TOP: Final = ("flow", "secrets", "databases", "apis", "tables", "parts", "open", "screens")
_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "sql": ("query", "with", "gives", "one", "as", "failed"),
    "call": ("method", "path", "query", "headers", "body", "seconds", "retries", "cache", "none_on", "gives", "as",
             "failed"),
    "table": ("where", "one", "as"),
    "set": (),
    "when": ("then", "else"),
    "show": ("data", "message", "errors"),
    "finish": (),
    "expire": (),
    "do": (),
}  # fmt: skip


def read_connector(text: str | bytes) -> Connector:
    """Reads a connector. Raises UnusableConnector with everything that is wrong with it."""
    reader = _Reader()
    connector = reader.read(read_source(text))
    if reader.problems:
        raise UnusableConnector(sorted(reader.problems, key=lambda problem: problem.place))
    return connector


class _Reader(SourceReader):
    def __init__(self) -> None:
        super().__init__()
        self._steps = 0
        self._parts: dict[str, tuple[Step, ...]] = {}
        self._sources: Mapping[str, Mapping[str, Any]] = {}

    def read(self, top: Value) -> Connector:
        members = self.members(top, "A connector", _TOP)
        secrets = self.named(members, "secrets", self._secret)
        self._secrets = secrets
        databases = self.named(members, "databases", self._database)
        apis = self.named(members, "apis", self._api)
        tables = self.named(members, "tables", self._table)
        self._sources = {"sql": databases, "call": apis, "table": tables}
        for name, part in self.members(members["parts"], "parts").items() if "parts" in members else ():
            self.check_name(name, members["parts"].key(name))
            self._parts[name] = self._list(part)
        opening = self._list(members["open"]) if "open" in members else None
        exchanges: dict[str, tuple[Step, ...]] = {}
        backs: dict[str, tuple[Step, ...]] = {}
        places = {name: top.key(name) for name in members}
        screen_keys = {}
        screens = members.get("screens")
        for name, screen in self.members(screens, "screens").items() if screens else ():
            places[f"screens.{name}"] = screens.key(name) if screens else top.place
            parts = self.members(screen, f"The screen {name}", ("exchange", "back"))
            screen_keys[name] = screen.keys
            if "exchange" in parts:
                exchanges[name] = self._list(parts["exchange"])
            if "back" in parts:
                backs[name] = self._list(parts["back"])
        flow = members.get("flow")
        return Connector(
            flow=self.text(flow, "flow") if flow is not None else None,
            secrets=secrets,
            databases=databases,
            apis=apis,
            tables=tables,
            opening=opening,
            exchanges=exchanges,
            backs=backs,
            places=places,
            screen_keys=screen_keys,
        )

    # Steps

    def _list(self, value: Value) -> tuple[Step, ...]:
        if not value.is_list or not value.value:
            self.report(value.place, "Steps are a list, such as [{show: SCREEN}].")
            return ()
        steps: list[Step] = []
        for one in value.value:
            steps += self._part(one) if one.is_map and "do" in one.value else self._step(one)
        return tuple(steps)

    def _part(self, value: Value) -> tuple[Step, ...]:
        """The steps of a part, as if they stood here. A part knows those above it only, so that none is its own."""
        members = self.members(value, "A step do", ("do",))
        name = self.text(members["do"], "do")
        if name not in self._parts:
            self.unknown(members["do"].place, "part above this", name, self._parts)
        steps = self._parts.get(name, ())
        return steps if self._has_room(value, _count(steps)) else ()

    def _has_room(self, value: Value, number: int) -> bool:
        was_full = self._steps > _MOST_STEPS
        self._steps += number
        if self._steps > _MOST_STEPS and not was_full:
            self.report(value.place, f"A connector has at most {_MOST_STEPS:,} steps, those of its parts counted.")
        return self._steps <= _MOST_STEPS

    def _step(self, value: Value) -> tuple[Step, ...]:
        if not self._has_room(value, 1):
            return ()
        if not value.is_map:
            self.report(value.place, f"A step is a map with one of: {', '.join(_KINDS)}.")
            return ()
        kinds = [name for name in _KINDS if name in value.value]
        if len(kinds) != 1:
            if not kinds:
                names = [name for name in value.value if meant_by(name, _KINDS)]
                meant = meant_by(names[0], _KINDS) if names else None
                at = value.key(names[0]) if names else value.place
                advice = f"Did you mean '{meant}'?" if meant else f"There are: {', '.join(_KINDS)}."
                self.report(
                    at, "A step says what is done." if not names else f"No step is called '{names[0]}'.", advice
                )
            else:
                self.report(value.place, f"A step does one thing, not {' and '.join(kinds)}. Make two steps.")
            return ()
        kind = kinds[0]
        members = self.members(value, f"A step {kind}", (kind, *_KINDS[kind]))
        readers: dict[str, Callable[[Value, dict[str, Value]], Step | None]] = {
            "sql": self._sql,
            "call": self._call,
            "table": self._look,
            "set": self._set,
            "when": self._when,
            "show": self._show,
            "finish": self._finish,
            "expire": self._expire,
        }
        step = readers[kind](value, members)
        return () if step is None else (step,)

    def _sql(self, value: Value, members: dict[str, Value]) -> Step | None:
        database = self._source(members["sql"], "sql", "database")
        if "query" not in members:
            self.report(value.place, "A step sql needs its query.")
            return None
        statement = self.statement(members["query"])
        given = self.shaped_members(members, "with")
        wanted = parameters_of(statement)
        for name in wanted:
            if name not in given:
                self.report(members["query"].place, f"The query uses :{name}, and with has no '{name}'.",
                            self.meant(name, given))  # fmt: skip
        for name in given:
            if name not in wanted:
                self.report(members["with"].key(name), f"The query has no :{name}.", self.meant(name, wanted))
        gives = read_type_value(members["gives"], self.problems.append) if "gives" in members else None
        if gives is not None and "object" not in gives.kinds:
            self.report(members["gives"].place, "gives of a query names its columns, such as {id: string}.")
        return Query(
            value.place, "sql", value.keys, database, statement, given, gives,
            self.flag(members, "one"), self._as(members), self._failed(members),
        )  # fmt: skip

    def _call(self, value: Value, members: dict[str, Value]) -> Step:
        method = self.text(members["method"], "method").upper() if "method" in members else "GET"
        if method and method not in METHODS:
            self.report(members["method"].place, f"'{method[:20]}' is no method. There are: {', '.join(METHODS)}.")
        body = self.shaped(members["body"]) if "body" in members else None
        if body is not None and method == "GET":
            self.report(members["body"].place, "A GET has no body. Use query, or method: POST.")
        headers = {}
        for name, inner in self.members(members["headers"], "headers").items() if "headers" in members else ():
            self.header(name, members["headers"].key(name))
            headers[name] = self.template(inner, f"The header {name}")
        path = self.template(members["path"], "path") if "path" in members else Template(("",))
        cache = self.number(members, "cache", 0, MOST_CACHE_SECONDS, 0)
        if cache and method != "GET":
            self.report(members["cache"].place, "Only what a GET gives is kept.")
        return Call(
            value.place, "call", value.keys, self._source(members["call"], "call", "API"), method, path,
            self.shaped_members(members, "query"), headers, body,
            self.number(members, "seconds", 0.1, MOST_SECONDS, 5),
            int(self.number(members, "retries", 0, MOST_RETRIES, 0, whole=True)), cache,
            self._statuses(members),
            read_type_value(members["gives"], self.problems.append) if "gives" in members else None,
            self._as(members), self._failed(members),
        )  # fmt: skip

    def _look(self, value: Value, members: dict[str, Value]) -> Step:
        name = self._source(members["table"], "table", "table")
        where = self.shaped_members(members, "where")
        table = self._sources["table"].get(name)
        for column in where:
            if table is not None and column not in table.columns:
                self.unknown(members["where"].key(column), "column", column, table.columns)
        return Look(value.place, "table", value.keys, name, where, self.flag(members, "one"), self._as(members))

    def _set(self, value: Value, members: dict[str, Value]) -> Step:
        values = self.shaped_members(members, "set")
        for name in values:
            self.check_name(name, members["set"].key(name))
        return Assign(value.place, "set", value.keys, values)

    def _when(self, value: Value, members: dict[str, Value]) -> Step:
        condition = self.template(members["when"], "when")
        if condition.whole is None:
            self.report(members["when"].place, "A condition is one expression, such as ${!data.name}.")
        if "then" not in members and "else" not in members:
            self.report(value.place, "A step when needs then or else, with steps.")
        return When(
            value.place, "when", value.keys, condition,
            self._list(members["then"]) if "then" in members else (),
            self._list(members["else"]) if "else" in members else (),
        )  # fmt: skip

    def _show(self, value: Value, members: dict[str, Value]) -> Step:
        screen = self.text(members["show"], "show")
        if screen == SUCCESS:
            self.report(members["show"].place, f"No screen is called {SUCCESS}.", "Use finish to end the Flow.")
        return Show(
            value.place, "show", value.keys, screen, self.shaped_members(members, "data"),
            self.template(members["message"], "message") if "message" in members else None,
            self.shaped_members(members, "errors"),
        )  # fmt: skip

    def _finish(self, value: Value, members: dict[str, Value]) -> Step:
        empty = members["finish"].value is None
        params = {} if empty else self.shaped_members(members, "finish")
        return Finish(value.place, "finish", value.keys, params)

    def _expire(self, value: Value, members: dict[str, Value]) -> Step:
        return Expire(value.place, "expire", value.keys, self.template(members["expire"], "expire"))

    # What steps have in common

    def _source(self, value: Value, part: str, what: str) -> str:
        name = self.text(value, part)
        if name and name not in self._sources[part]:
            self.unknown(value.place, what, name, self._sources[part])
        return name

    def _as(self, members: Mapping[str, Value]) -> str | None:
        if "as" not in members:
            return None
        name = self.text(members["as"], "as")
        self.check_name(name, members["as"].place)
        return name

    def _failed(self, members: Mapping[str, Value]) -> tuple[Step, ...] | None:
        return self._list(members["failed"]) if "failed" in members else None

    def _statuses(self, members: Mapping[str, Value]) -> frozenset[int]:
        if "none_on" not in members:
            return frozenset()
        value = members["none_on"]
        listed = [one.value for one in value.value] if value.is_list else [value.value]
        if not all(isinstance(one, int) and 300 <= one <= 599 for one in listed):
            self.report(value.place, "none_on lists HTTP statuses, such as [404].")
            return frozenset()
        return frozenset(listed)


def _count(steps: tuple[Step, ...]) -> int:
    count = 0
    for step in steps:
        inner = [getattr(step, name, None) or () for name in ("then", "otherwise", "failed")]
        count += 1 + sum(_count(one) for one in inner)
    return count
