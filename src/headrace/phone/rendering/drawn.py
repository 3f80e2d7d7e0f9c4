"""The inputs that a page has already drawn, and with which values.

Inputs belong to the page: while a person types, a redraw must leave them exactly as they are, attributes included, or
the morph would put an older value into them. So every page carries along, for each input, its id and the value it was
first drawn with, and gets the same back for as long as the id stays the same. An input the page does not have yet
(another screen, a branch that opened, a value the Flow wrote, a fresh load) is drawn with the value the session
holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from headrace.phone.screen.view import FieldView

PREFIX = "drawn:"
MONTH_PREFIX = "month:"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The inputs of a page by id, with the value each was first drawn with; and the month each calendar shows."""

    values: Mapping[str, Any] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, posted: Iterable[tuple[str, str]]) -> "Drawn":
        """Reads it from the fields of a posted page."""
        values: dict[str, Any] = {}
        months: dict[str, str] = {}
        for name, text in posted:
            if name.startswith(MONTH_PREFIX):
                months[name.removeprefix(MONTH_PREFIX)] = text
            if name.startswith(PREFIX):
                try:
                    values[name.removeprefix(PREFIX)] = orjson.loads(text)
                except orjson.JSONDecodeError:
                    continue
        return cls(values, months)

    def value(self, part: FieldView) -> Any:
        """The value to draw `part` with."""
        known = self.values.get(part.id)
        return known if _is_alike(known, part.value) else part.value


def _is_alike(known: Any, value: Any) -> bool:
    """A page may post anything; only what looks like a value of this input is drawn."""
    if isinstance(value, list):
        return isinstance(known, list) and all(isinstance(item, str) for item in known)
    if isinstance(value, str):
        return isinstance(known, str)
    if isinstance(value, dict):
        return isinstance(known, dict) and all(isinstance(known.get(name), str) for name in value)
    return isinstance(known, bool)
