"""Observers for Prometheus and OpenTelemetry. Each imports its library when it is made, and not before.

endpoint = Endpoint(…, observers=[prometheus()])
"""

from typing import TYPE_CHECKING

from headrace.exchange.observations import Observation, Observer

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider
    from prometheus_client import CollectorRegistry

_MOST_NAMES = 200
_OTHER = "other"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_NANOSECONDS = 1_000_000_000


def prometheus(registry: "CollectorRegistry | None" = None) -> Observer:
    """Counts and times answers: `headrace_endpoint_seconds` by action, screen and status, and
    `headrace_endpoint_misfits_total` and `headrace_endpoint_error_notices_total`.

    Needs `prometheus-client`. Screens beyond the first 200 names are counted as "other": names come from outside.
    """
    from prometheus_client import REGISTRY, Counter, Histogram

    where = registry or REGISTRY
    seconds = Histogram(
        "headrace_endpoint_seconds",
        "How long requests took to answer.",
        ["action", "screen", "status"],
        registry=where,
        buckets=_BUCKETS,
    )
    misfits = Counter(
        "headrace_endpoint_misfits", "Answers that the phone cannot use.", ["action", "screen"], registry=where
    )
    notices = Counter("headrace_endpoint_error_notices", "Failures that phones reported.", ["error"], registry=where)
    screens, errors = _Names(), _Names()

    def observe(observation: Observation) -> None:
        screen = screens.bounded(observation.screen)
        seconds.labels(observation.action, screen, str(observation.status)).observe(observation.seconds)
        if observation.misfit is not None:
            misfits.labels(observation.action, screen).inc()
        if observation.error is not None:
            notices.labels(errors.bounded(observation.error)).inc()

    return observe


def opentelemetry(provider: "TracerProvider | None" = None) -> Observer:
    """Writes a span for each answer, below the span that is current: `flow INIT`, `flow data_exchange`, …

    Needs `opentelemetry-api`.
    """
    from opentelemetry.trace import SpanKind, Status, StatusCode, get_tracer

    tracer = get_tracer("headrace.exchange.endpoint", tracer_provider=provider)

    def observe(observation: Observation) -> None:
        begins = round(observation.began_at * _NANOSECONDS)
        span = tracer.start_span(f"flow {observation.action}".strip(), kind=SpanKind.SERVER, start_time=begins)
        span.set_attribute("http.response.status_code", observation.status)
        span.set_attribute("headrace.flow.screen", observation.screen)
        for name, words in (("misfit", observation.misfit), ("error", observation.error)):
            if words is not None:
                span.set_attribute(f"headrace.flow.{name}", words)
        if observation.status >= 500 or observation.misfit is not None:
            span.set_status(Status(StatusCode.ERROR))
        span.end(begins + round(observation.seconds * _NANOSECONDS))

    return observe


class _Names:
    def __init__(self) -> None:
        self._seen: set[str] = set()

    def bounded(self, name: str) -> str:
        if name not in self._seen:
            if len(self._seen) >= _MOST_NAMES:
                return _OTHER
            self._seen.add(name)
        return name
