"""The expressions in backticks: text to tree.

    expression := term { space term }            several terms: their texts are joined
    operators, loosest first: || && (== !=) (< <= > >=) (+ -) (* / %) and the prefixes ! - +

There is no ternary, no call, no index, no null. Offsets count from the first character of the string, the backtick.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from headrace.flowjson.expressions.references import Reference, find_references

NESTING_LIMIT = 30
"""At most this many parentheses and signs may be nested."""

OPERATOR_LIMIT = 120
"""At most this many operators may stand in one expression."""

KINDS = ("syntax", "unsupported", "null", "unknown-reference", "not-a-number", "not-a-boolean", "types-differ")
"""The kinds of mistakes; the first three are found while reading, the others by `static.types_of`."""

_TOKEN = re.compile(
    r"""[ \t\r\n]+
    |(?P<reference>\$\{[^{}]*\})
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<word>[A-Za-z_][\w]*)
    |(?P<operator>===|!==|&&|\|\||==|!=|<=|>=|[-+*/%<>!()])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_UNSUPPORTED = {
    "?": "a choice with '?:'",
    "[": "an index or list",
    "{": "an object",
    ",": "a comma",
    ";": "a semicolon",
}


class ExpressionError(Exception):
    """What is wrong with an expression, and from where to where. `kind` is one of `KINDS`."""

    def __init__(self, message: str, start: int, end: int, kind: str = "syntax") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.kind = kind


class Literal(NamedTuple):
    value: str | int | float | bool
    start: int
    end: int


class Lookup(NamedTuple):
    reference: Reference
    start: int
    end: int


class Unary(NamedTuple):
    operator: str
    operand: "Expression"
    start: int
    end: int


class Binary(NamedTuple):
    operator: str
    left: "Expression"
    right: "Expression"
    start: int
    end: int


class Joined(NamedTuple):
    """Terms side by side: a text made of theirs."""

    terms: tuple["Expression", ...]
    start: int
    end: int


Expression = Literal | Lookup | Unary | Binary | Joined


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def parse_expression(text: str) -> Expression:
    """Reads a whole string in backticks; raises ExpressionError."""
    return _remembered(text) if len(text) <= _SHORT else _Parser(text).parse()


_SHORT = 400
"""Characters up to which an expression is remembered."""


@lru_cache(maxsize=4096)
def _remembered(text: str) -> Expression:
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self.end = len(text) - 1
        self.tokens = [*_tokens(text), _Token("end", "", self.end, self.end)]
        self.at = 0
        self.operators = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def parse(self) -> Expression:
        terms = [self.binary(0, 0)]
        while self.token.kind != "end":
            before, token = self.tokens[self.at - 1], self.token
            if token.text == "(" and (before.kind in ("reference", "word") or before.text == ")"):
                raise ExpressionError("a function call is not supported", before.start, token.end, "unsupported")
            if token.text == ")":
                raise ExpressionError("')' closes nothing", token.start, token.end)
            terms.append(self.binary(0, 0))
        return terms[0] if len(terms) == 1 else Joined(tuple(terms), terms[0].start, terms[-1].end)

    def binary(self, level: int, depth: int) -> Expression:
        if level == len(_LEVELS):
            return self.unary(depth)
        left = self.binary(level + 1, depth)
        while self.token.kind == "operator" and self.token.text in _LEVELS[level]:
            operator, at = self.token.text, self.token.start
            self.at += 1
            self.operators += 1
            if self.operators > OPERATOR_LIMIT:
                raise ExpressionError(f"the expression has more than {OPERATOR_LIMIT} operators", at, at + 1)
            right = self.binary(level + 1, depth)
            left = Binary(operator, left, right, left.start, right.end)
        return left

    def unary(self, depth: int) -> Expression:
        token = self.token
        if depth > NESTING_LIMIT:
            raise ExpressionError("the expression is nested too deep", token.start, token.end)
        if token.kind == "operator" and token.text in "!-+":
            self.at += 1
            operand = self.unary(depth + 1)
            return Unary(token.text, operand, token.start, operand.end)
        return self.primary(depth)

    def primary(self, depth: int) -> Expression:
        token = self.token
        self.at += 1
        if token.kind == "reference":
            return _lookup(token)
        if token.kind in ("number", "text"):
            return Literal(_literal(token), token.start, token.end)
        if token.text in ("true", "false"):
            return Literal(token.text == "true", token.start, token.end)
        if token.text == "(":
            inner = self.binary(0, depth + 1)
            if self.token.text != ")":
                raise ExpressionError("')' is missing", token.start, self.token.end)
            self.at += 1
            return inner
        if token.text == "null":
            raise ExpressionError("null is not supported", token.start, token.end, "null")
        if token.kind == "word" and self.token.text == "(":
            raise ExpressionError("a function call is not supported", token.start, token.end, "unsupported")
        if token.kind == "word":
            raise ExpressionError(f"'{token.text}' is unknown; a text stands in quotes", token.start, token.end)
        if token.kind == "end":
            raise ExpressionError("a value is missing at the end", token.start, token.end)
        raise ExpressionError(f"a value is expected before '{token.text}'", token.start, token.end)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, end = 1, len(text) - 1
    while at < end:
        match = _TOKEN.match(text, at, end)
        if not match:
            raise _unreadable(text, at)
        if match.lastgroup:
            tokens.append(_Token(match.lastgroup, match.group(), at, match.end()))
            if match.group() in ("===", "!=="):
                message = f"'{match.group()}' is not supported; write '{match.group()[:2]}'"
                raise ExpressionError(message, at, match.end(), "unsupported")
        at = match.end()
    return tokens


def _unreadable(text: str, at: int) -> ExpressionError:
    mark = text[at]
    if mark in _UNSUPPORTED:
        return ExpressionError(f"{_UNSUPPORTED[mark]} is not supported", at, at + 1, "unsupported")
    if mark in "'\"":
        return ExpressionError("a quote is not closed", at, len(text) - 1)
    return ExpressionError(f"'{mark}' is not expected", at, at + 1)


def _lookup(token: _Token) -> Lookup:
    referred = list(find_references(token.text))
    if len(referred) != 1 or referred[0].text != token.text:
        raise ExpressionError(f"'{token.text}' is no reference", token.start, token.end)
    if any("-" in step for step in referred[0].steps):
        raise ExpressionError(
            f"'{token.text}' has a name with '-', which is read as minus here", token.start, token.end
        )  # fmt: skip
    return Lookup(referred[0]._replace(start=token.start, end=token.end), token.start, token.end)


def _literal(token: _Token) -> str | int | float:
    if token.kind == "text":
        return re.sub(r"\\(.)", lambda match: _ESCAPED.get(match[1], match[1]), token.text[1:-1], flags=re.DOTALL)
    value = float(token.text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
