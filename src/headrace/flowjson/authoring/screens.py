"""The screens of a Flow.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from headrace.flowjson.authoring.containers import SingleColumnLayout
from headrace.flowjson.authoring.fields import Field
from headrace.flowjson.authoring.model import Component, Input, Model, Raw
from headrace.flowjson.authoring.references import Text
from headrace.flowjson.catalogue.containers import SCREEN

__all__ = ["Screen"]


@dataclass(kw_only=True, repr=False)
class Screen(Model):
    """A screen of a Flow.

    id: Of the form `^(?!_+$)[a-zA-Z_]+$`.
    title: Needed since 5.0; a reference since 4.0.
    layout: Needed since 6.0.
    terminal: By default False.
    success: Since 3.1; by default True.
    refresh_on_back: By default False.
    sensitive: Since 5.1; at least 1 entry.
    """

    SHAPE = SCREEN
    LAST = ("data", "layout")

    id: str
    title: Text
    layout: Sequence[Component | Raw] | SingleColumnLayout | Raw
    data: Sequence[Field] | Raw | None = None
    terminal: bool | None = None
    success: bool | None = None
    refresh_on_back: bool | None = None
    sensitive: Sequence[str | Input] | None = None
