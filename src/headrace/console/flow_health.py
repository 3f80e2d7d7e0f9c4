"""How the endpoint of a Flow does, in plain words against WhatsApp's thresholds.

On a box the figures are exact, by which it judges. Meta tells metrics only: a histogram of whole seconds, counts, and
nothing below 250 requests.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.whatsapp import WhatsAppRefused
from headrace.business.whatsapp.metrics import TOO_FEW, Metric, read_metric
from headrace.console.place import EndpointFigures
from headrace.exchange.health.rules import RULES, Rules

_LOOKED_BACK = timedelta(days=1)
_COUNTED = re.compile(r"from (\d+) requests.*has had (\d+)", re.DOTALL)
GOOD, WARNED, BAD = "published", "throttled", "blocked"


@dataclass(frozen=True)
class Reading:
    """One figure: what it is, how much, what the thresholds say of it, and the look of a status."""

    name: str
    value: str
    words: str
    look: str


@dataclass(frozen=True)
class HealthWords:
    """All that is known. Without readings `note` says why there are none."""

    readings: tuple[Reading, ...] = ()
    note: str = ""


def exact(figures: EndpointFigures, rules: Rules = RULES) -> HealthWords:
    """The figures of a box. What has too few samples to be judged by is told as that."""
    readings = []
    if figures.p90_milliseconds is not None:
        readings.append(latency(figures.p90_milliseconds, rules))
    if figures.endpoint_error_rate is not None:
        readings.append(_rate("Requests that failed", figures.endpoint_error_rate, rules.endpoint_error_rates))
    if figures.availability is not None:
        readings.append(_availability(figures.availability, rules))
    if figures.client_error_rate is not None:
        readings.append(_rate("Answers the phone could not use", figures.client_error_rate, rules.client_error_rates))
    minutes = round(rules.request_window_seconds / 60)
    note = f"{_many(figures.requests, 'request')} in {minutes} minutes, {_many(figures.pings, 'ping')} in "
    note += f"{round(rules.ping_window_seconds / 60)}."
    if figures.requests < rules.fewest_requests:
        note += f" WhatsApp judges by at least {rules.fewest_requests} requests and {rules.fewest_pings} pings."
    return HealthWords(tuple(readings), note)


def latency(p90_milliseconds: int, rules: Rules = RULES) -> Reading:
    """How fast nine of ten requests are answered, and which threshold that has reached."""
    seconds = p90_milliseconds / 1000
    return Reading("Nine of ten answers within", f"{seconds:.1f} s", *_latency_words(seconds, rules))


def _latency_words(seconds: float, rules: Rules) -> tuple[str, str]:
    low = rules.latencies_milliseconds[0] / 1000
    throttled = rules.throttling_p90_milliseconds / 1000
    if seconds >= throttled:
        return f"{throttled:g} s or more for half an hour: the Flow is throttled", BAD
    if seconds >= low:
        reached = max(limit / 1000 for limit in rules.latencies_milliseconds if limit / 1000 <= seconds)
        return f"WhatsApp warned at {reached:g} s; at {throttled:g} s it throttles", WARNED
    return f"WhatsApp warns at {low:g} s and throttles at {throttled:g} s", GOOD


def _rate(name: str, rate: float, limits: tuple[float, ...]) -> Reading:
    reached = [limit for limit in limits if rate >= limit]
    percent = f"{rate * 100:.3g} %"
    if not reached:
        return Reading(name, percent, f"WhatsApp warns at {limits[0] * 100:g} %", GOOD)
    if reached[-1] == limits[-1]:
        return Reading(name, percent, f"{limits[-1] * 100:g} % or more for half an hour: the Flow is throttled", BAD)
    words = f"WhatsApp warned at {reached[-1] * 100:g} %; at {limits[-1] * 100:g} % it throttles"
    return Reading(name, percent, words, WARNED)


def _availability(share: float, rules: Rules) -> Reading:
    limit, percent = f"{rules.availability * 100:g} %", f"{share * 100:.3g} %"
    if share >= rules.availability:
        return Reading("Pings answered", percent, f"below {limit} WhatsApp warns", GOOD)
    return Reading("Pings answered", percent, f"below {limit} for half an hour: the Flow is throttled", BAD)


async def told(context: BusinessContext, connection: Connection, flow_id: str) -> HealthWords:
    """What Meta's metrics of the last day say."""
    whatsapp, since = context.whatsapp(connection), (context.clock.now() - _LOOKED_BACK).date()
    wanted = (Metric.LATENCY, Metric.COUNT, Metric.ERROR_RATE, Metric.AVAILABILITY)
    try:
        counted = await asyncio.gather(*(read_metric(whatsapp, flow_id, name, since) for name in wanted))
    except WhatsAppRefused as refusal:
        return HealthWords(note=too_few(refusal) if refusal.code == TOO_FEW else refusal.message)
    return histogram(*counted)


def histogram(
    latencies: Mapping[str, float],
    requests: Mapping[str, float],
    errors: Mapping[str, float],
    pings: Mapping[str, float],
) -> HealthWords:
    """The readings of metrics, each summed over its points."""
    readings = []
    if (seconds := p90_bucket(latencies)) is not None:
        words, look = _latency_words(min(seconds, 11) - 0.5, RULES)
        between = "over 10 s" if seconds > 10 else f"between {seconds - 1} and {seconds} s"
        readings.append(Reading("Nine of ten answers (p90)", between, words, look))
    if "value" in errors:
        readings.append(_rate("Requests that failed", errors["value"], RULES.endpoint_error_rates))
    asked = pings.get("succeeded", 0) + pings.get("failed", 0)
    if asked:
        readings.append(_availability(pings.get("succeeded", 0) / asked, RULES))
    return HealthWords(tuple(readings), f"{_many(round(requests.get('value', 0)), 'request')} since yesterday.")


def p90_bucket(latencies: Mapping[str, float]) -> int | None:
    """The whole second within which nine of ten requests were answered; 11 stands for more than ten."""
    by_second = sorted((11 if key == "10+" else int(key), count) for key, count in latencies.items())
    total, so_far = sum(count for _, count in by_second), 0.0
    for second, count in by_second:
        so_far += count
        if so_far >= 0.9 * total:
            return second
    return None


def too_few(refusal: WhatsAppRefused) -> str:
    """WhatsApp tells no figures of a Flow that is seldom used; how many requests there were, where it says so."""
    counted = _COUNTED.search(refusal.details or "")
    if counted is None:
        return "Not enough traffic yet: WhatsApp tells figures from 250 requests on."
    return f"Not enough traffic yet ({counted[2]} of {counted[1]} requests)."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
