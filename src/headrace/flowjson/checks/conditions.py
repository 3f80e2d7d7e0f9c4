"""The condition of an If: it can be read, compares like with like, and comes to true or false.

Mistakes are reported in the order a reader meets them: characters, then the row of operands and operators, then types.
Columns in messages are offsets in the text of the condition, from 0.
"""

from functools import lru_cache
from typing import Any

from headrace.flowjson.checks.expressions import check_expression
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import Rule, rule
from headrace.flowjson.checks.types import Failure, Known, Nowhere, look_up
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.conditions import COMPARISONS, Token, parse_condition, tokenize
from headrace.flowjson.expressions.grammar import Binary, Expression, ExpressionError, Literal, Lookup, Unary
from headrace.flowjson.expressions.references import NESTED_SINCE, Reference, find_references, is_expression
from headrace.flowjson.expressions.static import Types, overlap


def _rule(name: str, message: str, *, absence: bool = False) -> Rule:
    return rule(f"conditions/{name}", "INVALID_PROPERTY_VALUE", message, absence=absence)


EMPTY = _rule("empty", "Expected property 'condition' to contain at least one operand.")
EMPTY_PARENTHESES = _rule("empty-parentheses", "Found invalid empty parentheses at column {column}.")
LITERALS = _rule(
    "literals-only", "An operator cannot not have literals on both sides. Found invalid syntax at column {column}."
)
NOT_OPENED = _rule(
    "parenthesis-not-opened", "Missing opening parenthesis for the closing parenthesis at column {column}."
)
CLOSED_EARLY = _rule(
    "parenthesis-after-operator", "Operator '{operator}' lacks an operand before the ')' at column {column}."
)
NOT_CLOSED = _rule("parenthesis-not-closed", "Missing closing parenthesis.")
OPEN_QUOTE = _rule("open-quote", "Missing closing quote for string.")
MISSING_OPERATOR = _rule("missing-operator", "Missing operator between '{first}' and '{second}' at column {column}.")
HALF_OPERATOR = _rule("half-operator", "Invalid operator '{operator}' found at column {column}.")
BAD_OPERAND = _rule("bad-operand", "Invalid operand format '{operand}' found at column {column}.")
ODD_CHARACTER = _rule("odd-character", "Unexpected character '{character}' found at column {column}.")
EARLY_OPERATOR = _rule(
    "operator-without-operand", "Operator '{operator}' at column {column} lacks an operand before it."
)
CHAIN = _rule(
    "chained-comparison",
    "Wrong positioning of operator '{operator}'. It cannot be used in concatenation with '{previous}' at column "
    "{column}.",
)
MISPLACED = _rule(
    "wrong-position",
    "Wrong positioning of {what} '{this}'. It cannot be used after '{previous}' at column {column}.",
)
TYPES_DIFFER = _rule(
    "types-differ",
    "Type mismatch in an equality operation between '{first}' and '{second}' at column {column}.",
)
BAD_WORD = _rule("unknown-word", "Invalid literal '{word}' at column {column}.")
MISSING_OPERAND = _rule("missing-operand", "Missing operand after last operator '{operator}'.")
LONE_MINUS = _rule("lone-minus", "A numerical value is expected to follow the negative sign.")
LEADING_ZERO = _rule("leading-zero", "Number '{number}' at column {column} begins with a zero.")
NOT_BOOLEAN = _rule("not-boolean", "Expected single operand to be a boolean.")
LONE_LITERAL = _rule("lone-literal", "The only operand is a literal value. Expected single operand to be a boolean.")
UNKNOWN_DATA = _rule("unknown-data", "The condition uses '{name}', which the screen does not have.", absence=True)
NOT_COMPARABLE = _rule(
    "not-comparable", "Operand '{operand}' is an {type}; only texts, numbers and booleans can be compared."
)
TOO_DEEP = _rule("too-deep", "The condition is too long, or nested too deep, at column {column}.")


class _WrongError(Exception):
    """The first mistake in a condition."""

    def __init__(self, broken: Rule, **words: Any) -> None:
        super().__init__(broken.name)
        self.rule = broken
        self.words = words


