"""Applying edits to a text."""

from collections.abc import Iterable

from headrace.flowjson.diagnostics import TextEdit

__all__ = ["TextEdit", "applied", "overlaps"]


def applied(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with all edits made. Their offsets are those of the given text; raises ValueError where two overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        if not at <= edit.start <= edit.end <= len(text):
            raise ValueError(f"the edit of {edit.start}-{edit.end} overlaps another one or leaves the text")
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def overlaps(edits: Iterable[TextEdit], others: Iterable[TextEdit]) -> bool:
    """Whether an edit of one set changes characters that one of the other changes, or begins where one of them does."""
    taken = list(others)
    return any(
        edit.start == other.start or (edit.start < other.end and other.start < edit.end)
        for edit in edits
        for other in taken
    )
