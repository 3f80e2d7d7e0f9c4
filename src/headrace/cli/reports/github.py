"""Findings as workflow commands of GitHub Actions, which shows them beside the changed lines."""

from collections.abc import Sequence

from headrace.cli.reports import Checked
from headrace.cli.reports.text import in_order
from headrace.cli.terminal import COMMAND, Line, printable
from headrace.flowjson.diagnostics import Diagnostic


def lines(files: Sequence[Checked]) -> list[Line]:
    """A command for each finding."""
    return [[(_command(file.name, diagnostic), COMMAND)] for file in files for diagnostic in in_order(file)]


def _command(name: str, diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    where = {"file": name}
    if span.line_start:
        where |= {"line": str(span.line_start), "endLine": str(span.line_end), "col": str(span.column_start)}
    if span.line_start and span.line_start == span.line_end:
        where["endColumn"] = str(span.column_end)
    where["title"] = diagnostic.rule
    properties = ",".join(f"{key}={_property(value)}" for key, value in where.items())
    text = f"{diagnostic.message} {diagnostic.explanation}".strip()
    return f"::{diagnostic.severity} {properties}::{_data(text)}"


_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def _data(text: str) -> str:
    return "".join(_ESCAPES.get(mark) or printable(mark) for mark in text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
