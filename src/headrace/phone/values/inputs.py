"""What every input accepts, refuses and yields.

`Kind.accept` turns what arrives from outside into a form value or raises `NotAccepted`: a person cannot choose what
is not offered. `Kind.check` checks a value in the order of the client; the first fault counts. Both get the
component's resolved properties.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.catalogue.inputs import SECRET_TYPES, TYPES_WITH_PATTERN
from headrace.phone.values import calendars, patterns, texts
from headrace.phone.values.dates import day, day_value, days_between
from headrace.phone.values.files import PICKERS, fault_of_files, kept_files
from headrace.phone.values.options import Option, options_of
from headrace.phone.values.properties import Properties, flag, text, whole
from headrace.phone.values.validation import Fault, NotAccepted

LONGEST_TEXT = 100_000
"""A text of at most this many characters is taken."""

LONGEST_NAMED = 60
"""A refusal repeats at most this many characters of a value."""

DEFAULT_MAX_CHARS = 80
"""A TextInput without `max-chars` takes at most this many characters."""

DEFAULT_MAX_LENGTH = 600
"""A TextArea without `max-length` takes at most this many characters."""

# The client's own expressions. The one for phone numbers repeats its last group; once is the same. And digits behind
# a plus are shared between its first and last group in every way, of which one is enough.
_EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+")
_DIGITS = re.compile(r"[0-9]*")
_PHONE = re.compile(r"(?:\+[0-9]++[* .-]*+)?(?:\([0-9]++\)[ .-]*+)?(?:[0-9][0-9 .-]+[0-9])?|\+[0-9][0-9][0-9 .-]+[0-9]")
_NUMBER = re.compile(
    r"[-+]?(?:(?:0[0-9]*|[1-9][0-9]*(?:,[0-9]{3})*|[0-9]+)(?:\.[0-9]+)?|[0-9]+,[0-9]+)(?:[eE][-+]?[0-9]+)?"
)
_PICTOGRAPH = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u20e3]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one component type treats its value. `empty` is what `${form.…}` yields before anything was entered."""

    empty: Any
    accept: Callable[[Any, Properties, Version], Any]
    check: Callable[[Any, Properties, Version], Fault | None]
    is_choice: bool = False


def fault_of(component: str, value: Any, properties: Properties, version: Version) -> Fault | None:
    """What is wrong with the value of a visible input; None when it is in order."""
    kind = KINDS[component]
    if component not in _CHECK_REQUIRED and flag(properties, "required", False) and is_empty(value):
        label = text(properties, "label")
        return Fault(texts.required(label), texts.CHOOSE_ONE if isinstance(kind.empty, list) else texts.required(label))
    return kind.check(value, properties, version)


def accepted(component: str, value: Any, before: Any, properties: Properties, version: Version) -> Any:
    """The form value that entering `value` gives; raises `NotAccepted`.

    Options that are disabled stay as they were `before`, ticked or not. A selection keeps the order of ticking: what
    was ticked before comes first. Where a password is typed an emoji is not taken.
    """
    kind = KINDS[component]
    if is_secret(component, properties) and isinstance(value, str) and _PICTOGRAPH.search(value):
        raise NotAccepted("takes no emoji")
    if component in PICKERS:
        return kept_files(component, value, before, properties)
    if not isinstance(before, list) or not isinstance(value, list):
        return kind.accept(value, properties, version)
    fixed = [option.id for option in options_of(properties) if not option.enabled and option.id in before]
    taken = kind.accept([option_id for option_id in value if option_id not in fixed], properties, version)
    return [option_id for option_id in dict.fromkeys([*before, *taken]) if option_id in taken or option_id in fixed]


def is_secret(component: str, properties: Properties) -> bool:
    """Whether an input is for a password or a passcode."""
    return component == "TextInput" and properties.get("input-type") in SECRET_TYPES


def is_empty(value: Any) -> bool:
    """Whether a value counts as none for `required`."""
    return value is None or value is False or value in ([], {}) or (isinstance(value, str) and not value.strip())


def initial(component: str, value: Any, version: Version) -> Any:
    """The form value that an `init-value` gives. Numbers become text, as on the phone; what is of another kind gives
    None.
    """
    if component == "CalendarPicker":
        return calendars.initial(value)
    if component in PICKERS:
        return None
    wanted = KINDS[component].empty
    if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(wanted, str):
        return _number_text(value)
    if isinstance(wanted, list):
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else None
    return value if isinstance(value, type(wanted)) else None


def _number_text(value: int | float) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# Text


def _clean_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_text(value)
    if not isinstance(value, str):
        raise NotAccepted("takes text")
    if len(value) > LONGEST_TEXT:
        raise NotAccepted(f"takes at most {LONGEST_TEXT} characters")
    return _UNSTORABLE.sub("", value)


def _accept_line(value: Any, properties: Properties, version: Version) -> str:
    return " ".join(_clean_text(value).splitlines())


def _accept_area(value: Any, properties: Properties, version: Version) -> str:
    most = whole(properties, "max-length", DEFAULT_MAX_LENGTH)
    return _clean_text(value).replace("\r\n", "\n")[: max(most, 0)]


def _is_written_as(expression: re.Pattern[str], reason: str) -> Callable[[str], Fault | None]:
    return lambda value: None if expression.fullmatch(value) else Fault(reason, reason)


