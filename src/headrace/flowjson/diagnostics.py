"""What a check says about a document: which rule, where, and in which words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

ERROR_TYPE = "FLOW_JSON_ERROR"

Path = tuple[str | int, ...]


class Span(NamedTuple):
    """A stretch of the text. `start` and `end` are character offsets; lines and columns count from 1, the end is
    exclusive.

    `NOWHERE` stands for findings that belong to no place: all its numbers are 0.
    """

    start: int
    end: int
    line_start: int
    line_end: int
    column_start: int
    column_end: int


NOWHERE = Span(0, 0, 0, 0, 0, 0)


class Pointer(NamedTuple):
    """One place a diagnostic is about: where it stands in the text and in the document."""

    span: Span
    path: Path


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Diagnostic(NamedTuple):
    """One finding.

    `rule` is our stable name of the rule, `code` the code of Meta's validator (a warning of our own carries its rule
    there).
    `span` is the first pointer's; `explanation` says what is known of this very case, such as the name that was meant;
    `checks.pages.explained` adds what the rule means. `values` are what its message was filled with, and more that
    `fixing` needs to know of the case.
    """

    rule: str
    code: str
    message: str
    span: Span = NOWHERE
    pointers: tuple[Pointer, ...] = ()
    severity: Severity = Severity.ERROR
    explanation: str = ""
    values: Mapping[str, Any] = MappingProxyType({})

    def to_graph(self) -> dict[str, Any]:
        """The entry of `validation_errors` with which the Graph API reports this finding."""
        return {
            "error": self.code,
            "error_type": ERROR_TYPE,
            "message": self.message,
            **_place(self.span),
            "pointers": [{**_place(pointer.span), "path": format_path(pointer.path)} for pointer in self.pointers],
        }


def format_path(path: Path) -> str:
    """Writes a path as the validator does: `screens[0].layout.children[0].on-click-action.name`; the root is empty."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)


def _place(span: Span) -> Mapping[str, int]:
    return {
        "line_start": span.line_start,
        "line_end": span.line_end,
        "column_start": span.column_start,
        "column_end": span.column_end,
    }
