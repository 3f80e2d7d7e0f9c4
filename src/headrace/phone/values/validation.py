"""What keeps a value from being entered, and what keeps an entered value from being sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Properties = Mapping[str, Any]
"""The resolved properties of a component."""


class NotAccepted(ValueError):
    """The phone offers no way to enter this value. The text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value does not let the Footer open. `message` is shown under the field; empty where the client shows
    none.
    """

    reason: str
    message: str
