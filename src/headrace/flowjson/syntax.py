"""Reads JSON text, also broken JSON text, into a tree that knows where everything stands.

The reader never gives up: where something is wrong it notes one problem, guesses the smallest repair and goes on, so
that the rest of the document can still be looked at. A text without any value becomes a tree without a root.
"""

import math
import re
import sys
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from headrace.flowjson.problems import DEPTH_LIMIT, PROBLEM_LIMIT, PROBLEMS, Problem

__all__ = ["DEPTH_LIMIT", "PROBLEMS", "PROBLEM_LIMIT", "Member", "Node", "Problem", "read"]

_SPACE = re.compile(r"[ \t\n\r]*")
_ODD_SPACE = re.compile(r"[\s\ufeff\u200b]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_PLAIN_STRING = re.compile(r'"([^"\\\x00-\x1f\ud800-\udfff]*)"')
_STRING_PART = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+])", re.ASCII)
_WORD = re.compile(r"[^\s,:\[\]{}\"]+")
_SINGLE_QUOTED = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
# A quote that is never closed reaches to the end: so every search goes over the text only once.
_BRACKET = re.compile(r'[\[\]{}]|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BLANK = re.compile(r"\s*")
_HEX4 = re.compile(r"[0-9a-fA-F]{4}")

_LITERALS: dict[str, Any] = {"true": True, "false": False, "null": None}
_FOREIGN_LITERALS: dict[str, Any] = {
    "True": True, "TRUE": True, "False": False, "FALSE": False, "None": None, "NULL": None, "undefined": None,
}  # fmt: skip
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Member(NamedTuple):
    """One member of an object: where its key stands (quotes included), and its value."""

    key_start: int
    key_end: int
    node: "Node"


@dataclass(slots=True)
class Node:
    """A value and where it stands. An object has `members`, an array `items`, anything else only its value."""

    start: int
    end: int
    value: Any = None
    members: dict[str, Member] | None = None
    items: list["Node"] | None = None


def read(text: str) -> tuple[Node | None, list[Problem]]:
    """Reads the text as far as it can be understood; never raises."""
    reader = _Reader(text)
    root = reader.read_document()
    return root, sorted(reader.problems, key=lambda problem: problem.start)


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    problems: list[Problem] = field(default_factory=list)
    ended: bool = False
    surplus: int | None = None

    def problem(self, rule: str, message: str, start: int, end: int = 0) -> None:
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(Problem(f"syntax/{rule}", message, start, max(start + 1, end)))

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip_space(self) -> str:
        """Steps over white space (comments and exotic spaces are noted) and returns the character that follows."""
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # matches nothing, too
            head = self.text[self.at : self.at + 1]
            if head == "/" and (comment := _COMMENT.match(self.text, self.at)):
                self.problem("comment", "JSON has no comments", self.at, comment.end())
                self.at = comment.end()
            elif head and (odd := _ODD_SPACE.match(self.text, self.at)):
                self.problem("space", f"{odd.group()[0]!a} is not one of JSON's spaces", self.at, odd.end())
                self.at = odd.end()
            else:
                return head

    def read_document(self) -> Node | None:
        if not self.skip_space():
            self.problem("empty", "the text is empty", 0)
            return None
        root = self.read_value(0)
        if self.skip_space():
            self.problem("after-end", f"nothing may follow the end of the document, found {self.found()}", self.at)
        return root

    def found(self) -> str:
        """Names what stands here, for messages."""
        if not self.peek():
            return "the end of the text"
        word = _WORD.match(self.text, self.at, self.at + 20)
        return f"'{word.group()}'" if word else f"'{self.peek()}'"

    def read_value(self, depth: int) -> Node:
        head = self.peek()
        if head in ("{", "[") and depth >= DEPTH_LIMIT:
            return self.skip_deep()
        if head == "{":
            return self.read_object(depth)
        if head == "[":
            return self.read_array(depth)
        if head == '"':
            return self.read_string()
        return self.read_scalar()

    def read_object(self, depth: int) -> Node:
        node = Node(self.at, self.at, members={})
        self.at += 1
        after_comma = False
        while True:
            head = self.skip_space()
            if head == "}":
                if after_comma:
                    self.problem("trailing-comma", "no comma may stand before '}'", self.comma_before())
                self.at += 1
                break
            if not head or head == "]":
                self.unclosed(node, "}", head)
                break
            if head == ",":
                self.problem("extra-comma", "a comma stands where a member is expected", self.at)
                self.at += 1
                after_comma = False
                continue
            if not self.read_member(node, depth):
                continue
            after_comma = self.expect_comma("}", "member")
        node.end = self.at
        return node

    def read_member(self, node: Node, depth: int) -> bool:
        """Reads `"key": value`; false when not even a key could be made out."""
        key = self.read_key()
        if key is None:
            self.problem("key", f"a key in double quotes is expected, found {self.found()}", self.at)
            self.at += 1
            return False
        has_colon = self.skip_space() in (":", "=")
        if self.peek() == ":":
            self.at += 1
        elif self.peek() == "=":
            self.problem("colon", "a colon is expected after the key, found '='", self.at)
            self.at += 1
        else:
            self.problem("colon", f"a colon is expected after key '{key.value}', found {self.found()}", self.at)
        head = self.skip_space()
        if not head:
            self.end_too_early("value", f"a value is expected for key '{key.value}', found {self.found()}", self.at)
            value = Node(self.at, self.at)
        elif head in (",", "}", "]"):
            if has_colon:
                self.problem("value", f"a value is expected for key '{key.value}', found {self.found()}", self.at)
            value = Node(self.at, self.at)
        else:
            value = self.read_value(depth + 1)
        assert node.members is not None
        if key.value in node.members:
            self.problem("duplicate-key", f"key '{key.value}' stands twice; the last one counts", key.start, key.end)
        node.members[key.value] = Member(key.start, key.end, value)
        return True

    def read_key(self) -> Node | None:
        head = self.peek()
        if head == '"':
            return self.read_string()
        if head == "'" or (head.isalnum() or head in "_$-"):
            node = self.read_scalar(as_key=True)
            return Node(node.start, node.end, self.text[node.start : node.end].strip("'"))
        return None

    def read_array(self, depth: int) -> Node:
        items: list[Node] = []
        node = Node(self.at, self.at, items=items)
        self.at += 1
        after_comma = False
        while True:
            head = self.skip_space()
            if head == "]":
                if after_comma:
                    self.problem("trailing-comma", "no comma may stand before ']'", self.comma_before())
                self.at += 1
                break
            if not head or head == "}":
                self.unclosed(node, "]", head)
                break
            if head == ",":
                self.problem("extra-comma", "a comma stands where a value is expected", self.at)
                self.at += 1
                after_comma = False
                continue
            if head == ":":
                self.problem("value", "a colon stands where a value is expected", self.at)
                self.at += 1
                continue
            items.append(self.read_value(depth + 1))
            after_comma = self.expect_comma("]", "value")
        node.end = self.at
        return node

    def expect_comma(self, closing: str, what: str) -> bool:
        """Steps over the comma between two members or values; true when there was one."""
        head = self.skip_space()
        if head == ",":
            self.at += 1
            return True
        if head and head not in "}]":
            self.problem("comma", f"a comma or '{closing}' is expected after the {what}, found {self.found()}", self.at)
            if head in ":;":
                self.at += 1
        return False

    def unclosed(self, node: Node, closing: str, head: str) -> None:
        opening = self.text[node.start]
        if head:
            self.problem("bracket", f"'{closing}' is expected to close '{opening}', found '{head}'", self.at)
            # A lone wrong bracket is taken for the right one; the other kind may close something further out.
            if not self.closes_outer(head):
                self.at += 1
        else:
            self.end_too_early("unclosed", f"'{opening}' is never closed with '{closing}'", node.start)

    def end_too_early(self, rule: str, message: str, start: int) -> None:
        """Notes that the text ends before its time, once: everything still open is open for the same reason."""
        if not self.ended:
            self.problem(rule, message, start)
        self.ended = True

    def closes_outer(self, head: str) -> bool:
        """Guesses whether the wrong bracket belongs to an outer object or array: when the right one is just missing."""
        after = self.text[self.at + 1 : self.at + 400].lstrip()[:1]
        return self.left_open() > 0 and after in {"}": ("", ",", "}", "]"), "]": ("", ",", "}")}[head]

    def left_open(self) -> int:
        """How many more brackets are opened than closed in the whole text: above 0, something is missing."""
        if self.surplus is None:
            marks = [match.group() for match in _BRACKET.finditer(self.text)]
            self.surplus = sum((mark in "{[") - (mark in "}]") for mark in marks)
        return self.surplus

    def comma_before(self) -> int:
        return self.text.rfind(",", 0, self.at)

    def skip_deep(self) -> Node:
        """Steps over a value that is nested too deep to be looked at."""
        start, depth = self.at, 0
        self.problem("depth", f"values are nested more than {DEPTH_LIMIT} deep", start)
        for match in _BRACKET.finditer(self.text, start):
            mark = match.group()
            depth += 1 if mark in "{[" else -1 if mark in "}]" else 0
            if depth == 0:
                self.at = match.end()
                return Node(start, self.at)
        self.at = len(self.text)
        return Node(start, self.at)

    def read_string(self) -> Node:
        start = self.at
        if plain := _PLAIN_STRING.match(self.text, start):
            self.at = plain.end()
            return Node(start, self.at, plain.group(1))
        self.at += 1
        parts: list[str] = []
        blank_end = self.at  # up to here nothing but white space follows, and no sign that a quote is missing
        while True:
            if part := _STRING_PART.match(self.text, self.at):
                parts.append(part.group())
                self.at = part.end()
            head = self.peek()
            if head == '"':
                self.at += 1
                break
            if head == "\\":
                parts.append(self.read_escape())
            elif not head:
                self.end_too_early("quote", "a quote is opened but never closed", start)
                break
            elif (
                head in "\n\r"
                and self.at >= blank_end
                and self.json_goes_on(
                    blank_end := _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # matches nothing, too
                )
            ):
                self.open_quote(start, parts)
                break
            else:
                parts.append(self.odd_character(head))
        return Node(start, self.at, "".join(parts))

    def json_goes_on(self, at: int) -> bool:
        """Whether a line begins here as lines of JSON do."""
        return self.text[at : at + 1] in ('"', "}", "]")

    def open_quote(self, start: int, parts: list[str]) -> None:
        """The line ends within quotes and the next one begins like JSON: the closing quote has been left out."""
        line = "".join(parts)
        kept = line.rstrip().removesuffix(",")
        if "\\" not in self.text[start : self.at]:
            self.at = start + 1 + len(kept)
        parts[:] = [kept]
        self.problem("quote", "the closing quote is missing", start, self.at)

    def odd_character(self, head: str) -> str:
        name = {"\t": "a tab", "\n": "a line break", "\r": "a line break"}.get(head, f"the character U+{ord(head):04X}")
        if "\ud800" <= head <= "\udfff":
            self.problem("surrogate", f"{name} is half of a surrogate pair and stands for nothing", self.at)
            replacement = "\ufffd"
        else:
            self.problem("control", f"{name} must be written as an escape within quotes", self.at)
            replacement = head
        self.at += 1
        return replacement

    def read_escape(self) -> str:
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if letter in _ESCAPES and letter:
            self.at += 2
            return _ESCAPES[letter]
        hexadecimal = _HEX4.match(self.text, start + 2) if letter == "u" else None
        if not hexadecimal:
            self.at += 2 if letter and letter not in "\n\r" else 1
            self.problem("escape", f"'\\{letter}' is no escape of JSON", start, self.at)
            return letter if letter not in "\n\r" else ""
        self.at = hexadecimal.end()
        unit = int(hexadecimal.group(), 16)
        if 0xD800 <= unit < 0xDC00 and self.text[self.at : self.at + 2] == "\\u":
            low = _HEX4.match(self.text, self.at + 2)
            if low and 0xDC00 <= int(low.group(), 16) < 0xE000:
                self.at = low.end()
                return chr(0x10000 + ((unit - 0xD800) << 10) + (int(low.group(), 16) - 0xDC00))
        if 0xD800 <= unit < 0xE000:
            escape = self.text[start : self.at]
            self.problem("surrogate", f"'{escape}' is half of a surrogate pair and stands for nothing", start, self.at)
            return "\ufffd"
        return chr(unit)

    def read_scalar(self, *, as_key: bool = False) -> Node:
        """Reads a number, `true`, `false`, `null`, or something that ought to be one of them or a text in quotes."""
        start = self.at
        number = None if as_key else _NUMBER.match(self.text, start)
        if number:
            self.at = number.end()
            return Node(start, self.at, _number(number.group()))
        if quoted := _SINGLE_QUOTED.match(self.text, start):
            self.at = quoted.end()
            self.problem("single-quotes", "texts and keys stand in double quotes", start, self.at)
            return Node(start, self.at, quoted.group(1))
        word_match = _WORD.match(self.text, start)
        if not word_match:
            self.at += 1
            self.problem("value", f"a value is expected, found '{self.text[start]}'", start)
            return Node(start, self.at)
        word = word_match.group()
        self.at = word_match.end()
        if word in _LITERALS and not as_key:
            return Node(start, self.at, _LITERALS[word])
        return Node(start, self.at, self.foreign_word(word, start, as_key=as_key))

    def foreign_word(self, word: str, start: int, *, as_key: bool) -> Any:
        if as_key:
            self.problem("key", f"key {word[:40]} must stand in double quotes", start, self.at)
        elif word in _FOREIGN_LITERALS:
            right = {True: "true", False: "false", None: "null"}[_FOREIGN_LITERALS[word]]
            self.problem("literal", f"'{word}' is not JSON; write {right}", start, self.at)
            return _FOREIGN_LITERALS[word]
        elif word[0] in "+-.0123456789":
            self.problem("number", f"'{word[:40]}' is no number of JSON", start, self.at)
            try:
                return _number(word.lstrip("+")) if word not in ("-", "+", ".") else 0
            except ValueError:
                return 0
        else:
            self.problem("word", f"'{word[:40]}' is not JSON; a text stands in double quotes", start, self.at)
        return word


def _number(text: str) -> int | float:
    """A number as JSON readers hold it; what is too long for an integer becomes a float."""
    if len(text) < 19 and not any(mark in text for mark in ".eE"):
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else math.copysign(sys.float_info.max, value)
