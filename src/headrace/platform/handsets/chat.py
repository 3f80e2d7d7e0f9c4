"""One chat as the phone draws it: bubbles with their ticks, and the button of a Flow message with its state."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any, Literal

from headrace.platform.handsets.choices import Choice, choices_of, list_label
from headrace.platform.handsets.words import (
    Picture,
    chosen,
    contact_lines,
    header_picture,
    part,
    picture_of,
    place_name,
    summary,
)
from headrace.platform.messaging.media_kinds import KINDS
from headrace.platform.messaging.models import Message
from headrace.platform.templates.buttons import FLOW

Ticks = Literal["waiting", "sent", "delivered", "read"]
ButtonState = Literal["active", "answered", "closed"]
Kind = Literal["text", "flow", "response", "template", "interactive", "media", "location", "contacts"]

REACTION = "reaction"
DRAFT_BUTTON = "Open the draft"
_TICKS: dict[str, Ticks] = {"accepted": "waiting", "sent": "sent", "delivered": "delivered", "read": "read"}


@dataclass(frozen=True)
class Button:
    """The button of a Flow message. `state` is active, answered (a response was sent) or closed (427)."""

    label: str
    state: ButtonState


@dataclass(frozen=True)
class Reaction:
    """An emoji on a message, put there by the person themselves or by the business."""

    emoji: str
    is_own: bool


@dataclass(frozen=True)
class Card:
    """A card of a carousel."""

    picture: Picture | None
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Offer:
    """A limited-time offer; `ends_at` is None where it does not say when."""

    text: str
    ends_at: datetime | None


@dataclass(frozen=True)
class Bubble:
    """One message. `key` is its wamid, `quoted_key` that of the message it answers, `quoted` a line of it.

    `title` of a response is the Flow that was filled in, `response` what was sent. `failure` says why a message did not
    arrive. `ticks` are drawn on the person's own messages. `button` opens a Flow, `choices` is what else can be tapped;
    those of a list are behind a button with `list_label`; `cards` have choices of their own.
    """

    key: str
    element_id: str
    kind: Kind
    is_own: bool
    at: datetime
    text: str
    title: str | None = None
    footer: str | None = None
    picture: Picture | None = None
    button: Button | None = None
    choices: tuple[Choice, ...] = ()
    list_label: str | None = None
    offer: Offer | None = None
    cards: tuple[Card, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    is_draft: bool = False
    quoted: str | None = None
    quoted_key: str | None = None
    response: dict[str, Any] | None = None
    is_unread: bool = False
    ticks: Ticks | None = None
    failure: str | None = None

    @property
    def sections(self) -> list[tuple[str | None, list[Choice]]]:
        """The rows of a list under their headings, in the order in which they were sent."""
        return [(title, list(rows)) for title, rows in groupby(self.choices, lambda choice: choice.section)]


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
    reactions = _reactions(shown)
    unread = {message.payload["message_id"] for message in shown if message.type == REACTION and _is_unread(message)}
    bubbles = [
        _bubble(message, by_wamid, flow_names, reactions.get(message.wamid, ()))
        for message in shown
        if message.type != REACTION or message.status == "failed"
    ]
    # A reaction is no bubble of its own: it is unread with the message it belongs to.
    return [replace(bubble, is_unread=True) if bubble.key in unread else bubble for bubble in bubbles]


def _reactions(messages: Iterable[Message]) -> dict[str, tuple[Reaction, ...]]:
    """The newest reaction of each side to each message."""
    newest: dict[tuple[str, bool], str] = {}
    for message in messages:
        if message.type == REACTION and message.status != "failed":
            key = (str(message.payload.get("message_id")), message.direction == "in")
            newest.pop(key, None)
            newest[key] = str(message.payload.get("emoji") or "")
    found: dict[str, tuple[Reaction, ...]] = {}
    for (wamid, is_own), emoji in newest.items():
        if emoji:
            found[wamid] = (*found.get(wamid, ()), Reaction(emoji, is_own))
    return found


def _is_unread(message: Message) -> bool:
    return message.direction == "out" and message.status == "delivered"


def by_day(bubbles: Iterable[Bubble]) -> list[Day]:
    """The same, parted by day in the server's own time zone."""
    days: dict[date, list[Bubble]] = {}
    for bubble in bubbles:
        days.setdefault(bubble.at.astimezone().date(), []).append(bubble)
    return [Day(day, tuple(entries)) for day, entries in days.items()]


