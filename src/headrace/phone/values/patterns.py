"""Regular expressions of Flows: JavaScript's syntax, run with a time limit.

A Flow's `pattern` is handed to `new RegExp(pattern)` on a phone. Here it is rewritten for the `regex` module, which can
stop after a given time; what JavaScript would not accept is not accepted here either. The time limit is for matching
alone, so what is too large to be compiled is refused by its text.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from headrace.flowjson.regular_expressions import excess, is_regular_expression

if TYPE_CHECKING:
    import regex

TIME_LIMIT_SECONDS = 0.05
"""One search takes at most this long."""

MOST_TIMEOUTS = 3
"""A pattern that ran into the limit this many times is not tried again."""


_SIMPLE_ESCAPES = {"t": r"\t", "n": r"\n", "r": r"\r", "v": r"\v", "f": r"\f", "0": r"\x00"}
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r"\s\ufeff"}
_OPENERS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
_QUANTIFIER = re.compile(r"\{\d+(?:,\d*)?\}")
_GROUP_NAME = re.compile(r"\(\?<([A-Za-z_$][\w$]*)>")
_HEX = {"x": re.compile(r"[0-9A-Fa-f]{2}"), "u": re.compile(r"[0-9A-Fa-f]{4}")}


class UnusablePattern(ValueError):
    """The pattern is not a regular expression of JavaScript, or too large a one."""


def occurs(pattern: str, text: str) -> bool:
    """Says whether `pattern` occurs anywhere in `text`, as `RegExp.test` does.

    A pattern that is unusable, or takes longer than the limit, counts as found: a phone cannot hold it against the
    person. One that ran into the limit a few times is not tried again, so that a list of a thousand values does not
    cost a thousand times the limit.
    """
    if _timeouts.get(pattern, 0) >= MOST_TIMEOUTS:
        return True
    try:
        return _compiled(pattern).search(text, timeout=TIME_LIMIT_SECONDS) is not None
    except UnusablePattern:
        return True
    except TimeoutError:
        _count_timeout(pattern)
        return True


_timeouts: dict[str, int] = {}
_MOST_COUNTED = 1_000
"""The timeouts of at most this many patterns are remembered."""


def _count_timeout(pattern: str) -> None:
    if len(_timeouts) >= _MOST_COUNTED:
        _timeouts.clear()  # only a cache: what is forgotten is found out again
    _timeouts[pattern] = _timeouts.get(pattern, 0) + 1


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> "regex.Pattern[str]":
    import regex  # only Flows with patterns need it

    surplus = excess(pattern)
    if surplus or not is_regular_expression(pattern):
        raise UnusablePattern(f"The pattern is too large: {surplus}." if surplus else "It is no regular expression.")
    try:
        return regex.compile(_Rewriter(pattern).result(), regex.VERSION0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise UnusablePattern(str(error)) from error


def _literal(character: str) -> str:
    """A character that stands for itself, inside a class and outside of it."""
    return character if character.isalnum() or not character.isascii() else f"\\x{ord(character):02x}"


class _Rewriter:
    """One walk over a JavaScript pattern, yielding the same pattern for the `regex` module."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0

    def result(self) -> str:
        parts: list[str] = []
        repeatable = False  # whether a quantifier may stand here
        while self._at < len(self._source):
            character = self._source[self._at]
            if character in "*+?" or (character == "{" and _QUANTIFIER.match(self._source, self._at)):
                if not repeatable:
                    raise UnusablePattern(f"Nothing to repeat at {self._at}.")
                parts.append(self._quantifier())
                repeatable = False
            else:
                piece, repeatable = self._atom(character)
                parts.append(piece)
        return "".join(parts)

    def _quantifier(self) -> str:
        counted = _QUANTIFIER.match(self._source, self._at)
        text = counted.group() if counted else self._source[self._at]
        self._at += len(text)
        if self._source[self._at : self._at + 1] == "?":
            self._at += 1
            text += "?"
        return text

    def _atom(self, character: str) -> tuple[str, bool]:
        if character == "\\":
            return self._escape(in_class=False)
        if character == "[":
            return self._class(), True
        if character == "(":
            return self._group(), False
        self._at += 1
        if character == "|":
            return "|", False
        if character == ".":
            return r"[^\n\r\u2028\u2029]", True
        if character == "^":
            return r"\A", False
        if character == "$":
            return r"\Z", False
        if character == ")":
            return ")", True
        return _literal(character), True

    def _group(self) -> str:
        for opener in _OPENERS:
            if self._source.startswith(opener, self._at):
                self._at += len(opener)
                return opener
        named = _GROUP_NAME.match(self._source, self._at)
        if named:
            self._at = named.end()
            return f"(?P<{named.group(1)}>"
        if self._source.startswith("(?", self._at):
            raise UnusablePattern(f"Unknown group at {self._at}.")
        self._at += 1
        return "("

    def _escape(self, *, in_class: bool) -> tuple[str, bool]:
        letter = self._source[self._at + 1 : self._at + 2]
        if not letter:
            raise UnusablePattern("A backslash stands at the end.")
        self._at += 2
        if letter.lower() in _CLASSES:
            return self._class_escape(letter, in_class=in_class), True
        if letter in "bB" and not in_class:
            return "\\" + letter, False
        if letter == "b":
            return r"\x08", True
        control = self._source[self._at : self._at + 1]
        if letter == "c" and control.isascii() and control.isalpha():
            self._at += 1
            return f"\\x{ord(control) % 32:02x}", True
        if letter in _HEX:
            return self._hexadecimal(letter), True
        if letter in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[letter], True
        if letter.isdigit() and not in_class:
            return f"(?:\\{letter})", True
        if letter == "k" and self._source.startswith("<", self._at):
            end = self._source.find(">", self._at)
            if end > 0:
                name = self._source[self._at + 1 : end]
                self._at = end + 1
                return f"(?P={name})", True
        return _literal(letter), True

    def _class_escape(self, letter: str, *, in_class: bool) -> str:
        members = _CLASSES[letter.lower()]
        if letter.islower():
            return members if in_class else f"[{members}]"
        if not in_class:
            return f"[^{members}]"
        # Only \S can stand inside a class as it is; the other two are spelled out as the gaps between their members.
        return {"D": r"\x00-/:-\U0010ffff", "W": r"\x00-/:-@\[-\^`{-\U0010ffff", "S": r"\S"}[letter]

    def _hexadecimal(self, letter: str) -> str:
        digits = _HEX[letter].match(self._source, self._at)
        if digits is None:
            return letter
        self._at = digits.end()
        return f"\\u{digits.group():0>4}"

    def _class(self) -> str:
        self._at += 1
        negated = self._source.startswith("^", self._at)
        self._at += negated
        parts: list[str] = []
        can_begin_range = False  # a single character stands before, not yet part of a range
        while True:
            character = self._source[self._at : self._at + 1]
            if not character:
                raise UnusablePattern("A [ is never closed.")
            if character == "]":
                self._at += 1
                break
            if character == "-":
                self._at += 1
                ranged = can_begin_range and self._single_follows()
                parts.append("-" if ranged else r"\-")
                can_begin_range = not ranged and not can_begin_range
                if ranged:
                    parts.append(self._member()[0])
                continue
            member, can_begin_range = self._member()
            parts.append(member)
        if not parts:
            return r"[\s\S]" if negated else r"(?!)"
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _single_follows(self) -> bool:
        """A `-` only makes a range when one character, not a class such as `\\d`, stands behind it."""
        following = self._source[self._at : self._at + 2]
        return not following.startswith("]") and not (following[:1] == "\\" and following[1:].lower() in _CLASSES)

    def _member(self) -> tuple[str, bool]:
        """One member of a class, and whether it is a single character."""
        if self._source[self._at] == "\\":
            letter = self._source[self._at + 1 : self._at + 2]
            return self._escape(in_class=True)[0], letter.lower() not in _CLASSES
        self._at += 1
        return _literal(self._source[self._at - 1]), True
