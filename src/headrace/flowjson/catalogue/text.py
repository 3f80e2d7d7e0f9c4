"""Components that show text."""

from headrace.flowjson.catalogue.declarations import (
    VISIBLE,
    Category,
    Component,
    Property,
    choice,
    flag,
    kind,
    places,
    properties,
    text,
)
from headrace.flowjson.catalogue.versions import v

CUT_TEXTS = {
    "OptIn": ("label",),
    "ChipsSelector": ("label", "description", "title"),
    "PhotoPicker": ("label", "description"),
    "DocumentPicker": ("label", "description"),
}
"""By component type, the texts that phones cut at their limit. Every other text stands in full, on so many lines."""

_ANYWHERE = places(layout="2.1", form="2.1", branches="4.0", cases="4.0")


def _title(name: str) -> Component:
    return Component(
        name,
        properties(kind(name), text("text", required=True, min_length=1, max_length=80, not_blank=True), VISIBLE),
        category=Category.TEXT,
        places=_ANYWHERE,
    )


def _lines(max_length: int | None = None) -> Property:
    """A text that from 5.1 on may also be an array of lines; the lines themselves are static."""
    return Property(
        "text",
        ("string", "array"),
        v("2.1"),
        v("2.1"),
        array_since=v("5.1"),
        item_type="string",
        min_length=1,
        max_length=max_length,
        not_blank=True,
    )


def _paragraph(name: str) -> Component:
    return Component(
        name,
        properties(
            kind(name),
            # The documentation gives 409 for captions, a misprint of 4096 by all we know.
            _lines(4096),
            choice("font-weight", "bold", "italic", "bold_italic", "normal", dynamic=True, default="normal"),
            flag("strikethrough"),
            flag("markdown", dynamic=False, since="5.1"),
            VISIBLE,
        ),
        category=Category.TEXT,
        places=_ANYWHERE,
    )


COMPONENTS = (
    _title("TextHeading"),
    _title("TextSubheading"),
    _paragraph("TextBody"),
    _paragraph("TextCaption"),
    Component(
        "RichText",
        properties(kind("RichText"), _lines(), VISIBLE, since=v("5.1")),
        v("5.1"),
        "Up to 6.2 alone on its screen; from 6.3 on a Footer may stand beside it.",
        category=Category.TEXT,
        places=places(layout="5.1"),
        max_per_screen=1,
    ),
)
