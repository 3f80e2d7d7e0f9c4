"""The rows of a NavigationList, as its `list-items` give them."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.phone.values.properties import flag, text

MOST_ITEMS = 20
"""A NavigationList shows at most this many rows; the phone does not render what comes after."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row to tap. `end` are the texts of its end block from top to bottom, `handler` its own action, unresolved."""

    id: str
    title: str = ""
    description: str = ""
    metadata: str = ""
    image: str = ""
    alt_text: str = ""
    badge: str = ""
    tags: tuple[str, ...] = ()
    end: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    handler: Mapping[str, Any] | None = None

    def key(self, of_list: str) -> str:
        """Its key in the view, next to the key of its list."""
        return f"{of_list}-{zlib.crc32(self.id.encode('utf-8', 'surrogatepass')):x}"


def items_of(properties: Mapping[str, Any]) -> list[Item]:
    """Reads resolved `list-items`. Rows without an id, and repeated ids, cannot be distinguished and are left out."""
    rows = properties.get("list-items")
    items: dict[str, Item] = {}
    for row in rows if isinstance(rows, list) else ():
        identifier = text(row, "id") if isinstance(row, dict) else ""
        if identifier and identifier not in items and len(items) < MOST_ITEMS:
            items[identifier] = _item(identifier, row)
    return list(items.values())


def _item(identifier: str, row: Mapping[str, Any]) -> Item:
    main, start, end = _object(row, "main-content"), _object(row, "start"), _object(row, "end")
    tags, handler = row.get("tags"), row.get("on-click-action")
    return Item(
        id=identifier,
        title=text(main, "title"),
        description=text(main, "description"),
        metadata=text(main, "metadata"),
        image=text(start, "image"),
        alt_text=text(start, "alt-text"),
        badge=text(row, "badge"),
        tags=tuple(tag for tag in tags if isinstance(tag, str) and tag.strip()) if isinstance(tags, list) else (),
        end=tuple((name, text(end, name)) for name in ("title", "description", "metadata") if text(end, name)),
        enabled=flag(row, "enabled", True),
        handler=handler if isinstance(handler, dict) else None,
    )


def _object(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = row.get(name)
    return value if isinstance(value, dict) else {}
