"""ImageCarousel: up to three images in one frame."""

from typing import Any

import pytest
from tests.phone.flows import Json, one_screen
from tests.phone.test_markdown import PNG
from tests.phone.test_rendering import whole

from headrace.phone.screen.view import CarouselView, Slide
from headrace.phone.screen.view_json import as_json


def image(alt: str, source: str = PNG) -> Json:
    return {"src": source, "alt-text": alt}


def carousel(images: Any, **more: Any) -> CarouselView:
    screen = one_screen({"type": "ImageCarousel", "images": images, **more}).view().screen
    assert screen is not None
    (part,) = screen.parts
    assert isinstance(part, CarouselView)
    return part


def test_it_shows_its_images_with_their_texts() -> None:
    part = carousel([image("One"), image("Two", "nonsense")])
    reason = "It is neither a JPEG, PNG, GIF nor WebP."
    assert part.slides == (Slide(f"data:image/png;base64,{PNG}", "One"), Slide("", "Two", reason))
    assert (part.aspect_ratio, part.scale_type) == ("4:3", "contain")


def test_its_frame() -> None:
    part = carousel([image("One")], **{"aspect-ratio": "16:9", "scale-type": "cover"})
    assert (part.aspect_ratio, part.scale_type) == ("16:9", "cover")
    assert carousel([image("One")], **{"aspect-ratio": 7}).aspect_ratio == "4:3"


def test_only_three_are_shown() -> None:
    assert len(carousel([image(str(number)) for number in range(5)]).slides) == 3


@pytest.mark.parametrize("images", ["text", None, [1, "x", []], "${data.nothing}"])
def test_odd_images_do_no_harm(images: Any) -> None:
    assert carousel(images).slides == ()


def test_images_come_from_data_and_can_be_hidden() -> None:
    def parts(*, seen: bool) -> Any:
        session = one_screen(
            {"type": "ImageCarousel", "images": "${data.all}", "visible": "${data.seen}"},
            data={"all": {"type": "array", "items": {"type": "object"}}, "seen": {"type": "boolean"}},
            given={"all": [image("One")], "seen": seen},
        )
        return as_json(session.view())["components"]

    assert [slide["alt_text"] for slide in parts(seen=True)[0]["slides"]] == ["One"]
    assert parts(seen=False) == []


def test_every_image_is_named_and_counted() -> None:
    html = whole(one_screen({"type": "ImageCarousel", "images": [image("One"), image("Two"), image("Bad", "x")]}))
    assert 'alt="One" data-number="1 / 3"' in html
    assert 'role="img" aria-label="Bad" data-number="3 / 3"' in html
    assert 'tabindex="0" role="group" aria-label="Images"' in html
