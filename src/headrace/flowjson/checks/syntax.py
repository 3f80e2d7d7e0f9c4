"""Mistakes in the text itself: it is not JSON, or not an object."""

import re

from headrace.flowjson.checks.rules import RULES, Rule, rule
from headrace.flowjson.checks.values import type_name
from headrace.flowjson.diagnostics import Diagnostic, Pointer, Severity
from headrace.flowjson.document import HARMLESS, Document
from headrace.flowjson.problems import PROBLEMS, Problem

CODE = "INVALID_FLOW_JSON"


def _declare(name: str) -> Rule:
    full = f"syntax/{name}"
    if full in HARMLESS:
        return rule(full, CODE, "Line {line}, column {column}: {reason}.", severity=Severity.WARNING)
    return rule(full, CODE, "Flow JSON is not valid. Line {line}, column {column}: {reason}.")


for _name in PROBLEMS:
    _declare(_name)

_ANOTHER_FORMAT = re.compile(r"\s*(?:\[?[A-Za-z_]|<|---|#)")
"""How a file of YAML, TOML, XML or another format begins."""

_IS_JSON = "Flow JSON is JSON: one object, which begins with {. This begins as another format does."

NOT_AN_OBJECT = rule("syntax/root", CODE, "Flow JSON is not valid. The document is {actual}, but should be an object.")


def diagnose(document: Document, severity: Severity) -> list[Diagnostic]:
    """What is wrong with the text of a document and of this severity, with its place."""
    problems = [problem for problem in document.problems if RULES[problem.rule].severity is severity]
    diagnostics = [_diagnostic(problem, document) for problem in problems]
    if diagnostics and _ANOTHER_FORMAT.match(document.text):
        diagnostics[0] = diagnostics[0]._replace(explanation=_IS_JSON)
    if severity is NOT_AN_OBJECT.severity and document.is_json and not isinstance(document.value, dict):
        actual = type_name(document.value)
        article = {"array": "an ", "null": ""}.get(actual, "a ")
        span = document.span(())
        message = NOT_AN_OBJECT.message.format(actual=article + actual)
        diagnostics.append(Diagnostic(NOT_AN_OBJECT.name, CODE, message, span, (Pointer(span, ()),)))
    return diagnostics


def _diagnostic(problem: Problem, document: Document) -> Diagnostic:
    broken = RULES[problem.rule]
    span = document.span_of(problem.start, problem.end)
    message = broken.message.format(line=span.line_start, column=span.column_start, reason=problem.message)
    values = {"start": problem.start, "end": problem.end}
    return Diagnostic(broken.name, broken.code, message, span, (Pointer(span, ()),), broken.severity, values=values)
