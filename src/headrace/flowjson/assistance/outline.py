"""What a Flow consists of, as a tree: its screens, and what stands on them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from headrace.flowjson.catalogue import Category, component
from headrace.flowjson.diagnostics import Path, Span
from headrace.flowjson.document import Document
from headrace.flowjson.traversal import CHILD_LISTS, screens_with_paths

__all__ = ["Entry", "EntryKind", "outline"]


class EntryKind(StrEnum):
    SCREEN = "screen"
    DATA = "data"
    INPUT = "input"
    CONTAINER = "container"
    ACTION = "action"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing: `span` is all of it, `name_span` what is shown when somebody goes there."""

    name: str
    detail: str
    kind: EntryKind
    span: Span
    name_span: Span
    children: list["Entry"] = field(default_factory=list)


def outline(document: Document) -> list[Entry]:
    """The screens with their data and components, containers with what they hold; never raises."""
    return [_screen(document, screen.path, screen.value) for screen in screens_with_paths(document.value)]


def _screen(document: Document, path: Path, screen: Mapping[str, Any]) -> Entry:
    children: list[Entry] = []
    for name, schema in _object(screen.get("data")).items():
        if isinstance(schema, dict):
            inner = (*path, "data", name)
            span, key = document.span(inner), document.key_span(inner)
            whole = document.span_of(key.start, span.end)
            children.append(Entry(name or "?", _text(schema.get("type")), EntryKind.DATA, whole, key))
    layout = _object(screen.get("layout"))
    children += _held(document, (*path, "layout"), layout)
    name = _text(screen.get("id")) or f"screen {int(path[1]) + 1}"
    return _entry(document, path, name, _text(screen.get("title")), EntryKind.SCREEN, "id", screen, children)


def _held(document: Document, path: Path, holder: Mapping[str, Any]) -> Iterator[Entry]:
    for key, value in holder.items():
        if key in CHILD_LISTS:
            yield from _listed(document, (*path, key), value)
        elif key == "cases":
            for case, children in _object(value).items():
                yield from _listed(document, (*path, key, case), children)


def _listed(document: Document, path: Path, children: Any) -> Iterator[Entry]:
    for index, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict):
            yield _component(document, (*path, index), child)


def _component(document: Document, path: Path, value: Mapping[str, Any]) -> Entry:
    kind = _text(value.get("type"))
    declared = component(kind)
    role = EntryKind.OTHER
    if declared:
        role = EntryKind.INPUT if declared.is_input else _ROLES.get(declared.category, EntryKind.OTHER)
    shown = next((_text(value.get(key)) for key in _SHOWN if _text(value.get(key))), "")
    named = _text(value.get("name"))
    name = f"{kind or 'component'} {named}".strip()
    at = "name" if named else "type"
    return _entry(document, path, name, shown, role, at, value, list(_held(document, path, value)))


def _entry(
    document: Document,
    path: Path,
    name: str,
    detail: str,
    kind: EntryKind,
    at: str,
    value: Mapping[str, Any],
    children: list[Entry],
) -> Entry:
    span = document.span(path)
    name_span = document.span((*path, at)) if at in value else document.span_of(span.start, span.start)
    return Entry(name, _short(detail), kind, span, name_span, children)


_ROLES = {Category.CONTAINER: EntryKind.CONTAINER, Category.ACTION: EntryKind.ACTION}
_SHOWN = ("label", "text", "title", "condition", "value")
_LONGEST = 60


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
