"""Fixes: what they change, and that they are only worked out when somebody looks."""

import json
from datetime import date
from typing import Any

import pytest

from headrace.flowjson.checks import check
from headrace.flowjson.checks.mending import Mending
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.document import parse
from headrace.flowjson.editing.fixing import apply_fix

TODAY = date(2026, 11, 22)


def mended(text: str) -> tuple[str, Any]:
    """The title of the first fix of the only error, and the value of the text with it."""
    report = check(text, today=TODAY)
    [error] = report.errors
    fix = error.fixes[0]
    return fix.title, parse(apply_fix(report.document, fix)).value


def component(**properties: Any) -> str:
    footer = {
        "type": "Footer",
        "label": "Order the bread",
        "on-click-action": {"name": "complete", "payload": {"name": "${form.name}"}},
    }
    children = [{"type": "TextInput", "name": "name", "label": "Name", **properties}, footer]
    layout = {"type": "SingleColumnLayout", "children": children}
    data = {"hint": {"type": "string", "__example__": "As on the door"}}
    screen = {"id": "ORDER", "title": "Order", "terminal": True, "data": data, "layout": layout}
    return json.dumps({"version": "7.3", "screens": [screen]}, indent=2)


@pytest.mark.parametrize(
    ("properties", "title", "name", "value"),
    [
        ({"helper_text": "x"}, "Write 'helper-text'", "helper-text", "x"),
        ({"placeholder": "x"}, "Remove 'placeholder'", "placeholder", None),
        ({"min-chars": "10"}, "Write 10", "min-chars", 10),
        ({"required": "true"}, "Write true", "required", True),
        ({"input-type": "tel"}, "Write 'phone'", "input-type", "phone"),
        ({"type": "TextInptu"}, "Write 'TextInput'", "type", "TextInput"),
        ({"helper-text": "${data.hitn}"}, "Write ${data.hint}", "helper-text", "${data.hint}"),
        ({"label": ""}, "Fill in 'label'", "label", "Name"),
    ],
)
def test_a_property_is_mended(properties: dict[str, Any], title: str, name: str, value: Any) -> None:
    told, flow = mended(component(**properties))
    assert told == title
    assert flow["screens"][0]["layout"]["children"][0].get(name) == value


def test_only_the_needed_place_changes() -> None:
    text = component(helper_text="x").replace('"title": "Order"', '"title":   "Order"')
    report = check(text, today=TODAY)
    after = apply_fix(report.document, report.errors[0].fixes[0])
    assert after == text.replace('"helper_text"', '"helper-text"')


def test_every_fix_of_the_pages_removes_its_mistake() -> None:
    for rule in ("routing/missing-route", "payloads/not-sent-to-next", "forms/duplicate-name", "data/missing-property"):
        page = page_of(rule)
        report = check(page.wrong, today=page.today)
        for fix in report.errors[0].fixes:
            assert check(apply_fix(report.document, fix), today=page.today).errors == []


def test_fixes_are_worked_out_at_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    worked_out = Mending.fixes

    def noted(self: Mending, job: Any) -> Any:
        asked.append(job.rule)
        return worked_out(self, job)

    monkeypatch.setattr(Mending, "fixes", noted)
    report = check(component(placeholder="x"), today=TODAY)
    assert asked == []
    assert [len(error.fixes) for error in report.errors] == [1]
    assert report.errors[0].fixes
    assert asked == ["structure/unknown-component-property"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('{"version": "7.3", "screens": [', "Insert the missing ]}"),
        ('{"version": "7.3", "screens": ' + "[" * 100, "Insert the missing 101 brackets"),
    ],
)
def test_titles_are_short_also_for_deep_nests(text: str, title: str) -> None:
    [fix, *_] = next(one for one in check(text, today=TODAY).errors if one.rule == "syntax/unclosed").fixes
    assert fix.title == title


def test_titles_of_long_names_are_cut() -> None:
    text = component().replace('"ORDER"', f'"{"ORDER_" * 60}"').replace("${form.name}", "${data.none}")
    for error in check(text, today=TODAY).errors:
        assert error.fixes
        assert all(len(fix.title) <= 80 for fix in error.fixes)
