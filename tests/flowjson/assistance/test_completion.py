"""What is proposed is right: taken as it is, it makes no mistake that was not there before."""

import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from headrace.flowjson.assistance import Completion, CompletionKind, complete
from headrace.flowjson.catalogue import COMPONENTS, VERSIONS, Component, Place, Version
from headrace.flowjson.checks import check
from headrace.flowjson.document import parse
from headrace.flowjson.gallery import template
from headrace.flowjson.textedits import TextEdit, applied

TODAY = date(2026, 11, 22)
SHAPE = (
    "syntax/",
    "structure/unknown-property",
    "structure/unknown-component-property",
    "structure/component-not-here",
    "structure/input-outside-form",
    "structure/wrong-value",
    "structure/wrong-type",
    "structure/value-not-in-list",
)


def flow(version: str, children: str, *, terminal: bool = False) -> str:
    end = '"terminal": true,' if terminal else ""
    return f"""{{
  "version": "{version}",
  "screens": [
    {{
      "id": "ONE", "title": "One", {end}
      "layout": {{
        "type": "SingleColumnLayout",
        "children": [
          {children}
        ]
      }}
    }},
    {{ "id": "TWO", "title": "Two", "terminal": true, "layout": {{ "type": "SingleColumnLayout", "children": [] }} }}
  ]
}}"""


def at_cursor(text: str) -> list[Completion]:
    offset = text.index("§")
    return complete(parse(text.replace("§", "")), offset)


def taken(text: str, one: Completion) -> str:
    edits = [TextEdit(one.start, one.end, one.snippet.plain), *one.extra]
    return applied(text.replace("§", ""), edits)


def mistakes(text: str) -> Counter[str]:
    """The rules of shape that are broken: what a proposal must never break."""
    report = check(text, today=TODAY)
    return Counter(one.rule for one in report.errors if one.rule.startswith(SHAPE))


def needed(component: Component, version: Version) -> set[str]:
    return {one.name for one in component.properties.values() if one.is_required_in(version)}


@pytest.mark.parametrize("version", [str(version) for version in VERSIONS])
def test_every_component_of_every_version(version: str) -> None:
    text = flow(version, "§")
    proposals = [one for one in at_cursor(text) if one.kind is CompletionKind.COMPONENT]
    number = Version.parse(version)
    expected = {one.name for one in COMPONENTS.values() if one.places.get(Place.LAYOUT, Version(99, 0)) <= number}
    assert {one.label for one in proposals} == expected
    for one in proposals:
        after = taken(text, one)
        added = json.loads(after)["screens"][0]["layout"]["children"][0]
        assert set(added) == needed(COMPONENTS[one.label], number)
        assert not mistakes(after)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_property_of_every_component(name: str) -> None:
    """Each with the value it begins with; empty texts, which the author is about to fill, are not at issue."""
    component = COMPONENTS[name]
    text = flow("7.3", f'{{ "type": "{name}", § }}')
    proposals = at_cursor(text)
    single = [one for one in proposals if one.kind is CompletionKind.PROPERTY]
    exist = {one.name for one in component.properties.values() if one.exists_in(Version(7, 3))}
    assert {one.label for one in single} == exist - {"type"}
    for one in single:
        value = json.loads(taken(text, one))["screens"][0]["layout"]["children"][0]
        assert list(value) == ["type", one.label]
        assert "structure/unknown-component-property" not in mistakes(taken(text, one))
        assert one.documentation.count("\n\n") >= 1


