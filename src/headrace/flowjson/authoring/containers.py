"""Components that hold components.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from headrace.flowjson.authoring.model import Component, Raw
from headrace.flowjson.authoring.references import Bound, Text
from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.containers import LAYOUT

__all__ = ["Form", "If", "SingleColumnLayout", "Switch"]


@dataclass(kw_only=True, repr=False)
class SingleColumnLayout(Component):
    """The components of a screen, one below the other. A list of components is short for it."""

    SHAPE = LAYOUT

    type: Literal["SingleColumnLayout"] = "SingleColumnLayout"
    children: Sequence[Component | Raw]


@dataclass(kw_only=True, repr=False)
class Form(Component):
    """A group of inputs with common initial values and error messages.

    Has no picture of its own. Before 4.0 every input stands in one. At most 1 on a screen.

    init_values: From component name to value.
    error_messages: From component name to text.
    """

    SHAPE = COMPONENTS["Form"]

    type: Literal["Form"] = "Form"
    name: str
    children: Sequence[Component | Raw]
    init_values: Mapping[str, Any] | Bound | None = None
    error_messages: Mapping[str, Any] | Bound | None = None


@dataclass(kw_only=True, repr=False)
class If(Component):
    """Components that show while a condition holds, and others while it does not. Since 4.0.

    then: At least 1 entry.
    """

    SHAPE = COMPONENTS["If"]

    type: Literal["If"] = "If"
    condition: Text | bool
    then: Sequence[Component | Raw]
    else_: Sequence[Component | Raw] | None = None


@dataclass(kw_only=True, repr=False)
class Switch(Component):
    """Components by the value of a text. Since 4.0.

    cases: At least 1 entry.
    """

    SHAPE = COMPONENTS["Switch"]

    type: Literal["Switch"] = "Switch"
    value: Text
    cases: Mapping[str, Sequence[Component | Raw]]
