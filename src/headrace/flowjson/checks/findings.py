"""Collects what the checks find, and turns it into diagnostics at the end.

While checking, a place is only a path: most documents are in order, and nobody needs to know on which line everything
stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from headrace.flowjson.checks.rules import Rule
from headrace.flowjson.diagnostics import NOWHERE, Diagnostic, Path, Pointer, Severity
from headrace.flowjson.document import Document

__all__ = ["Findings", "Place", "key", "listed"]

LISTED = 40
"""At most this many names are listed in one message."""

CLIPPED = 1000
"""At most this many characters of a quoted value are shown in a message."""


class Place(NamedTuple):
    """A value, or with `on_key` the key of a member."""

    path: Path
    on_key: bool = False


def listed(names: Iterable[str], separator: str = ", ") -> str:
    """Names in a row for a message; of very many only the first."""
    row = list(names)
    surplus = len(row) - LISTED
    return separator.join(row[:LISTED]) + (f"{separator}… {surplus} more" if surplus > 0 else "")


def _clipped(value: Any) -> Any:
    return value[:CLIPPED] + "…" if isinstance(value, str) and len(value) > CLIPPED else value


def key(path: Path) -> Place:
    """The key of the member at `path`."""
    return Place(path, on_key=True)


@dataclass(slots=True)
class _Finding:
    rule: Rule
    code: str
    message: str
    severity: Severity
    advice: str
    values: Mapping[str, Any]
    places: dict[Place, None] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """`whole` is False for a text that could not be read to the end: rules about something missing are then silent.

    `count` goes up with every call of `add`, so that a caller can see whether something was found in between.
    """

    whole: bool = True
    count: int = 0
    _found: dict[tuple[str, str], _Finding] = field(default_factory=dict)

    def add(
        self, rule: Rule, *places: Place | Path, advice: str = "", severity: Severity | None = None, **values: Any
    ) -> None:
        """Notes that a rule is broken at these places. Equal code and message make one finding with all the places.

        `values` fill in the message, and are what the fixes know of the case.
        """
        if rule.absence and not self.whole:
            return
        self.count += 1
        message = rule.message.format(**{name: _clipped(value) for name, value in values.items()})
        finding = self._found.get((rule.code, message))
        if finding is None:
            finding = _Finding(rule, rule.code, message, severity or rule.severity, advice, values)
            self._found[rule.code, message] = finding
        for place in places:
            finding.places[place if isinstance(place, Place) else Place(place)] = None

    def paths(self) -> Iterator[Path]:
        """Everywhere something was found."""
        return (place.path for finding in self._found.values() for place in finding.places)

    def take(self, others: "Findings", keeps: Callable[[Path], bool]) -> None:
        """Takes over what others found, at the places that it `keeps`."""
        for at, finding in others._found.items():
            places = {place: None for place in finding.places if keeps(place.path)}
            if places and at not in self._found:
                self._found[at] = replace(finding, places=places)
                self.count += 1

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self._found.values())

    def diagnostics(self, document: Document, severity: Severity) -> list[Diagnostic]:
        """What was found of this severity, but for what is wrong with values that were misread."""
        diagnostics = [
            _diagnostic(finding, document) for finding in self._found.values() if finding.severity is severity
        ]
        if document.is_json:
            return diagnostics
        return [
            diagnostic
            for diagnostic in diagnostics
            if not any(_is_misread(pointer, document) for pointer in diagnostic.pointers)
        ]


def _is_misread(pointer: Pointer, document: Document) -> bool:
    """Whether a text, number or the like stands where the text of the document is broken."""
    value = document.value
    for step in pointer.path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    if isinstance(value, dict | list):
        return False
    start, end = pointer.span.start, pointer.span.end
    return any(problem.start <= end and start <= problem.end for problem in document.problems)


def _diagnostic(finding: _Finding, document: Document) -> Diagnostic:
    pointers = tuple(
        Pointer(document.key_span(place.path) if place.on_key else document.span(place.path), place.path)
        for place in finding.places
    )
    return Diagnostic(
        rule=finding.rule.name,
        code=finding.code,
        message=finding.message,
        span=pointers[0].span if pointers else NOWHERE,
        pointers=pointers,
        severity=finding.severity,
        explanation=finding.advice,
        values=finding.values,
    )
