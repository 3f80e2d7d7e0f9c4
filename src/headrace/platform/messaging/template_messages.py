"""What a template message asks for: which template, and what its placeholders and buttons are filled with. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.media_objects import MediaName, read_media

LARGEST_BYTES = 1024 * 1024
"""What is larger than this is accepted and never arrives (docs/messages.md)."""

_FILES = frozenset({"image", "video", "document"})
OFFER = "limited_time_offer"
CAROUSEL = "carousel"
_CARD_PARTS = ("header", "body", "button", "footer")
_PARTS = (*_CARD_PARTS, OFFER, CAROUSEL)
_MOST_CARDS = 10


@dataclass(frozen=True, slots=True)
class GivenButton:
    """What one button is filled with: its `sub_type` in capitals, and its parameters."""

    sub_type: str
    parameters: list[Fields]


@dataclass(frozen=True, slots=True)
class Given:
    """What a message or a card is filled with. `buttons` are by their position; a part that is not there has no
    parameters.
    """

    header: list[Fields] = field(default_factory=list)
    body: list[Fields] = field(default_factory=list)
    buttons: Mapping[int, GivenButton] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """The template of a call. `offer` are the parameters of a limited-time offer, `cards` those of a carousel, by
    their position.
    """

    name: str
    language: str
    given: Given = field(default_factory=Given)
    offer: list[Fields] = field(default_factory=list)
    cards: Mapping[int, Given] = field(default_factory=dict)
    size: int = 0
    files: tuple[MediaName, ...] = ()

    @property
    def is_too_large(self) -> bool:
        return self.size > LARGEST_BYTES


def read_template(template: Fields) -> TemplateRequest:
    """Reads the object `template` of a message."""
    language = template.object("language")
    policy = language.optional_text("policy")
    if policy is not None and policy.lower() != "deterministic":
        raise MEMBER_INVALID.detailed(f"`{language.path('policy')}` has to be `deterministic`, or is left out.")
    given, more = _read_parts(template.objects("components"), _PARTS)
    cards = _read_cards(more[CAROUSEL]) if CAROUSEL in more else {}
    return TemplateRequest(
        name=template.text("name"),
        language=language.text("code"),
        given=given,
        offer=more[OFFER].objects("parameters") if OFFER in more else [],
        cards=cards,
        size=len(orjson.dumps(template.value)),
        files=tuple(file for one in (given, *cards.values()) for file in _read_files(one.header)),
    )


def _read_parts(components: list[Fields], kinds: tuple[str, ...]) -> tuple[Given, dict[str, Fields]]:
    """The parts that are filled alike, and the others by their kind."""
    parts: dict[str, Fields] = {}
    buttons: dict[int, GivenButton] = {}
    for component in components:
        kind = component.choice("type", kinds)
        if kind == "button":
            position = _position(component, "index", "Buttons")
            if position in buttons:
                raise MEMBER_INVALID.detailed(f"`{component.path('index')}` names a button twice.")
            buttons[position] = GivenButton(component.text("sub_type").upper(), component.objects("parameters"))
        elif kind in parts:
            raise MEMBER_INVALID.detailed(f"`{component.whole}` is the second component of type `{kind}`. Keep one.")
        else:
            parts[kind] = component
    header, body = (parts[name].objects("parameters") if name in parts else [] for name in ("header", "body"))
    return Given(header, body, buttons), parts


def _read_cards(carousel: Fields) -> dict[int, Given]:
    cards: dict[int, Given] = {}
    for card in carousel.objects("cards"):
        position = _position(card, "card_index", "Cards")
        if position in cards or position >= _MOST_CARDS:
            raise MEMBER_INVALID.detailed(f"`{card.path('card_index')}` names a card twice, or none of the first ten.")
        cards[position], _ = _read_parts(card.objects("components"), _CARD_PARTS)
    return cards


def _read_files(header: list[Fields]) -> tuple[MediaName, ...]:
    """The files that the parameters of a header name."""
    kinds = [(parameter, parameter.text("type").lower()) for parameter in header]
    return tuple(read_media(parameter.object(kind), kind) for parameter, kind in kinds if kind in _FILES)


def _position(component: Fields, name: str, what: str) -> int:
    index: Any = component.optional_text(name)
    if index is None:
        raise MEMBER_MISSING.detailed(f"`{component.path(name)}` is missing. {what} are counted from 0.")
    if not index.isascii() or not index.isdigit() or len(index) > 2:
        raise MEMBER_INVALID.detailed(f"`{component.path(name)}` is no position, counted from 0.")
    return int(index)
