"""Graph's error envelope. Every refusal of the WhatsApp side passes through here once and leaves a line in the log."""

import logging
import re
from typing import Any

from starlette.responses import Response

from headrace.database import is_passing
from headrace.platform.errors import PlatformError, UnknownObject
from headrace.platform.errors.catalogue import PARAMETER_INVALID, PATH_UNKNOWN, UNAVAILABLE, UNKNOWN_ERROR
from headrace.platform.graph.responses import DEFAULT_VERSION, json_response

_log = logging.getLogger(__name__)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MANUAL = "https://developers.facebook.com/docs/graph-api"
_LONGEST_HEADER = 400


def unknown_path(*segments: str) -> PlatformError:
    return PATH_UNKNOWN.plain(f"Unknown path components: /{'/'.join(segments)}")


def unknown_version(*segments: str) -> PlatformError:
    """The refusal of a path that begins with something like a version, but not with one."""
    return PATH_UNKNOWN.plain(
        f"Unknown path components: /{'/'.join(segments)}. A version is v, a number, a point and a number, such as "
        f"{DEFAULT_VERSION}"
    )


def nonexisting_field(field: str, node_type: str) -> PlatformError:
    return PARAMETER_INVALID.numbered(f"Tried accessing nonexisting field ({field}) on node type ({node_type})")


def refuse(error: PlatformError, method: str, path: str, trace_id: str) -> Response:
    """The answer to a call that was refused."""
    message = _message(error, method)
    _log.warning(
        "%s %s is refused with code %s (trace %s): %s",
        method,
        path,
        error.code,
        trace_id,
        one_line("; ".join(filter(None, (message, error.title, error.explanation, error.details)))),
    )
    headers = {"www-authenticate": _challenge(error.code, message)}
    return json_response({"error": _envelope(error, message, trace_id)}, trace_id, error.http_status, headers)


def fail(failure: Exception, method: str, path: str, trace_id: str) -> Response:
    """The answer to a call that met a fault of ours, or a database that is busy or away; called while it is handled."""
    if is_passing(failure):
        _log.warning(
            "%s %s is put off (trace %s): %s", method, path, trace_id, one_line(str(failure))[:_LONGEST_HEADER]
        )
        error = UNAVAILABLE.numbered("Service temporarily unavailable: the database is busy or away. Call again.")
        content = {"error": _envelope(error, error.message, trace_id)}
        return json_response(content, trace_id, error.http_status, {"retry-after": "1"})
    _log.exception("%s %s failed with code 1 (trace %s); this is a fault of the box", method, path, trace_id)
    error = UNKNOWN_ERROR.plain()
    return json_response({"error": _envelope(error, error.message, trace_id)}, trace_id, error.http_status)


def one_line(text: str) -> str:
    """Text from outside made safe for one line of a log or a header."""
    return _CONTROL.sub(" ", text)


def _message(error: PlatformError, method: str) -> str:
    if isinstance(error, UnknownObject):
        return (
            f"Unsupported {method.lower()} request. Object with ID '{error.object_id}' does not exist, cannot be "
            "loaded due to missing permissions, or does not support this operation. Please read the Graph API "
            f"documentation at {_MANUAL}"
        )
    return error.message


def _envelope(error: PlatformError, message: str, trace_id: str) -> dict[str, Any]:
    envelope: dict[str, Any] = {"message": message, "type": error.type, "code": error.code}
    if error.subcode is not None:
        envelope["error_subcode"] = error.subcode
    if error.is_transient or error.title is not None:
        envelope["is_transient"] = error.is_transient
    title, explanation = error.title, error.explanation
    if explanation is None and error.details is None and not _says_all(error):
        title, explanation = error.entry.title, error.entry.remedy
    if title is not None:
        envelope["error_user_title"] = title
    if explanation is not None:
        envelope["error_user_msg"] = explanation
    if error.details is not None:
        envelope["error_data"] = {"messaging_product": "whatsapp", "details": error.details}
    envelope["fbtrace_id"] = trace_id
    return envelope


def _says_all(error: PlatformError) -> bool:
    """Whether the message alone says what to do: it names the parameter, or the object that is not there."""
    return isinstance(error, UnknownObject) or error.entry.title == PARAMETER_INVALID.title or not error.entry.remedy


def _challenge(code: int, message: str) -> str:
    kind = "invalid_token" if code == 190 else "invalid_request"
    words = one_line(message).encode("ascii", "replace").decode().replace('"', "'")[:_LONGEST_HEADER]
    return f'OAuth "Facebook Platform" "{kind}" "{words}"'
