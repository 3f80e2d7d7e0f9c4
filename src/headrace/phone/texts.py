"""The phone's own words. A Flow's texts are shown as they are; these stand around them."""

OPTIONAL = "optional"
READ_MORE = "Read more"
CLOSE = "Close"
BACK = "Back"
TRY_AGAIN = "Try again"
CLEAR = "Clear"
DRAFT_BAND = "Draft: only for testing"
WAITING = "Waiting for an answer"
FLOW_USED_UP = "This Flow is no longer available."
GENERIC_FAILURE = "This did not work. Try again."

FAILURES: dict[str, str] = {
    "timeout_error": "No answer within 10 seconds. Try again.",
    "unexpected_http_status_code": "The business could not answer. Try again.",
    "no_http_response_error": "The business cannot be reached. Try again.",
    "response-decryption-error": "The answer could not be read. Try again.",
    "business-decryption-error": "The business could not read the request. Try again.",
    "public-key-missing": "The business has no encryption key, so this Flow cannot open.",
    "public-key-signiture-verification": "The encryption key of the business does not hold, so this Flow cannot open.",
    "payload-schema-error": "The data of this screen does not fit. Try again.",
    "invalid-screen-transition": "This step is not part of the Flow. Try again.",
    "components-validation-error": "A part of this screen cannot be shown.",
    "endpoint-missing": "This Flow needs an endpoint, and none is set up.",
    "not-an-entry-screen": "The Flow does not begin with this screen.",
}
"""What a person reads, by the protocol's name of the failure."""


def failure(error_type: str) -> str:
    return FAILURES.get(error_type, GENERIC_FAILURE)


def required(label: str) -> str:
    return f"{label or 'This field'} is required"


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
NOT_OFFERED = "This option is no longer offered"


def pattern(label: str) -> str:
    return f"{label or 'This'} is not written as asked"


def choose_between(least: int, most: int, count: int) -> str:
    """Why a selection of `count` options is not accepted."""
    if count < least:
        return f"Choose at least {least}"
    return f"Choose at most {most}"


LINK_NOT_OPENED = "This link cannot be opened: it is not an https address."
FOOTER_OFF = "The Flow keeps this button off"
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
