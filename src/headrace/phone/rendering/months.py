"""The month a calendar shows: whole weeks from Monday on."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from headrace.phone.screen.view import CalendarFieldView, CalendarView, DateView
from headrace.phone.values.calendars import END, START, Choosable

_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Offer:
    """The offer of one field: the days that can be chosen, the one that is, the ends of the range it belongs to, and
    `today`, the phone's day.
    """

    choosable: Choosable
    day: date | None
    today: date
    start: date | None = None
    end: date | None = None

    @property
    def likely(self) -> date:
        """Where a choice begins: at the chosen day, else as near to the start or to today as the limits allow."""
        wanted = self.day or self.start or self.today
        earliest = min(self.choosable.first, self.choosable.last)
        return min(max(wanted, earliest, _EARLIEST), max(self.choosable.last, _EARLIEST), _LATEST)


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
    no day can be chosen any more. `years` are those to go to, none where there is only one.
    """

    name: str
    written: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    before: str
    after: str
    year: int
    years: tuple[int, ...]


def offer_of_day(part: DateView, today: date) -> Offer:
    """The offer of a DatePicker."""
    choosable = Choosable(part.first, part.last, _EVERY_DAY, frozenset(part.unavailable))
    return Offer(choosable, part.day, part.today or today)


def offer_of_field(part: CalendarView, field: CalendarFieldView, today: date) -> Offer:
    """The offer of one field of a CalendarPicker."""
    chosen = {other.end: other.day for other in part.fields}
    return Offer(field.choosable, field.day, part.today or today, chosen.get(START), chosen.get(END))


def month_of(offer: Offer, asked: str) -> Month:
    """The month to show: the one asked for, else that of the chosen day, else a likely one."""
    first = _first_of(asked) or offer.likely.replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    cells: list[Cell | None] = [None] * first.weekday()
    cells += [_cell(offer, first + timedelta(days=number)) for number in range(last.day)]
    cells += [None] * (-len(cells) % 7)
    return Month(
        name=f"{calendar.month_name[first.month]} {first.year}",
        written=_written(first),
        weeks=tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)),
        before=_written(first - timedelta(days=1)) if first > offer.choosable.first else "",
        after=_written(last + timedelta(days=1)) if last < offer.choosable.last else "",
        year=first.year,
        years=_years(offer.choosable, first.year),
    )


def _years(choosable: Choosable, shown: int) -> tuple[int, ...]:
    years = {*range(choosable.first.year, choosable.last.year + 1), shown}
    return tuple(sorted(years)) if len(years) > 1 else ()


def _written(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _first_of(asked: str) -> date | None:
    found = _MONTH.fullmatch(asked)
    try:
        first = date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None
    return first if first and 1 < first.year < 9999 else None


def _cell(offer: Offer, day: date) -> Cell:
    between = offer.start is not None and offer.end is not None and offer.start <= day <= offer.end
    return Cell(day, offer.choosable.has(day), day == offer.day, between, between and day in (offer.start, offer.end))


WEEKDAYS = tuple((name[:2], name) for name in calendar.day_name)


def long_day(day: date) -> str:
    """A day as it is read aloud."""
    return f"{calendar.day_name[day.weekday()]} {day.day} {calendar.month_name[day.month]} {day.year}"


def short_day(day: date | None) -> str:
    """A day as it stands in a field."""
    return f"{calendar.day_abbr[day.weekday()]} {day.day} {calendar.month_abbr[day.month]} {day.year}" if day else ""
