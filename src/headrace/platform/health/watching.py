"""Watching over Flows: the periodic job that pings their endpoints, judges them, warns, throttles and blocks.

What was measured and how a Flow stands go into pure decisions (`exchange.health`). What they come to is written flow by
flow, in one transaction that holds the Flow: whoever decides a second time finds it decided.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.exchange.channel import Health
from headrace.exchange.health.alerts import Active, Crossing, crossings
from headrace.exchange.health.decisions import Change, Standing, judge
from headrace.exchange.health.rules import Rules
from headrace.exchange.health.samples import Counts, figures_of
from headrace.jobs import Again, Handler, Job
from headrace.platform.accounts.encryption import usable_key_of_waba
from headrace.platform.accounts.models import App
from headrace.platform.box import Box
from headrace.platform.endpoints.channels import open_channel
from headrace.platform.endpoints.recording import record_ping
from headrace.platform.flows.lifecycle import Action, target
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.flows.service import change_status
from headrace.platform.health.models import FlowAlert, FlowHealth
from headrace.platform.health.values import alert_value
from headrace.platform.health.windows import count
from headrace.platform.tables import table_of
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol import FlowStatus

_log = logging.getLogger(__name__)

WATCH = "health.watch"
"""The periodic job: pings what is due and judges every Flow."""

_FIRST_INTERVAL = timedelta(seconds=60)
_MOST_AT_ONCE = 32

# A draft that was published before is still measured, but only a published Flow changes its status.
_WATCHED = (FlowStatus.PUBLISHED, FlowStatus.THROTTLED, FlowStatus.BLOCKED, FlowStatus.DRAFT)
_STEPS = {
    (FlowStatus.PUBLISHED, FlowStatus.THROTTLED): Action.THROTTLE,
    (FlowStatus.THROTTLED, FlowStatus.BLOCKED): Action.BLOCK,
    (FlowStatus.BLOCKED, FlowStatus.THROTTLED): Action.UNBLOCK,
    (FlowStatus.THROTTLED, FlowStatus.PUBLISHED): Action.UNTHROTTLE,
}

_SINCE = ("bad_since", "severe_since", "clean_since")

_health = table_of(FlowHealth)


@dataclass(frozen=True, slots=True)
class Watched:
    """A Flow that is monitored: its newest published version has an endpoint."""

    flow_id: str
    waba_id: str
    version_id: str
    status: FlowStatus
    endpoint_uri: str
    app_secret: str | None
    standing: Standing
    pinged_at: datetime | None
    active: frozenset[Active]


def register_watching(box: Box) -> None:
    """Has the box's jobs watch over its Flows. Called once, before the worker runs."""
    box.jobs.every(WATCH, _FIRST_INTERVAL, watcher(box))


def watcher(box: Box) -> Handler:
    """The handler of `health.watch`."""

    async def watch(_job: Job) -> Again:
        begun = box.clock.now()
        rules = box.controls.values.rules
        async with box.database.reading() as session:
            watched = await find_watched(session, begun)
        await _ping(box, watched, rules, begun)
        await evaluate(box)
        # A clock that is moved goes from ping to ping; whoever moves it judges once more where it ends.
        interval = rules.ping_seconds if box.controls.clock_is_moving else rules.evaluation_seconds
        return Again(begun + timedelta(seconds=interval))

    return watch


