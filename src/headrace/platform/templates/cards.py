"""The cards of a carousel: two to ten, all built alike, each with a picture, a video or a product. Pure."""

from typing import Any

from headrace.platform.errors.catalogue import TEMPLATE_FIELD_MISSING, TEMPLATE_INVALID
from headrace.platform.templates.buttons import KINDS, PHONE_NUMBER, QUICK_REPLY, SPM, URL, read_buttons
from headrace.platform.templates.members import Members
from headrace.platform.templates.parts import PRODUCT, read_body, read_header

CAROUSEL = "CAROUSEL"
LONGEST_CARD_BODY = 160

_FEWEST_CARDS = 2
_MOST_CARDS = 10
_MOST_BUTTONS = 2
_TYPES = ("HEADER", "BODY", "BUTTONS", *KINDS)
_BUTTONS = frozenset({QUICK_REPLY, URL, PHONE_NUMBER, SPM})


def read_carousel(component: Members, parameter_format: str) -> dict[str, Any]:
    """Reads the component of type CAROUSEL. Raises code 100."""
    given = component.entries("cards")
    if not _FEWEST_CARDS <= len(given) <= _MOST_CARDS:
        raise TEMPLATE_INVALID.explained(
            f"{component.path}.cards has {len(given)} entries. A carousel has {_FEWEST_CARDS} to {_MOST_CARDS} cards."
        )
    cards = [
        _read_card(Members.of(card, f"{component.path}.cards[{place}]"), parameter_format)
        for place, card in enumerate(given)
    ]
    shapes = [_shape(card) for card in cards]
    for place, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise TEMPLATE_INVALID.explained(
                f"{component.path}.cards[{place}] is built otherwise than the first card. All cards have the same "
                "components, and buttons of the same types in the same order."
            )
    return {"type": CAROUSEL, "cards": [{"components": card} for card in cards]}


def _read_card(card: Members, parameter_format: str) -> list[dict[str, Any]]:
    by_type: dict[str, Members] = {}
    loose: list[Any] = []
    for place, value in enumerate(card.entries("components")):
        part = Members.of(value, f"{card.path}.components[{place}]")
        kind = part.choice("type", _TYPES)
        if kind in KINDS:  # some clients leave out the component that holds them
            loose.append(value)
        elif kind in by_type:
            raise TEMPLATE_INVALID.explained(f"{card.path}.components has two of type {kind}. A card has one.")
        else:
            by_type[kind] = part
    if "HEADER" not in by_type:
        raise TEMPLATE_FIELD_MISSING.explained(f"{card.path} has no component of type HEADER. Every card has one.")
    if loose and "BUTTONS" not in by_type:
        by_type["BUTTONS"] = Members({"type": "BUTTONS", "buttons": loose}, f"{card.path}.components")
    stored = [read_header(by_type["HEADER"], parameter_format, ("IMAGE", "VIDEO", PRODUCT))]
    if "BODY" in by_type:
        stored.append(read_body(by_type["BODY"], parameter_format, LONGEST_CARD_BODY))
    if "BUTTONS" in by_type:
        buttons = read_buttons(by_type["BUTTONS"], allowed=_BUTTONS, most=_MOST_BUTTONS).stored
        stored.append({"type": "BUTTONS", "buttons": buttons})
    has_view = any(button["type"] == SPM for part in stored for button in part.get("buttons", ()))
    if has_view and stored[0]["format"] != PRODUCT:
        raise TEMPLATE_INVALID.explained(
            f"{card.path} has a button of type SPM, which shows a product, but no header of the format PRODUCT."
        )
    return stored


def _shape(card: list[dict[str, Any]]) -> list[Any]:
    """What has to be alike on all cards."""
    return [
        (part["type"], part.get("format"), tuple(button["type"] for button in part.get("buttons", ()))) for part in card
    ]
