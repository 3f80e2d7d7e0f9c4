"""Why a value cannot be entered, and why an entered value cannot be sent."""

from dataclasses import dataclass


class NotAccepted(ValueError):
    """The phone offers no way to enter this value. The text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value keeps the Footer disabled. `message` is shown under the field; empty where the client shows none."""

    reason: str
    message: str