def check_conditions(flow: Flow, findings: Findings) -> None:
    """The condition of every If."""
    for screen in flow.screens_with("If"):
        for node in screen.of_kind("If"):
            if isinstance(node.value.get("condition"), str):
                _check(node, screen, flow, findings)


def _check(node: Node, screen: Screen, flow: Flow, findings: Findings) -> None:
    text: str = node.value["condition"]
    path: Path = (*node.path, "condition")
    if is_expression(text, flow.version):
        check_expression(text, frozenset({"boolean"}), key(path), screen, flow, findings)
        return
    try:
        _read(text)
        _judge(text, screen, flow)
    except _WrongError as error:
        findings.add(error.rule, path, **error.words)


def _read(text: str) -> None:
    """Characters and their order."""
    if len(text) <= _SHORT:
        _read_short(text)
    else:
        _read_short.__wrapped__(text)


_SHORT = 200
"""Characters up to which a condition in good order is remembered."""


@lru_cache(maxsize=1024)
def _read_short(text: str) -> None:
    tokens = tokenize(text)
    if not tokens:
        raise _WrongError(EMPTY)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        _token(token, following)
    _order(tokens)


def _token(token: Token, following: Token | None) -> None:
    column = token.start
    if token.kind == "odd":
        raise _WrongError(ODD_CHARACTER, character=token.text, column=column)
    if token.kind == "open":
        raise _WrongError(OPEN_QUOTE)
    if token.kind == "half":
        raise _WrongError(HALF_OPERATOR, operator=token.text, column=column)
    if token.kind == "word" and token.text not in ("true", "false"):
        raise _WrongError(BAD_WORD, word=token.text, column=column)
    if token.kind == "number":
        _number(token, following)
    if token.kind == "reference":
        referred = list(find_references(token.text))
        if len(referred) != 1 or referred[0].text != token.text:
            raise _WrongError(BAD_OPERAND, operand=token.text, column=column)


def _number(token: Token, following: Token | None) -> None:
    digits = token.text.lstrip("-")
    if not digits:
        raise _WrongError(LONE_MINUS)
    if digits[0] == "0" and (len(digits) > 1 or token.text[0] == "-"):
        raise _WrongError(LEADING_ZERO, number=token.text, column=token.start)
    if following and following.kind == "word" and following.start == token.end:
        raise _WrongError(BAD_WORD, word=token.text + following.text, column=token.start)


def _order(tokens: list[Token]) -> None:
    """Operands and operators take turns, parentheses are balanced."""
    open_parentheses = 0
    previous: Token | None = None
    for token in tokens:
        is_operator = token.kind == "operator"
        if _wants_operand(previous):
            if is_operator and token.text == ")":
                raise _closing(previous, token)
            if is_operator and token.text not in "(!":
                raise _WrongError(EARLY_OPERATOR, operator=token.text, column=token.start)
        elif not is_operator or token.text in "(!":
            assert previous is not None
            raise _side_by_side(previous, token)
        elif token.text == ")" and not open_parentheses:
            raise _WrongError(NOT_OPENED, column=token.start)
        open_parentheses += {"(": 1, ")": -1}.get(token.text, 0) if is_operator else 0
        previous = token
    assert previous is not None
    if previous.text == "(" and previous.kind == "operator":
        raise _WrongError(NOT_CLOSED)
    if _wants_operand(previous):
        raise _WrongError(MISSING_OPERAND, operator=previous.text)
    if open_parentheses:
        raise _WrongError(NOT_CLOSED)


def _wants_operand(previous: Token | None) -> bool:
    return previous is None or (previous.kind == "operator" and previous.text != ")")


def _closing(previous: Token | None, token: Token) -> _WrongError:
    if previous is None:
        return _WrongError(NOT_OPENED, column=token.start)
    if previous.text == "(":
        return _WrongError(EMPTY_PARENTHESES, column=previous.start)
    return _WrongError(CLOSED_EARLY, operator=previous.text, column=token.start)


def _side_by_side(previous: Token, token: Token) -> _WrongError:
    if token.kind in ("text", "number", "word"):
        return _WrongError(MISPLACED, what="operand", this=token.text, previous=previous.text, column=token.start)
    return _WrongError(MISSING_OPERATOR, first=previous.text, second=token.text, column=token.start)


