"""Draws the sheet of a Flow, whole or as the part that a page swaps in."""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from headrace.flowjson.catalogue import Version
from headrace.phone.rendering.drawn import MONTH_PREFIX, PREFIX, Drawn
from headrace.phone.rendering.months import WEEKDAYS, long_day, month_of, offer_of_day, offer_of_field, short_day
from headrace.phone.screen.emptiness import emptinesses_of
from headrace.phone.screen.view import View
from headrace.phone.values import texts
from headrace.phone.values.dates import day
from headrace.phone.values.filetypes import SHOWN
from headrace.phone.values.images import data_uri

FIRST_VERSION = Version(2, 1)


@dataclass(frozen=True, slots=True)
class Note:
    """A finding of the check about a part of the Flow, for those who build it. `id` is unique on the page."""

    id: str
    severity: Literal["error", "warning"]
    text: str


Notes = Mapping[str, tuple[Note, ...]]
"""The notes on one screen by the key of the part they are about; those under "" are about the screen itself."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of a view. Acts are posted to `url`, `key` is another one for each sheet on a page.

    `today` is where a calendar opens when neither the Flow nor the session says otherwise.
    `notes` stand beside the parts they are about.
    """

    url: str
    key: str
    business_name: str
    is_draft: bool = False
    platform: Literal["android", "ios"] = "android"
    notes: Notes = field(default_factory=dict)
    today: date = field(kw_only=True)


def render_sheet(view: View, frame: Frame) -> Markup:
    """The whole sheet as a page shows it at first, with every value the session holds."""
    return _draw("phone/sheet.html", view, frame, Drawn())


def render_screen(view: View, frame: Frame, drawn: Drawn) -> Markup:
    """The inside of the sheet, to be morphed into a page that has `drawn`."""
    return _draw("phone/body.html", view, frame, drawn)


def _draw(template: str, view: View, frame: Frame, drawn: Drawn) -> Markup:
    # The templates escape everything; nothing in them is marked safe.
    notes = _placed(view, frame.notes)
    html = _environment().get_template(template).render(view=view, frame=frame, drawn=drawn, notes=notes)
    return Markup(html)  # noqa: S704


def _placed(view: View, notes: Notes) -> Notes:
    """The notes by the part they stand at: those on what is not drawn now stand at the top of the screen."""
    if not notes or view.screen is None:
        return {}
    drawn = {part.key for part in (*view.screen.parts, view.screen.footer) if part is not None}
    elsewhere = tuple(note for key, found in notes.items() if key not in drawn for note in found)
    return {**{key: found for key, found in notes.items() if key in drawn}, "": elsewhere}


def _mark(identifier: str) -> str:
    """A short mark of an option's id that is safe in an HTML id."""
    return f"{zlib.crc32(identifier.encode('utf-8', 'surrogatepass')):x}"


def _is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9A-Fa-f]{6}", text) is not None


def _iso_day(value: str) -> str:
    """A date's form value, in whichever version's shape, as an HTML date input wants it."""
    chosen = day(value, FIRST_VERSION)
    return chosen.isoformat() if chosen else ""


def _stored(value: Any) -> str:
    return orjson.dumps(value).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("headrace.phone.rendering"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        mark=_mark,
        stored=_stored,
        data_uri=data_uri,
        is_colour=_is_colour,
        iso_day=_iso_day,
        long_day=long_day,
        short_day=short_day,
    )
    environment.globals.update(
        words=texts,
        emptinesses_of=emptinesses_of,
        shown_pictures=SHOWN,
        drawn_prefix=PREFIX,
        month_prefix=MONTH_PREFIX,
        month_of=month_of,
        offer_of_day=offer_of_day,
        offer_of_field=offer_of_field,
        weekdays=WEEKDAYS,
    )
    return environment
