"""The buttons of a template: read and checked. Pure: whether a Flow is there is looked up by `service`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import orjson

from headrace.platform.errors.catalogue import TEMPLATE_FIELD_MISSING, TEMPLATE_INVALID, TEMPLATE_TOO_LONG
from headrace.platform.templates.members import Members
from headrace.platform.templates.placeholders import PlaceholdersWrong, placeholders_of

MOST_BUTTONS = 10
LONGEST_LABEL = 25
LONGEST_URL = 2000
LONGEST_CODE = 15
_LONGEST_PHONE_NUMBER = 20

QUICK_REPLY = "QUICK_REPLY"
URL = "URL"
PHONE_NUMBER = "PHONE_NUMBER"
COPY_CODE = "COPY_CODE"
FLOW = "FLOW"
OTP = "OTP"

_MOST: Mapping[str, int] = {QUICK_REPLY: 10, URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1, FLOW: 1, OTP: 1}
_ICONS = ("DOCUMENT", "PROMOTION", "REVIEW")
_PHONE_NUMBER = re.compile(r"\+?[0-9][0-9 ()\-]*")


@dataclass(frozen=True)
class FlowRequest:
    """Which Flow a FLOW button opens, by exactly one of the first three, and how. `position` is its place among the
    buttons."""

    position: int
    flow_id: str | None
    flow_name: str | None
    flow_json: bytes | None
    action: str
    screen: str | None


@dataclass(frozen=True)
class Buttons:
    stored: list[dict[str, Any]]
    flow: FlowRequest | None = None


def read_buttons(component: Members, *, is_authentication: bool = False) -> Buttons:
    """Reads the buttons of one component. Raises code 100."""
    given = component.entries("buttons")
    if not given:
        raise TEMPLATE_FIELD_MISSING.explained(f"{component.path}.buttons is missing or empty.")
    if len(given) > MOST_BUTTONS:
        raise TEMPLATE_INVALID.explained(f"The template has {len(given)} buttons; at most {MOST_BUTTONS} are allowed.")
    stored: list[dict[str, Any]] = []
    flow = None
    for position, value in enumerate(given):
        button = Members.of(value, f"{component.path}.buttons[{position}]")
        kind = button.choice("type", tuple(_MOST))
        if (kind == OTP) != is_authentication:
            raise TEMPLATE_INVALID.explained(
                "Templates of the category AUTHENTICATION have one button of type OTP, and no others have."
            )
        if kind == FLOW:
            flow = _read_flow(button, position)
            stored.append(_flow_button(button))
        else:
            stored.append(_READERS[kind](button))
    _check_mixture([button["type"] for button in stored])
    return Buttons(stored, flow)


def _check_mixture(kinds: list[str]) -> None:
    for kind, most in _MOST.items():
        if kinds.count(kind) > most:
            raise TEMPLATE_INVALID.explained(
                f"The template has {kinds.count(kind)} buttons of type {kind}; at most {most} are allowed."
            )
    are_replies = [kind == QUICK_REPLY for kind in kinds]
    changes = sum(one != following for one, following in pairwise(are_replies))
    if changes > 1:
        raise TEMPLATE_INVALID.explained(
            "Quick replies and other buttons are mixed. Put all quick replies together, before or after the others."
        )


def _label(button: Members) -> str:
    text = button.text("text")
    if len(text) > LONGEST_LABEL:
        raise TEMPLATE_TOO_LONG.explained(
            f"{button.path}.text has {len(text)} characters; at most {LONGEST_LABEL} are allowed."
        )
    if "{{" in text:
        raise TEMPLATE_INVALID.explained(f"{button.path}.text has a variable. Write the button's words out.")
    return text


def _read_quick_reply(button: Members) -> dict[str, Any]:
    return {"type": QUICK_REPLY, "text": _label(button)}


def _read_url(button: Members) -> dict[str, Any]:
    label, url = _label(button), button.text("url")
    if len(url) > LONGEST_URL:
        raise TEMPLATE_TOO_LONG.explained(
            f"{button.path}.url has {len(url)} characters; at most {LONGEST_URL} are allowed."
        )
    try:
        names = placeholders_of(url, "POSITIONAL")
    except PlaceholdersWrong as error:
        raise TEMPLATE_INVALID.explained(f"{button.path}.url cannot be used: {error}") from error
    if not url.startswith(("https://", "http://")) or " " in url:
        raise TEMPLATE_INVALID.explained(f"{button.path}.url is no web address. It starts with https://.")
    stored: dict[str, Any] = {"type": URL, "text": label, "url": url}
    if not names:
        return stored
    if len(names) > 1 or not url.endswith("}}"):
        raise TEMPLATE_INVALID.explained(f"{button.path}.url may have one variable, at its very end.")
    examples = button.texts("example")
    if not examples or not examples[0].strip():
        raise TEMPLATE_FIELD_MISSING.explained(
            f"{button.path} is missing expected field(s) (example): a whole address as it will look."
        )
    return {**stored, "example": examples[:1]}


def _read_phone_number(button: Members) -> dict[str, Any]:
    label, number = _label(button), button.text("phone_number")
    if len(number) > _LONGEST_PHONE_NUMBER or not _PHONE_NUMBER.fullmatch(number):
        raise TEMPLATE_INVALID.explained(f"{button.path}.phone_number is no phone number of at most 20 characters.")
    return {"type": PHONE_NUMBER, "text": label, "phone_number": number}


def _read_copy_code(button: Members) -> dict[str, Any]:
    examples = button.texts("example")
    if not examples or not examples[0].strip():
        raise TEMPLATE_FIELD_MISSING.explained(f"{button.path} is missing expected field(s) (example): a code.")
    if len(examples[0]) > LONGEST_CODE:
        raise TEMPLATE_TOO_LONG.explained(
            f"{button.path}.example has {len(examples[0])} characters; at most {LONGEST_CODE} are allowed."
        )
    return {"type": COPY_CODE, "text": "Copy offer code", "example": examples[:1]}


def _read_otp(button: Members) -> dict[str, Any]:
    kind = button.choice("otp_type", (COPY_CODE,))
    label = _label(button) if button.has("text") else "Copy code"
    return {"type": OTP, "otp_type": kind, "text": label}


_READERS: Mapping[str, Callable[[Members], dict[str, Any]]] = {
    QUICK_REPLY: _read_quick_reply,
    URL: _read_url,
    PHONE_NUMBER: _read_phone_number,
    COPY_CODE: _read_copy_code,
    OTP: _read_otp,
}


def _read_flow(button: Members, position: int) -> FlowRequest:
    flow_id, name = button.optional_text("flow_id"), button.optional_text("flow_name")
    text = button.raw("flow_json")
    given = [value for value in (flow_id, name, text) if value]
    if len(given) != 1:
        how = "None" if not given else "More than one"
        raise TEMPLATE_INVALID.explained(
            f"{how} of flow_id, flow_name and flow_json is given in {button.path}. Give exactly one."
        )
    action = button.choice("flow_action", ("NAVIGATE", "DATA_EXCHANGE"), "NAVIGATE")
    screen = button.optional_text("navigate_screen") or button.optional_text("nagivate_screen")
    if screen and action == "DATA_EXCHANGE":
        raise TEMPLATE_INVALID.explained(f"{button.path}.navigate_screen goes only with flow_action NAVIGATE.")
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else orjson.dumps(text) if text else None
    return FlowRequest(position, flow_id or None, name or None, content, action, screen or None)


def _flow_button(button: Members) -> dict[str, Any]:
    """What is stored of a FLOW button so far; its Flow's id and first screen follow."""
    stored: dict[str, Any] = {"type": FLOW, "text": _label(button)}
    if button.has("icon"):
        stored["icon"] = button.choice("icon", _ICONS)
    return stored