def _judge(text: str, screen: Screen, flow: Flow) -> None:
    """Types: the condition as a whole comes to true or false, and so do the operands of `&&` and `||`."""
    try:
        expression = parse_condition(text)
    except ExpressionError as error:
        raise _unparsable(text, error) from error
    check = _TypeCheck(text, screen, flow)
    if isinstance(expression, Literal):
        raise _WrongError(LONE_LITERAL)
    types = check.types(expression)
    if not overlap(types, _BOOLEAN):
        raise _WrongError(NOT_BOOLEAN)


def _unparsable(text: str, error: ExpressionError) -> _WrongError:
    """All that can still be wrong with a row in good order is a second comparison, or its depth."""
    before = [token for token in tokenize(text) if token.text in COMPARISONS and token.end <= error.start]
    if before and text[error.start : error.end] in COMPARISONS:
        operator = text[error.start : error.end]
        return _WrongError(CHAIN, operator=operator, previous=before[-1].text, column=error.start)
    return _WrongError(TOO_DEEP, column=error.start)


_BOOLEAN: Types = frozenset({"boolean"})
_NUMBER: Types = frozenset({"number"})


class _TypeCheck:
    def __init__(self, text: str, screen: Screen, flow: Flow) -> None:
        self.text = text
        self.screen = screen
        self.flow = flow

    def types(self, expression: Expression) -> Types:
        match expression:
            case Literal(value):
                name = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
                return frozenset({name})
            case Lookup(reference):
                return self.looked_up(reference)
            case Unary(_, operand, start):
                self.boolean(operand, "!", start)
                return _BOOLEAN
            case Binary("&&" | "||" as operator, left, right):
                column = self.operator_column(left, operator)
                if not overlap(self.types(left), _BOOLEAN):
                    raise self.misplaced("operator", operator, self.spell(left), column)
                self.boolean(right, operator, column)
                return _BOOLEAN
            case Binary(operator, left, right):
                self.comparison(operator, left, right)
                return _BOOLEAN
        return frozenset()

    def boolean(self, operand: Expression, operator: str, column: int) -> None:
        if not overlap(self.types(operand), _BOOLEAN):
            raise self.misplaced("operand", self.spell(operand), operator, operand.start)

    def comparison(self, operator: str, left: Expression, right: Expression) -> None:
        column = self.operator_column(left, operator)
        if isinstance(left, Literal) and isinstance(right, Literal):
            raise _WrongError(LITERALS, column=column)
        first, second = self.types(left), self.types(right)
        if operator in ("==", "!="):
            if not overlap(first, second):
                words = {"first": self.spell(left), "second": self.spell(right), "column": column}
                raise _WrongError(TYPES_DIFFER, **words)
            return
        if not overlap(first, _NUMBER):
            raise self.misplaced("operator", operator, self.spell(left), column)
        if not overlap(second, _NUMBER):
            raise self.misplaced("operand", self.spell(right), operator, right.start)

    def looked_up(self, reference: Reference) -> Types:
        known = look_up(reference, self.screen, self.flow)
        # Before expressions came, only the first name was looked at: nothing within an object could be compared.
        nested_too_early = len(reference.steps) > 1 and self.flow.version < NESTED_SINCE
        if isinstance(known, Nowhere) or nested_too_early:
            form_itself = isinstance(known, Nowhere) and known.failure is Failure.FORM_ITSELF
            raise _WrongError(UNKNOWN_DATA, name=reference.text if form_itself else ".".join(reference.steps))
        assert isinstance(known, Known)
        if known.types and known.types <= {"array", "object"}:
            raise _WrongError(NOT_COMPARABLE, operand=reference.text, type=" or ".join(sorted(known.types)))
        return known.types

    def operator_column(self, left: Expression, operator: str) -> int:
        return self.text.index(operator, left.end)

    def spell(self, expression: Expression) -> str:
        return self.text[expression.start : expression.end]

    def misplaced(self, what: str, this: str, previous: str, column: int) -> _WrongError:
        return _WrongError(MISPLACED, what=what, this=this, previous=previous, column=column)
