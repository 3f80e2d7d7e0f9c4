"""What a Flow declares and a text can refer to: screens, the fields of their data, the names of their inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from headrace.flowjson.assistance.surroundings import Surroundings
from headrace.flowjson.catalogue import COMPONENTS, Place
from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.types import types_of_input, types_of_schema
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.traversal import Placed, components_of, screens_with_paths

__all__ = ["Field", "Input", "Inventory", "ScreenEntry"]

_DEEPEST_MEMBER = 4


class Field(NamedTuple):
    """A value of a screen's data: `steps` lead to it behind `data`; `example` is None where there is none."""

    steps: tuple[str, ...]
    schema: Mapping[str, Any]
    path: Path
    example: Any = None

    @property
    def types(self) -> frozenset[str]:
        return types_of_schema(self.schema)


class Input(NamedTuple):
    """A component with a value, or a part of its value: `steps` lead to it behind `form`."""

    steps: tuple[str, ...]
    kind: str
    value: Mapping[str, Any]
    path: Path
    types: frozenset[str]


@dataclass(frozen=True)
class ScreenEntry:
    """A screen; `id` is empty when it has none."""

    id: str
    path: Path
    value: Mapping[str, Any]

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of the data model, and the members of those that are objects."""
        data = self.value.get("data")
        fields: list[Field] = []
        for name, schema in (data if isinstance(data, dict) else {}).items():
            if isinstance(schema, dict):
                fields += _fields((name,), schema, (*self.path, "data", name), schema.get(EXAMPLE))
        return fields

    @cached_property
    def inputs(self) -> list[Input]:
        """The components with a name and a value, and the parts of those that are objects."""
        return [one for placed in self.components for one in _inputs(placed)]

    @cached_property
    def components(self) -> list[Placed]:
        return list(components_of(Placed(self.path, self.value)))

    def field(self, *steps: str) -> Field | None:
        return next((field for field in self.fields if field.steps == steps), None)

    def input(self, *steps: str) -> Input | None:
        return next((declared for declared in self.inputs if declared.steps == steps), None)

    @property
    def top_fields(self) -> list[Field]:
        return [field for field in self.fields if len(field.steps) == 1]

    @property
    def top_inputs(self) -> list[Input]:
        return [declared for declared in self.inputs if len(declared.steps) == 1]

    @property
    def title(self) -> str:
        title = self.value.get("title")
        return title if isinstance(title, str) else ""


class Inventory:
    """The screens of a document, in order; what is not as it should be is passed over."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.screens = [
            ScreenEntry(_text(screen.value.get("id")), screen.path, screen.value)
            for screen in screens_with_paths(document.value)
        ]

    def screen(self, screen_id: str) -> ScreenEntry | None:
        return next((screen for screen in self.screens if screen.id == screen_id), None)

    def screen_around(self, surroundings: Surroundings) -> ScreenEntry | None:
        """The screen the cursor stands in: found by its id, since indexes may be off while brackets are missing."""
        index = surroundings.screen_index
        if index is None:
            return None
        frames = surroundings.cursor.frames
        named = self.screen(frames[2].scalar("id") or "") if len(frames) > 2 else None
        return named or next((screen for screen in self.screens if screen.path == ("screens", index)), None)

    def look_up(self, path: tuple[str, ...], screen: ScreenEntry | None) -> Field | Input | None:
        """What a reference made on `screen` leads to."""
        if path[:1] == ("screen",):
            screen, path = (self.screen(path[1]) if len(path) > 1 else None), path[2:]
        if screen is None or len(path) < 2:
            return None
        return screen.field(*path[1:]) if path[0] == "data" else screen.input(*path[1:])


def _fields(steps: tuple[str, ...], schema: Mapping[str, Any], path: Path, example: Any) -> Iterator[Field]:
    yield Field(steps, schema, path, example)
    members = schema.get("properties")
    if schema.get("type") == "array" or not isinstance(members, dict) or len(steps) >= _DEEPEST_MEMBER:
        return
    for name, inner in members.items():
        if isinstance(inner, dict):
            part = example.get(name) if isinstance(example, dict) else None
            yield from _fields((*steps, name), inner, (*path, "properties", name), part)


def _inputs(placed: Placed) -> Iterator[Input]:
    kind, name = _text(placed.value.get("type")), _text(placed.value.get("name"))
    declared = COMPONENTS.get(kind)
    if declared is None or not declared.is_input or not name:
        return
    types = types_of_input(Node(kind, declared, placed.value, placed.path, Place.LAYOUT))
    yield Input((name,), kind, placed.value, placed.path, types)
    if "object" in types and placed.value.get("mode") == "range":
        for part in RANGE_KEYS:
            yield Input((name, part), kind, placed.value, placed.path, frozenset({"string"}))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
