"""How far messages of the business have come: statuses are moved for many messages at once, each told by a webhook."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.platform.accounts.directory import sender_of
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.messaging import events, window
from headrace.platform.messaging.models import Conversation, Message
from headrace.platform.tables import table_of
from headrace.platform.users.models import User
from headrace.platform.users.service import find_users, topic_of
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol import precedes

_log = logging.getLogger(__name__)

_messages = table_of(Message)
_conversations = table_of(Conversation)

COLUMNS = (
    _messages.c.id,
    _messages.c.wamid,
    _messages.c.phone_number_id,
    _messages.c.wa_id,
    _messages.c.direction,
    _messages.c.type,
    _messages.c.payload,
    _messages.c.context_wamid,
    _messages.c.status,
    _messages.c.error,
    _messages.c.callback_data,
    _messages.c.app_id,
    _messages.c.pricing,
    _messages.c.created_at,
)
"""What has to be read of a message to move it."""

_MOMENTS = {"sent": "sent_at", "delivered": "delivered_at", "read": "read_at"}
_STOP_TYPING = (
    update(_conversations)
    .where(_conversations.c.phone_number_id == bindparam("sender"), _conversations.c.wa_id == bindparam("person"))
    .values(typing_until=None)
)


@dataclass
class _Around:
    """What else belongs to a batch of messages: who sends, who receives, and their conversations."""

    senders: dict[str, PhoneNumber]
    users: dict[str, User]
    conversations: dict[tuple[str, str], Any]

    def window_ends_at(self, message: Any) -> datetime | None:
        row = self.conversations.get((message.phone_number_id, message.wa_id))
        return None if row is None or row.last_inbound_at is None else row.last_inbound_at + window.LENGTH


async def reach(session: AsyncSession, box: Box, messages: Sequence[Any], *statuses: str) -> list[Any]:
    """Moves messages of the business through `statuses` and tells a webhook for each; never backwards.

    `messages` are rows with `COLUMNS`. One that was just accepted is echoed to the other apps first. Returns those that
    were moved.
    """
    now = box.clock.now()
    steps = {message.id: [status for status in statuses if precedes(message.status, status)] for message in messages}
    moved = [message for message in messages if steps[message.id]]
    if not moved:
        return []
    around = await _look_around(session, box, moved)
    gone = [message for message in moved if message.phone_number_id not in around.senders]
    if gone:
        await _set_aside(session, gone)
        moved = [message for message in moved if message.phone_number_id in around.senders]
    told: list[NewEvent] = []
    by_steps: dict[tuple[str, ...], list[int]] = {}
    for message in moved:
        by_steps.setdefault(tuple(steps[message.id]), []).append(message.id)
        told += _events(message, around, steps[message.id], now)
    connection = await session.connection()
    for reached, ids in by_steps.items():
        await connection.execute(
            _moving(reached), {"ids": ids, "now": now} if reached[-1] in _MOMENTS else {"ids": ids}
        )
    await tell(session, box, told)
    if "delivered" in statuses:
        await _stop_typing(session, moved, around)
    await touch(session, *sorted({topic_of(user) for user in around.users.values()}))
    return moved


@cache
def _moving(steps: tuple[str, ...]) -> Update:
    """The statement that moves messages, the `ids`, through these statuses `now`."""
    moments: dict[str, Any] = {_MOMENTS[step]: bindparam("now") for step in steps if step in _MOMENTS}
    chosen = update(_messages).where(_messages.c.id.in_(bindparam("ids", expanding=True)))
    return chosen.values(status=steps[-1], shard=None, **moments)


def chat_of(message: Any) -> str:
    """What webhooks about a message are about: those of one chat are told in order."""
    return f"{message.phone_number_id}:{message.wa_id}"


async def _look_around(session: AsyncSession, box: Box, messages: Sequence[Any]) -> _Around:
    kept = await box.cache.kept(session)
    wa_ids = {message.wa_id for message in messages}
    senders: dict[str, PhoneNumber] = {}
    for sender_id in {message.phone_number_id for message in messages}:
        sender = await sender_of(session, kept, sender_id)
        if sender is not None:
            senders[sender_id] = sender.number
    return _Around(
        senders=senders,
        users=await find_users(session, kept, wa_ids),
        conversations=await window.conversations_between(session, senders, wa_ids),
    )


def _events(message: Any, around: _Around, steps: Sequence[str], now: datetime) -> list[NewEvent]:
    sender, user = around.senders[message.phone_number_id], around.users.get(message.wa_id)
    common: dict[str, Any] = {
        "waba_id": sender.waba_id,
        "subject": chat_of(message),
        "phone_number_id": sender.id,
        "wamid": message.wamid,
    }
    told = []
    if message.status == "accepted":
        echo = events.echo(sender, message)
        told.append(NewEvent(field="message_echoes", value=echo, except_app_id=message.app_id, **common))
    ends_at = around.window_ends_at(message)
    for status in steps:
        value = events.status(sender, user, message, status, now, ends_at)
        told.append(NewEvent(field="messages", value=value, **common))
    return told


async def _set_aside(session: AsyncSession, messages: Sequence[Any]) -> None:
    """Nobody carries messages whose sender is gone: they must not hold up those of others."""
    _log.error("%d messages stay where they are: their sender is gone", len(messages))
    connection = await session.connection()
    ids = [message.id for message in messages]
    await connection.execute(update(_messages).where(_messages.c.id.in_(ids)).values(shard=None))


async def _stop_typing(session: AsyncSession, messages: Sequence[Any], around: _Around) -> None:
    """A message that arrives is what the person was told is being written."""
    chats = {(message.phone_number_id, message.wa_id) for message in messages}
    typing = [
        {"sender": sender_id, "person": wa_id}
        for (sender_id, wa_id), row in around.conversations.items()
        if (sender_id, wa_id) in chats and row.typing_until is not None
    ]
    if typing:
        connection = await session.connection()
        await connection.execute(_STOP_TYPING, typing)


def messages_to_move(*conditions: Any) -> Any:
    """Selects messages to be moved, oldest first, locked until the transaction ends."""
    return select(*COLUMNS).where(*conditions).order_by(_messages.c.id).with_for_update()
