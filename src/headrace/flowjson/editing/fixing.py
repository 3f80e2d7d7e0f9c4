"""Applies the fixes that come with diagnostics."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Fix, TextEdit
from headrace.flowjson.document import Document, parse
from headrace.flowjson.editing.textedits import applied, overlaps

__all__ = ["Mended", "apply_fix", "mend"]

ROUNDS = 10
"""One fix may bring to light what another one mends; after so many rounds that is not going to end."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after fixing: the last report about it, and the diagnostics whose fix was applied, each with its fix."""

    text: str
    report: Report
    applied: list[tuple[Diagnostic, Fix]] = field(default_factory=list)


def apply_fix(document: Document, fix: Fix) -> str:
    """The text with one fix applied."""
    return applied(document.text, fix.edits)


def mend(document: Document, check: Callable[[Document], Report]) -> Mended:
    """Applies the first fix of every diagnostic that has one, as long as this makes no new errors.

    Broken text is mended first: only then can be seen what else is wrong. Fixes that touch each other wait for the next
    round. A fix that leaves more errors than there were is not applied, unless they were hidden before. Of a file that
    is not UTF-8 nothing is changed: what could not be read of it would be lost.
    """
    report = check(document)
    done: list[tuple[Diagnostic, Fix]] = []
    if any(problem.rule == "syntax/encoding" for problem in document.problems):
        return Mended(document.text, report, done)
    for _ in range(ROUNDS):
        chosen = _choose(report)
        after = _after(report, chosen, check)
        if after is None:
            chosen, after = _first_that_helps(report, chosen, check)
        if after is None:
            break
        done += chosen
        report = after
    return Mended(report.document.text, report, done)


def _choose(report: Report) -> list[tuple[Diagnostic, Fix]]:
    found = [*report.errors, *report.warnings]
    syntax = [one for one in found if one.rule.startswith("syntax/") and one.fixes]
    chosen: list[tuple[Diagnostic, Fix]] = []
    taken: list[TextEdit] = []
    for diagnostic in syntax or found:
        fix = diagnostic.fixes[0] if diagnostic.fixes else None
        if fix and _fits(fix.edits, len(report.document.text)) and not overlaps(fix.edits, taken):
            chosen.append((diagnostic, fix))
            taken += fix.edits
    return chosen


def _fits(edits: Sequence[TextEdit], length: int) -> bool:
    """Whether a set of edits can be applied at all."""
    ordered = sorted(edits)
    inside = all(0 <= edit.start <= edit.end <= length for edit in ordered)
    return bool(ordered) and inside and all(one.end <= other.start for one, other in pairwise(ordered))


def _after(report: Report, chosen: list[tuple[Diagnostic, Fix]], check: Callable[[Document], Report]) -> Report | None:
    """The report about the text with these fixes; None where they change nothing or do harm."""
    text = applied(report.document.text, [edit for _, fix in chosen for edit in fix.edits])
    if text == report.document.text:
        return None
    after = check(parse(text))
    reveals = any(fix.reveals for _, fix in chosen)
    return after if reveals or len(after.errors) <= len(report.errors) else None


def _first_that_helps(
    report: Report, chosen: list[tuple[Diagnostic, Fix]], check: Callable[[Document], Report]
) -> tuple[list[tuple[Diagnostic, Fix]], Report | None]:
    for one in chosen:
        if after := _after(report, [one], check):
            return [one], after
    return [], None
