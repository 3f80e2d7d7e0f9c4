"""A large Flow JSON is checked beside everything else, and what is wrong with it stays short."""

import json
from datetime import date
from typing import Any

import pytest

from headrace.platform.flows import examination
from headrace.platform.flows.drafts import judged
from headrace.platform.flows.examination import examine
from headrace.protocol import LISTED_ERRORS

pytestmark = pytest.mark.anyio

TODAY = date(2026, 12, 1)


def broken(screens: int) -> bytes:
    """A Flow with three errors on every screen."""
    layout = {"type": "SingleColumLayout", "children": [{"type": "TextInptu", "name": "a", "labl": "x"}]}
    each = [{"id": f"SCREEN_{number}", "titel": "x", "layout": layout} for number in range(screens)]
    return json.dumps({"version": "7.3", "screens": each}).encode()


def test_of_very_many_errors_the_first_are_listed() -> None:
    few, many = judged(broken(3), TODAY), judged(broken(2_000), TODAY)
    assert few.errors_left_out == 0
    assert few.validation_errors
    assert len(many.validation_errors) == LISTED_ERRORS
    assert many.errors_left_out > 1_000
    assert len(json.dumps(many.validation_errors)) < 200_000


def test_one_error_in_very_many_or_very_deep_places_is_short() -> None:
    long_name = "x" * 100_000
    screen = {"id": "A", "layout": {"type": "SingleColumnLayout", "children": []}, "data": {long_name: {"type": 1}}}
    draft = judged(json.dumps({"version": "7.3", "screens": [screen] * 60}).encode(), TODAY)
    assert draft.validation_errors
    assert len(json.dumps(draft.validation_errors)) < 1_000_000


async def test_a_process_of_its_own_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    large = broken(600)
    assert len(large) > 64 * 1024
    monkeypatch.setattr(examination, "judged", None)  # nothing is checked here
    assert await examine(large, TODAY) == judged(large, TODAY)


async def test_what_cannot_be_checked_in_time_is_an_error_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "_LONGEST_SECONDS", 0.0)
    draft = await examine(b"[" * 100_000, TODAY)
    entry: dict[str, Any] = draft.validation_errors[0]
    assert (entry["error"], draft.is_valid, len(draft.text)) == ("INVALID_FLOW_JSON", False, 100_000)
