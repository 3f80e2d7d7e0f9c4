"""The catalogue: versions, components, and every fact the specification states about them."""

from datetime import date
from typing import Any

import pytest
from tests.contracts import contract

from headrace.flowjson.catalogue import (
    COMPONENTS,
    NEWEST,
    VERSIONS,
    Place,
    Property,
    Shape,
    Version,
    actions,
    choices,
    component,
    media,
)
from headrace.flowjson.catalogue.containers import LAYOUT, is_screen_id
from headrace.flowjson.catalogue.versions import data_api_versions, v
from headrace.flowjson.regular_expressions import excess, is_regular_expression

STATED: dict[str, Any] = contract("flow_json_components")
SHAPES = {
    "data_source_item": choices.OPTION,
    "chips_item": choices.CHIP,
    "navigation_item": actions.NAVIGATION_ITEM,
    "navigation_main_content": actions.MAIN_CONTENT,
    "navigation_end": actions.END,
    "navigation_start": actions.START,
    "carousel_image": media.CAROUSEL_IMAGE,
}


def test_versions_compare_number_by_number() -> None:
    assert Version.parse("1.9") < Version.parse("1.10") < Version.parse("7.0")
    assert str(Version.parse("7.3")) == "7.3"
    for text in ("7", "7.3.1", "07.3", "7.03", "7.x", "", "-1.0", "٧.٣", "1" * 9 + ".0"):
        with pytest.raises(ValueError, match="is not a version"):
            Version.parse(text)


def test_a_version_is_frozen_from_its_day_on() -> None:
    release = VERSIONS[v("5.0")]
    assert release.frozen is not None
    assert release.is_frozen(release.frozen)
    assert not release.is_frozen(date(2025, 1, 1))
    assert not VERSIONS[NEWEST].is_frozen(date(2030, 1, 1))
    assert list(VERSIONS) == sorted(VERSIONS)


def test_data_api_4_comes_with_7_3() -> None:
    assert data_api_versions(v("7.2")) == ("3.0",)
    assert data_api_versions(v("7.3")) == ("3.0", "4.0")


def test_components_are_found_by_name() -> None:
    picker = component("ChipsSelector")
    assert picker is not None
    assert picker.is_input
    assert picker.places[Place.IF] == v("7.1")
    assert component("Paragraph") is None
    footer = COMPONENTS["Footer"]
    assert not footer.is_input
    assert footer.properties["on-click-action"].required


def test_a_property_knows_its_versions() -> None:
    label = COMPONENTS["CheckboxGroup"].properties["label"]
    assert not label.is_required_in(v("3.1"))
    assert label.is_required_in(v("4.0"))
    variant = COMPONENTS["TextInput"].properties["label-variant"]
    assert not variant.exists_in(v("6.3"))
    assert variant.exists_in(v("7.0"))
    enabled = choices.OPTION.properties["enabled"]
    assert not enabled.is_dynamic_in(v("4.0"))
    assert enabled.is_dynamic_in(v("5.0"))


@pytest.mark.parametrize(
    ("text", "version", "allowed"),
    [
        ("ORDER_REVIEW", "7.3", True),
        ("order", "7.3", True),
        ("ORDER_1", "7.3", False),
        ("A,B", "6.3", True),
        ("A,B", "7.0", False),
        ("__", "6.3", True),
        ("__", "7.0", False),
        ("ORDER\n", "7.3", False),
        ("ÜBER", "7.3", False),
        ("", "7.3", False),
    ],
)
def test_screen_ids(text: str, version: str, allowed: bool) -> None:
    assert is_screen_id(text, v(version)) is allowed


@pytest.mark.parametrize("name", [*STATED["components"]])
def test_a_component_has_the_properties_of_the_specification(name: str) -> None:
    stated = STATED["components"][name]
    declared = LAYOUT if name == LAYOUT.name else COMPONENTS[name]
    assert str(declared.since) == stated["since"]
    assert declared.is_input == stated["is_input"]
    if name != LAYOUT.name:
        assert {place.value: str(since) for place, since in declared.places.items()} == stated["allowed_in"]
    holds(declared, stated["properties"])


