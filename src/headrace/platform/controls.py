"""What the control room has set: the moved clock, broken endpoints, rules of health, and the like.

Each setting is a row. A process keeps them all in memory and reads them anew when another one has changed any, which
it hears within half a second; in the process that changes one it holds as soon as it is committed.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from headrace.clock import Clock, MovableClock
from headrace.database import Database, Json, Loop, Revisions, touch, wait_for_turn
from headrace.exchange.health.rules import RULES, Rules, changed, differences
from headrace.platform.tables import Table
from headrace.protocol.numbers import UNLIMITED

TOPIC = "controls"
"""Touched with every change of a setting."""

METRICS_THRESHOLD = 250
"""So many requests a Flow must have had before its metrics are told, as documented."""


class Setting(Table):
    """One setting that differs from how a box begins; `value` is as JSON has it."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class EndpointFault:
    """How an endpoint is broken: answers come `latency_milliseconds` later, with `status` instead of what it answered,
    or not at all (`drops`). The time is only counted, unless it `waits` for it in earnest.
    """

    latency_milliseconds: int = 0
    status: int | None = None
    drops: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class WebhookFault:
    """What befalls webhooks on their way out: they come `delay_seconds` later, or are lost (`drops`), which the box
    treats as a receiver that cannot be reached.
    """

    delay_seconds: float = 0
    drops: bool = False


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """What of WhatsApp's limits for messages the box holds senders to; at first none, so that load can be tried.

    `pair` is the limit of one message in six seconds to the same person, with bursts of 45; `per_second` how many
    messages one sender may send in a second. With `refuses_shut_windows` a message to somebody whose window is shut is
    refused at once, instead of failing later. `tier` is the messaging limit of the business: one of `MESSAGING_TIERS`.
    """

    pair: bool = False
    per_second: int | None = None
    refuses_shut_windows: bool = False
    tier: str = UNLIMITED


@dataclass(frozen=True, slots=True)
class VersionDates:
    """When a version of Flow JSON freezes, and when it expires; None for what is not foreseen."""

    frozen: date | None = None
    expires: date | None = None


@dataclass(frozen=True)
class Values:
    """All settings. `endpoint_faults` are by the id of their Flow, `versions` by version, such as `6.3`.

    `metrics_zone` is the time zone whose days metrics count by; None is the account's own.
    """

    clock_offset: timedelta = timedelta(0)
    endpoint_faults: Mapping[str, EndpointFault] = field(default_factory=dict)
    webhook_fault: WebhookFault = WebhookFault()
    rules: Rules = RULES
    versions: Mapping[str, VersionDates] = field(default_factory=dict)
    metrics_threshold: int = METRICS_THRESHOLD
    metrics_zone: str | None = None
    keeps_log: bool = True
    message_limits: MessageLimits = MessageLimits()


class Controls:
    """The settings of one box as this process knows them; `clock_is_moving` while it is moving the clock itself."""

    def __init__(self) -> None:
        self.values = Values()
        self.clock_is_moving = False

    async def load(self, database: Database, clock: Clock) -> None:
        """Reads all settings, and sets the clock by them where it is one that can be moved."""
        async with database.reading() as session:
            self.values = _read(await _rows(session))
        if isinstance(clock, MovableClock):
            clock.offset = self.values.clock_offset

    async def change(self, database: Database, clock: Clock, change: Callable[[Values], Values]) -> None:
        """Changes settings in a transaction of its own, and holds to them from then on."""
        async with database.transaction() as session:
            await wait_for_turn(session, TOPIC)
            before = await _rows(session)
            after = _written(change(_read(before)))
            await session.execute(delete(Setting))
            session.add_all(Setting(name=name, value=value) for name, value in after.items())
            await touch(session, TOPIC)
        await self.load(database, clock)

    async def run(self, database: Database, clock: Clock, revisions: Revisions) -> None:
        """Keeps up with what other processes set, until cancelled."""

        async def follow() -> None:
            await self.load(database, clock)
            async for topics in revisions.follow():
                if TOPIC in topics:
                    await self.load(database, clock)

        await Loop("following the control room", follow).run()


async def _rows(session: AsyncSession) -> dict[str, Any]:
    return dict((await session.execute(select(Setting.name, Setting.value))).all())


def _written(values: Values) -> dict[str, Any]:
    """What differs from how a box begins, by the names of the rows."""
    return {name: value for name, value in _as_json(values).items() if value != _BEGINNING[name]}


def _as_json(values: Values) -> dict[str, Any]:
    return {
        "clock_offset": values.clock_offset.total_seconds(),
        "endpoint_faults": {flow_id: asdict(fault) for flow_id, fault in values.endpoint_faults.items()},
        "webhook_fault": asdict(values.webhook_fault),
        "rules": differences(values.rules),
        "versions": {
            version: {name: day.isoformat() for name, day in asdict(dates).items() if day is not None}
            for version, dates in values.versions.items()
        },
        "metrics_threshold": values.metrics_threshold,
        "metrics_zone": values.metrics_zone,
        "keeps_log": values.keeps_log,
        "message_limits": asdict(values.message_limits),
    }


def _read(rows: Mapping[str, Any]) -> Values:
    found = {**_BEGINNING, **rows}
    return Values(
        clock_offset=timedelta(seconds=found["clock_offset"]),
        endpoint_faults={flow_id: EndpointFault(**fault) for flow_id, fault in found["endpoint_faults"].items()},
        webhook_fault=WebhookFault(**found["webhook_fault"]),
        rules=changed(RULES, found["rules"]),
        versions={
            version: VersionDates(**{name: date.fromisoformat(day) for name, day in dates.items()})
            for version, dates in found["versions"].items()
        },
        metrics_threshold=found["metrics_threshold"],
        metrics_zone=found["metrics_zone"],
        keeps_log=found["keeps_log"],
        message_limits=MessageLimits(**found["message_limits"]),
    )


_BEGINNING = _as_json(Values())
