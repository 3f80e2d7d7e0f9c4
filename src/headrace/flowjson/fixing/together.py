"""The fixes of many mistakes at once: all are made, and the text is checked once for all of them.

To check a text for each of its mistakes takes a time that grows with their square. What does not help together is
halved until it is known which fix was in the way.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Severity
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing.fix_context import FixContext
from headrace.flowjson.fixing.proposals import Proposed, proposals
from headrace.flowjson.textedits import TextEdit, applied

__all__ = ["FEW", "helpful_together"]

FEW = 12
"""Up to this many mistakes each is looked at alone, more thoroughly."""

MOST_CHECKED = 16
"""Texts that are checked at most to find out which fixes help."""

_MOST_PROPOSED = 3
"""Of one mistake's proposals so many are looked through for one that is no guess."""

Mended = Mapping[int, Proposed]
"""By the place of a diagnostic in the report, the proposal that mends it."""


class _Chosen(NamedTuple):
    number: int
    diagnostic: Diagnostic
    proposed: Proposed


def helpful_together(report: Report, check: Callable[[Document], Report]) -> Mended:
    """The first proposals of the mistakes of a report that help, found with few checks.

    One error is left in, so that what hides behind the errors stays hidden as it does for each alone.
    """
    errors = _chosen(report, report.errors, 0)
    warnings = _chosen(report, report.warnings, len(report.errors))
    if len(errors) == len(report.errors):
        errors = errors[:-1]
    halves = [half for half in (errors, warnings) if half]
    mended: dict[int, Proposed] = {}
    for _ in range(MOST_CHECKED):
        if not halves:
            break
        chosen = halves.pop(0)
        if _help(report, chosen, check):
            mended |= {one.number: one.proposed for one in chosen}
        elif len(chosen) > 1:
            middle = len(chosen) // 2
            halves += [chosen[:middle], chosen[middle:]]
    return mended


def _chosen(report: Report, diagnostics: Sequence[Diagnostic], first: int) -> list[_Chosen]:
    """The first proposal of each mistake that has a certain one, but for those that touch an earlier one."""
    chosen: list[_Chosen] = []
    for number, diagnostic in enumerate(diagnostics, first):
        proposed = _first(report, diagnostic)
        if proposed is not None:
            chosen.append(_Chosen(number, diagnostic, proposed))
    return _apart(chosen)


def _first(report: Report, diagnostic: Diagnostic) -> Proposed | None:
    for number, proposed in enumerate(proposals(FixContext(diagnostic, report.document, report.flow))):
        if proposed.certain and proposed.edits:
            return proposed
        if number >= _MOST_PROPOSED:
            break
    return None


def _apart(chosen: list[_Chosen]) -> list[_Chosen]:
    kept: list[_Chosen] = []
    end = -1
    for one in sorted(chosen, key=lambda one: (_span(one.proposed.edits), one.number)):
        start, stop = _span(one.proposed.edits)
        if start > end:
            kept.append(one)
            end = stop
    return kept


def _span(edits: Sequence[TextEdit]) -> tuple[int, int]:
    return min(edit.start for edit in edits), max(edit.end for edit in edits)


def _help(report: Report, chosen: list[_Chosen], check: Callable[[Document], Report]) -> bool:
    edits = [edit for one in chosen for edit in one.proposed.edits]
    after = check(parse(applied(report.document.text, edits)))
    if chosen[0].diagnostic.severity is Severity.ERROR:
        return len(after.errors) <= len(report.errors) - len(chosen)
    gone = Counter(one.diagnostic.rule for one in chosen)
    left, before = (Counter(warning.rule for warning in one.warnings) for one in (after, report))
    return not after.errors and all(left[rule] <= before[rule] - count for rule, count in gone.items())
