"""What WhatsApp told of a Flow: its changes of status and its alerts, from the webhooks that were received."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team import Caller
from headrace.business.team.scope import columns_of
from headrace.business.webhooks.models import ReceivedWebhook

_SEARCHED = 10_000
"""Among so many of the newest webhooks a Flow's are looked for: they carry its ID in their text only."""

_LARGEST = 64 * 1024


@dataclass(frozen=True)
class FlowEvent:
    """One event. `name` is WhatsApp's, such as `FLOW_STATUS_CHANGE`; `webhook` is the change as it came, laid out.

    `threshold` is the one an alert is about, with its unit, `state` that of an alert, `ACTIVATED` or `DEACTIVATED`;
    `status` is the new one where the status changed.
    """

    at: datetime
    name: str
    message: str
    state: str
    threshold: str
    status: str
    webhook: str

    @property
    def is_alert(self) -> bool:
        return bool(self.state)


async def list_events(session: AsyncSession, caller: Caller, flow_id: str, limit: int = 30) -> list[FlowEvent]:
    """The newest events of a Flow, the newest first."""
    newest = (await session.execute(columns_of(caller, ReceivedWebhook, func.max(ReceivedWebhook.id)))).scalar() or 0
    statement = (
        columns_of(caller, ReceivedWebhook, ReceivedWebhook.received_at, ReceivedWebhook.body)
        .where(
            ReceivedWebhook.id > newest - _SEARCHED,
            func.length(ReceivedWebhook.body) < _LARGEST,
            ReceivedWebhook.body.contains(f'"{flow_id}"', autoescape=True),
            ReceivedWebhook.body.contains('"flows"', autoescape=True),
        )
        .order_by(ReceivedWebhook.id.desc())
        .limit(limit)
    )
    rows = (await session.execute(statement)).all()
    return [event for row in rows for event in _events(row.received_at, row.body, flow_id)][:limit]


def _events(at: datetime, body: str, flow_id: str) -> list[FlowEvent]:
    envelope: Any = json.loads(body)
    changes = [change for entry in envelope.get("entry", ()) for change in entry.get("changes", ())]
    found = []
    for change in changes:
        value = change.get("value")
        if change.get("field") != "flows" or not isinstance(value, dict) or str(value.get("flow_id")) != flow_id:
            continue
        found.append(
            FlowEvent(
                at=at,
                name=str(value.get("event", "")),
                message=str(value.get("message", "")),
                state=str(value.get("alert_state", "")),
                threshold=_threshold(value),
                status=str(value.get("new_status", "")),
                webhook=json.dumps(change, ensure_ascii=False, indent=2),
            )
        )
    return found


def _threshold(value: dict[str, Any]) -> str:
    threshold = value.get("threshold")
    if isinstance(threshold, bool) or not isinstance(threshold, int | float):
        return ""
    return f"{threshold / 1000:g} s" if value.get("event") == "ENDPOINT_LATENCY" else f"{threshold:g} %"
