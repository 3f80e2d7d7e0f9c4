"""Errors of the messaging calls: Graph's codes and titles as a table, worded for people where they are raised."""

from typing import Any

from headrace.platform.errors import PlatformError

# Title and HTTP status by code (docs/messages.md).
_ERRORS: dict[int, tuple[str, int]] = {
    100: ("Invalid parameter", 400),
    131008: ("Required parameter is missing", 400),
    131009: ("Parameter value is not valid", 400),
    131021: ("Recipient cannot be sender", 400),
    131026: ("Message undeliverable", 400),
    131047: ("Re-engagement message", 400),
    131051: ("Unsupported message type", 400),
    132068: ("Flow is blocked", 400),
    132069: ("Flow is throttled", 400),
}

_REFERENCE = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


def refusal(code: int, details: str) -> PlatformError:
    """The error a call is answered with; `details` says what, where and what to do."""
    title, http_status = _ERRORS[code]
    return PlatformError(code, f"(#{code}) {title}", http_status=http_status, details=details)


def failure(code: int, details: str) -> dict[str, Any]:
    """The entry of `errors` in a `failed` status (docs/webhooks.md)."""
    title, _ = _ERRORS[code]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details},
        "href": _REFERENCE,
    }
