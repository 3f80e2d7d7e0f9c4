"""Where an event leads: for each status of a session and each event it takes then, the statuses it may be in after.

An event without a row changes nothing. Three things lead further than the event itself says: a choice that is drawn
with a value may ask the endpoint or complete the Flow at once (before version 7.0); a component that cannot be drawn
ends a Flow without endpoint with an error, also when the Flow was edited since the last event; and an answer that
nobody waits for is dropped, so that the status stays.

What happens without an event is no transition: `Session.from_json` begins anew where the Flow lost a screen,
`carry_over` and `jump` set up another session.
"""

from collections.abc import Mapping
from typing import Any

from headrace.phone.engine.events import (
    Answered,
    Back,
    Choose,
    Close,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Remove,
    Retry,
    Select,
    Tap,
    TokenExpired,
    Upload,
    Uploaded,
    UploadFailed,
)
from headrace.phone.engine.state import Status

_OPENED: frozenset[Status] = frozenset({"loading", "ready", "error", "completed"})
"""A first screen was asked for or shown."""

_ACTED: frozenset[Status] = frozenset({"ready", "loading", "completed", "error"})
"""An action ran, or nothing but the screen changed."""

_CHANGED: frozenset[Status] = frozenset({"ready", "error"})
"""Nothing but the screen changed."""

TRANSITIONS: Mapping[tuple[Status, type[Any]], frozenset[Status]] = {
    ("loading", Open): _OPENED,
    ("loading", Answered): frozenset({"loading", "ready", "error", "completed", "closed"}),
    ("loading", ExchangeFailed): frozenset({"loading", "ready", "error"}),
    ("loading", TokenExpired): frozenset({"loading", "closed"}),
    ("loading", Uploaded): frozenset({"loading"}),
    ("loading", UploadFailed): frozenset({"loading"}),
    ("loading", Back): frozenset({"loading", "closed"}),
    ("loading", Close): frozenset({"closed"}),
    ("ready", Tap): _ACTED,
    ("ready", Select): _ACTED,
    ("ready", Choose): _ACTED,
    ("ready", Fill): _ACTED,
    ("ready", Upload): _ACTED,
    ("ready", Remove): _ACTED,
    ("ready", Uploaded): _CHANGED,
    ("ready", UploadFailed): _CHANGED,
    ("ready", Leave): _CHANGED,
    ("ready", Back): frozenset({"ready", "loading", "completed", "error", "closed"}),
    ("ready", Close): frozenset({"closed"}),
    ("error", Retry): frozenset({"error", "loading"}),
    ("error", Back): frozenset({"closed"}),
    ("error", Close): frozenset({"closed"}),
    ("closed", Open): frozenset({"closed", "loading", "ready", "error", "completed"}),
}
"""By status and kind of event. Nothing leads out of `completed`."""
