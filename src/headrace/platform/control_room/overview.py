"""What the control room shows of a box: the clock, every Flow and how it does, accounts, phones, what is broken."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import MovableClock
from headrace.exchange.health.rules import differences
from headrace.exchange.health.samples import Counts, figures_of
from headrace.platform.accounts.models import Business, PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.controls import EndpointFault
from headrace.platform.flows.models import Flow
from headrace.platform.handsets.models import Handset
from headrace.platform.health.models import FlowAlert
from headrace.platform.health.watching import find_watched
from headrace.platform.health.windows import count
from headrace.platform.messaging.acceptance import MESSAGES_WHILE_THROTTLED
from headrace.platform.messaging.facts import THROTTLE_PERIOD
from headrace.platform.messaging.models import Message
from headrace.platform.templates.models import Template
from headrace.platform.webhooks.service import count_waiting
from headrace.protocol import FlowStatus, TemplateStatus

_SOUND = EndpointFault()


async def overview(box: Box) -> dict[str, Any]:
    """The whole state as JSON. Moments are in ISO 8601, rates between 0 and 1, times in milliseconds."""
    values, now = box.controls.values, box.clock.now()
    async with box.database.reading() as session:
        flows = await _flows(session, box, now)
        businesses = [
            {"id": row.id, "name": row.name, "is_verified": row.is_verified, "is_flagged": row.is_flagged}
            for row in await session.scalars(select(Business).order_by(Business.created_at, Business.id))
        ]
        numbers = [
            {
                "id": row.id,
                "waba_id": row.waba_id,
                "display_phone_number": row.display_number,
                "verified_name": row.verified_name,
                "status": row.status,
            }
            for row in await session.scalars(select(PhoneNumber).order_by(PhoneNumber.created_at, PhoneNumber.id))
        ]
        handsets = [
            {
                "id": row.id,
                "name": row.name,
                "wa_id": row.wa_id,
                "online": row.user.is_online,
                "read_receipts": row.user.sends_read_receipts,
                "blocked": list(row.user.blocked),
            }
            for row in await session.scalars(select(Handset).order_by(Handset.position))
        ]
        waiting = await count_waiting(session)
        lost = await lost_messages(session)
        listed = await session.scalars(
            select(Template).where(Template.status != TemplateStatus.DELETED).order_by(Template.created_at, Template.id)
        )
        templates = [
            {
                "id": row.id,
                "name": row.name,
                "language": row.language,
                "category": row.category,
                "status": row.status,
                "quality": row.quality,
                "rejected_reason": row.rejected_reason,
            }
            for row in listed
        ]
    offset = box.clock.offset if isinstance(box.clock, MovableClock) else timedelta(0)
    return {
        "clock": {"now": now.isoformat(timespec="seconds"), "offset_seconds": round(offset.total_seconds())},
        "flows": flows,
        "webhooks": {"waiting": waiting, **asdict(values.webhook_fault)},
        "businesses": businesses,
        "numbers": numbers,
        "handsets": handsets,
        "templates": templates,
        "lost": lost,
        "rules": differences(values.rules),
        "versions": {
            version: {name: str(day) for name, day in asdict(dates).items() if day is not None}
            for version, dates in values.versions.items()
        },
        "metrics": {"threshold": values.metrics_threshold, "zone": values.metrics_zone},
        "message_limits": asdict(values.message_limits),
        "keeps_log": values.keeps_log,
    }


async def lost_messages(session: AsyncSession, most: int = 20) -> list[dict[str, Any]]:
    """What was accepted and lost without a word, the newest first, each with the reason."""
    chosen = select(Message).where(Message.loss.is_not(None)).order_by(Message.id.desc()).limit(most)
    return [
        {
            "id": message.wamid,
            "phone_number_id": message.phone_number_id,
            "to": message.wa_id,
            "at": message.created_at.isoformat(timespec="seconds"),
            "reason": message.loss,
        }
        for message in await session.scalars(chosen)
    ]


async def flow_state(box: Box, flow_id: str) -> dict[str, Any] | None:
    """The entry of one Flow, with the alerts it gave so far, the newest first; None when there is no such Flow."""
    async with box.database.reading() as session:
        found = await _flows(session, box, box.clock.now(), flow_id)
        alerts = await session.scalars(
            select(FlowAlert).where(FlowAlert.flow_id == flow_id).order_by(FlowAlert.id.desc()).limit(100)
        )
        listed = [
            {
                "metric": alert.metric,
                "threshold": alert.threshold,
                "value": alert.value,
                "activated_at": alert.activated_at.isoformat(timespec="seconds"),
                "deactivated_at": alert.deactivated_at and alert.deactivated_at.isoformat(timespec="seconds"),
            }
            for alert in alerts
        ]
    return {**found[0], "history": listed} if found else None


async def _flows(session: AsyncSession, box: Box, now: datetime, flow_id: str | None = None) -> list[dict[str, Any]]:
    statement = (
        select(Flow, Waba.name)
        .join(Waba, Waba.id == Flow.waba_id)
        .where(Flow.status != FlowStatus.DELETED)
        .order_by(Flow.created_at, Flow.id)
    )
    if flow_id is not None:
        statement = statement.where(Flow.id == flow_id)
    rows = (await session.execute(statement)).all()
    watched = {flow.flow_id: flow for flow in await find_watched(session, now)}
    rules = box.controls.values.rules
    counted = await count(session, [watched[flow.id].version_id for flow, _ in rows if flow.id in watched], now, rules)
    sent = await _sent(session, [flow.id for flow, _ in rows if flow.status == FlowStatus.THROTTLED], now)
    found = []
    for flow, waba_name in rows:
        fault = box.controls.values.endpoint_faults.get(flow.id, _SOUND)
        entry: dict[str, Any] = {
            "id": flow.id,
            "name": flow.name,
            "waba_id": flow.waba_id,
            "waba_name": waba_name,
            "status": flow.status,
            "endpoint_uri": flow.endpoint_uri,
            "fault": None if fault == _SOUND else asdict(fault),
            "messages_left_this_hour": None,
            "health": None,
        }
        if flow.status == FlowStatus.THROTTLED:
            entry["messages_left_this_hour"] = max(0, MESSAGES_WHILE_THROTTLED - sent.get(flow.id, 0))
        if (watch := watched.get(flow.id)) is not None:
            figures = figures_of(counted[watch.version_id], rules)
            entry["health"] = {
                **asdict(figures),
                "alerts": [{"metric": metric, "threshold": threshold} for metric, threshold in sorted(watch.active)],
                "errors": _errors(counted[watch.version_id]),
            }
        found.append(entry)
    return found


def _errors(counts: Counts) -> dict[str, int]:
    return {**counts.endpoint_errors, **counts.client_errors}


async def _sent(session: AsyncSession, flow_ids: list[str], now: datetime) -> dict[str, int]:
    if not flow_ids:
        return {}
    counts = await session.execute(
        select(Message.flow_id, func.count())
        .where(Message.flow_id.in_(flow_ids), Message.direction == "out", Message.created_at > now - THROTTLE_PERIOD)
        .group_by(Message.flow_id)
    )
    return {str(flow_id): number for flow_id, number in counts}
