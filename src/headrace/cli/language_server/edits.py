"""Edits of a text as the protocol has them."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from lsprotocol import types

from headrace.cli.language_server.documents import Snapshot
from headrace.flowjson.diagnostics import TextEdit

__all__ = ["edits_between", "text_edits", "workspace_edit"]

_MOST_LINES = 5000
"""Texts of more lines are not compared line by line."""


def text_edits(snapshot: Snapshot, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
    """Edits of the text of a document."""
    return [types.TextEdit(snapshot.range(edit.start, edit.end), edit.text) for edit in edits]


def workspace_edit(snapshot: Snapshot, edits: Iterable[TextEdit], *, versioned: bool) -> types.WorkspaceEdit:
    """The edits of one document; with `versioned`, only for the version they were made for."""
    changes = text_edits(snapshot, edits)
    if not versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: changes})
    identifier = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, changes)])


def edits_between(before: str, after: str) -> list[TextEdit]:
    """The edits that make one text of another: whole lines, so that cursors and folds elsewhere stay."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MOST_LINES:
        return [] if before == after else [TextEdit(0, len(before), after)]
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        TextEdit(starts[first], starts[last], "".join(new[new_first:new_last]))
        for operation, first, last, new_first, new_last in matcher.get_opcodes()
        if operation != "equal"
    ]
