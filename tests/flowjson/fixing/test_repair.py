"""Applying the fixes of diagnostics: until nothing is left to mend, and never for the worse."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import corpus_documents

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Severity
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing import Fix, Mended, mend
from headrace.flowjson.textedits import TextEdit

TODAY = date(2026, 11, 22)


def _mend(text: str | bytes, *wrong: tuple[str, str]) -> Mended:
    """Mends with a check that calls each first text wrong, and a fix that makes the second of it."""

    def judge(document: Document) -> Report:
        errors = [
            Diagnostic("test/rule", "TEST", f"{bad} is wrong", values={"at": at, "bad": bad, "good": good})
            for bad, good in wrong
            if (at := document.text.find(bad)) >= 0
        ]
        return Report(document, lambda severity: errors if severity is Severity.ERROR else [], today=TODAY)

    def fixes(_: Report, diagnostic: Diagnostic) -> list[Fix]:
        at, bad, good = diagnostic.values["at"], diagnostic.values["bad"], diagnostic.values["good"]
        return [Fix("Change it", (TextEdit(at, at + len(bad), good),))] if good != bad else []

    return mend(parse(text), judge, fixes)


def test_mending_goes_on_until_nothing_can_be_mended() -> None:
    done = _mend('{"a": "x"}', ("x", "y"), ('"y"', '"z"'), ("{", "{"))
    assert done.text == '{"a": "z"}'
    assert [diagnostic.message for diagnostic, _ in done.applied] == ["x is wrong", '"y" is wrong']
    assert len(done.report.errors) == 1


def test_mending_keeps_away_from_what_makes_things_worse() -> None:
    done = _mend('{"a": "x"}', ("x", "pqr"), ("p", "p"), ("q", "q"), ("r", "r"), ("a", "b"))
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
    raw = b'{"a": "x \xdf"}'
    done = _mend(raw, ("x", "y"))
    assert (done.text, done.applied) == (parse(raw).text, [])


def test_mending_ends() -> None:
    done = _mend('{"a": "x"}', ("x", "y"), ("y", "x"))
    assert len(done.applied) == 10


@pytest.mark.parametrize("indent", [1, None])
def test_members_of_one_object_are_inserted_at_once(indent: int | None) -> None:
    fields = ["rye", "barley", "spelt", "millet", "oats", "teff", "sorghum", "maize", "amaranth", "quinoa", "buckwheat"]
    texts = [{"type": "TextBody", "text": f"${{data.{field}}}"} for field in [*fields, "rice"]]
    action = {"name": "complete", "payload": {}}
    children = [*texts, {"type": "Footer", "label": "Done", "on-click-action": action}]
    layout = {"type": "SingleColumnLayout", "children": children}
    screen = {"id": "GRAIN", "title": "Grain", "terminal": True, "layout": layout}
    flow = {"version": "7.3", "screens": [screen]}
    done = mend(parse(json.dumps(flow, indent=indent)), lambda document: check(document, today=TODAY))
    assert done.report.errors == []
    assert set(json.loads(done.text)["screens"][0]["data"]) == {*fields, "rice"}
