"""How fast a sender may send, where the control room holds it to WhatsApp's limits (docs/messages.md)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.controls import MessageLimits
from headrace.platform.errors.catalogue import PAIR_RATE_HIT, THROUGHPUT_HIT
from headrace.platform.messaging.models import Message
from headrace.platform.tables import table_of

PAIR_BURST = 45
PAIR_PERIOD = timedelta(seconds=6) * PAIR_BURST
"""45 messages at once, and then one in six seconds: never more than 45 within this time."""

_SECOND = timedelta(seconds=1)
_MOST_LOOKED_AT = 20_000

Chat = tuple[str, str]

_messages = table_of(Message)


@dataclass
class Pace:
    """What was sent lately: to each person within `PAIR_PERIOD`, by each sender within a second."""

    limits: MessageLimits = field(default_factory=MessageLimits)
    pairs: Counter[Chat] = field(default_factory=Counter)
    senders: Counter[str] = field(default_factory=Counter)

    def take(self, chat: Chat) -> None:
        """Counts one more message. Raises 131056 or 130429."""
        sender_id, _ = chat
        if self.limits.pair and self.pairs[chat] >= PAIR_BURST:
            raise PAIR_RATE_HIT.detailed(
                f"Too many messages from this phone number to the same person: {PAIR_BURST} within "
                f"{PAIR_PERIOD.seconds} seconds. Wait, and send one in six seconds."
            )
        if self.limits.per_second is not None and self.senders[sender_id] >= self.limits.per_second:
            raise THROUGHPUT_HIT.detailed(
                f"Too many messages from this phone number: it may send {self.limits.per_second} a second. Send slower."
            )
        self.pairs[chat] += 1
        self.senders[sender_id] += 1


async def pace_of(session: AsyncSession, limits: MessageLimits, chats: Iterable[Chat], now: datetime) -> Pace:
    """What was sent in these chats lately; nothing is looked up for limits that do not hold."""
    pace, wanted = Pace(limits), set(chats)
    sent = (_messages.c.direction == "out", _messages.c.phone_number_id.in_({sender_id for sender_id, _ in wanted}))
    if limits.pair:
        rows = await session.execute(
            select(_messages.c.phone_number_id, _messages.c.wa_id, func.count())
            .where(
                *sent, _messages.c.wa_id.in_({wa_id for _, wa_id in wanted}), _messages.c.created_at > now - PAIR_PERIOD
            )
            .group_by(_messages.c.phone_number_id, _messages.c.wa_id)
        )
        pace.pairs.update({(sender_id, wa_id): count for sender_id, wa_id, count in rows})
    if limits.per_second is not None:
        # The newest rows are found by their ids, whatever is stored; a second has fewer than these.
        newest = (
            select(_messages.c.phone_number_id, _messages.c.direction, _messages.c.created_at)
            .order_by(_messages.c.id.desc())
            .limit(_MOST_LOOKED_AT)
            .subquery()
        )
        rows = await session.execute(
            select(newest.c.phone_number_id, func.count())
            .where(newest.c.direction == "out", newest.c.created_at > now - _SECOND)
            .group_by(newest.c.phone_number_id)
        )
        pace.senders.update(dict(rows.all()))
    return pace
