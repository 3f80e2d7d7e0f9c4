"""Slips of the keyboard, made on purpose: one character left out, typed twice, swapped with the next or replaced."""

import random
import re
import string

_ROWS = ("`1234567890-=", "\tqwertyuiop[]\\", "\tasdfghjkl;'", "\tzxcvbnm,./")
_SHIFTED_ROWS = ("~!@#$%^&*()_+", "\tQWERTYUIOP{}|", '\tASDFGHJKL:"', "\tZXCVBNM<>?")


def _beside() -> dict[str, str]:
    """For each key of a QWERTY keyboard those that touch it, with shift and without."""
    found: dict[str, str] = {}
    for rows in (_ROWS, _SHIFTED_ROWS):
        for number, row in enumerate(rows):
            for at, key in enumerate(row):
                near = [(number, at - 1), (number, at + 1), (number - 1, at), (number - 1, at + 1)]
                near += [(number + 1, at - 1), (number + 1, at)]
                keys = [rows[line][place] for line, place in near if 0 <= line < 4 and 0 <= place < len(rows[line])]
                found[key] = "".join(keys).replace("\t", "")
    return found


_WITHIN_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{0,3})?$")

BESIDE = _beside()

MARKS = "\"':,{}[]"
"""The marks of JSON, and the quote that it does not have."""


def slipped(text: str, at: int, kind: str) -> str:
    """The text with a slip at a place; which key or letter is hit instead is the same every time."""
    luck = random.Random(f"{at} {kind} {text[at]}")
    match kind:
        case "left out":
            return text[:at] + text[at + 1 :]
        case "typed twice":
            return text[:at] + text[at] + text[at:]
        case "swapped":
            return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
        case "neighbour key":
            return text[:at] + luck.choice(BESIDE.get(text[at]) or string.ascii_lowercase) + text[at + 1 :]
        case "other letter":
            others = string.ascii_lowercase.replace(text[at].lower(), "")
            return text[:at] + luck.choice(others) + text[at + 1 :]
        case "another mark":
            return (
                text[:at]
                + luck.choice((BESIDE.get(text[at], "") + MARKS + ".;(|").replace(text[at], ""))
                + text[at + 1 :]
            )
    raise ValueError(kind)


def is_in_a_name(text: str, at: int) -> bool:
    """Whether a letter, a digit or a sign within a name, a text or a literal stands there, no mark of JSON."""
    return (text[at].isalnum() or text[at] in "_-") and not _WITHIN_ESCAPE.search(text, max(0, at - 5), at)
