"""The schema for editors: it takes what is right, tells what is wrong, and is never stricter than `check`."""

import copy
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.conftest import corpus_documents
from tests.flowjson.test_diffing import ENDPOINT_FLOW, STATIC_FLOW, children

from headrace.flowjson.catalogue import COMPONENTS, VERSIONS, Version
from headrace.flowjson.checks import check
from headrace.flowjson.document import parse
from headrace.flowjson.jsonschema import json_schema

TODAY = date(2026, 11, 22)


@cache
def validator(version: str) -> Draft202012Validator:
    return Draft202012Validator(json_schema(Version.parse(version)))


def mistakes(flow: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(flow["version"]).iter_errors(flow)]


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_version_has_a_schema(version: Version) -> None:
    schema = json_schema(version)
    Draft202012Validator.check_schema(schema)
    json.dumps(schema)
    known = {name for name, one in COMPONENTS.items() if one.since <= version}
    assert known <= set(schema["$defs"])
    assert not (set(COMPONENTS) - known) & set(schema["$defs"])
    assert all("description" in schema["$defs"][name] for name in known)


def test_every_reference_leads_somewhere() -> None:
    for version in VERSIONS:
        schema = json_schema(version)

        def walk(value: Any, known: dict[str, Any]) -> None:
            if isinstance(value, dict):
                if "$ref" in value:
                    assert value["$ref"].removeprefix("#/$defs/") in known
                for inner in value.values():
                    walk(inner, known)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner, known)

        walk(schema, schema["$defs"])


@pytest.mark.parametrize("version", ["1.0", "5.2", "7.4", "9.9"])
def test_other_versions_have_none(version: str) -> None:
    with pytest.raises(ValueError, match="is not a public version"):
        json_schema(Version.parse(version))


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_corpus_is_valid(path: Path) -> None:
    assert mistakes(json.loads(path.read_text())) == []


@pytest.mark.parametrize("path", corpus_documents("broken", "unknown"), ids=lambda path: path.stem)
def test_corpus_is_never_refused_without_reason(path: Path) -> None:
    document = parse(path.read_bytes())
    version = document.value.get("version") if isinstance(document.value, dict) else None
    if version in {str(one) for one in VERSIONS} and not check(document, today=TODAY).errors:
        assert mistakes(document.value) == []


def test_samples_are_valid() -> None:
    assert mistakes(ENDPOINT_FLOW) == []
    assert mistakes(STATIC_FLOW) == []


FIRST = "$.screens[0].layout.children"

MISTAKES: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("unknown key of the file", lambda flow: flow.update(odd=1), "$: "),
    ("unknown key of a screen", lambda flow: flow["screens"][0].update(odd=1), "$.screens[0]: "),
    ("misspelt property", lambda flow: children(flow, 0)[3].update({"helper_text": "x"}), f"{FIRST}[3]"),
    ("unknown component", lambda flow: children(flow, 0)[0].update(type="Heading"), f"{FIRST}[0].type"),
    (
        "component in the wrong place",
        lambda flow: children(flow, 1)[0]["then"].append({"type": "RichText", "text": "x"}),
        "$.screens[1].layout.children[0].then[1].type",
    ),
    ("label is missing", lambda flow: children(flow, 0)[3].pop("label"), f"{FIRST}[3]: "),
    ("text for a flag", lambda flow: children(flow, 0)[3].update(required="yes"), f"{FIRST}[3].required"),
    ("choice", lambda flow: children(flow, 0)[3].update({"input-type": "date"}), f"{FIRST}[3]['input-type']"),
    ("blank text", lambda flow: children(flow, 0)[0].update(text=" "), f"{FIRST}[0].text"),
    (
        "action of another component",
        lambda flow: children(flow, 0)[4]["on-click-action"].update(name="complete"),
        f"{FIRST}[4]['on-click-action'].name",
    ),
    (
        "navigate without next",
        lambda flow: children(flow, 0)[4]["on-click-action"].pop("next"),
        f"{FIRST}[4]['on-click-action']: ",
    ),
    ("digits in an id", lambda flow: flow["screens"][0].update(id="SCREEN_1"), "$.screens[0].id"),
    ("endpoint without routes", lambda flow: flow.pop("routing_model"), "$: "),
    (
        "field without example",
        lambda flow: flow["screens"][1]["data"]["min"].pop("__example__"),
        "$.screens[1].data.min",
    ),
    ("success of a screen in between", lambda flow: flow["screens"][0].update(success=True), "$.screens[0]: "),
    ("no options", lambda flow: children(flow, 0)[2].update({"data-source": []}), f"{FIRST}[2]['data-source']"),
]


@pytest.mark.parametrize(("change", "place"), [pytest.param(one, place, id=name) for name, one, place in MISTAKES])
def test_mistakes_are_found_where_they_are(change: Callable[[dict[str, Any]], object], place: str) -> None:
    flow = copy.deepcopy(ENDPOINT_FLOW)
    change(flow)
    assert any(told.startswith(place) for told in mistakes(flow)), mistakes(flow)
    assert check(json.dumps(flow), today=TODAY).errors


def test_hover_texts_tell_what_counts() -> None:
    schema = json_schema(Version.parse("7.3"))
    label = schema["$defs"]["TextInput"]["properties"]["label"]["description"]
    assert label == "Up to 20 characters; a phone cuts longer ones. May be a binding."
    assert "Since 7.0." in schema["$defs"]["TextInput"]["properties"]["label-variant"]["description"]
    assert schema["$defs"]["OptIn"]["description"] == "For input. At most 5 on a screen. Its value is a boolean."
