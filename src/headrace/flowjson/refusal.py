"""What the tools raise when they cannot do what they were asked to: one sentence, and the place it is about."""

from headrace.flowjson.diagnostics import NOWHERE, Span
from headrace.flowjson.document import Document

__all__ = ["Refused", "require_json"]


class Refused(Exception):
    """`message` says what stands in the way and what to do; `span` is where, or NOWHERE."""

    def __init__(self, message: str, span: Span = NOWHERE) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def require_json(document: Document) -> None:
    """Raises Refused for a text that is not JSON, or in which a key stands twice: rewriting it would lose something."""
    if document.problems:
        problem = document.problems[0]
        span = document.span_of(problem.start, problem.end) if document.text else NOWHERE
        raise Refused(f"The text must be mended first: {problem.message}.", span)
