"""What a message says: the object of its type, checked against the limits of docs/messages.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.flow_buttons import FlowButton
from headrace.platform.messaging.interactive import read_interactive
from headrace.platform.messaging.media_kinds import KINDS
from headrace.platform.messaging.media_objects import MediaName, read_media
from headrace.platform.messaging.template_messages import TemplateRequest, read_template

LONGEST_TEXT = 4096
_MOST_CONTACTS = 257
LONGEST_EMOJI = 16


@dataclass(frozen=True)
class Content:
    """`payload` is the type's own object as it was sent; `flow` what its button opens, in a Flow message; `template`
    which template is filled with what, in a template message, the only one that needs no open window.

    `files` are those that it names, `reacts_to` the message that gets a reaction.
    """

    type: str
    payload: dict[str, Any] | list[Any]
    flow: FlowButton | None = None
    template: TemplateRequest | None = None
    files: tuple[MediaName, ...] = ()
    reacts_to: str | None = None

    @property
    def may_open_flow(self) -> bool:
        return self.flow is not None or self.template is not None

    @property
    def opens_without_window(self) -> bool:
        return self.template is not None


def read_content(fields: Fields) -> Content:
    """Reads `type` (a text when it is left out) and the object of that type."""
    kind = (fields.optional_text("type") or "text").lower()
    reader = _READERS.get(kind)
    if reader is None:
        known = ", ".join(f"`{name}`" for name in _READERS)
        raise MEMBER_INVALID.detailed(f"`type` is `{kind[:40]}`. Send one of {known}.")
    return reader(fields)


def _read_text(fields: Fields) -> Content:
    text = fields.object("text")
    body = text.text("body", longest=LONGEST_TEXT)
    return Content("text", {**text.value, "body": body})


def _read_interactive(fields: Fields) -> Content:
    read = read_interactive(fields.object("interactive"))
    return Content("interactive", read.payload, read.flow, files=read.files)


def _read_template(fields: Fields) -> Content:
    template = fields.object("template")
    request = read_template(template)
    return Content("template", template.value, template=request, files=request.files)


def _read_media(kind: str, fields: Fields) -> Content:
    media = fields.object(kind)
    return Content(kind, media.value, files=(read_media(media, kind),))


def _read_location(fields: Fields) -> Content:
    location = fields.object("location")
    check_location(location)
    return Content("location", location.value)


def check_location(location: Fields) -> None:
    """Checks the object of a location: where it is, with or without words for it."""
    for name, largest in (("latitude", 90), ("longitude", 180)):
        if abs(location.number(name)) > largest:
            raise MEMBER_INVALID.detailed(f"`{location.path(name)}` has to be between -{largest} and {largest}.")
    for name in ("name", "address"):
        location.optional_text(name)


def _read_contacts(fields: Fields) -> Content:
    contacts = fields.objects("contacts")
    if not contacts:
        raise MEMBER_MISSING.detailed("`contacts` is missing or empty. Give a list of contacts.")
    if len(contacts) > _MOST_CONTACTS:
        raise MEMBER_INVALID.detailed(f"`contacts` has {len(contacts)} entries; at most {_MOST_CONTACTS} are allowed.")
    for contact in contacts:
        contact.object("name").text("formatted_name")
        for phone in contact.objects("phones"):
            phone.optional_text("phone")
    return Content("contacts", [contact.value for contact in contacts])


def _read_reaction(fields: Fields) -> Content:
    reaction = fields.object("reaction")
    wamid, emoji = reaction.text("message_id"), reaction.optional_text("emoji", longest=LONGEST_EMOJI)
    return Content("reaction", {"message_id": wamid, "emoji": emoji or ""}, reacts_to=wamid)


_READERS: Mapping[str, Callable[[Fields], Content]] = {
    "text": _read_text,
    "interactive": _read_interactive,
    "template": _read_template,
    **{kind: partial(_read_media, kind) for kind in KINDS},
    "location": _read_location,
    "contacts": _read_contacts,
    "reaction": _read_reaction,
}
