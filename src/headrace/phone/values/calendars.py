"""CalendarPicker: one day, or a start and an end a given number of days apart.

In range mode everything that a field has (label, helper text, required, value, error) is an object with the members
`start-date` and `end-date`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.dates import RANGE_KEYS, WEEKDAYS
from headrace.phone.values import texts
from headrace.phone.values.dates import day, days_between, unavailable_days
from headrace.phone.values.properties import Properties, number, text
from headrace.phone.values.validation import Fault, NotAccepted

START, END = RANGE_KEYS
YEARS_BACK, YEARS_AHEAD = 100, 5


@dataclass(frozen=True, slots=True)
class Choosable:
    """The days one field offers. `weekdays` are numbers, Monday is 0."""

    first: date
    last: date
    weekdays: frozenset[int]
    unavailable: frozenset[date]

    def has(self, chosen: date) -> bool:
        is_open = chosen.weekday() in self.weekdays and chosen not in self.unavailable
        return is_open and self.first <= chosen <= self.last


def default_limits(today: date) -> dict[str, str]:
    """The limits a calendar has when the Flow sets none."""
    return {"min-date": f"{today.year - YEARS_BACK}-01-01", "max-date": f"{today.year + YEARS_AHEAD}-12-31"}


def is_range(properties: Properties) -> bool:
    return properties.get("mode") == "range"


def ends(properties: Properties) -> tuple[str, ...]:
    """The fields of a calendar: the two ends of a range, or one without a name."""
    return RANGE_KEYS if is_range(properties) else ("",)


def of_end(value: Any, end: str) -> Any:
    """The part of a property that is about one field; a plain value in range mode counts for both."""
    return value.get(end) if end and isinstance(value, dict) else value


def words(properties: Properties, name: str, end: str) -> str:
    return text({name: of_end(properties.get(name), end)}, name)


def chosen_day(value: Any, end: str, version: Version) -> date | None:
    """The day that stands in one field."""
    return day(of_end(value, end) if isinstance(value, dict) or not end else None, version)


def choosable(value: Any, properties: Properties, end: str, version: Version) -> Choosable:
    """The days a field offers while the calendar has `value`: the end of a range depends on its start."""
    first, last = days_between(properties, version)
    start = chosen_day(value, START, version) if end == END else None
    if start is not None:
        least, most = _distance(properties)
        first = max(first, _later(start, max(least or 0, 0)))
        last = last if most is None else min(last, _later(start, most))
    listed = properties.get("include-days")
    weekdays = {WEEKDAYS.index(name) for name in listed if name in WEEKDAYS} if isinstance(listed, list) else set()
    blocked = unavailable_days(properties, version)
    return Choosable(first, last, frozenset(weekdays or range(7)), blocked)


def _distance(properties: Properties) -> tuple[int | None, int | None]:
    least, most = number(properties, "min-days"), number(properties, "max-days")
    return (None if least is None else int(least)), (None if most is None else int(most))


def _later(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def accept(value: Any, properties: Properties, version: Version) -> Any:
    """The form value: a day, or an object with both ends, the one that was not chosen empty; `""` when nothing was."""
    if value in (None, "", {}):
        return ""
    if not is_range(properties):
        return _accept_day(value, version)
    if not isinstance(value, dict) or not set(value) <= set(RANGE_KEYS):
        raise NotAccepted('takes a start and an end such as {"start-date": "2026-11-25", "end-date": "2026-11-27"}')
    chosen = {end: _accept_day(value[end], version) if value.get(end) else "" for end in RANGE_KEYS}
    return chosen if any(chosen.values()) else ""


def _accept_day(value: Any, version: Version) -> str:
    chosen = day(value, version)
    if chosen is None:
        raise NotAccepted("takes a date such as 2026-11-25")
    return chosen.isoformat()


def initial(value: Any) -> Any:
    """The form value that an `init-value` gives; None when it is of another kind."""
    if isinstance(value, dict):
        return {end: value[end] for end in RANGE_KEYS if isinstance(value.get(end), str)}
    return value if isinstance(value, str) else None


def check(value: Any, properties: Properties, version: Version) -> Fault | None:
    """What shuts the Footer: of a range only the fault of its start, with the field's label in front."""
    end = ends(properties)[0]
    fault, label = faults(value, properties, version).get(end), words(properties, "label", end)
    if fault is None or not end or not label or fault.reason.startswith(label):
        return fault
    return replace(fault, reason=f"{label}: {fault.reason}")


def is_offered(value: Any, properties: Properties, version: Version) -> bool:
    """Whether the month offers every day of a value; what was typed or set may be another."""
    return all(fault.reason != texts.DATE_UNAVAILABLE for fault in faults(value, properties, version).values())


def faults(value: Any, properties: Properties, version: Version) -> Mapping[str, Fault]:
    """What is wrong with a value, by field."""
    reasons = {end: _fault(value, properties, end, version) for end in ends(properties)}
    return {end: Fault(reason, reason) for end, reason in reasons.items() if reason}


def _fault(value: Any, properties: Properties, end: str, version: Version) -> str:
    chosen = chosen_day(value, end, version)
    if chosen is None:
        if of_end(value, end) and (isinstance(value, dict) or not end):
            return texts.DATE_UNAVAILABLE
        wanted = of_end(properties.get("required"), end) is True
        return texts.required(words(properties, "label", end)) if wanted else ""
    if not choosable(None, properties, end, version).has(chosen):
        return texts.DATE_UNAVAILABLE
    start = chosen_day(value, START, version) if end == END else None
    return _apart(chosen - start, properties) if start else ""


def _apart(distance: timedelta, properties: Properties) -> str:
    least, most = _distance(properties)
    if distance.days < 0:
        return texts.END_BEFORE_START
    if least is not None and distance.days < least:
        return texts.too_near(least)
    return texts.too_far(most) if most is not None and distance.days > most else ""
