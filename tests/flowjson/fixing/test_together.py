"""Very many mistakes: their fixes take a few checks of the text, not one or more for each."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing import fixes_of, mend, together, trials

TODAY = date(2026, 11, 22)
Component = dict[str, Any]


def flow(count: int, spoil: Callable[[Component, int], Any]) -> str:
    """Screens of twenty inputs each, every one of them spoiled."""
    screens = []
    last = count // 20 - 1
    names = [f"S_{chr(65 + index // 26)}{chr(65 + index % 26)}" for index in range(last + 1)]
    for index, name in enumerate(names):
        inputs: list[Component] = []
        for number in range(20):
            component: Component = {"type": "TextInput", "name": f"n{index}_{number}", "label": f"Question {number}"}
            spoil(component, index * 20 + number)
            inputs.append(component)
        action: Component = {"name": "complete", "payload": {}}
        if index < last:
            action = {"name": "navigate", "next": {"type": "screen", "name": names[index + 1]}, "payload": {}}
        footer = {"type": "Footer", "label": "Continue", "on-click-action": action}
        layout = {"type": "SingleColumnLayout", "children": [*inputs, footer]}
        screens.append({"id": name, "title": "Title", "terminal": index == last, "layout": layout})
    return json.dumps({"version": "7.3", "screens": screens}, indent=2)


def misspelt(component: Component, number: int) -> None:
    component["requird"] = True


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts were checked while trying fixes."""
    checked: list[int] = []

    def counting(document: Document, **options: Any) -> Report:
        checked.append(len(document.text))
        return check(document, **options)

    monkeypatch.setattr(trials, "check", counting)
    return checked


def judge(document: Document) -> Report:
    return check(document, today=TODAY)


@pytest.mark.parametrize("count", [100, 400])
def test_all_are_mended_with_a_few_checks(count: int, counted: list[int]) -> None:
    report = judge(parse(flow(count, misspelt)))
    assert len(report.errors) == count
    assert all(fixes_of(report, error) for error in report.errors)
    assert len(counted) <= 4
    assert judge(parse(mend(report.document, judge).text)).errors == []


def test_what_cannot_be_mended_stands_in_nobodys_way_for_long(counted: list[int]) -> None:
    def spoil(component: Component, number: int) -> None:
        if number % 7:
            component["requird"] = True
        else:
            component["visible"] = f"`${{form.nothing_{number}}} == 'x'`"
            component["requird"] = "${data.nothing}"

    report = judge(parse(flow(400, spoil)))
    fixed = [error for error in report.errors if fixes_of(report, error)]
    assert fixed
    assert len(counted) <= together.MOST_CHECKED + trials.MOST_ALONE * trials.MOST_TRIALS


def test_the_fixes_are_those_of_each_mistake_alone() -> None:
    report = judge(parse(flow(40, misspelt)))
    for error in report.errors:
        [fix, *_] = fixes_of(report, error)
        alone = trials._tried(report, error)
        assert fix == alone[0]


def test_a_few_are_looked_at_more_thoroughly() -> None:
    def spoil(component: Component, number: int) -> None:
        if number < together.FEW:
            component["requird"] = True

    report = judge(parse(flow(20, spoil)))
    assert all(len(fixes_of(report, error)) == 2 for error in report.errors)
