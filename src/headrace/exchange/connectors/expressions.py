"""`${…}` in a connector: a JMESPath expression over what is known when a step runs.

A text that is one `${…}` takes the value as it is; within a longer text the value is written as text. `$${` stands for
`${`. What an expression may cost is bounded, since whoever writes one is not whoever runs the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import jmespath
from jmespath import visitor
from jmespath.exceptions import (
    ArityError,
    JMESPathError,
    JMESPathTypeError,
    LexerError,
    ParseError,
    UnknownFunctionError,
    VariadictArityError,
)

from headrace.exchange.connectors.functions import Functions, UnusableArgument

LONGEST: Final = 1_000
"""Characters of one expression."""

_BUDGET: Final = 100_000
"""Values that one expression may make on its way."""

_FUNCTIONS: Final = Functions()
_OPTIONS: Final = jmespath.Options(custom_functions=_FUNCTIONS)


class UnusableExpression(ValueError):
    """An expression that cannot be read, or that does not work with what it is given; the text says why."""


@dataclass(frozen=True)
class Expression:
    """One `${…}`; `tree` is JMESPath's syntax tree."""

    text: str
    tree: Mapping[str, Any]

    def value(self, scope: Mapping[str, Any]) -> Any:
        """What it comes to. Raises UnusableExpression."""
        try:
            return _Interpreter().visit(self.tree, scope)
        except (JMESPathError, UnusableArgument, UnusableExpression) as error:
            raise UnusableExpression(f"${{{self.text}}}: {_reason(error)}") from error
        except (TypeError, ValueError, ArithmeticError, RecursionError, AttributeError, KeyError, IndexError) as error:
            raise UnusableExpression(f"${{{self.text}}} does not work with what is there.") from error


@dataclass(frozen=True)
class Template:
    """A text with expressions in it; `parts` are texts and expressions in their order."""

    parts: tuple[str | Expression, ...]

    @property
    def whole(self) -> Expression | None:
        """The expression that is all of it."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Expression) else None

    @property
    def expressions(self) -> list[Expression]:
        return [part for part in self.parts if isinstance(part, Expression)]

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value, or the text with all values written into it. Raises UnusableExpression."""
        if self.whole is not None:
            return self.whole.value(scope)
        return "".join(part if isinstance(part, str) else written(part.value(scope)) for part in self.parts)


def written(value: Any) -> str:
    """A value as it stands in a text: nothing for null, JSON for lists and objects."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(_FUNCTIONS.call_function("to_string", [_measured(value)]))


@lru_cache(maxsize=4096)
def read_template(text: str) -> Template:
    """Takes a text apart. Raises UnusableExpression."""
    parts: list[str | Expression] = []
    plain: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("$${", at):
            plain.append("${")
            at += 3
        elif text.startswith("${", at):
            end = _end(text, at + 2)
            if plain:
                parts.append("".join(plain))
                plain = []
            parts.append(read_expression(text[at + 2 : end]))
            at = end + 1
        else:
            plain.append(text[at])
            at += 1
    if plain or not parts:
        parts.append("".join(plain))
    return Template(tuple(parts))


def read_expression(text: str) -> Expression:
    """Reads what stands between `${` and `}`. Raises UnusableExpression."""
    if len(text) > LONGEST:
        raise UnusableExpression(f"An expression has at most {LONGEST:,} characters.")
    if not text.strip():
        raise UnusableExpression("${} holds no expression.")
    try:
        return Expression(text.strip(), jmespath.compile(text).parsed)
    except RecursionError:
        raise UnusableExpression(f"${{{text[:40]}…}} is nested too deep.") from None
    except (JMESPathError, ValueError) as error:
        raise UnusableExpression(f"${{{text}}} is no JMESPath expression: {_reason(error)}") from None


def _end(text: str, start: int) -> int:
    """Where the brace that closes an expression stands; braces and quotes within it are counted."""
    depth, quote, at = 0, "", start
    while at < len(text):
        letter = text[at]
        if quote:
            if letter == "\\":
                at += 1
            elif letter == quote:
                quote = ""
        elif letter in "'\"`":
            quote = letter
        elif letter == "{":
            depth += 1
        elif letter == "}":
            if depth == 0:
                return at
            depth -= 1
        at += 1
    what = f"a {quote} that is not closed" if quote else "no } at its end"
    raise UnusableExpression(f"An expression has {what}. Write $${{ for ${{ as a text.")


class _Interpreter(visitor.TreeInterpreter):
    """JMESPath's interpreter with a limit to what one expression makes."""

    def __init__(self) -> None:
        super().__init__(_OPTIONS)
        self._left = _BUDGET

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().visit(node, *args, **kwargs)
        if node["type"] in _MAKING:
            # What is made of values that are there already may hold them many times over.
            self._left -= _size(result, self._left)
        elif isinstance(result, list):
            self._left -= len(result)
        self._left -= 1
        if self._left < 0:
            raise UnusableExpression("it makes too many values; take a smaller part of the data.")
        return result


_MAKING: Final = frozenset({"multi_select_list", "multi_select_dict", "function_expression"})


def _size(value: Any, most: int) -> int:
    """How many values a value holds; counting ends beyond `most`."""
    count, waiting = 0, [value]
    while waiting and count <= most:
        item = waiting.pop()
        count += 1
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, str):
            count += len(item) // 64
    return count


def _measured(value: Any) -> Any:
    if _size(value, _BUDGET) > _BUDGET:
        raise UnusableExpression("A value is too large to be written as a text.")
    return value


def _reason(error: Exception) -> str:
    match error:
        case UnknownFunctionError():
            return f"there is no function {str(error).removeprefix('Unknown function: ')}."
        case VariadictArityError() | ArityError():
            return f"{error.function_name}() takes {error.expected_arity} values, not {error.actual_arity}."
        case JMESPathTypeError():
            wanted = " or ".join(error.expected_types)
            return f"{error.function_name}() takes {wanted}, not {error.actual_type}."
        case LexerError():
            return f"the sign at position {error.lexer_position + 1} is not understood."
        case ParseError():
            return f"'{error.token_value}' is not expected at position {error.lex_position + 1}."
        case UnusableArgument():
            return f"{error}."
        case _:
            return f"{str(error).strip().splitlines()[0][:200]}" if str(error).strip() else "it cannot be read."
