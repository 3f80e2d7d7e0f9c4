"""What every error of the Graph API means, why it usually comes, and how to mend it.

One table for all who tell of an error: the box's refusals, `headrace explain`, the console, docs/errors.md. It also has
the errors that only Meta's own servers give.
"""

import re
from typing import Final

from headrace.protocol.graph_errors.entries import GraphError
from headrace.protocol.graph_errors.flows import FLOWS
from headrace.protocol.graph_errors.general import GENERAL
from headrace.protocol.graph_errors.messages import MESSAGES
from headrace.protocol.graph_errors.templates import TEMPLATES

GRAPH_ERRORS: Final = tuple(sorted((*GENERAL, *FLOWS, *MESSAGES, *TEMPLATES), key=lambda error: error.code))
"""All of them by code; those of one code in the order in which they are told."""

_ANY_PARAMETER: Final = 100
_NUMBERED: Final = re.compile(r"\(#\d+\) ")


def errors_of(code: int) -> tuple[GraphError, ...]:
    """The errors of a code; none for one that is not known."""
    return tuple(error for error in GRAPH_ERRORS if error.code == code)


def graph_error(code: int, *titles: str | None) -> GraphError | None:
    """The error of a code that has one of these titles or messages.

    Where none fits, the only one of its code, or the one that stands for any parameter; None for an unknown code.
    """
    errors = errors_of(code)
    for title in titles:
        words = _NUMBERED.sub("", title or "", count=1).rstrip(".")
        for error in errors:
            if words and (words == error.title.rstrip(".") or words.startswith(error.title)):
                return error
    return errors[0] if len(errors) == 1 or code == _ANY_PARAMETER else None


__all__ = ["GRAPH_ERRORS", "GraphError", "errors_of", "graph_error"]
