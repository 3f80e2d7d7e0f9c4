"""The view: a screen with every text, value and state decided, as plain values that can be compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from headrace.phone.engine.state import Status
from headrace.phone.values.calendars import Choosable
from headrace.phone.values.files import Progress
from headrace.phone.values.markdown import Block
from headrace.phone.values.options import Option

__all__ = [
    "CalendarFieldView",
    "CalendarView",
    "CarouselView",
    "CheckView",
    "ConsentView",
    "DateView",
    "FieldView",
    "FileView",
    "FooterView",
    "ImageView",
    "LinkView",
    "ListItemView",
    "ListView",
    "Option",
    "Part",
    "PlaceholderView",
    "ScreenView",
    "Slide",
    "SnackbarView",
    "TextAreaView",
    "TextFieldView",
    "UploadView",
    "View",
    "WordsView",
]

SEARCHED_FROM = 40
"""A Dropdown with at least this many options has a search box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something on a screen. `type` is its component type, `key` is unique on the screen."""

    type: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView(Part):
    """TextHeading, TextSubheading, TextBody, TextCaption, RichText. `weight` is normal, bold, italic or bold_italic.

    Where the text is markdown, `blocks` is its tree and `text` what is left without the marks. `reason` says, for those
    who build Flows, why it shows nothing.
    """

    text: str
    reason: str = ""
    weight: str = "normal"
    struck: bool = False
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView(Part):
    """An input. `id` changes whenever the Flow itself sets the value, so that a page keeps what is being typed and
    draws anew what the Flow wrote. `error` is the text to show, `is_in_order` whether the value lets the Footer open.
    """

    name: str
    id: str
    label: str
    value: Any
    required: bool = False
    enabled: bool = True
    helper: str = ""
    error: str = ""
    is_in_order: bool = True
    from_business: bool = False  # the error is the business's own message
    acts: bool = False  # a choice made here is sent to the session at once: the Flow acts on it
    waiting: bool = False  # its own action runs: nothing can be entered, but the keyboard stays on it

    @property
    def is_shut(self) -> bool:
        """Whether the control is drawn disabled. One that waits is not: it would lose the focus."""
        return not self.enabled and not self.waiting

    @property
    def optional_label(self) -> str:
        return self.label if self.required or not self.label else f"{self.label} (optional)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFieldView(FieldView):
    """TextInput."""

    input_type: str = "text"
    large_label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAreaView(FieldView):
    """TextArea. `counted` asks for the counter `used / max_length`."""

    max_length: int
    counted: bool = False
    large_label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView(FieldView):
    """CheckboxGroup, RadioButtonsGroup, ChipsSelector, Dropdown: options to choose from.

    `value` is an id or a list of ids.
    `full` says that no further row can be ticked, `reason` why there are no options.
    """

    options: tuple[Option, ...] = ()
    description: str = ""
    media_size: str = "regular"
    full: bool = False
    reason: str = ""

    @property
    def is_searched(self) -> bool:
        """Whether a search box stands above the rows: over a long Dropdown, as in the client."""
        return self.type == "Dropdown" and len(self.options) >= SEARCHED_FROM

    @property
    def chosen(self) -> Option | None:
        """The row whose id is the value, where one row can be chosen."""
        return next((option for option in self.options if option.id == self.value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView(FieldView):
    """DatePicker. `day` is the chosen day whatever the form value looks like, `today` the phone's day where it is
    known.
    """

    day: date | None
    first: date
    last: date
    unavailable: tuple[date, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFieldView:
    """One field of a calendar. `end` is empty in single mode, else start-date or end-date; `value` is `YYYY-MM-DD`.

    `choosable` are the days it offers now: in the end of a range they depend on the start.
    """

    end: str
    label: str
    value: str
    day: date | None
    choosable: Choosable
    required: bool = False
    helper: str = ""
    error: str = ""

    @property
    def optional_label(self) -> str:
        return self.label if self.required or not self.label else f"{self.label} (optional)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView(FieldView):
    """CalendarPicker. `value` is text in single mode, in range mode an object with both ends, empty where not chosen.

    `today` is the phone's day, where it is known.
    """

    mode: str
    title: str = ""
    description: str = ""
    fields: tuple[CalendarFieldView, ...] = ()
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView(FieldView):
    """OptIn. `has_more` adds the link to read more: `more_url` where it opens the browser, else tapped by the part's
    key.
    """

    has_more: bool = False
    more_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file in a picker. `size` is written out; `error` is what is wrong with this file alone."""

    media_id: str
    file_name: str
    mime_type: str
    size: str
    progress: Progress
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView(FieldView):
    """PhotoPicker and DocumentPicker. `value` are the names of its files.

    `source` is camera, gallery, camera_gallery or documents. `accept` are the kinds of files to offer, MIME types and
    endings; `several` says that more than one may be chosen at a time, `full` that no further file is taken. `limit`
    says how many files there may be, and `refused` which were not taken the last time, and why.
    """

    source: str
    description: str = ""
    files: tuple[FileView, ...] = ()
    accept: tuple[str, ...] = ()
    several: bool = False
    full: bool = False
    limit: str = ""
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView(Part):
    """EmbeddedLink. `url` is where it leads when it opens the browser; empty otherwise. `reason` says why it shows
    nothing.
    """

    text: str
    reason: str = ""
    url: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItemView:
    """One row of a NavigationList. Tapped by its `key`, its title or its id.

    `thumbnail` is a data URI; it is empty for a row without an image and for an image the phone cannot show, which
    `has_image` distinguishes, and `reason` says why. `end` are pairs of a style (title, description, metadata) and its
    text. `waiting` says that its action runs.
    """

    key: str
    id: str
    title: str
    description: str = ""
    metadata: str = ""
    has_image: bool = False
    thumbnail: str = ""
    reason: str = ""
    alt_text: str = ""
    badge: str = ""
    tags: tuple[str, ...] = ()
    end: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView(Part):
    """NavigationList. It takes no value by itself: tapping a row sets it. `reason` says why there are no rows."""

    label: str = ""
    description: str = ""
    media_size: str = "regular"
    items: tuple[ListItemView, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView(Part):
    """Image. `source` is a data URI, empty when the bytes are no image the phone can show; `reason` then says why, for
    those who build Flows. Sizes are in pixels.
    """

    source: str
    reason: str = ""
    alt_text: str = ""
    width: int | None = None
    height: int | None = None
    scale_type: str = "contain"
    aspect_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Slide:
    """One image of a carousel. `source` is a data URI, empty when the bytes are no image the phone can show; `reason`
    then says why.
    """

    source: str
    alt_text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarouselView(Part):
    """ImageCarousel: images side by side in one frame of `aspect_ratio` (4:3 or 16:9). `reason` says why there are
    none.
    """

    slides: tuple[Slide, ...] = ()
    reason: str = ""
    aspect_ratio: str = "4:3"
    scale_type: str = "contain"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderView(Part):
    """Stands where a component cannot be drawn, and says why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FooterView(Part):
    """The button at the bottom. `reason` says what keeps it shut; `waiting` that its action runs."""

    label: str
    left: str = ""
    center: str = ""
    right: str = ""
    enabled: bool = True
    waiting: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScreenView:
    """One screen as it stands. `visit` is another number each time a screen appears."""

    id: str
    visit: int
    title: str
    parts: tuple[Part, ...] = ()
    footer: FooterView | None = None
    terminal: bool = False

    def fields(self) -> Iterator[FieldView]:
        return (part for part in self.parts if isinstance(part, FieldView))

    def field(self, name: str) -> FieldView | None:
        return next((field for field in self.fields() if field.name == name), None)


@dataclass(frozen=True, slots=True)
class SnackbarView:
    """A short message at the bottom, shown for `seconds`; `number` is another one each time.

    `error_type` and `detail` are for who builds the Flow: what went wrong, when something did.
    """

    text: str
    number: int
    seconds: float
    error_type: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The whole sheet. `screen` is None before the first screen is there.

    `failure` is the text of the error screen, `failure_type` the protocol's name for it, `failure_detail` what
    exactly went wrong, for those who build Flows; `can_retry` offers to try again. `expired` is the text of the dialog
    that ends a Flow whose token is used up. `waiting_for` is the key of what was pressed while an exchange runs.
    `progress` is in percent.
    """

    status: Status
    screen: ScreenView | None = None
    can_go_back: bool = False
    progress: int | None = None
    snackbar: SnackbarView | None = None
    failure: str | None = None
    failure_type: str | None = None
    failure_detail: str | None = None
    can_retry: bool = False
    expired: str | None = None
    waiting_for: str | None = None
    has_entries: bool = False
