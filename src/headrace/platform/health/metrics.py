"""The metrics of a Flow's endpoint: `GET /{flow}?fields=metric.name(…).granularity(…)` (docs/health.md).

They are counted by the database from the same narrow rows that monitoring judges by: those of the newest published
version. Days and hours are those of the account's time zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, and_, case, column, func, literal, literal_column, select, values
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from headrace.database import UtcDateTime
from headrace.platform.accounts.models import Waba
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.errors.catalogue import METRICS_TOO_FEW, PARAMETER_INVALID
from headrace.platform.flows.models import Flow
from headrace.platform.flows.sending import newest_version
from headrace.platform.tables import table_of
from headrace.protocol import ErrorType

_table = table_of(EndpointCall)
_calls = _table.c
_REQUESTS = ("exchange", "notice")


class MetricName(StrEnum):
    ENDPOINT_REQUEST_COUNT = "ENDPOINT_REQUEST_COUNT"
    ENDPOINT_REQUEST_ERROR = "ENDPOINT_REQUEST_ERROR"
    ENDPOINT_REQUEST_ERROR_RATE = "ENDPOINT_REQUEST_ERROR_RATE"
    ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL = "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL"
    ENDPOINT_AVAILABILITY = "ENDPOINT_AVAILABILITY"


class Granularity(StrEnum):
    DAY = "DAY"
    HOUR = "HOUR"
    LIFETIME = "LIFETIME"


REACH: Final[Mapping[Granularity, timedelta]] = {
    Granularity.DAY: timedelta(days=90),
    Granularity.HOUR: timedelta(days=30),
}
"""How far back metrics go, where that is limited."""

COUNTED_ERRORS: Final = (
    ErrorType.TIMEOUT,
    ErrorType.UNEXPECTED_STATUS,
    ErrorType.CANNOT_BE_SERVED,
    ErrorType.NO_RESPONSE,
)
"""The failures that count as errors of an endpoint, in the order in which they are shown."""

_LONGEST_COUNTED_SECONDS = 10
_OVER = "10+"

# Meta numbers time zones by its own list; these are the ones a box gives its accounts, or whose number is certain.
_ZONES: Final = {"1": "America/Los_Angeles", "2": "America/Denver", "6": "America/Chicago", "7": "America/New_York"}


@dataclass(frozen=True)
class Wanted:
    """What is asked for. Without `since` it is as far back as it goes, without `until` until now."""

    name: MetricName
    granularity: Granularity
    since: date | None = None
    until: date | None = None


async def metric(session: AsyncSession, box: Box, flow: Flow, wanted: Wanted) -> dict[str, Any]:
    """The value of the field `metric`. Raises code 100 for a range that is not there, 139006 for too few requests."""
    zone = await _zone(session, box, flow)
    now = box.clock.now()
    version = await newest_version(session, flow.id)
    if version is None or version.data_api_version is None:
        raise _too_few(0, box.controls.values.metrics_threshold)
    begin, end = _range(wanted, zone, now, version.published_at)
    await _check_threshold(session, box, version.id)
    buckets = _buckets(wanted.granularity, begin, end, zone)
    counted = await _count(session, wanted.name, version.id, buckets, end)
    return {
        "granularity": wanted.granularity.value,
        "name": wanted.name.value,
        "data_points": [
            {"timestamp": moment, "data": data}
            for position, moment in enumerate(buckets)
            if (data := _data(wanted.name, counted.get(position, {})))
        ],
    }


async def _zone(session: AsyncSession, box: Box, flow: Flow) -> ZoneInfo:
    chosen = box.controls.values.metrics_zone
    if chosen is None:
        waba = await session.get_one(Waba, flow.waba_id)
        chosen = _ZONES.get(waba.timezone_id, "UTC")
    return ZoneInfo(chosen)


async def _check_threshold(session: AsyncSession, box: Box, version_id: str) -> None:
    threshold = box.controls.values.metrics_threshold
    enough = (
        select(_calls.id)
        .where(_calls.flow_version_id == version_id, _calls.kind.in_(_REQUESTS))
        .limit(threshold)
        .subquery()
    )
    found = await session.scalar(select(func.count()).select_from(enough)) or 0
    if found < threshold:
        raise _too_few(found, threshold)


def _too_few(found: int, threshold: int) -> Exception:
    return METRICS_TOO_FEW.explained(
        f"Metrics are told from {threshold} requests to the endpoint on; the published version of this Flow has had "
        f"{found}. {METRICS_TOO_FEW.remedy}"
    )


def _range(wanted: Wanted, zone: ZoneInfo, now: datetime, published_at: datetime) -> tuple[datetime, datetime]:
    """From when until when, in UTC: from the beginning of `since` to the beginning of `until`, or to now when that is
    today or not given.
    """
    today = now.astimezone(zone).date()
    reach = REACH.get(wanted.granularity)
    oldest = published_at.astimezone(zone).date() if reach is None else today - reach
    since = oldest if wanted.since is None else wanted.since
    if reach is not None and since < oldest:
        raise PARAMETER_INVALID.numbered(
            f"Param metric[since] must be at most {reach.days} days ago for granularity {wanted.granularity} - got "
            f"{since}"
        )
    until = today if wanted.until is None else wanted.until
    if since > until:
        raise PARAMETER_INVALID.numbered(f"Param metric[since] must not be after until - got {since} and {until}")
    end = now + timedelta(microseconds=1) if until >= today else _midnight(until, zone)
    return _midnight(since, zone), end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _buckets(granularity: Granularity, begin: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """The beginnings of the days or hours within a range, in UTC. A day of a change of clocks is as long as it is."""
    if granularity is Granularity.LIFETIME or begin >= end:
        return [begin]
    if granularity is Granularity.HOUR:
        hours = int((end - begin) / timedelta(hours=1)) + 1
        return [moment for hour in range(hours) if (moment := begin + timedelta(hours=hour)) < end]
    day, days = begin.astimezone(zone).date(), []
    while (moment := _midnight(day, zone)) < end:
        days.append(moment)
        day += timedelta(days=1)
    return days


async def _count(
    session: AsyncSession, name: MetricName, version_id: str, buckets: list[datetime], end: datetime
) -> dict[int, dict[str, int]]:
    """How often each key occurred, by the position of its bucket: one statement, which reads an index alone."""
    return _found((await session.execute(statement_for(name, version_id, buckets, end))).all())


def statement_for(name: MetricName, version_id: str, buckets: list[datetime], end: datetime) -> Select[Any]:
    """Position of a bucket, key and count, for all that occurred."""
    kinds = ("ping",) if name is MetricName.ENDPOINT_AVAILABILITY else _REQUESTS
    spans = (
        values(column("position", Integer), column("begin", UtcDateTime), column("until", UtcDateTime), name="spans")
        .data(list(_spans(buckets, end)))
        .cte()
    )
    key = _KEYS[name].label("key")
    return (
        select(spans.c.position, key, func.count())
        .join_from(spans, _table, and_(_calls.at >= spans.c.begin, _calls.at < spans.c.until))
        .where(_calls.flow_version_id == version_id, _calls.kind.in_(kinds))
        .group_by(spans.c.position, literal_column("2"))
    )


def _found(rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for position, key, number in rows:
        found.setdefault(int(position), {})[str(key)] = int(number)
    return found


def _spans(buckets: list[datetime], end: datetime) -> Iterable[tuple[int, datetime, datetime]]:
    for position, begin in enumerate(buckets):
        yield position, begin, buckets[position + 1] if position + 1 < len(buckets) else max(end, begin)


_FAILED = case(
    *((_calls.error_type == error.value, error.value) for error in COUNTED_ERRORS),
    else_="",
)
# Rounded up to whole seconds: 1.1 s is "2", and an answer in no time at all is still within the first.
_SECONDS = case(
    (_calls.milliseconds > _LONGEST_COUNTED_SECONDS * 1000, literal(_LONGEST_COUNTED_SECONDS + 1)),
    (_calls.milliseconds <= 0, literal(1)),
    else_=(_calls.milliseconds + 999) // 1000,
)
_KEYS: Mapping[MetricName, ColumnElement[Any]] = {
    MetricName.ENDPOINT_REQUEST_COUNT: literal_column("'value'"),
    MetricName.ENDPOINT_REQUEST_ERROR: _FAILED,
    MetricName.ENDPOINT_REQUEST_ERROR_RATE: _FAILED,
    MetricName.ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL: _SECONDS,
    MetricName.ENDPOINT_AVAILABILITY: case((_calls.error_type.is_(None), "succeeded"), else_="failed"),
}


def _data(name: MetricName, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The items of a data point; keys that did not occur are left out, and so is a point without any."""
    if not counted:
        return []
    match name:
        case MetricName.ENDPOINT_REQUEST_COUNT:
            return [{"key": "value", "value": sum(counted.values())}]
        case MetricName.ENDPOINT_REQUEST_ERROR:
            return [{"key": error, "value": counted[error]} for error in COUNTED_ERRORS if counted.get(error)]
        case MetricName.ENDPOINT_REQUEST_ERROR_RATE:
            failed = sum(number for error, number in counted.items() if error)
            return [{"key": "value", "value": round(failed / sum(counted.values()), 4)}]
        case MetricName.ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL:
            seconds = sorted((int(float(key)), number) for key, number in counted.items())
            return [
                {"key": _OVER if second > _LONGEST_COUNTED_SECONDS else str(second), "value": number}
                for second, number in seconds
            ]
        case MetricName.ENDPOINT_AVAILABILITY:
            return [{"key": key, "value": counted[key]} for key in ("succeeded", "failed") if counted.get(key)]
