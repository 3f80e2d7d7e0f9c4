"""What of a screen shows nothing, and why, in sentences for those who build Flows."""

from collections.abc import Iterator

from headrace.phone.screen.view import (
    CarouselView,
    CheckView,
    ImageView,
    LinkView,
    ListView,
    Part,
    ScreenView,
    WordsView,
)


def emptinesses(screen: ScreenView) -> list[str]:
    """One sentence for each text, picture and list that shows nothing, without repetition."""
    parts: list[Part] = [*screen.parts, *([screen.footer] if screen.footer else [])]
    return list(dict.fromkeys(sentence for part in parts for sentence in emptinesses_of(part)))


def emptinesses_of(part: Part) -> Iterator[str]:
    """The sentences about one part."""
    match part:
        case WordsView() | LinkView() | CheckView() | ListView() | CarouselView() if part.reason:
            yield f"{part.type} shows nothing: {part.reason}"
        case ImageView() if part.reason:
            yield f"{part.type} shows nothing: {part.reason}"
        case CarouselView():
            for number, slide in enumerate(part.slides, 1):
                if slide.reason:
                    yield f"Image {number} of the {part.type} shows nothing: {slide.reason}"
        case CheckView():
            for option in part.options:
                if option.reason:
                    yield f'The image of "{option.title}" shows nothing: {option.reason}'
        case ListView():
            for item in part.items:
                if item.reason:
                    yield f'The image of "{item.title}" shows nothing: {item.reason}'
        case _:
            pass
