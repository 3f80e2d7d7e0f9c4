"""Findings as SARIF 2.1.0, the exchange format of code scanning."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from headrace import __version__
from headrace.cli.reports import Checked
from headrace.cli.reports.text import in_order
from headrace.cli.terminal import Line, json_lines
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.diagnostics import Diagnostic, Span
from headrace.flowjson.document import Document

if TYPE_CHECKING:
    from headrace.flowjson.fixing import Fix

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def lines(files: Sequence[Checked]) -> list[Line]:
    """One log with one run."""
    names = sorted({diagnostic.rule for file in files for diagnostic in in_order(file)})
    run = {
        "tool": {"driver": {"name": "headrace", "version": __version__, "rules": [_rule(name) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(file.name)} for file in files],
        "results": [_result(file, diagnostic, names) for file in files for diagnostic in in_order(file)],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_lines(log)


def _rule(name: str) -> dict[str, Any]:
    page = page_of(name)
    return {
        "id": name,
        "shortDescription": {"text": page.meaning},
        "fullDescription": {"text": f"{page.meaning} {page.why}"},
        "help": {"text": f"{page.meaning} {page.why} headrace explain {name} shows an example."},
        "defaultConfiguration": {"level": str(page.severity)},
    }


def _result(file: Checked, diagnostic: Diagnostic, names: list[str]) -> dict[str, Any]:
    spans = [pointer.span for pointer in diagnostic.pointers] or [diagnostic.span]
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": names.index(diagnostic.rule),
        "level": str(diagnostic.severity),
        "message": {"text": f"{diagnostic.message} {diagnostic.explanation}".strip()},
        "locations": [_physical(file.name, spans[0])],
        "properties": {"code": diagnostic.code},
    }
    if spans[1:]:
        result["relatedLocations"] = [
            {"id": number, **_physical(file.name, span)} for number, span in enumerate(spans[1:], 1)
        ]
    if fixes := file.fixes(diagnostic):
        result["fixes"] = [_fix(file.name, fix, file.report.document) for fix in fixes]
    return result


def _fix(name: str, fix: "Fix", document: Document) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region(document.span_of(edit.start, edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": _location(name), "replacements": replacements}],
    }


def _physical(name: str, span: Span) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _location(name)}
    if span.line_start:
        place["region"] = _region(span)
    return {"physicalLocation": place}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line_start,
        "startColumn": span.column_start,
        "endLine": span.line_end,
        "endColumn": span.column_end,
    }


def _location(name: str) -> dict[str, str]:
    return {"uri": quote(name)}
