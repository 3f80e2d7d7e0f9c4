"""Offsets in a text, and positions as editors count them: a line from 0, and units within it.

The unit is mostly that of UTF-16, in which JavaScript counts: the Language Server Protocol by default, and CodeMirror.
"""

import re
from bisect import bisect_right
from enum import StrEnum
from typing import Final, NamedTuple

__all__ = ["Encoding", "Position", "Positions"]

_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")


class Encoding(StrEnum):
    """The units in which the characters of a line are counted. The names are those of the Language Server Protocol."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"

    def units(self, text: str) -> int:
        """The length of a text in these units."""
        if text.isascii() or self is Encoding.UTF32:
            return len(text)
        if self is Encoding.UTF8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(letter > "\uffff" for letter in text)

    def characters(self, line: str, units: int) -> int:
        """The number of characters that `units` units of a line cover; the inside of a character is its beginning."""
        if line.isascii() or self is Encoding.UTF32:
            return min(units, len(line))
        taken = 0
        for index, letter in enumerate(line):
            taken += self.units(letter)
            if taken > units:
                return index
        return len(line)


class Position(NamedTuple):
    """A place in a text: the line, from 0, and the units before it on that line."""

    line: int
    character: int


class Positions:
    """The lines of one text. Lines end with CR LF, LF or CR, and with nothing else."""

    def __init__(self, text: str, encoding: Encoding = Encoding.UTF16) -> None:
        self.text = text
        self.encoding = encoding
        self.starts = [0]
        self.ends: list[int] = []
        for match in _LINE_BREAK.finditer(text):
            self.ends.append(match.start())
            self.starts.append(match.end())
        self.ends.append(len(text))

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; one beyond its line counts as the line's end, one beyond the text as its end."""
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[line], self.ends[line]
        return start + self.encoding.characters(self.text[start:end], character)

    def position(self, offset: int) -> Position:
        """The position of an offset; one beyond the text counts as its end."""
        offset = min(max(0, offset), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        return Position(line, self.encoding.units(self.text[self.starts[line] : min(offset, self.ends[line])]))

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends."""
        return self.ends[bisect_right(self.starts, offset) - 1]
