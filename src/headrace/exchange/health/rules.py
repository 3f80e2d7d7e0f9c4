"""The limits by which WhatsApp warns, throttles and blocks.

Thresholds and windows of the alerts are documented. When a status changes is documented in words only ("deteriorate
significantly"); those numbers are a proposal (docs/health.md), and all of them can be set.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


class UnusableRules(ValueError):
    """Rules that cannot be followed. The words say which one, and what it may be."""


@dataclass(frozen=True)
class Rules:
    """Times are in seconds unless named otherwise, rates between 0 and 1."""

    # Alerts, as documented.
    client_error_rates: tuple[float, ...] = (0.05, 0.10, 0.50)
    endpoint_error_rates: tuple[float, ...] = (0.05, 0.10, 0.50)
    latencies_milliseconds: tuple[int, ...] = (1_000, 5_000, 7_000)
    availability: float = 0.90
    request_window_seconds: float = 30 * 60
    ping_window_seconds: float = 10 * 60
    navigation_window_seconds: float = 60 * 60

    # Changes of status, as proposed.
    fewest_requests: int = 10
    fewest_pings: int = 5
    throttling_error_rate: float = 0.50
    throttling_p90_milliseconds: int = 7_000
    blocking_error_rate: float = 0.50
    blocking_availability: float = 0.0
    clean_error_rate: float = 0.05
    clean_p90_milliseconds: int = 5_000
    hold_seconds: float = 30 * 60

    # How often is looked, as proposed: about as often as Meta's published counts of pings tell.
    ping_seconds: float = 120
    evaluation_seconds: float = 60


RULES = Rules()

_SMALLEST_PERIOD_SECONDS = 1.0
_LONGEST_PERIOD_SECONDS = 7 * 24 * 3600.0


def changed(rules: Rules, changes: Mapping[str, Any]) -> Rules:
    """The rules with some of them replaced, by values as JSON has them. Raises `UnusableRules`."""
    known = asdict(rules)
    unknown = sorted(set(changes) - known.keys())
    if unknown:
        raise UnusableRules(f"There is no rule {unknown[0][:60]!r}. The rules are {', '.join(known)}.")
    return replace(rules, **{name: _value(name, known[name], value) for name, value in changes.items()})


def differences(rules: Rules) -> dict[str, Any]:
    """What differs from the rules a box begins with, as JSON has it; `changed(RULES, …)` gives the rules back."""
    return {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in fields(rules)
        if (value := getattr(rules, field.name)) != getattr(RULES, field.name)
    }


def _value(name: str, before: Any, value: Any) -> Any:
    if isinstance(before, tuple):
        if not isinstance(value, list) or not 1 <= len(value) <= 10:
            raise UnusableRules(f"{name} is a list of one to ten thresholds, such as {list(before)}.")
        found = tuple(_number(name, threshold) for threshold in value)
        if list(found) != sorted(set(found)):
            raise UnusableRules(f"{name} has to grow from each threshold to the next.")
        return found
    return _number(name, value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnusableRules(f"{name} is a number.")
    if name.endswith("_seconds"):
        least, most = _SMALLEST_PERIOD_SECONDS, _LONGEST_PERIOD_SECONDS
    elif name.endswith("milliseconds"):
        least, most = 1, 60_000
    elif name.startswith("fewest"):
        least, most = 1, 1_000_000
    else:
        least, most = 0, 1
    if not least <= value <= most:
        raise UnusableRules(f"{name} has to lie between {least:g} and {most:g}.")
    is_whole = name.startswith("fewest") or name.endswith("milliseconds")
    if is_whole and value != int(value):
        raise UnusableRules(f"{name} is a whole number.")
    return int(value) if is_whole else value
