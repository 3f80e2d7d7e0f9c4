"""`metric` of a Flow: how its endpoint does, counted by day, hour or over its lifetime (docs/health.md)."""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from headrace.clock import timestamp, unix_seconds
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.flows.models import Flow
from headrace.platform.graph.nodes import Reading
from headrace.platform.graph.parameters import missing, one_of
from headrace.platform.graph.selection import Selected
from headrace.platform.health.metrics import Granularity, MetricName, Wanted, metric

_Choice = TypeVar("_Choice", bound=StrEnum)


async def read_metric(reading: Reading, flow: Flow, selected: Selected) -> dict[str, Any]:
    """The value of the field, by its modifiers `name`, `granularity`, `since` and `until`."""
    wanted = Wanted(
        name=_choice(selected, "name", MetricName),
        granularity=_choice(selected, "granularity", Granularity),
        since=_day(selected, "since"),
        until=_day(selected, "until"),
    )
    found = await metric(reading.session, reading.call.box, flow, wanted)
    write = unix_seconds if reading.call.wants_unix_seconds else timestamp
    for point in found["data_points"]:
        point["timestamp"] = write(point["timestamp"])
    return found


def _choice(selected: Selected, modifier: str, choices: type[_Choice]) -> _Choice:
    given = selected.modifier(modifier)
    if not given:
        raise missing(f"metric[{modifier}]")
    try:
        return choices(given.upper())
    except ValueError:
        raise one_of(f"metric[{modifier}]", given, [choice.value for choice in choices]) from None


def _day(selected: Selected, modifier: str) -> date | None:
    given = selected.modifier(modifier)
    if not given:
        return None
    try:
        if len(given) != len("2026-01-31"):
            raise ValueError
        return date.fromisoformat(given)
    except ValueError:
        raise PARAMETER_INVALID.numbered(
            f'Param metric[{modifier}] must be a day such as 2026-01-31 - got "{given[:40]}"'
        ) from None
