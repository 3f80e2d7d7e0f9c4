"""A Flow is watched: pinged on schedule, warned about, throttled and blocked step by step, and taken back."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.platform.health.monitored import Monitored, monitored

from headrace.clock import ManualClock
from headrace.exchange.health.rules import RULES
from headrace.jobs import Job
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.health.models import FlowAlert
from headrace.platform.health.watching import WATCH, evaluate, register_watching, watcher

pytestmark = [pytest.mark.anyio, pytest.mark.spec("lifecycle.md §4.6", "webhooks.md §3.4")]


@pytest.fixture
async def watched(box: Box, clock: ManualClock) -> AsyncIterator[Monitored]:
    async with monitored(box, clock) as found:
        yield found


@pytest.mark.both_stores
async def test_slow_then_dead_then_well_again(watched: Monitored) -> None:
    await watched.watch()
    await watched.calls(10, milliseconds=7_500)
    await watched.watch()
    told = await watched.told()
    assert [(value["event"], value["threshold"], value["alert_state"]) for value in told] == [
        ("ENDPOINT_LATENCY", threshold, "ACTIVATED") for threshold in (1000, 5000, 7000)
    ]
    assert {name: told[2][name] for name in told[2] if name != "message"} == {
        "event": "ENDPOINT_LATENCY",
        "flow_id": watched.flow.id,
        "p90_latency": 7500,
        "p50_latency": 7500,
        "requests_count": 10,
        "threshold": 7000,
        "alert_state": "ACTIVATED",
    }
    assert told[2]["message"].startswith("Flow endpoint latency has reached the p90 threshold in the last 30 minutes. ")
    await watched.watch(20)
    await watched.calls(10, milliseconds=7_500)
    assert await watched.status() == "PUBLISHED"  # not held long enough
    await watched.watch(10)
    assert await watched.status() == "THROTTLED"
    assert (await watched.told())[3:] == [
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Book changed status from PUBLISHED to THROTTLED",
            "flow_id": watched.flow.id,
            "old_status": "PUBLISHED",
            "new_status": "THROTTLED",
        }
    ]
    await watched.break_endpoint(drops=True)
    await watched.watch(12)
    dead = [value for value in await watched.told() if value["event"] == "ENDPOINT_AVAILABILITY"]
    assert [(one["alert_state"], one["threshold"], one["availability"] < 90) for one in dead] == [
        ("ACTIVATED", 90, True)
    ]
    assert await watched.status() == "THROTTLED"
    await watched.watch(30)
    assert await watched.status() == "BLOCKED"
    await watched.break_endpoint()
    await watched.watch(42)
    assert await watched.status() == "THROTTLED"
    await watched.watch(30)
    assert await watched.status() == "PUBLISHED"
    steps = [value["new_status"] for value in await watched.told() if value["event"] == "FLOW_STATUS_CHANGE"]
    assert steps == ["THROTTLED", "BLOCKED", "THROTTLED", "PUBLISHED"]
    ended = [value for value in await watched.told() if value.get("alert_state") == "DEACTIVATED"]
    # Half an hour after the last request no answer is slow any more; the highest threshold is left first.
    assert [(value["event"], value["threshold"]) for value in ended] == [
        ("ENDPOINT_LATENCY", 7000),
        ("ENDPOINT_LATENCY", 5000),
        ("ENDPOINT_LATENCY", 1000),
        ("ENDPOINT_AVAILABILITY", 90),
    ]


async def test_errors_are_named_with_their_shares(watched: Monitored) -> None:
    await watched.calls(6)
    await watched.calls(3, error_type="timeout_error", milliseconds=10_000)
    await watched.calls(1, error_type="public-key-missing", milliseconds=0)
    await watched.calls(2, kind="notice", reported_error="invalid-screen-transition")
    await watched.watch()
    told = {(value["event"], value.get("threshold")): value for value in await watched.told()}
    endpoint, client = told["ENDPOINT_ERROR_RATE", 10], told["CLIENT_ERROR_RATE", 10]
    assert (endpoint["error_rate"], endpoint["errors"]) == (
        25,
        [{"error_type": "TIMEOUT", "error_rate": 100, "error_count": 3}],
    )
    assert endpoint["message"].startswith(
        "The flow endpoint request error rate has reached the 10% threshold in the last 30 minutes. "
    )
    assert (client["error_rate"], client["errors"]) == (
        30,
        [
            {"error_type": "INVALID_SCREEN_TRANSITION", "error_rate": 66.66, "error_count": 2},
            {"error_type": "PUBLIC_KEY_MISSING", "error_rate": 33.33, "error_count": 1},
        ],
    )
    assert ("ENDPOINT_ERROR_RATE", 50) not in told


async def test_pings_go_out_every_other_minute_once(watched: Monitored, box: Box) -> None:
    await watched.watch(11)
    assert len(watched.endpoint.requests) == 6
    assert {request["action"] for request in watched.endpoint.requests} == {"ping"}
    async with box.database.reading() as session:
        kinds = list(await session.execute(select(EndpointCall.kind, EndpointCall.flow_version_id)))
    assert kinds == [("ping", watched.version_id)] * 6
    # Whoever looks at the same moment as another finds that everything is done.
    watched.clock.advance(timedelta(minutes=2))
    watch = watcher(box)
    await watch(Job(1, WATCH, "", {}, 0))
    await watch(Job(1, WATCH, "", {}, 0))
    assert len(watched.endpoint.requests) == 7


async def test_other_versions_and_drafts_say_nothing(watched: Monitored, box: Box) -> None:
    await watched.calls(20, milliseconds=9_000, flow_version_id="1")
    await watched.calls(20, milliseconds=9_000, flow_version_id=None)
    await watched.watch()
    assert await watched.told() == []
    async with box.database.transaction() as session:
        (await session.get_one(Flow, watched.flow.id)).status = "DRAFT"  # edited after it was published
    await watched.calls(10, milliseconds=9_000)
    await watched.watch()
    assert {value["event"] for value in await watched.told()} == {"ENDPOINT_LATENCY"}
    await watched.calls(10, milliseconds=9_000)
    await watched.watch(31)
    assert await watched.status() == "DRAFT"
    async with box.database.transaction() as session:
        (await session.get_one(Flow, watched.flow.id)).status = "DEPRECATED"
    asked = len(watched.endpoint.requests)
    await watched.watch(5)
    assert len(watched.endpoint.requests) == asked


async def test_it_is_a_periodic_job(watched: Monitored, box: Box) -> None:
    register_watching(box)
    await box.jobs.drain()
    assert len(watched.endpoint.requests) == 1
    watched.clock.advance(timedelta(seconds=RULES.ping_seconds))
    await box.jobs.drain()
    assert len(watched.endpoint.requests) == 2


@pytest.mark.both_stores
async def test_what_was_told_once_is_not_told_by_another_process(watched: Monitored, box: Box) -> None:
    await watched.calls(10, error_type="timeout_error", milliseconds=10_000)
    await watched.watch()
    first = len(await watched.told())
    await watched.watch(5)
    assert len(await watched.told()) == first == 6
    async with box.database.reading() as session:
        assert len(list(await session.scalars(select(FlowAlert.id)))) == 6


async def test_who_counted_before_the_clock_went_on_changes_nothing(
    watched: Monitored, box: Box, clock: ManualClock
) -> None:
    await watched.watch(20)
    earlier = clock.now()
    await watched.break_endpoint(drops=True)
    await watched.watch(6)
    told = await watched.told()
    assert [value["alert_state"] for value in told] == ["ACTIVATED"]
    await evaluate(replace(box, clock=ManualClock(earlier)))
    assert await watched.told() == told
