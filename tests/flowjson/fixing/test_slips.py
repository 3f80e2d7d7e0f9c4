"""One slip of the keyboard: what was there before comes back, or nothing changes. See also test_mutations.py.

HEADRACE_SLIPS=5000 makes so many slips of each kind.
"""

import json
import os
import random
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from tests.conftest import FLOWS, corpus_documents
from tests.flowjson.fixing.keyboard import slipped

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing import Mended, fixes_of, mend
from headrace.flowjson.gallery import TEMPLATES

TODAY = date(2026, 11, 22)
TIMES = int(os.environ.get("HEADRACE_SLIPS", "25"))


def judge(document: Document) -> Report:
    return check(document, today=TODAY)


def mended(text: str) -> Mended:
    return mend(parse(text), judge)


@lru_cache(maxsize=1)
def good_flows() -> tuple[str, ...]:
    """The good Flows of the corpus and of the gallery."""
    corpus = [path.read_text() for path in corpus_documents("official", "valid")]
    gallery = [
        one.text(with_endpoint=served)
        for one in TEMPLATES.values()
        for served in ((False, True) if one.has_endpoint else (False,))
    ]
    return tuple(text for text in (*corpus, *gallery) if not judge(parse(text)).errors)


def value_of(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@pytest.mark.parametrize("kind", ["left out", "typed twice", "swapped"])
@pytest.mark.parametrize("marks", ['"', ":,", "{}[]"])
def test_a_slip_in_a_mark_is_taken_back_or_left_alone(marks: str, kind: str) -> None:
    luck = random.Random(f"{marks} {kind}")
    came_back = torn = 0
    for _ in range(TIMES):
        good = luck.choice(good_flows())
        text = slipped(good, luck.choice([at for at, mark in enumerate(good) if mark in marks]), kind)
        if not parse(text).is_json:
            done = mended(text)
            assert done.text == text or value_of(done.text) == json.loads(good), text
            torn += 1
            came_back += done.text != text
    assert came_back >= 0.85 * torn


GOOD = """{
  "version": "7.3",
  "screens": [
    {
      "id": "ORDER",
      "title": "Order",
      "terminal": true,
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          { "type": "TextInput", "name": "name", "label": "First name", "required": true },
          { "type": "TextHeading", "text": "See https://example.com, or ask" },
          {
            "type": "Footer",
            "label": "Order bread",
            "on-click-action": { "name": "complete", "payload": { "name": "${form.name}" } }
          }
        ]
      }
    }
  ]
}
"""


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"version"', '"version'),
        ('"version"', 'version"'),
        ('"First name"', 'First name"'),
        ('"First name"', '"First name'),
        ('"Order bread",', '"Order bread,'),
        ('ask"', "ask"),
        ("true,\n", "tru,\n"),
        ('"name": "complete"', '"name" "complete"'),
        ('"children": [', '"children": '),
        ("        ]\n", "        \n"),
        ('"payload": {', '"payload": '),
        ('"layout": {', '"layout": {{'),
        ('"title": "Order",', '"title": "Order",,'),
        ('"id": "ORDER"', '"id":: "ORDER"'),
        ('"text": "See', '"tetx": "See'),
        ('"version":', '"verison":'),
        ('"TextInput"', '"TextInptu"'),
        ('"version": "7.3"', '"version": "77.3"'),
        ('"name": "complete"', '"name": "compelte"'),
        ("${form.name}", "${from.name}"),
        ('${form.name}"', '${form.name""'),
    ],
)
def test_what_was_meant(was: str, now: str) -> None:
    assert was in GOOD
    assert mended(GOOD.replace(was, now, 1)).text == GOOD


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"version": "7.3"', '"version: 7.3"'),  # two slips
        ('"name": "name"', '"name": "nme"'),  # the definition or the reference?
        ('"See https://example.com, or ask"', "See https://example.com, or ask"),
        ('"version": "7.3"', '"version": "7."'),
        ('"7.3"', '"9.1"'),
    ],
)
def test_what_nobody_can_know_is_left_alone_and_told(was: str, now: str) -> None:
    text = GOOD.replace(was, now, 1)
    done = mended(text)
    assert done.text == text
    assert done.report.errors


ORDER = TEMPLATES["order"].text(with_endpoint=False)


@pytest.mark.parametrize(
    ("flow", "was", "now"),
    [
        ("bicycle_kitchen", "!= 'cargo'", "= 'cargo'"),  # it may have been ==, which says the opposite
        ("cabin_booking", '"min-date": "2026-01-01"', '"min-date": "2026-011-01"'),
        ("cabin_booking", '"min-date": "2026-01-01"', '"min-date": "2026-010-1"'),
        ("garden_planner", '"init-value": "3"', '"init-value": ""'),
        ("piano_lessons", "${data.pieces}", "${data.piece}s"),
        ("", '"id": "PRODUCTS"', '"id": "PRODUCT"'),  # which another screen is called, too
        ("", "Choose a product", "\\Choose a product"),  # the letter of an escape may be missing
    ],
)
def test_what_could_have_been_two_things_is_left_to_its_author(flow: str, was: str, now: str) -> None:
    good = (FLOWS / "good" / f"{flow}.json").read_text() if flow else ORDER
    assert was in good
    text = good.replace(was, now, 1)
    done = mended(text)
    assert done.text == text
    assert done.report.errors or done.report.warnings


