"""What is measured of a Flow's endpoint, and the figures it comes to."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from headrace.exchange.health.rules import Rules
from headrace.protocol import FAILURES


@dataclass(frozen=True, slots=True)
class RequestSample:
    """One request to the endpoint. `at` is in seconds; `error_type` is WhatsApp's name for what went wrong."""

    at: float
    milliseconds: int
    error_type: str | None = None


@dataclass(frozen=True, slots=True)
class PingSample:
    """One ping, by which WhatsApp asks whether the endpoint is there."""

    at: float
    is_well: bool


@dataclass(frozen=True, slots=True)
class NavigationSample:
    """One screen that a phone was to show after an answer; it failed when the answer could not be used."""

    at: float
    failed: bool


Sample = RequestSample | PingSample | NavigationSample


@dataclass(frozen=True, slots=True)
class Figures:
    """What samples come to. A figure is None where there are too few samples to judge by.

    Rates are between 0 and 1. `p90_milliseconds` is the time within which nine of ten requests were answered.
    """

    requests: int = 0
    pings: int = 0
    navigations: int = 0
    endpoint_error_rate: float | None = None
    p90_milliseconds: int | None = None
    availability: float | None = None
    client_error_rate: float | None = None


ENDPOINT_ERRORS = frozenset(name for name, failure in FAILURES.items() if failure.counts_against_endpoint)
"""Error types that count against the endpoint; the others are the phone's (docs/lifecycle.md)."""


def measure(samples: Iterable[Sample], now: float, rules: Rules) -> Figures:
    """The figures at a moment: of each kind, the samples of its window that ends then."""
    requests: list[RequestSample] = []
    pings: list[PingSample] = []
    navigations: list[NavigationSample] = []
    for sample in samples:
        age = now - sample.at
        if isinstance(sample, RequestSample):
            if 0 <= age < rules.request_window_seconds:
                requests.append(sample)
        elif isinstance(sample, PingSample):
            if 0 <= age < rules.ping_window_seconds:
                pings.append(sample)
        elif 0 <= age < rules.navigation_window_seconds:
            navigations.append(sample)
    return _figures(requests, pings, navigations, rules)


def measure_all(samples: Iterable[Sample], rules: Rules) -> Figures:
    """The figures of all samples, as if each kind had come within one window."""
    listed = list(samples)
    return _figures(
        [one for one in listed if isinstance(one, RequestSample)],
        [one for one in listed if isinstance(one, PingSample)],
        [one for one in listed if isinstance(one, NavigationSample)],
        rules,
    )


def percentile(ordered: list[int], percent: float) -> int:
    """The smallest of ordered values that at least so many percent do not exceed (nearest rank)."""
    return ordered[max(1, math.ceil(len(ordered) * percent / 100)) - 1]


def _figures(
    requests: list[RequestSample], pings: list[PingSample], navigations: list[NavigationSample], rules: Rules
) -> Figures:
    enough_requests = len(requests) >= rules.fewest_requests
    return Figures(
        requests=len(requests),
        pings=len(pings),
        navigations=len(navigations),
        endpoint_error_rate=(
            _share(one.error_type in ENDPOINT_ERRORS for one in requests) if enough_requests else None
        ),
        p90_milliseconds=percentile(sorted(one.milliseconds for one in requests), 90) if enough_requests else None,
        availability=_share(one.is_well for one in pings) if len(pings) >= rules.fewest_pings else None,
        client_error_rate=(
            _share(one.failed for one in navigations) if len(navigations) >= rules.fewest_requests else None
        ),
    )


def _share(flags: Iterable[bool]) -> float:
    listed = list(flags)
    return sum(listed) / len(listed)