def _bubble(
    message: Message, by_wamid: dict[str, Message], flow_names: dict[str, str], reactions: tuple[Reaction, ...]
) -> Bubble:
    quoted = by_wamid.get(message.context_wamid or "")
    common: dict[str, Any] = {
        "key": message.wamid,
        "element_id": f"message-{message.id}",
        "is_own": message.direction == "in",
        "at": message.created_at,
        "ticks": _TICKS.get(message.status) if message.direction == "in" else None,
        "failure": _failure(message),
        "quoted_key": message.context_wamid,
        "is_unread": _is_unread(message),
        "reactions": reactions,
    }
    if message.type in {"template", "interactive"} and message.direction == "out":
        return _with_parts(message, common, flow_names)
    if message.type == "interactive" and chosen(message.payload) is None:
        flow_id = None if quoted is None else quoted.flow_id
        return Bubble(
            **common,
            kind="response",
            text="Response sent",
            title=flow_names.get(flow_id or "", "Flow"),
            response=_response(message.payload),
        )
    return _plain(message, {**common, "quoted": None if quoted is None else summary(quoted)})


def _plain(message: Message, common: dict[str, Any]) -> Bubble:
    """A message that is a text, or a single thing with or without words."""
    if message.type in KINDS:
        picture = picture_of(message.type, message.payload, message.fetched or {})
        return Bubble(**common, kind="media", picture=picture, text=str(message.payload.get("caption") or ""))
    if message.type == "location":
        return Bubble(**common, kind="location", picture=Picture("location", place_name(message.payload)), text="")
    if message.type == "contacts":
        return Bubble(**common, kind="contacts", text=contact_lines(message.payload))
    return Bubble(**common, kind="text", text=summary(message))


def _with_parts(message: Message, common: dict[str, Any], flow_names: dict[str, str]) -> Bubble:
    """A message of header, body and footer, with what can be tapped below."""
    if message.flow_mode == "draft":
        # WhatsApp shows a draft's message without its own words (docs/messages.md).
        name = flow_names.get(message.flow_id or "", "Flow")
        return Bubble(**common, kind="flow", text=name, is_draft=True, button=Button(DRAFT_BUTTON, _state(message)))
    shown = message.shown or message.payload
    kind: Kind = "template" if message.type == "template" else "interactive"
    label = _flow_label(message)
    if kind == "interactive" and label is not None:
        kind = "flow"
    return Bubble(
        **common,
        kind=kind,
        title=part(shown, "header") or None,
        picture=header_picture(shown, message.fetched or {}),
        text=part(shown, "body"),
        footer=part(shown, "footer") or None,
        button=None if label is None else Button(label, _state(message)),
        choices=tuple(choice for choice in choices_of(message) if choice.card is None),
        offer=_offer(shown.get("offer")),
        cards=_cards(message, shown),
        list_label=list_label(message),
    )


def _offer(offer: dict[str, Any] | None) -> Offer | None:
    if offer is None:
        return None
    ends = offer.get("expires_at_ms")
    return Offer(str(offer["text"]), None if ends is None else datetime.fromtimestamp(ends / 1000, UTC))


def _cards(message: Message, shown: dict[str, Any]) -> tuple[Card, ...]:
    choices = choices_of(message)
    return tuple(
        Card(
            header_picture(card, message.fetched or {}),
            part(card, "body"),
            tuple(choice for choice in choices if choice.card == place),
        )
        for place, card in enumerate(shown.get("cards", ()))
    )


def _flow_label(message: Message) -> str | None:
    """What stands on the button that opens a Flow; none in a message without one."""
    if message.flow_opening is None:
        return None
    if message.type == "template":
        buttons = (message.shown or {}).get("buttons", ())
        return next((str(button["text"]) for button in buttons if button.get("type") == FLOW), None)
    parameters = message.payload.get("action", {}).get("parameters", {})
    return str(parameters.get("flow_cta", "Open"))


def _state(message: Message) -> ButtonState:
    if message.flow_outcome == "answered":
        return "answered"
    return "closed" if message.flow_outcome == "closed" else "active"


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
