"""Edits of a text: applying them, comparing them, and finding those that lead from one text to another."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

__all__ = ["TextEdit", "applied", "edits_between", "overlaps"]

_MOST_LINES = 5000
"""Texts of more lines are not compared line by line."""


class TextEdit(NamedTuple):
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


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


def edits_between(before: str, after: str) -> list[TextEdit]:
    """The edits that make one text of another: whole lines, so that cursors and folds elsewhere stay."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MOST_LINES:
        return [] if before == after else [TextEdit(0, len(before), after)]
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        TextEdit(starts[first], starts[last], "".join(new[new_first:new_last]))
        for operation, first, last, new_first, new_last in matcher.get_opcodes()
        if operation != "equal"
    ]
