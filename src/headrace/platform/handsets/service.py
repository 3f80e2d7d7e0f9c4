"""What a simulated phone holds and what a person does on it: its chats, writing, reading, choosing a chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.handsets.attaching import Picked
from headrace.platform.handsets.chat import Bubble, bubbles_of
from headrace.platform.handsets.choices import choices_of
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.handsets.opening import close_sheets
from headrace.platform.handsets.words import summary
from headrace.platform.messaging import reachability
from headrace.platform.messaging import service as messaging
from headrace.platform.messaging.media_files import content_of, has_expired
from headrace.platform.messaging.models import UNREAD, Conversation, MediaFile, Message
from headrace.platform.messaging.person_messages import (
    write_choice,
    write_contact,
    write_file,
    write_location,
    write_reaction,
    write_unsupported,
)
from headrace.platform.messaging.receipts import read_chat
from headrace.platform.users.service import topic_of

_MOST_BUBBLES = 200
_MOST_UNREAD = 1_000
"""So far unread messages are counted."""


class NotThere(ValueError):
    """Something that the phone does not have. The words are fit to be shown."""


@dataclass(frozen=True)
class Chat:
    """A line of the list of chats. `last_text` and `last_at` are None while nothing was written."""

    sender: PhoneNumber
    last_text: str | None
    last_at: datetime | None
    unread: int

    @property
    def initials(self) -> str:
        return initials(self.sender.verified_name)


def initials(name: str) -> str:
    """The first letters of the first two words of a name."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


async def find_handset(session: AsyncSession, handset_id: str) -> Handset | None:
    return await session.get(Handset, handset_id)


async def find_message(session: AsyncSession, handset: Handset, wamid: str) -> Message | None:
    """A message with a button on this phone, by its wamid."""
    return await session.scalar(
        select(Message).where(
            Message.wamid == wamid,
            Message.wa_id == handset.wa_id,
            Message.delivered_at.is_not(None),
            Message.flow_opening.is_not(None),
        )
    )


async def find_delivered(session: AsyncSession, handset: Handset, wamid: str) -> Message | None:
    """A message of a business on this phone, by its wamid."""
    return await session.scalar(
        select(Message).where(
            Message.wamid == wamid,
            Message.wa_id == handset.wa_id,
            Message.direction == "out",
            Message.delivered_at.is_not(None),
        )
    )


async def find_in_chat(session: AsyncSession, handset: Handset, wamid: str) -> Message | None:
    """A message that the phone shows, either way, by its wamid."""
    return await session.scalar(
        select(Message).where(Message.wamid == wamid, Message.wa_id == handset.wa_id, _on_phone())
    )


async def list_chats(session: AsyncSession, handset: Handset) -> list[Chat]:
    """One chat with every sender of the box, those with the newest messages first."""
    newest = (  # of each sender by itself: only then an index leads straight to it, however long the chat is
        select(Message.id)
        .where(Message.wa_id == handset.wa_id, Message.phone_number_id == PhoneNumber.id, _on_phone())
        .order_by(Message.id.desc())
        .limit(1)
        .correlate(PhoneNumber)
        .scalar_subquery()
    )
    unseen = (
        select(literal_column("1"))
        .where(
            Message.wa_id == handset.wa_id,
            Message.phone_number_id == PhoneNumber.id,
            Message.direction == "out",
            Message.status == "delivered",
            UNREAD,
        )
        .limit(_MOST_UNREAD)
        .correlate(PhoneNumber)
        .subquery()
    )
    count = select(func.count()).select_from(unseen).correlate(PhoneNumber).scalar_subquery()
    statement = select(PhoneNumber, newest, count).order_by(PhoneNumber.created_at, PhoneNumber.id)
    rows = (await session.execute(statement)).all()
    senders = [row[0] for row in rows]
    unread = {row[0].id: row[2] for row in rows}
    newest_messages = await session.scalars(
        select(Message).where(Message.id.in_([row[1] for row in rows if row[1] is not None]))
    )
    last = {message.phone_number_id: message for message in newest_messages}
    chats = [
        Chat(
            sender,
            None if (message := last.get(sender.id)) is None else summary(message),
            None if message is None else message.created_at,
            unread[sender.id],
        )
        for sender in senders
    ]
    positions = {chat.sender.id: position for position, chat in enumerate(chats)}
    newest_id = {sender_id: message.id for sender_id, message in last.items()}
    return sorted(chats, key=lambda chat: (-newest_id.get(chat.sender.id, 0), positions[chat.sender.id]))


async def chat_bubbles(session: AsyncSession, handset: Handset, sender: PhoneNumber) -> list[Bubble]:
    """The newest bubbles of one chat, oldest first."""
    messages = list(
        await session.scalars(
            select(Message)
            .where(Message.phone_number_id == sender.id, Message.wa_id == handset.wa_id, _on_phone())
            .order_by(Message.id.desc())
            .limit(_MOST_BUBBLES)
        )
    )
    flow_ids = {message.flow_id for message in messages if message.flow_id is not None}
    names = await session.execute(select(Flow.id, Flow.name).where(Flow.id.in_(flow_ids)))
    return bubbles_of(reversed(messages), dict(names.all()))


async def is_typing(session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber) -> bool:
    """Whether the business shows this person that it is typing."""
    conversation = await session.get(Conversation, (sender.id, handset.wa_id))
    until = None if conversation is None else conversation.typing_until
    return until is not None and until > box.clock.now()


async def open_session(session: AsyncSession, handset: Handset) -> FlowSession | None:
    """The Flow that is open on the phone; there is at most one."""
    return await session.scalar(
        select(FlowSession)
        .where(FlowSession.handset_id == handset.id, FlowSession.status == "open")
        .order_by(FlowSession.updated_at.desc())
        .limit(1)
    )


