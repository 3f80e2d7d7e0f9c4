"""What a message says: the object of its type, checked against the limits of docs/messages.md."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING, TYPE_UNSUPPORTED
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.flow_buttons import FlowButton, read_flow_button

LONGEST_TEXT = 4096
_LONGEST_HEADER = 60
_LONGEST_BODY = 1024
_LONGEST_FOOTER = 60

_TYPES = (
    "audio",
    "contacts",
    "document",
    "image",
    "interactive",
    "location",
    "reaction",
    "sticker",
    "template",
    "text",
    "video",
)
_MEDIA_HEADERS = ("image", "video", "document")


@dataclass(frozen=True)
class Content:
    """`payload` is the type's own object as it was sent; `flow` what its button opens, in a Flow message.

    A content that `opens_without_window` may be sent to people who did not write lately.
    """

    type: str
    payload: dict[str, Any]
    flow: FlowButton | None = None
    opens_without_window: bool = False


def read_content(fields: Fields) -> Content:
    """Reads `type` (a text when it is left out) and its object; refuses what this box cannot show on a phone."""
    kind = fields.optional_text("type") or "text"
    if kind not in _TYPES:
        raise MEMBER_INVALID.detailed(f"`type` is `{kind[:40]}`. Send `text` or `interactive`.")
    if kind == "text":
        return _read_text(fields.object("text"))
    if kind == "interactive":
        return _read_interactive(fields.object("interactive"))
    raise TYPE_UNSUPPORTED.detailed(
        f"This box shows no messages of type `{kind}` on its phones. Send `text` or a Flow instead."
    )


def _read_text(text: Fields) -> Content:
    text.text("body", longest=LONGEST_TEXT)
    return Content("text", {**text.value, "body": text.text("body")})


def _read_interactive(interactive: Fields) -> Content:
    kind = interactive.text("type")
    if kind != "flow":
        raise TYPE_UNSUPPORTED.detailed(
            f"This box shows no interactive messages of type `{kind[:40]}` on its phones. Send a `flow` instead.",
        )
    header = interactive.optional_object("header")
    if header is not None:
        _check_header(header)
    interactive.object("body").text("text", longest=_LONGEST_BODY)
    footer = interactive.optional_object("footer")
    if footer is not None:
        footer.text("text", longest=_LONGEST_FOOTER)
    action = interactive.object("action")
    action.choice("name", ("flow",))
    button = read_flow_button(action.object("parameters"))
    payload = {**interactive.value, "body": interactive.object("body").value}
    payload["action"] = {**action.value, "parameters": action.object("parameters").value}
    for name, part in (("header", header), ("footer", footer)):
        if part is not None:
            payload[name] = part.value
    return Content("interactive", payload, button)


def _check_header(header: Fields) -> None:
    kind = header.choice("type", ("text", *_MEDIA_HEADERS))
    if kind == "text":
        header.text("text", longest=_LONGEST_HEADER)
        return
    media = header.object(kind)
    if not media.has("link"):
        if media.has("id"):
            raise MEMBER_INVALID.detailed(
                f"`{media.path('id')}` is no media on this box, which keeps none. Give a `link`."
            )
        raise MEMBER_MISSING.detailed(f"`{media.path('link')}` is missing. Give the address of the {kind}.")
    link = media.text("link")
    try:
        address = urlsplit(link)
        usable = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise MEMBER_INVALID.detailed(f"`{media.path('link')}` is no web address. It starts with https://.")
