"""Whether a text is a regular expression of ECMAScript, which is what a `pattern` is written in.

Only the grammar is checked, as browsers do without the flag `u`; nothing is compiled or matched here.
"""

import re
from dataclasses import dataclass, field

_QUANTIFIER = re.compile(r"[*+?]\??|\{(\d+)(?:,(\d*))?\}\??")
_GROUP_NAME = re.compile(r"<([A-Za-z_$][\w$]*)>")
_CLASS_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|[0-7]{1,3}|.)", re.DOTALL)
_SET_LETTERS = frozenset("dDwWsS")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "b": "\b", "0": "\0"}


def is_regular_expression(text: str) -> bool:
    """Whether `new RegExp(text)` would succeed."""
    try:
        _Reader(text).read()
    except _SyntaxError:
        return False
    return True


class _SyntaxError(Exception):
    pass


@dataclass
class _Reader:
    text: str
    at: int = 0
    names: set[str] = field(default_factory=set)

    def read(self) -> None:
        """One pass from left to right; groups only need counting, since nothing but their balance matters."""
        open_groups: list[bool] = []  # whether each may be repeated
        repeatable = False
        while self.at < len(self.text):
            mark = self.text[self.at]
            if mark == "(":
                open_groups.append(self.open_group())
                repeatable = False
            elif mark == ")":
                if not open_groups:
                    raise _SyntaxError
                repeatable = open_groups.pop()
                self.at += 1
            elif mark == "|":
                self.at += 1
                repeatable = False
            elif self.quantifier():
                if not repeatable:
                    raise _SyntaxError
                repeatable = False
            else:
                repeatable = self.atom(mark)
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

    def quantifier(self) -> bool:
        match = _QUANTIFIER.match(self.text, self.at)
        if not match:
            return False
        least, most = match[1], match[2]
        if least and most and int(least[:9]) > int(most[:9]):
            raise _SyntaxError
        self.at = match.end()
        return True

    def escape(self) -> bool:
        letter = self.text[self.at + 1 : self.at + 2]
        if not letter:
            raise _SyntaxError
        self.at += 2
        return letter not in "bB"

    def character_class(self) -> None:
        self.at += 1
        if self.text[self.at : self.at + 1] == "^":
            self.at += 1
        while True:
            first = self.class_member()
            if first is None:
                return
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


def _escaped_character(escape: str) -> str:
    if escape in _SET_LETTERS:
        return ""
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if len(escape) > 1:
        return ""
    return _CONTROL.get(escape, escape)
