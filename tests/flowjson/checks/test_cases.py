"""Our own documents: every rule has a folder with a document that breaks it, and what is to be said about it.

A new folder below `tests/corpus/flowjson` is a new test. With HEADRACE_UPDATE_CASES=1 the expectations are written
anew, to be looked through before they are kept.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from headrace.flowjson.checks import RULES, Report, check
from headrace.flowjson.checks.rules import Rule
from headrace.flowjson.diagnostics import Diagnostic

CASES = sorted(path.parent for path in (Path(__file__).parents[2] / "corpus" / "flowjson").glob("*/flow.json"))
TODAY = date(2026, 11, 22)

WITHOUT_CASE = {"syntax/encoding", "syntax/size", "version/not-publishable", "version/freezes-soon"}
"""Rules that need bytes, much space, an option or another day; they have tests of their own."""


def told(diagnostic: Diagnostic) -> dict[str, Any]:
    entry = diagnostic.to_graph()
    return {
        "rule": diagnostic.rule,
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "at": [
            {"path": one["path"], "line": one["line_start"], "columns": [one["column_start"], one["column_end"]]}
            for one in entry["pointers"]
        ],
    }


def report_on(case: Path) -> Report:
    return check((case / "flow.json").read_bytes(), today=TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_is_told_about_as_expected(case: Path) -> None:
    report = report_on(case)
    found = [told(diagnostic) for diagnostic in [*report.errors, *report.warnings]]
    expected = case / "expected.json"
    if os.environ.get("HEADRACE_UPDATE_CASES"):
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES.values() if rule.name not in WITHOUT_CASE], ids=lambda rule: rule.name
)
def test_every_rule_has_a_document_that_breaks_it(rule: Rule) -> None:
    case = next(case for case in CASES if case.name == rule.name.replace("/", "-"))
    rules = [one["rule"] for one in json.loads((case / "expected.json").read_text())]
    assert rule.name in rules


@pytest.mark.parametrize("case", [case for case in CASES if case.name.startswith("good-")], ids=lambda case: case.name)
def test_good_documents_are_clean(case: Path) -> None:
    assert report_on(case).is_valid
