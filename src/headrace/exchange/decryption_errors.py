"""Why an answer cannot be decrypted: the mistakes that endpoints make most often, recognised one by one."""

import base64
import binascii

from headrace.exchange.messages import NotAMessage, from_bytes
from headrace.exchange.sealing import CannotOpen, open_response

_SHOULD_BE = "An answer is base64 of the sealed JSON, nothing around it."


def explain(text: str, key: bytes, iv: bytes) -> str:
    """Says what is wrong with a response body that `open_response` refused, and what to do.

    `key` and `iv` are those of the request.
    """
    stripped = text.strip()
    if not stripped:
        return f"The endpoint answered with an empty body. {_SHOULD_BE}"
    if stripped.startswith("<"):
        return f"The endpoint answered with a web page. {_SHOULD_BE}"
    if _is_message(stripped.encode("utf-8", "replace")):
        return "The endpoint answered with JSON in clear. Seal it with the key of the request."
    content = _decoded(stripped)
    if content is None:
        standard = stripped.replace("-", "+").replace("_", "/").rstrip("=")
        if _decoded(standard + "=" * (-len(standard) % 4)) is not None:
            return "The endpoint answered with URL-safe or unpadded base64. Use the standard alphabet, with padding."
        return f"The endpoint's answer is not base64. {_SHOULD_BE}"
    if _is_message(content):
        return "The endpoint answered with JSON that is encoded but not sealed. Seal it with the key of the request."
    if _opens(stripped, key, bytes(byte ^ 0xFF for byte in iv)):
        return (
            "The endpoint sealed its answer with the vector of the request as it is. Turn over every bit of it first."
        )
    return (
        "The endpoint's answer does not open. Seal it with AES-128-GCM, the key of this very request, its vector with "
        "every bit turned over, and the tag of 16 bytes behind the ciphertext."
    )


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None


def _is_message(content: bytes) -> bool:
    try:
        from_bytes(content)
    except NotAMessage:
        return False
    return True


def _opens(text: str, key: bytes, iv: bytes) -> bool:
    try:
        open_response(text, key, iv)
    except CannotOpen:
        return False
    return True
