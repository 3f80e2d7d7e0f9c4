"""Takes a batch of calls to the messages edge: what is accepted is written together, what is refused is told alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.cache import Kept
from headrace.platform.errors import PlatformError
from headrace.platform.flows.service import warn_of_version
from headrace.platform.flows.version_calendar import is_expired, warning
from headrace.platform.messaging.acceptance import Accepted, accept
from headrace.platform.messaging.delivery import schedule_delivery, shard_of
from headrace.platform.messaging.facts import gather
from headrace.platform.messaging.fetching import schedule_fetching
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.receipts import mark_as_read
from headrace.platform.messaging.requests import Receipt, Wanted
from headrace.platform.tables import table_of
from headrace.protocol import MessageStatus

_messages = table_of(Message)
_FLOW_COLUMNS = ("flow_id", "flow_version_id", "flow_mode", "flow_token", "flow_opening", "fetched")

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sending:
    """One call: the sender, the app that calls, and what it wants."""

    sender: PhoneNumber
    app_id: str
    request: Wanted | Receipt


async def take(session: AsyncSession, box: Box, kept: Kept, calls: Sequence[Sending]) -> list[Answer | PlatformError]:
    """Writes what is accepted. For each call, the body of its answer or its refusal."""
    now = box.clock.now()
    wanted = [(call.sender, call.request) for call in calls if isinstance(call.request, Wanted)]
    facts = await gather(session, kept, wanted, now, box.controls.values.message_limits) if wanted else None
    if facts is not None:
        facts.is_expired = partial(is_expired, box)
    expiring: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    filled: list[dict[str, Any]] = []
    fetching: list[str] = []
    answers: list[Answer | PlatformError] = []
    for call in calls:
        try:
            if isinstance(call.request, Receipt):
                await mark_as_read(session, box, call.sender, call.request)
                answers.append({"success": True})
                continue
            assert facts is not None
            accepted = accept(call.sender, call.request, facts, now)
        except PlatformError as error:
            answers.append(error)
            continue
        if accepted.throttled_flow_id is not None:
            facts.sent[accepted.throttled_flow_id] += 1
        flow = accepted.flow
        if flow is not None and flow.published is not None and not flow.is_warned:
            words = warning(box, flow.published.json_version)
            expiring |= {} if words is None else {flow.id: words}
        row = _row(box, call, accepted)
        message = {"id": row["wamid"]}
        # Rows of one statement have the same columns: those of templates go apart, and burden no others.
        fetching += [row["wamid"]] if row["fetched"] else []
        if "template_id" in row:
            message["message_status"] = MessageStatus.ACCEPTED.value
            filled.append(row)
        else:
            rows.append(row)
        answers.append(
            {
                "messaging_product": "whatsapp",
                "contacts": [accepted.recipient.contact()],
                "messages": [message],
            }
        )
    if rows or filled:
        connection = await session.connection()
        for written in filter(None, (rows, filled)):
            await connection.execute(insert(_messages), written)
        await schedule_fetching(session, box, fetching)
        shards = {row["shard"] for row in (*rows, *filled)} - {None}
        if shards:
            await schedule_delivery(session, box, shards)
    for flow_id, words in sorted(expiring.items()):
        await warn_of_version(session, box, flow_id, words)
    return answers


def _row(box: Box, call: Sending, accepted: Accepted) -> dict[str, Any]:
    wa_id = accepted.recipient.wa_id
    return {
        "wamid": box.identifiers.wamid(wa_id),
        "phone_number_id": call.sender.id,
        "wa_id": wa_id,
        "direction": "out",
        "status": "accepted",
        "app_id": call.app_id,
        "shard": None if accepted.columns.get("loss") or accepted.columns["fetched"] else shard_of(wa_id),
        "created_at": box.clock.now(),
        **dict.fromkeys(_FLOW_COLUMNS),
        **accepted.columns,
    }