async def find_watched(session: AsyncSession, now: datetime) -> list[Watched]:
    """Every Flow that is monitored, with how it stands."""
    newest = (
        select(func.max(FlowVersion.number)).where(FlowVersion.flow_id == Flow.id).correlate(Flow).scalar_subquery()
    )
    statement = (
        select(Flow.id, Flow.waba_id, Flow.status, Flow.endpoint_uri, FlowVersion.id, App.secret, FlowHealth)
        .join(FlowVersion, and_(FlowVersion.flow_id == Flow.id, FlowVersion.number == newest))
        .outerjoin(App, App.id == Flow.app_id)
        .outerjoin(FlowHealth, FlowHealth.flow_id == Flow.id)
        .where(Flow.status.in_(_WATCHED), Flow.endpoint_uri.is_not(None), FlowVersion.data_api_version.is_not(None))
        .order_by(Flow.id)
    )
    active = await _active(session)
    return [
        Watched(
            flow_id,
            waba_id,
            version_id,
            FlowStatus(status),
            str(endpoint_uri),
            secret,
            _standing(health, version_id, FlowStatus(status), now),
            None if health is None or health.flow_version_id != version_id else health.pinged_at,
            active.get(flow_id, frozenset()),
        )
        for flow_id, waba_id, status, endpoint_uri, version_id, secret, health in await session.execute(statement)
    ]


async def evaluate(box: Box) -> None:
    """Judges every monitored Flow by what was measured until now."""
    now, rules = box.clock.now(), box.controls.values.rules
    async with box.database.reading() as session:
        watched = await find_watched(session, now)
        counted = await count(session, [flow.version_id for flow in watched], now, rules)
    for flow in watched:
        counts = counted[flow.version_id]
        decision = _decide(flow.standing, flow.active, counts, now, rules)
        if decision != (flow.standing, None, []):
            await _apply(box, flow, counts, now, rules)


def _decide(
    standing: Standing, active: frozenset[Active], counts: Counts, now: datetime, rules: Rules
) -> tuple[Standing, Change | None, list[Crossing]]:
    figures = figures_of(counts, rules)
    crossed = crossings(active, figures, rules)
    if standing.status == FlowStatus.DRAFT:
        return standing, None, crossed
    return (*judge(standing, figures, now.timestamp(), rules), crossed)


async def _apply(box: Box, watched: Watched, counts: Counts, now: datetime, rules: Rules) -> None:
    """Decides anew by the rows as they are, which nobody else can change meanwhile, and writes what it comes to."""
    async with box.database.transaction() as session:
        flow = await session.get(Flow, watched.flow_id, with_for_update={"key_share": True})
        if flow is None or flow.status not in _WATCHED:
            return
        health = await session.get(FlowHealth, flow.id)
        if health is not None and health.pinged_at is not None and health.pinged_at > now:
            return  # the clock went on while this was counted: whoever pinged judges by what is so since
        standing = _standing(health, watched.version_id, FlowStatus(flow.status), now)
        active = (await _active(session, flow.id)).get(flow.id, frozenset())
        standing, change, crossed = _decide(standing, active, counts, now, rules)
        if health is None:
            health = FlowHealth(flow_id=flow.id)
            session.add(health)
        health.flow_version_id = watched.version_id
        health.bad_since = _moment(standing.bad_since)
        health.severe_since = _moment(standing.severe_since)
        health.clean_since = _moment(standing.clean_since)
        await _warn(session, box, flow, crossed, counts, now, rules)
        if change is not None:
            _log.info("Flow %s changes from %s to %s: %s", flow.id, change.old, change.new, change.reasons)
            await change_status(session, box, flow, target(_STEPS[change.old, change.new], flow.status))
        await touch(session, "flows")


async def _warn(
    session: AsyncSession,
    box: Box,
    flow: Flow,
    crossed: Sequence[Crossing],
    counts: Counts,
    now: datetime,
    rules: Rules,
) -> None:
    for crossing in crossed:
        alert = crossing.alert
        if crossing.is_active:
            session.add(
                FlowAlert(
                    flow_id=flow.id,
                    metric=alert.metric,
                    threshold=alert.threshold,
                    value=alert.value,
                    activated_at=now,
                )
            )
            continue
        ended = update(FlowAlert).where(
            FlowAlert.flow_id == flow.id,
            FlowAlert.metric == alert.metric,
            FlowAlert.threshold == alert.threshold,
            FlowAlert.deactivated_at.is_(None),
        )
        await session.execute(ended.values(deactivated_at=now))
    values = [alert_value(flow.id, crossing, counts, rules) for crossing in crossed]
    await tell(session, box, [NewEvent(flow.waba_id, "flows", value, subject=f"flow:{flow.id}") for value in values])


