"""A template with its placeholders filled: what the person sees, and how its Flow opens. Pure.

Parameters that do not fit are refused with the codes of docs/messages.md, naming the component they are for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.platform.errors.catalogue import (
    MEMBER_MISSING,
    TEMPLATE_CHARACTERS_WRONG,
    TEMPLATE_PARAMETER_FORMAT,
    TEMPLATE_PARAMETER_WRONG,
    TEMPLATE_PARAMETERS_COUNTED_WRONG,
    TEMPLATE_TEXT_TOO_LONG,
)
from headrace.platform.messaging.content import check_location
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.template_messages import Given, GivenButton, TemplateRequest
from headrace.platform.templates import buttons as kinds
from headrace.platform.templates.cards import CAROUSEL, LONGEST_CARD_BODY
from headrace.platform.templates.components import LONGEST_BODY_WITH_OFFER, OFFER, buttons_of, component_of
from headrace.platform.templates.parts import LONGEST_BODY, LONGEST_HEADER, MEDIA_FORMATS, PRODUCT
from headrace.platform.templates.placeholders import NAMED, fill, placeholders_of
from headrace.platform.templates.sending import TemplateToSend
from headrace.protocol import UNUSED_TOKEN

_FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")
_LONGEST_PAYLOAD = 256
_LONGEST_CODE = 15
_LONGEST_PRODUCT = 200
_LONGEST_SECTION = 24
_MOST_SECTIONS = 10
_MOST_PRODUCTS = 30
_LATEST_MILLISECONDS = 32_503_680_000_000  # the year 3000
_SUB_TYPES: Mapping[str, str] = {kinds.OTP: kinds.URL}
"""How the button of a type is named when it is filled, where that is not its own name."""


@dataclass(frozen=True)
class Filled:
    """`shown` is the message as people see it: `header`, `body`, `footer` and `buttons`, in the form of interactive
    messages; `offer` with its `text` and when it `expires_at_ms`, and `cards`, each with parts of its own. `flow_token`
    and `flow_data` are for the FLOW button.
    """

    shown: dict[str, Any]
    flow_token: str = UNUSED_TOKEN
    flow_data: dict[str, Any] | None = None


@dataclass(frozen=True)
class _FilledButton:
    shown: dict[str, Any]
    flow_token: str = UNUSED_TOKEN
    flow_data: dict[str, Any] | None = None


def fill_template(request: TemplateRequest, template: TemplateToSend) -> Filled:
    """Raises `PlatformError` for parameters that do not fit the template."""
    offer, carousel = (component_of(template.components, kind) for kind in (OFFER, CAROUSEL))
    longest = LONGEST_BODY if offer is None else LONGEST_BODY_WITH_OFFER
    filled = _fill(request.given, template.components, template.parameter_format, longest)
    if offer is not None:
        filled.shown["offer"] = _offer(request.offer, offer["limited_time_offer"])
    elif request.offer:
        raise _miscounted(OFFER.lower(), len(request.offer), 0)
    cards = [] if carousel is None else carousel["cards"]
    if set(request.cards) - set(range(len(cards))) or (cards and len(request.cards) != len(cards)):
        raise TEMPLATE_PARAMETERS_COUNTED_WRONG.detailed(
            f"carousel: the message has {len(request.cards)} cards and the template {len(cards)}, counted from 0."
        )
    if cards:
        filled.shown["cards"] = [
            _fill(
                request.cards[place], card["components"], template.parameter_format, LONGEST_CARD_BODY, f"card {place} "
            ).shown
            for place, card in enumerate(cards)
        ]
    return filled


def _fill(given: Given, components: list[dict[str, Any]], parameter_format: str, longest: int, at: str = "") -> Filled:
    """Fills the parts of a message, or of the card that `at` names."""
    shown: dict[str, Any] = {}
    header = component_of(components, "HEADER")
    if header is not None:
        shown["header"] = _header(given.header, header, parameter_format, at)
    elif given.header:
        raise _miscounted(f"{at}header", len(given.header), 0)
    body = component_of(components, "BODY")
    text = _text(given.body, "" if body is None else body["text"], parameter_format, f"{at}body", longest)
    if body is not None:
        shown["body"] = {"text": text}
    footer = component_of(components, "FOOTER")
    if footer is not None:
        shown["footer"] = {"text": footer["text"]}
    buttons = buttons_of(components)
    for position, one in given.buttons.items():
        if position >= len(buttons):
            raise TEMPLATE_PARAMETER_WRONG.detailed(
                f"{at}buttons: the template has no button at index {position}; it has {len(buttons)}, counted from 0."
            )
        kind = buttons[position]["type"]
        if one.sub_type != _SUB_TYPES.get(kind, kind):
            raise TEMPLATE_PARAMETER_FORMAT.detailed(
                f"{at}buttons: the button at index {position} is of type {kind}, but `sub_type` is `{one.sub_type}`."
            )
    filled = [_button(button, given.buttons.get(place), place) for place, button in enumerate(buttons)]
    if filled:
        shown["buttons"] = [one.shown for one in filled]
    flow = next((one for one in filled if one.shown["type"] == kinds.FLOW), None)
    return Filled(shown) if flow is None else Filled(shown, flow.flow_token, flow.flow_data)


def _offer(parameters: list[Fields], offer: dict[str, Any]) -> dict[str, Any]:
    """The words of a limited-time offer, and when it ends."""
    if len(parameters) > 1 or (parameters and not offer["has_expiration"]):
        raise _miscounted("limited_time_offer", len(parameters), int(offer["has_expiration"]))
    if not offer["has_expiration"]:
        return {"text": offer["text"]}
    if not parameters:
        raise MEMBER_MISSING.detailed("limited_time_offer: `expiration_time_ms` is missing. Say when the offer ends.")
    value = _of_type(parameters[0], "limited_time_offer", "limited_time_offer").number("expiration_time_ms")
    if not 0 < value < _LATEST_MILLISECONDS:
        raise TEMPLATE_PARAMETER_WRONG.detailed(
            "limited_time_offer: `expiration_time_ms` is no moment in milliseconds since 1970."
        )
    return {"text": offer["text"], "expires_at_ms": int(value)}


def _header(parameters: list[Fields], header: dict[str, Any], parameter_format: str, at: str) -> dict[str, Any]:
    kind, part = header["format"], f"{at}header"
    if kind == "TEXT":
        return {"type": "text", "text": _text(parameters, header["text"], parameter_format, part, LONGEST_HEADER)}
    if len(parameters) != 1:
        raise _miscounted(part, len(parameters), 1)
    given = kind.lower()
    value = _of_type(parameters[0], given, part)
    if kind == PRODUCT:
        for name in ("product_retailer_id", "catalog_id"):
            value.text(name, longest=_LONGEST_PRODUCT)
    elif kind not in MEDIA_FORMATS:
        check_location(value)
    return {"type": given, given: value.value}


def _of_type(parameter: Fields, kind: str, part: str) -> Fields:
    """The object of a parameter, which has to be of this type."""
    given = parameter.text("type").lower()
    if given != kind:
        raise TEMPLATE_PARAMETER_FORMAT.detailed(
            f"{part}: Format mismatch, expected {kind.upper()}, received {given.upper()[:40]}."
        )
    return parameter.object(given)


def _text(parameters: list[Fields], text: str, parameter_format: str, part: str, longest: int) -> str:
    names = placeholders_of(text, parameter_format)
    if len(parameters) != len(names):
        raise _miscounted(part, len(parameters), len(names))
    values: dict[str, str] = {}
    for place, parameter in enumerate(parameters):
        name = names[place]
        if parameter_format == NAMED:
            name = parameter.text("parameter_name")
            if name not in names or name in values:
                raise TEMPLATE_PARAMETER_WRONG.detailed(
                    f"{part}: the template has no variable `{name[:40]}` left to fill. It has {', '.join(names)}."
                )
        values[name] = _value(parameter, part)
    filled = fill(text, values)
    if len(filled) > longest:
        raise TEMPLATE_TEXT_TOO_LONG.detailed(
            f"{part}: the text has {len(filled)} characters once it is filled; at most {longest} are allowed."
        )
    return filled


def _value(parameter: Fields, part: str) -> str:
    kind = parameter.text("type").lower()
    if kind == "text":
        value = parameter.text("text")
    elif kind in {"currency", "date_time"}:
        value = parameter.object(kind).text("fallback_value")
    else:
        raise TEMPLATE_PARAMETER_FORMAT.detailed(
            f"{part}: Format mismatch, expected TEXT, received {kind.upper()[:40]}."
        )
    return _proper(value, part)


def _proper(value: str, part: str) -> str:
    if _FORBIDDEN.search(value):
        raise TEMPLATE_CHARACTERS_WRONG.detailed(
            f"{part}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces."
        )
    return value


def _button(button: dict[str, Any], given: GivenButton | None, place: int) -> _FilledButton:
    kind, shown = button["type"], {"type": button["type"], "text": button["text"]}
    parameters = [] if given is None else given.parameters
    if len(parameters) > 1:
        raise _miscounted(f"buttons[{place}]", len(parameters), 1)
    parameter = parameters[0] if parameters else None
    if kind == kinds.FLOW:
        return _flow(shown, parameter)
    if kind == kinds.QUICK_REPLY:
        payload = button["text"] if parameter is None else _typed(parameter, "payload", place, _LONGEST_PAYLOAD)
        return _FilledButton({**shown, "payload": payload})
    if kind == kinds.URL:
        url = button["url"]
        if not placeholders_of(url, "POSITIONAL"):
            if parameter is not None:
                raise _miscounted(f"buttons[{place}]", 1, 0)
            return _FilledButton({**shown, "url": url})
        suffix = _typed(_needed(parameter, place, "Url"), "text", place, kinds.LONGEST_URL)
        return _FilledButton({**shown, "url": fill(url, {"1": suffix})})
    if kind in {kinds.CATALOG, kinds.MPM}:
        return _FilledButton({**shown, **_products(kind, parameter, place)})
    if kind == kinds.VOICE_CALL and parameter is not None:
        parameter.choice("type", ("payload", "ttl_minutes"))
        return _FilledButton(shown)
    if kind in {kinds.COPY_CODE, kinds.OTP}:
        shown |= {"autofill_text": button["autofill_text"]} if "autofill_text" in button else {}
        member = "coupon_code" if kind == kinds.COPY_CODE else "text"
        needed = _needed(parameter, place, "Copy code")
        return _FilledButton({**shown, "code": _typed(needed, member, place, _LONGEST_CODE)})
    if parameter is not None:
        raise _miscounted(f"buttons[{place}]", 1, 0)
    return _FilledButton({**shown, "phone_number": button["phone_number"]} if "phone_number" in button else shown)


def _products(kind: str, parameter: Fields | None, place: int) -> dict[str, Any]:
    """What a button shows of a catalog: its whole, or products in sections."""
    if parameter is None and kind == kinds.CATALOG:
        return {"products": []}
    action = _of_type(_needed(parameter, place, kind), "action", f"buttons[{place}]")
    thumbnail = action.optional_text("thumbnail_product_retailer_id", longest=_LONGEST_PRODUCT)
    if kind == kinds.CATALOG:
        return {"products": [thumbnail] if thumbnail else []}
    sections = action.objects("sections")
    if not 1 <= len(sections) <= _MOST_SECTIONS:
        raise TEMPLATE_PARAMETER_WRONG.detailed(
            f"buttons[{place}]: `sections` has {len(sections)} entries. Give 1 to {_MOST_SECTIONS}."
        )
    shown = []
    for section in sections:
        title = section.optional_text("title", longest=_LONGEST_SECTION)
        if title is None and len(sections) > 1:
            raise MEMBER_MISSING.detailed(f"`{section.path('title')}` is missing: there are several sections.")
        items = [
            item.text("product_retailer_id", longest=_LONGEST_PRODUCT) for item in section.objects("product_items")
        ]
        shown.append({"title": title or "", "products": items})
    count = sum(len(section["products"]) for section in shown)
    if not 1 <= count <= _MOST_PRODUCTS or not all(section["products"] for section in shown):
        raise TEMPLATE_PARAMETER_WRONG.detailed(
            f"buttons[{place}]: the sections have {count} products. Give 1 to {_MOST_PRODUCTS}, and no empty section."
        )
    return {"sections": shown, "products": [thumbnail] if thumbnail else []}


def _flow(shown: dict[str, Any], parameter: Fields | None) -> _FilledButton:
    if parameter is None:
        return _FilledButton(shown)
    kind = parameter.text("type").lower()
    if kind != "action":
        raise TEMPLATE_PARAMETER_FORMAT.detailed(
            f"buttons: Format mismatch, expected ACTION, received {kind.upper()[:40]}."
        )
    action = parameter.optional_object("action")
    if action is None:
        return _FilledButton(shown)
    data = action.optional_object("flow_action_data")
    token = action.optional_text("flow_token") or UNUSED_TOKEN
    return _FilledButton(shown, token, data.value if data is not None and data.value else None)


def _needed(parameter: Fields | None, place: int, kind: str) -> Fields:
    if parameter is None:
        raise MEMBER_MISSING.detailed(f"buttons: Button at index {place} of type {kind} requires a parameter.")
    return parameter


def _typed(parameter: Fields, member: str, place: int, longest: int) -> str:
    kind = parameter.text("type").lower()
    if kind != member:
        raise TEMPLATE_PARAMETER_FORMAT.detailed(
            f"buttons[{place}]: Format mismatch, expected {member.upper()}, received {kind.upper()[:40]}."
        )
    value = parameter.text(member)
    if len(value) > longest:
        raise TEMPLATE_TEXT_TOO_LONG.detailed(
            f"buttons[{place}]: `{member}` has {len(value)} characters; at most {longest} are allowed."
        )
    return _proper(value, f"buttons[{place}]")


def _miscounted(part: str, given: int, expected: int) -> Exception:
    return TEMPLATE_PARAMETERS_COUNTED_WRONG.detailed(
        f"{part}: number of localizable_params ({given}) does not match the expected number of params ({expected})."
    )
