"""The plain conditions of an If, without backticks: reading and evaluating.

    condition := and { '||' and }      and := comparison { '&&' comparison }
    comparison := operand [ ('=='|'!='|'<'|'<='|'>'|'>=') operand ]
    operand := '!' operand | '(' condition ')' | '${…}' | 'text' | integer | true | false

Errors are found by `tokenize` and by the checks, with the column the validator names: the offset in the string, from 0.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from headrace.flowjson.expressions.evaluation import UNDEFINED, Scope, cut_off, equal, ordered
from headrace.flowjson.expressions.grammar import (
    NESTING_LIMIT,
    OPERATOR_LIMIT,
    Binary,
    Expression,
    ExpressionError,
    Literal,
    Lookup,
    Unary,
)
from headrace.flowjson.expressions.references import find_references

COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")

_TOKEN = re.compile(
    r"""(?P<space>[ ]+)
    |(?P<reference>\$\{[^}]*\}?)
    |(?P<text>'(?:[^'\\]|\\.)*')
    |(?P<operator>&&|\|\||==|!=|<=|>=|[<>!()])
    |(?P<half>[&|=])
    |(?P<number>-\d*|\d+)
    |(?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


class Token(NamedTuple):
    """`kind` is reference, text, number, word, operator, or half (a lone `&`, `|` or `=`) and odd (anything else)."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Cuts a condition into tokens; what is none becomes a token `odd` of one character, an open quote `open`."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            kind, end = ("open", len(text)) if text[at] == "'" else ("odd", at + 1)
            tokens.append(Token(kind, text[at:end], at, end))
            at = end
            continue
        if match.lastgroup != "space":
            tokens.append(Token(str(match.lastgroup), match.group(), at, match.end()))
        at = match.end()
    return tokens


@lru_cache(maxsize=1024)
def parse_condition(text: str) -> Expression:
    """Reads a plain condition; raises ExpressionError for anything that is none."""
    return _Parser(text).parse()


def evaluate_condition(text: str, scope: Scope) -> bool:
    """Whether the condition holds; one that cannot be read does not.

    An operand without a value is judged alone, and like an empty text: `== ''` holds, `!= 'x'` holds, no order does;
    by itself it is false, also under `!`. Where both sides read as numbers they are compared without their fractions.
    `&&` and `||` hold for booleans only.
    """
    try:
        return _evaluate(parse_condition(text), scope) is True
    except ExpressionError:
        return False


def _evaluate(expression: Expression, scope: Scope) -> Any:
    match expression:
        case Literal():
            return expression.value
        case Lookup():
            value = scope.lookup(expression.reference.path)
            return UNDEFINED if value is None else value
        case Unary(_, operand):
            value = _evaluate(operand, scope)
            return value is not UNDEFINED and not value
        case Binary("&&", left, right):
            return _evaluate(left, scope) is True and _evaluate(right, scope) is True
        case Binary("||", left, right):
            return _evaluate(left, scope) is True or _evaluate(right, scope) is True
        case Binary(operator, left, right):
            return _compare(operator, _evaluate(left, scope), _evaluate(right, scope))
    return False


def _compare(operator: str, left: Any, right: Any) -> bool:
    whole = cut_off(left), cut_off(right)
    if None not in whole:
        left, right = whole
    if operator in ("==", "!="):
        return equal(left, right) == (operator == "==")
    return ordered(operator, left, right)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [*tokenize(text), Token("end", "", len(text), len(text))]
        self.at = 0
        self.operators = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def parse(self) -> Expression:
        expression = self.logical("||", 0)
        if self.token.kind != "end":
            raise self.unexpected()
        return expression

    def logical(self, operator: str, depth: int) -> Expression:
        left = self.logical("&&", depth) if operator == "||" else self.comparison(depth)
        while self.token.text == operator and self.token.kind == "operator":
            self.count()
            right = self.logical("&&", depth) if operator == "||" else self.comparison(depth)
            left = Binary(operator, left, right, left.start, right.end)
        return left

    def comparison(self, depth: int) -> Expression:
        left = self.operand(depth)
        if self.token.kind == "operator" and self.token.text in COMPARISONS:
            operator = self.token.text
            self.at += 1
            right = self.operand(depth)
            return Binary(operator, left, right, left.start, right.end)
        return left

    def count(self) -> None:
        """Steps over an operator; too many of them make the tree of the condition too deep."""
        self.operators += 1
        if self.operators > OPERATOR_LIMIT:
            raise ExpressionError("the condition is too long", self.token.start, self.token.end)
        self.at += 1

    def operand(self, depth: int) -> Expression:
        token = self.token
        if depth > NESTING_LIMIT:
            raise ExpressionError("the condition is nested too deep", token.start, token.end)
        self.at += 1
        if token.kind == "operator" and token.text == "!":
            inner = self.operand(depth + 1)
            return Unary("!", inner, token.start, inner.end)
        if token.kind == "operator" and token.text == "(":
            inner = self.logical("||", depth + 1)
            if self.token.text != ")" or self.token.kind != "operator":
                raise self.unexpected()
            self.at += 1
            return inner
        self.at -= 1
        return self.value()

    def value(self) -> Expression:
        token = self.token
        self.at += 1
        if token.kind == "reference":
            referred = list(find_references(token.text))
            if len(referred) == 1 and referred[0].text == token.text:
                return Lookup(referred[0], token.start, token.end)
        elif token.kind == "text":
            return Literal(re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL), token.start, token.end)
        elif token.kind == "number" and token.text != "-":
            return Literal(int(token.text[:18]), token.start, token.end)
        elif token.text in ("true", "false"):
            return Literal(token.text == "true", token.start, token.end)
        self.at -= 1
        raise self.unexpected()

    def unexpected(self) -> ExpressionError:
        return ExpressionError(f"'{self.token.text}' is not expected", self.token.start, self.token.end)
