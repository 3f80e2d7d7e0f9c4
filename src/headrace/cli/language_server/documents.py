"""The documents an editor has open, each as a row of snapshots that never change."""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

from lsprotocol import types
from pygls.uris import to_fs_path

from headrace.flowjson.assistance import is_flow
from headrace.flowjson.checks.report import Report
from headrace.flowjson.document import Document, parse
from headrace.flowjson.positions import Encoding, Positions

__all__ = ["Documents", "Snapshot"]

LANGUAGES = frozenset({"json", "jsonc"})
_BYTE_ORDER_MARK = "\ufeff"


class Snapshot:
    """A document in one version.

    `shift` is how many characters stand before the text the language knows: the byte order mark. `known` says that an
    earlier version was taken for a Flow; then this one is, too, whatever has been typed since.
    """

    def __init__(
        self, uri: str, language: str, version: int, text: str, encoding: Encoding, *, known: bool = False
    ) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.text = text
        self.encoding = encoding
        self.known = known
        self.shift = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
        self.report: Report | None = None
        self._reading = Lock()
        self._document: Document | None = None

    @cached_property
    def positions(self) -> Positions:
        return Positions(self.text, self.encoding)

    @property
    def document(self) -> Document:
        """What the text says; read once, whichever thread asks first."""
        with self._reading:
            if self._document is None:
                self._document = parse(self.text)
            return self._document

    @cached_property
    def is_flow(self) -> bool:
        """Whether anything is said about this document at all."""
        if self.language not in LANGUAGES:
            return False
        return self.known or is_flow(to_fs_path(self.uri) or self.uri, self.document)

    def offset(self, position: types.Position) -> int:
        """The offset in the text of `document`."""
        return max(0, self.positions.offset(position.line, position.character) - self.shift)

    def range(self, start: int, end: int) -> types.Range:
        """The range of two offsets in the text of `document`."""
        return self._range(start + self.shift, end + self.shift)

    def first_line(self, start: int, end: int) -> types.Range:
        """The range of two offsets, but not beyond the line it begins on."""
        start, end = start + self.shift, end + self.shift
        return self._range(start, min(end, max(start, self.positions.line_end(start))))

    def _range(self, start: int, end: int) -> types.Range:
        first, last = self.positions.position(start), self.positions.position(max(start, end))
        return types.Range(types.Position(*first), types.Position(*last))

    def changed(self, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> "Snapshot":
        """The next snapshot: each change counts from the text the one before it has left."""
        text, known = self.text, "is_flow" in self.__dict__ and self.is_flow
        positions = self.positions
        for number, change in enumerate(changes):
            if isinstance(change, types.TextDocumentContentChangePartial):
                if number:
                    positions = Positions(text, self.encoding)
                first, last = change.range.start, change.range.end
                start = positions.offset(first.line, first.character)
                end = positions.offset(last.line, last.character)
                text = text[:start] + change.text + text[max(start, end) :]
            else:
                text = change.text
        return Snapshot(self.uri, self.language, version, text, self.encoding, known=known or self.known)


class Documents:
    """The newest snapshot of every open document, by its address."""

    def __init__(self) -> None:
        self._open: dict[str, Snapshot] = {}
        self.encoding = Encoding.UTF16

    def open(self, item: types.TextDocumentItem) -> Snapshot:
        snapshot = Snapshot(item.uri, item.language_id.lower(), item.version, item.text, self.encoding)
        self._open[item.uri] = snapshot
        return snapshot

    def change(self, params: types.DidChangeTextDocumentParams) -> Snapshot | None:
        """The changed document; None when it is not open."""
        before = self._open.get(params.text_document.uri)
        if before is None:
            return None
        after = before.changed(params.text_document.version, params.content_changes)
        self._open[after.uri] = after
        return after

    def close(self, uri: str) -> Snapshot | None:
        return self._open.pop(uri, None)

    def get(self, uri: str) -> Snapshot | None:
        """An open document that is a Flow; None for all others."""
        found = self._open.get(uri)
        return found if found and found.is_flow else None

    def is_current(self, snapshot: Snapshot) -> bool:
        return self._open.get(snapshot.uri) is snapshot
