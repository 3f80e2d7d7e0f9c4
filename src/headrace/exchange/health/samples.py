"""What is measured of a Flow's endpoint, and the figures it comes to."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Counts:
    """Samples counted: what figures are made of. `endpoint_errors` and `client_errors` count failures by their
    types. The latencies are those that half and nine tenths of the requests did not exceed; None without requests.
    """

    requests: int = 0
    endpoint_errors: Mapping[str, int] = field(default_factory=dict)
    p50_milliseconds: int | None = None
    p90_milliseconds: int | None = None
    pings: int = 0
    failed_pings: int = 0
    navigations: int = 0
    client_errors: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed_requests(self) -> int:
        return sum(self.endpoint_errors.values())

    @property
    def failed_navigations(self) -> int:
        return sum(self.client_errors.values())


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


def figures_of(counts: Counts, rules: Rules) -> Figures:
    """The figures that counted samples come to."""
    enough_requests = counts.requests >= rules.fewest_requests
    return Figures(
        requests=counts.requests,
        pings=counts.pings,
        navigations=counts.navigations,
        endpoint_error_rate=counts.failed_requests / counts.requests if enough_requests else None,
        p90_milliseconds=counts.p90_milliseconds if enough_requests else None,
        availability=(counts.pings - counts.failed_pings) / counts.pings
        if counts.pings >= rules.fewest_pings
        else None,
        client_error_rate=(
            min(1.0, counts.failed_navigations / counts.navigations)
            if counts.navigations >= rules.fewest_requests
            else None
        ),
    )


def _figures(
    requests: list[RequestSample], pings: list[PingSample], navigations: list[NavigationSample], rules: Rules
) -> Figures:
    times = sorted(one.milliseconds for one in requests)
    failed = sum(one.failed for one in navigations)
    counts = Counts(
        requests=len(requests),
        endpoint_errors=Counter(
            one.error_type for one in requests if one.error_type and one.error_type in ENDPOINT_ERRORS
        ),
        p90_milliseconds=percentile(times, 90) if times else None,
        pings=len(pings),
        failed_pings=sum(not one.is_well for one in pings),
        navigations=len(navigations),
        client_errors={"failed": failed} if failed else {},
    )
    return figures_of(counts, rules)
