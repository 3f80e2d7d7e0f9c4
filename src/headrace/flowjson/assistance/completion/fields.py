"""Proposals of fields for a data model: those that actions send to the screen, and those that the screen reads."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from headrace.flowjson.assistance.inventory import Inventory, ScreenEntry
from headrace.flowjson.assistance.snippets import Snippet, Stop
from headrace.flowjson.checks.data_model import EXAMPLE, TYPES

__all__ = ["WantedField", "field_snippet", "wanted_fields"]

_BINDING = re.compile(r"\$\{([\w.-]+)\}")
_READ = re.compile(r"\$\{data\.(\w+)")
_EXAMPLES: Mapping[str, tuple[str | Stop, ...]] = {
    "number": (Stop("0"),),
    "integer": (Stop("0"),),
    "boolean": (Stop("true", ("true", "false")),),
    "object": ("{ ", Stop(), " }"),
    "array": ("[", Stop(), "]"),
}


class WantedField(NamedTuple):
    """A field that a screen ought to declare; `because` says who sends or reads it."""

    name: str
    type: str
    because: str


def field_snippet(kind: str = "") -> Snippet:
    """What a field is declared to be; without a type that is known, one to choose."""
    if not kind:
        return Snippet(('{ "type": "', Stop("string", TYPES), '", "', EXAMPLE, '": "', Stop(), '" }'))
    return Snippet((f'{{ "type": "{kind}", "{EXAMPLE}": ', *_EXAMPLES.get(kind, ('"', Stop(), '"')), " }"))


def wanted_fields(screen: ScreenEntry, inventory: Inventory) -> list[WantedField]:
    """What is sent to a screen by the actions of others, and what it reads itself, each name once."""
    fields: dict[str, WantedField] = {}
    for source in inventory.screens:
        for payload in _payloads_to(screen.id, source.value):
            for name, value in payload.items():
                fields.setdefault(name, WantedField(name, _type(value, source, inventory), f"sent by {source.id}"))
    for name in _READ.findall(json.dumps(screen.value)):
        fields.setdefault(name, WantedField(name, "", "read on this screen"))
    return list(fields.values())


def _payloads_to(screen_id: str, value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        following, payload = value.get("next"), value.get("payload")
        is_there = isinstance(following, dict) and screen_id and following.get("name") == screen_id
        if value.get("name") == "navigate" and is_there and isinstance(payload, dict):
            yield payload
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _payloads_to(screen_id, one)


def _type(value: Any, source: ScreenEntry, inventory: Inventory) -> str:
    """The type of what is sent; empty where it is not known."""
    if isinstance(value, str) and (match := _BINDING.fullmatch(value)):
        known = inventory.look_up(tuple(match[1].split(".")), source)
        return next(iter(known.types), "") if known and len(known.types) == 1 else ""
    return {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}.get(
        type(value), ""
    )
