"""What a comparison says: the changes, and whom each of them leaves behind."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from headrace.flowjson.diagnostics import Path, format_path

SHORT = 48
"""Characters of a value that are shown."""
_BEFORE = 12
"""Characters shown before the place where two long values differ."""


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    MOVED = "moved"


class Party(StrEnum):
    """Who relies on a Flow: its endpoint, whoever reads what people send back, and the messages that open it."""

    ENDPOINT = "endpoint"
    RESPONSES = "responses"
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of meaning.

    `subject` is flow, screen, component, option, field, route, action or payload; `screen` the id of the screen in the
    new Flow (in the old one where it is gone). `message` is a line without its screen. `breaks` names who has to change
    with the Flow, `because` says why. `path` leads to the place in the new Flow, for what was removed in the old one.
    """

    kind: Kind
    subject: str
    message: str
    screen: str | None = None
    breaks: tuple[Party, ...] = ()
    because: str = ""
    path: Path = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "subject": self.subject,
            "screen": self.screen,
            "message": self.message,
            "breaks": [str(party) for party in self.breaks],
            "because": self.because,
            "path": format_path(self.path),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, those of the whole Flow first, then screen by screen in the order of the new Flow."""

    changes: list[Change] = field(default_factory=list)

    @property
    def breaks(self) -> tuple[Party, ...]:
        """Everybody who is left behind by some change."""
        return tuple(party for party in Party if any(party in change.breaks for change in self.changes))


def short(value: Any) -> str:
    """A value for a message: JSON on one line, cut where it is long."""
    return _window(value, 0)


def contrasted(before: Any, after: Any) -> str:
    """Two values for a message. Of long ones that begin alike, the part is shown in which they differ."""
    one, other = _written(before), _written(after)
    shortest = min(len(one), len(other))
    alike = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    if max(len(one), len(other)) <= SHORT or alike <= SHORT - _BEFORE:
        return f"{short(before)} is now {short(after)}"
    word = one.rfind(" ", alike - 2 * _BEFORE, alike - _BEFORE) + 1
    start = word or alike - _BEFORE
    return f"{_window(before, start)} is now {_window(after, start)}"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _window(value: Any, start: int) -> str:
    text = _written(value)
    end = start + SHORT
    cut = ("…" if start else "") + (text[start:] if len(text) <= end else text[start : end - 1] + "…")
    return json.dumps(cut, ensure_ascii=False) if isinstance(value, str) else cut


def listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
