"""One chat as the phone draws it: bubbles with their ticks, and the button of a Flow message with its state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from headrace.platform.handsets.choices import Choice, choices_of
from headrace.platform.messaging.models import Message
from headrace.platform.templates.buttons import FLOW

Ticks = Literal["sent", "delivered", "read"]
ButtonState = Literal["active", "answered", "closed"]

DRAFT_BUTTON = "Open the draft"
_TICKS: dict[str, Ticks] = {"sent": "sent", "delivered": "delivered", "read": "read"}


@dataclass(frozen=True)
class Button:
    """The button of a Flow message. `state` is active, answered (a response was sent) or closed (427)."""

    label: str
    state: ButtonState


@dataclass(frozen=True)
class Picture:
    """A header that is no text: what it is and the name it goes by. The phone shows a tile, it fetches nothing."""

    kind: str
    name: str


@dataclass(frozen=True)
class Bubble:
    """One message. `key` is its wamid, `quoted_key` that of the message it answers, `quoted` a line of it.

    `title` of a response is the Flow that was filled in, `response` what was sent. `failure` says why a message did not
    arrive. `ticks` are drawn on the person's own messages. `button` opens a Flow, `choices` is what else can be tapped.
    """

    key: str
    element_id: str
    kind: Literal["text", "flow", "response", "template"]
    is_own: bool
    at: datetime
    text: str
    title: str | None = None
    footer: str | None = None
    picture: Picture | None = None
    button: Button | None = None
    choices: tuple[Choice, ...] = ()
    is_draft: bool = False
    quoted: str | None = None
    quoted_key: str | None = None
    response: dict[str, Any] | None = None
    is_unread: bool = False
    ticks: Ticks | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Day:
    """The bubbles of one day."""

    day: date
    bubbles: tuple[Bubble, ...]


def is_visible(message: Message) -> bool:
    """A message of the business is on the phone once it was delivered; one that failed leaves a note."""
    return message.direction == "in" or message.delivered_at is not None or message.status == "failed"


def bubbles_of(messages: Iterable[Message], flow_names: dict[str, str]) -> list[Bubble]:
    """The chat in the order in which it was written; `flow_names` maps the ids of its Flows to their names."""
    shown = [message for message in messages if is_visible(message)]
    by_wamid = {message.wamid: message for message in shown}
    return [_bubble(message, by_wamid, flow_names) for message in shown]


def by_day(bubbles: Iterable[Bubble]) -> list[Day]:
    """The same, parted by day in the server's own time zone."""
    days: dict[date, list[Bubble]] = {}
    for bubble in bubbles:
        days.setdefault(bubble.at.astimezone().date(), []).append(bubble)
    return [Day(day, tuple(entries)) for day, entries in days.items()]


def summary(message: Message) -> str:
    """One line about a message, for a list of chats."""
    if message.type == "text":
        return str(message.payload.get("body", ""))
    if message.type == "button":
        return str(message.payload.get("text", ""))
    if message.direction == "in":
        return "Response sent"
    if message.flow_mode == "draft":
        return "Draft of a Flow"
    return _text(message.shown or message.payload, "body")


def _bubble(message: Message, by_wamid: dict[str, Message], flow_names: dict[str, str]) -> Bubble:
    quoted = by_wamid.get(message.context_wamid or "")
    common: dict[str, Any] = {
        "key": message.wamid,
        "element_id": f"message-{message.id}",
        "is_own": message.direction == "in",
        "at": message.created_at,
        "ticks": _TICKS.get(message.status) if message.direction == "in" else None,
        "failure": _failure(message),
        "quoted_key": message.context_wamid,
        "is_unread": message.direction == "out" and message.status == "delivered",
    }
    if message.type in {"text", "button"}:
        return Bubble(
            **common,
            kind="text",
            text=summary(message),
            quoted=None if quoted is None else summary(quoted),
        )
    if message.direction == "in":
        flow_id = None if quoted is None else quoted.flow_id
        return Bubble(
            **common,
            kind="response",
            text="Response sent",
            title=flow_names.get(flow_id or "", "Flow"),
            response=_response(message.payload),
        )
    if message.type == "template":
        return _template_bubble(message, common)
    return _flow_bubble(message, common, flow_names)


def _template_bubble(message: Message, common: dict[str, Any]) -> Bubble:
    shown = message.shown or {}
    label = next((str(button["text"]) for button in shown.get("buttons", ()) if _opens_flow(button)), None)
    return Bubble(
        **common,
        kind="template",
        title=_text(shown, "header") or None,
        picture=_picture(shown.get("header")),
        text=_text(shown, "body"),
        footer=_text(shown, "footer") or None,
        button=None if label is None or message.flow_opening is None else Button(label, _state(message)),
        choices=choices_of(message),
    )


def _opens_flow(button: dict[str, Any]) -> bool:
    return button.get("type") == FLOW


def _state(message: Message) -> ButtonState:
    if message.flow_outcome == "answered":
        return "answered"
    return "closed" if message.flow_outcome == "closed" else "active"


def _flow_bubble(message: Message, common: dict[str, Any], flow_names: dict[str, str]) -> Bubble:
    state = _state(message)
    if message.flow_mode == "draft":
        # WhatsApp shows a draft's message without its own words (docs/messages.md).
        name = flow_names.get(message.flow_id or "", "Flow")
        return Bubble(**common, kind="flow", text=name, is_draft=True, button=Button(DRAFT_BUTTON, state))
    payload = message.payload
    parameters = payload.get("action", {}).get("parameters", {})
    return Bubble(
        **common,
        kind="flow",
        title=_text(payload, "header") or None,
        picture=_picture(payload.get("header")),
        text=_text(payload, "body"),
        footer=_text(payload, "footer") or None,
        button=Button(str(parameters.get("flow_cta", "Open")), state),
    )


def _text(payload: dict[str, Any], part: str) -> str:
    found = payload.get(part)
    return str(found.get("text") or "") if isinstance(found, dict) else ""


def _picture(header: Any) -> Picture | None:
    kind = header.get("type") if isinstance(header, dict) else None
    if not isinstance(kind, str) or kind.lower() == "text":
        return None
    media = header.get(kind)
    if not isinstance(media, dict):
        return None
    if kind.lower() == "location":
        return Picture("location", place_name(media))
    link = str(media.get("link", ""))
    name = str(media.get("filename") or unquote(urlsplit(link).path.rsplit("/", 1)[-1]))
    return Picture(kind.lower(), name or link)


def place_name(location: dict[str, Any]) -> str:
    """A location in one line: its name and address, else where it is."""
    words = ", ".join(str(location[part]) for part in ("name", "address") if location.get(part))
    return words or f"{location.get('latitude')}, {location.get('longitude')}"


def _response(payload: dict[str, Any]) -> dict[str, Any] | None:
    try:
        values = json.loads(payload["nfm_reply"]["response_json"])
    except (KeyError, TypeError, ValueError):
        return None
    return values if isinstance(values, dict) else None


def _failure(message: Message) -> str | None:
    if message.status != "failed" or message.error is None:
        return None
    details = message.error.get("error_data", {}).get("details") or message.error.get("title", "")
    return f"{message.error.get('code')}: {details}"
