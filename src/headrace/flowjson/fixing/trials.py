"""The fixes of a diagnostic: proposals that were tried out.

The proposals stand in `proposals`, a module for each family of rules. A proposal becomes a fix when the text with its
edits is checked again and the mistake is gone without new ones. The first fix may be applied unseen if it is certain; a
mere guess is never the first.
"""

from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple
from weakref import WeakKeyDictionary

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Span
from headrace.flowjson.document import parse
from headrace.flowjson.fixing.fix_context import FixContext, shown
from headrace.flowjson.fixing.misspellings import Respelling, respellings
from headrace.flowjson.fixing.proposals import Proposed, proposals
from headrace.flowjson.fixing.slips import Slip, is_torn, slip_in
from headrace.flowjson.fixing.together import FEW, helpful_together
from headrace.flowjson.textedits import TextEdit, applied

__all__ = ["Fix", "fixes_of"]

MOST_FIXES = 2
"""At most this many fixes of one diagnostic are offered."""

LONGEST_TITLE = 80
"""Characters of the title of a fix; menus and terminals show it in one line."""

MOST_TRIALS = 12
"""At most this many proposals are tried out for one diagnostic."""

MOST_LOOKED_AT = 48
"""At most this many proposals are looked at for one diagnostic; many may come to the same text."""

_REVEALING = ("syntax/", "version/missing", "version/invalid", "version/unsupported", "version/unavailable")
"""How the rules begin whose mistakes hide others: mending one may bring those to light."""


class Fix(NamedTuple):
    """A change of the text that removes the cause of a diagnostic; its edits do not overlap.

    `reveals` says that other mistakes may have been hidden behind this one, and then come to light. `certain` says
    that nobody but the author needs to be asked; only such fixes may be applied unseen. `is_respelling` says that a
    slip in a name is taken back, from which other mistakes may follow.
    """

    title: str
    edits: tuple[TextEdit, ...]
    reveals: bool = False
    certain: bool = True
    is_respelling: bool = False


MOST_ALONE = 8
"""Of very many mistakes, at most this many are looked at alone when they were not mended together."""

_Key = tuple[str, str, Span]


@dataclass(slots=True)
class _Memory:
    respelt: dict[_Key, tuple[Fix, ...]]
    fixes: dict[_Key, tuple[Fix, ...]] = field(default_factory=dict)
    alone: int = 0  # of very many mistakes, how many were looked at alone


_MEMORY: "WeakKeyDictionary[Report, _Memory]" = WeakKeyDictionary()
"""The fixes that were worked out, for as long as somebody holds their report."""


def fixes_of(report: Report, diagnostic: Diagnostic) -> tuple[Fix, ...]:
    """The fixes of a diagnostic of this report, the best one first; worked out the first time they are asked for.

    There are none where the text is not what stands in the file, because that is not UTF-8.
    """
    are_many = report.document.is_json and max(len(report.errors), len(report.warnings)) > FEW
    if report not in _MEMORY:
        respelt = _respelt(report, are_many=are_many)
        _MEMORY[report] = _Memory(respelt, _tried_together(report) if are_many and not respelt else {})
    memory = _MEMORY[report]
    key = _key(diagnostic)
    if key not in memory.fixes:
        memory.alone += are_many
        tried = _tried(report, diagnostic) if memory.alone <= MOST_ALONE else ()
        memory.fixes[key] = _with_respellings(report, memory.respelt.get(key, ()), tried)
    return memory.fixes[key]


def _respelt(report: Report, *, are_many: bool) -> dict[_Key, tuple[Fix, ...]]:
    if not report.document.is_json or not report.errors:
        return {}
    found = respellings(
        report, lambda document: check(document, today=report.today, frozen=report.frozen), are_many=are_many
    )
    return {
        _key(report.errors[number]): tuple(_respelling_fix(report.errors[number], one) for one in respelt)
        for number, respelt in found.items()
    }


def _respelling_fix(diagnostic: Diagnostic, respelling: Respelling) -> Fix:
    is_here = diagnostic.span.line_start <= respelling.line <= diagnostic.span.line_end
    title = f"Write '{shown(respelling.name)}'" + ("" if is_here else f" in line {respelling.line}")
    return Fix(title, (respelling.edit,), certain=respelling.certain, is_respelling=True)


