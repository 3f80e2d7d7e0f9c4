"""The summary of an answered Flow, shown when its message is tapped (docs/phone.md): the screens that were
visited, with the label and the value of every input that was filled in.

A sensitive input is listed masked, a sensitive upload not at all; passwords and passcodes never are. A consent is
listed as it is even where it is sensitive.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.phone.engine.program import Node, Program, Screen
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import State
from headrace.phone.engine.visible import VisibleComponent, visible_components
from headrace.phone.session import Session
from headrace.phone.values import inputs
from headrace.phone.values.dates import day
from headrace.phone.values.files import PICKERS
from headrace.phone.values.items import items_of
from headrace.phone.values.options import options_of
from headrace.phone.values.properties import text, written

SINCE = Version(5, 1)
MASK = "•" * 12


@dataclass(frozen=True, slots=True)
class Line:
    """One input: its label and its value as a person reads them."""

    label: str
    value: str
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One screen with what was filled in on it."""

    title: str
    lines: tuple[Line, ...]


def summary_of(session: Session) -> tuple[Section, ...] | None:
    """The screens on which something was filled in, in the order of their first visit.

    None for a Flow of a version whose responses have no summary.
    """
    program, state = session.program, session.state
    if program.version < SINCE:
        return None
    visited = (program.screens[name] for name in state.screens if name in program.screens)
    sections = (_section(program, state, screen) for screen in visited)
    return tuple(section for section in sections if section.lines)


def is_secret(node: Node) -> bool:
    """Whether an input takes a password or a passcode."""
    return node.fixed.get("input-type") in SECRET_TYPES


def masked_names(screen: Screen) -> frozenset[str]:
    """The inputs of a screen whose values are not for everybody's eyes."""
    return frozenset(screen.sensitive) | {name for name, node in screen.inputs.items() if is_secret(node)}


def _section(program: Program, state: State, screen: Screen) -> Section:
    title = resolve(screen.title, ScreenScope(program, state, screen.id), program.version)
    return Section("" if title is UNDEFINED else written(title), tuple(_lines(program, state, screen)))


def _lines(program: Program, state: State, screen: Screen) -> Iterator[Line]:
    form = state.screens[screen.id].form
    for component in visible_components(program, state, screen):
        value = form.get(component.name)
        if not component.is_input or is_secret(component.node) or inputs.is_empty(value):
            continue
        is_sensitive = component.name in screen.sensitive and component.type != "OptIn"
        if is_sensitive and component.type in PICKERS:
            continue
        words = MASK if is_sensitive else _words(component, value, program.version)
        if words:
            yield Line(_label(component), words, is_sensitive)


def _label(component: VisibleComponent) -> str:
    label = component.properties.get("label")
    if isinstance(label, str) and label:
        return label
    if isinstance(label, Mapping):
        return " – ".join(filter(None, (text(label, "start-date"), text(label, "end-date")))) or component.name
    return text(component.properties, "title") or component.name


def _words(component: VisibleComponent, value: Any, version: Version) -> str:
    if component.type == "OptIn":
        return "Yes" if value is True else ""
    if component.type in PICKERS:
        return ", ".join(text(file, "file_name") for file in value if isinstance(file, dict))
    if component.type == "DatePicker":
        return _day(value, version)
    if component.type == "CalendarPicker":
        ends = [value.get(end) for end in ("start-date", "end-date")] if isinstance(value, dict) else [value]
        return " – ".join(_day(end, version) for end in ends if end)
    if component.type == "NavigationList":
        return next((item.title for item in items_of(component.properties) if item.id == value), written(value))
    if "data-source" in component.properties:
        titles = {option.id: option.title for option in options_of(component.properties)}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(
            titles.get(option_id) or written(option_id) for option_id in chosen if isinstance(option_id, str)
        )
    return written(value)


def _day(value: Any, version: Version) -> str:
    chosen: date | None = day(value, version)
    return written(value) if chosen is None else f"{chosen.day} {chosen:%B} {chosen.year}"
