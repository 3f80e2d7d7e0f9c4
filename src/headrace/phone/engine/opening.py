"""How a message opens a Flow."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from headrace.protocol import UNUSED_TOKEN


@dataclass(frozen=True, slots=True)
class Opening:
    """How a message opens the Flow.

    With `navigate` the Flow shows `screen` (by default its entry screen) with `data`; with `data_exchange` it asks the
    endpoint first. `any_screen` allows screens that a message could not open, as previews do. `today` is the phone's
    day: a calendar without limits of its own reaches from a hundred years back to five ahead of it. A phone that
    `omits_flow_token` leaves the token out of the responses it writes itself, as some iPhones do.
    """

    action: Literal["navigate", "data_exchange"] = "navigate"
    screen: str | None = None
    data: dict[str, Any] | None = None
    flow_token: str = UNUSED_TOKEN
    any_screen: bool = False
    today: date | None = None
    omits_flow_token: bool = False
