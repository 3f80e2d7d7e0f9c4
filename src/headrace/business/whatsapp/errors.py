"""WhatsApp's refusals, in words fit to be shown."""

import orjson

UNREADABLE = 1
UNREACHABLE = 2
UNKNOWN_OBJECT = 100
"""Graph's code for an id that does not exist, or that the token may not see."""


class WhatsAppRefused(Exception):
    """WhatsApp answered with an error, or not at all. The words are fit to be shown."""

    def __init__(self, code: int, message: str, details: str | None = None, title: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.title = title


def refusal_of(status: int, body: bytes) -> WhatsAppRefused:
    """The refusal that an answer of the Graph API with an error status carries."""
    try:
        error = orjson.loads(body)["error"]
        data = error.get("error_data")
        details = data.get("details") if isinstance(data, dict) else error.get("error_user_msg")
        return WhatsAppRefused(int(error["code"]), str(error["message"]), details, error.get("error_user_title"))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return WhatsAppRefused(UNREADABLE, f"WhatsApp answered with HTTP status {status}.")
