"""Reads the parts of a connector's text: maps with known keys, texts with expressions, numbers, statements."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from headrace.exchange.connectors.expressions import Template, UnusableExpression, read_template
from headrace.exchange.connectors.language import Shaped
from headrace.exchange.connectors.problems import Place, Problem
from headrace.exchange.connectors.source import Value
from headrace.flowjson.checks.spelling import meant_by

GIVEN_NAMES: Final = ("action", "data", "flow_token", "now", "screen", "today")
"""Names that every step knows: what the phone asked, and the time."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_|~-]{1,100}")
_PARAMETER: Final = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
_KEPT_HEADERS: Final = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})


def parameters_of(statement: str) -> list[str]:
    """The names of a statement's parameters, `:name`, as the database layer finds them."""
    return list(dict.fromkeys(_PARAMETER.findall(statement)))


class PartReader:
    """What the readers of sources and of steps have in common; everything that is wrong is noted in `problems`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(self, place: Place, words: str, advice: str = "") -> None:
        self.problems.append(Problem(place, words, advice))

    def members(self, value: Value, what: str, known: Iterable[str] | None = None) -> dict[str, Value]:
        """The members of a map; keys that are not known are reported."""
        if not value.is_map:
            wanted = f"with {', '.join(known)}" if known else "of names"
            self.report(value.place, f"{what} has to be a map {wanted}.")
            return {}
        members: dict[str, Value] = value.value
        if known is not None:
            names = list(known)
            for name in members:
                if name not in names:
                    meant = meant_by(name, names)
                    advice = f"Did you mean '{meant}'?" if meant else f"There are: {', '.join(names)}."
                    self.report(value.key(name), f"{what} has no '{name}'.", advice)
        return members

    def text(self, value: Value, what: str) -> str:
        if isinstance(value.value, str) and value.value.strip():
            return value.value
        self.report(value.place, f"{what} has to be a text.")
        return ""

    def template(self, value: Value, what: str) -> Template:
        plain = value.value
        if isinstance(plain, bool | int | float):
            plain = str(plain).lower() if isinstance(plain, bool) else str(plain)
        if not isinstance(plain, str):
            self.report(value.place, f"{what} has to be a text.")
            return Template(("",))
        return self._template(plain, value.place)

    def _template(self, text: str, place: Place) -> Template:
        try:
            return read_template(text)
        except UnusableExpression as error:
            self.report(place, str(error))
            return Template(("",))

    def shaped(self, value: Value) -> Shaped:
        if value.is_map:
            return Shaped({name: self.shaped(inner) for name, inner in value.value.items()}, value.place, value.keys)
        if value.is_list:
            return Shaped(tuple(self.shaped(inner) for inner in value.value), value.place)
        if isinstance(value.value, str):
            return Shaped(self._template(value.value, value.place), value.place)
        return Shaped(value.value, value.place)

    def shaped_members(self, step: Mapping[str, Value], key: str) -> dict[str, Shaped]:
        if key not in step:
            return {}
        return {name: self.shaped(inner) for name, inner in self.members(step[key], key).items()}

    def named(self, members: Mapping[str, Value], part: str, read: Callable[[Value], Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if part not in members:
            return found
        for name, value in self.members(members[part], part).items():
            if not _NAME.fullmatch(name):
                self.report(members[part].key(name), f"'{name[:40]}' is no name. Use letters, digits and _.")
            found[name] = read(value)
        return found

    def unknown(self, place: Place, what: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        meant = meant_by(name, names)
        advice = (
            f"Did you mean '{meant}'?" if meant else f"There are: {', '.join(names)}." if names else "There is none."
        )
        self.report(place, f"There is no {what} '{name[:60]}'.", advice)

    @staticmethod
    def meant(name: str, known: Iterable[str]) -> str:
        meant = meant_by(name, known)
        return f"Did you mean '{meant}'?" if meant else ""

    def statement(self, value: Value) -> str:
        statement = self.text(value, "query").strip().rstrip(";")
        if "${" in statement:
            self.report(
                value.place, "Values never stand inside a query.", "Write :name there, and the value under with."
            )
        if ";" in re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*", "", statement):
            self.report(value.place, "A query is one statement. Make two steps of two.")
        return statement

    def flag(self, members: Mapping[str, Value], key: str) -> bool:
        if key not in members:
            return False
        if not isinstance(members[key].value, bool):
            self.report(members[key].place, f"{key} is true or false.")
        return members[key].value is True

    def number(
        self, members: Mapping[str, Value], key: str, least: float, most: float, default: float, *, whole: bool = False
    ) -> float:
        if key not in members:
            return default
        value = members[key].value
        if (
            isinstance(value, bool)
            or not isinstance(value, int if whole else int | float)
            or not least <= value <= most
        ):
            kind = "a whole number" if whole else "a number"
            self.report(members[key].place, f"{key} is {kind} from {least:g} to {most:g}.")
            return default
        return float(value)

    def check_name(self, name: str, place: Place) -> None:
        if not _NAME.fullmatch(name):
            self.report(place, f"'{name[:40]}' is no name. Use letters, digits and _.")
        elif name in GIVEN_NAMES:
            self.report(place, f"'{name}' is what the phone sent or the time; take another name.")

    def header(self, name: str, place: Place) -> None:
        if not _HEADER.fullmatch(name):
            self.report(place, f"'{name[:40]}' is no name of a header.")
        elif name.lower() in _KEPT_HEADERS:
            self.report(place, f"The header {name} is written by Headrace itself.")
