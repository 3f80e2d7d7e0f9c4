"""Inputs in which people type, and the opt-in."""

from headrace.flowjson.catalogue.declarations import (
    ENABLED,
    NAME,
    REQUIRED,
    VISIBLE,
    Category,
    Component,
    choice,
    clicks,
    error_message,
    flag,
    kind,
    number,
    places,
    properties,
    selects,
    text,
)

_PLACES = places(layout="4.0", form="2.1", branches="4.0", cases="4.0")

LARGE_LABEL_LENGTH = 150
"""Characters of a label with `label-variant: large`."""

TYPES_WITH_PATTERN = ("text", "password", "passcode", "number")
"""The values of `input-type` that go with a `pattern`."""

TYPES_OF_NUMBERS = ("number", "passcode")
"""Those with which the validator takes an input for a number; what it sends is the text as typed all the same."""

SECRET_TYPES = ("password", "passcode")
"""Those whose text is for nobody's eyes."""

COMPONENTS = (
    Component(
        "TextInput",
        properties(
            kind("TextInput"),
            NAME,
            text("label", required=True, min_length=1, max_length=20),
            choice("label-variant", "large", since="7.0"),
            choice("input-type", "text", "number", "email", "password", "passcode", "phone", default="text"),
            text("pattern", since="6.2", format="regex", note="Needs a helper-text; not with email and phone."),
            REQUIRED,
            number("min-chars", default=0),
            number("max-chars", default=80),
            text("helper-text", max_length=80),
            ENABLED,
            VISIBLE,
            text("init-value", since="4.0", outside_form_only=True),
            error_message(max_length=30),
        ),
        category=Category.INPUT,
        # At run time always the text as typed; the validator takes `number` and `passcode` inputs for numbers.
        value_type="string",
        places=_PLACES,
    ),
    Component(
        "TextArea",
        properties(
            kind("TextArea"),
            NAME,
            text("label", required=True, max_length=20),
            choice("label-variant", "large", since="7.0"),
            REQUIRED,
            number("max-length", integer=True, default=600),
            text("helper-text", max_length=80),
            ENABLED,
            VISIBLE,
            text("init-value", since="4.0", outside_form_only=True),
            error_message(),
        ),
        category=Category.INPUT,
        value_type="string",
        places=_PLACES,
    ),
    Component(
        "OptIn",
        properties(
            kind("OptIn"),
            NAME,
            text("label", required=True, min_length=1, max_length=120, cut_at=300),
            REQUIRED,
            VISIBLE,
            clicks("on-click-action", data_exchange="2.1", navigate="2.1", open_url="6.0"),
            selects("on-select-action", since="6.0", update_data="6.0"),
            selects("on-unselect-action", since="6.0", update_data="6.0"),
            flag("init-value", since="4.0", outside_form_only=True),
        ),
        category=Category.INPUT,
        value_type="boolean",
        places=_PLACES,
        max_per_screen=5,
    ),
)
