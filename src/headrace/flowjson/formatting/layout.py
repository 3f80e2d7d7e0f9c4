"""Writes JSON: what stands on one line, what is spread over several, and how both are spaced."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

WIDTH = 100
"""Columns within which a small object or array stays on one line."""

_INDENTED = re.compile(r"[\[{][ \t]*\r?\n([ \t]+)\S")
_COLON = re.compile(r'"([ \t]*:[ \t]*)["\[{\dtfn-]')
_PADDED_OBJECT = re.compile(r'\{[ \t]+"')
_TIGHT_OBJECT = re.compile(r'\{"')
_INLINE_ARRAY = re.compile(r'\[[ \t]*["{\dtfn-]')
_TIGHT_COMMA = re.compile(r'[\]}"\dels],["\[{]')
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is spaced. `compact` texts have no line breaks at all."""

    indent: str = "  "
    newline: str = "\n"
    colon: str = ": "
    comma: str = ", "
    padding: str = " "
    compact: bool = False
    inline_objects: bool = True
    inline_arrays: bool = True
    ascii_only: bool = False


CANONICAL = Style()


@lru_cache(maxsize=2)
def style_of(text: str) -> Style:
    """The style a text is written in, as far as it shows one."""
    newline = "\r\n" if "\r\n" in text else "\n"
    colon = _COLON.search(text)
    indented = _INDENTED.search(text)
    padded, tight = _PADDED_OBJECT.search(text), _TIGHT_OBJECT.search(text)
    compact = indented is None and len(text) > 2
    return Style(
        indent=indented[1] if indented else "  ",
        newline=newline,
        colon=colon[1] if colon else ": ",
        comma="," if compact and _TIGHT_COMMA.search(text) else ", ",
        padding=" " if padded and not tight else "",
        compact=compact,
        inline_objects=bool(padded or tight),
        inline_arrays=bool(_INLINE_ARRAY.search(text)),
        ascii_only=text.isascii() and bool(_ESCAPED.search(text)),
    )


@dataclass(slots=True)
class Leaf:
    """Text that stands on one line."""

    text: str


@dataclass(slots=True)
class Block:
    """Text that is written anew for the indentation it comes to stand at."""

    write: Callable[[str], str]


@dataclass(slots=True)
class Group:
    """An object (its items have keys, written out in quotes) or an array. `expanded` ones never stand on one line."""

    is_object: bool
    items: list[tuple[str, "Item"]] = field(default_factory=list)
    expanded: bool = False


Item = Leaf | Block | Group


def scalar(value: Any, style: Style = CANONICAL) -> str:
    """A text, number, boolean or null as JSON."""
    if isinstance(value, str) and any("\ud800" <= mark <= "\udfff" for mark in value):
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=style.ascii_only, allow_nan=False)


def of_value(value: Any, style: Style) -> Item:
    """Lays out a plain value, keys in their order."""
    if isinstance(value, dict):
        return Group(True, [(scalar(key, style), of_value(inner, style)) for key, inner in value.items()])
    if isinstance(value, list):
        return Group(False, [("", of_value(inner, style)) for inner in value])
    return Leaf(scalar(value, style))


def write(item: Item, style: Style, indent: str = "", column: int = 0) -> str:
    """The text of an item whose first character stands at `column` of a line that is indented by `indent`."""
    if isinstance(item, Leaf):
        return item.text
    if isinstance(item, Block):
        return item.write(indent)
    opening, closing = "{}" if item.is_object else "[]"
    if not item.items:
        return opening + closing
    line = _on_one_line(item, style)
    if line is not None and (style.compact or column + len(line) < WIDTH):
        return line
    inner = indent + style.indent
    lines: list[str] = []
    for key, one in item.items:
        head = f"{key}{style.colon}" if item.is_object else ""
        lines.append(f"{inner}{head}{write(one, style, inner, len(inner) + len(head))}")
    body = ("," + style.newline).join(lines)
    return f"{opening}{style.newline}{body}{style.newline}{indent}{closing}"


def _on_one_line(group: Group, style: Style) -> str | None:
    """The group on one line; None when it does not belong on one."""
    if not style.compact and (group.expanded or not (style.inline_objects if group.is_object else style.inline_arrays)):
        return None
    parts: list[str] = []
    for key, one in group.items:
        text = _within_line(one, style)
        if text is None:
            return None
        parts.append(f"{key}{style.colon}{text}" if group.is_object else text)
    line = style.comma.join(parts)
    return f"{{{style.padding}{line}{style.padding}}}" if group.is_object else f"[{line}]"


def _within_line(item: Item, style: Style) -> str | None:
    """What may stand within a line: leaves and empty groups; in compact texts everything."""
    if isinstance(item, Leaf):
        return item.text
    if isinstance(item, Block):
        text = item.write("")
        return text if style.compact or "\n" not in text else None
    if not item.items:
        return "{}" if item.is_object else "[]"
    return _on_one_line(item, style) if style.compact else None
