"""Messages between a sender and a person: accepting the business's, writing the person's.

Nothing here commits, and nothing here waits: accepting a message stores it with a job that carries it to the phone.
"""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.platform.accounts.models import App, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.messaging import events, window
from headrace.platform.messaging.content import LONGEST_TEXT, Content, read_content
from headrace.platform.messaging.delivery import reach, schedule_delivery, show_typing
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.recipients import Recipient, find_recipient
from headrace.platform.messaging.refusals import failure, refusal
from headrace.platform.users.models import User
from headrace.platform.users.service import find_user, topic_of
from headrace.platform.webhooks.service import enqueue

_LONGEST_CALLBACK_DATA = 512
_TYPING_LASTS = timedelta(seconds=25)


class UnwritableText(ValueError):
    """A text that cannot be sent from a phone. Its words are fit to be shown."""


async def accept_message(
    session: AsyncSession, box: Box, sender: PhoneNumber, app: App, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Answers `POST /{phone number}/messages`: takes a message, or marks one of a person as read.

    Returns the body of the answer. Raises `PlatformError` for whatever Graph refuses at once; what fails later
    (nobody there, window shut) is accepted here and told by a `failed` status.
    """
    fields = Fields(parameters)
    product = fields.optional_text("messaging_product")
    if product is None or product.lower() != "whatsapp":
        what = "is missing" if product is None else f"is `{product[:40]}`"
        raise refusal(100, f"`messaging_product` {what}. It has to be `whatsapp`.")
    if fields.has("status"):
        return await _mark_as_read(session, box, sender, fields)
    recipient = await find_recipient(session, sender, fields)
    content = await read_content(session, box, sender, fields)
    context = await _context(session, sender, recipient, fields)
    callback_data = fields.optional_text("biz_opaque_callback_data", longest=_LONGEST_CALLBACK_DATA)
    message = _message(box, sender, recipient, content)
    message.app_id = app.id
    message.context_wamid = context
    message.callback_data = callback_data
    message.error = await _foreseen_failure(session, box, sender, recipient)
    session.add(message)
    await session.flush()
    await schedule_delivery(session, box, message)
    await enqueue(
        session,
        box,
        sender.waba_id,
        "message_echoes",
        events.echo(sender, message),
        phone_number_id=sender.id,
        wamid=message.wamid,
        except_app_id=app.id,
    )
    return {
        "messaging_product": "whatsapp",
        "contacts": [recipient.contact()],
        "messages": [{"id": message.wamid}],
    }


async def write_text(session: AsyncSession, box: Box, user: User, sender: PhoneNumber, text: str) -> Message:
    """The person writes a text: it opens the window and is told to the business. Raises `UnwritableText`."""
    body = text.replace("\0", "").strip()
    if not body:
        raise UnwritableText("The message is empty. Type something first.")
    if len(body) > LONGEST_TEXT:
        raise UnwritableText(f"The message has {len(body)} characters; at most {LONGEST_TEXT} can be sent.")
    return await _write(session, box, user, sender, "text", {"body": body})


async def write_flow_response(
    session: AsyncSession, box: Box, user: User, asked: Message, response: dict[str, Any]
) -> Message:
    """The person sends a completed Flow: `response` becomes `response_json`, and the button of `asked` is answered."""
    sender = await session.get_one(PhoneNumber, asked.phone_number_id)
    reply = {
        "name": "flow",
        "body": "Sent",
        "response_json": json.dumps(response, ensure_ascii=False, separators=(",", ":")),
    }
    asked.flow_outcome = "answered"
    return await _write(
        session, box, user, sender, "interactive", {"type": "nfm_reply", "nfm_reply": reply}, asked.wamid
    )


async def read_chat(session: AsyncSession, box: Box, user: User, sender: PhoneNumber) -> int:
    """The person looks at the chat: what was delivered becomes read. Returns how many messages that were."""
    unread = await session.scalars(
        select(Message)
        .where(
            Message.phone_number_id == sender.id,
            Message.wa_id == user.wa_id,
            Message.direction == "out",
            Message.status == "delivered",
        )
        .order_by(Message.id)
    )
    return sum([await reach(session, box, message, "read") for message in unread])


async def _write(
    session: AsyncSession,
    box: Box,
    user: User,
    sender: PhoneNumber,
    kind: str,
    payload: dict[str, Any],
    context_wamid: str | None = None,
) -> Message:
    now = box.clock.now()
    message = Message(
        wamid=box.identifiers.wamid(user.wa_id),
        phone_number_id=sender.id,
        wa_id=user.wa_id,
        direction="in",
        type=kind,
        payload=payload,
        context_wamid=context_wamid,
        status="sent",
        created_at=now,
        sent_at=now,
    )
    session.add(message)
    await session.flush()
    await window.open_window(session, sender.id, user.wa_id, now)
    await _tell(session, box, sender, message, "messages", events.inbound(sender, user, message))
    await schedule_delivery(session, box, message)
    await touch(session, topic_of(user))
    return message


async def _tell(
    session: AsyncSession, box: Box, sender: PhoneNumber, message: Message, field: str, value: dict[str, Any]
) -> None:
    await enqueue(session, box, sender.waba_id, field, value, phone_number_id=sender.id, wamid=message.wamid)


def _message(box: Box, sender: PhoneNumber, recipient: Recipient, content: Content) -> Message:
    message = Message(
        wamid=box.identifiers.wamid(recipient.wa_id),
        phone_number_id=sender.id,
        wa_id=recipient.wa_id,
        direction="out",
        type=content.type,
        payload=content.payload,
        status="accepted",
        created_at=box.clock.now(),
    )
    if content.flow is not None:
        message.flow_id = content.flow.flow_id
        message.flow_version_id = content.flow.version_id
        message.flow_mode = content.flow.mode
        message.flow_token = content.flow.token
        message.flow_opening = content.flow.opening
    return message


async def _foreseen_failure(
    session: AsyncSession, box: Box, sender: PhoneNumber, recipient: Recipient
) -> dict[str, Any] | None:
    """Why the message will fail, judged at the moment it is accepted; None when it will arrive."""
    if recipient.user is None:
        return failure(
            131026, f"No phone on this box has the number {recipient.wa_id}, so nobody received the message."
        )
    closes_at = await window.closes_at(session, sender.id, recipient.wa_id)
    if closes_at is None or closes_at <= box.clock.now():
        return failure(
            131047,
            "Message failed to send because more than 24 hours have passed since the customer last replied to this "
            "number.",
        )
    return None


async def _context(session: AsyncSession, sender: PhoneNumber, recipient: Recipient, fields: Fields) -> str | None:
    context = fields.optional_object("context")
    if context is None:
        return None
    wamid = context.text("message_id")
    known = await session.scalar(
        select(Message.id).where(
            Message.wamid == wamid, Message.phone_number_id == sender.id, Message.wa_id == recipient.wa_id
        )
    )
    if known is None:
        raise refusal(131009, "`context.message_id` is no message of this chat. Leave `context` out, or name one.")
    return wamid


async def _mark_as_read(session: AsyncSession, box: Box, sender: PhoneNumber, fields: Fields) -> dict[str, Any]:
    fields.choice("status", ("read",))
    wamid = fields.text("message_id")
    typing = fields.optional_object("typing_indicator")
    if typing is not None:
        typing.choice("type", ("text",))
    message = await session.scalar(
        select(Message).where(Message.wamid == wamid, Message.phone_number_id == sender.id, Message.direction == "in")
    )
    if message is None:
        raise refusal(131009, f"`message_id` is no message that was written to {sender.display_number}.")
    # Reading a message reads what came before it in the chat as well.
    unread = await session.scalars(
        select(Message).where(
            Message.phone_number_id == sender.id,
            Message.wa_id == message.wa_id,
            Message.direction == "in",
            Message.id <= message.id,
            Message.status != "read",
        )
    )
    now = box.clock.now()
    for earlier in unread:
        earlier.status = "read"
        earlier.read_at = now
    if typing is not None:
        await show_typing(session, box, sender, message.wa_id, now + _TYPING_LASTS)
    user = await find_user(session, message.wa_id)
    if user is not None:
        await touch(session, topic_of(user))
    return {"success": True}
