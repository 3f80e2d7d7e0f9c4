"""Metrics of a Flow's endpoint. Meta tells them from 250 requests on, some hours late."""

from datetime import date
from enum import StrEnum
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp

TOO_FEW = 139006
"""Graph's code for a Flow that was asked too seldom."""


class Metric(StrEnum):
    """The metrics that are read."""

    COUNT = "ENDPOINT_REQUEST_COUNT"
    ERROR_RATE = "ENDPOINT_REQUEST_ERROR_RATE"
    LATENCY = "ENDPOINT_REQUEST_LATENCY_SECONDS_CEIL"
    AVAILABILITY = "ENDPOINT_AVAILABILITY"


async def read_metric(whatsapp: WhatsApp, flow_id: str, name: Metric, since: date) -> dict[str, float]:
    """What a metric counted since a day, by its keys; of a rate the newest. Raises `WhatsAppRefused`."""
    field = f"metric.name({name}).granularity(DAY).since({since.isoformat()})"
    answer = await whatsapp.get(quote(flow_id, safe=""), {"fields": field})
    metric = answer.get("metric")
    points = metric.get("data_points") if isinstance(metric, dict) else None
    found: dict[str, float] = {}
    for point in points if isinstance(points, list) else ():
        for entry in point.get("data", ()):
            key, value = str(entry.get("key")), float(entry.get("value", 0))
            found[key] = value if name is Metric.ERROR_RATE else found.get(key, 0.0) + value
    return found
