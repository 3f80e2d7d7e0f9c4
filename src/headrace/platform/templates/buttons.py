"""The buttons of a template: read and checked. Pure: whether a Flow is there is looked up by `service`."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

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

CATALOG = "CATALOG"
MPM = "MPM"
SPM = "SPM"
VOICE_CALL = "VOICE_CALL"

ONE_TAP = "ONE_TAP"
ZERO_TAP = "ZERO_TAP"

_MOST: Mapping[str, int] = {
    QUICK_REPLY: 10,
    URL: 2,
    PHONE_NUMBER: 1,
    COPY_CODE: 1,
    FLOW: 1,
    OTP: 1,
    CATALOG: 1,
    MPM: 1,
    SPM: 1,
    VOICE_CALL: 1,
}
KINDS = tuple(_MOST)
_ALONE = frozenset({CATALOG, MPM, SPM, OTP})
"""Buttons beside which no other stands."""

_MOST_APPS = 5
_PACKAGE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
_LONGEST_PACKAGE_NAME = 224
_SIGNATURE_HASH = re.compile(r"[A-Za-z0-9+/=]{11}")
_CALL_MINUTES = (1_440, 43_200)
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


def read_buttons(
    component: Members,
    *,
    is_authentication: bool = False,
    allowed: Collection[str] = KINDS,
    most: int = MOST_BUTTONS,
) -> Buttons:
    """Reads the buttons of one component, of the `allowed` types and at most so many. Raises code 100."""
    given = component.entries("buttons")
    if not given:
        raise TEMPLATE_FIELD_MISSING.explained(f"{component.path}.buttons is missing or empty.")
    if len(given) > most:
        raise TEMPLATE_INVALID.explained(f"{component.path} has {len(given)} buttons; at most {most} are allowed.")
    stored: list[dict[str, Any]] = []
    flow = None
    for position, value in enumerate(given):
        button = Members.of(value, f"{component.path}.buttons[{position}]")
        kind = button.choice("type", tuple(kind for kind in KINDS if kind in allowed))
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
    if len(kinds) > 1 and (alone := _ALONE.intersection(kinds)):
        raise TEMPLATE_INVALID.explained(f"A button of type {min(alone)} stands alone. Leave the others out.")
    are_replies = [kind == QUICK_REPLY for kind in kinds]
    changes = sum(one != following for one, following in pairwise(are_replies))
    if changes > 1:
        raise TEMPLATE_INVALID.explained(
            "Quick replies and other buttons are mixed. Put all quick replies together, before or after the others."
        )


def _label(button: Members, member: str = "text") -> str:
    text = button.text(member)
    if len(text) > LONGEST_LABEL:
        raise TEMPLATE_TOO_LONG.explained(
            f"{button.path}.{member} has {len(text)} characters; at most {LONGEST_LABEL} are allowed."
        )
    if "{{" in text:
        raise TEMPLATE_INVALID.explained(f"{button.path}.{member} has a variable. Write the button's words out.")
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
    kind = button.choice("otp_type", (COPY_CODE, ONE_TAP, ZERO_TAP))
    label = _label(button) if button.has("text") else "Copy code"
    stored: dict[str, Any] = {"type": OTP, "otp_type": kind, "text": label}
    if kind == COPY_CODE:
        return stored
    stored["autofill_text"] = _label(button, "autofill_text") if button.has("autofill_text") else "Autofill"
    if kind == ZERO_TAP:
        if not button.boolean("zero_tap_terms_accepted"):
            raise TEMPLATE_INVALID.explained(
                f"{button.path}.zero_tap_terms_accepted has to be true: the terms of zero-tap codes are to be accepted."
            )
        stored["zero_tap_terms_accepted"] = True
    return {**stored, "supported_apps": _read_apps(button)}


def _read_apps(button: Members) -> list[dict[str, str]]:
    """The Android apps that get the code. A single one may stand in the button itself, as it did before."""
    given = button.entries("supported_apps")
    if not given and button.has("package_name"):
        given = [{name: button.raw(name) for name in ("package_name", "signature_hash")}]
    if not given:
        raise TEMPLATE_FIELD_MISSING.explained(f"{button.path}.supported_apps is missing or empty.")
    if len(given) > _MOST_APPS:
        raise TEMPLATE_INVALID.explained(
            f"{button.path}.supported_apps has {len(given)} entries; at most {_MOST_APPS} are allowed."
        )
    apps = []
    for place, value in enumerate(given):
        app = Members.of(value, f"{button.path}.supported_apps[{place}]")
        package, signature = app.text("package_name"), app.text("signature_hash")
        if len(package) > _LONGEST_PACKAGE_NAME or not _PACKAGE_NAME.fullmatch(package):
            raise TEMPLATE_INVALID.explained(f"{app.path}.package_name is no name of an Android package.")
        if not _SIGNATURE_HASH.fullmatch(unquote(signature)):  # also as it stands in an address
            raise TEMPLATE_INVALID.explained(f"{app.path}.signature_hash has to have 11 characters of Base64.")
        apps.append({"package_name": package, "signature_hash": signature})
    return apps


def _read_plain(kind: str, button: Members) -> dict[str, Any]:
    """A button that has only words, and what it shows comes with the message."""
    return {"type": kind, "text": _label(button)}


def _read_voice_call(button: Members) -> dict[str, Any]:
    minutes, (fewest, most) = button.integer("ttl_minutes"), _CALL_MINUTES
    if minutes is not None and not fewest <= minutes <= most:
        raise TEMPLATE_INVALID.explained(f"{button.path}.ttl_minutes is {minutes}. Give {fewest} to {most}.")
    return _read_plain(VOICE_CALL, button) | ({} if minutes is None else {"ttl_minutes": minutes})


_READERS: Mapping[str, Callable[[Members], dict[str, Any]]] = {
    QUICK_REPLY: _read_quick_reply,
    URL: _read_url,
    PHONE_NUMBER: _read_phone_number,
    COPY_CODE: _read_copy_code,
    OTP: _read_otp,
    VOICE_CALL: _read_voice_call,
    **{kind: partial(_read_plain, kind) for kind in (CATALOG, MPM, SPM)},
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
