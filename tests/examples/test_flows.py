"""The Flow JSON of the examples: clean where it should be, and wrong in exactly the places meant to be."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.examples.walking import EXAMPLES

from headrace.flowjson.checks import check

TODAY = date(2026, 11, 22)
GOOD = ["appointment/flow.json", "feedback/flow.json"]
LONGEST = {
    "Footer": 35,
    "OptIn": 120,
    "EmbeddedLink": 25,
    "RadioButtonsGroup": 30,
    "CheckboxGroup": 30,
    "DatePicker": 40,
}


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every object of a document, outermost first."""
    if isinstance(value, dict):
        return [value, *(node for inner in value.values() for node in nodes(inner))]
    return [node for inner in value for node in nodes(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", GOOD)
def test_good_examples_have_neither_errors_nor_warnings(name: str) -> None:
    report = check((EXAMPLES / name).read_bytes(), today=TODAY)
    assert [diagnostic.message for diagnostic in (*report.errors, *report.warnings)] == []


@pytest.mark.parametrize("name", GOOD)
def test_every_screen_has_a_title_and_every_field_an_example(name: str) -> None:
    for screen in json.loads((EXAMPLES / name).read_text())["screens"]:
        assert 0 < len(screen["title"]) <= 30
        assert all("__example__" in field for field in screen.get("data", {}).values()), screen["id"]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_cut_off_by_a_phone(name: str) -> None:
    for node in nodes(json.loads((EXAMPLES / name).read_text())):
        if isinstance(node.get("label"), str) and "type" in node:
            assert len(node["label"]) <= LONGEST.get(node["type"], 20), node["label"]
        if isinstance(node.get("helper-text"), str):
            assert len(node["helper-text"]) <= 80, node["helper-text"]
        if isinstance(node.get("title"), str) and "id" in node:
            assert len(node["title"]) <= 30, node["title"]


def test_the_broken_example_has_three_errors() -> None:
    report = check((EXAMPLES / "broken.json").read_bytes(), today=TODAY)
    assert sorted(diagnostic.code for diagnostic in report.errors) == [
        "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
        "INVALID_PROPERTY_KEY",
        "MISSING_REQUIRED_PROPERTY",
    ]


def test_mending_the_three_makes_the_broken_example_good(tmp_path: Path) -> None:
    text = (EXAMPLES / "broken.json").read_text()
    mended = text.replace("helper_text", "helper-text").replace("PRIVACY_NOTICE", "PRIVACY_NOTE")
    value = json.loads(mended)
    value["screens"][1]["data"]["name"]["__example__"] = "Amara"
    assert check(json.dumps(value), today=TODAY).errors == []
