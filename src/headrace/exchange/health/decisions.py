"""Which status a Flow has by its health: published, throttled or blocked, always one step at a time."""

from dataclasses import dataclass, replace

from headrace.exchange.health.alerts import Metric
from headrace.exchange.health.rules import RULES, Rules
from headrace.exchange.health.samples import Figures
from headrace.protocol import FlowStatus


@dataclass(frozen=True, slots=True)
class Reason:
    """A figure that is not good enough, and the limit it is held against."""

    metric: Metric
    value: float
    limit: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a Flow stands. `bad_since`, `severe_since` and `clean_since` are when its figures began to be so, in
    seconds, and None when they are not.
    """

    status: FlowStatus = FlowStatus.PUBLISHED
    bad_since: float | None = None
    severe_since: float | None = None
    clean_since: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A step from one status to the next, and what led to it; no reasons when the Flow recovered."""

    old: FlowStatus
    new: FlowStatus
    reasons: tuple[Reason, ...]


def bad(figures: Figures, rules: Rules = RULES) -> tuple[Reason, ...]:
    """What would throttle a published Flow if it stayed so."""
    found = [
        *_at_least("ENDPOINT_ERROR_RATE", figures.endpoint_error_rate, rules.throttling_error_rate),
        *_at_least("ENDPOINT_LATENCY", figures.p90_milliseconds, rules.throttling_p90_milliseconds),
    ]
    if figures.availability is not None and figures.availability < rules.availability:
        found.append(Reason("ENDPOINT_AVAILABILITY", figures.availability, rules.availability))
    return tuple(found)


def severe(figures: Figures, rules: Rules = RULES) -> tuple[Reason, ...]:
    """What would block a throttled Flow if it stayed so."""
    found = _at_least("ENDPOINT_ERROR_RATE", figures.endpoint_error_rate, rules.blocking_error_rate)
    if figures.availability is not None and figures.availability <= rules.blocking_availability:
        found.append(Reason("ENDPOINT_AVAILABILITY", figures.availability, rules.blocking_availability))
    return tuple(found)


def is_clean(figures: Figures, rules: Rules = RULES) -> bool:
    """Whether a Flow recovers with these figures. While blocked nothing but pings is measured, and they are enough."""
    measured = (figures.availability, figures.endpoint_error_rate, figures.p90_milliseconds)
    return (
        any(one is not None for one in measured)
        and (figures.availability is None or figures.availability >= rules.availability)
        and (figures.endpoint_error_rate is None or figures.endpoint_error_rate < rules.clean_error_rate)
        and (figures.p90_milliseconds is None or figures.p90_milliseconds < rules.clean_p90_milliseconds)
    )


def judge(standing: Standing, figures: Figures, now: float, rules: Rules = RULES) -> tuple[Standing, Change | None]:
    """One evaluation, to be made every minute. What is to change a status has to hold for `hold_seconds`."""
    reasons, grave = bad(figures, rules), severe(figures, rules)
    standing = replace(
        standing,
        bad_since=_since(standing.bad_since, bool(reasons), now),
        severe_since=_since(standing.severe_since, bool(grave), now),
        clean_since=_since(standing.clean_since, is_clean(figures, rules), now),
    )
    if standing.status == FlowStatus.PUBLISHED and _held(standing.bad_since, now, rules):
        return _step(standing, FlowStatus.THROTTLED, reasons, now)
    if standing.status == FlowStatus.THROTTLED and _held(standing.severe_since, now, rules):
        return _step(standing, FlowStatus.BLOCKED, grave, now)
    if standing.status != FlowStatus.PUBLISHED and _held(standing.clean_since, now, rules):
        return _step(
            standing, FlowStatus.THROTTLED if standing.status == FlowStatus.BLOCKED else FlowStatus.PUBLISHED, (), now
        )
    return standing, None


def outlook(figures: Figures, rules: Rules = RULES) -> list[tuple[float, Change]]:
    """What becomes of a published Flow whose figures stay as they are: each change, with the seconds until then."""
    standing, now = Standing(), 0.0
    found: list[tuple[float, Change]] = []
    for _ in range(4):
        standing, change = judge(standing, figures, now, rules)
        if change is not None:
            found.append((now, change))
        now += rules.hold_seconds
    return found


def _step(standing: Standing, new: FlowStatus, reasons: tuple[Reason, ...], now: float) -> tuple[Standing, Change]:
    """The new status; what led to it has to hold for another while before the next step."""
    begun = Standing(
        new,
        bad_since=None if standing.bad_since is None else now,
        severe_since=None if standing.severe_since is None else now,
        clean_since=None if standing.clean_since is None else now,
    )
    return begun, Change(standing.status, new, reasons)


def _since(before: float | None, holds: bool, now: float) -> float | None:
    if not holds:
        return None
    return now if before is None else before


def _held(since: float | None, now: float, rules: Rules) -> bool:
    return since is not None and now - since >= rules.hold_seconds


def _at_least(metric: Metric, value: float | None, limit: float) -> list[Reason]:
    return [Reason(metric, value, limit)] if value is not None and value >= limit else []
