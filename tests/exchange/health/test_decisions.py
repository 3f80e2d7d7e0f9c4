"""Alerts and changes of status, at their limits."""

import pytest

from headrace.exchange.health.alerts import alerts
from headrace.exchange.health.decisions import Reason, Standing, bad, is_clean, judge, outlook, severe
from headrace.exchange.health.rules import RULES
from headrace.exchange.health.samples import (
    Figures,
    NavigationSample,
    PingSample,
    RequestSample,
    measure,
    measure_all,
    percentile,
)

HALF_AN_HOUR = RULES.hold_seconds


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Figures(endpoint_error_rate=0.049), []),
        (Figures(endpoint_error_rate=0.05), [("ENDPOINT_ERROR_RATE", 0.05)]),
        (Figures(endpoint_error_rate=0.5), [("ENDPOINT_ERROR_RATE", one) for one in (0.05, 0.1, 0.5)]),
        (Figures(client_error_rate=0.1), [("CLIENT_ERROR_RATE", 0.05), ("CLIENT_ERROR_RATE", 0.1)]),
        (Figures(p90_milliseconds=999), []),
        (Figures(p90_milliseconds=5_000), [("ENDPOINT_LATENCY", 1_000), ("ENDPOINT_LATENCY", 5_000)]),
        (Figures(availability=0.9), []),
        (Figures(availability=0.899), [("ENDPOINT_AVAILABILITY", 0.9)]),
        (Figures(), []),
    ],
)
def test_alerts(figures: Figures, expected: list[tuple[str, float]]) -> None:
    assert [(alert.metric, alert.threshold) for alert in alerts(figures)] == expected


@pytest.mark.parametrize(
    ("figures", "is_bad", "is_severe", "clean"),
    [
        (Figures(), False, False, False),
        (Figures(endpoint_error_rate=0.049, p90_milliseconds=4_999, availability=0.9), False, False, True),
        (Figures(endpoint_error_rate=0.05), False, False, False),
        (Figures(endpoint_error_rate=0.499), False, False, False),
        (Figures(endpoint_error_rate=0.5), True, True, False),
        (Figures(p90_milliseconds=6_999), False, False, False),
        (Figures(p90_milliseconds=7_000), True, False, False),
        (Figures(p90_milliseconds=5_000), False, False, False),
        (Figures(availability=0.89), True, False, False),
        (Figures(availability=0.0), True, True, False),
        (Figures(availability=1.0), False, False, True),
    ],
)
def test_what_is_bad_severe_and_clean(figures: Figures, is_bad: bool, is_severe: bool, clean: bool) -> None:
    assert (bool(bad(figures)), bool(severe(figures)), is_clean(figures)) == (is_bad, is_severe, clean)


def test_one_step_at_a_time_and_back() -> None:
    standing, told = Standing(), []
    down, well = Figures(endpoint_error_rate=1.0, availability=0.0), Figures(availability=1.0)
    for minute in range(200):
        standing, change = judge(standing, down if minute < 100 else well, minute * 60)
        if change is not None:
            told.append((minute, change.old, change.new, bool(change.reasons)))
    assert told == [
        (30, "PUBLISHED", "THROTTLED", True),
        (60, "THROTTLED", "BLOCKED", True),
        (130, "BLOCKED", "THROTTLED", False),
        (160, "THROTTLED", "PUBLISHED", False),
    ]


def test_what_does_not_hold_changes_nothing() -> None:
    standing = Standing()
    for minute in range(300):
        figures = Figures(endpoint_error_rate=1.0 if minute % 30 else 0.0)
        standing, change = judge(standing, figures, minute * 60)
        assert change is None
    assert standing.status == "PUBLISHED"


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Figures(endpoint_error_rate=0.0, p90_milliseconds=120), []),
        (Figures(p90_milliseconds=7_400), [(HALF_AN_HOUR, "THROTTLED")]),
        (Figures(availability=0.5), [(HALF_AN_HOUR, "THROTTLED")]),
        (Figures(endpoint_error_rate=0.6), [(HALF_AN_HOUR, "THROTTLED"), (2 * HALF_AN_HOUR, "BLOCKED")]),
    ],
)
def test_the_outlook(figures: Figures, expected: list[tuple[float, str]]) -> None:
    assert [(at, change.new) for at, change in outlook(figures)] == expected


def test_reasons_name_the_figure_and_the_limit() -> None:
    (_, change), *_ = outlook(Figures(p90_milliseconds=7_400))
    assert change.reasons == (Reason("ENDPOINT_LATENCY", 7_400, 7_000),)


def test_figures_of_a_window() -> None:
    now = 10_000.0
    old = [RequestSample(now - 1_800, 9_000, "timeout_error")] * 50
    fresh = [RequestSample(now - 1_799, 100)] * 9
    assert measure([*old, *fresh], now, RULES) == Figures(requests=9)  # too few to judge by
    failing = [RequestSample(now, 10_000, "timeout_error"), RequestSample(now, 20, "response-decryption-error")]
    pings = [PingSample(now - 599, True)] * 4 + [PingSample(now, False)] + [PingSample(now - 600, False)]
    screens = [NavigationSample(now - 3_599, True)] * 5 + [NavigationSample(now, False)] * 5
    assert measure([*old, *fresh, *failing, *pings, *screens], now, RULES) == Figures(
        requests=11,
        pings=5,
        navigations=10,
        endpoint_error_rate=1 / 11,
        p90_milliseconds=100,
        availability=0.8,
        client_error_rate=0.5,
    )
    assert measure_all(old, RULES).endpoint_error_rate == 1.0


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 5), (90, 9), (91, 10), (100, 10)])
def test_percentiles_are_values_that_occurred(percent: float, expected: int) -> None:
    assert percentile(list(range(1, 11)), percent) == expected
