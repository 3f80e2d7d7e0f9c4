"""Who a message is for: `to` with a phone number, or `recipient` with a business-scoped user id."""

import re
from dataclasses import dataclass

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields
from headrace.platform.users.models import User

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9]+")
_LONGEST_NUMBER = 15  # digits of an international number (E.164)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a call names: `input` is what it wrote, and either `wa_id` or `user_id` is what that comes to."""

    input: str
    wa_id: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a message; `user` is None for a number that is nobody on this box."""

    input: str
    wa_id: str
    user: User | None
    by_user_id: bool = False

    def contact(self) -> dict[str, str]:
        """The entry of `contacts` in the answer."""
        if self.by_user_id and self.user is not None:
            return {"input": self.input, "user_id": self.user.user_id}
        return {"input": self.input, "wa_id": self.wa_id}


def read_addressee(fields: Fields) -> Addressee:
    """Reads `recipient_type`, `to` and `recipient`; `to` wins when both are there."""
    kind = fields.choice("recipient_type", ("individual", "group"), "individual")
    if kind == "group":
        raise MEMBER_INVALID.detailed("`recipient_type` is `group`, but this box has no groups. Send to a person.")
    written = fields.optional_text("to")
    if written is not None and written.strip():
        return _by_number(written)
    user_id = fields.optional_text("recipient")
    if user_id is not None and user_id.strip():
        return _by_user_id(user_id.strip())
    raise MEMBER_MISSING.detailed("`to` is missing. Give the person's phone number there, or a user id in `recipient`.")


def _by_number(written: str) -> Addressee:
    digits = "".join(character for character in written if character in "0123456789")
    if not digits or len(digits) > _LONGEST_NUMBER or re.search(r"[^0-9+\-() .]", written):
        raise MEMBER_INVALID.detailed(
            f"`to` is `{written[:40]}`, but a phone number with its country code belongs there."
        )
    return Addressee(written, wa_id=digits)


def _by_user_id(user_id: str) -> Addressee:
    if not _USER_ID.fullmatch(user_id):
        raise MEMBER_INVALID.detailed(
            f"`recipient` is `{user_id[:40]}`, but a user id like `GB.1349120865` belongs there."
        )
    return Addressee(user_id, user_id=user_id)