@pytest.mark.parametrize(
    ("children", "label", "expected"),
    [
        ('{ "type": "TextBody", "text": "a" }\n§', "OptIn", ["TextBody", "OptIn"]),
        ('§\n{ "type": "TextBody", "text": "a" }', "OptIn", ["OptIn", "TextBody"]),
        (
            '{ "type": "TextBody", "text": "a" },\n§\n{ "type": "TextBody", "text": "a" }',
            "OptIn",
            ["TextBody", "OptIn"],
        ),
        ("{ § }", "OptIn", ["OptIn"]),
        ('{ "§" }', "OptIn", ["OptIn"]),
        ('{\n§\n"visible": true }', "OptIn", ["OptIn"]),
    ],
)
def test_commas_and_quotes_around_a_component(children: str, label: str, expected: list[str]) -> None:
    text = flow("7.3", children)
    (one,) = [one for one in at_cursor(text) if one.label == label]
    listed: list[dict[str, Any]] = json.loads(taken(text, one))["screens"][0]["layout"]["children"]
    assert [child["type"] for child in listed][: len(expected)] == expected


@pytest.mark.parametrize("terminal", [True, False])
def test_the_action_of_a_footer_suits_its_screen(*, terminal: bool) -> None:
    text = flow("7.3", "§", terminal=terminal)
    (one,) = [one for one in at_cursor(text) if one.label == "Footer"]
    footer = json.loads(taken(text, one))["screens"][0]["layout"]["children"][0]
    assert footer["on-click-action"]["name"] == ("complete" if terminal else "navigate")


def test_keys_that_stand_behind_the_cursor_count() -> None:
    text = flow("7.3", '{ §, "name": "a", "label": "b", "type": "TextInput" }')
    labels = {one.label for one in at_cursor(text)}
    assert "input-type" in labels
    assert not {"name", "label", "type"} & labels


def test_fields_of_the_data_model() -> None:
    text = flow("7.3", "").replace('"title": "One",', '"title": "One", "data": { "day": { § } },')
    proposals = {one.label: one for one in at_cursor(text)}
    assert list(proposals)[:2] == ["type", "__example__"]
    inner = text.replace("§", '"type": "§"')
    assert {one.label for one in at_cursor(inner)} == {"string", "number", "integer", "boolean", "object", "array"}


def test_names_of_a_form() -> None:
    opt_in = '{ "type": "OptIn", "name": "yes", "label": "Yes" }'
    text = flow("7.3", f'{{ "type": "Form", "name": "f", "init-values": {{ § }}, "children": [{opt_in}] }}')
    (one,) = at_cursor(text)
    assert (one.label, one.snippet.plain) == ("yes", '"yes": true')


def test_what_a_form_says_for_its_inputs() -> None:
    inner = '{ "type": "TextInput", § }'
    outside = {one.label for one in at_cursor(flow("7.3", inner))}
    inside = {one.label for one in at_cursor(flow("7.3", f'{{ "type": "Form", "name": "f", "children": [{inner}] }}'))}
    assert outside - inside == {"init-value", "error-message"}


def test_whole_json_stays_json_wherever_something_is_taken() -> None:
    """Also between a key and its value, before the first item, behind a key."""
    document = parse(template("sign-in").text())
    text = document.text
    for offset in (match.end() for match in re.finditer(r"[^\w\s](?!$)|(?<=\s) {3}|\n", text)):
        seen: set[tuple[int, int, str]] = set()
        for one in complete(document, offset):
            shape = (one.start, one.end, re.sub(r"[\w ]+", "a", one.snippet.plain))
            if shape not in seen:  # else only another name in the same place
                seen.add(shape)
                json.loads(taken(text, one))


@pytest.mark.parametrize(("present", "new"), [([], "name"), (["name"], "value"), (["name", "value"], "value_2")])
def test_a_new_field_has_a_name_of_its_own(present: list[str], new: str) -> None:
    fields = [f'"{name}": {{ "type": "string", "__example__": "" }}, ' for name in present]
    text = '{ "version": "7.3", "screens": [{ "id": "A", "data": { ' + "".join(fields) + "§ } }] }"
    (proposal,) = (one for one in at_cursor(text) if one.label == "new field")
    assert list(json.loads(taken(text, proposal))["screens"][0]["data"]) == [*present, new]
