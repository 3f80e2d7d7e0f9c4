"""WhatsApp's refusals, in words fit to be shown."""

import orjson

from headrace.protocol.graph_errors import graph_error

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

    @property
    def remedy(self) -> str | None:
        """What to do about it, where the error is one that is known."""
        told = graph_error(self.code, self.title, self.message)
        return None if told is None else told.remedy


def refusal_of(status: int, body: bytes) -> WhatsAppRefused:
    """The refusal that an answer of the Graph API with an error status carries."""
    try:
        error = orjson.loads(body)["error"]
        data = error.get("error_data")
        details = data.get("details") if isinstance(data, dict) else error.get("error_user_msg")
        return WhatsAppRefused(int(error["code"]), str(error["message"]), details, error.get("error_user_title"))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return WhatsAppRefused(UNREADABLE, f"WhatsApp answered with HTTP status {status}.")
