"""The single slip of the keyboard that broke a text: one character left out, typed twice, replaced, or swapped with the
next.

What the reader says about broken text is where it first stumbled, and then a row of consequences; mending those one by
one makes another text of it. So every text is tried that one slip could have broken into this one, near the place where
the reader stumbled, and for brackets in the whole text. Only if all that are good say the same, it is known what was
meant.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import orjson

from headrace.flowjson.checks.report import Report
from headrace.flowjson.checks.spelling import is_slip
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document, parse
from headrace.flowjson.textedits import TextEdit, applied

__all__ = ["Slip", "slip_in"]

BUDGET = 100_000_000
"""Characters that are read at most while trying; beyond that nothing is known. A file of 90 KB is tried 1,100 times."""

MOST_JUDGED = 40
"""Texts that are JSON again and are checked: with more, nobody knows which was meant."""

_NEAR = 200
"""Characters before and behind the place that are looked at, where lines are longer."""

_MARKS = '":,{}[]'
_BRACKETS = "{}[]"
_OTHER_KIND = {"{": "[", "[": "{", "}": "]", "]": "}"}
_PARTNER = {"{": "}", "}": "{", "[": "]", "]": "["}
_LITERALS = ("true", "false", "null")
_WORD = re.compile(r'(?<!["\w])[a-z]{3,6}(?!["\w])')
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')
_NAMES = {'"': "quote", ":": "colon", ",": "comma"}


BY_SLIP_ALONE = frozenset(
    f"syntax/{name}"
    for name in (
        "after-end",
        "bracket",
        "colon",
        "comma",
        "control",
        "escape",
        "key",
        "quote",
        "surrogate",
        "unclosed",
        "value",
        "word",
    )
)
"""The mistakes that may be consequences of a slip elsewhere, so that nothing can be done about them by themselves."""

_BARE_KEY = re.compile(r"[A-Za-z_$][\w$-]*[ \t]*:")
_BARE_WORD = re.compile(r"[\w-]+[ \t]*(?=[,}\]\r\n])")


_OPEN_REFERENCE = re.compile(r'\$\{[\w.]*"?\Z')
"""What stands before a quote that was typed in place of the brace that closes a reference."""

_HALF_ESCAPE = re.compile(r"u{0,2}[0-9A-Fa-f]{3}")
"""What is left behind the backslash of a character written by its number when something of it is missing."""


class Slip(NamedTuple):
    """What mends it, in words and as edits."""

    title: str
    edits: tuple[TextEdit, ...]


class _Attempt(NamedTuple):
    slip: Slip
    rarity: int
    """0, or 1 for a rare one: a backslash left out, a character typed too much that is no mark of JSON, a letter in the
    place of a mark."""


def slip_in(report: Report, check: Callable[[Document], Report]) -> Slip | None:
    """The one slip that broke this text; None where there is none, where there may be several, or nobody can say which.

    Of the texts that are JSON again those count that have the fewest errors; where they differ in what they say, the
    answer is None.
    """
    document = report.document
    text = document.text
    budget = BUDGET // max(1, len(text))
    values: dict[tuple[bytes, str], _Attempt] = {}  # the second tells apart what keys given twice hide
    seen: set[str] = set()
    for attempt in _attempts(document):
        mended = applied(text, attempt.slip.edits)
        if mended in seen:
            continue
        seen.add(mended)
        if len(seen) > budget:
            return None
        value = _value(mended)
        if value is not None:
            values.setdefault((value, "".join(mended.split())), attempt)
            if len(values) > MOST_JUDGED:
                return None
    return _best(text, list(values.values()), check)


def is_torn(report: Report) -> bool:
    """Whether a text has mistakes that may be consequences of a slip elsewhere.

    A bare key or word, a line without its comma, a tab within quotes and a text that breaks off are none, as long as
    nothing else is wrong: each can be mended where it stands.
    """
    torn = [error for error in report.errors if error.rule in BY_SLIP_ALONE]
    breaks_off = any(error.rule == "syntax/unclosed" for error in torn) and len(torn) > 1
    return breaks_off or not all(_stands_alone(error, report.document.text) for error in torn)


def _stands_alone(error: Diagnostic, text: str) -> bool:
    start = error.values["start"]
    before, after = text[:start].rstrip(" \t"), text[start:]
    match error.rule:
        case "syntax/key":
            return before.endswith(("{", ",", "\n")) and _BARE_KEY.match(text, start) is not None
        case "syntax/word":
            word = _BARE_WORD.match(text, start)
            is_literal = word and any(is_slip(word[0].strip(), literal) for literal in _LITERALS)
            return before.endswith((":", "[", ",", "\n")) and word is not None and not is_literal
        case "syntax/comma":
            value = before.rstrip()
            return before.endswith("\n") and after.startswith(('"', "{", "[")) and not value.endswith((',"', '""'))
        case "syntax/control":
            return not after.startswith(("\n", "\r"))
        case "syntax/surrogate":
            return not text[: error.values["end"] + 1].endswith("\\") and not before.endswith("\\")
        case "syntax/escape":
            return after[1:2].isalpha() and after[1:2] != "u"
        case "syntax/after-end":
            return '"' not in after
        case "syntax/unclosed":
            return len(brackets_open(text)) > 1
    return False


def brackets_open(text: str) -> str:
    """The brackets that are opened and never closed, where nothing else is wrong with them; else none."""
    opened = ""
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark in "{[":
            opened += mark
        elif mark in "}]":
            if opened[-1:] + mark not in ("{}", "[]"):
                return ""
            opened = opened[:-1]
    return opened


def _best(text: str, attempts: list[_Attempt], check: Callable[[Document], Report]) -> Slip | None:
    judged: list[tuple[int, int, int, Slip]] = []
    for slip, rarity in attempts:
        after = check(parse(applied(text, slip.edits)))
        if not any(mistake.rule.startswith("syntax/") for mistake in (*after.errors, *after.warnings)):
            judged.append((len(after.errors), rarity, len(after.warnings), slip))
    if not judged:
        return None
    ranked = sorted(judged, key=lambda attempt: attempt[:3])
    if len(ranked) > 1 and ranked[0][:3] == ranked[1][:3]:
        return None
    return ranked[0][3]


def _value(text: str) -> bytes | None:
    """The object that a text holds, written one way; None for anything else."""
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        return None
    return orjson.dumps(value) if isinstance(value, dict) else None


def _attempts(document: Document) -> Iterator[_Attempt]:
    """Every text of which a slip could have made this one; those that restore marks of JSON first."""
    text = document.text
    problems = sorted(document.problems, key=lambda problem: problem.start)
    start, end = _window(text, problems[0].start, problems[0].end)
    yield from _literals(text, start, end)
    for match in _GAP.finditer(text):
        for mark in "{[" if text[match.start() - 1] == " " else "}]":
            yield _inserted(match.end(), mark, text)
    for at in range(start, end + 1):
        for mark in _MARKS:
            if mark == '"' and text[at - 1 : at] == "\\":
                if not _HALF_ESCAPE.match(text, at):
                    yield _inserted(at, mark, text)._replace(rarity=1)
            elif mark != '"' or _begins_or_ends(text[max(at - 1, 0) : at], text[at : at + 1]):
                yield _inserted(at, mark, text)
        if text[at : at + 1] in ('"', "\\") and at < end:
            yield _Attempt(Slip("Insert the missing backslash", (TextEdit(at, at, "\\"),)), 1)
    for at in range(start, end - 1):
        moves_escape = (text[at + 1] == "\\" and _HALF_ESCAPE.match(text, at + 2)) or text.startswith("\\uu", at)
        moves_sign = {text[at], text[at + 1]} & {"-"} and (text[at] + text[at + 1]).strip("-").isdigit()
        moves_blank = text[at + 1] == " " == text[at - 1] or (
            text[at] == " " and text[at - 1].isdigit() and text[at + 1].isdigit()
        )
        if text[at] != text[at + 1] and not (moves_escape or moves_blank or moves_sign):
            yield _Attempt(Slip("Swap two characters back", (TextEdit(at, at + 2, text[at + 1] + text[at]),)), 0)
    for at in range(start, end):
        if not _may_be_a_digit(text, at) and not (
            text[at] == '"' and _OPEN_REFERENCE.search(text, max(0, at - 200), at)
        ):
            yield _removed(at, text[at])
        for mark in _MARKS:
            is_in_number = text[at].isdigit() and (text[at - 1].isdigit() or text[at + 1 : at + 2].isdigit())
            if mark != text[at] and not text[at].isspace() and not is_in_number:
                yield _written(at, mark, text)
    yield from _balancing(text)


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """From the line with something on it before the place to the end of its own line, and no further than is near."""
    line = text.rfind("\n", 0, start) + 1
    before = text.rfind("\n", 0, len(text[:line].rstrip())) + 1
    stop = text.find("\n", start)
    last = min(len(text) if stop < 0 else stop, max(start, min(end, start + _NEAR)) + _NEAR)
    return max(before, start - 2 * _NEAR), last


def _begins_or_ends(before: str, after: str) -> bool:
    """Whether a text could begin or end here; none begins or ends with a blank."""
    opens = (not before.strip() or before in ":,{[") and after.strip() and after not in ",:]}"
    closes = before.strip() and (before not in ":,{[" or after in ",]}\r\n")
    return bool(opens or closes)


_BRACKET_AS_TEXT = re.compile(r'"[{}\[\]]"\Z')
"""A text that is a bracket: more likely the bracket belongs behind it."""


def _inserted(at: int, mark: str, text: str) -> _Attempt:
    is_rare = mark in _BRACKETS and _BRACKET_AS_TEXT.search(text, max(0, at - 3), at) is not None
    return _Attempt(Slip(f"Insert the missing {_NAMES.get(mark, mark)}", (TextEdit(at, at, mark),)), int(is_rare))


def _removed(at: int, mark: str) -> _Attempt:
    return _Attempt(Slip(f"Remove the {_NAMES.get(mark, mark)}", (TextEdit(at, at + 1, ""),)), int(mark not in _MARKS))


def _written(at: int, mark: str, text: str) -> _Attempt:
    """A mark in whose place another character was typed, which is rare for a letter and for a quote beside another."""
    title = f"Write a {_NAMES[mark]}" if mark in _NAMES else f"Write {mark}"
    is_rare = text[at].isalnum() or (text[at] == '"' and '"' in (text[at - 1 : at], text[at + 1 : at + 2]))
    return _Attempt(Slip(title, (TextEdit(at, at + 1, mark),)), int(is_rare))


def _may_be_a_digit(text: str, at: int) -> bool:
    """Whether a character typed in the place of a digit or of a letter within a word would look like one too much."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in (before, after):
        return False
    return before.isdigit() or after.isdigit() or (before.isalnum() and after.isalnum())


