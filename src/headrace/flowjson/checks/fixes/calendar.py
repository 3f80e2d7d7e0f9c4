"""Dates of pickers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.checks.fixes.broken import Broken, Guess, Proposal, mends
from headrace.flowjson.diagnostics import Path

_LABELS = {"start-date": "Start date", "end-date": "End date"}
_MILLISECONDS = re.compile(r"\d{12,13}")
_HIGHEST_MONTH = 12


@mends("dates/min-after-max", "dates/min-days-above-max-days")
def swap(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    least, most = broken.paths[:2]
    draft.set(least, broken.get(most))
    draft.set(most, broken.get(least))
    yield f"Swap '{least[-1]}' and '{most[-1]}'", draft


@mends("dates/range-reversed")
def swap_ends(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        start, end = RANGE_KEYS
        draft.set((*path, start), broken.get((*path, end)))
        draft.set((*path, end), broken.get((*path, start)))
    yield "Swap start and end", draft


@mends("dates/not-a-date", "dates/init-value-format")
def as_date(broken: Broken) -> Iterator[Proposal]:
    found = _date_in(str(broken.get(broken.path)))
    if found:
        draft = broken.draft()
        for path in broken.paths:
            draft.set(path, found)
        yield f"Write {found}", draft
    draft = broken.draft()
    for path in reversed(broken.paths):
        draft.remove(path)
    yield Guess(f"Remove {_named(broken.path)}", draft)


@mends("dates/out-of-range")
def within_range(broken: Broken) -> Iterator[Proposal]:
    """Without the date: nobody can choose it, and what is chosen instead is not for a machine to say."""
    draft = broken.draft()
    for path in reversed(broken.paths):
        draft.remove(path)
    yield f"Remove {_named(broken.path)}", draft
    draft = broken.draft()
    for path in broken.paths:
        draft.set(path, broken.values["nearest"])
    yield Guess(f"Write {broken.values['nearest']}", draft)


def _named(path: Path) -> str:
    """A property, or a date of a list, in a title."""
    return "the date" if isinstance(path[-1], int) else f"'{path[-1]}'"


@mends("dates/value-for-mode")
def shape_for_mode(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        value = broken.get(path)
        if broken.values["mode"] == "range":
            ends = {name: f"{value} ({_LABELS[name].lower()})" for name in RANGE_KEYS} if path[-1] == "label" else None
            draft.set(path, ends or dict.fromkeys(RANGE_KEYS, value))
        elif isinstance(value, dict) and value:
            draft.set(path, value.get(RANGE_KEYS[0], next(iter(value.values()))))
    other = broken.draft()
    other.set((*broken.path[:-1], "mode"), "single" if broken.values["mode"] == "range" else "range")
    if broken.values["mode"] == "range":
        if broken.path[-1] != "init-value":
            yield "Write one for each date", draft
        yield Guess("Use mode single", other)
    else:
        # Who writes both ends means a range, and one of them would be lost.
        yield "Use mode range", other
        yield Guess("Keep the one for the start", draft)


@mends("dates/range-lacks-member")
def add_end(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        for name in str(broken.values["missing"]).split("' and '"):
            draft.insert((*path, name), _LABELS[name])
    yield f"Add '{broken.values['missing']}' to '{broken.path[-1]}'", draft


@mends("dates/range-other-member")
def drop_members(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        if path[-1] not in RANGE_KEYS and isinstance(broken.get(path[:-1]), dict) and path[-2:-1] != ("children",):
            if path[-1] == broken.values["property"]:
                continue
            draft.remove(path)
    yield f"Remove {broken.values['members']}", draft


@mends("dates/range-only-property")
def without_range(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove(path)
    yield f"Remove '{broken.path[-1]}'", draft


def _date_in(text: str) -> str | None:
    """The date a text means, where there is no doubt about day and month."""
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
    numbers = [int(one) for one in re.findall(r"\d+", text)][:3]
    if len(numbers) != 3:
        return None
    if numbers[0] > 31:
        year, month, day = numbers
    else:
        first, second, year = numbers
        if first > _HIGHEST_MONTH or "." in text or first == second:
            day, month = first, second
        elif second > _HIGHEST_MONTH:
            month, day = first, second
        else:
            return None
    if not 1900 <= year <= 2200:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
