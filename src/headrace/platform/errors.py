"""What the WhatsApp side refuses, as one error with Graph's code. Raised where the rule is, worded for people there,
and put into Graph's envelope once, by the face (`platform/graph`)."""


class PlatformError(Exception):
    """A refusal with the numbers and words Graph answers with.

    `code` and `message` are Graph's `error.code` and `error.message`; `title` and `explanation` become
    `error_user_title` and `error_user_msg`; `details` becomes `error_data.details`, the messaging calls' place for
    words.
    """

    def __init__(
        self,
        code: int,
        message: str,
        *,
        http_status: int = 400,
        type: str = "OAuthException",  # noqa: A002 - the member's name on the wire
        subcode: int | None = None,
        title: str | None = None,
        explanation: str | None = None,
        details: str | None = None,
        is_transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status
        self.type = type
        self.subcode = subcode
        self.title = title
        self.explanation = explanation
        self.details = details
        self.is_transient = is_transient


class UnknownObject(PlatformError):
    """The caller named an object that does not exist or belongs to another business; Graph does not tell which."""

    def __init__(self, object_id: str) -> None:
        super().__init__(100, f"Object with ID '{object_id}' does not exist.", type="GraphMethodException", subcode=33)
        self.object_id = object_id
