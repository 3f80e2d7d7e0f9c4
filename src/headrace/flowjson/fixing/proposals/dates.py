"""Dates of pickers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Guess, Proposal, mends

_LABELS = {"start-date": "Start date", "end-date": "End date"}
_MILLISECONDS = re.compile(r"\d{12,13}")
_HIGHEST_MONTH = 12

_DOUBTFUL = re.compile(
    r"\d{4}-(?:\d-\d\d|\d\d-\d)|\d{4}-(?:\d{3,}-\d+|\d+-\d{3,})|(?=[\d-]*[^\d\s/.-][\d-]*$).{4}-..-.."
)
"""A date with one digit less or more than it takes, or with another character for one: which one, nobody knows."""


@mends("dates/min-after-max", "dates/min-days-above-max-days")
def swap(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    least, most = context.paths[:2]
    draft.set(least, context.get(most))
    draft.set(most, context.get(least))
    yield Choice(f"Swap '{least[-1]}' and '{most[-1]}'", draft)


@mends("dates/range-reversed")
def swap_ends(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        start, end = RANGE_KEYS
        draft.set((*path, start), context.get((*path, end)))
        draft.set((*path, end), context.get((*path, start)))
    yield Choice("Swap start and end", draft)


@mends("dates/not-a-date", "dates/init-value-format")
def as_date(context: FixContext) -> Iterator[Proposal]:
    day = _date_in(str(context.get(context.path)))
    if day:
        draft = context.draft()
        for path in context.paths:
            draft.set(path, day)
        title = f"Write {day}"
        yield Choice(title, draft) if _DOUBTFUL.fullmatch(str(context.get(context.path))) else (title, draft)
    draft = context.draft()
    for path in reversed(context.paths):
        draft.remove(path)
    yield Guess(f"Remove {_named(context.path)}", draft)


@mends("dates/out-of-range")
def within_range(context: FixContext) -> Iterator[Proposal]:
    """Without the date: nobody can choose it. Whether it or the range is wrong is not for a machine to say."""
    draft = context.draft()
    for path in reversed(context.paths):
        draft.remove(path)
    yield Choice(f"Remove {_named(context.path)}", draft)
    draft = context.draft()
    for path in context.paths:
        draft.set(path, context.values["nearest"])
    yield Guess(f"Write {context.values['nearest']}", draft)


def _named(path: Path) -> str:
    """A property, or a date of a list, in a title."""
    return "the date" if isinstance(path[-1], int) else f"'{path[-1]}'"


@mends("dates/value-for-mode")
def shape_for_mode(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        value = context.get(path)
        if context.values["mode"] == "range":
            ends = {name: f"{value} ({_LABELS[name].lower()})" for name in RANGE_KEYS} if path[-1] == "label" else None
            draft.set(path, ends or dict.fromkeys(RANGE_KEYS, value))
        elif isinstance(value, dict) and value:
            draft.set(path, value.get(RANGE_KEYS[0], next(iter(value.values()))))
    other = context.draft()
    other.set((*context.path[:-1], "mode"), "single" if context.values["mode"] == "range" else "range")
    if context.values["mode"] == "range":
        if context.path[-1] != "init-value":
            yield "Write one for each date", draft
        yield Guess("Use mode single", other)
    else:
        # Who writes both ends means a range, and one of them would be lost.
        yield "Use mode range", other
        yield Guess("Keep the one for the start", draft)


@mends("dates/range-lacks-member")
def add_end(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        for name in str(context.values["missing"]).split("' and '"):
            draft.insert((*path, name), _LABELS[name])
    yield f"Add '{context.values['missing']}' to '{context.path[-1]}'", draft


@mends("dates/range-other-member")
def drop_members(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        if path[-1] not in RANGE_KEYS and isinstance(context.get(path[:-1]), dict) and path[-2:-1] != ("children",):
            if path[-1] == context.values["property"]:
                continue
            draft.remove(path)
    yield f"Remove {context.values['members']}", draft


@mends("dates/range-only-property")
def without_range(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove(path)
    yield f"Remove '{context.path[-1]}'", draft


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
