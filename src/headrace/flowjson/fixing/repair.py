"""Applies the fixes of diagnostics, until nothing is left that a machine can mend."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headrace.flowjson.checks.report import Report
from headrace.flowjson.checks.spelling import is_slip
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing.trials import MOST_ALONE, Fix, fixes_of
from headrace.flowjson.textedits import TextEdit, applied, overlaps

__all__ = ["Mended", "apply_fix", "mend"]

ROUNDS = 10
"""At most this many rounds are made: one fix may bring to light what the next one mends, but not for ever."""

MISSPELT = (
    "structure/unknown-property",
    "structure/unknown-component-property",
    "data/missing-property",
    "data/missing-type",
    "version/missing",
)
"""Rules that a misspelt name breaks, and with which it brings about other mistakes."""

REFERENCES = ("actions/", "bindings/", "conditions/", "expressions/", "forms/", "payloads/", "routing/", "screens/")
"""How the rules begin that names break which lead to something else of the Flow."""

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
        chosen = _choose(report, fixes)
        after = _after(report, chosen, check)
        if after is None:
            chosen, after = _first_that_helps(report, chosen, check)
        if after is None:
            break
        done += chosen
        report = after
    return Mended(report.document.text, report, done)


def _choose(report: Report, fixes: FixesOf) -> Chosen:
    diagnostics = [*report.errors, *report.warnings]
    syntax = [
        diagnostic for diagnostic in diagnostics if diagnostic.rule.startswith("syntax/") and fixes(report, diagnostic)
    ]
    chosen: Chosen = []
    taken: list[TextEdit] = []
    is_json = not any(diagnostic.rule.startswith("syntax/") for diagnostic in report.errors)
    misspelt = [diagnostic for diagnostic in diagnostics if diagnostic.rule in MISSPELT]
    for diagnostic in syntax or (_first(misspelt, report, fixes) or diagnostics if is_json else ()):
        fix = next(iter(fixes(report, diagnostic)), None)
        is_reference = diagnostic.rule.startswith(REFERENCES)
        if fix is None or (is_reference and _is_undecided(report.document.text, fix)):
            continue
        if _fits(fix.edits, len(report.document.text)) and not overlaps(fix.edits, taken):
            chosen.append((diagnostic, fix))
            taken += fix.edits
    return chosen


_NAME = re.compile(r"\w+")


def _is_undecided(text: str, fix: Fix) -> bool:
    """Whether a fix writes a name with one character other that stands nowhere but where it is defined.

    Then the definition may as well be the one that is misspelt, and only the author knows.
    """
    for edit in fix.edits:
        before = set(_NAME.findall(text, edit.start, edit.end))
        for name in set(_NAME.findall(edit.text)) - before:
            if any(is_slip(old, name) for old in before) and len(re.findall(rf"\b{re.escape(name)}\b", text)) == 1:
                return True
    return False


def _first(misspelt: list[Diagnostic], report: Report, fixes: FixesOf) -> list[Diagnostic]:
    """The misspelt names that are to be written another way: what else is wrong may only follow from them."""
    mended = ((diagnostic, next(iter(fixes(report, diagnostic)), None)) for diagnostic in misspelt)
    return [diagnostic for diagnostic, fix in mended if fix and fix.title.startswith("Write")]


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
