"""The customer service window: 24 hours from the last message a person wrote to a sender (messages.md § 6.6)."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.messaging.models import Conversation

LENGTH = timedelta(hours=24)


async def closes_at(session: AsyncSession, phone_number_id: str, wa_id: str) -> datetime | None:
    """When the window shuts or did shut; None when the person never wrote."""
    conversation = await session.get(Conversation, (phone_number_id, wa_id))
    if conversation is None or conversation.last_inbound_at is None:
        return None
    return conversation.last_inbound_at + LENGTH


async def conversation_with(session: AsyncSession, phone_number_id: str, wa_id: str) -> Conversation:
    """The row of this sender and this person, made when it is missing."""
    conversation = await session.get(Conversation, (phone_number_id, wa_id))
    if conversation is None:
        conversation = Conversation(phone_number_id=phone_number_id, wa_id=wa_id)
        session.add(conversation)
        await session.flush()
    return conversation


async def open_window(session: AsyncSession, phone_number_id: str, wa_id: str, now: datetime) -> None:
    """Starts the 24 hours anew: every message a person writes does."""
    conversation = await conversation_with(session, phone_number_id, wa_id)
    conversation.last_inbound_at = now
