"""What a person sends besides texts and answers to Flows: choices, places, contacts, reactions, files.

Everything a person sends opens the window and is told to the business.
"""

import base64
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import TYPE_UNSUPPORTED
from headrace.platform.messaging.content import LONGEST_EMOJI, check_location
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.media_files import check_file, keep
from headrace.platform.messaging.media_kinds import kind_of
from headrace.platform.messaging.media_objects import LONGEST_CAPTION
from headrace.platform.messaging.models import UNSUPPORTED, Message
from headrace.platform.messaging.service import UnwritableText, write_message
from headrace.platform.users.models import User

_LONGEST_NUMBER = 15
_LONGEST_NAME = 200


async def write_choice(
    session: AsyncSession, box: Box, user: User, asked: Message, label: str, value: str, description: str | None = None
) -> Message:
    """The person taps a reply button, a row of a list or a quick reply of a template.

    `label` is what stands on it, `value` its id or payload, `description` the second line of a row.
    """
    sender = await session.get_one(PhoneNumber, asked.phone_number_id)
    if asked.type == "template":
        tapped = {"payload": value, "text": label}
        return await write_message(session, box, user, sender, "button", tapped, asked.wamid)
    reply: dict[str, Any] = {"id": value, "title": label}
    if description is not None:
        reply["description"] = description
    kind = "list_reply" if asked.payload["type"] == "list" else "button_reply"
    return await write_message(session, box, user, sender, "interactive", {"type": kind, kind: reply}, asked.wamid)


async def write_location(
    session: AsyncSession,
    box: Box,
    user: User,
    sender: PhoneNumber,
    location: dict[str, Any],
    context_wamid: str | None = None,
) -> Message:
    """The person sends a place: `latitude`, `longitude`, and maybe `name` and `address`. Raises `UnwritableText`."""
    try:
        check_location(Fields(location))
    except PlatformError as error:
        raise UnwritableText((error.details or error.message).replace("`", "")) from error
    kept = {name: float(location[name]) for name in ("latitude", "longitude")}
    words = {name: _clean(str(location[name])) for name in ("name", "address") if location.get(name)}
    return await write_message(session, box, user, sender, "location", {**kept, **words}, context_wamid)


async def write_contact(
    session: AsyncSession, box: Box, user: User, sender: PhoneNumber, name: str, phone: str
) -> Message:
    """The person sends somebody's name and number. Raises `UnwritableText`."""
    name, digits = _clean(name), "".join(character for character in phone if character in "0123456789")
    if not name or len(name) > _LONGEST_NAME or not digits or len(digits) > _LONGEST_NUMBER:
        raise UnwritableText("A contact has a name and a phone number with its country code. Fill in both.")
    first, _, last = name.partition(" ")
    names = {"formatted_name": name, "first_name": first} | ({"last_name": last} if last else {})
    contact = {"name": names, "phones": [{"phone": f"+{digits}", "wa_id": digits, "type": "CELL"}]}
    return await write_message(session, box, user, sender, "contacts", [contact])


async def write_reaction(session: AsyncSession, box: Box, user: User, message: Message, emoji: str) -> Message:
    """The person puts an emoji to a message of the chat, or takes theirs away with an empty one.

    Raises `UnwritableText`.
    """
    if len(emoji) > LONGEST_EMOJI:
        raise UnwritableText("A reaction is one emoji. Choose one.")
    sender = await session.get_one(PhoneNumber, message.phone_number_id)
    payload = {"message_id": message.wamid} | ({"emoji": _clean(emoji)} if emoji else {})
    return await write_message(session, box, user, sender, "reaction", payload)


async def write_unsupported(session: AsyncSession, box: Box, user: User, sender: PhoneNumber) -> Message:
    """The person sends what the Cloud API does not pass on, such as a poll: the business hears only that it came."""
    error = {
        "code": TYPE_UNSUPPORTED.code,
        "title": "Message type unknown",
        "message": "Message type unknown",
        "error_data": {"details": "Message type is currently not supported."},
    }
    return await write_message(session, box, user, sender, UNSUPPORTED, [error])


async def write_file(
    session: AsyncSession,
    box: Box,
    user: User,
    sender: PhoneNumber,
    *,
    file_name: str,
    mime_type: str,
    content: bytes,
    caption: str = "",
) -> Message:
    """The person sends a file; its kind follows from its type. Raises `UnwritableText`."""
    try:
        check_file(mime_type, content)
    except PlatformError as error:
        raise UnwritableText(error.details or error.message.removeprefix("(#100) ")) from error
    kind = kind_of(mime_type)
    if kind is None:
        raise AssertionError("a file that was checked has a kind")
    if len(caption) > LONGEST_CAPTION:
        raise UnwritableText(f"The caption has {len(caption)} characters; at most {LONGEST_CAPTION} can be sent.")
    file = await keep(
        session, box, sender.id, file_name=file_name, mime_type=mime_type, content=content, wa_id=user.wa_id
    )
    # In webhooks a digest is in base64, in the media API in hexadecimal digits.
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    payload: dict[str, Any] = {"mime_type": mime_type, "sha256": digest, "id": file.id}
    if kind.name == "document":
        payload["filename"] = file.file_name
    if kind.name == "audio":
        payload["voice"] = False
    elif kind.name == "sticker":
        payload["animated"] = False
    elif caption.strip():
        payload["caption"] = _clean(caption)
    return await write_message(session, box, user, sender, kind.name, payload)


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
