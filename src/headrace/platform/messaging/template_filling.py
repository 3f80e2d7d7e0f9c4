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
from headrace.platform.messaging.template_messages import GivenButton, TemplateRequest
from headrace.platform.templates import buttons as kinds
from headrace.platform.templates.components import LONGEST_BODY, LONGEST_HEADER, MEDIA_FORMATS, buttons_of, component_of
from headrace.platform.templates.placeholders import NAMED, fill, placeholders_of
from headrace.platform.templates.sending import TemplateToSend
from headrace.protocol import UNUSED_TOKEN

_FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")
_LONGEST_PAYLOAD = 256
_LONGEST_CODE = 15
_SUB_TYPES: Mapping[str, str] = {kinds.OTP: kinds.URL}
"""How the button of a type is named when it is filled, where that is not its own name."""


@dataclass(frozen=True)
class Filled:
    """`shown` is the message as people see it: `header`, `body`, `footer` and `buttons`, in the form of interactive
    messages. `flow_token` and `flow_data` are for the FLOW button.
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
    shown: dict[str, Any] = {}
    header = component_of(template.components, "HEADER")
    if header is not None:
        shown["header"] = _header(request.header, header, template.parameter_format)
    elif request.header:
        raise _miscounted("header", len(request.header), 0)
    body = component_of(template.components, "BODY") or {"text": ""}
    shown["body"] = {"text": _text(request.body, body["text"], template.parameter_format, "body", LONGEST_BODY)}
    footer = component_of(template.components, "FOOTER")
    if footer is not None:
        shown["footer"] = {"text": footer["text"]}
    buttons = buttons_of(template.components)
    for position, given in request.buttons.items():
        if position >= len(buttons):
            raise TEMPLATE_PARAMETER_WRONG.detailed(
                f"buttons: the template has no button at index {position}; it has {len(buttons)}, counted from 0."
            )
        kind = buttons[position]["type"]
        if given.sub_type != _SUB_TYPES.get(kind, kind):
            raise TEMPLATE_PARAMETER_FORMAT.detailed(
                f"buttons: the button at index {position} is of type {kind}, but `sub_type` is `{given.sub_type}`."
            )
    filled = [_button(button, request.buttons.get(place), place) for place, button in enumerate(buttons)]
    if filled:
        shown["buttons"] = [one.shown for one in filled]
    flow = next((one for one in filled if one.shown["type"] == kinds.FLOW), None)
    return Filled(shown) if flow is None else Filled(shown, flow.flow_token, flow.flow_data)


def _header(parameters: list[Fields], header: dict[str, Any], parameter_format: str) -> dict[str, Any]:
    kind = header["format"]
    if kind == "TEXT":
        return {"type": "text", "text": _text(parameters, header["text"], parameter_format, "header", LONGEST_HEADER)}
    if len(parameters) != 1:
        raise _miscounted("header", len(parameters), 1)
    (parameter,) = parameters
    given = parameter.text("type").lower()
    if given != kind.lower():
        raise TEMPLATE_PARAMETER_FORMAT.detailed(
            f"header: Format mismatch, expected {kind}, received {given.upper()[:40]}."
        )
    value = parameter.object(given)
    if kind not in MEDIA_FORMATS:
        check_location(value)
    return {"type": given, given: value.value}


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
    if kind in {kinds.COPY_CODE, kinds.OTP}:
        member = "coupon_code" if kind == kinds.COPY_CODE else "text"
        needed = _needed(parameter, place, "Copy code")
        return _FilledButton({**shown, "code": _typed(needed, member, place, _LONGEST_CODE)})
    if parameter is not None:
        raise _miscounted(f"buttons[{place}]", 1, 0)
    return _FilledButton({**shown, "phone_number": button["phone_number"]})


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
