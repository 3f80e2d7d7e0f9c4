"""The way of a message after it was accepted: sent, delivered, read; or failed. Each step is told once.

The job `messages.deliver` carries a message to its phone. It may run more than once and may find the message further
on than it left it, so a status is only ever moved forwards, and its webhook is written with it in one transaction.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.jobs import Handler, Job
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.messaging import events, window
from headrace.platform.messaging.models import Conversation, Message
from headrace.platform.users.service import find_user, topic_of
from headrace.platform.webhooks.service import enqueue

DELIVER = "messages.deliver"
STOP_TYPING = "messages.stop_typing"

_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}
_FINAL = frozenset({"read", "failed"})


def register_delivery(box: Box) -> None:
    """Gives the worker the jobs of this room."""
    box.jobs.handle(DELIVER, deliverer(box))
    box.jobs.handle(STOP_TYPING, _typing_stopper(box))


async def schedule_delivery(session: AsyncSession, box: Box, message: Message) -> None:
    """The messages of one chat are carried one after another, so that they arrive in the order they were sent."""
    queue = f"{DELIVER}:{message.phone_number_id}:{message.wa_id}"
    await box.jobs.schedule(session, DELIVER, message.wamid, box.clock.now(), queue=queue)


def deliverer(box: Box) -> Handler:
    """The handler of `messages.deliver`; a job's key is the message's wamid."""

    async def deliver(job: Job) -> None:
        async with box.database.transaction() as session:
            message = await session.scalar(select(Message).where(Message.wamid == job.key))
            if message is not None:
                await _carry(session, box, message)

    return deliver


async def reach(session: AsyncSession, box: Box, message: Message, status: str) -> bool:
    """Moves a message of the business to `status` and tells its webhook; False when it is there or past it already."""
    if message.status in _FINAL or _RANK[message.status] >= _RANK[status]:
        return False
    now = box.clock.now()
    message.status = status
    if status == "sent":
        message.sent_at = now
    elif status == "delivered":
        message.delivered_at = now
    elif status == "read":
        message.read_at = now
    sender = await session.get_one(PhoneNumber, message.phone_number_id)
    user = await find_user(session, message.wa_id)
    closes_at = await window.closes_at(session, sender.id, message.wa_id)
    value = events.status(sender, user, message, now, closes_at)
    await enqueue(session, box, sender.waba_id, "messages", value, phone_number_id=sender.id, wamid=message.wamid)
    if user is not None:
        await touch(session, topic_of(user))
    return True


async def show_typing(session: AsyncSession, box: Box, sender: PhoneNumber, wa_id: str, until: datetime) -> None:
    """The person sees that the business is typing, until `until` or until its next message arrives."""
    conversation = await window.conversation_with(session, sender.id, wa_id)
    conversation.typing_until = until
    await box.jobs.schedule(session, STOP_TYPING, f"{sender.id}:{wa_id}", until)


async def _carry(session: AsyncSession, box: Box, message: Message) -> None:
    if message.direction == "in":
        await _carry_to_business(session, box, message)
    elif message.error is not None:
        await reach(session, box, message, "failed")
    else:
        await reach(session, box, message, "sent")
        if await reach(session, box, message, "delivered"):
            conversation = await window.conversation_with(session, message.phone_number_id, message.wa_id)
            conversation.typing_until = None


async def _carry_to_business(session: AsyncSession, box: Box, message: Message) -> None:
    # The business's end of WhatsApp takes a message at once; whether its webhook is up is not the phone's affair.
    if message.status != "sent":
        return
    message.status = "delivered"
    message.delivered_at = box.clock.now()
    user = await find_user(session, message.wa_id)
    if user is not None:
        await touch(session, topic_of(user))


def _typing_stopper(box: Box) -> Handler:
    async def stop(job: Job) -> None:
        phone_number_id, _, wa_id = job.key.partition(":")
        async with box.database.transaction() as session:
            conversation = await session.get(Conversation, (phone_number_id, wa_id))
            if conversation is None or conversation.typing_until is None:
                return
            user = await find_user(session, wa_id)
            if conversation.typing_until <= box.clock.now() and user is not None:
                conversation.typing_until = None
                await touch(session, topic_of(user))

    return stop
