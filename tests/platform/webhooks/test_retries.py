"""The schedule on which an event is posted again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.platform.webhooks.retries import LONGEST, Waiting, next_attempt

pytestmark = pytest.mark.spec("webhooks.md §3.2")

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_dead_receiver_is_tried_on_the_documented_offsets() -> None:
    now, offsets = START, []
    while (following := next_attempt(START, START, now)) is not None:
        offsets.append((following - START).total_seconds())
        now = following
    hour = 3600
    assert offsets[:7] == [5, 30, 120, 600, hour, 7 * hour, 13 * hour]
    assert timedelta(seconds=offsets[-1]) <= LONGEST
    assert timedelta(seconds=offsets[-1] + 6 * hour) > LONGEST


def test_offsets_that_passed_during_a_slow_attempt_are_left_out() -> None:
    assert next_attempt(START, START, START + seconds(10)) == START + seconds(30)


def test_the_seven_days_count_from_the_event() -> None:
    first = START + LONGEST - seconds(60)
    assert next_attempt(START, first, first) == first + seconds(5)
    assert next_attempt(START, first, first + seconds(31)) is None


@given(st.integers(0, 8 * 24 * 3600), st.integers(0, 8 * 24 * 3600))
def test_the_next_attempt_lies_ahead_and_within_seven_days(first: int, passed: int) -> None:
    now = START + seconds(first + passed)
    following = next_attempt(START, START + seconds(first), now)
    assert following is None or now < following <= START + LONGEST


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (29, 120),  # nothing new since the last attempt: the schedule holds
        (30, 35),  # at the very same moment counts as new
        (31, 35),  # something new right after it: five seconds after it
        (60, 35),
    ],
)
def test_news_bring_the_head_forward(newest: int, due: int) -> None:
    waiting = Waiting(next_attempt_at=START + seconds(120), last_attempt_at=START + seconds(30))
    assert waiting.due_at(START + seconds(newest), START + seconds(1_000)) == START + seconds(due)


def test_an_event_that_was_never_tried_is_due_at_once() -> None:
    assert Waiting(None, None).due_at(START, START) is None


def test_an_event_with_nothing_behind_it_keeps_to_the_schedule() -> None:
    assert Waiting(START + seconds(120), START).due_at(None, START) == START + seconds(120)


def test_a_receiver_that_is_restarted_has_its_events_soon() -> None:
    now = START
    for _ in range(90):
        following = next_attempt(START, START, now, was_reached=False)
        assert following is not None
        assert following - now <= timedelta(seconds=10)
        now = following
    assert now >= START + timedelta(minutes=14)
    later = next_attempt(START, START, START + timedelta(minutes=16), was_reached=False)
    assert later == START + timedelta(hours=1)


def test_a_clock_that_was_set_back_makes_nothing_wait_for_its_old_time() -> None:
    waiting = Waiting(START + seconds(120), START)
    assert waiting.due_at(None, START - seconds(1)) is None
