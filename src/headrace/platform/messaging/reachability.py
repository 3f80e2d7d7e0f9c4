"""Whether a person can be reached: their phone is online or not, and which senders they blocked."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.jobs import Job
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.messaging.delivery import schedule_delivery, shard_of
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.service import send_out
from headrace.platform.messaging.waiting import give_up, set_on_its_way
from headrace.platform.users.models import User
from headrace.platform.users.service import find_user, topic_of

COME_BACK = "messages.come_back"
"""The job that sets on its way what waited for a phone, both ways; its key is the person's number."""


async def set_online(session: AsyncSession, box: Box, user: User, *, is_online: bool) -> None:
    """The phone loses its network or has it again. What waited goes on then, in its order."""
    if user.is_online == is_online:
        return
    user.is_online = is_online
    await touch(session, topic_of(user))
    if is_online:
        # Once this is committed: a delivery that runs meanwhile may still leave messages behind.
        await box.jobs.schedule(session, COME_BACK, user.wa_id, box.clock.now())


async def block(session: AsyncSession, user: User, sender: PhoneNumber) -> None:
    """Nothing that the sender writes from now on is delivered to the person."""
    if sender.id not in user.blocked:
        user.blocked = [*user.blocked, sender.id]
        await touch(session, topic_of(user))


async def unblock(session: AsyncSession, user: User, sender: PhoneNumber) -> None:
    """What the sender writes from now on is delivered again; what it wrote meanwhile stays lost."""
    if sender.id in user.blocked:
        user.blocked = [known for known in user.blocked if known != sender.id]
        await touch(session, topic_of(user))


def register_reachability(box: Box) -> None:
    """Gives the worker the job of this module."""

    async def come_back(job: Job) -> None:
        async with box.database.transaction() as session:
            user = await find_user(session, job.key)
            if user is None or not user.is_online:
                return
            await give_up(session, user.wa_id, box.clock.now())
            is_waiting = await set_on_its_way(session, user.wa_id, shard_of(user.wa_id))
            own = await session.scalars(
                select(Message)
                .where(Message.wa_id == user.wa_id, Message.direction == "in", Message.status == "accepted")
                .order_by(Message.id)
                .with_for_update()
            )
            for message in list(own):
                await send_out(session, box, user, message)
            if is_waiting:
                await schedule_delivery(session, box, [shard_of(user.wa_id)])

    box.jobs.handle(COME_BACK, come_back)
