"""Reading, both ways: the business marks what a person wrote as read, a person looks at a chat."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.jobs import Again, Job
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.errors.catalogue import MEMBER_INVALID
from headrace.platform.messaging.delivery import show_typing
from headrace.platform.messaging.models import UNREAD, Message
from headrace.platform.messaging.requests import Receipt
from headrace.platform.messaging.statuses import messages_to_move, reach
from headrace.platform.tables import table_of
from headrace.platform.users.models import User
from headrace.platform.users.service import find_user, topic_of

_TYPING_LASTS = timedelta(seconds=25)
READ = "messages.read"
READ_AT_ONCE = 100

_messages = table_of(Message)


async def mark_as_read(session: AsyncSession, box: Box, sender: PhoneNumber, receipt: Receipt) -> None:
    """A message of a person is read, and with it what came before it in the chat. Raises code 131009."""
    connection = await session.connection()
    found = await connection.execute(
        select(_messages.c.id, _messages.c.wa_id).where(
            _messages.c.wamid == receipt.wamid,
            _messages.c.phone_number_id == sender.id,
            _messages.c.direction == "in",
        )
    )
    message = found.one_or_none()
    if message is None:
        raise MEMBER_INVALID.detailed(f"`message_id` is no message that was written to {sender.display_number}.")
    now = box.clock.now()
    await connection.execute(
        update(_messages)
        .where(
            _messages.c.phone_number_id == sender.id,
            _messages.c.wa_id == message.wa_id,
            _messages.c.direction == "in",
            _messages.c.id <= message.id,
            UNREAD,
        )
        .values(status="read", read_at=now)
    )
    if receipt.is_typing:
        await show_typing(session, box, sender, message.wa_id, now + _TYPING_LASTS)
    user = await find_user(session, message.wa_id)
    if user is not None:
        await touch(session, topic_of(user))


async def read_chat(session: AsyncSession, box: Box, user: User, sender: PhoneNumber) -> int:
    """The person looks at the chat: what was delivered becomes read. Returns how many messages that were.

    Of very many unread ones the oldest are read at once and the job `messages.read` reads the rest, a batch in each
    transaction, so that nobody waits for all of them.
    """
    newest = await session.scalar(
        select(func.max(_messages.c.id)).where(
            _messages.c.phone_number_id == sender.id,
            _messages.c.wa_id == user.wa_id,
            _messages.c.direction == "out",
            UNREAD,
        )
    )
    if newest is None or not user.is_online:  # a phone without network tells nobody what was read on it
        return 0
    count = await _read_batch(session, box, sender.id, user.wa_id, newest)
    if count == READ_AT_ONCE:
        key = f"{sender.id}:{user.wa_id}"
        await box.jobs.schedule(session, READ, key, box.clock.now(), payload={"newest": newest})
    return count


def register_reading(box: Box) -> None:
    """Gives the worker the job of this module."""

    async def read(job: Job) -> Again | None:
        sender_id, _, wa_id = job.key.partition(":")
        async with box.database.transaction() as session:
            count = await _read_batch(session, box, sender_id, wa_id, int(job.payload["newest"]))
        return Again(box.clock.now()) if count == READ_AT_ONCE else None

    box.jobs.handle(READ, read)


async def _read_batch(session: AsyncSession, box: Box, sender_id: str, wa_id: str, newest: int) -> int:
    connection = await session.connection()
    user = await find_user(session, wa_id)
    if user is not None and not user.sends_read_receipts:
        return await _read_in_silence(session, box, user, sender_id, newest)
    statement = messages_to_move(
        _messages.c.phone_number_id == sender_id,
        _messages.c.wa_id == wa_id,
        _messages.c.id <= newest,
        _messages.c.direction == "out",
        _messages.c.status == "delivered",
        UNREAD,
    ).limit(READ_AT_ONCE)
    return len(await reach(session, box, (await connection.execute(statement)).all(), "read"))


async def _read_in_silence(session: AsyncSession, box: Box, user: User, sender_id: str, newest: int) -> int:
    """The person has read it, and the business does not hear of it. Returns 0: it was all of it."""
    connection = await session.connection()
    await connection.execute(
        update(_messages)
        .where(
            _messages.c.phone_number_id == sender_id,
            _messages.c.wa_id == user.wa_id,
            _messages.c.id <= newest,
            _messages.c.direction == "out",
            _messages.c.status == "delivered",
            UNREAD,
        )
        .values(status="read", read_at=box.clock.now())
    )
    await touch(session, topic_of(user))
    return 0
