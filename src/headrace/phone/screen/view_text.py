"""Draws a view as plain text, as a person would see it: for terminals, and for the messages of failing tests."""

import textwrap
from collections.abc import Callable, Iterator

from headrace.flowjson.catalogue.inputs import SECRET_TYPES
from headrace.phone.screen.view import (
    CalendarView,
    CarouselView,
    CheckView,
    ConsentView,
    DateView,
    FieldView,
    FooterView,
    ImageView,
    LinkView,
    ListView,
    Part,
    PlaceholderView,
    TextFieldView,
    UploadView,
    View,
    WordsView,
)
from headrace.phone.values import texts
from headrace.phone.values.options import Option

WIDTH = 72
"""Lines have at most this many columns, unless asked otherwise."""

_JOINERS = "\u200d\ufe0e\ufe0f"


def as_text(view: View, width: int = WIDTH) -> str:
    """The sheet as lines of text of at most `width` columns, without a line end after the last.

    What a person typed as a password is not shown. Characters that would steer a terminal are replaced.
    """
    return "\n".join(_sheet(view, max(width, 20)))


def notice_of(view: View) -> str:
    """The message over the screen: the dialog that ends a Flow, its error screen or a snackbar; else ""."""
    return view.expired or view.failure or (view.snackbar.text if view.snackbar else "")


def shown_value(field: FieldView) -> str:
    """The value of a field as it stands on the phone: titles of options instead of ids, a password as dots."""
    if isinstance(field, TextFieldView) and field.input_type in SECRET_TYPES:
        return "•" * len(str(field.value or ""))
    if isinstance(field, CheckView):
        chosen = field.value if isinstance(field.value, list) else [field.value]
        return ", ".join(_one_line(option.title) for option in field.options if option.id in chosen)
    if isinstance(field, DateView):
        return field.day.isoformat() if field.day else ""
    if isinstance(field, CalendarView):
        return " to ".join(end.value for end in field.fields if end.value)
    if isinstance(field, UploadView):
        return ", ".join(_one_line(file.file_name) for file in field.files)
    if isinstance(field, ConsentView):
        return "yes" if field.value is True else ""
    return printable(str(field.value or ""))


def printable(text: str) -> str:
    """The text with everything replaced that would steer a terminal or cannot be written; line ends stay."""
    return "".join(mark if mark.isprintable() or mark in "\n" + _JOINERS else "\ufffd" for mark in text)


def colon(label: str) -> str:
    """A label as it stands before a value: with a colon, unless it ends with a mark of its own."""
    return label if label.endswith((":", "?")) else f"{label}:"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def _sheet(view: View, width: int) -> Iterator[str]:
    screen = view.screen
    title = _one_line(screen.title) if screen else ""
    percent = "" if view.progress is None else f" {view.progress} %"
    head = f"── {title or '…'} "
    yield head + "─" * (width - len(head) - len(percent)) + percent
    if screen is not None:
        for part in screen.parts:
            yield from _part(part, width)
        if screen.footer is not None:
            yield from _footer(screen.footer, width)
    if view.status in _STATES:
        yield f"  {_STATES[view.status]}"
    notice = notice_of(view)
    if notice:
        yield from _wrapped(notice, width, "  ! ")
    if view.failure_detail:
        yield from _wrapped(view.failure_detail, width, "    ")
    yield "─" * width


_STATES = {
    "loading": f"({texts.WAITING.lower()})",
    "completed": "(completed: the response was sent)",
    "closed": "(closed)",
}


def _part(part: Part, width: int) -> Iterator[str]:
    for kind, lines_of in _LINES:
        if isinstance(part, kind):
            yield from lines_of(part, width)
            break
    if isinstance(part, FieldView) and not isinstance(part, CalendarView):  # it says so under each of its ends
        yield from _under(part, width)


def _under(field: FieldView, width: int) -> Iterator[str]:
    if field.error:
        yield from _wrapped(field.error, width, "     ! ")
    elif field.helper:
        yield from _wrapped(field.helper, width, "     ")
    if isinstance(field, UploadView):
        for file in field.files:
            if file.error:
                yield from _wrapped(file.error, width, "     ! ")


def _words(part: WordsView, width: int) -> Iterator[str]:
    for line in part.text.splitlines():
        yield from _wrapped(line, width, "  ")
    if part.reason:
        yield from _wrapped(f"[nothing: {part.reason}]", width, "  ")
    if part.type in ("TextHeading", "TextSubheading"):
        yield ""


def _line(field: FieldView, width: int) -> Iterator[str]:
    value = " ".join(shown_value(field).splitlines())
    yield from _wrapped(f"{colon(_label(field))} {value or '…'}", width, "  ", "     ")


