"""One proposal of how to go on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from headrace.flowjson.assistance.cursor import Part, Token
from headrace.flowjson.assistance.snippets import Snippet
from headrace.flowjson.assistance.surroundings import Surroundings
from headrace.flowjson.textedits import TextEdit

__all__ = ["Completion", "CompletionKind", "Slot", "key_slot", "ordered", "standing_value", "text_slot", "value_slot"]

_COLON = re.compile(r"\s*:")
_NAME = re.compile(r"[\w.-]*")
_WORD_BACKWARDS = re.compile(r"[\w.]*\$?")


class CompletionKind(StrEnum):
    """What is proposed; editors show a sign for it."""

    COMPONENT = "component"
    PROPERTY = "property"
    VALUE = "value"
    SCREEN = "screen"
    FIELD = "field"
    INPUT = "input"
    ACTION = "action"
    SNIPPET = "snippet"


@dataclass(frozen=True, slots=True)
class Completion:
    """Replace the characters from `start` to `end` by `snippet`, and make the `extra` edits elsewhere.

    `filter` is what is compared with what was typed; `rank` orders, the smallest first. `documentation` is Markdown.
    `is_outdated`: there it is, but nobody should begin with it any more.
    """

    label: str
    kind: CompletionKind
    start: int
    end: int
    snippet: Snippet
    rank: int = 5
    detail: str = ""
    documentation: str = ""
    extra: tuple[TextEdit, ...] = ()
    filter: str = ""
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """The place a proposal goes to: what it replaces, and what must stand around it there.

    `quoted` says that an opening quote is there already, `closed` that the closing one is; `bare` places want none.
    """

    start: int
    end: int
    quoted: bool = False
    closed: bool = False
    comma: bool = False
    bare: bool = False
    extra: tuple[TextEdit, ...] = ()

    def put(self, label: str, kind: CompletionKind, snippet: Snippet, **more: Any) -> Completion:
        """A proposal that replaces a whole member or value by a snippet written with its quotes.

        Where the cursor stands within quotes already the first one stays, unless the snippet is no text.
        """
        start = self.start
        if self.quoted and not _begins_with_quote(snippet):
            start -= 1
            more["filter"] = f'"{label}'
        elif self.quoted:
            snippet = _without_first_quote(snippet)
        if self.comma:
            snippet += ","
        return Completion(label, kind, start, self.end, snippet, extra=self.extra, **more)

    def text(self, label: str, kind: CompletionKind, **more: Any) -> Completion:
        """A proposal of a text; its quotes are added here."""
        quote = "" if self.bare else '"'
        return self.put(label, kind, Snippet((f"{quote}{label}{quote}",)), **more)

    def key(self, label: str, kind: CompletionKind, **more: Any) -> Completion:
        """A proposal of another key for a member whose value stays."""
        quote = '"' if not self.quoted or not self.closed else ""
        snippet = Snippet((('"' if not self.quoted else "") + label + quote,))
        end = self.end if quote else self.end - 1
        return Completion(label, kind, self.start, end, snippet, extra=self.extra, **more)


def key_slot(around: Surroundings) -> Slot:
    """Where a new member goes, with the commas it needs before and behind it."""
    slot = _slot(around)
    following = around.cursor.following
    return replace(slot, comma=following is not None and following.kind != "mark", extra=_comma_before(around, slot))


def value_slot(around: Surroundings) -> Slot:
    """Where a value goes. What follows on another line is the next member or item, which wants a comma before it."""
    cursor, slot = around.cursor, _slot(around)
    following = cursor.following
    if standing := standing_value(around):
        return replace(slot, end=standing.end)
    opens = not around.frame.is_object and following is not None and following.text in ("{", "[")
    more_follows = following is not None and (following.kind != "mark" or opens)
    if following is None or not more_follows:
        return replace(slot, extra=_comma_before(around, slot))
    # On the same line it may be the value itself that follows a key; in a list it is the next item.
    is_next = cursor.token is not None or "\n" in _between(around, cursor.offset, following.start)
    return replace(slot, comma=is_next or not around.frame.is_object, extra=_comma_before(around, slot))


def standing_value(around: Surroundings) -> Token | None:
    """The value that a key has already, where the cursor stands between the two, on the line of both."""
    cursor, following = around.cursor, around.cursor.following
    if not around.frame.is_object or cursor.part is not Part.VALUE or cursor.token is not None or following is None:
        return None
    text = around.document.text
    is_key = following.kind == "text" and _COLON.match(text, following.end) is not None
    if following.text[0] in ",:}]" or is_key or "\n" in text[cursor.offset : following.start]:
        return None
    return following if following.kind != "text" or following.is_closed else None


def text_slot(around: Surroundings) -> Slot:
    """A place within a text, where something is put in as it is: what has been typed of it is a name or a `$`."""
    cursor = around.cursor
    match = _WORD_BACKWARDS.match(cursor.typed[::-1])
    begun = len(match.group()) if match else 0
    return Slot(cursor.offset - begun, cursor.offset, bare=True)


def _slot(around: Surroundings) -> Slot:
    cursor = around.cursor
    token = cursor.token
    if token is None:
        return Slot(cursor.offset, cursor.offset)
    end = token.end
    if not token.is_closed and token.kind == "text":
        # Behind an open quote nobody knows how far the text goes.
        end = cursor.offset + len(_NAME.match(cursor.behind).group())  # type: ignore[union-attr]  # matches nothing, too
    return Slot(token.content_start, end, token.kind == "text", token.is_closed)


def _comma_before(around: Surroundings, slot: Slot) -> tuple[TextEdit, ...]:
    before = around.cursor.end_of_last
    if around.cursor.part is not Part.BETWEEN and not _is_unseparated_key(around):
        return ()
    if before is None or before > slot.start or "," in _between(around, before, slot.start):
        return ()
    return (TextEdit(before, before, ","),)


def _is_unseparated_key(around: Surroundings) -> bool:
    """Whether a key has been begun without a comma behind the member before it."""
    return around.cursor.part is Part.KEY and around.cursor.token is not None


def _between(around: Surroundings, start: int, end: int) -> str:
    return around.document.text[start:end]


def _begins_with_quote(snippet: Snippet) -> bool:
    first = snippet.parts[0]
    return isinstance(first, str) and first.startswith('"')


def _without_first_quote(snippet: Snippet) -> Snippet:
    first, *rest = snippet.parts
    return Snippet((str(first)[1:], *rest))


def ordered(completions: Iterable[Completion]) -> list[Completion]:
    """The best first; of equal labels only the first."""
    best: dict[str, Completion] = {}
    for completion in sorted(completions, key=lambda each: each.rank):
        best.setdefault(completion.label, completion)
    return list(best.values())
