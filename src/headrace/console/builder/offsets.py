"""Places in a text as an editor in a browser counts them: in units of UTF-16, and with the byte order mark."""

from bisect import bisect_left, bisect_right

_MARK = "\ufeff"


class Offsets:
    """Translates between offsets of a document's text and those of the editor's text it was read from."""

    def __init__(self, text: str) -> None:
        self._shift = len(_MARK) if text.startswith(_MARK) else 0
        read = text[self._shift :]
        # Where letters stand that take two units, as offsets of the document and of the editor.
        self._wide = [] if read.isascii() else [at for at, letter in enumerate(read) if letter > "\uffff"]
        self._wide_units = [at + number for number, at in enumerate(self._wide)]

    def to_editor(self, offset: int) -> int:
        """The editor's offset of a place in the document's text."""
        return offset + bisect_left(self._wide, offset) + self._shift

    def to_document(self, units: int) -> int:
        """The offset in the document's text; the inside of a letter is its end."""
        units = max(0, units - self._shift)
        return units - bisect_right(self._wide_units, units - 1)
