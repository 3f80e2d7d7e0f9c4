"""How a diagnostic comes to its fixes: only when somebody looks at them, and only fixes that were tried out.

The proposals stand in `fixes`, a module for each family of rules, which is loaded at the first look. A proposal becomes
a fix when the text with its edits is checked again and the mistake is gone without new ones. The first fix may be
applied unseen: so a mere guess is never the first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from headrace.flowjson.diagnostics import Fix, Path, TextEdit
from headrace.flowjson.document import Document, parse

if TYPE_CHECKING:
    from headrace.flowjson.checks.flow import Flow
    from headrace.flowjson.checks.report import Report

MOST_FIXES = 2
"""So many ways to mend a mistake are offered."""

LONGEST_TITLE = 80
"""Characters of the title of a fix; menus and terminals show it in one line."""

MOST_TRIALS = 12
"""So many proposals are tried out for one mistake."""

_REVEALING = ("syntax/", "version/missing", "version/invalid", "version/unsupported", "version/unavailable")
"""How the rules begin whose mistakes hide others: mending one may bring those to light."""


class Place(NamedTuple):
    """A value, or with `on_key` the key of a member."""

    path: Path
    on_key: bool = False


class Job(NamedTuple):
    """A mistake to be mended: the rule, the places, and the values of its message."""

    rule: str
    places: tuple[Place, ...]
    values: Mapping[str, Any]


class Proposed(NamedTuple):
    """A way to mend a mistake. Several of one title are variants, of which the first that helps is offered.

    What is not `certain` is a guess; what `reveals` may bring to light mistakes that were hidden behind this one.
    """

    title: str
    edits: tuple[TextEdit, ...]
    certain: bool = True
    reveals: bool = False


Propose = Callable[[Job, "Mending"], Iterable[Proposed]]
"""Gives the proposals for a mistake, the best one first."""


class Mending:
    """What the fixes of one report have in common. `flow` is None where the version of the file is not known."""

    def __init__(
        self,
        document: Document,
        propose: Propose,
        check: "Callable[..., Report]",
        today: date,
        frozen: Literal["warn", "error"],
    ) -> None:
        self.document = document
        self.flow: Flow | None = None
        self._propose = propose
        self._check = check
        self._today = today
        self._frozen: Literal["warn", "error"] = frozen
        self._before: Report | None = None

    def fixes(self, job: Job) -> tuple[Fix, ...]:
        """The fixes of a mistake, the best one first; none where the text is not what stands in the file."""
        if any(problem.rule == "syntax/encoding" for problem in self.document.problems):
            return ()
        found: list[Fix] = []
        seen: set[str] = set()
        for one in self._propose(job, self):
            title = one.title if len(one.title) <= LONGEST_TITLE else one.title[: LONGEST_TITLE - 1] + "…"
            text = _applied(self.document.text, one.edits)
            if text in seen or text == self.document.text or any(fix.title == title for fix in found):
                continue
            if not (one.certain or found):
                continue
            seen.add(text)
            reveals = one.reveals or job.rule.startswith(_REVEALING)
            if self._helps(job, text, reveals=reveals):
                found.append(Fix(title, one.edits, reveals))
            if len(found) == MOST_FIXES or len(seen) == MOST_TRIALS:
                break
        return tuple(found)

    def _helps(self, job: Job, text: str, *, reveals: bool) -> bool:
        if self._before is None:
            self._before = self._check(self.document, today=self._today, frozen=self._frozen)
        before = self._before
        document = parse(text)
        if job.rule.startswith("syntax/"):
            return len(document.problems) < len(before.document.problems)
        after = self._check(document, today=self._today, frozen=self._frozen)
        if reveals:
            # What comes to light may be more of the same, but it stands elsewhere.
            return not _is_told(after, job)
        fewer = _count(after, job.rule) < _count(before, job.rule)
        return len(after.errors) < len(before.errors) or (fewer and len(after.errors) == len(before.errors) == 0)


class Fixes(Sequence[Fix]):
    """The fixes of one diagnostic, worked out at the first look."""

    __slots__ = ("_found", "_job", "_mending")

    def __init__(self, mending: Mending, job: Job) -> None:
        self._mending = mending
        self._job = job
        self._found: tuple[Fix, ...] | None = None

    @property
    def _fixes(self) -> tuple[Fix, ...]:
        if self._found is None:
            self._found = self._mending.fixes(self._job)
        return self._found

    @overload
    def __getitem__(self, index: int) -> Fix: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Fix]: ...
    def __getitem__(self, index: int | slice) -> Fix | Sequence[Fix]:
        return self._fixes[index]

    def __len__(self) -> int:
        return len(self._fixes)

    def __iter__(self) -> Iterator[Fix]:
        return iter(self._fixes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._fixes == tuple(other)

    def __hash__(self) -> int:
        return hash(self._fixes)

    def __repr__(self) -> str:
        return repr(self._fixes)


def _is_told(report: "Report", job: Job) -> bool:
    """Whether a report still tells of this mistake at its place."""
    places = {place.path for place in job.places}
    return any(
        one.rule == job.rule and places.issuperset(pointer.path for pointer in one.pointers)
        for one in (*report.errors, *report.warnings)
    )


def _count(report: "Report", rule: str) -> int:
    return sum(one.rule == rule for one in (*report.errors, *report.warnings))


def _applied(text: str, edits: tuple[TextEdit, ...]) -> str:
    from headrace.flowjson.editing.textedits import applied

    return applied(text, edits)
