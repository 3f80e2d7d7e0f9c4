"""What a comparison says: the changes, and whom each of them leaves behind."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from headrace.flowjson.diagnostics import Path, format_path

SHORT = 48
"""Characters of a value that are shown."""


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
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"


def listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
