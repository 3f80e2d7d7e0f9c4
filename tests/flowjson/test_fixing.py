"""Applying the fixes of diagnostics: until nothing is left to mend, and never for the worse."""

from datetime import date
from pathlib import Path

import pytest
from tests.conftest import corpus_documents

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Fix, Severity, TextEdit
from headrace.flowjson.document import Document, parse
from headrace.flowjson.editing.fixing import mend

TODAY = date(2026, 11, 22)


def _report(document: Document, *wrong: tuple[str, str]) -> Report:
    """Says that each first text is wrong and should be the second."""
    errors = []
    for bad, good in wrong:
        at = document.text.find(bad)
        if at >= 0:
            fixes = (Fix("Change it", (TextEdit(at, at + len(bad), good),)),) if good != bad else ()
            errors.append(Diagnostic("test/rule", "TEST", f"{bad} is wrong", severity=Severity.ERROR, fixes=fixes))
    return Report(document, "7.3", None, lambda severity: errors if severity is Severity.ERROR else [])


def test_mending_goes_on_until_nothing_can_be_mended() -> None:
    done = mend(parse('{"a": "x"}'), lambda document: _report(document, ("x", "y"), ('"y"', '"z"'), ("{", "{")))
    assert done.text == '{"a": "z"}'
    assert [diagnostic.message for diagnostic, _ in done.applied] == ["x is wrong", '"y" is wrong']
    assert len(done.report.errors) == 1


def test_mending_keeps_away_from_what_makes_things_worse() -> None:
    done = mend(
        parse('{"a": "x"}'),
        lambda document: _report(document, ("x", "pqr"), ("p", "p"), ("q", "q"), ("r", "r"), ("a", "b")),
    )
    assert done.text == '{"b": "x"}'


@pytest.mark.parametrize("path", corpus_documents("broken", "unknown"), ids=lambda path: path.stem)
def test_corpus_is_mended_as_far_as_it_goes(path: Path) -> None:
    def judge(document: Document) -> Report:
        return check(document, today=TODAY)

    document = parse(path.read_bytes())
    before = judge(document)
    done = mend(document, judge)
    assert done.report.document.text == done.text
    if not any(diagnostic.rule.startswith(("syntax/", "version/")) for diagnostic, _ in done.applied):
        assert len(done.report.errors) <= len(before.errors)
    assert (done.text == document.text) == (not done.applied)
    assert mend(parse(done.text), judge).applied == []


def test_what_could_not_be_read_is_not_written_anew() -> None:
    """The letters that are no UTF-8 would be lost."""
    document = parse(b'{"a": "x \xdf"}')
    done = mend(document, lambda one: _report(one, ("x", "y")))
    assert (done.text, done.applied) == (document.text, [])


def test_mending_ends() -> None:
    done = mend(parse('{"a": "x"}'), lambda document: _report(document, ("x", "y"), ("y", "x")))
    assert len(done.applied) == 10