async def _ping(box: Box, watched: Sequence[Watched], rules: Rules, now: datetime) -> None:
    """Pings every endpoint whose turn it is, each once, and keeps what came of it."""
    before = now - timedelta(seconds=rules.ping_seconds)
    # A clock that was set back leaves moments in the future: they are no reason to wait.
    due = [flow for flow in watched if flow.pinged_at is None or not before < flow.pinged_at <= now]
    if not due:
        return
    async with box.database.transaction() as session:
        claimed = [flow for flow in due if await _claim(session, flow, before, now)]
    keys: dict[str, str | None] = {}
    async with box.database.reading() as session:
        for waba_id in {flow.waba_id for flow in claimed}:
            keys[waba_id] = await usable_key_of_waba(session, waba_id)
    places = asyncio.Semaphore(_MOST_AT_ONCE)

    async def ask(flow: Watched) -> tuple[Watched, Health, datetime]:
        async def key() -> str | None:
            return keys[flow.waba_id]

        async with places:
            channel = open_channel(box, flow.flow_id, flow.endpoint_uri, flow.app_secret or "", key, probes=False)
            return flow, await channel.ping(), box.clock.now()

    answered = await asyncio.gather(*(ask(flow) for flow in claimed))
    async with box.database.transaction() as session:
        kept = set(await session.scalars(select(Flow.id).where(Flow.id.in_([flow.flow_id for flow in claimed]))))
        for flow, health, at in answered:
            if flow.flow_id in kept:
                await record_ping(session, health, at, flow.flow_id, flow.version_id)


async def _claim(session: AsyncSession, flow: Watched, before: datetime, now: datetime) -> bool:
    """Whether this ping is ours to make: no other process has begun it since it fell due."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(_health).values(flow_id=flow.flow_id, flow_version_id=flow.version_id, pinged_at=now)
    is_due = (
        (_health.c.pinged_at.is_(None))
        | (_health.c.pinged_at <= before)
        | (_health.c.pinged_at > now)
        | (_health.c.flow_version_id != flow.version_id)
    )
    claimed = insert.on_conflict_do_update(
        index_elements=[_health.c.flow_id],
        set_={
            "flow_version_id": flow.version_id,
            "pinged_at": now,
            # What was true of an older version says nothing of this one.
            **{name: case((_health.c.flow_version_id == flow.version_id, _health.c[name])) for name in _SINCE},
        },
        where=is_due,
    ).returning(_health.c.flow_id)
    return (await session.execute(claimed)).scalar_one_or_none() is not None


async def _active(session: AsyncSession, *flow_ids: str) -> dict[str, frozenset[Active]]:
    """The thresholds that are reached and not left yet, of these Flows or of all."""
    statement = select(FlowAlert.flow_id, FlowAlert.metric, FlowAlert.threshold).where(
        FlowAlert.deactivated_at.is_(None)
    )
    if flow_ids:
        statement = statement.where(FlowAlert.flow_id.in_(flow_ids))
    found: dict[str, set[Active]] = {}
    for flow_id, metric, threshold in await session.execute(statement):
        found.setdefault(flow_id, set()).add((metric, threshold))
    return {flow_id: frozenset(alerts) for flow_id, alerts in found.items()}


def _standing(health: FlowHealth | None, version_id: str, status: FlowStatus, now: datetime) -> Standing:
    """How a Flow stands; nothing is known yet of a version that was just published, nor from a time still to come."""
    if health is None or health.flow_version_id != version_id:
        return Standing(status)
    moments = {name: getattr(health, name) for name in _SINCE}
    return Standing(status, **{name: at.timestamp() for name, at in moments.items() if at is not None and at <= now})


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
