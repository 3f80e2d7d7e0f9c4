"""Inputs for dates.

From 5.0 on dates are written `YYYY-MM-DD`; before that as milliseconds since 1970, in a string.
"""

from headrace.flowjson.catalogue.declarations import (
    ENABLED,
    NAME,
    REQUIRED,
    VISIBLE,
    Category,
    Component,
    Property,
    choice,
    error_message,
    kind,
    number,
    places,
    properties,
    selects,
    text,
    texts,
)
from headrace.flowjson.catalogue.versions import v

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

RANGE_KEYS = ("start-date", "end-date")


def _by_mode(name: str, kind_of_value: str, *, required: bool = False, **more: object) -> Property:
    """A scalar in single mode, `{start-date, end-date}` of such scalars in range mode."""
    return Property(
        name,
        (kind_of_value, "object"),
        v("6.1") if required else None,
        v("6.1"),
        range_types=(kind_of_value,),
        **more,  # type: ignore[arg-type]
    )


COMPONENTS = (
    Component(
        "DatePicker",
        properties(
            kind("DatePicker"),
            NAME,
            text("label", required=True, min_length=1, max_length=40),
            text("helper-text", max_length=80),
            REQUIRED,
            ENABLED,
            VISIBLE,
            text("min-date", default="1900-01-01", format="date"),
            text("max-date", default="2100-12-31", format="date"),
            texts("unavailable-dates", format="date"),
            selects("on-select-action", data_exchange="2.1"),
            text("init-value", since="4.0", outside_form_only=True, format="date"),
            error_message(max_length=80),
        ),
        category=Category.INPUT,
        value_type="string",
        places=places(layout="4.0", form="2.1", branches="4.0", cases="4.0"),
    ),
    Component(
        "CalendarPicker",
        properties(
            kind("CalendarPicker"),
            NAME,
            text("title", max_length=80, note="Range mode only."),
            text("description", max_length=300, note="Range mode only."),
            _by_mode("label", "string", required=True, max_length=40),
            _by_mode("helper-text", "string", max_length=80),
            _by_mode("required", "boolean", default=False),
            ENABLED,
            VISIBLE,
            choice("mode", "single", "range", dynamic=True, default="single"),
            text("min-date", format="date", note="By default 1 January a hundred years back."),
            text("max-date", format="date", note="By default 31 December five years ahead."),
            texts("unavailable-dates", format="date"),
            texts("include-days", enum=WEEKDAYS, min_items=1, default=WEEKDAYS),
            number("min-days", integer=True, note="Range mode only: days from start to end."),
            number("max-days", integer=True, note="Range mode only."),
            selects("on-select-action", data_exchange="6.1"),
            _by_mode("init-value", "string", outside_form_only=True, format="date"),
            _by_mode("error-message", "string", outside_form_only=True, max_length=80),
            since=v("6.1"),
        ),
        v("6.1"),
        category=Category.INPUT,
        value_type="string",
        # The documentation does not list If and Switch; Meta's client takes it there.
        places=places(layout="6.1", form="6.1", branches="6.1", cases="6.1"),
    ),
)
