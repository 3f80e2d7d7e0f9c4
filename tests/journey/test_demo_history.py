"""What the demo's history is made of: scripts that can be read, times that are free, Flows and their mistakes."""

import importlib
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.journey.conftest import ROOT

from headrace.flowjson.checks import check
from headrace.platform.handsets.scripts import read_script

sys.path.insert(0, str(ROOT / "tools"))
demo_history: Any = importlib.import_module("demo_history")  # a script of the clone, which is no package

PERSONS = 60


def test_every_person_has_a_name_and_a_script_that_can_be_read() -> None:
    assert len(set(demo_history.NAMES)) == len(demo_history.NAMES) == PERSONS
    for number in range(PERSONS):
        rules = read_script(demo_history.script(number).encode())
        assert [rule.act for rule in rules] == ["do", "do", "do"]
    ratings = Counter(
        read_script(demo_history.script(number).encode())[0].content[0]["select"]["rating"] for number in range(PERSONS)
    )
    assert set(ratings) == {"very_good", "good", "fair", "poor"}


def test_nobody_books_the_time_of_another() -> None:
    booked = [
        (
            demo_history.SHOPS[number % 2],
            *demo_history.free_time("contact_lenses", demo_history.SHOPS[number % 2], number),
        )
        for number in range(37)
    ]
    by_day = Counter((shop, day) for shop, day, _ in booked)
    assert len(set(booked)) == len(booked)
    assert max(by_day.values()) <= 2


@pytest.mark.parametrize(
    ("file", "errors"),
    [
        ("insurance_claim.json", []),
        ("newsletter.json", []),
        (
            "prescription.json",
            ["INVALID_PROPERTY_KEY", "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME", "MISSING_REQUIRED_PROPERTY"],
        ),
        ("refer_a_friend.json", []),
        ("repair_status.json", []),
    ],
)
def test_the_flows_have_the_mistakes_they_are_for(file: str, errors: list[str]) -> None:
    text = (Path(demo_history.FLOWS) / file).read_text()
    assert json.loads(text)["version"] == ("5.0" if file == "newsletter.json" else "7.3")
    assert [error.code for error in check(text, today=date(2026, 12, 1)).errors] == errors
