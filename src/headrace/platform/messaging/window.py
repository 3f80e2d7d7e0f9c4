"""The customer service window: 24 hours from the last message a person wrote to a sender (docs/messages.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.messaging.models import Conversation
from headrace.platform.tables import table_of

LENGTH = timedelta(hours=24)

_conversations = table_of(Conversation)
_BETWEEN = select(_conversations).where(
    _conversations.c.wa_id.in_(bindparam("people", expanding=True)),
    _conversations.c.phone_number_id.in_(bindparam("senders", expanding=True)),
)


async def closes_at(session: AsyncSession, phone_number_id: str, wa_id: str) -> datetime | None:
    """When the window shuts or did shut; None when the person never wrote."""
    conversation = await session.get(Conversation, (phone_number_id, wa_id))
    if conversation is None or conversation.last_inbound_at is None:
        return None
    return conversation.last_inbound_at + LENGTH


async def ends(
    session: AsyncSession, phone_number_ids: Iterable[str], wa_ids: Iterable[str]
) -> dict[tuple[str, str], datetime]:
    """When the windows between these senders and these people shut or did shut, for those who ever wrote."""
    rows = await conversations_between(session, phone_number_ids, wa_ids)
    return {chat: row.last_inbound_at + LENGTH for chat, row in rows.items() if row.last_inbound_at is not None}


async def conversations_between(
    session: AsyncSession, phone_number_ids: Iterable[str], wa_ids: Iterable[str]
) -> dict[tuple[str, str], Any]:
    """The rows of these senders with these people, by sender and person."""
    connection = await session.connection()
    asked = {"people": list(wa_ids), "senders": list(phone_number_ids)}
    return {(row.phone_number_id, row.wa_id): row for row in await connection.execute(_BETWEEN, asked)}


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
