"""YAML as values that know their line.

Everything hostile that YAML can hold is refused while it is read: aliases (a short document cannot become a huge one),
tags, several documents, deep nesting, keys that stand twice, and texts that are too long. `2026-11-25`, `12:30`, `007`
and `yes` are texts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from headrace.exchange.connectors.problems import TOP, Place, Problem, UnusableConnector

LONGEST_TEXT: Final = 256 * 1024
"""Bytes of a connector, in UTF-8."""

DEEPEST: Final = 30
_MOST_VALUES: Final = 20_000

_SCALARS: Final = (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,30})", "-0123456789"),
)


@dataclass(frozen=True)
class Value:
    """A value of the text: a scalar, a tuple of values, or a dict of values whose keys stand at `keys`."""

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)

    @property
    def is_map(self) -> bool:
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, tuple)

    def key(self, name: str) -> Place:
        """Where a key stands; of one that is missing, where the map begins."""
        return self.keys.get(name, self.place)

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {name: inner.plain() for name, inner in self.value.items()}
        if isinstance(self.value, tuple):
            return [inner.plain() for inner in self.value]
        return self.value

    def texts(self) -> "Iterator[Value]":
        """Every text in it, at any depth."""
        if isinstance(self.value, dict):
            for inner in self.value.values():
                yield from inner.texts()
        elif isinstance(self.value, tuple):
            for inner in self.value:
                yield from inner.texts()
        elif isinstance(self.value, str):
            yield self


class _Refused(Exception):
    def __init__(self, place: Place, words: str) -> None:
        super().__init__(words)
        self.place = place


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML fills the table of each loader class

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = self.count = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        place = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(place, "Aliases (*name) are not used in a connector. Write the value again.")
        if getattr(event, "anchor", None):
            raise _Refused(place, "Anchors (&name) are not used in a connector. Leave it out.")
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _Refused(place, "Tags (!name) are not used in a connector. Leave it out.")
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            raise _Refused(place, f"Values are nested more than {DEEPEST} deep here.")
        if self.count > _MOST_VALUES:
            raise _Refused(place, f"A connector has at most {_MOST_VALUES:,} values.")
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


for _tag, _shape, _first in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_shape})$"), list(_first))


def read_source(text: str | bytes) -> Value:
    """The whole text as a value. Raises UnusableConnector with the line of what cannot be read."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > LONGEST_TEXT:
        raise _unusable(TOP, f"The connector is longer than {LONGEST_TEXT // 1024} KB.")
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unusable(TOP, "The connector is not UTF-8. Save it as UTF-8.") from None
    loader = None
    try:
        loader = _Loader(content)
        node = loader.get_single_node()
    except _Refused as refused:
        raise _unusable(refused.place, str(refused)) from None
    except yaml.MarkedYAMLError as error:
        raise _unusable(_place(error.problem_mark), _words(error)) from None
    except yaml.YAMLError as error:
        raise _unusable(TOP, f"This is not YAML: {' '.join(str(error).split())[:200]}.") from None
    finally:
        if loader is not None:
            loader.dispose()
    if node is None:
        raise _unusable(TOP, "The connector is empty. Write a first one with: headrace connect new FLOW")
    problems: list[Problem] = []
    value = _read(node, problems)
    if problems:
        raise UnusableConnector(problems)
    return value


def _read(node: yaml.Node, problems: list[Problem]) -> Value:
    place = _place(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        members: dict[str, Value] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key_place = _place(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(
                    Problem(key_place, "A key is a plain text.", "A value with {…} needs quotes around it.")
                )
                continue
            key = key_node.value
            if key in members:
                problems.append(
                    Problem(key_place, f"'{key}' stands twice here; the first is on line {keys[key].line}.")
                )
                continue
            keys[key] = key_place
            members[key] = _read(value_node, problems)
        return Value(members, place, keys)
    if isinstance(node, yaml.SequenceNode):
        return Value(tuple(_read(inner, problems) for inner in node.value), place)
    return Value(_scalar(node), place)


def _scalar(node: yaml.Node) -> Any:
    text: str = node.value
    match node.tag.rpartition(":")[2]:
        case "bool":
            return text == "true"
        case "null":
            return None
        case "int":
            return int(text)
        case "float":
            return float(text)
        case _:
            return text


def _words(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "it cannot be read")
    hint = " Put quotes around a text with ': ' or ' #' in it." if "mapping values" in problem else ""
    return f"This is not YAML: {problem}.{hint}"


def _place(mark: Any) -> Place:
    return TOP if mark is None else Place(mark.line + 1, mark.column + 1)


def _unusable(place: Place, words: str) -> UnusableConnector:
    return UnusableConnector([Problem(place, words)])
