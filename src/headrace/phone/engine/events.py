"""The events of an open Flow: what a person does, and what comes back from outside."""

from dataclasses import dataclass, field
from typing import Any

from headrace.phone.values.files import PickedFile, SentFile


@dataclass(frozen=True, slots=True)
class Open:
    """The button of the message was tapped. Opens the Flow, or shows it again after it was closed."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Inputs as they stand now, by component name. Stores them; no action runs."""

    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Select:
    """A choice was made: stores it, then runs what the Flow wants done on select or unselect.

    `value` is an option's id, a list of ids (CheckboxGroup), true or false (OptIn), a date, or `""` to take a choice
    back. One id given to a CheckboxGroup or ChipsSelector ticks or unticks that option; given to a
    NavigationList it taps that row.
    """

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice was made, or with `""` taken back, by a button beside the input, so that the input has to be drawn anew.

    For one end of a range, `value` is an object with this end only.
    """

    name: str
    value: Any = ""


@dataclass(frozen=True, slots=True)
class Tap:
    """Something with an action was tapped.

    `target` is its key in the view, its text, label or title, its component's name, or the id of a list's row.
    """

    target: str


@dataclass(frozen=True, slots=True)
class Upload:
    """Files were chosen in a picker. Their bytes wait outside, under each file's `media_id`.

    The files may also be given as objects with the same members, as a stored event has them.
    """

    name: str
    files: tuple[PickedFile, ...]

    def __post_init__(self) -> None:
        read = tuple(file if isinstance(file, PickedFile) else PickedFile(**file) for file in self.files)
        object.__setattr__(self, "files", read)


@dataclass(frozen=True, slots=True)
class Remove:
    """A file was taken out of a picker: the one with this media id, else the first with this name."""

    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file of a picker has arrived where the business can fetch it. `sent` may also be given as an object."""

    media_id: str
    sent: SentFile

    def __post_init__(self) -> None:
        given: Any = self.sent
        if not isinstance(given, SentFile):
            object.__setattr__(self, "sent", SentFile(**given))


@dataclass(frozen=True, slots=True)
class UploadFailed:
    """A file of a picker did not arrive; it stays, marked, until the person removes it."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A field was left: a message the business put on it goes away."""

    name: str


@dataclass(frozen=True, slots=True)
class Back:
    """The arrow of the title bar, or the phone's own back gesture."""


@dataclass(frozen=True, slots=True)
class Close:
    """The sheet was closed. What was filled in is kept for the next opening."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The button of the error screen: opens the Flow anew."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The endpoint answered the outstanding exchange; `body` is the opened answer, any JSON value."""

    body: Any


@dataclass(frozen=True, slots=True)
class TokenExpired:
    """The endpoint no longer knows the flow token (HTTP 427). `message` is its own text, where it sent one."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangeFailed:
    """The outstanding exchange brought no usable answer.

    `error_type` is the protocol's name for it, `detail` says in a sentence what exactly went wrong.
    """

    error_type: str
    detail: str = ""


Event = (
    Open
    | Fill
    | Select
    | Choose
    | Upload
    | Remove
    | Uploaded
    | UploadFailed
    | Tap
    | Leave
    | Back
    | Close
    | Retry
    | Answered
    | TokenExpired
    | ExchangeFailed
)

PERSON_EVENTS = (Open, Fill, Select, Choose, Upload, Remove, Uploaded, UploadFailed, Tap, Leave, Back, Close, Retry)
"""Acts of a person, and what became of the files they chose; every other event is an answer that came back."""
