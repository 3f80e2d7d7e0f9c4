"""Dates: written as dates, in order, within their limits; and the two modes of a CalendarPicker."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, Place, key, listed
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import read_binding

WRONG_ORDER = rule(
    "dates/min-after-max",
    "INVALID_DATE_RANGE",
    "'min-date' ({least}) of {type} '{name}' comes after its 'max-date' ({most}).",
)
NOT_A_DATE = rule(
    "dates/not-a-date",
    "INVALID_DATE_RANGE",
    "'{value}' in property '{property}' of {type} '{name}' is not a date of the form YYYY-MM-DD.",
)
OUT_OF_RANGE = rule(
    "dates/out-of-range",
    "INVALID_DATE_RANGE",
    "'{value}' in property '{property}' of {type} '{name}' comes {side} ({nearest}).",
)
RANGE_REVERSED = rule(
    "dates/range-reversed",
    "INVALID_DATE_RANGE",
    "The 'start-date' ({start}) of CalendarPicker '{name}' comes after its 'end-date' ({end}).",
)
BAD_INIT_VALUE = rule(
    "dates/init-value-format",
    "INVALID_DATE_SINGLE_INIT_VALUE_FORMAT",
    "'{value}', the initial value of CalendarPicker '{name}', is not a date of the form YYYY-MM-DD.",
)
DAYS_REVERSED = rule(
    "dates/min-days-above-max-days",
    "INVALID_MIN_MAX_DAYS",
    "'min-days' ({least}) of CalendarPicker '{name}' is greater than its 'max-days' ({most}).",
)
WRONG_SHAPE = rule(
    "dates/value-for-mode",
    "INVALID_TYPE",
    "Property '{property}' of CalendarPicker '{name}' should be {expected} when 'mode' is {mode}.",
)
LACKS_END = rule(
    "dates/range-lacks-member",
    "MISSING_CALENDAR_PICKER_RANGE_MODE_PROP",
    "Property '{property}' of CalendarPicker '{name}' lacks '{missing}', which it needs when 'mode' is range.",
    absence=True,
)
UNEXPECTED_MEMBER = rule(
    "dates/range-other-member",
    "UNEXPECTED_CALENDAR_PICKER_RANGE_MODE_PROP",
    "Property '{property}' of CalendarPicker '{name}' has only 'start-date' and 'end-date', not [{members}].",
)
RANGE_ONLY = rule(
    "dates/range-only-property",
    "INVALID_PROPERTY_NAME_FOR_CONDITION",
    "Property '{property}' of CalendarPicker '{name}' needs 'mode' to be range.",
)

_WRITTEN_OUT_SINCE = v("5.0")
_BY_MODE = ("label", "helper-text", "required", "init-value", "error-message")
_RANGE_ONLY = ("title", "description", "min-days", "max-days")


def check_dates(flow: Flow, findings: Findings) -> None:
    """Every DatePicker and CalendarPicker. Before 5.0 dates are milliseconds, which nothing is checked of."""
    if flow.version < _WRITTEN_OUT_SINCE:
        return
    for screen in flow.screens_with("DatePicker", "CalendarPicker"):
        for node in screen.of_kind("DatePicker", "CalendarPicker"):
            _limits(node, flow, findings)
            if node.kind == "CalendarPicker":
                _calendar(node, flow, findings)
        _init_values_of_forms(screen, flow, findings)


def read_date(text: str) -> date | None:
    """The date in a text of the form YYYY-MM-DD."""
    if len(text) != len("YYYY-MM-DD") or not text[4] == "-" == text[7]:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _limits(node: Node, flow: Flow, findings: Findings) -> None:
    words: dict[str, Any] = {"type": node.kind, "name": node.name}
    limits: dict[str, str] = {}
    others: list[tuple[str, str, Path]] = []
    for prop, text, path in _literals(node, flow):
        if read_date(text) is None:
            findings.add(NOT_A_DATE, path, value=text, property=prop, **words)
        elif prop in ("min-date", "max-date"):
            limits[prop] = text
        else:
            others.append((prop, text, path))
    least, most = limits.get("min-date", ""), limits.get("max-date", "")
    if least and most and least > most:
        places = ((*node.path, "min-date"), (*node.path, "max-date"))
        findings.add(WRONG_ORDER, *places, least=least, most=most, **words)
        return
    for prop, text, path in others:
        if least and text < least:
            findings.add(OUT_OF_RANGE, path, value=text, property=prop, side="before min-date", nearest=least, **words)
        elif most and text > most:
            findings.add(OUT_OF_RANGE, path, value=text, property=prop, side="after max-date", nearest=most, **words)


def _literals(node: Node, flow: Flow) -> Iterator[tuple[str, str, Path]]:
    """The dates that stand in a component as they are: property, text, place."""
    single = ("min-date", "max-date", "init-value") if node.kind == "DatePicker" else ("min-date", "max-date")
    for prop in single:
        text = node.value.get(prop)
        if _is_literal(text, flow):
            yield prop, str(text), (*node.path, prop)
    listed = node.value.get("unavailable-dates")
    for index, text in enumerate(listed if isinstance(listed, list) else ()):
        if _is_literal(text, flow):
            yield "unavailable-dates", str(text), (*node.path, "unavailable-dates", index)


def _is_literal(value: Any, flow: Flow) -> bool:
    """Expressions in backticks are not recognised in dates: they count as literal, and as wrong."""
    return isinstance(value, str) and bool(value.strip()) and read_binding(value, flow.version) is None


def _calendar(node: Node, flow: Flow, findings: Findings) -> None:
    mode = node.value.get("mode", "single")
    if mode not in ("single", "range"):
        return
    least, most = node.value.get("min-days"), node.value.get("max-days")
    if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
        places = ((*node.path, "min-days"), (*node.path, "max-days"))
        findings.add(DAYS_REVERSED, *places, name=node.name, least=least, most=most)
    if mode == "single":
        for prop in _RANGE_ONLY:
            if prop in node.value:
                findings.add(RANGE_ONLY, (*node.path, prop), property=prop, name=node.name)
    for prop in _BY_MODE:
        if prop in node.value and _has_shape(node, prop, mode, flow, findings) and mode == "range":
            _range(node, prop, findings)
    if "init-value" in node.value:
        _init_value(node, node.value["init-value"], (*node.path, "init-value"), flow, findings)


def _has_shape(node: Node, prop: str, mode: str, flow: Flow, findings: Findings) -> bool:
    """A scalar in single mode, an object in range mode; a binding may turn out to be either."""
    value = node.value[prop]
    if isinstance(value, str) and read_binding(value, flow.version):
        return False
    if isinstance(value, dict) == (mode == "range"):
        return isinstance(value, dict)
    scalar = "a boolean" if prop == "required" else "a string"
    if isinstance(value, str | bool | dict):
        expected = "an object with start-date and end-date" if mode == "range" else scalar
        findings.add(WRONG_SHAPE, (*node.path, prop), property=prop, name=node.name, expected=expected, mode=mode)
    return False


def _range(node: Node, prop: str, findings: Findings) -> None:
    value: Mapping[str, Any] = node.value[prop]
    path: Path = (*node.path, prop)
    needed = {"label": RANGE_KEYS, "helper-text": RANGE_KEYS[:1]}.get(prop, ())
    missing = [name for name in needed if name not in value]
    if missing:
        findings.add(LACKS_END, path, property=prop, name=node.name, missing="' and '".join(missing))
    others = [name for name in value if name not in RANGE_KEYS]
    if others:
        places = [Place(path), *[key((*path, name)) for name in others]]
        findings.add(UNEXPECTED_MEMBER, *places, property=prop, name=node.name, members=listed(others))


def _init_value(node: Node, value: Any, path: Path, flow: Flow, findings: Findings) -> None:
    if isinstance(value, dict):
        ends = [value.get(name) for name in RANGE_KEYS]
        for name, end in zip(RANGE_KEYS, ends, strict=True):
            if _is_literal(end, flow) and read_date(str(end)) is None:
                findings.add(BAD_INIT_VALUE, (*path, name), value=end, name=node.name)
        start, end = (read_date(one) if isinstance(one, str) else None for one in ends)
        if start and end and start > end:
            findings.add(RANGE_REVERSED, path, name=node.name, start=start, end=end)
    elif _is_literal(value, flow) and read_date(str(value)) is None:
        findings.add(BAD_INIT_VALUE, path, value=value, name=node.name)


def _init_values_of_forms(screen: Screen, flow: Flow, findings: Findings) -> None:
    for form in screen.of_kind("Form"):
        values = form.value.get("init-values")
        for name, value in values.items() if isinstance(values, dict) else ():
            node = screen.names.get(name)
            if node and node.kind == "CalendarPicker":
                _init_value(node, value, (*form.path, "init-values", name), flow, findings)
