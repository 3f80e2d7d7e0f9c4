"""What a person answers in a terminal, read as the value of an input. Pure: texts in, values out."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from headrace.phone.screen.view import CalendarView, CheckView, ConsentView, DateView, FieldView, UploadView
from headrace.phone.values.options import Option

CLEAR = "-"
_YES = frozenset({"y", "yes", "1", "x", "true"})
_NO = frozenset({"n", "no", "0", "false", CLEAR})
_T = TypeVar("_T")


class NotUnderstood(ValueError):
    """An answer says nothing this input could take. The words say what to write."""


def read_answer(field: FieldView, text: str) -> Any:
    """The value that an answer gives to an input: options by number, id or title, several with commas between them.

    `-` takes a choice back. Raises `NotUnderstood`. Of a picker the value is a list of paths.
    """
    answer = text.strip()
    if isinstance(field, CheckView):
        return _chosen(field, answer)
    if isinstance(field, ConsentView):
        return _consent(answer)
    if isinstance(field, UploadView):
        return _paths(answer)
    if isinstance(field, DateView | CalendarView):
        return _day(answer)
    return text


def hint(field: FieldView) -> str:
    """How to answer, in a few words; empty where it is plain."""
    if isinstance(field, CheckView):
        return "numbers or names, with commas" if isinstance(field.value, list) else "a number or a name"
    if isinstance(field, ConsentView):
        return "y or n"
    if isinstance(field, UploadView):
        return "paths of files"
    if isinstance(field, DateView):
        return f"a date, {field.first} to {field.last}"
    if isinstance(field, CalendarView):
        return "a date, such as 2026-11-25"
    return ""


def one_of(answer: str, names: Sequence[tuple[_T, Sequence[str]]]) -> _T | None:
    """What an answer names among things with their names: by its number from 1, a whole name, or the start of just one.

    Case does not matter.
    """
    wanted = answer.strip().casefold()
    if not wanted:
        return None
    for thing, called in names:
        if wanted in (name.casefold() for name in called if name):
            return thing
    if wanted.isdecimal() and wanted.isascii() and 1 <= int(wanted[:9]) <= len(names):
        return names[int(wanted) - 1][0]
    begun = [thing for thing, called in names if any(name.casefold().startswith(wanted) for name in called)]
    return begun[0] if len(begun) == 1 else None


def _chosen(field: CheckView, answer: str) -> Any:
    several = isinstance(field.value, list)
    if answer == CLEAR:
        return [] if several else ""
    if not several:
        return _option(field, answer).id
    words = [word for word in re.split(r"[,;]", answer) if word.strip()]
    whole = one_of(answer, _named(field))  # a title may have a comma of its own
    return [whole.id] if whole is not None else list(dict.fromkeys(_option(field, word).id for word in words))


def _option(field: CheckView, word: str) -> Option:
    found = one_of(word, _named(field))
    if found is None:
        raise NotUnderstood(
            f'There is no single option "{word.strip()}". Write a number from 1 to {len(field.options)}.'
        )
    return found


def _named(field: CheckView) -> list[tuple[Option, Sequence[str]]]:
    return [(option, (option.title, option.id)) for option in field.options]


def _consent(answer: str) -> bool:
    if answer.casefold() in _YES:
        return True
    if answer.casefold() in _NO:
        return False
    raise NotUnderstood("Write y or n.")


def _day(answer: str) -> str:
    if answer == CLEAR:
        return ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", answer, re.ASCII):
        raise NotUnderstood("Write a date as year, month and day: 2026-11-25.")
    return answer


def _paths(answer: str) -> list[str]:
    try:
        return shlex.split(answer)
    except ValueError:
        raise NotUnderstood("A quotation mark is not closed.") from None


def merged(field: CalendarView, end: str, value: str) -> str | Mapping[str, str]:
    """The value of a calendar once one of its fields was answered."""
    if not end:
        return value
    before = field.value if isinstance(field.value, dict) else {}
    return {**{one.end: one.value for one in field.fields}, **before, end: value}
