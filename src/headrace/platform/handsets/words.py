"""What a message says in words: the parts of its bubble, and one line about it for a list of chats."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from headrace.platform.messaging.media_kinds import KINDS
from headrace.platform.messaging.models import UNSUPPORTED, Message

_NAMES: Mapping[str, str] = {
    "audio": "Audio",
    "document": "Document",
    "image": "Photo",
    "sticker": "Sticker",
    "video": "Video",
}


@dataclass(frozen=True)
class Picture:
    """A file or a place: what it is and the name it goes by. `media_id` is that of a picture the box keeps; of all
    others the phone shows a tile.
    """

    kind: str
    name: str
    media_id: str | None = None


def summary(message: Message) -> str:
    """One line about a message."""
    payload = message.payload
    if message.type == "text":
        return str(payload.get("body", ""))
    if message.type == "button":
        return str(payload.get("text", ""))
    if message.type in KINDS:
        return str(payload.get("caption") or payload.get("filename") or _NAMES[message.type])
    if message.type == "location":
        return f"Location: {place_name(payload)}"
    if message.type == "contacts":
        return f"Contact: {', '.join(contact_name(contact) for contact in payload)}"
    if message.type == UNSUPPORTED:
        return "Poll"
    if message.type == "reaction":
        return f"Reacted with {payload['emoji']}" if payload.get("emoji") else "Took a reaction back"
    if message.direction == "in":
        return chosen(payload) or "Response sent"
    if message.flow_mode == "draft":
        return "Draft of a Flow"
    return part(message.shown or payload, "body")


def chosen(payload: dict[str, Any]) -> str | None:
    """The label of the button or the row that a person chose; none for the response of a Flow."""
    reply = payload.get(str(payload.get("type")))
    return str(reply["title"]) if isinstance(reply, dict) and "title" in reply else None


def part(payload: dict[str, Any], name: str) -> str:
    """The text of a header, a body or a footer; empty where there is none."""
    found = payload.get(name)
    return str(found.get("text") or "") if isinstance(found, dict) else ""


Fetched = Mapping[str, str | None]
"""The ids under which files are kept, by the links they were fetched from."""


def header_picture(payload: dict[str, Any], fetched: Fetched) -> Picture | None:
    """A header that is no text."""
    header = payload.get("header")
    kind = header.get("type") if isinstance(header, dict) else None
    if not isinstance(header, dict) or not isinstance(kind, str) or kind.lower() == "text":
        return None
    return picture_of(kind.lower(), header.get(kind), fetched)


def picture_of(kind: str, media: Any, fetched: Fetched) -> Picture | None:
    if not isinstance(media, dict):
        return None
    if kind == "location":
        return Picture(kind, place_name(media))
    if kind == "product":
        return Picture(kind, str(media.get("product_retailer_id") or ""))
    link = str(media.get("link") or "")
    name = str(media.get("filename") or unquote(urlsplit(link).path.rsplit("/", 1)[-1]) or link)
    media_id = fetched.get(link) if link else media.get("id")
    return Picture(kind, name, str(media_id) if media_id and kind in {"image", "sticker"} else None)


def place_name(location: dict[str, Any]) -> str:
    """A location in one line: its name and address, else where it is."""
    words = ", ".join(str(location[name]) for name in ("name", "address") if location.get(name))
    return words or f"{location.get('latitude')}, {location.get('longitude')}"


def contact_name(contact: dict[str, Any]) -> str:
    name = contact.get("name")
    return str(name.get("formatted_name", "")) if isinstance(name, dict) else ""


def contact_lines(contacts: list[dict[str, Any]]) -> str:
    """Contacts with their numbers, a line each."""
    lines = []
    for contact in contacts:
        phones = contact.get("phones")
        numbers = [str(phone.get("phone") or "") for phone in phones if isinstance(phone, dict)] if phones else []
        lines.append(" · ".join(filter(None, [contact_name(contact), *numbers])))
    return "\n".join(lines)
