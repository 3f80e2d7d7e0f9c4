"""The alerts that figures give rise to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from headrace.exchange.health.rules import RULES, Rules
from headrace.exchange.health.samples import Figures

Metric = Literal["CLIENT_ERROR_RATE", "ENDPOINT_ERROR_RATE", "ENDPOINT_LATENCY", "ENDPOINT_AVAILABILITY"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold that is crossed. Rates are between 0 and 1, latencies in milliseconds."""

    metric: Metric
    value: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """A threshold that was reached (`is_active`), or that is left again; `alert.value` is the figure then."""

    alert: Alert
    is_active: bool


Active = tuple[str, float]
"""A metric and a threshold of it that was reached and is not left yet."""


def crossings(active: Collection[Active], figures: Figures, rules: Rules = RULES) -> list[Crossing]:
    """What has to be told, when these thresholds were reached before: each once, the lowest first, and on the way back
    the highest first.

    A figure that too few samples give tells nothing, so it changes nothing; but a window in which nothing went wrong,
    because nothing was asked at all, has left every threshold.
    """
    found: list[Crossing] = []
    for metric, measured, thresholds in _rising(figures, rules):
        value = 0.0 if measured is None and _is_empty(metric, figures) else measured
        if value is None:
            continue
        before = {threshold for name, threshold in active if name == metric}
        reached = [threshold for threshold in thresholds if value >= threshold]
        found += [Crossing(Alert(metric, value, one), is_active=True) for one in reached if one not in before]
        left = sorted(before - set(reached), reverse=True)
        found += [Crossing(Alert(metric, value, one), is_active=False) for one in left]
    return [*found, *_availability(active, figures, rules)]


def _availability(active: Collection[Active], figures: Figures, rules: Rules) -> Iterator[Crossing]:
    value, name = figures.availability, "ENDPOINT_AVAILABILITY"
    if value is None:
        return
    before = {threshold for metric, threshold in active if metric == name}
    reached = {rules.availability} if value < rules.availability else set()
    for is_active, thresholds in ((True, reached - before), (False, before - reached)):
        for threshold in sorted(thresholds):
            yield Crossing(Alert("ENDPOINT_AVAILABILITY", value, threshold), is_active)


def _is_empty(metric: Metric, figures: Figures) -> bool:
    return not (figures.navigations if metric == "CLIENT_ERROR_RATE" else figures.requests)


def alerts(figures: Figures, rules: Rules = RULES) -> list[Alert]:
    """Every threshold that is reached now; of availability, the one that it is below."""
    found = [
        Alert(metric, value, threshold)
        for metric, value, thresholds in _rising(figures, rules)
        if value is not None
        for threshold in thresholds
        if value >= threshold
    ]
    if figures.availability is not None and figures.availability < rules.availability:
        found.append(Alert("ENDPOINT_AVAILABILITY", figures.availability, rules.availability))
    return found


def _rising(figures: Figures, rules: Rules) -> tuple[tuple[Metric, float | None, tuple[float, ...]], ...]:
    return (
        ("CLIENT_ERROR_RATE", figures.client_error_rate, rules.client_error_rates),
        ("ENDPOINT_ERROR_RATE", figures.endpoint_error_rate, rules.endpoint_error_rates),
        ("ENDPOINT_LATENCY", figures.p90_milliseconds, rules.latencies_milliseconds),
    )
