"""What an endpoint tells those who watch it: one observation for each request that it answered."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """One request and how it was answered. Nothing of what people typed is in it.

    `action` and `screen` are empty when the request did not open. `began_at` is in seconds since 1970, `seconds` what
    it took. `misfit` says why the phone cannot use the answer, as far as the Flow is known; `error` is the name of a
    failure that the phone reported.
    """

    status: int
    began_at: float
    seconds: float
    action: str = ""
    screen: str = ""
    misfit: str | None = None
    error: str | None = None


Observer = Callable[[Observation], None]
