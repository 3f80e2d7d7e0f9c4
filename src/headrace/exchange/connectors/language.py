"""What a connector says, read and in order: sources, and the steps that answer each request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.problems import Place
from headrace.exchange.connectors.types import Type


@dataclass(frozen=True)
class Shaped:
    """A value to be made: texts are templates, everything else stands for itself. `place` is where it is written."""

    value: "Template | tuple[Shaped, ...] | dict[str, Shaped] | bool | int | float | None"
    place: Place
    keys: Mapping[str, Place] = field(default_factory=dict)

    def made(self, scope: Mapping[str, Any]) -> Any:
        """The value, with all expressions worked out. Raises UnusableExpression."""
        if isinstance(self.value, Template):
            return self.value.value(scope)
        if isinstance(self.value, tuple):
            return [one.made(scope) for one in self.value]
        if isinstance(self.value, dict):
            return {name: one.made(scope) for name, one in self.value.items()}
        return self.value


@dataclass(frozen=True)
class Secret:
    """Where a secret lies: the environment variable or the file it is read from. It never stands in the text."""

    place: Place
    variable: str | None = None
    file: str | None = None


@dataclass(frozen=True)
class Database:
    """A SQLite file beside the connector, or the URL of a PostgreSQL database. `setup` are statements that are run
    once, before the first query.
    """

    place: Place
    sqlite: str | None = None
    postgresql: Template | None = None
    setup: tuple[str, ...] = ()


@dataclass(frozen=True)
class Api:
    """An HTTP API: `url` is what every path is added to; headers may hold secrets."""

    place: Place
    url: str
    headers: Mapping[str, Template]


@dataclass(frozen=True)
class Table:
    """Rows of CSV with a head, from a file beside the connector or from the text itself."""

    place: Place
    file: str | None
    text: str | None
    columns: Mapping[str, Type]


@dataclass(frozen=True)
class Step:
    """What all steps have. `kind` is the key that says what is done, `keys` are where each key stands."""

    place: Place
    kind: str
    keys: Mapping[str, Place]

    def key(self, name: str) -> Place:
        return self.keys.get(name, self.place)


@dataclass(frozen=True)
class Query(Step):
    """`sql`: one statement; values reach it as bound parameters only."""

    database: str
    statement: str
    parameters: Mapping[str, Shaped]
    gives: Type | None
    one: bool
    name: str | None
    failed: tuple[Step, ...] | None


@dataclass(frozen=True)
class Call(Step):
    """`call`: one request to an API. `seconds` is for each try, `cache` how many seconds an answer is kept."""

    api: str
    method: str
    path: Template
    query: Mapping[str, Shaped]
    headers: Mapping[str, Template]
    body: Shaped | None
    seconds: float
    retries: int
    cache: float
    none_on: frozenset[int]
    gives: Type | None
    name: str | None
    failed: tuple[Step, ...] | None


@dataclass(frozen=True)
class Look(Step):
    """`table`: the rows of a table whose columns have these values."""

    table: str
    where: Mapping[str, Shaped]
    one: bool
    name: str | None


@dataclass(frozen=True)
class Assign(Step):
    """`set`: names for values that later steps use."""

    values: Mapping[str, Shaped]


@dataclass(frozen=True)
class When(Step):
    """`when`: steps that are taken when a condition holds, and others when it does not."""

    condition: Template
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]


@dataclass(frozen=True)
class Show(Step):
    """`show`: the answer is a screen. `errors` are words by the name of an input, `message` those at the foot."""

    screen: str
    data: Mapping[str, Shaped]
    message: Template | None
    errors: Mapping[str, Shaped]


@dataclass(frozen=True)
class Finish(Step):
    """`finish`: the Flow ends; the values go to the business with the flow token."""

    params: Mapping[str, Shaped]


@dataclass(frozen=True)
class Expire(Step):
    """`expire`: the flow token counts no more; the phone says these words and closes."""

    words: Template


@dataclass(frozen=True)
class Connector:
    """A whole connector. `exchanges` and `backs` are steps by the screen that asks."""

    flow: str | None
    secrets: Mapping[str, Secret]
    databases: Mapping[str, Database]
    apis: Mapping[str, Api]
    tables: Mapping[str, Table]
    opening: tuple[Step, ...] | None
    exchanges: Mapping[str, tuple[Step, ...]]
    backs: Mapping[str, tuple[Step, ...]]
    places: Mapping[str, Place]
    """Where the parts stand: `open`, and `screens.NAME`."""

    screen_keys: Mapping[str, Mapping[str, Place]]


LAST_STEPS = (Show, Finish, Expire)


def always_answers(steps: tuple[Step, ...]) -> bool:
    """Whether steps end in an answer, whichever way is taken."""
    for step in steps:
        if isinstance(step, LAST_STEPS):
            return True
        if isinstance(step, When) and always_answers(step.then) and always_answers(step.otherwise):
            return True
    return False
