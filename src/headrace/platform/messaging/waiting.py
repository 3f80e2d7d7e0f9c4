"""Messages of the business that go no further than to be sent: the phone is offline, or the person blocked the sender.

WhatsApp sends such a message, which is told, and delivers it once the phone is back, if it is not too old by then. What
it drops, and whatever a blocked sender sends, is never told of: no status comes. The message says why in `loss`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.jobs import Again, Job, NewJob
from headrace.platform.box import Box
from headrace.platform.messaging.models import UNREAD, Message
from headrace.platform.messaging.statuses import reach
from headrace.platform.tables import table_of
from headrace.platform.templates.models import Template
from headrace.platform.users.models import User
from headrace.protocol import TemplateCategory

EXPIRE = "messages.expire"
"""The job that gives up what waited too long for a phone; its key is the person's number."""

LONGEST_WAIT = timedelta(days=30)
"""So long a message waits for a phone, unless its template says otherwise."""

LONGEST_WAIT_OF_CODES = timedelta(minutes=10)

_BLOCKED = (
    "The person blocked this sender. WhatsApp sends such a message and never delivers it, not even when the sender is "
    "unblocked later, and says nothing about it: no status after sent."
)
_EXPIRED = (
    "The phone stayed offline for longer than WhatsApp keeps the message. It is dropped then without a word: no status "
    "after sent."
)

_messages = table_of(Message)
_templates = table_of(Template)


def is_held(user: User | None, phone_number_id: str) -> bool:
    """Whether a message of this sender is sent and not delivered."""
    return user is not None and (not user.is_online or phone_number_id in user.blocked)


async def hold_back(session: AsyncSession, box: Box, messages: Sequence[Any], users: dict[str, User]) -> None:
    """Sends messages that are not delivered now: those of blocked senders never, the others once the phone is back."""
    await reach(session, box, messages, "sent")
    connection = await session.connection()
    blocked = {message.id for message in messages if message.phone_number_id in users[message.wa_id].blocked}
    if blocked:
        await connection.execute(update(_messages).where(_messages.c.id.in_(blocked)).values(shard=None, loss=_BLOCKED))
    waits = await _waits(session, [message.id for message in messages if message.id not in blocked])
    expiring: dict[str, datetime] = {}
    for message in messages:
        if (wait := waits.get(message.id)) is not None:
            at = message.created_at + wait
            kept = {"shard": None, "expires_at": at}
            await connection.execute(update(_messages).where(_messages.c.id == message.id).values(**kept))
            expiring[message.wa_id] = min(at, expiring.get(message.wa_id, at))
    await box.jobs.schedule_many(session, [NewJob(EXPIRE, wa_id, at) for wa_id, at in sorted(expiring.items())])


async def give_up(session: AsyncSession, wa_id: str, now: datetime) -> None:
    """What has waited too long for this person's phone is lost."""
    connection = await session.connection()
    await connection.execute(
        update(_messages).where(*_kept_for(wa_id), _messages.c.expires_at <= now).values(loss=_EXPIRED, expires_at=None)
    )


async def set_on_its_way(session: AsyncSession, wa_id: str, shard: int) -> bool:
    """What waited for this person's phone is to be delivered, in the order of sending. Returns whether anything was."""
    connection = await session.connection()
    statement = update(_messages).where(*_kept_for(wa_id)).values(shard=shard, expires_at=None)
    return (await connection.execute(statement)).rowcount > 0


def register_expiry(box: Box) -> None:
    """Gives the worker the job of this module."""

    async def expire(job: Job) -> Again | None:
        async with box.database.transaction() as session:
            await give_up(session, job.key, box.clock.now())
            left = await session.scalar(select(func.min(_messages.c.expires_at)).where(*_kept_for(job.key)))
        return None if left is None else Again(left)

    box.jobs.handle(EXPIRE, expire)


def _kept_for(wa_id: str) -> tuple[Any, ...]:
    return (
        _messages.c.wa_id == wa_id,
        _messages.c.direction == "out",
        _messages.c.status == "sent",
        _messages.c.expires_at.is_not(None),
        UNREAD,
    )


async def _waits(session: AsyncSession, message_ids: Sequence[int]) -> dict[int, timedelta]:
    """How long each of these messages is kept for a phone: as its template says, else as its category does."""
    if not message_ids:
        return {}
    connection = await session.connection()
    rows = await connection.execute(
        select(_messages.c.id, _templates.c.category, _templates.c.message_send_ttl_seconds)
        .outerjoin(_templates, _templates.c.id == _messages.c.template_id)
        .where(_messages.c.id.in_(message_ids))
    )
    return {message_id: _wait(category, seconds) for message_id, category, seconds in rows}


def _wait(category: str | None, seconds: int | None) -> timedelta:
    if seconds is not None and seconds > 0:
        return timedelta(seconds=seconds)
    is_code = category == TemplateCategory.AUTHENTICATION and seconds is None
    return LONGEST_WAIT_OF_CODES if is_code else LONGEST_WAIT
