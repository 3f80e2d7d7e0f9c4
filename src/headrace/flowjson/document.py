"""Text to values, with the place of every key and value.

Text that is in order takes the short way: one pass of a compiled reader. Positions are worked out only when somebody
asks for one, and broken text goes through the patient reader of `syntax`.
"""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import orjson

from headrace.flowjson.diagnostics import NOWHERE, Path, Span, format_path
from headrace.flowjson.problems import DEPTH_LIMIT, Problem

if TYPE_CHECKING:
    from headrace.flowjson.locations import Located
    from headrace.flowjson.syntax import Node

__all__ = ["SIZE_LIMIT", "Document", "format_path", "parse"]

SIZE_LIMIT = 10 * 1024 * 1024
"""Bytes a Flow JSON may have, in UTF-8."""

HARMLESS = frozenset({"syntax/duplicate-key"})
"""Problems that JSON allows; the value is what every reader makes of it."""

_DEEPEST = b"\n" + b"  " * DEPTH_LIMIT
"""The indentation of a value at each depth, when each level is indented by two blanks."""


class Document:
    """A Flow JSON as text and as value. Made by `parse`.

    `value` is what could be understood: the whole document when `problems` is empty, else the best guess, and None
    when there is nothing to hold on to. `is_json` says whether every JSON reader takes the text. Paths are tuples of
    keys and indexes.
    """

    def __init__(self, text: str, value: Any, problems: list[Problem], root: "Node | None" = None) -> None:
        self.text = text
        self.value = value
        self.problems = problems
        self.is_json = all(problem.rule in HARMLESS for problem in problems)
        self._root: Node | Located | None = root

    def span(self, path: Path) -> Span:
        """Where the value at `path` stands; of a path that leads nowhere, the last value on the way."""
        node = self._tree
        for step in path:
            inner = _step(node, step)
            if inner is None:
                break
            node = inner
        return self.span_of(node.start, node.end) if node else NOWHERE

    def key_span(self, path: Path) -> Span:
        """Where the key of the member at `path` stands, quotes included; of anything else, the place of the value."""
        if path and isinstance(path[-1], str):
            owner = self._find(path[:-1])
            member = owner.members.get(path[-1]) if owner and owner.members else None
            if member:
                return self.span_of(member.key_start, member.key_end)
        return self.span(path)

    def span_of(self, start: int, end: int) -> Span:
        """Lines and columns of a stretch of characters."""
        first, last = bisect_right(self._lines, start), bisect_right(self._lines, max(start, end))
        return Span(start, end, first, last, start - self._lines[first - 1] + 1, end - self._lines[last - 1] + 1)

    def _find(self, path: Path) -> "Node | Located | None":
        node = self._tree
        for step in path:
            node = _step(node, step)
        return node

    @cached_property
    def _lines(self) -> list[int]:
        """Offsets at which the lines begin."""
        if "\r" in self.text:
            return [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", self.text))]
        lengths = [len(line) + 1 for line in self.text.split("\n")]
        return [0, *accumulate(lengths[:-1])]

    @property
    def _tree(self) -> "Node | Located | None":
        if self._root is None and self.text and not self.problems:
            from headrace.flowjson.locations import located

            self._root = located(self.text)
        return self._root


def parse(source: str | bytes) -> Document:
    """Reads a Flow JSON text. Never raises; what is wrong with the text stands in `Document.problems`."""
    too_large = len(source) > SIZE_LIMIT or (isinstance(source, str) and len(source) * 4 > SIZE_LIMIT < _bytes(source))
    if too_large:
        message = f"the text has {_bytes(source):,} bytes; {SIZE_LIMIT:,} (10 MB) are allowed"
        return Document("", None, [Problem("syntax/size", message, 0, 0)])
    text, problems = _decode(source)
    if not problems and (value := _read_fast(text)) is not _UNREADABLE:
        return Document(text, value, [])
    from headrace.flowjson.syntax import read

    root, found = read(text)
    return Document(text, _value(root), problems + found, root)


_UNREADABLE = object()


def _read_fast(text: str) -> Any:
    """The value of text that is in order in every respect, else `_UNREADABLE`."""
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        return _UNREADABLE
    try:
        written = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # deeper than orjson writes, which is deeper than is allowed
        return _UNREADABLE
    if _DEEPEST in written:
        return _UNREADABLE
    # A key that stands twice is in the text, but not in the value and so not in what is written of it. Every other
    # quotation mark is in both, but for those that the text gives by their number.
    by_number = "\\" in text and "\\u0022" in text
    return _UNREADABLE if by_number or text.count('"') != written.count(b'"') else value


def _decode(source: str | bytes) -> tuple[str, list[Problem]]:
    if isinstance(source, str):
        return source.removeprefix("\ufeff"), []
    try:
        return source.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        if source.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = source.decode("utf-16", errors="replace")
            return text, [Problem("syntax/encoding", "the text is UTF-16; it must be UTF-8", 0, 1)]
        start = len(source[: error.start].decode("utf-8-sig"))
        message = f"byte {error.start + 1} (0x{source[error.start]:02x}) is not UTF-8"
        return source.decode("utf-8-sig", errors="replace"), [Problem("syntax/encoding", message, start, start + 1)]


def _bytes(source: str | bytes) -> int:
    return len(source) if isinstance(source, bytes) else len(source.encode("utf-8", errors="surrogatepass"))


def _step(node: "Node | Located | None", step: str | int) -> "Node | Located | None":
    if node is None:
        return None
    if isinstance(step, int):
        return node.items[step] if node.items and -1 < step < len(node.items) else None
    member = node.members.get(step) if node.members else None
    return member.node if member else None


def _value(node: "Node | None") -> Any:
    """The plain value of a tree; its depth is bounded by the reader."""
    if node is None:
        return None
    if node.members is not None:
        return {key: _value(member.node) for key, member in node.members.items()}
    if node.items is not None:
        return [_value(item) for item in node.items]
    return node.value
