"""The two ends of a CalendarPicker in range mode."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from headrace.flowjson.authoring.model import Model
from headrace.flowjson.catalogue import Property, Shape
from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.catalogue.versions import v

__all__ = ["RANGE", "Range"]

Value = TypeVar("Value")

RANGE = Shape("range", {key: Property(key, (), None, v("6.1")) for key in RANGE_KEYS})


@dataclass(kw_only=True, repr=False)
class Range(Model, Generic[Value]):
    """What a member of a CalendarPicker holds in range mode, for the start and for the end."""

    SHAPE = RANGE

    start_date: Value | None = None
    end_date: Value | None = None
