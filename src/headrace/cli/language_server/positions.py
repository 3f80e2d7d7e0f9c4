"""Offsets in a text and the positions of the protocol: a line from 0, and units within it (mostly UTF-16)."""

import re
from bisect import bisect_right
from typing import Final

from lsprotocol import types

__all__ = ["Positions", "Wide"]

_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


class Wide:
    """How wide a character is: in units of UTF-8, UTF-16 or of code points (UTF-32)."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding

    def units(self, text: str) -> int:
        """The width of a text."""
        if text.isascii() or self.encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        if self.encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(letter > "\uffff" for letter in text)

    def characters(self, line: str, units: int) -> int:
        """How many characters of a line so many units cover; the inside of a character counts as its beginning."""
        if line.isascii() or self.encoding == types.PositionEncodingKind.Utf32:
            return min(units, len(line))
        taken = 0
        for index, letter in enumerate(line):
            taken += self.units(letter)
            if taken > units:
                return index
        return len(line)


class Positions:
    """The lines of one text. Lines end with CR LF, LF or CR, and with nothing else."""

    def __init__(self, text: str, wide: Wide) -> None:
        self.text = text
        self.wide = wide
        self.starts = [0]
        self.ends: list[int] = []
        for match in _LINE_BREAK.finditer(text):
            self.ends.append(match.start())
            self.starts.append(match.end())
        self.ends.append(len(text))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; one beyond its line counts as the line's end, one beyond the text as its end."""
        if position.line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[position.line], self.ends[position.line]
        return start + self.wide.characters(self.text[start:end], position.character)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        offset = min(max(0, offset), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        return types.Position(line, self.wide.units(self.text[self.starts[line] : min(offset, self.ends[line])]))

    def range(self, start: int, end: int) -> types.Range:
        return types.Range(self.position(start), self.position(max(start, end)))

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends."""
        return self.ends[bisect_right(self.starts, offset) - 1]
