"""Whether a text is a regular expression of ECMAScript, which is what a `pattern` is written in, and how large it is.

Only the grammar is checked, as browsers do without the flag `u`, and repetitions are multiplied out on paper; nothing
is compiled or matched here.
"""

import re
from dataclasses import dataclass, field

_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d+)(?:,(\d*))?\}\??")
_GROUP_NAME = re.compile(r"<([A-Za-z_$][\w$]*)>")
_CLASS_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[0-7]{1,3}|.)", re.DOTALL)
LONGEST = 5_000
"""Characters of an expression."""

MOST_REPETITIONS = 65_535
"""The highest number in braces: more is refused by PCRE, too."""

MOST_STEPS = 10_000
"""Characters to compare with, at the fewest repetitions, those of classes too: what an engine lays out in memory."""

DEEPEST = 50
"""Groups within groups."""

_SET_LETTERS = frozenset("dDwWsS")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "b": "\b", "0": "\0"}


def is_regular_expression(text: str) -> bool:
    """Whether `new RegExp(text)` would succeed."""
    try:
        _Reader(text).read()
    except _SyntaxError:
        return False
    return True


def excess(text: str) -> str:
    """What is too large about a regular expression, as the end of a sentence; empty where it is within all bounds.

    A text that is no regular expression has none.
    """
    if len(text) > LONGEST:
        return f"it has {len(text)} characters, and {LONGEST} are the most"
    reader = _Reader(text)
    try:
        reader.read()
    except _SyntaxError:
        return ""
    if reader.most > MOST_REPETITIONS:
        return f"something is repeated {reader.most} times, and {MOST_REPETITIONS} are the most"
    if reader.depth > DEEPEST:
        return f"{reader.depth} groups stand within one another, and {DEEPEST} are the most"
    if reader.steps > MOST_STEPS:
        return f"with its repetitions it is {reader.steps} steps long, and {MOST_STEPS} are the most"
    return ""


class _SyntaxError(Exception):
    pass


_UNCOUNTED = 10**12
"""Where counting ends: far above every bound, so that numbers stay short whatever is multiplied."""


@dataclass
class _Reader:
    """`most`, `depth` and `steps` are the highest repetition, the deepest nesting and the length once read; `members`
    is how many characters and ranges the last class has.
    """

    text: str
    at: int = 0
    names: set[str] = field(default_factory=set)
    most: int = 0
    depth: int = 0
    steps: int = 0
    members: int = 0

    def read(self) -> None:
        """One pass from left to right; of a group only its balance and its length matter."""
        open_groups: list[tuple[bool, int]] = []  # whether each may be repeated, and the steps before it
        repeatable, last = False, 0  # of what stands before, and its steps
        while self.at < len(self.text):
            mark = self.text[self.at]
            if mark == "(":
                open_groups.append((self.open_group(), self.steps))
                self.depth = max(self.depth, len(open_groups))
                self.steps, repeatable = 0, False
            elif mark == ")":
                if not open_groups:
                    raise _SyntaxError
                (repeatable, before), last = open_groups.pop(), max(self.steps, 1)
                self.steps = before + last
                self.at += 1
            elif mark == "|":
                self.at += 1
                repeatable = False
            elif (least := self.quantifier()) is not None:
                if not repeatable:
                    raise _SyntaxError
                self.steps = min(self.steps + last * (max(least, 1) - 1), _UNCOUNTED)
                repeatable = False
            else:
                repeatable = self.atom(mark)
                last = max(self.members, 1) if mark == "[" else 1
                self.steps += last
        if open_groups:
            raise _SyntaxError

    def atom(self, mark: str) -> bool:
        """Reads one atom or assertion; true when it may be repeated."""
        if mark == "[":
            self.character_class()
            return True
        if mark == "\\":
            return self.escape()
        self.at += 1
        return mark not in "^$"

    def open_group(self) -> bool:
        """Reads `(`, `(?:`, `(?=`, `(?!`, `(?<=`, `(?<!` or `(?<name>`; true when the group may be repeated."""
        rest = self.text[self.at + 1 : self.at + 4]
        if not rest.startswith("?"):
            self.at += 1
            return True
        if rest[1:2] in (":", "=", "!"):
            self.at += 3
            return True
        if rest[1:3] in ("<=", "<!"):
            self.at += 4
            return False
        name = _GROUP_NAME.match(self.text, self.at + 2)
        if not name or name[1] in self.names:
            raise _SyntaxError
        self.names.add(name[1])
        self.at = name.end()
        return True

    def quantifier(self) -> int | None:
        """Reads how often something is repeated; the lowest number of times, None where nothing of the kind stands."""
        match = _QUANTIFIER.match(self.text, self.at)
        if not match:
            return None
        least, most = _count(match[1] or ""), _count(match[2] or "")
        if match[2] and least > most:
            raise _SyntaxError
        self.most = max(self.most, least, most)
        self.at = match.end()
        return least

    def escape(self) -> bool:
        letter = self.text[self.at + 1 : self.at + 2]
        if not letter:
            raise _SyntaxError
        self.at += 2
        return letter not in "bB"

    def character_class(self) -> None:
        self.at += 1
        self.members = 0
        if self.text[self.at : self.at + 1] == "^":
            self.at += 1
        while True:
            first = self.class_member()
            if first is None:
                return
            self.members += 1
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.class_member()
                if first and last and ord(first) > ord(last):
                    raise _SyntaxError

    def class_member(self) -> str | None:
        """One character of a class; an empty text for a set such as `\\d`; None at the closing bracket."""
        if self.at >= len(self.text):
            raise _SyntaxError
        mark = self.text[self.at]
        if mark == "]":
            self.at += 1
            return None
        if mark != "\\":
            self.at += 1
            return mark
        match = _CLASS_ESCAPE.match(self.text, self.at)
        if not match:
            raise _SyntaxError
        self.at = match.end()
        return _escaped_character(match.group()[1:])


def _count(digits: str) -> int:
    """A number in braces, however many digits it has."""
    significant = digits.lstrip("0")
    return min(int(significant[:13] or 0), _UNCOUNTED)


def _escaped_character(escape: str) -> str:
    if escape in _SET_LETTERS:
        return ""
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if len(escape) > 1:
        return ""
    return _CONTROL.get(escape, escape)
