"""What a person does on a sheet, by the name under which it is posted: the events that each act amounts to."""

from collections.abc import Callable, Mapping
from typing import Any

from headrace.phone.engine.events import Back, Choose, Close, Event, Fill, Leave, Open, Remove, Retry, Select, Tap
from headrace.phone.session import Session
from headrace.simulator.form_posts import Posted

Events = Callable[[Session, Posted], list[Event]]


def entered(session: Session, posted: Posted) -> list[Event]:
    """The values that came along, entered."""
    values = posted.current_values(session, session.view().screen) if posted.values else {}
    return session.entered(values) if values else []


def kept(session: Session, posted: Posted) -> list[Event]:
    """Stores what was typed. Choices the Flow acts on have their own way, unless a script enters them.

    A page may post once more what went along with a tap already: while the answer is awaited that is nothing new.
    """
    events = entered(session, posted)
    if posted.visit is None:
        return events
    return [event for event in events if isinstance(event, Fill)] if session.status == "ready" else []


def _selected(session: Session, posted: Posted) -> list[Event]:
    if posted.visit is None:
        return [Select(posted.name, posted.value)]
    return entered(session, posted)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


ACTS: Mapping[str, Events] = {
    "keep": kept,
    "select": _selected,
    "remove": lambda session, posted: [*entered(session, posted), Remove(posted.name, _text(posted.value))],
    "choose": lambda session, posted: [*entered(session, posted), Choose(posted.name, posted.value)],
    "leave": lambda session, posted: [*entered(session, posted), Leave(posted.name)],
    "tap": lambda session, posted: [*entered(session, posted), Tap(posted.target)],
    "back": lambda session, posted: [*entered(session, posted), Back()],
    "close": lambda session, posted: [*entered(session, posted), Close()],
    "retry": lambda session, posted: [Retry()],
    "open": lambda session, posted: [Open()],
}
