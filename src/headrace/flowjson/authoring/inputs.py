"""Inputs in which people type, and the opt-in.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from dataclasses import dataclass
from typing import Literal

from headrace.flowjson.authoring.actions import DataExchange, Navigate, OpenUrl, UpdateData
from headrace.flowjson.authoring.model import Input, Raw
from headrace.flowjson.authoring.references import Flag, Number, Text, Whole
from headrace.flowjson.catalogue import COMPONENTS

__all__ = ["OptIn", "TextArea", "TextInput"]


@dataclass(kw_only=True, repr=False)
class TextInput(Input):
    """A line to type into.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 20 characters.
    label_variant: Since 7.0.
    input_type: By default `text`.
    pattern: Since 6.2. Needs a helper-text; not with email and phone.
    required: By default False.
    min_chars: By default 0.
    max_chars: By default 80.
    helper_text: Up to 80 characters.
    enabled: By default True.
    visible: By default True.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; up to 30 characters; only outside a Form.
    """

    SHAPE = COMPONENTS["TextInput"]

    type: Literal["TextInput"] = "TextInput"
    name: str
    label: Text
    label_variant: Literal["large"] | None = None
    input_type: Literal["text", "number", "email", "password", "passcode", "phone"] | None = None
    pattern: Text | None = None
    required: Flag | None = None
    min_chars: Number | None = None
    max_chars: Number | None = None
    helper_text: Text | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    init_value: Text | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class TextArea(Input):
    """Several lines to type into.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 20 characters.
    label_variant: Since 7.0.
    required: By default False.
    max_length: By default 600.
    helper_text: Up to 80 characters.
    enabled: By default True.
    visible: By default True.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; only outside a Form.
    """

    SHAPE = COMPONENTS["TextArea"]

    type: Literal["TextArea"] = "TextArea"
    name: str
    label: Text
    label_variant: Literal["large"] | None = None
    required: Flag | None = None
    max_length: Whole | None = None
    helper_text: Text | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    init_value: Text | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class OptIn(Input):
    """A box to tick, with a text and a link to more of it.

    At most 5 on a screen.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 120 characters; cut at 300.
    required: By default False.
    visible: By default True.
    on_click_action: open_url since 6.0.
    on_select_action: Since 6.0.
    on_unselect_action: Since 6.0.
    init_value: Since 4.0; only outside a Form; by default False.
    """

    SHAPE = COMPONENTS["OptIn"]

    type: Literal["OptIn"] = "OptIn"
    name: str
    label: Text
    required: Flag | None = None
    visible: Flag | None = None
    on_click_action: DataExchange | Navigate | OpenUrl | Raw | None = None
    on_select_action: UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None
    init_value: Flag | None = None
