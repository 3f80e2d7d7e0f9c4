"""What a caller wants to see: `fields=id,name,preview.invalidate(false),application{id,name}`.

    fields    = [ field *( "," field ) ]
    field     = name *( "." name "(" argument ")" ) [ "{" fields "}" ]

Arguments are free text; brackets in them are balanced, and quotes keep what stands inside from being read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import PARAMETER_INVALID, SYNTAX_WRONG

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DEEPEST = 8
_LONGEST = 10_000
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Selected:
    """One field of a selection. `nested` is None where the caller left the inside to us."""

    name: str
    modifiers: Mapping[str, str]
    nested: "tuple[Selected, ...] | None" = None

    def modifier(self, name: str) -> str | None:
        """The argument of a modifier without quotes around it, or None when the field has no such modifier."""
        found = self.modifiers.get(name)
        return None if found is None else found.strip().strip("'\"")

    def flag(self, name: str) -> bool:
        """Whether a modifier says true."""
        return (self.modifier(name) or "").lower() in {"true", "1"}


def parse_fields(text: str) -> tuple[Selected, ...]:
    """Reads the value of `fields`. Raises code 2500 with the place for what does not follow the grammar."""
    if len(text) > _LONGEST:
        raise PARAMETER_INVALID.numbered(f"Param fields must be at most {_LONGEST} characters long")
    reader = _Reader(text)
    selection = reader.fields(depth=0)
    reader.expect_end()
    return selection


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def fields(self, depth: int) -> tuple[Selected, ...]:
        if depth > _DEEPEST:
            raise self._error(f"fields may be nested {_DEEPEST} deep")
        found: list[Selected] = []
        while True:
            self._skip_space()
            # Clients leave commas at the end; an empty place asks for nothing.
            if self._here not in {",", "}", ""}:
                found.append(self._field(depth))
                self._skip_space()
            if self._here != ",":
                return tuple(found)
            self._at += 1

    def expect_end(self) -> None:
        if self._at < len(self._text):
            raise self._error(f'expected the end instead of "{self._here}"')

    def _field(self, depth: int) -> Selected:
        name = self._name()
        modifiers: dict[str, str] = {}
        while self._here == ".":
            self._at += 1
            modifier = self._name()
            modifiers[modifier] = self._argument()
        nested = None
        self._skip_space()
        if self._here == "{":
            self._at += 1
            nested = self.fields(depth + 1)
            if self._here != "}":
                raise self._error('expected "}"')
            self._at += 1
        return Selected(name, modifiers, nested)

    def _name(self) -> str:
        match = _NAME.match(self._text, self._at)
        if match is None:
            raise self._error("expected the name of a field")
        self._at = match.end()
        return match[0]

    def _argument(self) -> str:
        if self._here != "(":
            raise self._error('expected "(" after a modifier')
        start = self._at + 1
        open_brackets: list[str] = []
        quote = ""
        for index in range(self._at, len(self._text)):
            character = self._text[index]
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character in _CLOSING:
                open_brackets.append(_CLOSING[character])
            elif open_brackets and character == open_brackets[-1]:
                open_brackets.pop()
                if not open_brackets:
                    self._at = index + 1
                    return self._text[start:index]
        self._at = len(self._text)
        raise self._error('expected ")"')

    def _skip_space(self) -> None:
        while self._here.isspace():
            self._at += 1

    @property
    def _here(self) -> str:
        return self._text[self._at : self._at + 1]

    def _error(self, what: str) -> PlatformError:
        return SYNTAX_WRONG.plain(f'Syntax error "{what}" at character {self._at}: {self._text[:60]}')
