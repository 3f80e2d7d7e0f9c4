"""The month a calendar shows: whole weeks from Monday on."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from headrace.phone.calendars import END, START
from headrace.phone.view import CalendarFieldView, CalendarView

_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid. `between` says that it lies within the chosen range, `at_end` that it is one of its ends."""

    day: date
    can_be_chosen: bool
    chosen: bool
    between: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` have seven places each, None for days of other months. `before` and `after` are `YYYY-MM`, empty where
    no day can be chosen any more.
    """

    name: str
    written: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    before: str
    after: str


def month_of(part: CalendarView, field: CalendarFieldView, asked: str, today: date | None) -> Month:
    """The month to show: the one asked for, else that of the chosen day, else a likely one."""
    first = _first_of(asked) or _likely(part, field, today).replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    days = [first + timedelta(days=number) for number in range(last.day)]
    cells: list[Cell | None] = [None] * first.weekday()
    cells += [_cell(part, field, one) for one in days]
    cells += [None] * (-len(cells) % 7)
    return Month(
        name=f"{calendar.month_name[first.month]} {first.year}",
        written=_written(first),
        weeks=tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)),
        before=_written(first - timedelta(days=1)) if first > field.choosable.first else "",
        after=_written(last + timedelta(days=1)) if last < field.choosable.last else "",
    )


def _written(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _first_of(asked: str) -> date | None:
    found = _MONTH.fullmatch(asked)
    try:
        first = date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None
    return first if first and 1 < first.year < 9999 else None


def _likely(part: CalendarView, field: CalendarFieldView, today: date | None) -> date:
    start = next((other.day for other in part.fields if other.end == START), None)
    wanted = field.day or start or part.today or today or field.choosable.first
    earliest = min(field.choosable.first, field.choosable.last)
    return min(max(wanted, earliest, _EARLIEST), max(field.choosable.last, _EARLIEST), _LATEST)


def _cell(part: CalendarView, field: CalendarFieldView, day: date) -> Cell:
    chosen = {other.end: other.day for other in part.fields}
    start, end = chosen.get(START), chosen.get(END)
    between = start is not None and end is not None and start <= day <= end
    return Cell(day, field.choosable.has(day), day == field.day, between, between and day in (start, end))


WEEKDAYS = tuple((name[:2], name) for name in calendar.day_name)


def long_day(day: date) -> str:
    """A day as it is read aloud."""
    return f"{calendar.day_name[day.weekday()]} {day.day} {calendar.month_name[day.month]} {day.year}"
