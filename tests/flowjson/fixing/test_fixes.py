"""Fixes: what they change, and that they are only worked out when somebody looks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from headrace.flowjson.checks import RULES, check
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.document import parse
from headrace.flowjson.fixing import apply_fix, fixes_of, mend
from headrace.flowjson.fixing.fix_context import FixContext
from headrace.flowjson.fixing.proposals import Proposed, proposals

TODAY = date(2026, 11, 22)


def mended(text: str) -> tuple[str, Any]:
    """The title of the first fix of the only error, and the value of the text with it."""
    report = check(text, today=TODAY)
    [error] = report.errors
    fix = fixes_of(report, error)[0]
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
        ({"colour": "x"}, "Remove 'colour'", "colour", None),
        ({"placeholder": "x"}, "Write 'helper-text'", "helper-text", "x"),
        ({"max-length": 20}, "Write 'max-chars'", "max-chars", 20),
        ({"value": "Ada"}, "Write 'init-value'", "init-value", "Ada"),
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
    after = apply_fix(report.document, fixes_of(report, report.errors[0])[0])
    assert after == text.replace('"helper_text"', '"helper-text"')


def test_every_fix_of_the_pages_removes_its_mistake() -> None:
    for rule in ("routing/missing-route", "payloads/not-sent-to-next", "forms/duplicate-name", "data/missing-property"):
        page = page_of(rule)
        report = check(page.wrong, today=page.today)
        for fix in fixes_of(report, report.errors[0]):
            assert check(apply_fix(report.document, fix), today=page.today).errors == []


def conditional(condition: str, version: str = "7.3") -> str:
    """A Flow with an If, and data of every plain type for its condition."""
    data = {
        "fresh": {"type": "boolean", "__example__": True},
        "sliced": {"type": "boolean", "__example__": True},
        "rolls": {"type": "number", "__example__": 3},
        "bread": {"type": "string", "__example__": "Rye"},
    }
    shown = {"type": "If", "condition": condition, "then": [{"type": "TextBody", "text": "Fresh"}]}
    footer = {"type": "Footer", "label": "Order the bread", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [shown, footer]}
    screen = {"id": "ORDER", "title": "Order", "terminal": True, "data": data, "layout": layout}
    return json.dumps({"version": version, "screens": [screen]}, indent=2)


@pytest.mark.parametrize(
    ("condition", "meant"),
    [
        ("${data.rolls} > 1.5", "`${data.rolls} > 1.5`"),
        ("${data.rolls} + 1 > 2", "`${data.rolls} + 1 > 2`"),
        ("${data.rolls} > 1 == ${data.fresh}", "(${data.rolls} > 1) == ${data.fresh}"),
        ("1 < ${data.rolls} < 5", "1 < ${data.rolls} && ${data.rolls} < 5"),
        ("${data.fresh} == yes", "${data.fresh} == true"),
        ("${data.fresh} == False", "${data.fresh} == false"),
        ("${data.fresh} == 'no'", "${data.fresh} == false"),
        ("${data.bread} == rye", "${data.bread} == 'rye'"),
        ("${data.bread} == 2", "${data.bread} == '2'"),
        ("${data.rolls} == '2'", "${data.rolls} == 2"),
        ("${data.bread} == null", "${data.bread} == ''"),
        ('${data.bread} == "rye"', "${data.bread} == 'rye'"),
        ("${data.bread} == 'rye' || 'roll'", "${data.bread} == 'rye' || ${data.bread} == 'roll'"),
        ("${data.bread} == 'rye && ${data.fresh}", "${data.bread} == 'rye' && ${data.fresh}"),
        ("(${data.bread} == 'rye)", "(${data.bread} == 'rye')"),
        ("${data.bread} = 'a & b'", "${data.bread} == 'a & b'"),
        ("${data.rolls} => 2", "${data.rolls} >= 2"),
        ("data.fresh && ${data.sliced}", "${data.fresh} && ${data.sliced}"),
        ("{{data.fresh}}", "${data.fresh}"),
        ("${fresh}", "${data.fresh}"),
        ("${data.bread}", "${data.bread} != ''"),
        ("!${data.rolls}", "${data.rolls} == 0"),
        ("${data.fresh} && ${data.bread}", "${data.fresh} && (${data.bread} != '')"),
        ("(${data.fresh} && ${data.sliced}", "(${data.fresh} && ${data.sliced})"),
        ("(${data.fresh} && ) || ${data.sliced}", "(${data.fresh}) || ${data.sliced}"),
    ],
)
def test_a_condition_keeps_its_meaning(condition: str, meant: str) -> None:
    _, flow = mended(conditional(condition))
    assert flow["screens"][0]["layout"]["children"][0]["condition"] == meant


@pytest.mark.parametrize(
    ("condition", "version"),
    [
        ("${data.bread} > 2", "7.3"),
        ("${data.rolls} == 'two'", "7.3"),
        ("${data.rolls} >", "7.3"),
        ("${data.fresh} ==", "7.3"),
        ("${data.rolls} > -", "7.3"),
        ("${data.rolls} > 1.5", "5.1"),
        ("${data.fresh} ${data.sliced}", "7.3"),
        ("${data.fresh} ? 1", "7.3"),
        ("(${data.fresh} && ${data.sliced} || ${data.fresh}", "7.3"),
    ],
)
def test_of_a_condition_nobody_understands_nothing_is_made(condition: str, version: str) -> None:
    report = check(conditional(condition, version), today=TODAY)
    [error] = report.errors
    assert list(fixes_of(report, error)) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("`${data.count} + 1`", "`'' (${data.count} + 1)`"),
        ("`${data.hint} + ' and ' + ${data.hint}`", "`${data.hint} ' and ' ${data.hint}`"),
        ("`-${data.hint}`", None),
        ("`upper(${data.hint})`", None),
        ("`${data.count} +`", None),
        ("`${data.hint} ? 'a' : 'b'`", None),
    ],
)
def test_an_expression_keeps_its_meaning(text: str, meant: str | None) -> None:
    flow = json.loads(component(**{"helper-text": text}))
    flow["screens"][0]["data"]["count"] = {"type": "number", "__example__": 1}
    report = check(json.dumps(flow), today=TODAY)
    [error] = report.errors
    fixes = [parse(apply_fix(report.document, fix)).value for fix in fixes_of(report, error)]
    shown = [one["screens"][0]["layout"]["children"][0]["helper-text"] for one in fixes]
    assert shown == ([meant] if meant else [])


def two_screens(sent: dict[str, Any], declared: dict[str, Any], text: str = "Thank you") -> str:
    """A Flow that goes from ORDER, with an input `name`, to REVIEW."""
    action = {"name": "navigate", "next": {"type": "screen", "name": "REVIEW"}, "payload": sent}
    children = [
        {"type": "TextInput", "name": "name", "label": "Name"},
        {"type": "Footer", "label": "Look it over", "on-click-action": action},
    ]
    order = {"id": "ORDER", "title": "Order", "layout": {"type": "SingleColumnLayout", "children": children}}
    children = [
        {"type": "TextBody", "text": text},
        {"type": "Footer", "label": "Order the bread", "on-click-action": {"name": "complete", "payload": {}}},
    ]
    layout = {"type": "SingleColumnLayout", "children": children}
    review = {"id": "REVIEW", "title": "Review", "terminal": True, "data": declared, "layout": layout}
    return json.dumps({"version": "7.3", "screens": [order, review]}, indent=2)


def payload_of(flow: Any) -> Any:
    return flow["screens"][0]["layout"]["children"][-1]["on-click-action"]["payload"]


def test_an_example_is_never_sent_to_people() -> None:
    """What the next screen expects comes from a field or an input of that name, and else stays empty."""
    declared = {
        "name": {"type": "string", "__example__": "Ada"},
        "street": {"type": "string", "__example__": "Mill Lane"},
        "rolls": {"type": "number", "__example__": 12},
    }
    title, flow = mended(two_screens({}, declared))
    assert title == "Send 'name', and send 'street', 'rolls' empty"
    assert payload_of(flow) == {"name": "${form.name}", "street": "", "rolls": 0}


def test_what_an_earlier_screen_asked_for_is_sent_from_there() -> None:
    flow = json.loads(two_screens({}, {}))
    review = flow["screens"][1]
    action = {"name": "navigate", "next": {"type": "screen", "name": "NOTE"}, "payload": {}}
    note = json.loads(json.dumps({**review, "id": "NOTE", "data": {"name": {"type": "string", "__example__": "Ada"}}}))
    del review["terminal"], review["data"]
    review["layout"]["children"][-1]["on-click-action"] = action
    title, flow = mended(json.dumps({**flow, "screens": [*flow["screens"], note]}))
    sent = flow["screens"][1]["layout"]["children"][-1]["on-click-action"]["payload"]
    assert (title, sent) == ("Send 'name'", {"name": "${screen.ORDER.form.name}"})


def test_a_new_field_is_sent_without_its_example() -> None:
    title, flow = mended(two_screens({}, {}, "${data.street}"))
    assert title == "Declare 'street' in the data model of REVIEW, and send it empty from ORDER"
    assert payload_of(flow) == {"street": ""}
    report = check(two_screens({}, {}, "${data.name}"), today=TODAY)
    elsewhere, declared = fixes_of(report, report.errors[0])
    assert elsewhere.title == "Write ${screen.ORDER.form.name}"
    assert declared.title == "Declare 'name' in the data model of REVIEW"
    assert payload_of(parse(apply_fix(report.document, declared)).value) == {"name": "${form.name}"}


def test_what_the_next_screen_shows_is_declared_there_instead_of_no_longer_sent() -> None:
    report = check(two_screens({"name": "${form.name}"}, {}, "${data.name}"), today=TODAY)
    sent = next(one for one in report.errors if one.rule == "payloads/not-declared-by-next")
    assert fixes_of(report, sent)[0].title == "Declare 'name' in the data model"
    done = mend(report.document, lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    assert payload_of(parse(done.text).value) == {"name": "${form.name}"}


def test_where_nobody_goes_yet_a_way_leads() -> None:
    """Of two other screens it could be both, and a machine does not choose."""
    flow = json.loads(two_screens({}, {}).replace('"name": "REVIEW"', '"name": "PRICES"'))
    title, _ = mended(json.dumps(flow))
    assert title == "Lead to REVIEW"
    flow["screens"].append({**flow["screens"][1], "id": "NOTE"})
    report = check(json.dumps(flow), today=TODAY)
    [error] = [error for error in report.errors if error.rule.startswith("actions/")]
    assert fixes_of(report, error) == ()


def test_what_others_call_otherwise_is_kept() -> None:
    """Options with a label and a value, a default within a Form: nothing of it is lost."""
    flow = json.loads(component())
    choice = {"type": "Dropdown", "name": "bread", "label": "Bread", "options": [{"value": "rye", "label": "Rye"}]}
    typed = {"type": "TextInput", "name": "name", "label": "Name", "default-value": "Ada"}
    children = flow["screens"][0]["layout"]["children"]
    children[:] = [{"type": "Form", "name": "form", "children": [typed, choice, children[-1]]}]
    done = mend(parse(json.dumps(flow)), lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    [form] = parse(done.text).value["screens"][0]["layout"]["children"]
    assert form["init-values"] == {"name": "Ada"}
    assert form["children"][1]["data-source"] == [{"id": "rye", "title": "Rye"}]


def test_a_link_goes_on_leading_to_its_address() -> None:
    flow = json.loads(component())
    link = {"type": "EmbeddedLink", "text": "Our shops", "url": "https://bakery.example"}
    flow["screens"][0]["layout"]["children"].insert(0, link)
    done = mend(parse(json.dumps(flow)), lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    link = parse(done.text).value["screens"][0]["layout"]["children"][0]
    assert link["on-click-action"] == {"name": "open_url", "url": "https://bakery.example"}


@pytest.mark.parametrize("properties", [{"invisible": True}, {"type": "DatePicker", "available-dates": ["2026-12-01"]}])
def test_the_opposite_of_a_property_is_not_that_property(properties: dict[str, Any]) -> None:
    report = check(component(**properties), today=TODAY)
    [error] = report.errors
    assert (error.explanation, list(fixes_of(report, error))) == ("", [])


@pytest.mark.parametrize(("required", "least"), [(True, 1), (False, None)])
def test_a_picture_stays_required(required: bool, least: int | None) -> None:
    picture = {"type": "PhotoPicker", "max-uploaded-photos": 1, "max-file-size-kb": 100, "required": required}
    _, flow = mended(component(**picture))
    picker = flow["screens"][0]["layout"]["children"][0]
    assert (picker.get("min-uploaded-photos"), "required" in picker) == (least, False)


def test_ends_are_reached_from_a_screen_that_goes_on() -> None:
    flow = json.loads(page_of("routing/not-connected").right)
    first, last = flow["screens"][0], flow["screens"][-1]
    flow["screens"] = [first, *({**last, "id": name, "terminal": True} for name in ("DONE", "GONE", "FAILED"))]
    flow["routing_model"] = {first["id"]: ["DONE"], "DONE": [], "GONE": [], "FAILED": []}
    report = check(json.dumps(flow), today=TODAY)
    [lonely] = [one for one in report.errors if one.rule == "routing/not-connected"]
    after = parse(apply_fix(report.document, fixes_of(report, lonely)[0])).value
    assert after["routing_model"] == {first["id"]: ["DONE", "GONE", "FAILED"], "DONE": [], "GONE": [], "FAILED": []}


@pytest.mark.parametrize("declared", [{"bread": {"type": "string", "__example__": "Rye"}}, None])
def test_what_is_sent_goes_on_being_sent(declared: dict[str, Any] | None) -> None:
    """Though nobody reads it yet: to leave it out is offered second."""
    flow = json.loads(two_screens({"name": "${form.name}", **({"bread": "Rye"} if declared else {})}, declared or {}))
    if declared is None:
        del flow["screens"][1]["data"]
    report = check(json.dumps(flow), today=TODAY)
    [error] = report.errors
    assert [fix.title.split()[0] for fix in fixes_of(report, error)] == ["Declare", "Remove" if declared else "Send"]
    after = parse(apply_fix(report.document, fixes_of(report, error)[0])).value
    assert payload_of(after) == payload_of(flow)
    assert after["screens"][1]["data"]["name"] == {"type": "string", "__example__": "Example"}


def test_numbers_in_names_are_told_apart() -> None:
    """`data.street_2` is not `data.street_1` misspelt."""
    declared = {"street_1": {"type": "string", "__example__": "Mill Lane"}}
    report = check(two_screens({"street_1": "x"}, declared, "${data.street_2}"), today=TODAY)
    assert "${data.street_1}" not in "".join(fix.title for one in report.errors for fix in fixes_of(report, one))


@pytest.mark.parametrize(
    ("properties", "key"),
    [
        ({"initValue": "Ada"}, "init-value"),
        ({"HelperText": "As on the door"}, "helper-text"),
        ({"error_message": "That is no name", "helperText": "As on the door"}, "error-message"),
    ],
)
def test_a_key_in_another_spelling_is_that_key(properties: dict[str, Any], key: str) -> None:
    report = check(component(**properties), today=TODAY)
    assert fixes_of(report, report.errors[0])[0].title == f"Write '{key}'"
    done = mend(report.document, lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    value = parse(done.text).value["screens"][0]["layout"]["children"][0]
    assert value[key] == next(iter(properties.values()))


def test_a_key_in_another_spelling_is_that_key_even_if_more_comes_to_light() -> None:
    flow = {"dataApiVersion": "3.0", **json.loads(component())}
    report = check(json.dumps(flow), today=TODAY)
    assert fixes_of(report, report.errors[0])[0].title == "Write 'data_api_version'"
    done = mend(report.document, lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    assert parse(done.text).value["data_api_version"] == "3.0"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "limits/components"])
def test_titles_tell_the_fixes_of_a_mistake_apart(rule: str) -> None:
    page = page_of(rule)
    report = check(page.wrong, today=page.today)
    for one in (*report.errors, *report.warnings):
        titles = [fix.title for fix in fixes_of(report, one)]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("properties", "first"),
    [
        ({"min-chars": "three"}, None),
        ({"input-type": "zip"}, None),
        ({"visible": "sometimes"}, None),
        ({"helper-text": "  "}, "Remove 'helper-text'"),
        ({"pattern": "[A-Z]{2}", "input-type": "text"}, None),
        ({"pattern": "[0-9]{4,6}", "input-type": "text"}, "Add helper-text '4 to 6 digits'"),
    ],
)
def test_what_was_meant_is_not_thrown_away_unasked(properties: dict[str, Any], first: str | None) -> None:
    report = check(component(**properties), today=TODAY)
    [error] = report.errors
    assert [fix.title for fix in fixes_of(report, error)][:1] == ([first] if first else [])


def test_a_property_of_a_later_version_asks_for_that_version_first() -> None:
    flow = json.loads(component(**{"label-variant": "large"})) | {"version": "5.1"}
    report = check(json.dumps(flow), today=TODAY)
    [error] = report.errors
    assert [fix.title for fix in fixes_of(report, error)] == [
        "Use version 7.0, the first that has it",
        "Remove 'label-variant'",
    ]


def test_texts_before_a_form_come_first_in_it() -> None:
    flow = json.loads(page_of("forms/components-outside").wrong)
    children = flow["screens"][0]["layout"]["children"]
    before = [one["name"] for one in children if one["type"] != "Form" and "name" in one]
    _, flow = mended(json.dumps(flow))
    [form] = flow["screens"][0]["layout"]["children"]
    assert [one.get("name") for one in form["children"]][: len(before)] == before


def test_a_limit_of_a_picker_is_never_raised() -> None:
    """What is to become less does not become more elsewhere."""
    footer = {"name": "complete", "payload": {"one": "${form.one}"}}
    children = [
        {"type": "PhotoPicker", "name": "one", "label": "Cake", "max-uploaded-photos": 20, "max-file-size-kb": 500},
        {"type": "Footer", "label": "Order the cake", "on-click-action": footer},
    ]
    layout = {"type": "SingleColumnLayout", "children": children}
    screen = {"id": "ORDER", "title": "Order", "terminal": True, "layout": layout}
    done = mend(
        parse(json.dumps({"version": "7.3", "screens": [screen]})), lambda document: check(document, today=TODAY)
    )
    picker = parse(done.text).value["screens"][0]["layout"]["children"][0]
    assert done.report.errors == []
    assert (picker["max-uploaded-photos"], picker["max-file-size-kb"]) == (10, 500)


def test_an_if_that_shows_something_only_else_is_turned_round() -> None:
    flow = json.loads(conditional("${data.fresh}"))
    shown = flow["screens"][0]["layout"]["children"][0]
    shown["else"], shown["then"] = shown["then"], []
    _, flow = mended(json.dumps(flow))
    turned = flow["screens"][0]["layout"]["children"][0]
    assert (turned["condition"], turned["then"][0]["text"]) == ("!${data.fresh}", "Fresh")
    assert "else" not in turned


def test_what_follows_the_end_is_not_thrown_away_when_it_says_something() -> None:
    text = component()
    at = text.index(',\n  "screens"')
    broken = text[:at] + "}" + text[at:]
    report = check(broken, today=TODAY)
    [error, *_] = report.errors
    assert fixes_of(report, error)[0].title == "Remove the }"
    done = mend(parse(broken), lambda document: check(document, today=TODAY))
    assert parse(done.text).value == json.loads(text)


def test_a_whole_part_is_not_removed_because_its_key_stands_twice() -> None:
    """The last one counts, but the first may be the one that was meant to."""
    text = component()
    twice = text.replace('"title": "Order"', '"data": {"x": {"type": "string", "__example__": "x"}}, "title": "Order"')
    report = check(twice, today=TODAY)
    assert [list(fixes_of(report, one)) for one in report.warnings if one.rule == "syntax/duplicate-key"] == [[]]


def test_the_end_of_a_flow_stays_a_failure() -> None:
    flow = json.loads(two_screens({}, {}))
    third = json.loads(json.dumps({**flow["screens"][1], "id": "FAILED", "success": False}))
    del third["terminal"]
    link: dict[str, Any] = {"type": "EmbeddedLink", "text": "Not today"}
    link["on-click-action"] = {"name": "navigate", "next": {"type": "screen", "name": "FAILED"}, "payload": {}}
    flow["screens"][0]["layout"]["children"].insert(1, link)
    flow["screens"].append(third)
    done = mend(parse(json.dumps(flow)), lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    ended = parse(done.text).value["screens"][2]
    assert (ended["terminal"], ended["success"]) == (True, False)


def test_a_nest_too_deep_is_not_closed() -> None:
    report = check("[" * 10_000, today=TODAY)
    assert [fix.title for one in report.errors for fix in fixes_of(report, one)] == []
    assert mend(report.document, lambda document: check(document, today=TODAY)).applied == []


def test_what_cannot_be_read_as_utf_8_is_not_mended() -> None:
    raw = component(label="Straße", placeholder="x").encode("ascii").replace(b"\\u00df", b"\xdf")
    report = check(raw, today=TODAY)
    assert {one.rule for one in report.errors} == {"syntax/encoding", "structure/unknown-component-property"}
    assert [fix.title for one in report.errors for fix in fixes_of(report, one)] == []


def test_fixes_are_worked_out_once_and_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(context: FixContext) -> Iterator[Proposed]:
        asked.append(context.rule)
        return proposals(context)

    monkeypatch.setattr("headrace.flowjson.fixing.trials.proposals", noted)
    report = check(component(colour="x"), today=TODAY)
    [error] = report.errors
    assert asked == []
    assert len(fixes_of(report, error)) == 1
    assert fixes_of(report, error) is fixes_of(report, error)
    assert asked == ["structure/unknown-component-property"]


def test_checking_loads_nothing_that_works_out_fixes() -> None:
    program = (
        "import sys; from datetime import date; from headrace.flowjson.checks import check;"
        "print(check('{', today=date(2026, 11, 22)).errors[0].rule,"
        "[name for name in sys.modules if name.startswith(('headrace.flowjson.fixing', 'headrace.flowjson.editing'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "syntax/unclosed []\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('{"version": "7.3", "screens": [', "Insert the missing ]}"),
        ('{"version": "7.3", "screens": ' + "[" * 100, "Insert the missing 101 brackets"),
    ],
)
def test_titles_are_short_also_for_deep_nests(text: str, title: str) -> None:
    report = check(text, today=TODAY)
    [fix, *_] = fixes_of(report, next(error for error in report.errors if error.rule == "syntax/unclosed"))
    assert fix.title == title


def test_titles_of_long_names_are_cut() -> None:
    text = component().replace('"ORDER"', f'"{"ORDER_" * 60}"').replace("${form.name}", "${data.none}")
    report = check(text, today=TODAY)
    for error in report.errors:
        assert fixes_of(report, error)
        assert all(len(fix.title) <= 80 for fix in fixes_of(report, error))


def _linked(following: Any) -> str:
    """Two screens; the Footer of the first leads to `following`."""
    leads = {"name": "navigate", "next": following, "payload": {}}
    ends = {"name": "complete", "payload": {}}
    screens = [
        {
            "id": name,
            "title": "Bread",
            **more,
            "layout": {
                "type": "SingleColumnLayout",
                "children": [{"type": "Footer", "label": "Go on there", "on-click-action": action}],
            },
        }
        for name, action, more in (("FIRST", leads, {}), ("PURPOSE", ends, {"terminal": True}))
    ]
    return json.dumps({"version": "7.3", "screens": screens}, indent=2)


def test_the_bare_name_of_a_screen_becomes_the_object_that_next_is() -> None:
    title, flow = mended(_linked("PURPOSE"))
    assert title == 'Write {"type":"screen","name":"PURPOSE"}'
    action = flow["screens"][0]["layout"]["children"][0]["on-click-action"]
    assert action["next"] == {"type": "screen", "name": "PURPOSE"}


def test_it_is_offered_too_where_the_screen_does_not_exist_yet() -> None:
    report = check(_linked("NOWHERE"), today=TODAY)
    error = next(error for error in report.errors if error.rule == "structure/wrong-type")
    assert [fix.title for fix in fixes_of(report, error)] == ['Write {"type":"screen","name":"NOWHERE"}']


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"name": "navigate", "screen": "PURPOSE"}, "PURPOSE"),
        ({"navigate": "PURPOSE"}, None),
        ({"type": "navigate", "next": "PURPOSE"}, "PURPOSE"),
        ({"name": "navigate", "next": {"screen": "PURPOSE"}}, "PURPOSE"),
        ({"name": "navigate", "next": {"type": "screen", "id": "PURPOSE"}}, "PURPOSE"),
        ({"name": "navigate", "to": "ELSEWHERE"}, None),
        ({"name": "navigate", "to": "PURPOSE", "else": "OTHER"}, None),
    ],
)
def test_a_screen_named_under_another_name_is_where_it_leads(written: dict[str, Any], meant: str | None) -> None:
    """Whatever stands first in the Flow: OTHER would follow otherwise."""
    flow = json.loads(_linked({"type": "screen", "name": "PURPOSE"}))
    flow["screens"].insert(1, {**flow["screens"][1], "id": "OTHER"})
    flow |= {"data_api_version": "3.0", "routing_model": {"FIRST": ["OTHER", "PURPOSE"], "OTHER": [], "PURPOSE": []}}
    flow["screens"][0]["layout"]["children"][0]["on-click-action"] = written
    done = mend(parse(json.dumps(flow, indent=2)), lambda document: check(document, today=TODAY))
    action = parse(done.text).value["screens"][0]["layout"]["children"][0]["on-click-action"]
    following = {"name": "navigate", "next": {"type": "screen", "name": meant}}
    assert action == (written if meant is None else following)


@pytest.mark.parametrize(("other", "is_offered"), [("${form.count}", False), ("", True)])
def test_a_field_is_not_declared_anew_against_another_of_its_senders(other: str, is_offered: bool) -> None:
    flow = json.loads(_linked({"type": "screen", "name": "PURPOSE"}))
    asked = {"type": "TextInput", "name": "count", "label": "Count", "input-type": "number", "helper-text": "Such as 3"}
    goes = {"name": "navigate", "next": {"type": "screen", "name": "PURPOSE"}}
    children = flow["screens"][0]["layout"]["children"]
    children[0]["on-click-action"]["payload"] = {"count": ""}
    link = {"type": "EmbeddedLink", "text": "Count them", "on-click-action": {**goes, "payload": {"count": other}}}
    children[:0] = [asked, link]
    flow["screens"][1]["data"] = {"count": {"type": "number", "__example__": 3}}
    report = check(json.dumps(flow, indent=2), today=TODAY)
    titles = {fix.title for error in report.errors for fix in fixes_of(report, error)}
    assert ("Declare 'count' on PURPOSE as string" in titles) is is_offered
