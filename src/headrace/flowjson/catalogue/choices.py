"""Inputs with a list of options, and the options themselves."""

from dataclasses import replace

from headrace.flowjson.catalogue.declarations import (
    ENABLED,
    NAME,
    REQUIRED,
    VISIBLE,
    Category,
    Component,
    Property,
    Shape,
    choice,
    error_message,
    kind,
    number,
    objects,
    places,
    properties,
    selects,
    text,
    texts,
)
from headrace.flowjson.catalogue.versions import v

COLOR_PATTERN = r"^#([A-Fa-f0-9]{6})$"

OPTION = Shape(
    "data-source item",
    properties(
        # An id need not be unique for the validator; the phone refuses a list with two equal ones.
        text("id", dynamic=False, required=True),
        text("title", dynamic=False, required=True, max_length=30, cut_at=30),
        text("description", dynamic=False, max_length=300),
        text("metadata", dynamic=False, max_length=20),
        Property("enabled", ("boolean",), None, v("5.0"), default=True),
        text("image", since="5.0", format="base64"),
        text("alt-text", since="5.0"),
        text("color", dynamic=False, since="5.0", pattern=COLOR_PATTERN),
        selects("on-select-action", since="6.0", update_data="6.0"),
        selects("on-unselect-action", since="6.0", update_data="6.0"),
    ),
    note="Images and colors do not mix within a list.",
)

CHIP = Shape(
    "chip",
    properties(
        text("id", dynamic=False, required=True),
        text("title", dynamic=False, required=True, max_length=20),
        ENABLED,
        selects("on-select-action", update_data="6.3"),
        selects("on-unselect-action", update_data="6.3"),
        since=v("6.3"),
    ),
    v("6.3"),
)

_SELECT = selects("on-select-action", data_exchange="2.1", update_data="6.0")
_UNSELECT = selects("on-unselect-action", since="6.0", update_data="6.0")
_PLACES = places(layout="4.0", form="2.1", branches="4.0", cases="4.0")


def _group_label() -> Property:
    """Since 4.0 a group needs its label. Documented are 30 characters, the client cuts at 80."""
    return Property(
        "label", ("string",), v("4.0"), v("2.1"), min_length=1, max_length=30, cut_at=80, not_blank=True
    )  # fmt: skip


COMPONENTS = (
    Component(
        "CheckboxGroup",
        properties(
            kind("CheckboxGroup"),
            NAME,
            _group_label(),
            text("description", since="4.0", max_length=300),
            objects("data-source", OPTION, min_items=1, max_items=20),
            number("min-selected-items", default=0, minimum=0),
            number("max-selected-items", minimum=2, note="By default as many as there are options."),
            REQUIRED,
            ENABLED,
            VISIBLE,
            choice("media-size", "regular", "large", dynamic=True, since="5.0", default="regular"),
            _SELECT,
            _UNSELECT,
            texts("init-value", since="4.0", outside_form_only=True),
            error_message(),
        ),
        category=Category.INPUT,
        value_type="array",
        places=_PLACES,
    ),
    Component(
        "RadioButtonsGroup",
        properties(
            kind("RadioButtonsGroup"),
            NAME,
            _group_label(),
            text("description", since="4.0", max_length=300),
            objects("data-source", OPTION, min_items=1, max_items=20),
            REQUIRED,
            ENABLED,
            VISIBLE,
            choice("media-size", "regular", "large", dynamic=True, since="5.0", default="regular"),
            _SELECT,
            _UNSELECT,
            text("init-value", since="4.0", outside_form_only=True),
            error_message(),
        ),
        category=Category.INPUT,
        value_type="string",
        places=_PLACES,
    ),
    Component(
        "ChipsSelector",
        properties(
            kind("ChipsSelector"),
            NAME,
            text("label", required=True, max_length=80),
            text("description", max_length=300),
            objects("data-source", CHIP, min_items=2, max_items=20),
            number("min-selected-items", default=0, minimum=0),
            number("max-selected-items", minimum=1),
            REQUIRED,
            ENABLED,
            VISIBLE,
            selects("on-select-action", since="7.1", data_exchange="7.1", update_data="7.1"),
            selects("on-unselect-action", since="7.1", update_data="7.1"),
            texts("init-value", outside_form_only=True),
            error_message(),
            since=v("6.3"),
        ),
        v("6.3"),
        category=Category.INPUT,
        value_type="array",
        places=places(layout="6.3", form="6.3", branches="7.1", cases="7.1"),
    ),
    Component(
        "Dropdown",
        properties(
            kind("Dropdown"),
            NAME,
            text("label", required=True, min_length=1, max_length=20),
            # 200 options, or 100 where any of them has an image.
            objects("data-source", replace(OPTION, name="dropdown item"), min_items=1, max_items=200),
            REQUIRED,
            ENABLED,
            VISIBLE,
            _SELECT,
            _UNSELECT,
            text("init-value", since="4.0", outside_form_only=True),
            error_message(),
        ),
        category=Category.INPUT,
        value_type="string",
        places=_PLACES,
    ),
)
