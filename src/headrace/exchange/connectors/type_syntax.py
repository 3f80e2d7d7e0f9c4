"""How `gives` and `columns` write types: `string`, `number or null`, `[string]`, `{id: string, price: number}`."""

import re
from collections.abc import Callable

from headrace.exchange.connectors.problems import Problem
from headrace.exchange.connectors.source import Value
from headrace.exchange.connectors.types import BOOLEAN, NUMBER, STRING, UNKNOWN, Type, list_of, object_of
from headrace.flowjson.checks.spelling import meant_by

NAMES = {
    "string": STRING,
    "text": STRING,
    "number": NUMBER,
    "integer": NUMBER,
    "boolean": BOOLEAN,
    "object": object_of(None),
}

_OR_NULL = " or null"
_ADVICE = "There are: string, number, boolean, object, [type], {name: type}, and each of them or null."
_LIST = re.compile(r"\[(.*)\]")


def read_type(text: str) -> Type:
    """A type that is written in one text. Raises ValueError."""
    optional, name = text.endswith(_OR_NULL), text.removesuffix(_OR_NULL)
    listed = _LIST.fullmatch(name)
    made = list_of(read_type(listed[1])) if listed else NAMES.get(name)
    if made is None:
        raise ValueError(name)
    return made.or_null() if optional else made


def read_type_value(value: Value, report: Callable[[Problem], None]) -> Type:
    """A type as it stands in the YAML; what is no type is reported and UNKNOWN."""
    if value.is_map:
        members = {}
        for name, inner in value.value.items():
            members[name] = read_type_value(inner, report)
        return object_of(members)
    if value.is_list:
        if len(value.value) != 1:
            report(Problem(value.place, "A list type names the type of its items, such as [string].", ""))
            return list_of(UNKNOWN)
        return list_of(read_type_value(value.value[0], report))
    if isinstance(value.value, str):
        try:
            return read_type(value.value)
        except ValueError:
            pass
    words = str(value.value)[:40]
    meant = meant_by(words, NAMES)
    advice = (
        f"Did you mean '{meant}'?" if meant else "There are: string, number, boolean, object, [type], {name: type}."
    )
    report(Problem(value.place, f"'{words}' is no type.", advice))
    return UNKNOWN