def _literals(text: str, start: int, end: int) -> Iterator[_Attempt]:
    """Words that were `true`, `false` or `null` before the slip."""
    for match in _WORD.finditer(text, start, end):
        for literal in _LITERALS:
            if match[0] != literal and is_slip(match[0], literal):
                yield _Attempt(Slip(f"Write {literal}", (TextEdit(match.start(), match.end(), literal),)), 0)


def _balancing(text: str) -> Iterator[_Attempt]:
    """One bracket more or less, where there are more of one hand than of the other; it may be far from where it is
    missed. Brackets are left out beside others, behind colons and commas, and where a line is empty but for them."""
    brackets = [(match.start(), match.group()) for match in _TOKEN.finditer(text) if match.group() in _BRACKETS]
    counts = Counter(mark for _, mark in brackets)
    for at, mark in brackets:
        other = _OTHER_KIND[mark]
        if counts[mark] > counts[_PARTNER[mark]]:
            yield _Attempt(Slip(f"Write {other}", (TextEdit(at, at + 1, other),)), 0)
    for opening, closing in ("{}", "[]"):
        if abs(counts[opening] - counts[closing]) != 1:
            continue
        surplus, missing = (opening, closing) if counts[opening] > counts[closing] else (closing, opening)
        for at, mark in brackets:
            if mark == surplus:
                yield _removed(at, mark)
        for at in _places(text, missing):
            yield _inserted(at, missing, text)
        for match in _WITHIN_QUOTES.finditer(text):
            at = match.start()
            yield _Attempt(Slip("Swap two characters back", (TextEdit(at, at + 2, match[1][::-1]),)), 0)


_WITHIN_QUOTES = re.compile(r'(?=([}\]]"|"[{\[}\]]))')
"""A bracket that may have slipped into the quotes beside it; it may stand between two."""

_GAP = re.compile(r"(?<=: )(?=\s)|(?<=\n)[ \t]+(?=\r?\n)")
"""Where a bracket that was left out has left its place empty."""

_BEFORE_OPENING = re.compile(r"(?<=[:,\[{])\s*")
_BEFORE_CLOSING = re.compile(r'(?<=["\w\]}])(?=\s*[,\]}]|\s*\Z)|(?<=\n)[ \t]+(?=\n)|(?<=[\[{])')


def _places(text: str, missing: str) -> Iterator[int]:
    """Where a bracket may have been left out."""
    for match in (_BEFORE_OPENING if missing in "[{" else _BEFORE_CLOSING).finditer(text):
        yield match.end()
