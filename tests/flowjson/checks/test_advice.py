"""Warnings of our own: when they speak, and that good Flows are left alone."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from tests.conftest import corpus_documents

from headrace.flowjson.checks import RULES, check
from headrace.flowjson.checks.pages import page_of

TODAY = date(2026, 11, 22)
SHARE = 0.2


def test_there_are_enough_principles() -> None:
    assert sum(rule.startswith("design/") for rule in RULES) >= 14


def test_no_principle_is_held_against_many_official_documents() -> None:
    documents = corpus_documents("official")
    if not documents:
        pytest.skip("no corpus of Flow JSON; set HEADRACE_CORPUS to its folder")
    fired: Counter[str] = Counter()
    for path in documents:
        fired.update({one.rule for one in check(path.read_bytes(), today=TODAY).warnings})
    design = {rule: count for rule, count in fired.items() if rule.startswith("design/")}
    assert {rule: count for rule, count in design.items() if count > SHARE * len(documents)} == {}


def test_while_there_is_an_error_no_advice_is_given() -> None:
    flow: dict[str, Any] = json.loads(page_of("design/message-in-one-line").wrong)
    assert [one.rule for one in check(json.dumps(flow), today=TODAY).warnings] == ["design/message-in-one-line"]
    flow["comment"] = "x"
    report = check(json.dumps(flow), today=TODAY)
    assert [one.rule for one in report.errors] == ["structure/unknown-property"]
    assert report.warnings == []


@pytest.mark.parametrize(("today", "speaks"), [(date(2025, 1, 7), False), (date(2025, 1, 8), True)])
def test_a_version_is_warned_of_ninety_days_before_it_freezes(today: date, speaks: bool) -> None:
    text = page_of("version/freezes-soon").wrong
    assert [one.rule for one in check(text, today=today).warnings] == ["version/freezes-soon"] * speaks


@pytest.mark.parametrize(
    ("label", "rule"),
    [("Birthday", "design/date-as-text"), ("Date of arrival", "design/date-as-text"), ("Keep me up to date", None)],
)
def test_a_date_is_known_by_its_words(label: str, rule: str | None) -> None:
    flow = json.loads(page_of("design/date-as-text").wrong)
    flow["screens"][0]["layout"]["children"][0] |= {"label": label, "name": "answer"}
    found = [one.rule for one in check(json.dumps(flow), today=TODAY).warnings]
    assert found == ([rule] if rule else [])
