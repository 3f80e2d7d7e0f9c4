"""Whom a message goes to: a phone number in `to`, or a business-scoped user id in `recipient`."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.refusals import refusal
from headrace.platform.users.models import User
from headrace.platform.users.service import find_user, find_user_by_user_id

_LONGEST_NUMBER = 15  # digits of an international number (E.164)
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9]+")


@dataclass(frozen=True)
class Recipient:
    """`input` is what the caller wrote; `user` is None for a number that is nobody on this box."""

    input: str
    wa_id: str
    user: User | None
    by_user_id: bool = False

    def contact(self) -> dict[str, str]:
        """The entry of `contacts` in the answer."""
        if self.by_user_id and self.user is not None:
            return {"input": self.input, "user_id": self.user.user_id}
        return {"input": self.input, "wa_id": self.wa_id}


async def find_recipient(session: AsyncSession, sender: PhoneNumber, fields: Fields) -> Recipient:
    """Reads `recipient_type`, `to` and `recipient`; `to` wins when both are there."""
    kind = fields.choice("recipient_type", ("individual", "group"), "individual")
    if kind == "group":
        raise refusal(131009, "`recipient_type` is `group`, but this box has no groups. Send to a person.")
    written = fields.optional_text("to")
    if written is not None and written.strip():
        return await _by_number(session, sender, written)
    user_id = fields.optional_text("recipient")
    if user_id is not None and user_id.strip():
        return await _by_user_id(session, user_id.strip())
    raise refusal(131008, "`to` is missing. Give the person's phone number there, or a user id in `recipient`.")


async def _by_number(session: AsyncSession, sender: PhoneNumber, written: str) -> Recipient:
    digits = "".join(character for character in written if character in "0123456789")
    if not digits or len(digits) > _LONGEST_NUMBER or re.search(r"[^0-9+\-() .]", written):
        raise refusal(131009, f"`to` is `{written[:40]}`, but a phone number with its country code belongs there.")
    if digits == sender.digits:
        raise refusal(131021, f"`to` is {sender.display_number}, the very number that sends. Choose another one.")
    return Recipient(written, digits, await find_user(session, digits))


async def _by_user_id(session: AsyncSession, user_id: str) -> Recipient:
    if not _USER_ID.fullmatch(user_id):
        raise refusal(131009, f"`recipient` is `{user_id[:40]}`, but a user id like `GB.1349120865` belongs there.")
    user = await find_user_by_user_id(session, user_id)
    if user is None:
        raise refusal(131026, f"Nobody on this box has the user id `{user_id[:40]}`. Send to a number in `to` instead.")
    return Recipient(user_id, user.wa_id, user, by_user_id=True)