def test_a_bracket_that_slipped_between_two_quotes_is_put_back() -> None:
    good = (FLOWS / "good" / "damage_report.json").read_text()
    assert '"__example__": ""}' in good
    assert value_of(mended(good.replace('"__example__": ""}', '"__example__": "}"', 1)).text) == json.loads(good)


def test_a_blank_that_slipped_behind_a_reference_is_taken_out() -> None:
    done = mended(GOOD.replace('${form.name}" ', '${form.name} "', 1))
    assert value_of(done.text) == json.loads(GOOD)


def test_both_ways_to_write_a_name_are_offered() -> None:
    report = judge(parse(GOOD.replace('"name": "name"', '"name": "nme"', 1)))
    [fixes] = [fixes_of(report, error) for error in report.errors]
    assert [(fix.title, fix.certain) for fix in fixes] == [
        ("Write ${form.nme}", False),
        ("Write 'name' in line 11", False),
    ]


@pytest.mark.parametrize("text", ["$${form.name}", "${form.name}}", "'Dear ' ${form.name}`", "`'Dear ' ${form.name}``"])
def test_a_stray_mark_at_a_reference_is_not_made_a_text(text: str) -> None:
    flow = GOOD.replace('"See https://example.com, or ask"', json.dumps(text), 1)
    done = mended(flow)
    assert done.text in (flow, flow.replace(text, "`'Dear ' ${form.name}`"))


def test_the_fix_is_told_at_the_first_mistake_alone() -> None:
    report = judge(parse(GOOD.replace('"version"', '"version', 1)))
    first, *others = sorted(report.errors, key=lambda error: error.span.start)
    assert [fix.title for fix in fixes_of(report, first)] == ["Insert the missing quote"]
    assert [fixes_of(report, error) for error in others] == [()] * len(others)
    assert others


@pytest.mark.parametrize(
    ("name", "was", "now"),
    [
        ("library_catalogue", '"on-click-action": {', '"on-click-sction": {'),
        ("piano_lessons", '"data": {"pieces"', '"fata": {"pieces"'),
        ("pottery_course", '"then": [', '"thrn": ['),
        ("house_rules", '"text"', '"twxt"'),
        ("tea_tasting", '"text"', '"twxt"'),
        ("ferry_tickets", '"version"', '"versiom"'),
        ("tea_tasting", '"__example__"', '"__rxample__"'),
        ("tea_tasting", '"type": "string"', '"rype": "string"'),
    ],
)
def test_a_neighbour_key_in_a_name_is_taken_back(name: str, was: str, now: str) -> None:
    text = (FLOWS / "good" / f"{name}.json").read_text(encoding="utf-8")
    good = mended(text).text
    assert was in good
    assert value_of(mended(good.replace(was, now, 1)).text) == json.loads(good)


@pytest.mark.parametrize("value", ["Rye", 3, True, {"of": "rye"}, ["rye"]])
def test_what_says_something_is_removed_by_its_author_alone(value: Any) -> None:
    text = GOOD.replace('"required": true', f'"required": true, "bread": {json.dumps(value)}', 1)
    report = judge(parse(text))
    [error] = report.errors
    assert [(fix.title, fix.certain) for fix in fixes_of(report, error)] == [("Remove 'bread'", False)]
    assert mended(text).text == text


@pytest.mark.parametrize("value", ["", "  ", None, [], {}])
def test_what_says_nothing_is_removed(value: Any) -> None:
    assert value_of(
        mended(GOOD.replace('"required": true', f'"required": true, "bread": {json.dumps(value)}', 1)).text
    ) == json.loads(GOOD)


@pytest.mark.parametrize(("was", "now"), [('"id": "rye"', '"kd": "rye"'), ('"title": "Rye"', '"titlw": "Rye"')])
def test_nothing_is_invented_beside_a_key_that_resembles_it(was: str, now: str) -> None:
    choice = (
        '{ "type": "Dropdown", "name": "bread", "label": "Bread", "data-source": [{ "id": "rye", "title": "Rye" }] },'
    )
    good = GOOD.replace('{ "type": "TextHeading"', choice + ' { "type": "TextHeading"', 1)
    assert judge(parse(good)).errors == []
    text = good.replace(was, now, 1)
    assert mended(text).text in (text, good)


def test_mistakes_are_not_hidden_by_a_misspelt_key_above_them() -> None:
    """`screen` for `screens` would leave nothing to find fault with."""
    shown = {"type": "TextBody", "text": "${data.told}"}
    ends = {"type": "Footer", "label": "Order bread", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [shown, ends]}
    told = {"told": {"type": "string", "__example__": "Rye"}}
    screen = {"id": "ORDER", "title": "Order", "terminal": True, "fata": told, "layout": layout}
    text = json.dumps({"version": "7.3", "screens": [screen]}, indent=2)
    done = mended(text)
    assert '"screens"' in done.text
    assert "${data.told}" in done.text
