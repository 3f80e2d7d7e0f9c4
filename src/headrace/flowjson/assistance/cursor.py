"""Where in a Flow JSON text a cursor stands, also while the text is being typed.

The reader of `syntax` makes the best of a whole text; somebody who types wants the best at one place. So this goes over
the brackets once to find the objects and arrays around the cursor, looks only into those, and repairs what typing
leaves behind: a quote that is still open ends with its line, a key may lack its colon, an object its bracket.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from headrace.flowjson.diagnostics import Path

__all__ = ["Cursor", "Frame", "Member", "Part", "Token", "cursor_at"]

_TOKEN = re.compile(
    r"""(?P<text>"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*(?:"|\\?(?=[\n\r])|\\?\Z))
    |(?P<mark>[{}\[\],:])
    |(?P<comment>//[^\n\r]*|/\*.*?(?:\*/|\Z))
    |(?P<word>[^\s{}\[\],:"]+)
    """,
    re.VERBOSE | re.DOTALL,
)
DEEPEST = 200
"""At most this many objects and arrays may be nested; nothing that means something stands deeper."""

_UP_TO_BRACKET = re.compile(
    r"""(?:[^"{}\[\]/]++
    |"[^"\\\n\r]*+(?:\\[^\n\r][^"\\\n\r]*+)*+(?:"|\\?(?=[\n\r])|\\?\Z)
    |//[^\n\r]*+
    |/\*(?s:.*?)(?:\*/|\Z)
    |/)*+
    """,
    re.VERBOSE,
)
"""All that is no bracket; brackets in texts and comments are none."""

_SIGNS = (",", ":", "}", "]")


class Token(NamedTuple):
    """A piece of the text. `kind` is `text` (in quotes), `mark` (a bracket, comma or colon) or `word`."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def is_closed(self) -> bool:
        """Whether a text has its closing quote."""
        return self.kind == "text" and len(self.text) > 1 and self.text.endswith('"') and not _is_escaped(self.text)

    @property
    def content(self) -> str:
        """What stands between the quotes, as written; a word is all content."""
        return self.text[1:-1] if self.is_closed else self.text[1:] if self.kind == "text" else self.text

    @property
    def content_start(self) -> int:
        return self.start + 1 if self.kind == "text" else self.start

    @property
    def content_end(self) -> int:
        return self.end - 1 if self.is_closed else self.end


class Expected(Enum):
    """What an object waits for next; an array knows only value and comma."""

    KEY = "key"
    COLON = "colon"
    VALUE = "value"
    COMMA = "comma"


@dataclass(slots=True, eq=False)
class Member:
    """A key and, where one was read, its value: a scalar, or the first bracket of what it holds."""

    key: Token
    value: Token | None = None

    @property
    def name(self) -> str:
        return self.key.content


@dataclass(slots=True, eq=False)
class Frame:
    """An object or array around the cursor, with all its members, those behind the cursor, too."""

    is_object: bool
    start: int
    members: list[Member] = field(default_factory=list)
    items: list[Token] = field(default_factory=list)

    def scalar(self, key: str) -> str | None:
        """The text that stands for a key; None when it is missing or no text."""
        for member in self.members:
            if member.name == key and member.value and member.value.kind == "text":
                return member.value.content
        return None

    def words(self, key: str) -> str | None:
        """The same for numbers, `true` and `false`."""
        return next((member.value.text for member in self.members if member.name == key and member.value), None)

    @property
    def keys(self) -> list[str]:
        return [member.name for member in self.members]


class Part(Enum):
    """What the cursor stands at: a key, a value, or neither (between a value and the comma that ought to follow)."""

    KEY = "key"
    VALUE = "value"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the text.

    `frames` are the objects and arrays around it, the outermost first, `steps` the keys and indexes that lead from one
    to the next. `token` is the text or word it stands in or right behind, None between tokens. `step` is the key or
    index of the value at hand. `following` is the first token behind the place and behind the token at hand.
    `end_of_last` is where the member or item before it ends.
    """

    offset: int
    frames: tuple[Frame, ...]
    steps: Path
    part: Part
    step: str | int | None
    token: Token | None
    following: Token | None
    end_of_last: int | None

    @property
    def inner(self) -> Frame | None:
        """The innermost object or array."""
        return self.frames[-1] if self.frames else None

    @property
    def path(self) -> Path:
        """The way to the key or value at hand; without either, to the innermost object or array."""
        return self.steps if self.step is None else (*self.steps, self.step)

    @property
    def typed(self) -> str:
        """The content of the token up to the cursor."""
        if self.token is None:
            return ""
        return self.token.content[: max(0, self.offset - self.token.content_start)]

    @property
    def behind(self) -> str:
        """The content of the token behind the cursor."""
        return self.token.content[len(self.typed) :] if self.token else ""

    @property
    def quoted(self) -> bool:
        """Whether the cursor stands between quotes, the closing one perhaps missing."""
        return self.token is not None and self.token.kind == "text"


def cursor_at(text: str, offset: int) -> Cursor:
    """The cursor at a character offset of a text, however broken; offsets beyond the text count as its end."""
    offset = min(max(0, offset), len(text))
    nests = _nests_around(text, offset)
    if len(nests) > DEEPEST:
        nests = []
    frames: list[Frame] = []
    steps: list[str | int] = []
    reader: _Reader | None = None
    for depth, nest in enumerate(nests):
        inner = nests[depth + 1] if depth + 1 < len(nests) else None
        reader = _Reader(nest, inner.start if inner else offset)
        for token in _tokens_of(text, nest, inner):
            reader.take(token, is_outer=inner is not None)
        frames.append(reader.frame)
        if inner:
            steps.append(reader.step_inwards)
    if reader is None:
        return Cursor(offset, (), (), Part.BETWEEN, None, None, None, None)
    return reader.cursor(offset, tuple(frames), tuple(steps))


@dataclass(slots=True, eq=False)
class _Nest:
    """An object or array around the cursor: from its bracket to behind the closing one, and what it holds that has
    brackets of its own.
    """

    start: int
    is_object: bool
    children: list[tuple[int, int]] = field(default_factory=list)
    end: int | None = None


def _nests_around(text: str, offset: int) -> list[_Nest]:
    """The objects and arrays around an offset, the outermost first."""
    stack: list[_Nest] = []
    around: list[_Nest] | None = None
    at = 0
    while True:
        bracket = _UP_TO_BRACKET.match(text, at).end()  # type: ignore[union-attr]  # matches nothing, too
        if around is None and bracket >= offset:
            around = list(stack)
        if bracket >= len(text) or (around is not None and not (around and stack and around[0] is stack[0])):
            return around or []
        mark = text[bracket]
        if mark in "}]":
            _close(stack, mark == "}", bracket)
        else:
            if mark == "{" and _lacks_bracket(stack, text, at, bracket):
                _drop(stack, len(stack) - 1, bracket)
            stack.append(_Nest(bracket, mark == "{"))
        at = bracket + 1


def _lacks_bracket(stack: list[_Nest], text: str, at: int, bracket: int) -> bool:
    """Whether an object begins where a key should be: then the bracket that ends the item before it is missing."""
    if len(stack) < 2 or not stack[-1].is_object or stack[-2].is_object:
        return False
    return (text[at:bracket].rstrip()[-1:] or text[at - 1]) != ":"


def _close(stack: list[_Nest], is_object: bool, bracket: int) -> None:
    """Closes the innermost of its kind, and with it what was left open inside; what closes nothing is passed."""
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].is_object == is_object:
            _drop(stack, depth + 1, bracket)
            _drop(stack, depth, bracket + 1)
            return


def _drop(stack: list[_Nest], depth: int, end: int) -> None:
    for nest in stack[depth:]:
        nest.end = end
    if depth < len(stack) and depth:
        stack[depth - 1].children.append((stack[depth].start, end))
    del stack[depth:]


def _tokens_of(text: str, nest: _Nest, inner: _Nest | None) -> Iterator[Token]:
    """What stands directly in an object or array; all of what has brackets itself is one token, a mark."""
    at, end = nest.start + 1, len(text) if nest.end is None else nest.end
    if inner and inner.end is None:
        # What is never closed goes to the end.
        nest.children.append((inner.start, end))
    for start, behind in (*nest.children, (end, end)):
        for match in _TOKEN.finditer(text, at, start):
            kind = match.lastgroup
            if kind != "comment":
                yield Token(str(kind), match.group(), match.start(), match.end())
        if start < end:
            yield Token("mark", text[start], start, behind)
        at = behind


class _Reader:
    """Reads what stands directly in one object or array, with an eye on one place: the cursor, or what is around it."""

    def __init__(self, nest: _Nest, place: int) -> None:
        self.frame = Frame(nest.is_object, nest.start)
        self.place = place
        self.expected = Expected.KEY if nest.is_object else Expected.VALUE
        self.index = 0
        self.end_of_last: int | None = None
        self.step_inwards: str | int = ""
        self.token: Token | None = None
        self.following: Token | None = None
        self.has_arrived = False
        self.there: tuple[Expected, int, int | None, str] = (self.expected, 0, None, "")

    def take(self, token: Token, *, is_outer: bool) -> None:
        if not is_outer and not self.has_arrived and token.start >= self.place:
            self._arrive()
        if not self.frame.is_object and self.expected is Expected.COMMA and token.text not in _SIGNS:
            # An item without a comma before it.
            self.index += 1
        if is_outer:
            if token.start == self.place:
                self.step_inwards = self._step() if self._takes_value() else ""
        elif self.has_arrived:
            self.following = self.following or token
        elif self._holds_place(token):
            self.token = token
        self._read(token)
        if token is self.token:
            self._arrive()

    def cursor(self, offset: int, frames: tuple[Frame, ...], steps: Path) -> Cursor:
        """The cursor, when this was the innermost object or array."""
        if not self.has_arrived:
            self._arrive()
        expected, index, end_of_last, key = self.there
        part = Part.BETWEEN
        step: str | int | None = key if self.frame.is_object else index
        if self.token is not None and self.frame.is_object:
            part = Part.KEY if any(member.key is self.token for member in self.frame.members) else Part.VALUE
            step = next((member.name for member in self.frame.members if self.token in (member.key, member.value)), key)
        elif self.token is not None or expected is Expected.VALUE:
            part = Part.VALUE
        elif expected is Expected.KEY:
            part, step = Part.KEY, None
        return Cursor(offset, frames, steps, part, step, self.token, self.following, end_of_last)

    def _arrive(self) -> None:
        """All before the place is read, and the token it lies in."""
        key = self.frame.members[-1].name if self.frame.members else ""
        self.there = (self.expected, self.index, self.end_of_last, key)
        self.has_arrived = True

    def _holds_place(self, token: Token) -> bool:
        if token.kind == "mark":
            return False
        if token.is_closed:
            return token.start < self.place < token.end
        return token.start < self.place <= token.end

    def _takes_value(self) -> bool:
        return not self.frame.is_object or self.expected is Expected.VALUE

    def _step(self) -> str | int:
        return self.frame.members[-1].name if self.frame.is_object else self.index

    def _read(self, token: Token) -> None:
        frame = self.frame
        if token.text in _SIGNS:
            self._read_mark(token)
        elif not frame.is_object:
            frame.items.append(token)
            self.expected, self.end_of_last = Expected.COMMA, token.end
        elif self.expected is Expected.VALUE:
            frame.members[-1].value = token
            self.expected, self.end_of_last = Expected.COMMA, token.end
        elif token.kind != "mark":
            # Without colon or comma before it, a text is more likely the next key than anything else.
            frame.members.append(Member(token))
            self.expected = Expected.COLON

    def _read_mark(self, token: Token) -> None:
        frame = self.frame
        if token.text == ",":
            self.expected = Expected.KEY if frame.is_object else Expected.VALUE
            self.index += 1
        elif token.text == ":" and frame.is_object:
            last = frame.members[-1] if frame.members else None
            if self.expected is Expected.COMMA and last and last.value and last.value.kind != "mark":
                # What was taken for the value of the key before is a key itself: that value is not there yet.
                frame.members.append(Member(last.value))
                last.value = None
                self.expected = Expected.VALUE
            elif self.expected is Expected.COLON:
                self.expected = Expected.VALUE


def _is_escaped(text: str) -> bool:
    """Whether the last quote of a text belongs to it."""
    before = text[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
