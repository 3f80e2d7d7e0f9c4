"""The resolved properties of a component, read by type.

A binding may have brought anything, so each reader falls back to the property's default.
"""

import math
from collections.abc import Mapping
from typing import Any

Properties = Mapping[str, Any]
"""The resolved properties of a component."""


def text(properties: Properties, name: str) -> str:
    """A text property; numbers and booleans are written out, arrays joined as lines, anything else is empty."""
    value = properties.get(name)
    return "" if value is None else written(value)


def written(value: Any) -> str:
    """A value as a phone would show it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if isinstance(value, list):
        return "\n".join(written(item) for item in value)
    return ""


def flag(properties: Properties, name: str, default: bool) -> bool:
    """A boolean property; anything but a boolean means the default."""
    value = properties.get(name)
    return value if isinstance(value, bool) else default


def number(properties: Properties, name: str) -> float | None:
    """A number, also one written as text; None when there is none."""
    value = properties.get(name)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def whole(properties: Properties, name: str, default: int) -> int:
    """A whole number, or the default."""
    value = number(properties, name)
    return default if value is None else int(value)
