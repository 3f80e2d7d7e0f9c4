"""The limits by which WhatsApp warns, throttles and blocks.

Thresholds and windows of the alerts are documented. When a status changes is documented in words only ("deteriorate
significantly"); those numbers are a proposal (docs/lifecycle.md), and all of them can be set.
"""

from dataclasses import dataclass


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


RULES = Rules()
