"""Text that is not JSON: commas, quotes, brackets and the like."""

import json
import re
from collections.abc import Iterator
from math import isfinite

from headrace.flowjson.checks.spelling import is_slip
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Proposal, mends
from headrace.flowjson.problems import DEPTH_LIMIT
from headrace.flowjson.textedits import TextEdit

_WORD = re.compile(r"[^\s,:\[\]{}\"'=]+")
_SLIPPED_NUMBER = re.compile(r"-?[\d.]*[A-Za-z][\d.]*")
_SINGLE = re.compile(r"'((?:[^'\\\n]|\\.)*)'")
_LACKS_DIGIT = re.compile(r"-?(?:0\d|\.|\d+\.$)")
"""A number that begins with a nought, or begins or ends with its point: there may have been a digit more."""

_ESCAPED = tuple("bfnrtu")
"""Before a backslash, letters that may belong behind it."""

_NUMBER_OF_CHARACTER = re.compile(r"[0-9A-Za-z]?u?[0-9A-Fa-f]{3}")
"""What stands behind a backslash when something of a character written by its number is missing."""

_IN_PATTERN = re.compile(r'"pattern"\s*:\s*"[^"\n]*\Z')
"""What is before a backslash in a regular expression, where it is meant."""

_LITERALS = {"True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "None": "null", "NULL": "null"}
_CLOSING = {"{": "}", "[": "]"}
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')


def _at(context: FixContext) -> tuple[str, int, int]:
    return context.document.text, context.values["start"], context.values["end"]


def _replaced(start: int, end: int, text: str) -> tuple[TextEdit, ...]:
    return (TextEdit(start, end, text),)


_FEW_BRACKETS = 8


@mends("syntax/trailing-comma", "syntax/extra-comma")
def remove_comma(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    if text[start : start + 1] == ",":
        yield "Remove the comma", _replaced(start, start + 1, "")


@mends("syntax/comment")
def remove_comment(context: FixContext) -> Iterator[Proposal]:
    text, start, end = _at(context)
    line = text.rfind("\n", 0, start) + 1
    alone = not text[line:start].strip() and text[end : end + 1] in ("\n", "\r", "")
    yield "Remove the comment", _replaced(line if alone else start, min(end + 1, len(text)) if alone else end, "")


@mends("syntax/comma")
def insert_comma(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    before = len(text[:start].rstrip())
    yield "Insert the missing comma", _replaced(before, before, ",")
    # Behind a comment, when one stands between.
    yield "Insert the missing comma", _replaced(start, start, ",")
    if text[start : start + 1] in (";", ":", "="):
        yield "Write a comma", _replaced(start, start + 1, ",")


@mends("syntax/colon")
def insert_colon(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    if text[start : start + 1] == "=":
        length = 2 if text[start : start + 2] == "=>" else 1
        yield "Write a colon", _replaced(start, start + length, ":")
        return
    before = len(text[:start].rstrip())
    yield "Insert the missing colon", _replaced(before, before, ":")


@mends("syntax/single-quotes")
def double_quotes(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    match = _SINGLE.match(text, start)
    if match:
        inner = match[1].replace("\\'", "'").replace('"', '\\"')
        yield "Use double quotes", _replaced(start, match.end(), f'"{inner}"')


@mends("syntax/key", "syntax/word", "syntax/literal", "syntax/value")
def quote_word(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    match = _WORD.match(text, start)
    if not match:
        if context.rule == "syntax/value" and text[start : start + 1] in (",", "}", "]"):
            yield "Fill in an empty text", _replaced(start, start, '""')
        return
    word = match.group()
    if word in _LITERALS:
        yield f"Write {_LITERALS[word]}", _replaced(start, match.end(), _LITERALS[word])
    elif word == "undefined":
        yield "Write null", _replaced(start, match.end(), "null")
    line = text.find("\n", start)
    rest = text[start : line if line >= 0 else len(text)]
    if context.rule != "syntax/key":
        whole = re.split(r'\s*(?:,?\s*$|[,\]}"])', rest, maxsplit=1)[0]
        title, edits = "Put it in quotes", _replaced(start, start + len(whole), json.dumps(whole, ensure_ascii=False))
        # A letter alone or among digits may have been a digit.
        yield Choice(title, edits) if _SLIPPED_NUMBER.fullmatch(whole) else (title, edits)
    yield "Put it in quotes", _replaced(start, match.end(), json.dumps(word, ensure_ascii=False))


@mends("syntax/number")
def plain_number(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    match = _WORD.match(text, start)
    if match is None:
        return
    word = match.group().replace("_", "").lstrip("+")
    try:
        number = int(word, 16) if word.lower().startswith("0x") else float(word)
    except ValueError:
        for literal in ("true", "false", "null"):
            if is_slip(match.group(), literal):
                yield f"Write {literal}", _replaced(start, match.end(), literal)
                return
        title, edits = "Put it in quotes", _replaced(start, match.end(), json.dumps(match.group()))
        is_text = re.search(r"[A-Za-z]", word) and not _SLIPPED_NUMBER.fullmatch(word)
        yield (title, edits) if is_text else Choice(title, edits)
        return
    if not isfinite(number):
        return
    plain = int(number) if float(number).is_integer() else number
    title, edits = f"Write {plain}", _replaced(start, match.end(), json.dumps(plain))
    yield Choice(title, edits) if _LACKS_DIGIT.match(word) else (title, edits)
    yield "Put it in quotes", _replaced(start, match.end(), json.dumps(match.group()))


@mends("syntax/control")
def escape_control(context: FixContext) -> Iterator[Proposal]:
    text, start, end = _at(context)
    yield "Write it as an escape", _replaced(start, end, json.dumps(text[start:end])[1:-1])


@mends("syntax/escape")
def double_backslash(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    at = start if text[start : start + 1] == "\\" else text.rfind("\\", 0, start + 1)
    if at >= 0:
        if text[at + 1 : at + 2] == "'":
            yield "Remove the backslash", _replaced(at, at + 1, "")
        title, edits = "Double the backslash", _replaced(at, at, "\\")
        # Elsewhere than in a pattern the letter of an escape may be missing: a line's end, most often.
        is_meant = _IN_PATTERN.search(text, max(0, at - 300), at) and text[at - 1 : at] not in _ESCAPED
        yield (title, edits) if is_meant and not _NUMBER_OF_CHARACTER.match(text, at + 1) else Choice(title, edits)


@mends("syntax/space")
def plain_space(context: FixContext) -> Iterator[Proposal]:
    _, start, end = _at(context)
    yield "Write a plain space", _replaced(start, end, " ")


def _brackets(missing: str) -> str:
    """Brackets for a title; more than a few are counted."""
    return missing if len(missing) <= _FEW_BRACKETS else f"{len(missing)} brackets"


@mends("syntax/surrogate")
def drop_half_character(context: FixContext) -> Iterator[Proposal]:
    _, start, end = _at(context)
    yield Choice("Remove the half character", _replaced(start, end, ""))


@mends("syntax/unclosed")
def close(context: FixContext) -> Iterator[Proposal]:
    """What is open at the end, or where something else is closed, is closed there."""
    text, _, _ = _at(context)
    missing = _missing_at(text)
    if missing:
        at, brackets = missing
        before = len(text[:at].rstrip().rstrip(","))
        yield (
            f"Insert the missing {_brackets(brackets)}",
            _replaced(before, at, "\n" + brackets if at == len(text) else brackets),
        )


@mends("syntax/bracket", "syntax/after-end")
def drop_bracket(context: FixContext) -> Iterator[Proposal]:
    text, start, end = _at(context)
    if text[start : start + 1] in ("}", "]"):
        other = "]" if text[start] == "}" else "}"
        yield f"Remove the {text[start]}", _replaced(start, start + 1, "")
        yield f"Write {other}", _replaced(start, start + 1, other)
    if missing := _missing_at(text):
        at, brackets = missing
        yield f"Insert the missing {_brackets(brackets)}", _replaced(at, at, brackets)
    if context.rule == "syntax/after-end":
        before = len(text[:start].rstrip())
        if text[start : start + 1] == ",":
            yield f"Remove the {text[before - 1]}", _replaced(before - 1, before, "")
        if '"' not in text[start:]:
            yield "Remove what follows the end", _replaced(before, max(end, len(text)), "\n")


@mends("syntax/quote")
def close_quote(context: FixContext) -> Iterator[Proposal]:
    text, start, _ = _at(context)
    line = re.compile(r"[\r\n]|\Z").search(text, start)
    at = line.start() if line else len(text)
    content = text[start:at].rstrip()
    for ending in ("},", "],", "}", "]", ",", ""):
        if content.endswith(ending):
            yield "Close the quotes", _replaced(start + len(content) - len(ending), start + len(content), '"' + ending)


@mends("syntax/duplicate-key")
def drop_first(context: FixContext) -> Iterator[Proposal]:
    """The last one wins already; so the one before it can go. Its value ends before the comma that precedes the next
    key, which is found by reading on from it."""
    text, start, end = _at(context)
    name = text[start:end]
    first = text.rfind(name, 0, start)
    match = re.compile(re.escape(name) + r"\s*:\s*").match(text, first) if first >= 0 else None
    if match is None:
        return
    second = match.re.match(text, start)
    try:
        value, stop = json.JSONDecoder().raw_decode(text, match.end())
        other, _ = json.JSONDecoder().raw_decode(text, second.end()) if second else (None, 0)
    except ValueError:
        return
    if isinstance(value, dict | list) and value not in ([], {}, other):
        # It may be a whole part of the Flow, and perhaps the one that was meant to count.
        return
    comma = re.compile(r"\s*,\s*").match(text, stop)
    if comma:
        yield "Remove the one before, which does not count", _replaced(first, comma.end(), "")


def _missing_at(text: str) -> tuple[int, str] | None:
    """Where a closing bracket is missing, and which."""
    opened: list[str] = []
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in _CLOSING:
            opened.append(mark)
        elif mark in ("}", "]"):
            if not opened or len(opened) > DEPTH_LIMIT:
                return None
            if _CLOSING[opened[-1]] != mark:
                return (token.start(), _CLOSING[opened[-1]]) if len(opened) > 1 else None
            opened.pop()
    # What is nested deeper than is allowed does not get better by being closed.
    if not 0 < len(opened) <= DEPTH_LIMIT:
        return None
    return len(text), "".join(_CLOSING[bracket] for bracket in reversed(opened))
