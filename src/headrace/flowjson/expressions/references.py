"""What `${…}` looks like, and where it stands."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from headrace.flowjson.catalogue.versions import Version, v
from headrace.flowjson.diagnostics import Path

GLOBAL_SINCE = v("4.0")
NESTED_SINCE = v("6.0")

_LOCAL = re.compile(r"\$\{(data|form)((?:\.[\w-]+)+)\}", re.ASCII)
_ANY = re.compile(r"\$\{(?:screen\.([a-zA-Z_,]+)\.)?(data|form)((?:\.[\w-]+)+)\}", re.ASCII)
_DATA = re.compile(r"\$\{(?:screen\.([a-zA-Z_,]+)\.)?data\.([\w-]+)(?:\.[\w-]+)*\}", re.ASCII)
_ANYTHING_LIKE_ONE = re.compile(r"\$\{(?:screen\.([^.{}]*)\.)?(data|form)((?:\.[^.{}]+)+)\}")


class Reference(NamedTuple):
    """One `${…}`: `path` is ("data", "x", "y"), ("form", "name") or ("screen", "ID", "data", "x").

    Taken apart, that is the `screen` a global reference names, the `source`, `"data"` or `"form"`, and the `steps`
    behind it. `start` and `end` are offsets within the string it stands in, `at` is the way from the searched value to
    that string.
    """

    path: tuple[str, ...]
    screen: str | None
    source: str
    steps: tuple[str, ...]
    text: str
    start: int = 0
    end: int = 0
    at: Path = ()


def read_binding(text: str, version: Version) -> Reference | None:
    """The reference a string consists of, or None when it is no binding in this version."""
    if not text.startswith("${"):
        return None
    pattern = _ANY if version >= GLOBAL_SINCE else _LOCAL
    return _read(text, pattern) if len(text) < _LONG else _read.__wrapped__(text, pattern)


_LONG = 200
"""Characters from which on a text is not remembered."""


@lru_cache(maxsize=2048)
def _read(text: str, pattern: re.Pattern[str]) -> "Reference | None":
    match = pattern.fullmatch(text)
    return _reference(match) if match else None


def is_expression(text: str, version: Version) -> bool:
    """Whether the string is an expression in backticks (6.0 and later)."""
    return len(text) > 2 and text[0] == "`" == text[-1] and version >= NESTED_SINCE


def is_binding(text: str, version: Version) -> bool:
    """Whether the string stands for a value worked out at run time: one whole `${…}`, or an expression in backticks."""
    return read_binding(text, version) is not None or is_expression(text, version)


def find_references(text: str) -> Iterator[Reference]:
    """Every well-formed `${…}` within a string, whatever stands around it."""
    for match in _ANY.finditer(text):
        yield _reference(match)


def data_fields(text: str) -> Iterator[tuple[str, str]]:
    """The fields of data models that references within a string lead to: a screen, empty for its own, and a name."""
    return (match.groups("") for match in _DATA.finditer(text))  # type: ignore[misc]  # two groups


def read_loosely(text: str) -> Reference | None:
    """A string that is meant as a binding though its names have characters that none can have."""
    match = _ANYTHING_LIKE_ONE.fullmatch(text)
    return _reference(match) if match else None


def references(value: Any, *, condition: bool = False) -> list[Reference]:
    """Every reference in a value at any depth: whole bindings, and all within strings in backticks.

    With `condition`, the value is the condition of an If: then every `${…}` counts.
    """
    collected: list[Reference] = []
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        at, item = waiting.pop()
        if isinstance(item, str):
            if "${" in item:
                collected.extend(_within(item, at, condition=condition))
        elif isinstance(item, dict):
            waiting.extend(((*at, key), inner) for key, inner in reversed(item.items()))
        elif isinstance(item, list):
            waiting.extend(((*at, index), item[index]) for index in range(len(item) - 1, -1, -1))
    return collected


def _within(text: str, at: Path, *, condition: bool) -> Iterator[Reference]:
    in_backticks = len(text) > 2 and text[0] == "`" == text[-1]
    for match in _ANY.finditer(text):
        if condition or in_backticks or match.end() - match.start() == len(text):
            yield _reference(match, at)


def _reference(match: re.Match[str], at: Path = ()) -> Reference:
    groups = match.groups()
    screen = groups[0] if len(groups) == 3 else None
    source, steps = groups[-2], tuple(groups[-1][1:].split("."))
    path = ("screen", screen, source, *steps) if screen is not None else (source, *steps)
    return Reference(path, screen, source, steps, match.group(), match.start(), match.end(), at)
