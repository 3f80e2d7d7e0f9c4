"""How fast a sender may send, where the control room holds it to WhatsApp's limits (docs/messages.md)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.directory import sender_of
from headrace.platform.accounts.models import PhoneNumber, Waba
from headrace.platform.cache import Kept
from headrace.platform.controls import MessageLimits
from headrace.platform.errors.catalogue import PAIR_RATE_HIT, THROUGHPUT_HIT
from headrace.platform.messaging.models import Message
from headrace.platform.tables import table_of
from headrace.protocol.numbers import MESSAGING_TIERS, UNLIMITED

INITIATED_WITHIN = timedelta(hours=24)

PAIR_BURST = 45
PAIR_PERIOD = timedelta(seconds=6) * PAIR_BURST
"""45 messages at once, and then one in six seconds: never more than 45 within this time."""

_SECOND = timedelta(seconds=1)
_MOST_LOOKED_AT = 20_000

Chat = tuple[str, str]

_initiating = text("initiates")  # the condition of the index, in its very words
_messages = table_of(Message)


@dataclass
class Pace:
    """What was sent lately: to each person within `PAIR_PERIOD`, by each sender within a second.

    `businesses` says whose each sender is, `initiated` how many people each business wrote to first within 24 hours,
    `known` which of the batch are among them.
    """

    limits: MessageLimits = field(default_factory=MessageLimits)
    businesses: dict[str, str] = field(default_factory=dict)
    initiated: Counter[str] = field(default_factory=Counter)
    known: set[Chat] = field(default_factory=set)
    pairs: Counter[Chat] = field(default_factory=Counter)
    senders: Counter[str] = field(default_factory=Counter)

    def may_initiate(self, chat: Chat) -> bool:
        """Whether the business may write first to this person, who counts from then on."""
        most = MESSAGING_TIERS[self.limits.tier]
        business_id = self.businesses.get(chat[0], "")
        person = (business_id, chat[1])
        if most is None or person in self.known:
            return True
        if self.initiated[business_id] >= most:
            return False
        self.initiated[business_id] += 1
        self.known.add(person)
        return True

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


async def pace_of(
    session: AsyncSession, kept: Kept, limits: MessageLimits, chats: Iterable[Chat], now: datetime
) -> Pace:
    """What was sent in these chats lately; nothing is looked up for limits that do not hold."""
    pace, wanted = Pace(limits), set(chats)
    if limits.tier != UNLIMITED:
        await _count_initiated(session, kept, pace, wanted, now)
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


async def _count_initiated(session: AsyncSession, kept: Kept, pace: Pace, chats: set[Chat], now: datetime) -> None:
    for sender_id in {sender_id for sender_id, _ in chats}:
        sender = await sender_of(session, kept, sender_id)
        if sender is not None:
            pace.businesses[sender_id] = sender.business_id
    people = {wa_id for _, wa_id in chats}
    for business_id in set(pace.businesses.values()):
        senders = select(PhoneNumber.id).join(Waba, Waba.id == PhoneNumber.waba_id)
        of_business = (
            _initiating,
            _messages.c.created_at > now - INITIATED_WITHIN,
            _messages.c.error.is_(None),
            _messages.c.phone_number_id.in_(senders.where(Waba.business_id == business_id)),
        )
        count = await session.scalar(select(func.count(_messages.c.wa_id.distinct())).where(*of_business))
        pace.initiated[business_id] = count or 0
        known = select(_messages.c.wa_id).distinct().where(*of_business, _messages.c.wa_id.in_(people))
        pace.known |= {(business_id, wa_id) for wa_id in await session.scalars(known)}
