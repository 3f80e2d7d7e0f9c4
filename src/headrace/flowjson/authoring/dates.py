"""Inputs for dates.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from headrace.flowjson.authoring.actions import DataExchange
from headrace.flowjson.authoring.model import Input, Raw
from headrace.flowjson.authoring.ranges import Range
from headrace.flowjson.authoring.references import Bound, Date, Flag, Text, Whole
from headrace.flowjson.catalogue import COMPONENTS

__all__ = ["CalendarPicker", "DatePicker"]


@dataclass(kw_only=True, repr=False)
class DatePicker(Input):
    """A date.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 40 characters.
    helper_text: Up to 80 characters.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    min_date: By default `1900-01-01`.
    max_date: By default `2100-12-31`.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; up to 80 characters; only outside a Form.
    """

    SHAPE = COMPONENTS["DatePicker"]

    type: Literal["DatePicker"] = "DatePicker"
    name: str
    label: Text
    helper_text: Text | None = None
    required: Flag | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    min_date: Date | None = None
    max_date: Date | None = None
    unavailable_dates: Sequence[str | date] | Bound | None = None
    on_select_action: DataExchange | Raw | None = None
    init_value: Date | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class CalendarPicker(Input):
    """A date, or a first and a last one, chosen in a calendar. Since 6.1.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    title: Up to 80 characters. Range mode only.
    description: Up to 300 characters. Range mode only.
    label: Up to 40 characters.
    helper_text: Up to 80 characters.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    mode: By default `single`.
    min_date: By default 1 January a hundred years back.
    max_date: By default 31 December five years ahead.
    include_days: At least 1 entry; by default (`Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat`, `Sun`).
    min_days: Range mode only: days from start to end.
    max_days: Range mode only.
    init_value: Only outside a Form.
    error_message: Up to 80 characters; only outside a Form.
    """

    SHAPE = COMPONENTS["CalendarPicker"]

    type: Literal["CalendarPicker"] = "CalendarPicker"
    name: str
    label: Text | Range[Text]
    title: Text | None = None
    description: Text | None = None
    helper_text: Text | Range[Text] | None = None
    required: Flag | Range[Flag] | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    mode: Literal["single", "range"] | Bound | None = None
    min_date: Date | None = None
    max_date: Date | None = None
    unavailable_dates: Sequence[str | date] | Bound | None = None
    include_days: Sequence[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]] | Bound | None = None
    min_days: Whole | None = None
    max_days: Whole | None = None
    on_select_action: DataExchange | Raw | None = None
    init_value: Date | Range[Date] | None = None
    error_message: Text | Range[Text] | None = None
