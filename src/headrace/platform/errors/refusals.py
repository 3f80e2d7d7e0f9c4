"""An error of the catalogue, raised where the rule is with words for people, and put into Graph's envelope once, by the
face (`platform/graph`).

Graph has three ways of saying what is wrong: its general calls in the message alone, the calls for Flows with a title
and an explanation, the calls for messages in `error_data.details`. Each has its method here.
"""

from dataclasses import dataclass
from typing import Any, Final

from headrace.protocol.graph_errors import graph_error

_GENERAL_MESSAGE: Final = "Invalid parameter"
_REFERENCE: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One entry of the catalogue. `type` is Graph's class of errors; `instead` is what a person is told to do where
    that differs from what the table of all errors says (`protocol/graph_errors`).
    """

    code: int
    title: str
    http_status: int = 400
    subcode: int | None = None
    type: str = "OAuthException"
    is_transient: bool = False
    instead: str = ""

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if self.instead:
            return self.instead
        told = graph_error(self.code, self.title)
        return "" if told is None else told.remedy

    def plain(self, words: str | None = None) -> "PlatformError":
        """The message is `words`, or the title where there is no more to say."""
        return PlatformError(self, words or self.title)

    def numbered(self, words: str) -> "PlatformError":
        """The message is `words` with the code before them, as the general calls have it."""
        return PlatformError(self, f"(#{self.code}) {words}")

    def explained(self, explanation: str) -> "PlatformError":
        """A general message, with the title and an explanation, as the calls for Flows have it."""
        return PlatformError(self, _GENERAL_MESSAGE, title=self.title, explanation=explanation)

    def detailed(self, details: str) -> "PlatformError":
        """The title with the code before it, and `details` that say what, where and what to do: calls for messages."""
        return PlatformError(self, f"(#{self.code}) {self.title}", details=details)

    def as_failure(self, details: str) -> dict[str, Any]:
        """The entry of `errors` in a `failed` status (docs/webhooks.md)."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": details},
            "href": _REFERENCE,
        }


class PlatformError(Exception):
    """A refusal: an entry of the catalogue with its words.

    `message` is Graph's `error.message`; `title` and `explanation` become `error_user_title` and `error_user_msg`;
    `details` becomes `error_data.details`.
    """

    def __init__(
        self,
        entry: ErrorCode,
        message: str,
        *,
        title: str | None = None,
        explanation: str | None = None,
        details: str | None = None,
    ) -> None:
        super().__init__(message)
        self.entry = entry
        self.message = message
        self.title = title
        self.explanation = explanation
        self.details = details

    @property
    def code(self) -> int:
        return self.entry.code

    @property
    def http_status(self) -> int:
        return self.entry.http_status

    @property
    def type(self) -> str:
        return self.entry.type

    @property
    def subcode(self) -> int | None:
        return self.entry.subcode

    @property
    def is_transient(self) -> bool:
        return self.entry.is_transient


_UNKNOWN_OBJECT = ErrorCode(100, "Unknown object", type="GraphMethodException", subcode=33)


class UnknownObject(PlatformError):
    """The caller named an object that does not exist or belongs to another business; Graph does not tell which."""

    def __init__(self, object_id: str) -> None:
        super().__init__(_UNKNOWN_OBJECT, f"Object with ID '{object_id}' does not exist.")
        self.object_id = object_id
