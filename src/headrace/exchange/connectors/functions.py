"""The functions that expressions have beyond JMESPath's own. Days are texts such as 2026-12-01."""

import math
import operator
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import regex
from jmespath.functions import Functions as BuiltIn
from jmespath.functions import signature

MOST_ITEMS: Final = 1_000
"""Items of a list that a function makes."""

_PATTERN_SECONDS: Final = 0.1
_TEXT: Any = {"types": ["string"]}
_NUMBER: Any = {"types": ["number"]}
_LIST: Any = {"types": ["array"]}

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December")  # fmt: skip


class UnusableArgument(ValueError):
    """A function cannot work with what it is given; the text says why."""


class Functions(BuiltIn):
    """JMESPath's functions and ours."""

    @signature(_NUMBER, _NUMBER)
    def _func_add(self, left: float, right: float) -> float:
        return _number(operator.add, left, right)

    @signature(_NUMBER, _NUMBER)
    def _func_subtract(self, left: float, right: float) -> float:
        return _number(operator.sub, left, right)

    @signature(_NUMBER, _NUMBER)
    def _func_multiply(self, left: float, right: float) -> float:
        return _number(operator.mul, left, right)

    @signature(_NUMBER, _NUMBER)
    def _func_divide(self, left: float, right: float) -> float:
        if right == 0:
            raise UnusableArgument("divide() cannot divide by 0")
        return _number(operator.truediv, left, right)

    @signature(_NUMBER, _NUMBER)
    def _func_round(self, number: float, digits: float) -> float:
        rounded = round(float(number), _whole(digits, 0, 10))
        return int(rounded) if rounded.is_integer() else rounded

    @signature(_NUMBER, _NUMBER)
    def _func_decimals(self, number: float, digits: float) -> str:
        return f"{number:.{_whole(digits, 0, 10)}f}"

    @signature(_TEXT)
    def _func_lower(self, text: str) -> str:
        return text.lower()

    @signature(_TEXT)
    def _func_upper(self, text: str) -> str:
        return text.upper()

    @signature(_TEXT)
    def _func_trim(self, text: str) -> str:
        return text.strip()

    @signature(_TEXT, _TEXT)
    def _func_split(self, text: str, separator: str) -> list[str]:
        if not separator:
            raise UnusableArgument("split() needs a text to split at")
        return text.split(separator, MOST_ITEMS)

    @signature(_TEXT, _TEXT)
    def _func_matches(self, text: str, pattern: str) -> bool:
        if len(pattern) > 500:
            raise UnusableArgument("the pattern of matches() is longer than 500 characters")
        try:
            return regex.fullmatch(pattern, text[:10_000], timeout=_PATTERN_SECONDS) is not None
        except regex.error as error:
            raise UnusableArgument(f"the pattern of matches() is none: {error}") from None
        except TimeoutError:
            raise UnusableArgument("the pattern of matches() takes too long; make it simpler") from None

    @signature(_LIST)
    def _func_unique(self, items: list[Any]) -> list[Any]:
        kept: list[Any] = []
        for item in items[:MOST_ITEMS]:
            if item not in kept:
                kept.append(item)
        return kept

    @signature(_TEXT)
    def _func_is_day(self, text: str) -> bool:
        try:
            _day(text)
        except UnusableArgument:
            return False
        return True

    @signature(_TEXT, _NUMBER)
    def _func_add_days(self, day: str, number: float) -> str:
        return _later(_day(day), _whole(number, -40_000, 40_000)).isoformat()

    @signature(_TEXT, _NUMBER)
    def _func_days(self, first: str, number: float) -> list[str]:
        begin = _day(first)
        return [_later(begin, later).isoformat() for later in range(_whole(number, 0, MOST_ITEMS))]

    @signature(_TEXT)
    def _func_weekday(self, day: str) -> str:
        return _WEEKDAYS[_day(day).weekday()]

    @signature(_TEXT)
    def _func_month(self, day: str) -> str:
        return _MONTHS[_day(day).month - 1]

    @signature(_TEXT)
    def _func_day_of_month(self, day: str) -> int:
        return _day(day).day

    @signature(_TEXT)
    def _func_year(self, day: str) -> int:
        return _day(day).year


RESULTS: Final[dict[str, str]] = {
    **dict.fromkeys(("contains", "ends_with", "is_day", "matches", "starts_with"), "boolean"),
    **dict.fromkeys(("abs", "add", "ceil", "day_of_month", "divide", "floor", "length"), "number"),
    **dict.fromkeys(("multiply", "round", "subtract", "sum", "year"), "number"),
    **dict.fromkeys(("avg", "to_number"), "number or null"),
    **dict.fromkeys(("add_days", "decimals", "join", "lower", "month", "to_string", "trim", "type"), "string"),
    **dict.fromkeys(("upper", "weekday"), "string"),
    **dict.fromkeys(("days", "keys", "split"), "[string]"),
}
"""What a function comes to, for those whose result does not depend on what it is given."""


def _number(work: Callable[[float, float], float], left: float, right: float) -> float:
    try:
        made = work(left, right)
        if math.isfinite(made):
            return made
    except OverflowError:
        pass
    raise UnusableArgument("a number becomes too large")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnusableArgument(f"'{text[:40]}' is no day such as 2026-12-01") from None


def _later(day: date, number: int) -> date:
    try:
        return day + timedelta(days=number)
    except OverflowError:
        raise UnusableArgument("a day is beyond the calendar") from None


def _whole(number: float, least: int, most: int) -> int:
    if not least <= number <= most or number != int(number):
        raise UnusableArgument(f"{number:g} is no whole number from {least} to {most:,}")
    return int(number)