def _with_respellings(report: Report, respelt: tuple[Fix, ...], tried: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """What takes back a slip comes first, under the name that was proposed for it. Where several would, nothing else
    is certain either."""
    if not respelt:
        return tried
    text = report.document.text
    same = {applied(text, fix.edits): fix for fix in tried}
    named = [(same.pop(applied(text, fix.edits), None), fix) for fix in respelt]
    named.sort(key=lambda pair: pair[0] is None)
    first = [fix if proposed is None else fix._replace(title=proposed.title) for proposed, fix in named]
    others = [fix._replace(certain=False) for fix in same.values()]
    return tuple([*first, *others][:MOST_FIXES])


def _key(diagnostic: Diagnostic) -> _Key:
    return diagnostic.rule, diagnostic.message, diagnostic.span


def _tried_together(report: Report) -> dict[_Key, tuple[Fix, ...]]:
    mended = helpful_together(report, lambda document: check(document, today=report.today, frozen=report.frozen))
    diagnostics = [*report.errors, *report.warnings]
    return {
        _key(diagnostics[index]): (
            Fix(_title(proposed), proposed.edits, proposed.reveals, certain=not proposed.choice),
        )
        for index, proposed in mended.items()
    }


def _title(proposed: Proposed) -> str:
    return proposed.title if len(proposed.title) <= LONGEST_TITLE else proposed.title[: LONGEST_TITLE - 1] + "…"


_SLIPS: "WeakKeyDictionary[Report, Slip | None]" = WeakKeyDictionary()


def _tried(report: Report, diagnostic: Diagnostic) -> tuple[Fix, ...]:
    document = report.document
    if any(problem.rule == "syntax/encoding" for problem in document.problems):
        return ()
    if diagnostic.rule.startswith("syntax/") and is_torn(report):
        return _by_slip(report, diagnostic)
    return _proposed(report, diagnostic)


def _by_slip(report: Report, diagnostic: Diagnostic) -> tuple[Fix, ...]:
    """What mends the text as a whole is told at the first of its mistakes: the others only follow from it."""
    mistakes = [mistake for mistake in (*report.errors, *report.warnings) if mistake.rule.startswith("syntax/")]
    if diagnostic is not min(mistakes, key=lambda mistake: mistake.span.start):
        return ()
    if report not in _SLIPS:
        _SLIPS[report] = slip_in(report, lambda document: check(document, today=report.today, frozen=report.frozen))
    slip = _SLIPS[report]
    return (Fix(slip.title, slip.edits, reveals=True),) if slip else ()


def _proposed(report: Report, diagnostic: Diagnostic) -> tuple[Fix, ...]:
    document = report.document
    fixes: list[Fix] = []
    seen: set[str] = set()
    for proposed in islice(proposals(FixContext(diagnostic, document, report.flow)), MOST_LOOKED_AT):
        title = _title(proposed)
        text = applied(document.text, proposed.edits)
        if text in seen or text == document.text or any(fix.title == title for fix in fixes):
            continue
        if not (proposed.certain or fixes):
            continue
        seen.add(text)
        reveals = proposed.reveals or diagnostic.rule.startswith(_REVEALING)
        if _helps(report, diagnostic, text, reveals=reveals):
            fixes.append(Fix(title, proposed.edits, reveals, certain=not proposed.choice))
        if len(fixes) == MOST_FIXES or len(seen) == MOST_TRIALS:
            break
    return tuple(fixes)


def _helps(before: Report, diagnostic: Diagnostic, text: str, *, reveals: bool) -> bool:
    document = parse(text)
    if diagnostic.rule.startswith("syntax/"):
        return len(document.problems) < len(before.document.problems)
    after = check(document, today=before.today, frozen=before.frozen)
    if reveals:
        # What comes to light may be more of the same, but it stands elsewhere.
        return not _is_reported(after, diagnostic)
    fewer = _count(after, diagnostic.rule) < _count(before, diagnostic.rule)
    return len(after.errors) < len(before.errors) or (fewer and len(after.errors) == len(before.errors) == 0)


def _is_reported(report: Report, diagnostic: Diagnostic) -> bool:
    """Whether a report still has this mistake at its place."""
    places = {pointer.path for pointer in diagnostic.pointers}
    return any(
        other.rule == diagnostic.rule and places.issuperset(pointer.path for pointer in other.pointers)
        for other in (*report.errors, *report.warnings)
    )


def _count(report: Report, rule: str) -> int:
    return sum(diagnostic.rule == rule for diagnostic in (*report.errors, *report.warnings))
