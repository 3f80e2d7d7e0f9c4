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

    Fixes that touch each other wait for the next round. A fix that leaves more errors than there were is not applied.
    """
    report = check(document)
    done: list[tuple[Diagnostic, Fix]] = []
    for _ in range(ROUNDS):
        chosen = _choose(report)
        if not chosen:
            break
        text = applied(report.document.text, [edit for _, fix in chosen for edit in fix.edits])
        after = check(parse(text))
        if len(after.errors) > len(report.errors) or text == report.document.text:
            chosen, after = _one_by_one(report, chosen, check)
            if not chosen:
                break
        done += chosen
        report = after
    return Mended(report.document.text, report, done)


def _choose(report: Report) -> list[tuple[Diagnostic, Fix]]:
    chosen: list[tuple[Diagnostic, Fix]] = []
    taken: list[TextEdit] = []
    length = len(report.document.text)
    for diagnostic in (*report.errors, *report.warnings):
        fix = diagnostic.fixes[0] if diagnostic.fixes else None
        if fix and _fits(fix.edits, length) and not overlaps(fix.edits, taken):
            chosen.append((diagnostic, fix))
            taken += fix.edits
    return chosen


def _fits(edits: Sequence[TextEdit], length: int) -> bool:
    """Whether a set of edits can be applied at all."""
    ordered = sorted(edits)
    inside = all(0 <= edit.start <= edit.end <= length for edit in ordered)
    return bool(ordered) and inside and all(one.end <= other.start for one, other in pairwise(ordered))


def _one_by_one(
    report: Report, chosen: list[tuple[Diagnostic, Fix]], check: Callable[[Document], Report]
) -> tuple[list[tuple[Diagnostic, Fix]], Report]:
    """The first of the fixes that does good alone."""
    for diagnostic, fix in chosen:
        text = applied(report.document.text, fix.edits)
        after = check(parse(text))
        if text != report.document.text and len(after.errors) <= len(report.errors):
            return [(diagnostic, fix)], after
    return [], report
