"""Takes a Flow to a later version of the language, and says what a person has to decide.

Every version with breaking changes has its steps (`steps`). At the end the result is checked: whatever is wrong at the
new version is something to decide, too.
"""

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from headrace.flowjson.catalogue import NEWEST, VERSIONS, Version
from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.document import Document, parse
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.refusal import Refused, require_json
from headrace.flowjson.textedits import TextEdit, applied
from headrace.flowjson.upgrading.steps import STEPS
from headrace.flowjson.upgrading.work import Note, Work

__all__ = ["Note", "Upgrade", "upgrade"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A Flow at its new version. `edits` are those of the old text; `report` is the check of the new one."""

    before: Version
    after: Version
    text: str
    edits: tuple[TextEdit, ...]
    done: list[Note]
    decisions: list[Note]
    report: Report


def upgrade(
    document: Document, to: Version = NEWEST, *, today: date, zone: tzinfo = UTC, keep_forms: bool = False
) -> Upgrade:
    """Upgrades a Flow; the text keeps its layout. `zone` is where dates in milliseconds are read.

    Raises Refused for a text that is not JSON, for versions that are not public, and for the way back.
    """
    require_json(document)
    before = _version_of(document)
    if to not in VERSIONS:
        raise Refused(
            f"Flow JSON {to} is not a public version. Known are {', '.join(str(version) for version in VERSIONS)}."
        )
    if to < before:
        span = document.span(("version",))
        raise Refused(f"The Flow is of version {before} already; it is not taken back to {to}.", span)
    work = Work(Draft(document), before, to, zone, keep_forms)
    for version, steps in STEPS.items():
        if before < version <= to:
            work.step = version
            for step in steps:
                step(work)
    if to != before:
        work.draft.set(("version",), str(to))
    edits = work.draft.edits()
    text = applied(document.text, edits)
    report = check(parse(text), today=today)
    work.step = to
    _tell_what_is_wrong(work, report, check(document, today=today))
    return Upgrade(before, to, text, edits, work.done, work.decisions, report)


def _version_of(document: Document) -> Version:
    version = document.value.get("version") if isinstance(document.value, dict) else None
    try:
        known = Version.parse(version) if isinstance(version, str) else None
    except ValueError:
        known = None
    if known not in VERSIONS:
        raise Refused("The Flow names no public version, so nobody knows what to change.", document.span(("version",)))
    assert known is not None
    return known


def _tell_what_is_wrong(work: Work, after: Report, before: Report) -> None:
    known = {(error.rule, error.message) for error in before.errors}
    left = 0
    for one in after.errors:
        if (one.rule, one.message) in known:
            left += 1
        else:
            work.decide(None, f"Line {one.span.line_start}: {one.message}")
    if left:
        errors = "1 error" if left == 1 else f"{left} errors"
        work.decide(None, f"{errors} of the old version stayed; headrace check tells which.")