_TYPED: dict[str, Callable[[str], Fault | None]] = {
    "email": _is_written_as(_EMAIL, texts.EMAIL),
    "passcode": _is_written_as(_DIGITS, texts.DIGITS),
    "phone": _is_written_as(_PHONE, texts.PHONE),
    "number": _is_written_as(_NUMBER, texts.NUMBER),
}


def _check_line(value: Any, properties: Properties, version: Version) -> Fault | None:
    line = value.strip() if isinstance(value, str) else ""
    least, most = whole(properties, "min-chars", 0), whole(properties, "max-chars", DEFAULT_MAX_CHARS)
    if not line:
        return None
    length = _length(line)
    if length < least:
        return Fault(texts.too_short(least), texts.too_short(least))
    if length > most:
        return Fault(texts.too_long(most), texts.too_long(most))
    kind = text(properties, "input-type")  # a pattern is tested only where this is written
    fault = _TYPED[kind](line) if kind in _TYPED else None
    wanted = properties.get("pattern")
    if fault is None and isinstance(wanted, str) and kind in TYPES_WITH_PATTERN and not patterns.occurs(wanted, line):
        words = texts.pattern(text(properties, "label"))
        return Fault(words, words)
    return fault


def _length(line: str) -> int:
    """Characters as the client counts them, in JavaScript: one beyond U+FFFF, such as most emoji, counts twice."""
    return len(line) + sum(mark > "\uffff" for mark in line)


def _nothing_to_check(value: Any, properties: Properties, version: Version) -> Fault | None:
    return None


# Choices


def _offered(identifier: Any, options: Mapping[str, Option]) -> str:
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        identifier = str(identifier)
    if not isinstance(identifier, str) or identifier not in options:
        listed = ", ".join(list(options)[:10]) or "nothing"
        raise NotAccepted(f"does not offer {_named(identifier)}; it offers {listed}")
    if not options[identifier].enabled:
        raise NotAccepted(f"offers {_named(identifier)}, but disabled")
    return identifier


def _named(value: Any) -> str:
    """A value in the words of a refusal. What is no single value, or very long, is not repeated."""
    if not isinstance(value, str | int | float):
        return "this"
    text = repr(value)
    return text if len(text) <= LONGEST_NAMED else f"{text[:LONGEST_NAMED]}…"


def _options(properties: Properties) -> dict[str, Option]:
    return {option.id: option for option in options_of(properties)}


def _accept_one(value: Any, properties: Properties, version: Version) -> str:
    return "" if value in (None, "") else _offered(value, _options(properties))


def _accept_several(value: Any, properties: Properties, version: Version) -> list[str]:
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise NotAccepted("takes a list of options")
    options = _options(properties)
    return list(dict.fromkeys(_offered(identifier, options) for identifier in value))


def _check_offered(value: Any, properties: Properties, version: Version) -> Fault | None:
    if not value or value in _options(properties):
        return None
    return Fault(texts.NOT_OFFERED, texts.NOT_OFFERED)


def _check_count(value: Any, properties: Properties, version: Version) -> Fault | None:
    if not flag(properties, "enabled", True):
        return None
    count = len(value) if isinstance(value, list) else 0
    least = whole(properties, "min-selected-items", 0)
    most = whole(properties, "max-selected-items", len(_options(properties)))
    if least <= count <= most:
        return None
    return Fault(texts.choose_between(least, most, count), "")


def _accept_consent(value: Any, properties: Properties, version: Version) -> bool | None:
    if value in (True, "true", "on"):
        return True
    if value in (False, None, "", "false"):
        return None  # a box that was unticked yields null on the phone; false only before it was ever touched
    raise NotAccepted("takes true or false")


def _accept_files(value: Any, properties: Properties, version: Version) -> list[Any]:
    raise NotAccepted(texts.UPLOAD_ONLY)


# Dates


def _accept_day(value: Any, properties: Properties, version: Version) -> str:
    if value in (None, ""):
        return ""
    chosen = day(value, version)
    if chosen is None:
        raise NotAccepted("takes a date such as 2026-11-25")
    first, last = days_between(properties, version)
    if not first <= chosen <= last:
        raise NotAccepted(f"offers the days from {first} to {last}")
    return day_value(chosen, version)


def _check_day(value: Any, properties: Properties, version: Version) -> Fault | None:
    blocked = properties.get("unavailable-dates")
    if value and isinstance(blocked, list) and str(value) in map(str, blocked):
        return Fault(texts.DATE_UNAVAILABLE, texts.DATE_UNAVAILABLE)
    return None


KINDS: dict[str, Kind] = {
    "TextInput": Kind("", _accept_line, _check_line),
    "TextArea": Kind("", _accept_area, _nothing_to_check),
    "Dropdown": Kind("", _accept_one, _check_offered, is_choice=True),
    "RadioButtonsGroup": Kind("", _accept_one, _nothing_to_check, is_choice=True),
    "CheckboxGroup": Kind([], _accept_several, _check_count, is_choice=True),
    "ChipsSelector": Kind([], _accept_several, _check_count, is_choice=True),
    "DatePicker": Kind("", _accept_day, _check_day, is_choice=True),
    "CalendarPicker": Kind("", calendars.accept, calendars.check, is_choice=True),
    "OptIn": Kind(False, _accept_consent, _nothing_to_check, is_choice=True),
    **{picker: Kind([], _accept_files, fault_of_files(picker)) for picker in PICKERS},
}
"""Every input the phone knows, by component type."""

_CHECK_REQUIRED = frozenset({"CalendarPicker", *PICKERS})
"""Inputs whose own check says what `required` means."""
