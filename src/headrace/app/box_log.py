"""The log of the box on this server, handed to the console: what the control room shows, for developers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from headrace.business.traffic.entries import Attempt, Entry, Filters, Kind, Line, Lines, Outcome
from headrace.platform.box import Box
from headrace.platform.call_log import GraphCall
from headrace.platform.control_room import log, log_entries
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.webhooks.models import DELIVERED, DROPPED, WebhookAttempt, WebhookDelivery

_READERS = {
    Kind.CALL: log_entries.read_call,
    Kind.EXCHANGE: log_entries.read_exchange,
    Kind.PING: log_entries.read_exchange,
    Kind.WEBHOOK: log_entries.read_webhook,
}


class BoxLog:
    """Calls of the Graph API by whomever, webhooks to every app with each attempt, exchanges and pings."""

    kinds: Sequence[Kind] = (Kind.WEBHOOK, Kind.CALL, Kind.EXCHANGE, Kind.PING)

    def __init__(self, box: Box) -> None:
        self._box = box

    async def lines(self, filters: Filters, after: str | None) -> Lines:
        await self._box.call_log.flush(self._box.database)
        wanted = log.Filters(
            filters.kind and filters.kind.value,
            filters.flow_id,
            filters.wa_id,
            filters.outcome and filters.outcome.value,
        )
        async with self._box.database.reading() as session:
            page = await log.read_page(session, wanted, after)
            deliveries = [entry.id for entry in page.entries if entry.kind == Kind.WEBHOOK]
            answered = await session.execute(
                select(WebhookAttempt.delivery_id, WebhookAttempt.status, WebhookAttempt.milliseconds)
                .where(WebhookAttempt.delivery_id.in_(deliveries))
                .order_by(WebhookAttempt.id)
            )
            newest = {row.delivery_id: (row.status, row.milliseconds) for row in answered}
        return Lines([_line(entry, newest) for entry in page.entries], page.after)

    async def entry(self, kind: Kind, number: int) -> Entry | None:
        await self._box.call_log.flush(self._box.database)
        async with self._box.database.reading() as session:
            found = await _READERS[kind](session, self._box, number)
        return None if found is None else _entry(kind, found)

    async def deliver_again(self, number: int) -> bool:
        async with self._box.database.transaction() as session:
            return await log_entries.deliver_again(session, self._box, number)

    async def newest(self) -> str:
        await self._box.call_log.flush(self._box.database)
        is_done = WebhookDelivery.state.in_((DELIVERED, DROPPED))
        async with self._box.database.reading() as session:
            numbers = [
                (await session.execute(select(func.max(column)))).scalar()
                for column in (GraphCall.id, EndpointCall.id, WebhookDelivery.id, WebhookAttempt.id)
            ]
            last = await session.execute(
                select(is_done).select_from(WebhookDelivery).order_by(WebhookDelivery.id.desc()).limit(1)
            )
            return f"{numbers} {last.scalar()}"


def _line(entry: log.Entry, newest: Mapping[int, tuple[int | None, int | None]]) -> Line:
    is_webhook = entry.kind == Kind.WEBHOOK
    status, milliseconds = newest.get(entry.id, (None, None)) if is_webhook else (entry.status, entry.milliseconds)
    return Line(
        kind=Kind(entry.kind),
        id=entry.id,
        at=entry.at,
        what=entry.what,
        outcome=Outcome(entry.outcome),
        status=status,
        milliseconds=milliseconds,
        error=entry.error,
        flow_id=entry.flow_id,
    )


def _entry(kind: Kind, found: Mapping[str, Any]) -> Entry:
    following = found.get("next_attempt_at")
    attempts = [
        Attempt(datetime.fromisoformat(one["at"]), one["status"], one["milliseconds"], one["error"])
        for one in found.get("attempts", ())
    ]
    return Entry(
        url=found["url"],
        request=found["request"],
        response=found.get("response"),
        sealed_request=found.get("sealed_request"),
        sealed_response=found.get("sealed_response"),
        explanation=found.get("explanation"),
        signature=found.get("signature"),
        next_attempt_at=None if following is None else datetime.fromisoformat(following),
        attempts=attempts,
        curl=found["curl"],
        is_cut=bool(found.get("is_cut")),
        can_deliver=kind is Kind.WEBHOOK,
    )