def _choice(field: CheckView, width: int) -> Iterator[str]:
    if field.type == "Dropdown":
        yield from _line(field, width)
        if field.reason:
            yield from _wrapped(f"[nothing: {field.reason}]", width, "     ")
        return
    yield from _wrapped(_label(field), width, "  ")
    if field.description:
        yield from _wrapped(field.description, width, "  ")
    if field.reason:
        yield from _wrapped(f"[nothing: {field.reason}]", width, "  ")
    ticked = field.value if isinstance(field.value, list) else [field.value]
    for option in field.options:
        yield from _option(option, option.id in ticked, width, round_one=field.type == "RadioButtonsGroup")


def _option(option: Option, ticked: bool, width: int, *, round_one: bool) -> Iterator[str]:
    box = ("(•)" if ticked else "( )") if round_one else ("[x]" if ticked else "[ ]")
    image = f"[image not shown: {option.reason}]" if option.reason else ""
    words = " — ".join(filter(None, (option.title, option.description, option.metadata, image)))
    yield from _wrapped(words + ("" if option.enabled else " (off)"), width, f"     {box} ", " " * 9)


def _consent(field: ConsentView, width: int) -> Iterator[str]:
    more = f"  <{texts.READ_MORE}>" if field.has_more else ""
    box = "[x]" if field.value is True else "[ ]"
    yield from _wrapped(f"{_label(field)}{more}", width, f"  {box} ", " " * 6)


def _calendar(field: CalendarView, width: int) -> Iterator[str]:
    if field.title:
        yield from _wrapped(field.title, width, "  ")
    if field.description:
        yield from _wrapped(field.description, width, "  ")
    for end in field.fields:
        yield from _wrapped(f"{colon(end.optional_label or field.name)} {end.value or '…'}", width, "  ", "     ")
        if end.error or end.helper:
            yield from _wrapped(end.error or end.helper, width, "     ! " if end.error else "     ")


def _upload(field: UploadView, width: int) -> Iterator[str]:
    yield from _wrapped(_label(field), width, "  ")
    if field.description:
        yield from _wrapped(field.description, width, "  ")
    for file in field.files:
        yield from _wrapped(f"{file.file_name}, {file.size}", width, "     - ")
    if not field.full:
        yield f"     [ {texts.PICK.get(field.source, field.source)} ]  {field.limit}"
    for refused in field.refused:
        yield from _wrapped(refused, width, "     ! ")


def _rows(part: ListView, width: int) -> Iterator[str]:
    for words in filter(None, (part.label, part.description)):
        yield from _wrapped(words, width, "  ")
    if part.reason:
        yield from _wrapped(f"[nothing: {part.reason}]", width, "  ")
    for item in part.items:
        end = " ".join(text for _, text in item.end)
        image = f"[image not shown: {item.reason}]" if item.reason else ""
        texts_shown = (item.title, item.badge, item.description, item.metadata, *item.tags, end, image)
        yield from _wrapped(
            " — ".join(filter(None, texts_shown)) + ("" if item.enabled else " (off)"), width, "   > ", " " * 5
        )


def _carousel(part: CarouselView, width: int) -> Iterator[str]:
    if part.reason:
        yield from _wrapped(_picture("", part.reason), width, "  ")
    for slide in part.slides:
        yield from _wrapped(_picture(slide.alt_text, slide.reason), width, "  ")


def _footer(part: FooterView, width: int) -> Iterator[str]:
    captions = "   ".join(filter(None, (part.left, part.center, part.right)))
    yield ""
    if captions:
        yield from _wrapped(captions, width, "  ")
    state = " (waiting)" if part.waiting else "" if part.enabled else " (shut)"
    yield from _wrapped(f"[ {part.label} ]{state}", width, "  ")
    if part.reason and not part.waiting:
        yield from _wrapped(part.reason, width, "     ")


def _label(field: FieldView) -> str:
    state = " (off)" if field.is_shut else ""
    return f"{field.optional_label or field.name}{state}"


def _wrapped(text: str, width: int, first: str, further: str | None = None) -> list[str]:
    rest = " " * len(first) if further is None else further
    lines = textwrap.wrap(_one_line(text), width, initial_indent=first, subsequent_indent=rest)
    return lines or [first.rstrip()]


def _picture(alt_text: str, reason: str) -> str:
    return f"[image not shown: {reason}]" if reason else f"[image: {alt_text or 'no description'}]"


def _link(part: LinkView) -> str:
    words = f"<{part.text}>{'' if part.enabled else ' (off)'}"
    return f"{words} [nothing: {part.reason}]" if part.reason else words


_LINES: tuple[tuple[type[Part], Callable[..., Iterator[str]]], ...] = (
    (WordsView, _words),
    (CheckView, _choice),
    (ConsentView, _consent),
    (CalendarView, _calendar),
    (UploadView, _upload),
    (FieldView, _line),
    (ListView, _rows),
    (LinkView, lambda part, width: iter(_wrapped(_link(part), width, "  "))),
    (ImageView, lambda part, width: iter(_wrapped(_picture(part.alt_text, part.reason), width, "  "))),
    (CarouselView, _carousel),
    (PlaceholderView, lambda part, width: iter(_wrapped(f"({part.reason})", width, "  "))),
)
