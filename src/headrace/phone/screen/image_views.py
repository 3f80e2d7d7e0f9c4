"""The views of pictures: an image, and a carousel of them."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.pictures import image_fault
from headrace.phone.engine.emptiness import why, why_nothing_came
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.screen.view import CarouselView, ImageView, Slide
from headrace.phone.values.images import data_uri
from headrace.phone.values.properties import number, text

MOST_SLIDES = 3
"""A carousel shows at most this many images."""


def image_view(runtime: Runtime, component: VisibleComponent) -> ImageView:
    """An Image with its picture as a data URI, or with the reason why it shows none."""
    properties = component.properties
    width, height = number(properties, "width"), number(properties, "height")
    ratio = number(properties, "aspect-ratio")
    source = text(properties, "src")
    reason = image_fault(source) or (_why_no_source(runtime, component) if not source.strip() else "")
    return ImageView(
        type=component.type,
        key=component.node.key,
        source="" if reason else data_uri(source),
        reason=reason,
        alt_text=text(properties, "alt-text"),
        width=int(width) if width and 0 < width < 10_000 else None,
        height=int(height) if height and 0 < height < 10_000 else None,
        scale_type=_scale_type(component),
        aspect_ratio=ratio if ratio and 0.01 < ratio < 100 else 1.0,
    )


def _why_no_source(runtime: Runtime, component: VisibleComponent) -> str:
    return why_nothing_came(runtime, component, "src") or "Its text is empty."


def carousel_view(runtime: Runtime, component: VisibleComponent) -> CarouselView:
    """An ImageCarousel with its first slides, each with its picture or the reason why it shows none."""
    images = component.properties.get("images")
    rows = [image for image in images if isinstance(image, dict)] if isinstance(images, list) else []
    return CarouselView(
        type=component.type,
        key=component.node.key,
        slides=tuple(_slide(runtime, component, number, image) for number, image in enumerate(rows[:MOST_SLIDES])),
        reason="" if rows else why_nothing_came(runtime, component, "images"),
        aspect_ratio="16:9" if component.properties.get("aspect-ratio") == "16:9" else "4:3",
        scale_type=_scale_type(component),
    )


def _slide(runtime: Runtime, component: VisibleComponent, number: int, image: Mapping[str, Any]) -> Slide:
    source, listed = text(image, "src"), component.node.bound.get("images")
    reason = image_fault(source)
    if not source.strip():
        written = listed[number] if isinstance(listed, list) and number < len(listed) else {}
        reason = why(runtime, written.get("src") if isinstance(written, dict) else None)
        reason = reason or "Its text is empty."
    return Slide("" if reason else data_uri(source), text(image, "alt-text"), reason)


def _scale_type(component: VisibleComponent) -> str:
    return "cover" if component.properties.get("scale-type") == "cover" else "contain"
