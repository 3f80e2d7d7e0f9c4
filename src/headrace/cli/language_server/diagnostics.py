"""Checks a document a moment after it has changed, and publishes the diagnostics."""

import asyncio
from collections.abc import Callable
from datetime import date

from lsprotocol import types

from headrace.cli.language_server.documents import Documents, Snapshot
from headrace.flowjson.checks import check
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Severity, format_path

__all__ = ["DEBOUNCE", "Checker", "converted", "report_of"]

DEBOUNCE = 0.01
"""Seconds of quiet after a change before the document is checked."""

SOURCE = "headrace"
"""The name editors show beside a diagnostic."""

MOST = 1000
"""At most this many diagnostics of one document are published."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}


def report_of(snapshot: Snapshot, today: date) -> Report:
    """The report about a snapshot; made once."""
    if snapshot.report is None:
        snapshot.report = check(snapshot.document, today=today)
    return snapshot.report


def converted(diagnostic: Diagnostic, snapshot: Snapshot, *, related: bool) -> types.Diagnostic:
    """A diagnostic as the protocol has it. What spans several lines is marked on the first one only."""
    span = diagnostic.span
    places = [
        types.DiagnosticRelatedInformation(
            types.Location(snapshot.uri, snapshot.first_line(pointer.span.start, pointer.span.end)),
            format_path(pointer.path) or "the document",
        )
        for pointer in diagnostic.pointers[1:]
    ]
    return types.Diagnostic(
        range=snapshot.first_line(span.start, span.end),
        message=f"{diagnostic.message}\n{_explained(diagnostic)}".rstrip(),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.rule,
        source=SOURCE,
        related_information=places if related and places else None,
    )


def _explained(diagnostic: Diagnostic) -> str:
    if diagnostic.explanation:
        return diagnostic.explanation
    # What is wrong with the text itself is said by the message.
    return "" if diagnostic.rule.startswith("syntax/") else page_of(diagnostic.rule).meaning


class Checker:
    """Checks one document at a time for each address; of versions that follow quickly only the last one."""

    def __init__(
        self,
        documents: Documents,
        today: Callable[[], date],
        publish: Callable[[Snapshot, list[Diagnostic]], None],
    ) -> None:
        self._documents = documents
        self._today = today
        self._publish = publish
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def schedule(self, snapshot: Snapshot, delay: float = DEBOUNCE) -> None:
        """Checks a snapshot after the delay, unless a newer one comes."""
        self.forget(snapshot.uri)
        loop = asyncio.get_running_loop()
        self._timers[snapshot.uri] = loop.call_later(delay, self._start, snapshot)

    def forget(self, uri: str) -> None:
        """Drops what is waiting for a document."""
        timer = self._timers.pop(uri, None)
        if timer:
            timer.cancel()

    def _start(self, snapshot: Snapshot) -> None:
        if snapshot.uri in self._busy:
            self.schedule(snapshot)
            return
        self._timers.pop(snapshot.uri, None)
        self._busy.add(snapshot.uri)
        task = asyncio.get_running_loop().create_task(self._check(snapshot))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, snapshot: Snapshot) -> None:
        try:
            # In a thread, so that somebody who asks for a completion does not wait for a very long document.
            found = await asyncio.to_thread(self._look, snapshot)
        finally:
            self._busy.discard(snapshot.uri)
        if found is not None and self._documents.is_current(snapshot):
            self._publish(snapshot, found)

    def _look(self, snapshot: Snapshot) -> list[Diagnostic] | None:
        if not snapshot.is_flow:
            return None
        report = report_of(snapshot, self._today())
        return [*report.errors, *report.warnings][:MOST]
