"""The alerts that figures give rise to."""

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
