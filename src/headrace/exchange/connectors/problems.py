"""What is wrong with a connector, and where: in its own text, and in the Flow that it answers."""

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """A line and a column of a text, both from 1."""

    line: int
    column: int


TOP = Place(1, 1)


@dataclass(frozen=True)
class Problem:
    """One mistake. `words` are a sentence, `advice` what to do about it where there is more to say; `flow_line` is the
    line of the Flow JSON that the connector does not agree with.
    """

    place: Place
    words: str
    advice: str = ""
    flow_line: int | None = None
    is_warning: bool = False


class UnusableConnector(ValueError):
    """A connector that cannot be run; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        more = f" There are {len(problems) - 1} more problems." if len(problems) > 1 else ""
        super().__init__(f"Line {first.place.line}: {first.words} {first.advice}".rstrip() + more)
