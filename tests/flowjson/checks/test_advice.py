"""Warnings of our own: when they speak, and that good Flows are left alone."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from tests.conftest import corpus_documents

from headrace.flowjson.checks import RULES, check
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.fixing import fixes_of

TODAY = date(2026, 11, 22)
SHARE = 0.2


def test_there_are_enough_principles() -> None:
    assert sum(rule.startswith("design/") for rule in RULES) >= 14


def test_no_principle_is_held_against_many_official_documents() -> None:
    documents = corpus_documents("official")
    fired: Counter[str] = Counter()
    for path in documents:
        fired.update({one.rule for one in check(path.read_bytes(), today=TODAY).warnings})
    design = {rule: count for rule, count in fired.items() if rule.startswith("design/")}
    assert {rule: count for rule, count in design.items() if count > SHARE * len(documents)} == {}


def told(flow: dict[str, Any]) -> tuple[list[str], list[str]]:
    report = check(json.dumps(flow), today=TODAY)
    return [one.rule for one in report.errors], [one.rule for one in report.warnings]


def test_beside_an_error_advice_on_other_components_is_given() -> None:
    flow: dict[str, Any] = json.loads(page_of("phone/text-cut").wrong)
    first, *others = flow["screens"][0]["layout"]["children"]
    assert told(flow) == ([], ["phone/text-cut"])
    others[0]["lable"] = "Send"
    flow["comment"] = "x"
    assert len(told(flow)[0]) == 2
    assert told(flow)[1] == ["phone/text-cut"]
    first["lable"] = "Name"
    assert told(flow)[1] == [], "something is wrong with this one itself"


def test_beside_an_error_nothing_is_said_that_may_follow_from_it() -> None:
    flow: dict[str, Any] = json.loads(page_of("payloads/unread-answer").wrong)
    assert told(flow) == ([], ["payloads/unread-answer"])
    flow["screens"][0]["layout"]["children"].append({"type": "TextBdy", "text": "${form.name}"})
    assert told(flow)[1] == []


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


@pytest.mark.parametrize(
    ("properties", "speaks"),
    [
        ({"label": "E-mail (opcional)"}, True),
        ({"label": "Not (İsteğe Bağlı)"}, True),
        ({"label": "Notas(opcional)"}, True),
        ({"label": "备注（选填）"}, True),
        ({"label": "Atas nama - Opsional", "required": False}, True),
        ({"label": "Email (optional)", "required": True}, False),
        ({"label": "Email (optional)", "required": "${data.needed}"}, False),
        ({"label": "Optional extras"}, False),
        ({"label": "Payment options"}, False),
        ({"label": "(optional)"}, False),
    ],
)
def test_an_input_need_not_say_that_it_is_optional(properties: dict[str, Any], speaks: bool) -> None:
    flow = json.loads(page_of("design/optional-twice").wrong)
    flow["screens"][0]["layout"]["children"][0] |= properties
    flow["screens"][0]["data"] = {"needed": {"type": "boolean", "__example__": True}}
    found = [one.rule for one in check(json.dumps(flow), today=TODAY).warnings]
    assert ("design/optional-twice" in found) == speaks


def test_a_picture_that_has_to_be_taken_is_not_optional() -> None:
    flow = json.loads(page_of("design/optional-twice").wrong)
    picker = flow["screens"][0]["layout"]["children"][0]
    picker |= {"type": "PhotoPicker", "label": "Cake (optional)", "max-uploaded-photos": 1}
    assert "design/optional-twice" in [one.rule for one in check(json.dumps(flow), today=TODAY).warnings]
    picker["min-uploaded-photos"] = 1
    assert "design/optional-twice" not in [one.rule for one in check(json.dumps(flow), today=TODAY).warnings]


def test_each_end_of_a_range_is_looked_at_by_itself() -> None:
    flow = json.loads(page_of("design/optional-twice").wrong)
    flow["screens"][0]["layout"]["children"][0] |= {
        "type": "CalendarPicker",
        "mode": "range",
        "label": {"start-date": "From (optional)", "end-date": "Until (optional)"},
        "required": {"start-date": True},
    }
    report = check(json.dumps(flow), today=TODAY)
    [warning] = report.warnings
    assert warning.pointers[0].path[-2:] == ("label", "end-date")
    assert [fix.title for fix in fixes_of(report, warning)] == ["Write 'Until'"]


def test_an_input_whose_label_comes_as_data_is_called_by_its_name() -> None:
    flow = {
        "version": "7.3",
        "screens": [
            {
                "id": "CALL",
                "title": "Call back",
                "terminal": True,
                "data": {"label": {"type": "string", "__example__": "Phone"}},
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {"type": "TextInput", "name": "mobile", "label": "${data.label}", "input-type": "phone"},
                        {
                            "type": "Footer",
                            "label": "Call me back",
                            "on-click-action": {"name": "complete", "payload": {"mobile": "${form.mobile}"}},
                        },
                    ],
                },
            }
        ],
    }
    [warning] = check(json.dumps(flow), today=TODAY).warnings
    assert warning.rule == "design/format-not-told"
    assert warning.message.startswith("'mobile' takes a phone number")


@pytest.mark.parametrize(
    ("reader", "is_read"),
    [
        ({"type": "TextBody", "text": "${form.name}"}, True),
        ({"type": "TextBody", "text": "`'Hello ' ${form.name}`"}, True),
        ({"type": "If", "condition": "${form.name} == 'Ada'", "then": [{"type": "TextBody", "text": "Hello"}]}, True),
        ({"type": "TextBody", "text": "Hello"}, False),
    ],
)
def test_a_required_answer_is_read_somewhere(reader: dict[str, Any], is_read: bool) -> None:
    flow = json.loads(page_of("payloads/unread-answer").wrong)
    flow["screens"][0]["layout"]["children"].insert(1, reader)
    rules = [warning.rule for warning in check(json.dumps(flow), today=TODAY).warnings]
    assert ("payloads/unread-answer" not in rules) is is_read


@pytest.mark.parametrize(
    "asked",
    [
        {"type": "PhotoPicker", "min-uploaded-photos": 1},
        {"type": "DocumentPicker", "min-uploaded-documents": 2},
        {"type": "CheckboxGroup", "min-selected-items": 1, "data-source": [{"id": "a", "title": "A"}]},
        {
            "type": "CalendarPicker",
            "mode": "range",
            "label": {"start-date": "From", "end-date": "To"},
            "required": {"start-date": True, "end-date": False},
        },
    ],
    ids=lambda asked: asked["type"],
)
def test_whatever_shuts_the_footer_has_to_be_read_somewhere(asked: dict[str, Any]) -> None:
    flow = json.loads(page_of("payloads/unread-answer").wrong)
    [screen] = flow["screens"]
    screen["layout"]["children"][0] = {"name": "lost", "label": "Lost", **asked}
    assert "payloads/unread-answer" in [warning.rule for warning in check(json.dumps(flow), today=TODAY).warnings]


def test_a_written_message_is_told_also_beside_one_that_is_bound() -> None:
    flow = json.loads(page_of("phone/literal-message").wrong)
    [screen] = flow["screens"]
    asked, *rest = screen["layout"]["children"]
    asked.pop("error-message", None)
    form: dict[str, Any] = {"type": "Form", "name": "form", "children": [asked, *rest]}
    form["error-messages"] = {asked["name"]: "Written", "other": "${data.message}"}
    screen["data"] = {"message": {"type": "string", "__example__": "Sent"}}
    screen["layout"]["children"] = [form]
    assert "phone/literal-message" in [warning.rule for warning in check(json.dumps(flow), today=TODAY).warnings]


def test_an_endpoint_is_not_called_needless_while_an_answer_is_lost() -> None:
    flow = json.loads(page_of("design/needless-endpoint").wrong)
    asked = {"type": "TextInput", "name": "lost", "label": "Lost", "required": True}
    flow["screens"][0]["layout"]["children"].insert(0, asked)
    rules = {warning.rule for warning in check(json.dumps(flow), today=TODAY).warnings}
    assert "payloads/unread-answer" in rules
    assert "design/needless-endpoint" not in rules


@pytest.mark.parametrize("name", ["screen", "action"])
def test_only_an_endpoint_never_gets_the_members_of_the_envelope(name: str) -> None:
    flow = json.loads(page_of("payloads/envelope-member").wrong)
    action = flow["screens"][0]["layout"]["children"][1]["on-click-action"]
    action["payload"] = {name: "${form.name}"}
    [warning] = check(json.dumps(flow), today=TODAY).warnings
    assert warning.rule == "payloads/envelope-member"
    del flow["data_api_version"], flow["routing_model"]
    action["name"] = "complete"
    assert check(json.dumps(flow), today=TODAY).warnings == []
