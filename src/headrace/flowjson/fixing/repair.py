"""Applies the fixes of diagnostics, until nothing is left that a machine can mend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing.trials import MOST_ALONE, Fix, fixes_of
from headrace.flowjson.textedits import TextEdit, applied, overlaps

__all__ = ["Mended", "apply_fix", "mend"]

ROUNDS = 10
"""At most this many rounds are made: one fix may bring to light what the next one mends, but not for ever."""

Check = Callable[[Document], Report]
"""Judges a text."""

FixesOf = Callable[[Report, Diagnostic], Sequence[Fix]]
"""Gives the fixes of a diagnostic, the best one first."""

Chosen = list[tuple[Diagnostic, Fix]]
"""Diagnostics, each with the fix that is applied to it."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after fixing: the last report about it, and the diagnostics whose fix was applied, each with its fix."""

    text: str
    report: Report
    applied: Chosen = field(default_factory=list)


def apply_fix(document: Document, fix: Fix) -> str:
    """The text with one fix applied."""
    return applied(document.text, fix.edits)


def mend(document: Document, check: Check, fixes: FixesOf = fixes_of) -> Mended:
    """Applies the first fix of every diagnostic that has one, as long as this makes no new errors.

    `check` judges a text, `fixes` gives the fixes of a diagnostic. Broken text is mended first: only then can be seen
    what else is wrong. Fixes that touch each other wait for the next round. A fix that leaves more errors than there
    were is not applied, unless they were hidden before. Of a file that is not UTF-8 nothing is changed: what could not
    be read of it would be lost.
    """
    report = check(document)
    done: Chosen = []
    if any(problem.rule == "syntax/encoding" for problem in document.problems):
        return Mended(document.text, report, done)
    for _ in range(ROUNDS):
        chosen, beside = _choose(report, fixes)
        after = _after(report, chosen, check)
        if after is None:
            chosen, after = _first_that_helps(report, chosen, check)
        if after is None:
            break
        if beside and (with_those := _with_those_beside(report, chosen, beside, after, check)):
            chosen, after = [*chosen, *beside], with_those
        done += chosen
        report = after
    return Mended(report.document.text, report, done)


def _choose(report: Report, fixes: FixesOf) -> tuple[Chosen, Chosen]:
    """The fixes of a round: of broken text, else of names, from which other mistakes may follow, else all. Behind them
    those that insert something else where one of them inserts something: members of one object."""
    diagnostics = [*report.errors, *report.warnings]
    syntax = [diagnostic for diagnostic in diagnostics if diagnostic.rule.startswith("syntax/")]
    is_json = not any(diagnostic.rule.startswith("syntax/") for diagnostic in report.errors)
    fixable = [
        (diagnostic, fix)
        for diagnostic in diagnostics
        if (is_json or diagnostic in syntax) and (fix := next(iter(fixes(report, diagnostic)), None)) and fix.certain
    ]
    broken = [(diagnostic, fix) for diagnostic, fix in fixable if diagnostic.rule.startswith("syntax/")]
    respelt = [(diagnostic, fix) for diagnostic, fix in fixable if fix.is_respelling]
    chosen: Chosen = []
    beside: Chosen = []
    taken: list[TextEdit] = []
    inserted: set[TextEdit] = set()
    for diagnostic, fix in broken or respelt or fixable:
        if not _fits(fix.edits, len(report.document.text)):
            continue
        if not overlaps(fix.edits, taken):
            chosen.append((diagnostic, fix))
            taken += fix.edits
            inserted.update(fix.edits)
        elif diagnostic in report.errors and _only_insert(fix.edits) and inserted.isdisjoint(fix.edits):
            beside.append((diagnostic, fix))
            inserted.update(fix.edits)
    return chosen, beside


def _only_insert(edits: Sequence[TextEdit]) -> bool:
    return all(edit.start == edit.end for edit in edits)


def _with_those_beside(report: Report, chosen: Chosen, beside: Chosen, after: Report, check: Check) -> Report | None:
    """The report about the text with both; None unless each of those beside takes away a mistake of its own."""
    if overlaps([edit for _, fix in beside for edit in fix.edits], _changes(chosen)):
        return None
    both = _after(report, [*chosen, *beside], check)
    if both is None or len(both.warnings) > len(after.warnings):
        return None
    return both if len(both.errors) <= len(after.errors) - len(beside) else None


def _changes(chosen: Chosen) -> list[TextEdit]:
    """The edits that take something away."""
    return [edit for _, fix in chosen for edit in fix.edits if edit.start != edit.end]


def _fits(edits: Sequence[TextEdit], length: int) -> bool:
    """Whether a set of edits can be applied at all."""
    ordered = sorted(edits)
    inside = all(0 <= edit.start <= edit.end <= length for edit in ordered)
    return bool(ordered) and inside and all(edit.end <= following.start for edit, following in pairwise(ordered))


def _after(report: Report, chosen: Chosen, check: Check) -> Report | None:
    """The report about the text with these fixes; None where they change nothing or do harm."""
    text = applied(report.document.text, [edit for _, fix in chosen for edit in fix.edits])
    if text == report.document.text:
        return None
    after = check(parse(text))
    reveals = any(fix.reveals for _, fix in chosen)
    return after if reveals or len(after.errors) <= len(report.errors) else None


def _first_that_helps(report: Report, chosen: Chosen, check: Check) -> tuple[Chosen, Report | None]:
    for choice in chosen[:MOST_ALONE]:
        if after := _after(report, [choice], check):
            return [choice], after
    return [], None
