"""The options of a choice, as its data source gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.phone.values.properties import flag, text


@dataclass(frozen=True, slots=True)
class Option:
    """One row to choose. `handlers` are its own select actions, unresolved.

    In a view, `image` is empty where the phone cannot show it; `has_image` says that its place stays, `reason` why.
    """

    id: str
    title: str
    description: str = ""
    metadata: str = ""
    enabled: bool = True
    image: str = ""
    has_image: bool = False
    reason: str = ""
    alt_text: str = ""
    color: str = ""
    handlers: Mapping[str, Any] = field(default_factory=dict)


MOST_REMEMBERED = 128
"""At most this many lists of rows are remembered."""

_remembered: dict[int, tuple[list[Any], tuple[Option, ...]]] = {}
"""The rows that were read last, by identity: a screen is looked at many times before its rows change."""


def options_of(properties: Mapping[str, Any]) -> Sequence[Option]:
    """Reads a resolved `data-source`. Rows without an id, and repeated ids, cannot be chosen and are left out."""
    rows = properties.get("data-source")
    if not isinstance(rows, list):
        return ()
    remembered = _remembered.get(id(rows))
    if remembered is None or remembered[0] is not rows:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        remembered = _remembered[id(rows)] = rows, _options_in(rows)
    return remembered[1]


def _options_in(rows: list[Any]) -> tuple[Option, ...]:
    options: dict[str, Option] = {}
    for row in rows:
        identifier = text(row, "id") if isinstance(row, dict) else ""
        if identifier and identifier not in options:
            options[identifier] = Option(
                id=identifier,
                title=text(row, "title"),
                description=text(row, "description"),
                metadata=text(row, "metadata"),
                enabled=flag(row, "enabled", True),
                image=text(row, "image"),
                has_image=bool(text(row, "image")),
                alt_text=text(row, "alt-text"),
                color=text(row, "color"),
                handlers={
                    key: value for key, value in row.items() if key.startswith("on-") and isinstance(value, dict)
                },
            )
    return tuple(options.values())
