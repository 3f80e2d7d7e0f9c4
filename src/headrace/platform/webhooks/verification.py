"""The handshake: before a callback is stored, its receiver proves that it knows the verify token."""

from http import HTTPStatus
from urllib.parse import quote, urlsplit

from headrace.identifiers import Identifiers
from headrace.outbound import Outbound, OutboundError
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import CALLBACK_NOT_VERIFIED, PARAMETER_INVALID

TIMEOUT_SECONDS = 10.0
_MAX_ANSWER_BYTES = 4096
_LONGEST_CALLBACK = 2000


def check_callback(name: str, url: str, longest: int = _LONGEST_CALLBACK) -> None:
    """Raises code 100 for what is no callback URL; `name` is the parameter."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_url = False
    if not is_url or any(character.isspace() for character in url):
        raise PARAMETER_INVALID.numbered(f"Param {name} must be a valid URI: one that starts with https:// or http://")
    if len(url) > longest:
        raise PARAMETER_INVALID.numbered(f"Param {name} must be at most {longest} characters long")


async def verify_callback(outbound: Outbound, identifiers: Identifiers, url: str, verify_token: str) -> None:
    """Calls `url` with a challenge and raises code 2200 unless the answer is 200 with the challenge as the whole body.

    Must be called outside any transaction: the receiver may be this very server.
    """
    challenge = str(int.from_bytes(identifiers.random_bytes(4)))
    base = url.partition("#")[0]
    separator = "&" if "?" in base else "?"
    query = f"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={quote(verify_token, safe='')}"
    try:
        answer = await outbound.request(
            "GET", f"{base}{separator}{query}", timeout=TIMEOUT_SECONDS, max_bytes=_MAX_ANSWER_BYTES
        )
    except OutboundError as error:
        raise _failed(str(error)) from error
    if answer.status != HTTPStatus.OK:
        raise _failed(f"HTTP Status Code = {answer.status}; HTTP Message = {_phrase(answer.status)}")
    if answer.body != challenge.encode():
        raise _failed("the body of the answer is not the challenge. Answer with the value of hub.challenge alone.")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown"


def _failed(reason: str) -> PlatformError:
    return CALLBACK_NOT_VERIFIED.numbered(f"{CALLBACK_NOT_VERIFIED.title}: {reason}")
