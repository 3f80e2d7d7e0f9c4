"""Long texts as the client shows them: cut at their limit, with three dots. The limits are the catalogue's."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from headrace.flowjson import catalogue
from headrace.flowjson.catalogue import Shape
from headrace.flowjson.catalogue.inputs import LARGE_LABEL_LENGTH
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values.items import Item
from headrace.phone.values.markdown import DIALECTS, Block, blocks_in
from headrace.phone.values.options import Option
from headrace.phone.values.properties import text

LONGEST_DROPDOWN_TITLE = 80  # the client gives a Dropdown's rows more room than the documentation
_ROW_TEXTS = ("title", "description", "metadata")

Limits = Mapping[str, int | None]


def shortened(shown: str, limit: int | None) -> str:
    """A text cut after `limit` characters; None cuts nothing."""
    return shown if limit is None or len(shown) <= limit else shown[:limit] + "..."


def cut(component: VisibleComponent, name: str) -> str:
    """A text property of a component."""
    return cut_text(component.type, name, text(component.properties, name))


def cut_text(kind: str, name: str, shown: str) -> str:
    """A text that stands in the property `name` of a component of this kind."""
    return shortened(shown, _limit(kind, name)) if shown else shown


def markdown_of(component: VisibleComponent) -> tuple[Block, ...]:
    """The tree of a text with markdown; empty for every other component. RichText has no limit."""
    if component.type not in DIALECTS:
        return ()
    longest = _limits(catalogue.component(component.type), ("text",))["text"]
    return blocks_in(component.type, component.properties, longest)


def label(component: VisibleComponent) -> str:
    if component.properties.get("label-variant") == "large":
        return shortened(text(component.properties, "label"), LARGE_LABEL_LENGTH)
    return cut(component, "label")


def cut_option(kind: str, option: Option) -> Option:
    """A row of a choice."""
    changed = _cut_members(option, _row_limits(kind))
    return replace(option, **changed) if changed else option


def cut_item(item: Item) -> Item:
    """A row of a NavigationList."""
    end = _item_limits("end")
    shown = tuple((name, shortened(words, end[name])) for name, words in item.end)
    return replace(item, **_cut_members(item, _item_limits("main-content")), end=shown)


def _cut_members(row: Option | Item, limits: Limits) -> dict[str, Any]:
    """The texts of a row that are too long, cut."""
    shown = {}
    for name in _ROW_TEXTS:
        whole, limit = getattr(row, name), limits[name]
        if limit is not None and len(whole) > limit:
            shown[name] = shortened(whole, limit)
    return shown


@cache
def _limit(kind: str, name: str) -> int | None:
    declared = catalogue.component(kind)
    return _limits(declared, (name,))[name] if declared else None


@cache
def _row_limits(kind: str) -> Limits:
    declared = catalogue.component(kind)
    limits = _limits(declared.properties["data-source"].shape if declared else None, _ROW_TEXTS)
    return {**limits, "title": LONGEST_DROPDOWN_TITLE} if kind == "Dropdown" else limits


@cache
def _item_limits(member: str) -> Limits:
    declared = catalogue.component("NavigationList")
    item = declared.properties["list-items"].shape if declared else None
    return _limits(item.properties[member].shape if item else None, _ROW_TEXTS)


def _limits(shape: Shape | None, names: tuple[str, ...]) -> Limits:
    declared = shape.properties if shape else {}
    return {name: (declared[name].cut_at or declared[name].max_length) if name in declared else None for name in names}
