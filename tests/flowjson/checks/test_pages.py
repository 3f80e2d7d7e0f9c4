"""Every rule has its page, and the examples on it are what they claim to be."""

from typing import Literal

import pytest

from headrace.flowjson.checks import RULES, check
from headrace.flowjson.checks.pages import UnknownRule, explain, explained, page_of
from headrace.flowjson.diagnostics import Diagnostic

WITHOUT_EXAMPLE = {"syntax/encoding", "syntax/size"}
"""These need bytes that are no text, or 10 MB."""

WITH_A_SECOND = {"payloads/literal-without-schema": {"payloads/not-declared-by-next"}}
"""A mistake that Meta's validator reports by two codes."""


def found_in(text: str, rule: str) -> list[Diagnostic]:
    frozen: Literal["warn", "error"] = "error" if rule == "version/not-publishable" else "warn"
    report = check(text, today=page_of(rule).today, frozen=frozen)
    return [*report.errors, *report.warnings]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_explained(rule: str) -> None:
    page = explain(rule).page
    assert page is not None
    assert (page.rule, page.code, page.severity) == (rule, RULES[rule].code, RULES[rule].severity)
    assert page.meaning.endswith(".")
    assert page.why.endswith(".")
    assert len(page.meaning) > 15
    assert bool(page.right) == (rule not in WITHOUT_EXAMPLE)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in WITHOUT_EXAMPLE])
def test_the_wrong_example_breaks_this_rule_and_the_right_one_none(rule: str) -> None:
    page = page_of(rule)
    wrong = {one.rule for one in found_in(page.wrong, rule)}
    assert wrong == {rule} | WITH_A_SECOND.get(rule, set())
    assert [f"{one.rule}: {one.message}" for one in found_in(page.right, rule)] == []


def test_a_code_leads_to_all_its_rules() -> None:
    found = explain("INVALID_ROUTING_MODEL")
    assert {page.rule for page in found.pages} == {
        rule.name for rule in RULES.values() if rule.code == "INVALID_ROUTING_MODEL"
    }


def test_a_code_of_the_server_is_told_as_such() -> None:
    found = explain("INVALID_FLOW_JSON_VERSION_STATE")
    assert found.pages == ()
    assert "server" in found.note


@pytest.mark.parametrize(
    ("name", "meant"),
    [("routing/lop", "routing/loop"), ("lone-minus", "conditions/lone-minus"), ("quite something else", None)],
)
def test_an_unknown_name_is_asked_back(name: str, meant: str | None) -> None:
    with pytest.raises(UnknownRule) as caught:
        explain(name)
    assert caught.value.meant == meant
    assert name in str(caught.value)


def test_a_finding_is_explained_by_its_rule_and_by_what_is_known_of_it() -> None:
    page = page_of("structure/unknown-component-property")
    [error] = check(page.wrong, today=page.today).errors
    assert explained(error) == f"{page.meaning} {page.why}" + (f" {error.explanation}" if error.explanation else "")
    text = page_of("version/invalid").wrong.replace('"version": "', '"version": "x')
    [error] = check(text, today=page.today).errors
    assert error.explanation
    assert explained(error).endswith(error.explanation)
