"""The starter Flows: in order by every check, readable on a phone, and complete to the last tap."""

import base64
import json
import re
from datetime import date
from typing import Any

import pytest
from tests.flowjson.gallery_walks import walk

from headrace.flowjson.authoring import Flow
from headrace.flowjson.catalogue import COMPONENTS, NEWEST
from headrace.flowjson.checks import check
from headrace.flowjson.document import parse
from headrace.flowjson.formatting import formatted
from headrace.flowjson.gallery import TEMPLATES, Template, UnknownTemplate, template
from headrace.protocol import CATEGORIES

TODAY = date(2026, 11, 22)
EVERY = [(one.name, False) for one in TEMPLATES.values()] + [
    (one.name, True) for one in TEMPLATES.values() if one.has_endpoint
]
WORDS_OF_NO_USE = {"submit", "next", "ok", "continue", "send", "done"}
"""Words for a button that do not say what comes next."""


def flow_of(name: str, served: bool) -> dict[str, Any]:
    value = json.loads(TEMPLATES[name].text(with_endpoint=served))
    assert isinstance(value, dict)
    return value


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every object, outermost first."""
    if isinstance(value, dict):
        return [value, *(node for inner in value.values() for node in nodes(inner))]
    return [node for inner in value for node in nodes(inner)] if isinstance(value, list) else []


def components_of(screen: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in nodes(screen["layout"]) if node.get("type") in COMPONENTS]


@pytest.mark.parametrize(("name", "served"), EVERY)
def test_it_is_in_order(name: str, served: bool) -> None:
    text = TEMPLATES[name].text(with_endpoint=served)
    report = check(text, today=TODAY)
    assert [f"{found.rule}: {found.message}" for found in (*report.errors, *report.warnings)] == []
    assert report.version == str(NEWEST)
    assert formatted(parse(text)) == text
    assert Flow.from_json(json.loads(text)).to_text() == text


@pytest.mark.parametrize(("name", "served"), EVERY)
def test_nothing_is_cut_on_a_phone(name: str, served: bool) -> None:
    for screen in flow_of(name, served)["screens"]:
        assert 0 < len(screen["title"]) <= 30
        for node in components_of(screen):
            for key, declared in COMPONENTS[node["type"]].properties.items():
                most = 150 if key == "label" and node.get("label-variant") == "large" else declared.max_length
                if most and isinstance(node.get(key), str) and not node[key].startswith("${"):
                    assert len(node[key]) <= most, node[key]
                if declared.shape and isinstance(node.get(key), list):
                    for item in node[key]:
                        for member, limits in declared.shape.properties.items():
                            if limits.max_length and isinstance(item.get(member), str):
                                assert len(item[member]) <= limits.max_length, item[member]


@pytest.mark.parametrize(("name", "served"), EVERY)
def test_it_follows_the_principles_of_design(name: str, served: bool) -> None:
    value = flow_of(name, served)
    for screen in value["screens"]:
        components = components_of(screen)
        asked = [node for node in components if COMPONENTS[node["type"]].is_input]
        groups = [node for node in asked if node["type"] in ("CheckboxGroup", "RadioButtonsGroup", "ChipsSelector")]
        assert len(asked) <= 5, f"{screen['id']} asks much"
        assert len(groups) <= 1, f"{screen['id']} asks more than one question"
        for node in components:
            label = node.get("label", "")
            if node["type"] == "Footer":
                assert label.lower() not in WORDS_OF_NO_USE
                assert not re.search(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]", label)
            if node["type"] == "TextInput" and node.get("input-type") in ("phone", "number", "passcode"):
                assert node.get("helper-text"), f"{label} shows no format"
            if "pattern" in node or "max-chars" in node or "min-chars" in node:
                assert node.get("helper-text"), f"{label} does not tell its rule"
            if node["type"] == "Image":
                assert node.get("alt-text")
            words = label if isinstance(label, str) else ""
            assert words[:1] == words[:1].upper()
            assert not any(word[0].isupper() for word in words.split()[1:] if word not in ("I",)), words
    assert len(value["screens"]) <= 5 or name == "components"


@pytest.mark.parametrize(("name", "served"), EVERY)
def test_every_picture_is_a_small_png(name: str, served: bool) -> None:
    for node in nodes(flow_of(name, served)):
        for key in ("src", "image"):
            if isinstance(node.get(key), str) and not node[key].startswith("${"):
                picture = base64.b64decode(node[key], validate=True)
                assert picture.startswith(b"\x89PNG\r\n\x1a\n")
                assert len(picture) < 1024


def test_the_tour_shows_every_component() -> None:
    shown = {node["type"] for screen in flow_of("components", False)["screens"] for node in components_of(screen)}
    assert shown == set(COMPONENTS)


def test_the_templates_that_were_promised_are_there() -> None:
    assert set(TEMPLATES) == {
        "sign-up",
        "sign-in",
        "appointment",
        "lead-generation",
        "contact",
        "support",
        "survey",
        "feedback",
        "order",
        "components",
    }
    assert {one.name for one in TEMPLATES.values() if one.has_endpoint} == {
        "sign-in",
        "appointment",
        "support",
        "order",
    }
    for one in TEMPLATES.values():
        assert one.category in CATEGORIES
        assert one.description.endswith(".")
        assert len(one.description) <= 80


def test_a_template_is_found_by_its_name() -> None:
    assert template("lead-generation") is template("Lead generation") is template("lead_generation")
    with pytest.raises(UnknownTemplate, match='Did you mean "survey"'):
        template("survy")
    with pytest.raises(UnknownTemplate, match="There are: sign-up, "):
        template("../../elsewhere")
    with pytest.raises(UnknownTemplate, match='"survey" has no endpoint'):
        template("survey").text(with_endpoint=True)


def test_files_are_those_of_the_wanted_kind() -> None:
    assert set(template("order").files()) == {"flow.json", "steps.yaml"}
    assert set(template("order").files(with_endpoint=True)) == {
        "flow.json",
        "steps.yaml",
        "endpoint.py",
        *(f"pictures/{name}.png" for name in ("bowl", "mug", "plate", "vase")),
    }
    path = template("order").endpoint_path
    assert path
    assert path.read_bytes() == template("order").files(with_endpoint=True)["endpoint.py"]
    assert template("survey").endpoint_path is None


@pytest.mark.anyio
@pytest.mark.parametrize("one", TEMPLATES.values(), ids=lambda one: one.name)
async def test_its_steps_lead_through_it(one: Template) -> None:
    await walk(one.text(), one.files()["steps.yaml"])
