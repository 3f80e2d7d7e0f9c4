"""What a Flow is opened with: a field for each member of a screen's data model, and what is typed, as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from headrace.business.flows.sending import NotSendable
from headrace.flowjson.routing import routing_of

_MOST_FIELDS = 60
_LONGEST_EXAMPLE = 20_000
PREFIX = "data-"


@dataclass(frozen=True)
class DataField:
    """A member of a data model. `kind` is its type there; `example` is how its example is typed into the field."""

    name: str
    kind: str
    example: str


@dataclass(frozen=True)
class Openings:
    """The screens that a message may open, each with the fields of its data model."""

    fields: Mapping[str, Sequence[DataField]]

    def data(self, screen: str, given: Mapping[str, str]) -> dict[str, Any]:
        """What was typed for a screen, in the types of its model. Raises `NotSendable`."""
        found = {}
        for field in self.fields.get(screen, ()):
            typed = given.get(f"{PREFIX}{field.name}", field.example)
            if field.kind == "string":
                found[field.name] = typed.replace("\r\n", "\n")
            elif typed.strip():
                found[field.name] = _value(field, typed)
        return found


def read_openings(text: str) -> Openings:
    """The entry screens of a Flow JSON; none where it cannot be read."""
    try:
        flow = orjson.loads(text)
    except orjson.JSONDecodeError:
        return Openings({})
    if not isinstance(flow, dict):
        return Openings({})
    screens = flow.get("screens")
    models = {
        screen["id"]: screen.get("data")
        for screen in (screens if isinstance(screens, list) else ())
        if isinstance(screen, dict) and isinstance(screen.get("id"), str)
    }
    return Openings({name: _fields(models.get(name)) for name in routing_of(flow).entry_screens})


def _fields(model: Any) -> list[DataField]:
    if not isinstance(model, dict):
        return []
    found = []
    for name, schema in list(model.items())[:_MOST_FIELDS]:
        if isinstance(schema, dict):
            kind, example = str(schema.get("type", "string")), schema.get("__example__")
            found.append(DataField(name, kind, _typed(kind, example)))
    return found


def _typed(kind: str, example: Any) -> str:
    if example is None:
        return ""
    if kind == "string" and isinstance(example, str):
        return example[:_LONGEST_EXAMPLE]
    laid_out = orjson.OPT_INDENT_2 if isinstance(example, list | dict) else 0
    return orjson.dumps(example, option=laid_out).decode()[:_LONGEST_EXAMPLE]


def _value(field: DataField, typed: str) -> Any:
    try:
        value = orjson.loads(typed)
    except orjson.JSONDecodeError as error:
        raise NotSendable(
            f'"{field.name}" cannot be read; it has to be {_WORDS.get(field.kind, "JSON")}: {error}.'
        ) from error
    is_fitting = {
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }.get(field.kind, True)
    if not is_fitting:
        raise NotSendable(f'"{field.name}" has to be {_WORDS[field.kind]}, as the data model of its screen says.')
    return value


_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list, written as JSON",
    "object": "an object, written as JSON",
}
