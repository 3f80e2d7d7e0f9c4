"""The parts of a template that are read alike wherever they stand: header, body and footer. Pure.

The limits and subcodes are those of docs/templates.md. Everything raises code 100.
"""

from typing import Any

from headrace.platform.errors import ErrorCode
from headrace.platform.errors.catalogue import (
    TEMPLATE_BODY_WRONG,
    TEMPLATE_FIELD_MISSING,
    TEMPLATE_FOOTER_WRONG,
    TEMPLATE_HEADER_WRONG,
    TEMPLATE_TOO_LONG,
    TEMPLATE_VARIABLE_AT_EDGE,
    TEMPLATE_VARIABLES_TOO_MANY,
)
from headrace.platform.templates.members import Members
from headrace.platform.templates.placeholders import (
    NAMED,
    PlaceholdersWrong,
    begins_or_ends_with_one,
    placeholders_of,
    words_around,
)

LONGEST_HEADER = 60
LONGEST_BODY = 1024
LONGEST_FOOTER = 60
MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT")
PRODUCT = "PRODUCT"
FORMATS = ("TEXT", *MEDIA_FORMATS, "LOCATION", PRODUCT)

_FORMATTING = frozenset("*_~`")


def read_header(header: Members, parameter_format: str, formats: tuple[str, ...] = FORMATS) -> dict[str, Any]:
    kind = header.choice("format", formats)
    if kind in {"LOCATION", PRODUCT}:
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


def read_body(body: Members, parameter_format: str, longest: int = LONGEST_BODY) -> dict[str, Any]:
    text = _text(body, longest)
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


def read_footer(footer: Members) -> dict[str, Any]:
    text = _text(footer, LONGEST_FOOTER)
    if "{{" in text or "}}" in text:
        raise TEMPLATE_FOOTER_WRONG.explained("The footer has a variable. Write it out.")
    if "\n" in text:
        raise TEMPLATE_FOOTER_WRONG.explained("The footer has a line break. Write one line.")
    return {"type": "FOOTER", "text": text}


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
