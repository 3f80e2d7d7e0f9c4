"""The components of a template as a business gives them: read, checked against the limits, put into one form. Pure.

The limits and subcodes are those of docs/templates.md. Everything raises code 100.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.platform.errors import ErrorCode
from headrace.platform.errors.catalogue import (
    TEMPLATE_BODY_WRONG,
    TEMPLATE_FIELD_MISSING,
    TEMPLATE_FOOTER_WRONG,
    TEMPLATE_HEADER_WRONG,
    TEMPLATE_INVALID,
    TEMPLATE_TOO_LONG,
    TEMPLATE_VARIABLE_AT_EDGE,
    TEMPLATE_VARIABLES_TOO_MANY,
)
from headrace.platform.templates.buttons import FlowRequest, read_buttons
from headrace.platform.templates.members import Members
from headrace.platform.templates.placeholders import (
    NAMED,
    PlaceholdersWrong,
    begins_or_ends_with_one,
    placeholders_of,
    words_around,
)
from headrace.protocol import TemplateCategory

LONGEST_HEADER = 60
LONGEST_BODY = 1024
LONGEST_FOOTER = 60
MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT")
FORMATS = ("TEXT", *MEDIA_FORMATS, "LOCATION")
TYPES = ("HEADER", "BODY", "FOOTER", "BUTTONS")

CODE_TEXT = "{{1}} is your verification code."
ADVICE = " For your security, do not share this code."
_LONGEST_EXPIRY_MINUTES = 90
_FORMATTING = frozenset("*_~`")


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
    stored = []
    if "HEADER" in by_type:
        stored.append(_read_header(by_type["HEADER"], parameter_format))
    stored.append(_read_body(by_type["BODY"], parameter_format))
    if "FOOTER" in by_type:
        stored.append(_read_footer(by_type["FOOTER"]))
    flow = None
    if "BUTTONS" in by_type:
        buttons = read_buttons(by_type["BUTTONS"])
        stored.append({"type": "BUTTONS", "buttons": buttons.stored})
        flow = buttons.flow
    return Components(stored, flow)


def component_of(components: list[dict[str, Any]], kind: str) -> dict[str, Any] | None:
    """The component of a type, among stored ones."""
    return next((component for component in components if component["type"] == kind), None)


def buttons_of(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = component_of(components, "BUTTONS")
    return [] if found is None else list(found["buttons"])


def _read_header(header: Members, parameter_format: str) -> dict[str, Any]:
    kind = header.choice("format", FORMATS)
    if kind == "LOCATION":
        return {"type": "HEADER", "format": kind}
    if kind != "TEXT":
        handles = header.object("example").texts("header_handle")
        if not handles or not handles[0].strip():
            raise _missing_example("HEADER", "header_handle: the handle of an upload")
        return {"type": "HEADER", "format": kind, "example": {"header_handle": handles[:1]}}
    text = _text(header, LONGEST_HEADER)
    if "\n" in text or _FORMATTING & set(text) or any(_is_emoji(character) for character in text):
        raise TEMPLATE_HEADER_WRONG.explained(
            "The header has a line break, an emoji or formatting characters. Write one line of plain text."
        )
    names = _names(text, parameter_format, TEMPLATE_HEADER_WRONG, "The header")
    if len(names) > 1:
        raise TEMPLATE_HEADER_WRONG.explained("The header has more than one variable. Keep one.")
    stored = {"type": "HEADER", "format": kind, "text": text}
    return stored | _example(header, "header_text", names, parameter_format, "HEADER")


def _read_body(body: Members, parameter_format: str) -> dict[str, Any]:
    text = _text(body, LONGEST_BODY)
    names = _names(text, parameter_format, TEMPLATE_BODY_WRONG, "The body")
    if "\t" in text or "     " in text or "\n\n\n" in text:
        raise TEMPLATE_BODY_WRONG.explained(
            "The body has a tab, more than four spaces or more than two line breaks in a row. Take them out."
        )
    if begins_or_ends_with_one(text):
        raise TEMPLATE_VARIABLE_AT_EDGE.explained(
            "The body begins or ends with a variable. Put words before and after it."
        )
    if len(names) > words_around(text):
        raise TEMPLATE_VARIABLES_TOO_MANY.explained(
            f"The body has {len(names)} variables and fewer words. Write more, or take variables out."
        )
    return {"type": "BODY", "text": text} | _example(body, "body_text", names, parameter_format, "BODY")


def _read_footer(footer: Members) -> dict[str, Any]:
    text = _text(footer, LONGEST_FOOTER)
    if "{{" in text or "}}" in text:
        raise TEMPLATE_FOOTER_WRONG.explained("The footer has a variable. Write it out.")
    if "\n" in text:
        raise TEMPLATE_FOOTER_WRONG.explained("The footer has a line break. Write one line.")
    return {"type": "FOOTER", "text": text}


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


def _text(component: Members, longest: int) -> str:
    text = component.text("text")
    kind = component.text("type").upper()
    if len(text) > longest:
        raise TEMPLATE_TOO_LONG.explained(
            f"The text of the component {kind} has {len(text)} characters; at most {longest} are allowed."
        )
    return text


def _names(text: str, parameter_format: str, wrong: ErrorCode, what: str) -> list[str]:
    try:
        return placeholders_of(text, parameter_format)
    except PlaceholdersWrong as error:
        raise wrong.explained(f"{what} cannot be used: {error}") from error


def _example(component: Members, key: str, names: list[str], parameter_format: str, kind: str) -> dict[str, Any]:
    """What stands in `example`: one text for each variable."""
    if not names:
        return {}
    example = component.object("example")
    if parameter_format == NAMED:
        named_key = f"{key}_named_params"
        entries = [Members.of(value, f"{named_key}[{index}]") for index, value in enumerate(example.entries(named_key))]
        given = {entry.text("param_name"): entry.text("example") for entry in entries}
        if missing := [name for name in names if name not in given]:
            raise _missing_example(kind, f"{named_key} for {{{{{missing[0]}}}}}")
        return {"example": {named_key: [{"param_name": name, "example": given[name]} for name in names]}}
    values = example.entries(key)
    if key == "body_text" and values and isinstance(values[0], list):
        values = values[0]
    texts = [str(value) for value in values if isinstance(value, str | int | float) and str(value).strip()]
    if len(texts) != len(names):
        raise _missing_example(kind, f"{key} with {len(names)} texts, one for each variable; it has {len(texts)}")
    return {"example": {key: [texts] if key == "body_text" else texts}}


def _missing_example(kind: str, what: str) -> Exception:
    return TEMPLATE_FIELD_MISSING.explained(f"component of type {kind} is missing expected field(s) (example): {what}.")


def _is_emoji(character: str) -> bool:
    return 0x1F000 <= ord(character) <= 0x1FAFF or 0x2600 <= ord(character) <= 0x27BF
