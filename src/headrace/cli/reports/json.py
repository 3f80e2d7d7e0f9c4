"""Findings for programs: the entries of the Graph API's `validation_errors`, with rule, explanation and fixes."""

from collections.abc import Sequence
from typing import Any

from headrace.cli.reports import Checked
from headrace.cli.terminal import Line, json_lines
from headrace.flowjson.checks.pages import explained
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document
from headrace.flowjson.textedits import TextEdit


def lines(files: Sequence[Checked]) -> list[Line]:
    """One JSON array with an object for each file."""
    return json_lines([_file(file) for file in files])


def _file(file: Checked) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "file": file.name,
        "version": file.report.version,
        "errors": [_finding(file, diagnostic) for diagnostic in file.report.errors],
        "warnings": [_finding(file, diagnostic) for diagnostic in file.report.warnings],
    }
    if file.mended:
        entry["mended"] = [{"title": title, **span._asdict()} for span, title in file.mended]
    return entry


def _finding(file: Checked, diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        **diagnostic.to_graph(),
        "rule": diagnostic.rule,
        "explanation": explained(diagnostic),
        "fixes": [
            {
                "title": fix.title,
                "certain": fix.certain,
                "edits": [_edit(edit, file.report.document) for edit in fix.edits],
            }
            for fix in file.fixes(diagnostic)
        ],
    }


def _edit(edit: TextEdit, document: Document) -> dict[str, Any]:
    span = document.span_of(edit.start, edit.end)
    return {**span._asdict(), "text": edit.text}
