"""The view as plain JSON: for scripts, for tests, for anything that is not a page."""

from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

from headrace.flowjson.catalogue.dates import WEEKDAYS
from headrace.phone.screen.view import CalendarFieldView, FileView, ListItemView, Option, Part, Slide, View
from headrace.phone.values.calendars import Choosable
from headrace.phone.values.markdown import Listing, Paragraph, Picture, Table, Words


def as_json(view: View) -> dict[str, Any]:
    """The view as JSON values. `status` is also `expired`, when the flow token is used up and nothing can be done.

    `components` are the parts of the screen from top to bottom with the Footer last, each with its `type`. `notice` is
    the text of the snackbar, the error screen or the closing dialog.
    """
    screen = view.screen
    parts: list[Part] = [] if screen is None else [*screen.parts, *([screen.footer] if screen.footer else [])]
    return {
        "status": "expired" if view.expired is not None else view.status,
        "screen": screen.id if screen else None,
        "title": screen.title if screen else None,
        "progress": view.progress,
        "can_go_back": view.can_go_back,
        "notice": view.expired or view.failure or (view.snackbar.text if view.snackbar else None),
        "error_type": view.failure_type,
        "error_detail": view.failure_detail,
        "components": [_plain(part) for part in parts],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Paragraph | Listing | Table | Words | Picture):
        return {"kind": value.kind, **_members(value)}
    if isinstance(value, Choosable):
        days = {"first": _plain(value.first), "last": _plain(value.last)}
        blocked = [blocked_day.isoformat() for blocked_day in sorted(value.unavailable)]
        return {**days, "weekdays": [WEEKDAYS[weekday] for weekday in sorted(value.weekdays)], "unavailable": blocked}
    if isinstance(value, CalendarFieldView | FileView | Part | ListItemView | Option | Slide):
        return _members(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _members(value: Any) -> dict[str, Any]:
    return {name: _plain(getattr(value, name)) for name in _names(value.__class__)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(member.name for member in fields(kind) if member.name != "handlers")
