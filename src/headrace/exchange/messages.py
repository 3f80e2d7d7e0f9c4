"""The clear texts inside: requests, responses and notices.

A request is an object with `version`, `action` and, unless it is a ping, `flow_token`, `screen` and `data`. An answer
is an object with `screen` and `data`. The source of the rules is WhatsApp's guide "Implementing endpoints for Flows".
"""

import json
from typing import Any, Final, Literal

import orjson

from headrace.exchange.sealing import CannotOpen, open_response
from headrace.protocol import SUCCESS

Action = Literal["INIT", "data_exchange", "BACK", "ping"]

OK: Final = 200
KEY_REFUSED: Final = 421
TOKEN_EXPIRED: Final = 427
SIGNATURE_REFUSED: Final = 432

# Data API versions whose requests carry a signature of the flow token.
VERSIONS_THAT_SIGN_TOKENS: Final = frozenset({"4.0"})

PING: Final[dict[str, Any]] = {"version": "3.0", "action": "ping"}
ACTIVE: Final[dict[str, Any]] = {"data": {"status": "active"}}
ACKNOWLEDGED: Final[dict[str, Any]] = {"data": {"acknowledged": True}}

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_ESCAPING_ENCODER: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_NOTICE_MEMBERS = frozenset({"error", "error_key", "error_message"})


class NotAMessage(ValueError):
    """A clear text is not a JSON object."""


def to_bytes(message: dict[str, Any]) -> bytes:
    """Writes a message as compact UTF-8 JSON, members in their order. Raises ValueError for what JSON cannot hold."""
    try:
        return _ENCODER.encode(message).encode()
    except UnicodeEncodeError:  # half a surrogate pair has no UTF-8; the escaped form travels
        return _ESCAPING_ENCODER.encode(message).encode()
    except (TypeError, RecursionError) as error:
        raise ValueError(f"this cannot be written as JSON: {error}") from error


def brief(message: dict[str, Any], most: int = 100) -> str:
    """A message as text for a person to read, cut off behind `most` characters."""
    text = json.dumps(message, ensure_ascii=False)
    return text if len(text) <= most else f"{text[:most]}…"


def written(message: dict[str, Any]) -> str:
    """A message as text for a person to read, in lines. Raises ValueError for what JSON cannot hold."""
    return json.dumps(message, ensure_ascii=False, indent=2, allow_nan=False)


def to_spaced_bytes(message: dict[str, Any]) -> bytes:
    """A message as Python's `json.dumps` writes it by itself, with a blank behind each comma and colon."""
    return json.dumps(message).encode()


def from_bytes(text: bytes | str) -> dict[str, Any]:
    """Reads a message. Raises NotAMessage, also for one so deep that nobody could write it down again."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAMessage("It is not JSON.") from error
    if not isinstance(value, dict):
        raise NotAMessage("It is not a JSON object.")
    try:
        orjson.dumps(value)  # stops at 254 levels
    except TypeError as error:
        raise NotAMessage("Its values are nested too deep.") from error
    return value


def is_active(body: dict[str, Any]) -> bool:
    """Whether an answer to a ping says that the endpoint is well. Further members are allowed."""
    data = body.get("data")
    return isinstance(data, dict) and data.get("status") == "active"


def final_answer(params: dict[str, Any]) -> dict[str, Any]:
    """The answer that ends a Flow; `params` becomes the `response_json` of the message to the business."""
    return {"screen": SUCCESS, "data": {"extension_message_response": {"params": params}}}


def error_of(request: dict[str, Any]) -> tuple[str, str | None] | None:
    """Type and words of an error notice, or None for an ordinary request.

    The type stands under `error` or `error_key`. A form that happens to have a field `error` among others is no notice.
    """
    data = request.get("data")
    if not isinstance(data, dict) or not data.keys() <= _NOTICE_MEMBERS:
        return None
    error = data.get("error", data.get("error_key"))
    words = data.get("error_message")
    return (error, words if isinstance(words, str) else None) if isinstance(error, str) else None


def read_answer(clear: bytes) -> dict[str, Any]:
    """Reads an opened answer as WhatsApp's client decodes it: a byte order mark in front comes off, bytes that are no
    UTF-8 become U+FFFD. Raises NotAMessage.
    """
    return from_bytes(clear.decode("utf-8", "replace").removeprefix("\ufeff"))


def expiry_message(raw_body: bytes, key: bytes, iv: bytes) -> tuple[str | None, bool]:
    """The words for the person in the body of a 427, and whether it was sealed like any response.

    Meta's guide shows the body as plain JSON; WhatsApp's client opens only what is sealed. The words are None when
    there are none: the phone then says something general.
    """
    text = raw_body.decode("utf-8", errors="replace")
    is_sealed = True
    try:
        body = read_answer(open_response(text, key, iv))
    except (NotAMessage, CannotOpen):
        is_sealed = False
        try:
            body = from_bytes(text)
        except NotAMessage:
            return None, False
    words = body.get("error_msg")
    return (words if isinstance(words, str) and words.strip() else None), is_sealed
