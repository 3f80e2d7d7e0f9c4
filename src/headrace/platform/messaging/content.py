"""What a message says: the object of its type, checked against the limits of docs/messages.md."""

from dataclasses import dataclass
from typing import Any

from headrace.platform.errors.catalogue import MEMBER_INVALID, TYPE_UNSUPPORTED
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.flow_buttons import FlowButton, read_flow_button
from headrace.platform.messaging.media_objects import check_media
from headrace.platform.messaging.template_messages import TemplateRequest, read_template

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
    """`payload` is the type's own object as it was sent; `flow` what its button opens, in a Flow message; `template`
    which template is filled with what, in a template message, the only one that needs no open window.
    """

    type: str
    payload: dict[str, Any]
    flow: FlowButton | None = None
    template: TemplateRequest | None = None

    @property
    def may_open_flow(self) -> bool:
        return self.flow is not None or self.template is not None

    @property
    def opens_without_window(self) -> bool:
        return self.template is not None


def read_content(fields: Fields) -> Content:
    """Reads `type` (a text when it is left out) and its object; refuses what this box cannot show on a phone."""
    kind = fields.optional_text("type") or "text"
    if kind not in _TYPES:
        raise MEMBER_INVALID.detailed(f"`type` is `{kind[:40]}`. Send `text` or `interactive`.")
    if kind == "text":
        return _read_text(fields.object("text"))
    if kind == "interactive":
        return _read_interactive(fields.object("interactive"))
    if kind == "template":
        template = fields.object("template")
        return Content("template", template.value, template=read_template(template))
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
    check_media(header.object(kind), kind)
