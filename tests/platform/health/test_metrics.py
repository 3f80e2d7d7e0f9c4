"""Metrics of an endpoint: what is counted, by day, by hour and in all, and what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from tests.platform.health.monitored import Monitored, monitored

from headrace.clock import ManualClock
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.errors import PlatformError
from headrace.platform.flows.models import Flow
from headrace.platform.health.metrics import Granularity, MetricName, Wanted, metric, statement_for
from headrace.platform.tables import table_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.spec("metrics.md §2.1", "metrics.md §2.2", "metrics.md §2.3", "metrics.md §2.4"),
]

DAY, HOUR, LIFETIME = Granularity.DAY, Granularity.HOUR, Granularity.LIFETIME
NAMES = MetricName


@pytest.fixture
async def watched(box: Box, clock: ManualClock) -> AsyncIterator[Monitored]:
    async with monitored(box, clock) as found:
        yield found


async def ask(watched: Monitored, name: MetricName, granularity: Granularity, **days: date) -> dict[str, Any]:
    async with watched.stage.box.database.reading() as session:
        flow = await session.get_one(Flow, watched.flow.id)
        return await metric(session, watched.stage.box, flow, Wanted(name, granularity, **days))


async def points(watched: Monitored, name: MetricName, granularity: Granularity, **days: date) -> dict[str, Any]:
    """The data of each point by its day and hour, keys and values as an object."""
    answer = await ask(watched, name, granularity, **days)
    assert (answer["name"], answer["granularity"]) == (name, granularity)
    return {
        f"{point['timestamp']:%d %H:%M}": {item["key"]: item["value"] for item in point["data"]}
        for point in answer["data_points"]
    }


async def at(watched: Monitored, moment: str, count: int, milliseconds: int = 300, **columns: Any) -> None:
    await watched.calls(count, milliseconds, at=datetime.fromisoformat(moment).replace(tzinfo=UTC), **columns)


@pytest.mark.both_stores
async def test_every_metric_by_day_hour_and_lifetime(watched: Monitored) -> None:
    # The account is in Los Angeles: its days begin at 08:00 UTC in winter.
    watched.clock.at = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    await at(watched, "2026-11-24T07:59:59", 100)
    await at(watched, "2026-11-24T08:00:00", 100, 1100)
    await at(watched, "2026-11-25T09:30:00", 30, 10_000, error_type="timeout_error")
    await at(watched, "2026-11-25T09:45:00", 10, 10_001, error_type="unexpected_http_status_code")
    await at(watched, "2026-11-25T10:00:00", 10, 0, error_type="public-key-missing")
    await at(watched, "2026-11-25T19:00:00", 50, kind="notice", reported_error="invalid-screen-transition")
    await at(watched, "2026-11-25T19:00:00", 9, kind="ping")
    await at(watched, "2026-11-25T19:00:00", 1, kind="ping", error_type="timeout_error")
    await at(watched, "2026-11-25T19:00:00", 500, flow_version_id="another")
    assert await points(watched, NAMES.ENDPOINT_REQUEST_COUNT, DAY) == {
        "23 08:00": {"value": 100},
        "24 08:00": {"value": 100},
        "25 08:00": {"value": 100},
    }
    assert await points(watched, NAMES.ENDPOINT_REQUEST_COUNT, HOUR, since=date(2026, 11, 25)) == {
        "25 09:00": {"value": 40},
        "25 10:00": {"value": 10},
        "25 19:00": {"value": 50},
    }
    assert await points(watched, NAMES.ENDPOINT_REQUEST_ERROR, DAY) == {
        "25 08:00": {"timeout_error": 30, "unexpected_http_status_code": 10}
    }
    rate = await points(watched, NAMES.ENDPOINT_REQUEST_ERROR_RATE, DAY)
    assert rate == {"23 08:00": {"value": 0.0}, "24 08:00": {"value": 0.0}, "25 08:00": {"value": 0.4}}
    assert await points(watched, NAMES.ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL, LIFETIME, since=date(2026, 11, 24)) == {
        "24 08:00": {"1": 60, "2": 100, "10": 30, "10+": 10}
    }
    assert await points(watched, NAMES.ENDPOINT_AVAILABILITY, DAY) == {"25 08:00": {"succeeded": 9, "failed": 1}}
    # Until is exclusive, but for today.
    bounded = await points(
        watched, NAMES.ENDPOINT_REQUEST_COUNT, DAY, since=date(2026, 11, 23), until=date(2026, 11, 24)
    )
    assert bounded == {"23 08:00": {"value": 100}}


async def test_too_few_requests_are_not_told(watched: Monitored, box: Box) -> None:
    await watched.calls(249)
    with pytest.raises(PlatformError) as refused:
        await ask(watched, NAMES.ENDPOINT_AVAILABILITY, DAY)
    assert (refused.value.code, refused.value.title) == (139006, "Metrics threshold is not reached")
    box.controls.values = replace(box.controls.values, metrics_threshold=249, metrics_zone="Asia/Kolkata")
    answer = await points(watched, NAMES.ENDPOINT_REQUEST_COUNT, LIFETIME)
    assert answer == {"21 18:30": {"value": 249}}


@pytest.mark.parametrize(
    ("granularity", "days", "words"),
    [
        (DAY, {"since": date(2026, 8, 1)}, "at most 90 days ago"),
        (HOUR, {"since": date(2026, 10, 1)}, "at most 30 days ago"),
        (LIFETIME, {"since": date(2026, 11, 20), "until": date(2026, 11, 19)}, "must not be after until"),
    ],
)
async def test_ranges_that_are_not_there(
    watched: Monitored, granularity: Granularity, days: dict[str, date], words: str
) -> None:
    await watched.calls(250)
    with pytest.raises(PlatformError, match=words) as refused:
        await ask(watched, NAMES.ENDPOINT_REQUEST_COUNT, granularity, **days)
    assert refused.value.code == 100


@pytest.mark.both_stores
async def test_it_is_quick_over_many_rows(watched: Monitored, box: Box) -> None:
    """The index alone is read, and only its part within the range: so says the plan of either store."""
    now = watched.clock.now()
    rows = [
        {
            "flow_id": watched.flow.id,
            "flow_version_id": watched.version_id if number % 2 else "another",
            "kind": "exchange",
            "at": now - timedelta(minutes=number),
            "action": "INIT",
            "milliseconds": number % 900,
            "outcome": "answered",
            "resent": False,
        }
        for number in range(3000)
    ]
    async with box.database.transaction() as session:
        await session.execute(insert(table_of(EndpointCall)), rows)
        await session.execute(text("ANALYZE endpoint_calls"))
    buckets = [now - timedelta(days=days) for days in (2, 1)]
    statement = statement_for(NAMES.ENDPOINT_REQUEST_ERROR, watched.version_id, buckets, now)
    compiled = statement.compile(box.database.engine.sync_engine, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN " if box.database.is_sqlite else "EXPLAIN (ANALYZE, COSTS off) "
    async with box.database.reading() as session:
        connection = await session.connection()
        if not box.database.is_sqlite:  # so few rows would be read faster one after another
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        bound = tuple(moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment for moment in values)
        if box.database.is_sqlite:
            bound = tuple(str(one) if isinstance(one, datetime) else one for one in bound)
        plan = [str(row[-1]) for row in await connection.exec_driver_sql(explain + str(compiled), bound)]
    assert any("ix_endpoint_calls_figures" in step for step in plan), plan
    assert not [step for step in plan if "SCAN endpoint_calls" in step], plan
