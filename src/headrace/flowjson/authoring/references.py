"""What stands in for a value that is known only on the phone: references to data and inputs, and expressions.

>>> data("customer.name"), form("email"), screen("DETAILS").form("email")
(data("customer.name"), form("email"), screen("DETAILS").form("email"))
>>> print(form("email"))
${form.email}
>>> print(expression(f"{form('age')} >= 18"))
`${form.age} >= 18`
>>> print(joined("Hello ", data("name"), "!"))
`'Hello ' ${data.name} '!'`
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from headrace.flowjson.authoring.literals import quoted
from headrace.flowjson.catalogue import NEWEST
from headrace.flowjson.expressions.references import read_binding

__all__ = [
    "Bound",
    "Date",
    "Expression",
    "Flag",
    "Number",
    "Picture",
    "Reference",
    "ScreenReferences",
    "Text",
    "Whole",
    "data",
    "expression",
    "form",
    "joined",
    "read_bound",
    "screen",
]


class Bound(ABC):
    """What stands in for a value that is worked out on the phone: a reference, an expression, an input, a data field.

    Its text is what the Flow JSON contains, so it can be used within an f-string.
    """

    @property
    @abstractmethod
    def binding(self) -> str:
        """The text in Flow JSON: `${…}`, or an expression in backticks."""

    def __str__(self) -> str:
        return self.binding


Text: TypeAlias = str | Bound
Flag: TypeAlias = bool | Bound
Number: TypeAlias = float | Bound
Whole: TypeAlias = int | Bound
Date: TypeAlias = str | date | Bound
"""A `datetime.date` is written as `YYYY-MM-DD`, which Flow JSON takes from 5.0 on."""
Picture: TypeAlias = str | bytes | Bound
"""Bytes of a picture are written in base64; a text is taken for base64."""


@dataclass(frozen=True, slots=True, repr=False)
class Reference(Bound):
    """`${data.…}` or `${form.…}` of the screen it stands on, or of the one named by `screen`."""

    source: Literal["data", "form"]
    path: str
    screen: str | None = None

    @property
    def binding(self) -> str:
        where = "" if self.screen is None else f"screen.{self.screen}."
        return f"${{{where}{self.source}.{self.path}}}"

    def __repr__(self) -> str:
        where = "" if self.screen is None else f"screen({quoted(self.screen)})."
        return f"{where}{self.source}({quoted(self.path)})"


@dataclass(frozen=True, slots=True, repr=False)
class Expression(Bound):
    """An expression in backticks (Flow JSON 6.0 and later); `text` is what stands between them."""

    text: str

    @property
    def binding(self) -> str:
        return f"`{self.text}`"

    def __repr__(self) -> str:
        return f"expression({quoted(self.text)})"


@dataclass(frozen=True, slots=True)
class ScreenReferences:
    """The data and the inputs of another screen. Made by `screen`."""

    id: str

    def data(self, path: str | Bound) -> Reference:
        """A data field of that screen."""
        return _reference("data", path, self.id)

    def form(self, path: str | Bound) -> Reference:
        """What was entered on that screen."""
        return _reference("form", path, self.id)


def data(path: str | Bound) -> Reference:
    """A data field of the screen: `data("total")`, or a member of one: `data("customer.name")`. ValueError else."""
    return _reference("data", path)


def form(path: str | Bound) -> Reference:
    """What was entered into the input of this name on the screen. ValueError for what cannot be a name."""
    return _reference("form", path)


def screen(screen_id: str | object) -> ScreenReferences:
    """Another screen, by its id or as a `Screen`: `screen("DETAILS").form("email")` (Flow JSON 4.0 and later)."""
    name = screen_id if isinstance(screen_id, str) else getattr(screen_id, "id", None)
    if not isinstance(name, str):
        raise TypeError(f"a screen is named by its id or given as a Screen, not by {screen_id!r}")
    return ScreenReferences(name)


def expression(text: str) -> Expression:
    """Operators, comparisons and texts side by side (6.0 and later). `text` is written without its backticks."""
    return Expression(text)


def joined(*parts: str | float | Bound) -> Expression:
    """One text made of texts, numbers and references: `joined("Hello ", data("name"))` (6.0 and later).

    An expression among the parts is worked out by itself; one that is itself made of several texts cannot stand here.
    """
    terms: list[str] = []
    for part in parts:
        term = _term(part)
        if term.startswith("(") and terms and not terms[-1].endswith("'"):
            # A parenthesis right behind a reference would be read as a call.
            terms.append("''")
        terms.append(term)
    if len(terms) == 1:
        # A single term keeps its type; an empty text beside it makes it a text.
        terms.append("''")
    return Expression(" ".join(terms))


def read_bound(text: str) -> Reference | Expression | None:
    """The reference or expression a text of Flow JSON consists of, None when it is neither."""
    if len(text) > 2 and text[0] == "`" == text[-1]:
        return Expression(text[1:-1])
    reference = read_binding(text, NEWEST)
    if reference is None:
        return None
    return Reference("data" if reference.source == "data" else "form", ".".join(reference.steps), reference.screen)


def _reference(source: Literal["data", "form"], path: str | Bound, screen_id: str | None = None) -> Reference:
    name = path if isinstance(path, str) else getattr(path, "name", None)
    if not isinstance(name, str):
        raise TypeError(f"{path!r} has no name to refer to")
    made = Reference(source, name, screen_id)
    if read_binding(made.binding, NEWEST) is None:
        raise ValueError(f"{made.binding} is no reference: names have letters, digits, _ and -, with dots between them")
    return made


def _term(part: str | float | Bound) -> str:
    if isinstance(part, Expression):
        return f"({part.text})"
    if isinstance(part, Bound):
        return part.binding
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, str):
        escaped = part.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("`", "\\`")
        return f"'{escaped}'"
    return f"({part})" if part < 0 else str(part)
