"""Texts that the client cuts, with three dots. It cuts few; every other text stands in full, in a number of lines.

The limits are the catalogue's. How many lines a text has is the page's business.
"""

from dataclasses import replace
from functools import cache

from headrace.flowjson import catalogue
from headrace.flowjson.catalogue.text import CUT_TEXTS
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values.options import Option
from headrace.phone.values.properties import text


def cut(component: VisibleComponent, name: str) -> str:
    """A text property of a component, as the client shows it."""
    return shortened(text(component.properties, name), _limit(component.type, name))


def cut_option(kind: str, option: Option) -> Option:
    """A row of a choice. Of these only what stands on a chip is cut."""
    if kind != "ChipsSelector":
        return option
    shown = shortened(option.title, _chip_limit())
    return option if shown == option.title else replace(option, title=shown)


def shortened(whole: str, limit: int | None) -> str:
    """A text cut after `limit` characters, without blanks before the dots; None cuts nothing."""
    return whole if limit is None or len(whole) <= limit else whole[:limit].rstrip() + "..."


@cache
def _limit(kind: str, name: str) -> int | None:
    declared = catalogue.component(kind) if name in CUT_TEXTS.get(kind, ()) else None
    return (declared.properties[name].cut_at or declared.properties[name].max_length) if declared else None


@cache
def _chip_limit() -> int | None:
    declared = catalogue.component("ChipsSelector")
    row = declared.properties["data-source"].shape if declared else None
    return row.properties["title"].max_length if row else None