def test_there_are_no_other_components() -> None:
    assert {*COMPONENTS, LAYOUT.name} == set(STATED["components"])


@pytest.mark.parametrize("name", [*SHAPES])
def test_an_item_has_the_members_of_the_specification(name: str) -> None:
    holds(SHAPES[name], STATED["items"][name])


def holds(declared: Shape, stated: dict[str, dict[str, Any]]) -> None:
    assert set(declared.properties) == set(stated)
    for name, facts in stated.items():
        holds_property(declared.properties[name], facts)


def holds_property(prop: Property, stated: dict[str, Any]) -> None:
    for version in VERSIONS:
        if prop.exists_in(version):
            assert prop.is_required_in(version) == in_version(stated["required"], version), (prop.name, version)
            assert prop.is_dynamic_in(version) == in_version(stated["dynamic"], version), (prop.name, version)
    assert str(prop.since) == stated["since"]
    for fact in ("default", "minimum", "maximum", "min_items", "max_length", "min_length"):
        if fact in stated:
            value = getattr(prop, fact)
            assert (list(value) if isinstance(value, tuple) else value) == stated[fact], (prop.name, fact)
    if "enum" in stated:
        assert set(prop.enum) == set(stated["enum"]), prop.name
    if prop.action:
        assert {name: str(since) for name, since in prop.action.names.items()} == stated["actions"]


def in_version(stated: bool | dict[str, bool], version: Version) -> bool:
    """A fact is stated for all versions, or as `{"until 3.1": false, "from 4.0": true}`."""
    if isinstance(stated, bool):
        return stated
    for span, holds_then in stated.items():
        word, bound = span.split()
        if (version <= v(bound)) if word == "until" else (version >= v(bound)):
            return holds_then
    raise AssertionError(stated)


@pytest.mark.parametrize(
    "text",
    [
        "^[0-9]{4}$",
        "a|b",
        "(a)(?:b)(?=c)(?!d)(?<=e)(?<!f)(?<g>h)",
        "[^]",
        "[]",
        "[a-z\\d-]",
        "a{2,3}?",
        "x{,3}",
        "]",
        "}",
        "\\u0041\\x41\\cA",
        "",
        "(?=a)*",
        "a{",
        "\\bword\\B",
        "[\\]]",
        "(|a)",
        "^(\\+49|0)[1-9]\\d+$",
    ],
)
def test_regular_expressions(text: str) -> None:
    assert is_regular_expression(text)


@pytest.mark.parametrize(
    "text",
    ["(", ")", "[a", "*a", "a**", "a{3,2}", "(?<a>x)(?<a>y)", "(?P<a>x)", "[z-a]", "\\", "(?<=a)*", "^*", "+", "(?x)"],
)
def test_what_is_no_regular_expression(text: str) -> None:
    assert not is_regular_expression(text)


@pytest.mark.parametrize(
    ("text", "of_what"),
    [
        ("x{4000000000}", "repeated 4000000000 times"),
        ("x{0,65536}", "repeated 65536 times"),
        ("x{2," + "9" * 4_900 + "}", "repeated"),
        ("(?:(?:x{100}){100}){2}", "20000 steps"),
        ("(?:" * 40 + "xx" + "){9}" * 40, "steps"),
        ("(?:|){9999}(?:)(?:){2}", "10002 steps"),
        ("[xa-z]{3000}|[xy]{2500}", "11000 steps"),
        ("(" * 51 + ")" * 51, "51 groups"),
        ("[" + "a" * 5_000 + "]", "5002 characters"),
    ],
)
def test_what_is_too_large_a_regular_expression(text: str, of_what: str) -> None:
    assert of_what in excess(text)


@pytest.mark.parametrize(
    "text", ["^.{1,60000}$", "(?:(?:x{100}){50}){2}", "x{0,65535}", "(" * 50 + ")" * 50, "a{3,2}", "(", "x" * 5_000]
)
def test_regular_expressions_within_bounds(text: str) -> None:
    assert excess(text) == ""
