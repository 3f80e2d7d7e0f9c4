"""The one way out of the house. `Outbound` is the HTTP client that everything uses which calls the outside."""

from headrace.outbound.client import DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_SECONDS, Answer, Outbound
from headrace.outbound.errors import ConnectionLost, Forbidden, OutboundError, TimedOut, TooLarge, Unreachable
from headrace.outbound.guard import Guard

__all__ = [
    "DEFAULT_MAX_BYTES",
    "DEFAULT_TIMEOUT_SECONDS",
    "Answer",
    "ConnectionLost",
    "Forbidden",
    "Guard",
    "Outbound",
    "OutboundError",
    "TimedOut",
    "TooLarge",
    "Unreachable",
]