async def latest_session(session: AsyncSession, handset: Handset) -> FlowSession | None:
    """The Flow that is open on the phone, else the one that was open last."""
    return await session.scalar(
        select(FlowSession)
        .where(FlowSession.handset_id == handset.id)
        .order_by(case((FlowSession.status == "open", 0), else_=1), FlowSession.updated_at.desc())
        .limit(1)
    )


async def session_of_response(session: AsyncSession, handset: Handset, wamid: str) -> FlowSession | None:
    """The session that a response of this phone came from, by the response's wamid."""
    response = await session.scalar(
        select(Message).where(Message.wamid == wamid, Message.wa_id == handset.wa_id, Message.direction == "in")
    )
    if response is None or response.context_wamid is None:
        return None
    return await session.scalar(
        select(FlowSession)
        .join(Message, Message.id == FlowSession.message_id)
        .where(
            Message.wamid == response.context_wamid,
            FlowSession.handset_id == handset.id,
            FlowSession.status == "completed",
        )
    )


async def write(
    session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber, text: str, answers: str | None = None
) -> Message:
    """The person writes to a sender, as an answer to the message `answers` where one is named; the chat stays the one
    the phone shows. Raises `UnwritableText`.
    """
    message = await messaging.write_text(session, box, handset.user, sender, text, answers)
    handset.chat_with = sender.id
    return message


async def choose(session: AsyncSession, box: Box, handset: Handset, message: Message, position: int) -> None:
    """The person taps a reply button or a row of a list, having read the message by then. Raises `NotThere`."""
    choice = next((choice for choice in choices_of(message) if choice.position == position), None)
    if choice is None or not choice.answers:
        raise NotThere("The message has nothing to choose at this place. Reload the page.")
    if choice.kind == "location":
        raise NotThere("A location is asked for here. Send where you are, as an answer to this message.")
    sender = await session.get_one(PhoneNumber, message.phone_number_id)
    await read_chat(session, box, handset.user, sender)
    label, value, description = choice.label, choice.value, choice.description
    await write_choice(session, box, handset.user, message, label, value, description)
    handset.chat_with = sender.id


async def react(session: AsyncSession, box: Box, handset: Handset, message: Message, emoji: str) -> None:
    """The person reacts to a message, or takes the reaction back. Raises `UnwritableText`."""
    await write_reaction(session, box, handset.user, message, emoji)
    handset.chat_with = message.phone_number_id


async def locate(
    session: AsyncSession,
    box: Box,
    handset: Handset,
    sender: PhoneNumber,
    location: Mapping[str, str],
    asked: Message | None,
) -> None:
    """The person sends a place, as an answer to `asked` where that asks for one. Raises `UnwritableText`."""
    place = {name: location[name] for name in ("latitude", "longitude", "name", "address") if location.get(name)}
    await write_location(session, box, handset.user, sender, place, None if asked is None else asked.wamid)
    handset.chat_with = sender.id


async def introduce(
    session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber, name: str, phone: str
) -> None:
    """The person sends somebody's name and number. Raises `UnwritableText`."""
    await write_contact(session, box, handset.user, sender, name, phone)
    handset.chat_with = sender.id


async def poll(session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber) -> None:
    """The person sends a poll, which reaches no business as one. Raises `UnwritableText`."""
    await write_unsupported(session, box, handset.user, sender)
    handset.chat_with = sender.id


async def attach(session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber, picked: Picked) -> None:
    """The person sends a file. Raises `UnwritableText`."""
    await write_file(
        session,
        box,
        handset.user,
        sender,
        file_name=picked.name,
        mime_type=picked.mime_type,
        content=picked.content,
        caption=picked.fields.get("caption", ""),
    )
    handset.chat_with = sender.id


async def picture(session: AsyncSession, box: Box, handset: Handset, media_id: str) -> tuple[bytes, str] | None:
    """The bytes and the type of a picture of this phone's chats, while it is kept."""
    file = await session.get(MediaFile, media_id)
    if file is None or file.wa_id not in (None, handset.wa_id) or not file.mime_type.startswith("image/"):
        return None
    content = None if has_expired(file, box.clock.now()) else await content_of(session, file.id)
    return None if content is None else (content, file.mime_type)


async def look_at(session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber) -> None:
    """The person looks at a chat: what had arrived there is read."""
    await read_chat(session, box, handset.user, sender)
    handset.chat_with = sender.id


async def choose_chat(session: AsyncSession, handset: Handset, sender: PhoneNumber) -> None:
    """The person goes to the chat with another sender."""
    handset.chat_with = sender.id
    await touch(session, topic_of(handset.user))


async def block(session: AsyncSession, box: Box, handset: Handset, sender: PhoneNumber) -> None:
    """The person blocks a sender: a Flow of its that is open is closed."""
    await reachability.block(session, handset.user, sender)
    await close_sheets(session, box, handset, Message.phone_number_id == sender.id)
    handset.chat_with = sender.id


async def unblock(session: AsyncSession, handset: Handset, sender: PhoneNumber) -> None:
    await reachability.unblock(session, handset.user, sender)
    handset.chat_with = sender.id


async def dismiss_notice(session: AsyncSession, handset: Handset) -> None:
    """The person closes the dialog that the phone shows."""
    handset.notice = None
    await touch(session, topic_of(handset.user))


def _on_phone() -> ColumnElement[bool]:
    # The same rule as `chat.is_visible`, for the database.
    return or_(Message.direction == "in", Message.delivered_at.is_not(None), Message.status == "failed")
