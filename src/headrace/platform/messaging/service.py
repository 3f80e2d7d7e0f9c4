"""Messages between a sender and a person: accepting the business's, writing the person's.

Nothing here commits, and nothing here waits: a message is stored with the job that carries it on.
"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.platform.accounts.models import App, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.messaging import events, window
from headrace.platform.messaging.content import LONGEST_TEXT
from headrace.platform.messaging.delivery import schedule_delivery, shard_of
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.requests import read_request
from headrace.platform.messaging.statuses import chat_of
from headrace.platform.messaging.writing import Sending, take
from headrace.platform.users.models import User
from headrace.platform.users.service import topic_of
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol.meta_json import escaped_json


class UnwritableText(ValueError):
    """A text that cannot be sent from a phone. Its words are fit to be shown."""


async def accept_message(
    session: AsyncSession, box: Box, sender: PhoneNumber, app: App, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Takes one message, or marks one of a person as read, and returns the body of the answer.

    Raises `PlatformError` for whatever Graph refuses at once; what fails later (nobody there, window shut) is accepted
    and told by a `failed` status.
    """
    call = Sending(sender, app.id, read_request(parameters))
    (answer,) = await take(session, box, await box.cache.kept(session), [call])
    if isinstance(answer, PlatformError):
        raise answer
    return answer


async def write_text(
    session: AsyncSession, box: Box, user: User, sender: PhoneNumber, text: str, context_wamid: str | None = None
) -> Message:
    """The person writes a text: it opens the window and is told to the business. Raises `UnwritableText`."""
    body = text.replace("\0", "").strip()
    if not body:
        raise UnwritableText("The message is empty. Type something first.")
    if len(body) > LONGEST_TEXT:
        raise UnwritableText(f"The message has {len(body)} characters; at most {LONGEST_TEXT} can be sent.")
    return await write_message(session, box, user, sender, "text", {"body": body}, context_wamid)


async def write_flow_response(
    session: AsyncSession, box: Box, user: User, asked: Message, response: dict[str, Any]
) -> Message:
    """The person sends a completed Flow: `response` becomes `response_json`, and the button of `asked` is answered."""
    sender = await session.get_one(PhoneNumber, asked.phone_number_id)
    reply = {"name": "flow", "body": "Sent", "response_json": escaped_json(response)}
    asked.flow_outcome = "answered"
    return await write_message(
        session, box, user, sender, "interactive", {"type": "nfm_reply", "nfm_reply": reply}, asked.wamid
    )


async def write_message(
    session: AsyncSession,
    box: Box,
    user: User,
    sender: PhoneNumber,
    kind: str,
    payload: dict[str, Any] | list[Any],
    context_wamid: str | None = None,
) -> Message:
    """A message of a person: it opens the window and is told to the business, both once their phone is online.

    Raises `UnwritableText` where the person blocked the sender.
    """
    if sender.id in user.blocked:
        raise UnwritableText(f"{sender.verified_name} is blocked. Unblock it to write to it.")
    now = box.clock.now()
    message = Message(
        wamid=box.identifiers.wamid(user.wa_id),
        phone_number_id=sender.id,
        wa_id=user.wa_id,
        direction="in",
        type=kind,
        payload=payload,
        context_wamid=context_wamid,
        status="accepted",
        created_at=now,
    )
    session.add(message)
    await session.flush()
    if user.is_online:
        await send_out(session, box, user, message)
    await touch(session, topic_of(user))
    return message


async def send_out(session: AsyncSession, box: Box, user: User, message: Message) -> None:
    """What a person wrote leaves their phone."""
    sender, now = await session.get_one(PhoneNumber, message.phone_number_id), box.clock.now()
    message.status, message.sent_at, message.shard = "sent", now, shard_of(user.wa_id)
    await session.flush()
    await window.open_window(session, sender.id, user.wa_id, now)
    told = NewEvent(
        waba_id=sender.waba_id,
        field="messages",
        value=events.inbound(sender, user, message),
        subject=chat_of(message),
        phone_number_id=sender.id,
        wamid=message.wamid,
    )
    await tell(session, box, [told])
    await schedule_delivery(session, box, [shard_of(user.wa_id)])
    await touch(session, topic_of(user))
