"""What an expression comes to.

The rules are those of Meta's client: an empty operand counts as 0 in arithmetic, dividing by nothing gives 0, results
are rounded to two decimals, numbers in texts count as numbers, comparing sizes with something empty is false.
"""

import json
import math
from typing import Any, Final, Protocol

from headrace.flowjson.expressions.grammar import Binary, Expression, Joined, Literal, Lookup, Unary

LONGEST_TEXT = 1_000_000
"""Characters after which a text that is joined of others is cut: it may be joined of itself, again and again."""


class _Undefined:
    """There is no value. Unlike None, which is a value a Flow was given."""

    _only: "_Undefined | None" = None

    def __new__(cls) -> "_Undefined":
        cls._only = cls._only or super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False

    def __copy__(self) -> "_Undefined":
        return self

    def __deepcopy__(self, memo: Any) -> "_Undefined":
        return self


UNDEFINED: Final = _Undefined()


class Scope(Protocol):
    """Where references find their values."""

    def lookup(self, path: tuple[str, ...]) -> Any:
        """The value at ("data", "x"), ("form", "name") or ("screen", "ID", "data", "x"); else UNDEFINED."""


def evaluate(expression: Expression, scope: Scope) -> Any:
    """The value of an expression: a text, a number, a boolean, or whatever a single reference holds."""
    match expression:
        case Literal():
            return expression.value
        case Lookup():
            return scope.lookup(expression.reference.path)
        case Joined():
            return _joined(expression, scope)
        case Unary("!", operand):
            return not truth(evaluate(operand, scope))
        case Unary(sign, operand):
            amount = as_number(evaluate(operand, scope))
            return _rounded(-amount if sign == "-" else amount)
        case Binary("&&", left, right):
            return truth(evaluate(left, scope)) and truth(evaluate(right, scope))
        case Binary("||", left, right):
            return truth(evaluate(left, scope)) or truth(evaluate(right, scope))
        case Binary(operator, left, right):
            return _operate(operator, evaluate(left, scope), evaluate(right, scope))


def _joined(expression: Joined, scope: Scope) -> str:
    parts: list[str] = []
    left = LONGEST_TEXT
    for term in expression.terms:
        parts.append(as_text(evaluate(term, scope))[:left])
        left -= len(parts[-1])
        if not left:
            break
    return "".join(parts)


def is_empty(value: Any) -> bool:
    return value is UNDEFINED or value is None or value == ""


def truth(value: Any) -> bool:
    """What JavaScript takes for true: everything but false, 0, "", null and nothing."""
    return bool(value) or isinstance(value, list | dict)


def as_number(value: Any) -> float:
    """The number in a value; 0 for nothing, and for what is no number."""
    if isinstance(value, bool | int | float):
        return _as_float(value)
    if isinstance(value, str):
        try:
            return _finite(float(value)) if "_" not in value else 0.0
        except ValueError:
            return 0.0
    return 0.0


def as_text(value: Any) -> str:
    """The text of a value when texts are joined."""
    if value is UNDEFINED or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def equal(left: Any, right: Any) -> bool:
    """Whether two values are the same; with something empty only when both are, with a number by number."""
    if is_empty(left) or is_empty(right):
        return is_empty(left) and is_empty(right)
    if _is_number(left) or _is_number(right):
        numbers = _number_or_none(left), _number_or_none(right)
        return None not in numbers and numbers[0] == numbers[1]
    return bool(type(left) is type(right) and left == right)


def cut_off(value: Any) -> float | None:
    """The whole part of what reads as a number, be it a text; None for everything else."""
    number = None if isinstance(value, bool) else _number_or_none(value)
    return None if number is None or not math.isfinite(number) else float(math.trunc(number))


def _operate(operator: str, left: Any, right: Any) -> Any:
    if operator in ("==", "!="):
        return equal(left, right) == (operator == "==")
    if operator in ("<", "<=", ">", ">="):
        return ordered(operator, left, right)
    return _rounded(_calculate(operator, as_number(left), as_number(right)))


def ordered(operator: str, left: Any, right: Any) -> bool:
    """`<`, `<=`, `>`, `>=`: false with something empty, and when neither side is a number."""
    if is_empty(left) or is_empty(right) or not (_is_number(left) or _is_number(right)):
        return False
    first, second = _number_or_none(left), _number_or_none(right)
    if first is None or second is None:
        return False
    return {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[operator]


def _calculate(operator: str, left: float, right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else 0.0
        case _:
            # As in JavaScript, the rest has the sign of the dividend, and of something infinite there is none.
            return math.fmod(left, right) if right and math.isfinite(left) else 0.0


def _rounded(value: float) -> int | float:
    """Two decimals, halves upwards; a whole number is an int, unless it is larger than JSON readers take as one."""
    if not math.isfinite(value):
        return 0
    if abs(value) < 2**53 / 100:
        value = math.floor(value * 100 + 0.5) / 100
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_or_none(value: Any) -> float | None:
    if isinstance(value, bool | int | float):
        return _as_float(value)
    if isinstance(value, str):
        try:
            return _finite(float(value)) if "_" not in value else None
        except ValueError:
            return None
    return None


def _as_float(value: float) -> float:
    """The number as JavaScript holds it: a whole number too large for that is infinite."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value
