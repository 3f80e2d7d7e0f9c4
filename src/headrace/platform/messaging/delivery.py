"""The way of a message after it was accepted: sent and delivered; or failed. Each step is told once.

The job `messages.deliver` carries all messages of one shard of the chats, in batches. It may run more than once and may
find messages further on than it left them, so a status is only ever moved forwards, and its webhook is written with it
in one transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy import bindparam, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.jobs import Again, Handler, Job, NewJob
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.messaging import window
from headrace.platform.messaging.models import Conversation, Message
from headrace.platform.messaging.statuses import messages_to_move, reach
from headrace.platform.messaging.waiting import hold_back, is_held, register_expiry
from headrace.platform.tables import table_of
from headrace.platform.users.service import find_user, find_users, topic_of

DELIVER = "messages.deliver"
STOP_TYPING = "messages.stop_typing"
ANSWER = "persons.answer"
"""The job in which a scripted person answers a message that arrived; its key is the message's id."""

SHARDS = 1
"""At most this many jobs carry messages at the same time, each its own people's: one makes the largest batches."""

_BATCH = 128

_messages = table_of(Message)
_WAITING = messages_to_move(_messages.c.shard == bindparam("shard")).limit(_BATCH)


def register_delivery(box: Box) -> None:
    """Gives the worker the jobs of this room."""
    box.jobs.handle(DELIVER, deliverer(box))
    box.jobs.handle(STOP_TYPING, _typing_stopper(box))
    register_expiry(box)


def shard_of(wa_id: str) -> int:
    return crc32(wa_id.encode()) % SHARDS


async def schedule_delivery(session: AsyncSession, box: Box, shards: Iterable[int]) -> None:
    """The messages of one chat are carried one after another, in the order in which they were written."""
    now = box.clock.now()
    await box.jobs.schedule_many(session, [NewJob(DELIVER, str(shard), now) for shard in sorted(set(shards))])


def deliverer(box: Box) -> Handler:
    """The handler of `messages.deliver`; a job's key is the number of its shard."""

    async def deliver(job: Job) -> None:
        is_full = True
        while is_full:
            async with box.database.transaction() as session:
                connection = await session.connection()
                messages = (await connection.execute(_WAITING, {"shard": int(job.key)})).all()
                await _carry(session, box, messages)
            is_full = len(messages) == _BATCH

    return deliver


async def show_typing(session: AsyncSession, box: Box, sender: PhoneNumber, wa_id: str, until: datetime) -> None:
    """The person sees that the business is typing, until `until` or until its next message arrives."""
    conversation = await window.conversation_with(session, sender.id, wa_id)
    conversation.typing_until = until
    await box.jobs.schedule(session, STOP_TYPING, f"{sender.id}:{wa_id}", until)


async def _carry(session: AsyncSession, box: Box, messages: Sequence[Any]) -> None:
    outgoing = [message for message in messages if message.direction == "out"]
    arriving = [message for message in outgoing if message.error is None]
    users = await find_users(session, await box.cache.kept(session), {message.wa_id for message in arriving})
    held = [message for message in arriving if is_held(users.get(message.wa_id), message.phone_number_id)]
    if held:
        await hold_back(session, box, held, users)
        kept = {message.id for message in held}
        arriving = [message for message in arriving if message.id not in kept]
    arrived = await reach(session, box, arriving, "sent", "delivered")
    heard = [message for message in arrived if (user := users.get(message.wa_id)) is not None and user.is_scripted]
    if heard:
        now = box.clock.now()
        answers = [NewJob(ANSWER, message.wamid, now, f"person {message.wa_id}") for message in heard]
        await box.jobs.schedule_many(session, answers)
    await reach(session, box, [message for message in outgoing if message.error is not None], "failed")
    incoming = [message for message in messages if message.direction == "in"]
    if incoming:
        await _carry_to_business(session, box, incoming)


async def _carry_to_business(session: AsyncSession, box: Box, messages: Sequence[Any]) -> None:
    # The business's end of WhatsApp takes a message at once; whether its webhook is up is not the phone's affair.
    connection = await session.connection()
    sent = [message.id for message in messages if message.status == "sent"]
    delivered = {"status": "delivered", "delivered_at": box.clock.now(), "shard": None}
    await connection.execute(update(_messages).where(_messages.c.id.in_(sent)).values(delivered))
    others = [message.id for message in messages if message.status != "sent"]
    if others:  # read before they were carried
        await connection.execute(update(_messages).where(_messages.c.id.in_(others)).values(shard=None))
    users = await find_users(session, await box.cache.kept(session), {message.wa_id for message in messages})
    await touch(session, *sorted(topic_of(user) for user in users.values()))


def _typing_stopper(box: Box) -> Handler:
    async def stop(job: Job) -> Again | None:
        phone_number_id, _, wa_id = job.key.partition(":")
        async with box.database.transaction() as session:
            conversation = await session.get(Conversation, (phone_number_id, wa_id))
            if conversation is None or conversation.typing_until is None:
                return None
            if conversation.typing_until > box.clock.now():  # it was prolonged, which moves no job back
                return Again(conversation.typing_until)
            conversation.typing_until = None
            user = await find_user(session, wa_id)
            if user is not None:
                await touch(session, topic_of(user))
            return None

    return stop
