"""What a call to `POST /{phone number}/messages` asks for, read from its body. Pure: nothing is looked up here."""

from dataclasses import dataclass
from typing import Any

from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.messaging.content import Content, read_content
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.recipients import Addressee, read_addressee

_LONGEST_CALLBACK_DATA = 512


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message to be sent. `context_wamid` is the message it answers."""

    addressee: Addressee
    content: Content
    context_wamid: str | None
    callback_data: str | None

    @property
    def answers(self) -> list[str]:
        """The messages that have to be part of the chat: the one it replies to, the one it reacts to."""
        return [wamid for wamid in (self.context_wamid, self.content.reacts_to) if wamid]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A person's message is marked as read; with `is_typing` the person sees that an answer is being written."""

    wamid: str
    is_typing: bool


def read_request(parameters: dict[str, Any]) -> Wanted | Receipt:
    """Raises `PlatformError` for what is missing, of the wrong kind or not known."""
    fields = Fields(parameters)
    product = fields.optional_text("messaging_product")
    if product is None or product.lower() != "whatsapp":
        what = "is missing" if product is None else f"is `{product[:40]}`"
        raise PARAMETER_INVALID.detailed(f"`messaging_product` {what}. It has to be `whatsapp`.")
    if fields.has("status"):
        return _read_receipt(fields)
    addressee = read_addressee(fields)
    content = read_content(fields)
    context = fields.optional_object("context")
    return Wanted(
        addressee=addressee,
        content=content,
        context_wamid=None if context is None else context.text("message_id"),
        callback_data=fields.optional_text("biz_opaque_callback_data", longest=_LONGEST_CALLBACK_DATA),
    )


def _read_receipt(fields: Fields) -> Receipt:
    fields.choice("status", ("read",))
    wamid = fields.text("message_id")
    typing = fields.optional_object("typing_indicator")
    if typing is not None:
        typing.choice("type", ("text",))
    return Receipt(wamid, is_typing=typing is not None)
