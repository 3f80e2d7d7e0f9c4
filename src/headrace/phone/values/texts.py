"""The phone's own words. A Flow's texts are shown as they are; these stand around them."""

from collections.abc import Mapping

from headrace.protocol import FAILURES
from headrace.protocol.error_types import GENERIC_SENTENCE, Failure

OPTIONAL = "optional"
READ_MORE = "Read more"
CLOSE = "Close"
BACK = "Back"
TRY_AGAIN = "Try again"
CLEAR = "Clear"
DRAFT_BAND = "Draft: only for testing"
WAITING = "Waiting for an answer"
FLOW_USED_UP = "This Flow is no longer available."


_FAILURES: Mapping[str, Failure] = {str(error_type): failure for error_type, failure in FAILURES.items()}


def failure(error_type: str) -> str:
    """What a person reads about a failure, by the protocol's name of it."""
    known = _FAILURES.get(error_type)
    return known.sentence if known else GENERIC_SENTENCE


def meaning(error_type: str) -> str:
    """What a failure means, for who builds the Flow."""
    known = _FAILURES.get(error_type)
    return known.meaning if known else ""


def required(label: str) -> str:
    return f"{_subject(label, 'This field')} is required"


def _subject(label: str, otherwise: str) -> str:
    """The label as the subject of a sentence; a question or a sentence cannot be one."""
    return otherwise if not label or label.rstrip()[-1:] in tuple("?!.:…") else label


def too_short(least: int) -> str:
    return f"Use at least {least} {'character' if least == 1 else 'characters'}"


def too_long(most: int) -> str:
    return f"Use at most {most} {'character' if most == 1 else 'characters'}"


CHOOSE_ONE = "Choose at least one option"
EMAIL = "Write an email address, such as name@example.com"
PHONE = "Write a phone number, such as +1 202 555 0143"
DIGITS = "Use digits only"
NUMBER = "Write a number"
DATE_UNAVAILABLE = "This date cannot be chosen"
SEARCH = "Search"
NOTHING_FOUND = "No option fits"
NOT_OFFERED = "This option is no longer offered"


def pattern(label: str) -> str:
    return f"{_subject(label, 'This')} is not written as asked"


def choose_between(least: int, most: int, count: int) -> str:
    """Why a selection of `count` options is not accepted."""
    if count < least:
        return f"Choose at least {least}"
    return f"Choose at most {most}"


LINK_NOT_OPENED = "This link cannot be opened: it is not an https address."
FOOTER_OFF = "The Flow keeps this button off"
NO_ACTION = "The Flow gives this button no action"
UPLOAD_ONLY = "takes files, which have to be uploaded"
UPLOAD_FAILED = "A file could not be uploaded. Remove it and choose it again"
UPLOAD_RUNNING = "Wait until the files are uploaded"
UPLOADING = "Uploading"
NOT_UPLOADED = "Not uploaded. Remove it and choose it again"
NOT_NOW = "Nothing can be entered or tapped now"
LEAVE_QUESTION = "Leave this form? What you entered stays on this phone."
STAY = "Stay"
LEAVE = "Leave"
OK = "OK"
NO_IMAGE = "This image cannot be shown"
TABLE = "Table"
IMAGES = "Images"
END_BEFORE_START = "The end lies before the start"
OPEN_CALENDAR = "Choose from the calendar"
PREVIOUS_MONTH = "Month before"
NEXT_MONTH = "Month after"


def too_near(least: int) -> str:
    return f"Choose a day at least {least} {'day' if least == 1 else 'days'} after the start"


def too_far(most: int) -> str:
    return f"Choose a day at most {most} {'day' if most == 1 else 'days'} after the start"


PICK: dict[str, str] = {
    "camera": "Take a photo",
    "gallery": "Choose photos",
    "camera_gallery": "Add photos",
    "documents": "Add documents",
}
"""The text on the button of a picker, by the source of its photos."""


def remove_file(name: str) -> str:
    return f"Remove {name}"


def files_taken(least: int, most: str, largest: str) -> str:
    """How many files a picker takes, and how large each may be."""
    number = f"{least} to {most}" if least and not most.startswith(f"{least} ") else f"Up to {most}"
    return f"{most if least and most.startswith(f'{least} ') else number}, {largest} each"


def file_empty(name: str) -> str:
    return f"{name} is empty"


def not_a_photo(name: str) -> str:
    return f"{name} is not a photo"


def kind_not_taken(name: str, kinds: list[str]) -> str:
    """Only a short list of kinds is worth reading."""
    return f"{name} is of a kind that is not taken here" + (f": use {_either(kinds)}" if len(kinds) <= 6 else "")


def _either(kinds: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))


def file_too_large(name: str, size: str, largest: str) -> str:
    return f"{name} has {size}; a file may have {largest}"


def one_file_too_many(name: str, most: str) -> str:
    return f"{name} was not added: {most} at most"


def add_at_least(count: str) -> str:
    return f"Add at least {count}"


def keep_at_most(count: str) -> str:
    return f"Keep at most {count}"


def too_many_to_send(count: int, most: int) -> str:
    return f"These are {count} files. At most {most} can be sent"


def too_large_to_send(size: str, largest: str) -> str:
    return f"These files have {size} together. At most {largest} can be sent"


FILES_STAY = "Files cannot be handed to another screen"
