"""Edits of a text as the protocol has them."""

from collections.abc import Iterable

from lsprotocol import types

from headrace.cli.language_server.documents import Snapshot
from headrace.flowjson.textedits import TextEdit

__all__ = ["text_edits", "workspace_edit"]


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
