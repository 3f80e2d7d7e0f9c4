"""Lays out Python expressions: on one line where they fit, else an item a line."""

from dataclasses import dataclass
from unicodedata import category, east_asian_width

__all__ = ["WIDTH", "Atom", "Block", "Item", "write"]

WIDTH = 120


@dataclass(frozen=True, slots=True)
class Atom:
    """Text that is never broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Items in brackets: a call, a list or a dictionary. An item may have a label in front, such as `name=`."""

    opening: str
    items: tuple[tuple[str, "Item"], ...]
    closing: str


Item = Atom | Block


def write(item: Item, before: str = "", indent: str = "", after: str = "") -> str:
    """The lines of an item, with `before` in front of its first line and `after` behind its last one."""
    room = WIDTH - len(indent) - _width(before) - len(after)
    line = _on_one_line(item, room)
    if line is not None or isinstance(item, Atom) or not item.items:
        return f"{indent}{before}{line if line is not None else _flat(item)}{after}"
    inner = [write(each, label, indent + "    ", ",") for label, each in item.items]
    return "\n".join([f"{indent}{before}{item.opening}", *inner, f"{indent}{item.closing}{after}"])


def _on_one_line(item: Item, room: int) -> str | None:
    """The item on one line when it has room; gives up early, so that deep trees cost no more than their size."""
    parts: list[str] = []
    left = room
    waiting: list[Item | str] = [item]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Block):
            waiting.append(each.closing)
            for index in range(len(each.items) - 1, -1, -1):
                label, inner = each.items[index]
                waiting.append(inner)
                waiting.append(label if index == 0 else f", {label}")
            waiting.append(each.opening)
            continue
        text = each.text if isinstance(each, Atom) else each
        parts.append(text)
        left -= _width(text)
        if left < 0:
            return None
    return "".join(parts)


def _width(text: str) -> int:
    """Columns, as formatters count them: emoji and Chinese characters take two, accents that stand alone none."""
    if text.isascii():
        return len(text)
    return sum(0 if category(one) in ("Mn", "Me", "Cf") else 1 + (east_asian_width(one) in "WF") for one in text)


def _flat(item: Item) -> str:
    return item.text if isinstance(item, Atom) else item.opening + item.closing
