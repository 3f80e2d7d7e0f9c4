"""The values of the webhooks by which WhatsApp warns of an endpoint (docs/health.md)."""

import math
from typing import Any

from headrace.exchange.health.alerts import Crossing
from headrace.exchange.health.rules import Rules
from headrace.exchange.health.samples import Counts
from headrace.protocol import ErrorType

_SHORTER_NAMES = {ErrorType.TIMEOUT: "TIMEOUT", ErrorType.MISSING_CAPABILITY: "CAPABILITY_ERROR"}
_ADVICE = "See https://developers.facebook.com/docs/whatsapp/flows/guides/healthmonitoring for what it means."


def alert_value(flow_id: str, crossing: Crossing, counts: Counts, rules: Rules) -> dict[str, Any]:
    """The value of the event for a threshold that was reached or left. Rates are in percent, cut to two decimals."""
    alert = crossing.alert
    name, words = _ABOUT[alert.metric]
    window = {
        "CLIENT_ERROR_RATE": rules.navigation_window_seconds,
        "ENDPOINT_AVAILABILITY": rules.ping_window_seconds,
    }.get(alert.metric, rules.request_window_seconds)
    threshold = _number(alert.threshold) if alert.metric == "ENDPOINT_LATENCY" else _percent(alert.threshold)
    happened = words[0] if crossing.is_active else words[1]
    minutes = f"{window / 60:g}"
    value: dict[str, Any] = {
        "event": alert.metric,
        "message": f"{name} {happened.format(threshold=threshold)} in the last {minutes} minutes. {_ADVICE}",
        "flow_id": flow_id,
    }
    state = {"threshold": threshold, "alert_state": "ACTIVATED" if crossing.is_active else "DEACTIVATED"}
    match alert.metric:
        case "ENDPOINT_LATENCY":
            value |= {
                "p90_latency": counts.p90_milliseconds or 0,
                "p50_latency": counts.p50_milliseconds or 0,
                "requests_count": counts.requests,
                **state,
            }
        case "ENDPOINT_AVAILABILITY":
            value |= {
                "alert_state": state["alert_state"],
                "availability": _percent(alert.value),
                "threshold": threshold,
            }
        case "CLIENT_ERROR_RATE":
            value |= {"error_rate": _percent(alert.value), **state, "errors": _errors(counts.client_errors)}
        case "ENDPOINT_ERROR_RATE":
            value |= {"error_rate": _percent(alert.value), **state, "errors": _errors(counts.endpoint_errors)}
    return value


_ABOUT = {
    "CLIENT_ERROR_RATE": (
        "The flow client request error rate",
        ("has reached the {threshold}% threshold", "has fallen below the {threshold}% threshold"),
    ),
    "ENDPOINT_ERROR_RATE": (
        "The flow endpoint request error rate",
        ("has reached the {threshold}% threshold", "has fallen below the {threshold}% threshold"),
    ),
    "ENDPOINT_LATENCY": (
        "Flow endpoint latency",
        ("has reached the p90 threshold", "has fallen below the p90 threshold"),
    ),
    "ENDPOINT_AVAILABILITY": (
        "The flow endpoint availability",
        ("has breached the {threshold}% threshold", "has recovered to the {threshold}% threshold"),
    ),
}
"""How an alert names its metric, and how it says that a threshold was reached, or left again."""


def error_name(error_type: str) -> str:
    """How an alert spells the type of an error: `INVALID_SCREEN_TRANSITION`."""
    return _SHORTER_NAMES.get(ErrorType(error_type)) or error_type.replace("-", "_").upper()


def _errors(counted: Any) -> list[dict[str, Any]]:
    """Every type of error with its share of all of them, the most frequent first."""
    total = sum(counted.values())
    return [
        {"error_type": error_name(name), "error_rate": _percent(count / total), "error_count": count}
        for name, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def _percent(rate: float) -> float:
    """In percent, cut after two decimals; a whole number without any."""
    return _number(math.floor(round(rate * 1e6) / 100) / 100)


def _number(value: float) -> float:
    return int(value) if value == int(value) else value
