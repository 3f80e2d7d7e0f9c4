"""What a machine can do about a mistake: proposals for each rule, the best one first.

A proposal need not be sure that it helps: `mending` tries it out. It should be what the author meant, and change no
more than that; where nobody can know, it is a `Guess`, which is only offered behind something better.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from headrace.flowjson.checks.fixes import (
    calendar,
    components,
    conditions,
    files,
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
from headrace.flowjson.checks.fixes.broken import FIXERS, Broken, Exactly, Guess
from headrace.flowjson.checks.fixes.values import Unclear
from headrace.flowjson.checks.mending import Proposed
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.refusal import Refused

if TYPE_CHECKING:
    from headrace.flowjson.checks.mending import Job, Mending

__all__ = ["FIXERS", "proposals"]

FAMILIES = (
    calendar,
    components,
    conditions,
    files,
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


def proposals(job: "Job", mending: "Mending") -> Iterator[Proposed]:
    """The ways to mend a mistake."""
    broken = Broken(job, mending.document, mending.flow)
    for fixer in FIXERS.get(job.rule, ()):
        steps = fixer(broken)
        while True:
            try:
                proposal = next(steps)
                title, change = proposal
                edits = change.edits() if isinstance(change, Draft) else change
                yield Proposed(title, edits, not isinstance(proposal, Guess), isinstance(proposal, Exactly))
            except (StopIteration, Unclear):
                break
            except Refused:
                # What cannot be changed in this text is no proposal.
                continue
