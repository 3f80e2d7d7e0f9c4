"""The types of an expression before the Flow runs."""

from collections.abc import Callable

from headrace.flowjson.expressions.grammar import Binary, Expression, ExpressionError, Joined, Literal, Lookup, Unary
from headrace.flowjson.expressions.references import Reference

Types = frozenset[str]
"""JSON types a value can have; empty when they are not known."""

_NUMBER: Types = frozenset({"number"})
_BOOLEAN: Types = frozenset({"boolean"})
_STRING: Types = frozenset({"string"})
_ORDERING = ("<", "<=", ">", ">=")


def types_of(expression: Expression, look_up: Callable[[Reference], Types | None]) -> Types:
    """The types an expression can come to; raises ExpressionError where its parts do not go together.

    `look_up` gives the types of a reference, None when it leads nowhere.
    """
    match expression:
        case Literal(value):
            return _BOOLEAN if isinstance(value, bool) else _STRING if isinstance(value, str) else _NUMBER
        case Lookup(reference, start, end):
            known = look_up(reference)
            if known is None:
                raise ExpressionError(f"'{reference.text}' leads to nothing", start, end, "unknown-reference")
            return known
        case Joined(terms):
            for term in terms:
                types_of(term, look_up)
            return _STRING
        case Unary("!", operand):
            _expect(operand, _BOOLEAN, "!", look_up)
            return _BOOLEAN
        case Unary(sign, operand):
            _expect(operand, _NUMBER, sign, look_up)
            return _NUMBER
        case Binary():
            return _types_of_binary(expression, look_up)


def _types_of_binary(expression: Binary, look_up: Callable[[Reference], Types | None]) -> Types:
    operator, left, right = expression.operator, expression.left, expression.right
    if operator in ("&&", "||"):
        _expect(left, _BOOLEAN, operator, look_up)
        _expect(right, _BOOLEAN, operator, look_up)
        return _BOOLEAN
    if operator in ("==", "!="):
        first, second = types_of(left, look_up), types_of(right, look_up)
        if not overlap(first, second):
            message = f"'{operator}' compares values of one type, not {_words(first)} with {_words(second)}"
            raise ExpressionError(message, expression.start, expression.end, "types-differ")
        return _BOOLEAN
    if operator == "%":
        # Meta's validator does not look at the operands of a remainder, and takes the result for anything.
        types_of(left, look_up)
        types_of(right, look_up)
        return frozenset()
    _expect(left, _NUMBER, operator, look_up)
    _expect(right, _NUMBER, operator, look_up)
    return _BOOLEAN if operator in _ORDERING else _NUMBER


def _expect(operand: Expression, wanted: Types, operator: str, look_up: Callable[[Reference], Types | None]) -> None:
    types = types_of(operand, look_up)
    if not overlap(types, wanted):
        kind = "not-a-number" if wanted is _NUMBER else "not-a-boolean"
        joining = "; texts are joined by writing them side by side" if operator == "+" and "string" in types else ""
        message = f"'{operator}' wants {_words(wanted)}, but finds {_words(types)}{joining}"
        raise ExpressionError(message, operand.start, operand.end, kind)


def overlap(first: Types, second: Types) -> bool:
    """Whether a value can be of both types; integer and number are taken for one another, the untold fits anything."""
    if not first or not second or not first.isdisjoint(second):
        return True
    widened = [types | _NUMBER if "integer" in types else types for types in (first, second)]
    return not widened[0].isdisjoint(widened[1])


def _words(types: Types) -> str:
    return " or ".join(f"an {type_name}" if type_name[0] in "aio" else f"a {type_name}" for type_name in sorted(types))
