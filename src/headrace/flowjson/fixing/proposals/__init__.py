"""What a machine can do about a mistake: proposals for each rule, the best one first.

A proposal need not be sure that it helps: `trials` tries it out. It should be what the author meant, and change no
more than that; where nobody can know, it is a `Guess`, which is only offered behind something better, or a
`Choice`, which is never applied unseen.
"""

from collections.abc import Iterator
from typing import NamedTuple

from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.fixing.fix_context import FIXERS, Choice, Exactly, FixContext, Guess
from headrace.flowjson.fixing.proposals import (
    components,
    conditions,
    data_models,
    dates,
    expressions,
    files,
    names,
    payload_models,
    properties,
    property_names,
    routes,
    screens,
    syntax,
    versions,
)
from headrace.flowjson.fixing.proposals.values import Unclear
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit

__all__ = ["FIXERS", "Proposed", "proposals"]

FAMILIES = (
    components,
    conditions,
    data_models,
    dates,
    files,
    expressions,
    names,
    payload_models,
    properties,
    property_names,
    routes,
    screens,
    syntax,
    versions,
)
"""The modules in which proposals are declared."""


class Proposed(NamedTuple):
    """A way to mend a mistake. Several of one title are variants, of which the first that helps is offered.

    What is not `certain` is a guess; what `reveals` may bring to light mistakes that were hidden behind this one; a
    `choice` is the author's.
    """

    title: str
    edits: tuple[TextEdit, ...]
    certain: bool = True
    reveals: bool = False
    choice: bool = False


def proposals(context: FixContext) -> Iterator[Proposed]:
    """The ways to mend a mistake, the best one first."""
    for fixer in FIXERS.get(context.rule, ()):
        steps = fixer(context)
        while True:
            try:
                proposal = next(steps)
                title, change = proposal
                edits = change.edits() if isinstance(change, Draft) else change
                is_guess, is_exact = isinstance(proposal, Guess), isinstance(proposal, Exactly)
                is_choice = isinstance(proposal, Choice) or context.is_doubtful
                yield Proposed(title, edits, not is_guess, is_exact, is_choice)
            except (StopIteration, Unclear):
                break
            except Refused:
                # What cannot be changed in this text is no proposal.
                continue
