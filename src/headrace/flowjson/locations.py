"""Finds where things stand in JSON text that is in order, and reads no more of it than the way there.

The text before the place is skipped value by value with the compiled reader of the standard library, which is many
times as fast as the patient reader of `syntax` that looks at every character.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import NamedTuple

__all__ = ["Located", "LocatedMember", "located"]

_SPACE = re.compile(r"[ \t\n\r]*")
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")

_skip = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode
"""Numbers stay texts: nobody needs them, and very long ones take long."""


class LocatedMember(NamedTuple):
    """One member of an object: where its key stands (quotes included), and its value."""

    key_start: int
    key_end: int
    node: "Located"


class Located:
    """A value and where it stands. What is within is looked for when somebody asks."""

    __slots__ = ("_items", "_members", "_text", "end", "start")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self.start = start
        self.end = end
        self._members: dict[str, LocatedMember] | None = None
        self._items: list[Located] | None = None

    @property
    def members(self) -> dict[str, LocatedMember] | None:
        """The members of an object, None of anything else."""
        if self._members is None and self._text[self.start] == "{":
            self._members = self._read_members()
        return self._members

    @property
    def items(self) -> list["Located"] | None:
        """The items of an array, None of anything else."""
        if self._items is None and self._text[self.start] == "[":
            self._items = self._read_items()
        return self._items

    def _read_members(self) -> dict[str, LocatedMember]:
        text, found = self._text, {}
        at = _after(_SPACE, text, self.start + 1)
        while text[at] != "}":
            key, key_end = scanstring(text, at + 1, True)
            start = _after(_COLON, text, key_end)
            _, end = _skip(text, start)
            found[key] = LocatedMember(at, key_end, Located(text, start, end))
            at = _after(_COMMA, text, end)
        return found

    def _read_items(self) -> list["Located"]:
        text, found = self._text, []
        at = _after(_SPACE, text, self.start + 1)
        while text[at] != "]":
            _, end = _skip(text, at)
            found.append(Located(text, at, end))
            at = _after(_COMMA, text, end)
        return found


def located(text: str) -> Located:
    """The root of a text that is in order."""
    return Located(text, _after(_SPACE, text, 0), len(text.rstrip(" \t\n\r")))


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    assert match is not None
    return match.end()
