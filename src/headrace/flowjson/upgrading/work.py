"""What the steps of an upgrade work on: the draft, and what is reported about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, NamedTuple

from headrace.flowjson.catalogue import COMPONENTS, Component, Version
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.traversal import Placed, components_of, screens_with_paths

__all__ = ["Note", "Work"]


class Note(NamedTuple):
    """What was done, or what a person must decide, on the way to a version. `screen` is empty for the whole Flow."""

    version: Version
    screen: str
    message: str


@dataclass(slots=True)
class Work:
    """An upgrade under way. `step` is the version just entered, `zone` where dates in milliseconds are read."""

    draft: Draft
    start: Version
    goal: Version
    zone: tzinfo
    keep_forms: bool = False
    step: Version = field(default_factory=lambda: Version(2, 1))
    done: list[Note] = field(default_factory=list)
    decisions: list[Note] = field(default_factory=list)

    def did(self, screen: Placed | None, message: str) -> None:
        self._note(self.done, screen, message)

    def decide(self, screen: Placed | None, message: str) -> None:
        self._note(self.decisions, screen, message)

    def _note(self, notes: list[Note], screen: Placed | None, message: str) -> None:
        note = Note(self.step, name_of(screen) if screen else "", message)
        if note not in notes:
            notes.append(note)

    @property
    def flow(self) -> Any:
        return self.draft.value

    @property
    def has_endpoint(self) -> bool:
        return isinstance(self.flow, dict) and "data_api_version" in self.flow

    def screens(self) -> list[Placed]:
        return list(screens_with_paths(self.flow))

    def components(self, *kinds: str) -> Iterator[tuple[Placed, Placed]]:
        """Every component (of these kinds) with its screen, as they are when this is called."""
        for screen in self.screens():
            for component in components_of(screen):
                if not kinds or component.value.get("type") in kinds:
                    yield screen, component


def name_of(screen: Placed) -> str:
    """The id of a screen, or its number."""
    name = screen.value.get("id")
    return name if isinstance(name, str) else f"number {int(screen.path[1]) + 1}"


def label_of(component: Placed) -> str:
    """How notes call a component: `Dropdown "shop"`."""
    kind = component.value.get("type")
    for key in ("name", "label", "text"):
        text = component.value.get(key)
        if isinstance(text, str) and text.strip():
            return f'{kind} "{text[:40]}"'
    return str(kind)


def declared(component: Placed) -> Component | None:
    kind = component.value.get("type")
    return COMPONENTS.get(kind) if isinstance(kind, str) else None


def words(name: str) -> str:
    """A name as words for people: `BOOK_TABLE` becomes `Book table`."""
    text = " ".join(name.replace("-", "_").split("_")).strip()
    return text[:1].upper() + text[1:].lower() if text else "Untitled"
