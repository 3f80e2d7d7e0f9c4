"""Days as Flows write them: `YYYY-MM-DD`, before version 5.0 also milliseconds since 1970."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.phone.values.properties import Properties

ISO_DATES_SINCE = Version(5, 0)
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2100, 12, 31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day(value: Any, version: Version) -> date | None:
    """The day a form value or a property stands for: `YYYY-MM-DD`, before version 5.0 also milliseconds since 1970."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    value = value.strip()
    if version < ISO_DATES_SINCE and re.fullmatch(r"-?[0-9]{1,15}", value):
        try:
            return (_EPOCH + timedelta(milliseconds=int(value))).date()
        except OverflowError:
            return None
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def day_value(chosen: date, version: Version) -> str:
    """The form value for a day. The simulated phone lives in UTC, so its midnight is UTC's."""
    if version >= ISO_DATES_SINCE:
        return chosen.isoformat()
    midnight = datetime(chosen.year, chosen.month, chosen.day, tzinfo=UTC)
    return str(round((midnight - _EPOCH) / timedelta(milliseconds=1)))


def days_between(properties: Properties, version: Version) -> tuple[date, date]:
    """The first and the last day that can be chosen."""
    first = day(properties.get("min-date"), version) or FIRST_DATE
    return first, day(properties.get("max-date"), version) or LAST_DATE


def unavailable_days(properties: Properties, version: Version) -> frozenset[date]:
    """The days of `unavailable-dates`."""
    blocked = properties.get("unavailable-dates")
    days = [day(value, version) for value in blocked] if isinstance(blocked, list) else []
    return frozenset(blocked_day for blocked_day in days if blocked_day is not None)
