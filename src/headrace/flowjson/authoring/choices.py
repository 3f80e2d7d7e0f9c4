"""Inputs with a list of choices, and the choices.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from headrace.flowjson.authoring.actions import DataExchange, UpdateData
from headrace.flowjson.authoring.model import Input, Model, Raw
from headrace.flowjson.authoring.references import Bound, Flag, Number, Picture, Text
from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.choices import CHIP, OPTION

__all__ = ["CheckboxGroup", "Chip", "ChipsSelector", "Dropdown", "Option", "RadioButtonsGroup"]


@dataclass(kw_only=True, repr=False)
class Option(Model):
    """A choice of a CheckboxGroup, RadioButtonsGroup or Dropdown.

    Images and colors do not mix within a list.

    title: Up to 30 characters.
    description: Up to 300 characters.
    metadata: Up to 20 characters.
    enabled: A reference since 5.0; by default True.
    image: Since 5.0.
    alt_text: Since 5.0.
    color: Since 5.0; of the form `^#([A-Fa-f0-9]{6})$`.
    on_select_action: Since 6.0.
    on_unselect_action: Since 6.0.
    """

    SHAPE = OPTION

    id: str
    title: str
    description: str | None = None
    metadata: str | None = None
    enabled: Flag | None = None
    image: Picture | None = None
    alt_text: Text | None = None
    color: str | None = None
    on_select_action: UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None


@dataclass(kw_only=True, repr=False)
class Chip(Model):
    """A choice of a ChipsSelector. Since 6.3.

    title: Up to 20 characters.
    enabled: By default True.
    """

    SHAPE = CHIP

    id: str
    title: str
    enabled: Flag | None = None
    on_select_action: UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None


@dataclass(kw_only=True, repr=False)
class CheckboxGroup(Input):
    """Any number of choices from a list.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Needed since 4.0; up to 30 characters; cut at 80.
    description: Since 4.0; up to 300 characters.
    data_source: 1 to 20 entries.
    min_selected_items: At least 0; by default 0.
    max_selected_items: At least 2. By default as many as there are options.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    media_size: Since 5.0; by default `regular`.
    on_select_action: update_data since 6.0.
    on_unselect_action: Since 6.0.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; only outside a Form.
    """

    SHAPE = COMPONENTS["CheckboxGroup"]

    type: Literal["CheckboxGroup"] = "CheckboxGroup"
    name: str
    label: Text
    data_source: Sequence[Option | Raw] | Bound
    description: Text | None = None
    min_selected_items: Number | None = None
    max_selected_items: Number | None = None
    required: Flag | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    media_size: Literal["regular", "large"] | Bound | None = None
    on_select_action: DataExchange | UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None
    init_value: Sequence[str] | Bound | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class RadioButtonsGroup(Input):
    """One choice from a list.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Needed since 4.0; up to 30 characters; cut at 80.
    description: Since 4.0; up to 300 characters.
    data_source: 1 to 20 entries.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    media_size: Since 5.0; by default `regular`.
    on_select_action: update_data since 6.0.
    on_unselect_action: Since 6.0.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; only outside a Form.
    """

    SHAPE = COMPONENTS["RadioButtonsGroup"]

    type: Literal["RadioButtonsGroup"] = "RadioButtonsGroup"
    name: str
    label: Text
    data_source: Sequence[Option | Raw] | Bound
    description: Text | None = None
    required: Flag | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    media_size: Literal["regular", "large"] | Bound | None = None
    on_select_action: DataExchange | UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None
    init_value: Text | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class ChipsSelector(Input):
    """Any number of choices from a few short words. Since 6.3.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 80 characters.
    description: Up to 300 characters.
    data_source: 2 to 20 entries.
    min_selected_items: At least 0; by default 0.
    max_selected_items: At least 1.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    on_select_action: Since 7.1.
    on_unselect_action: Since 7.1.
    init_value: Only outside a Form.
    error_message: Only outside a Form.
    """

    SHAPE = COMPONENTS["ChipsSelector"]

    type: Literal["ChipsSelector"] = "ChipsSelector"
    name: str
    label: Text
    data_source: Sequence[Chip | Raw] | Bound
    description: Text | None = None
    min_selected_items: Number | None = None
    max_selected_items: Number | None = None
    required: Flag | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    on_select_action: DataExchange | UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None
    init_value: Sequence[str] | Bound | None = None
    error_message: Text | None = None


@dataclass(kw_only=True, repr=False)
class Dropdown(Input):
    """One choice from a long list.

    name: Unique on its screen. Letters, digits and underscores are safe in every kind of reference.
    label: Up to 20 characters.
    data_source: 1 to 200 entries.
    required: By default False.
    enabled: By default True.
    visible: By default True.
    on_select_action: update_data since 6.0.
    on_unselect_action: Since 6.0.
    init_value: Since 4.0; only outside a Form.
    error_message: Since 4.0; only outside a Form.
    """

    SHAPE = COMPONENTS["Dropdown"]

    type: Literal["Dropdown"] = "Dropdown"
    name: str
    label: Text
    data_source: Sequence[Option | Raw] | Bound
    required: Flag | None = None
    enabled: Flag | None = None
    visible: Flag | None = None
    on_select_action: DataExchange | UpdateData | Raw | None = None
    on_unselect_action: UpdateData | Raw | None = None
    init_value: Text | None = None
    error_message: Text | None = None
