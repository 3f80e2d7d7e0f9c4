"""The components of a template as a business gives them: read, checked against the limits, put into one form. Pure.

The limits and subcodes are those of docs/templates.md. Everything raises code 100.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.platform.errors.catalogue import (
    TEMPLATE_FIELD_MISSING,
    TEMPLATE_FOOTER_WRONG,
    TEMPLATE_INVALID,
    TEMPLATE_TOO_LONG,
)
from headrace.platform.templates.buttons import CATALOG, COPY_CODE, MPM, SPM, FlowRequest, read_buttons
from headrace.platform.templates.cards import CAROUSEL, read_carousel
from headrace.platform.templates.members import Members
from headrace.platform.templates.parts import LONGEST_BODY, MEDIA_FORMATS, PRODUCT, read_body, read_footer, read_header
from headrace.protocol import TemplateCategory

OFFER = "LIMITED_TIME_OFFER"
TYPES = ("HEADER", "BODY", "FOOTER", "BUTTONS", OFFER, CAROUSEL)

LONGEST_BODY_WITH_OFFER = 600
_LONGEST_OFFER = 16

CODE_TEXT = "{{1}} is your verification code."
ADVICE = " For your security, do not share this code."
_LONGEST_EXPIRY_MINUTES = 90


@dataclass(frozen=True)
class Components:
    """`stored` are the components in their one form. `flow` is what a FLOW button asks for: its Flow is found, or made,
    by whoever creates the template.
    """

    stored: list[dict[str, Any]]
    flow: FlowRequest | None = None


def read_components(given: list[Any], parameter_format: str, category: str) -> Components:
    """Reads and checks components. Raises code 100, with the subcode of what is wrong."""
    by_type: dict[str, Members] = {}
    for position, value in enumerate(given):
        members = Members.of(value, f"components[{position}]")
        kind = members.choice("type", TYPES)
        if kind in by_type:
            raise TEMPLATE_INVALID.explained(f"components has two of type {kind}. A template has one.")
        by_type[kind] = members
    if "BODY" not in by_type:
        raise TEMPLATE_FIELD_MISSING.explained("components has none of type BODY. Every template needs one.")
    if category == TemplateCategory.AUTHENTICATION:
        return _read_authentication(by_type)
    _check_combination(by_type, category)
    stored = []
    if "HEADER" in by_type:
        formats = MEDIA_FORMATS[:2] if OFFER in by_type else None
        stored.append(read_header(by_type["HEADER"], parameter_format, *([formats] if formats else [])))
    if OFFER in by_type:
        stored.append(_read_offer(by_type[OFFER]))
    longest = LONGEST_BODY_WITH_OFFER if OFFER in by_type else LONGEST_BODY
    stored.append(read_body(by_type["BODY"], parameter_format, longest))
    if "FOOTER" in by_type:
        stored.append(read_footer(by_type["FOOTER"]))
    flow = None
    if "BUTTONS" in by_type:
        buttons = read_buttons(by_type["BUTTONS"])
        stored.append({"type": "BUTTONS", "buttons": buttons.stored})
        flow = buttons.flow
    if CAROUSEL in by_type:
        stored.append(read_carousel(by_type[CAROUSEL], parameter_format))
    _check_products(stored, category)
    _check_offer(stored)
    return Components(stored, flow)


def _check_combination(by_type: Mapping[str, Members], category: str) -> None:
    """What cannot stand together, and what only marketing has."""
    for kind, others in ((OFFER, ("FOOTER", CAROUSEL)), (CAROUSEL, ("HEADER", "FOOTER", "BUTTONS"))):
        if kind not in by_type:
            continue
        if category != TemplateCategory.MARKETING:
            raise TEMPLATE_INVALID.explained(f"A component {kind} is only for templates of the category MARKETING.")
        for other in others:
            if other in by_type:
                raise TEMPLATE_INVALID.explained(f"A template with a component {kind} has none of type {other}.")


def _read_offer(component: Members) -> dict[str, Any]:
    offer = component.object("limited_time_offer")
    text = offer.text("text")
    if len(text) > _LONGEST_OFFER:
        raise TEMPLATE_TOO_LONG.explained(
            f"{offer.path}.text has {len(text)} characters; at most {_LONGEST_OFFER} are allowed."
        )
    expires = bool(offer.boolean("has_expiration"))
    return {"type": OFFER, "limited_time_offer": {"text": text, "has_expiration": expires}}


def _check_offer(stored: list[dict[str, Any]]) -> None:
    offer = component_of(stored, OFFER)
    if offer is None:
        return
    kinds = [button["type"] for button in buttons_of(stored)]
    if COPY_CODE in kinds[1:]:
        raise TEMPLATE_INVALID.explained("In a limited-time offer the button of type COPY_CODE comes first.")
    if offer["limited_time_offer"]["has_expiration"] and COPY_CODE not in kinds:
        raise TEMPLATE_FIELD_MISSING.explained(
            "A limited-time offer with has_expiration true has a button of type COPY_CODE. Add it as the first."
        )


def _check_products(stored: list[dict[str, Any]], category: str) -> None:
    """A product in the header and the button that shows it belong together."""
    shows = {button["type"] for button in buttons_of(stored)} & {CATALOG, MPM, SPM}
    if shows and category != TemplateCategory.MARKETING:
        raise TEMPLATE_INVALID.explained(f"A button of type {min(shows)} is only for the category MARKETING.")
    header = component_of(stored, "HEADER")
    has_product = header is not None and header["format"] == PRODUCT
    if has_product != any(button["type"] == SPM for button in buttons_of(stored)):
        raise TEMPLATE_INVALID.explained(
            "A header of the format PRODUCT and a button of type SPM belong together. Give both, or neither."
        )


def component_of(components: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """The component of a type, among stored ones."""
    return next((component for component in components if component["type"] == kind), None)


def buttons_of(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = component_of(components, "BUTTONS")
    return [] if found is None else list(found["buttons"])


def _read_authentication(by_type: Mapping[str, Members]) -> Components:
    """A template that carries a code: WhatsApp writes its words, the business chooses what is added."""
    if "HEADER" in by_type:
        raise TEMPLATE_INVALID.explained("A template of the category AUTHENTICATION has no header. Leave it out.")
    advises = by_type["BODY"].boolean("add_security_recommendation")
    body: dict[str, Any] = {"type": "BODY", "text": CODE_TEXT + (ADVICE if advises else "")}
    if advises is not None:
        body["add_security_recommendation"] = advises
    stored = [body | {"example": {"body_text": [["123456"]]}}]
    if "FOOTER" in by_type:
        minutes = by_type["FOOTER"].integer("code_expiration_minutes")
        if minutes is not None and not 1 <= minutes <= _LONGEST_EXPIRY_MINUTES:
            raise TEMPLATE_FOOTER_WRONG.explained(
                f"code_expiration_minutes is {minutes}. Give 1 to {_LONGEST_EXPIRY_MINUTES}."
            )
        if minutes is not None:
            text = f"This code expires in {minutes} minutes."
            stored.append({"type": "FOOTER", "text": text, "code_expiration_minutes": minutes})
    if "BUTTONS" not in by_type:
        raise TEMPLATE_FIELD_MISSING.explained(
            "components has none of type BUTTONS. A template of the category AUTHENTICATION has an OTP button."
        )
    buttons = read_buttons(by_type["BUTTONS"], is_authentication=True)
    stored.append({"type": "BUTTONS", "buttons": buttons.stored})
    return Components(stored)
