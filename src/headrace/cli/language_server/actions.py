"""Quick fixes. Each is tried out before it is offered, so fixes are worked out only for what somebody points at."""

from datetime import date

from lsprotocol import types

from headrace.cli.language_server.diagnostics import converted, report_of
from headrace.cli.language_server.documents import Snapshot
from headrace.cli.language_server.edits import workspace_edit
from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document
from headrace.flowjson.textedits import edits_between

__all__ = ["FIX_ALL", "fix_all", "fixes_in", "offers_fix_all"]

FIX_ALL = "source.fixAll.headrace"
"""The kind of the action that applies every fix; editors can be told to do so when a file is saved."""

MOST = 20
"""At most this many diagnostics of a range are looked at for fixes."""


def fixes_in(
    snapshot: Snapshot, asked: types.Range, today: date, *, versioned: bool, related: bool
) -> list[types.CodeAction]:
    """The fixes of the diagnostics that touch a range, the best one of each first."""
    actions: list[types.CodeAction] = []
    report = report_of(snapshot, today)
    looked_at = 0
    for diagnostic in (*report.errors, *report.warnings):
        published = converted(diagnostic, snapshot, related=related)
        if not _touches(published.range, asked):
            continue
        looked_at += 1
        if looked_at > MOST:
            break
        actions += _actions(report, diagnostic, published, snapshot, versioned=versioned)
    return actions


def _actions(
    report: Report, diagnostic: Diagnostic, published: types.Diagnostic, snapshot: Snapshot, *, versioned: bool
) -> list[types.CodeAction]:
    from headrace.flowjson.fixing import fixes_of

    # Of fixes with the same title, nobody could choose one.
    fixes = {fix.title: fix for fix in reversed(fixes_of(report, diagnostic))}
    return [
        types.CodeAction(
            title=fix.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[published],
            is_preferred=number == 0 and fix.certain,
            edit=workspace_edit(snapshot, fix.edits, versioned=versioned),
        )
        for number, fix in enumerate(reversed(fixes.values()))
    ]


def offers_fix_all(snapshot: Snapshot, today: date) -> types.CodeAction | None:
    """The action that fixes everything; its edit is worked out when it is chosen. None where nothing was found."""
    report = report_of(snapshot, today)
    if not report.errors and not report.warnings:
        return None
    data = {"uri": snapshot.uri, "version": snapshot.version}
    return types.CodeAction(title="Fix everything that has a fix", kind=FIX_ALL, data=data)


def fix_all(snapshot: Snapshot, today: date, *, versioned: bool) -> types.WorkspaceEdit:
    """What `headrace check --fix` makes of the text."""
    from headrace.flowjson.fixing import mend

    def judge(document: Document) -> Report:
        return check(document, today=today)

    mended = mend(snapshot.document, judge).text
    return workspace_edit(snapshot, edits_between(snapshot.document.text, mended), versioned=versioned)


def _touches(one: types.Range, other: types.Range) -> bool:
    return _place(one.start) <= _place(other.end) and _place(other.start) <= _place(one.end)


def _place(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
