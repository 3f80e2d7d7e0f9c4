"""The phones of a box: more are added, and taken away with all that is on them."""

import re

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch, wait_for_turn
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.handsets.models import FlowSession, Handset, TraceEntry
from headrace.platform.handsets.texts import forget_texts
from headrace.platform.messaging.models import Conversation, Message
from headrace.platform.users.models import User
from headrace.platform.users.service import topic_of
from headrace.protocol.calling_codes import country_of
from headrace.simulator.appearance import PLATFORMS

PHONES = "phones"
"""Touched when a phone is added or taken away."""

MOST_PHONES = 1_000
LONGEST_NAME = 100

_NUMBER = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


class NoSuchPhone(ValueError):
    """A phone that cannot be made. The words are fit to be shown."""


async def list_phones(session: AsyncSession) -> list[Handset]:
    """Every phone, in the order in which they were made."""
    return list(await session.scalars(select(Handset).order_by(Handset.position)))


async def add_phone(session: AsyncSession, box: Box, *, name: str, number: str, platform: str = "android") -> Handset:
    """A new person with a phone; `number` has its country code. Raises `NoSuchPhone`."""
    name, digits = " ".join(name.replace("\0", "").split()), re.sub(r"[\s().+-]", "", number)
    if not name or len(name) > LONGEST_NAME:
        raise NoSuchPhone(f"A phone is somebody's: give a name of at most {LONGEST_NAME} characters.")
    if not name.isprintable():
        raise NoSuchPhone("The name has a character that cannot be shown. Write it with letters.")
    if not _NUMBER.fullmatch(digits):
        raise NoSuchPhone("The number needs its country code and 7 to 15 digits, like +44 7700 900123.")
    if platform not in PLATFORMS:
        raise NoSuchPhone(f"platform cannot be {platform[:40]}. It is one of {', '.join(PLATFORMS)}.")
    await wait_for_turn(session, PHONES)  # two that add the same number
    if await session.get(User, digits) is not None:
        raise NoSuchPhone(f"There is a phone with the number +{digits} already.")
    if await session.scalar(select(PhoneNumber.id).where(PhoneNumber.digits == digits)) is not None:
        raise NoSuchPhone(f"+{digits} is a sender of this box. Choose another number.")
    last = await session.scalar(select(func.max(Handset.position))) or 0
    count = await session.scalar(select(func.count()).select_from(Handset)) or 0
    if count >= MOST_PHONES:
        raise NoSuchPhone(f"A box has at most {MOST_PHONES:,} phones. Remove one first.")
    now = box.clock.now()
    user_id = f"{country_of(digits)}.{box.identifiers.graph_id()}"
    handset = Handset(
        id=box.identifiers.graph_id(),
        user=User(wa_id=digits, user_id=user_id, name=name, created_at=now),
        platform=platform,
        position=last + 1,
        created_at=now,
    )
    await session.execute(delete(Message).where(Message.wa_id == digits))  # what failed while the number was nobody's
    session.add(handset)
    await session.flush()
    await touch(session, PHONES)
    return handset


async def remove_phone(session: AsyncSession, handset: Handset) -> None:
    """Takes a phone away, with its chats and the Flows that were opened on it: the number is nobody's then."""
    user, wa_id = handset.user, handset.wa_id
    of_phone = select(FlowSession.id).where(FlowSession.handset_id == handset.id)
    await session.execute(delete(TraceEntry).where(TraceEntry.session_id.in_(of_phone)))
    texts = select(FlowSession.text_sha256).where(FlowSession.handset_id == handset.id).distinct()
    names = list(await session.scalars(texts))
    await session.execute(delete(FlowSession).where(FlowSession.handset_id == handset.id))
    await forget_texts(session, names)
    await session.execute(delete(Message).where(Message.wa_id == wa_id))
    await session.execute(delete(Conversation).where(Conversation.wa_id == wa_id))
    await session.delete(handset)
    await session.flush()
    await session.delete(user)
    await touch(session, PHONES, topic_of(user))
