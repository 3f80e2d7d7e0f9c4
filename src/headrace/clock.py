"""Time is handed in. Nothing below `app` asks the operating system what time it is."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """A clock that only moves when told to: for tests and for simulation."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 14, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


@dataclass
class MovableClock:
    """Another clock, ahead of it or behind it by `offset`: the clock of a box, which its control room moves."""

    base: Clock = field(default_factory=SystemClock)
    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.base.now() + self.offset


def local_day(clock: Clock) -> date:
    """The day it is where this process runs, in its own time zone: what a phone on its desk calls today."""
    return clock.now().astimezone().date()


def timestamp(moment: datetime) -> str:
    """Writes a moment as the Graph API does: `2026-05-21T11:18:09+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def unix_seconds(moment: datetime) -> int:
    return int(moment.timestamp())
