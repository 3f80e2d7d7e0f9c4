"""Dates of a DatePicker: milliseconds since 1970 before 5.0, `2025-12-31` from then on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from headrace.flowjson.diagnostics import Path
from headrace.flowjson.traversal import Placed, actions_within, components_of, texts_within
from headrace.flowjson.upgrading.work import Work, label_of, name_of

_PROPERTIES = ("min-date", "max-date", "unavailable-dates", "init-value")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_dates_out(work: Work) -> None:
    """Rewrites every literal date, also in examples and payloads that fill one, and says what comes from outside."""
    fields: set[tuple[str, str]] = set()
    for screen, picker in list(work.components("DatePicker")):
        work.decide(
            screen,
            f"{label_of(picker)} answers with a date such as 2025-12-31 now, no longer with milliseconds. "
            "Change what reads it.",
        )
        for path in _places_of_dates(screen, picker):
            value = work.draft.get(path) if work.draft.has(path) else None
            _convert(work, screen, path, value)
            fields |= {(name_of(screen), field) for field in _fields(value)}
    for name, field in sorted(fields):
        _convert_field(work, name, field)


def _places_of_dates(screen: Placed, picker: Placed) -> Iterator[Path]:
    for key in _PROPERTIES:
        yield (*picker.path, key)
    name = picker.value.get("name")
    for form in components_of(screen):
        values = form.value.get("init-values")
        if form.value.get("type") == "Form" and isinstance(values, dict) and isinstance(name, str):
            yield (*form.path, "init-values", name)


def _fields(value: Any) -> Iterator[str]:
    """The first name behind `data` in every local reference of a value."""
    for _, text in texts_within(value):
        if text.startswith("${data.") and text.endswith("}"):
            yield text[len("${data.") : -1].split(".")[0]


def _convert_field(work: Work, screen_id: str, field: str) -> None:
    """The example of a field that holds dates, the payloads that fill it, and a note that it comes from outside."""
    for screen in work.screens():
        if name_of(screen) == screen_id:
            example: Path = (*screen.path, "data", field, "__example__")
            if work.draft.has(example):
                _convert(work, screen, example, work.draft.get(example))
            giver = "endpoint" if work.has_endpoint else "message or screen before"
            work.decide(screen, f'Field "{field}" holds dates: the {giver} must give them as 2025-12-31 now.')
        for action in list(actions_within(screen.value, screen.path)):
            following = action.value.get("next")
            if isinstance(following, dict) and following.get("name") == screen_id:
                path = (*action.path, "payload", field)
                if work.draft.has(path):
                    _convert(work, screen, path, work.draft.get(path))


def _convert(work: Work, screen: Placed, path: Path, value: Any) -> None:
    for inner, text in list(texts_within(value, path)):
        written = _written_out(work, text)
        if written:
            work.draft.set(inner, written)
            work.did(screen, f"{text} is written {written}.")
            if getattr(work.zone, "key", "UTC") == "UTC":
                work.decide(None, "Dates in milliseconds were read in UTC. Choose another zone with --time-zone.")


def _written_out(work: Work, text: str) -> str | None:
    if not (text.isascii() and text.lstrip("-").isdigit() and 9 <= len(text) <= 15):
        return None
    try:
        moment = _EPOCH + timedelta(milliseconds=int(text))
        return moment.astimezone(work.zone).date().isoformat()
    except (OverflowError, ValueError):
        return None
