"""The grammar of `fields`."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.platform.errors import PlatformError
from headrace.platform.graph.selection import Selected, parse_fields

pytestmark = pytest.mark.spec("graph-api.md §1.1")


def test_names() -> None:
    assert parse_fields("id,name, status") == (Selected("id", {}), Selected("name", {}), Selected("status", {}))


def test_dotted_modifiers_in_any_order() -> None:
    [metric] = parse_fields("metric.since(2026-01-01).name(ENDPOINT_REQUEST_COUNT).granularity(DAY)")
    assert metric.name == "metric"
    assert metric.modifier("granularity") == "DAY"
    assert metric.modifier("until") is None


@pytest.mark.parametrize(("argument", "expected"), [("true", True), ("'1'", True), ("false", False), ("", False)])
def test_flags(argument: str, expected: bool) -> None:
    [preview] = parse_fields(f"preview.invalidate({argument})")
    assert preview.flag("invalidate") is expected


def test_nesting() -> None:
    [waba, last] = parse_fields("whatsapp_business_account{id,owner{name}},id")
    assert waba.nested is not None
    assert [inner.name for inner in waba.nested] == ["id", "owner"]
    assert waba.nested[1].nested == (Selected("name", {}),)
    assert last.name == "id"


def test_arguments_with_brackets_and_commas() -> None:
    [analytics] = parse_fields('analytics.phone_numbers([]).country_codes(["US", "BR)"])')
    assert analytics.modifiers["country_codes"] == '["US", "BR)"]'


@pytest.mark.parametrize("text", ["", " ", ",", "id,", ",id", "id,,name"])
def test_empty_places_ask_for_nothing(text: str) -> None:
    assert all(selected.name for selected in parse_fields(text))


@pytest.mark.parametrize("text", ["id name", "a{b", "a}", "a.b", "a.b(", "a.(x)", "1", "a{" * 50 + "}" * 50, "a(b)"])
def test_what_does_not_follow_the_grammar(text: str) -> None:
    with pytest.raises(PlatformError, match="Syntax error") as refused:
        parse_fields(text)
    assert refused.value.code == 2500


@given(st.text(alphabet="ab.,{}()[]'\" \n1é", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(PlatformError):
        parse_fields(text)
