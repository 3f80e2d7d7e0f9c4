"""What a machine can do about a mistake: proposals for each rule, the best one first.

A proposal need not be sure of itself: `mending` tries it out. It should be what the author most likely meant, and
change no more than that.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from headrace.flowjson.checks.fixes import (
    calendar,
    components,
    conditions,
    formulas,
    models,
    names,
    properties,
    routes,
    screens,
    texts,
    transfers,
    versions,
)
from headrace.flowjson.checks.fixes.broken import FIXERS, Broken
from headrace.flowjson.checks.fixes.values import Unclear
from headrace.flowjson.diagnostics import TextEdit
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.refusal import Refused

if TYPE_CHECKING:
    from headrace.flowjson.checks.mending import Job, Mending

__all__ = ["FIXERS", "proposals"]

FAMILIES = (
    calendar,
    components,
    conditions,
    formulas,
    models,
    names,
    properties,
    routes,
    screens,
    texts,
    transfers,
    versions,
)
"""The modules in which proposals are declared."""


def proposals(job: "Job", mending: "Mending") -> Iterator[tuple[str, tuple[TextEdit, ...]]]:
    """The ways to mend a mistake, each with a title and its edits."""
    broken = Broken(job, mending.document, mending.flow)
    for fixer in FIXERS.get(job.rule, ()):
        steps = fixer(broken)
        while True:
            try:
                title, change = next(steps)
                yield title, change.edits() if isinstance(change, Draft) else change
            except (StopIteration, Unclear):
                break
            except Refused:
                # What cannot be changed in this text is no proposal.
                continue
