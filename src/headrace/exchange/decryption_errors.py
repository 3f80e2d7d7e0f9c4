"""Why an answer cannot be decrypted: whoever knows the key of the request tries the mistakes that endpoints make most
often, one by one, and names the one with which the answer opens.
"""

import binascii
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.exchange.messages import NotAMessage, read_answer
from headrace.exchange.sealing import CannotOpen, forgiving_base64, open_response

_SHOULD_BE = "An answer is base64 of the sealed JSON, nothing around it."
_TAG_BYTES = 16
_SHORT_TAG_BYTES = 12
_VECTOR_BYTES = 16
_USUAL_VECTOR_BYTES = 12
_DEEPEST = 4
"""Sealed text is looked for inside JSON down to at most this many levels."""


def explain(body: bytes, key: bytes, iv: bytes) -> str:
    """Says what is wrong with a response body that `open_response` refused, and what to do.

    `key` and `iv` are those of the request.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return f"The endpoint answered with an empty body. {_SHOULD_BE}"
    if text.startswith("<"):
        return f"The endpoint answered with a web page. {_SHOULD_BE}"
    return _misshapen(body, text, key, iv) or _missealed(text, key, iv)


def _misshapen(body: bytes, text: str, key: bytes, iv: bytes) -> str | None:
    """What stands around an answer that is sealed well, or instead of base64."""
    if _opens(text.removeprefix("\ufeff"), key, iv):
        return "There is a byte order mark in front of the answer. Send the base64 alone."
    if _opens(text.replace("-", "+").replace("_", "/"), key, iv):
        return "The endpoint answered with URL-safe base64. Use the standard alphabet, with + and /."
    if _unsealed(body, key, _turned(iv)):
        return "The endpoint answered with the sealed bytes themselves. Send their base64."
    value = _json(text)
    where = next((where for where, part in _texts_in(value) if _opens(part, key, iv)), None)
    if where is not None:
        around = f'wrapped in JSON, under "{where}"' if where else "in quotes"
        return f"The endpoint answered with sealed text {around}. Send the text alone, as it is."
    if isinstance(value, dict):
        return "The endpoint answered with JSON in clear. Seal it with the key of the request."
    if _unsealed(_from_hex(text), key, _turned(iv)):
        return "The endpoint answered with hexadecimal digits. Write the sealed bytes as base64."
    return None


def _missealed(text: str, key: bytes, iv: bytes) -> str:
    """What is wrong with the bytes inside the base64."""
    try:
        content = forgiving_base64(text)
    except ValueError:
        return f"The endpoint's answer is not base64. {_SHOULD_BE}"
    if _is_message(content):
        return "The endpoint answered with JSON that is encoded but not sealed. Seal it with the key of the request."
    if _opens(content.decode("ascii", "replace"), key, iv):
        return "The endpoint's answer is base64 of base64. Encode the sealed bytes once."
    for words, attempt in _ATTEMPTS:
        clear = attempt(content, key, iv)
        if clear is not None:
            return words
    return (
        "The endpoint's answer does not open, nor with any of the usual mistakes: it was sealed with another key, or "
        "its bytes changed on the way. Seal it with AES-128-GCM, the key of this very request, its vector with every "
        "bit turned over, and the tag of 16 bytes behind the ciphertext."
    )


Attempt = Callable[[bytes, bytes, bytes], bytes | None]


def _unsealed(sealed: bytes, key: bytes, vector: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(vector, sealed, None)
    except (InvalidTag, ValueError):
        return None


def _without_tag(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    """Whether it is a message under GCM, whatever its tag says."""
    clear = Cipher(algorithms.AES(key), modes.GCM(vector, bytes(_TAG_BYTES))).decryptor().update(content)
    return clear if _is_message(clear) else None


def _short_tag(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    return _without_tag(content[:-_SHORT_TAG_BYTES], key, vector)


def _cbc(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    if not content or len(content) % _VECTOR_BYTES:
        return None
    clear = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor().update(content)
    return clear if _is_message(clear[: -clear[-1]]) else None


def _with_vector_in_front(content: bytes, key: bytes, length: int) -> bytes | None:
    return _unsealed(content[length:], key, content[:length]) if len(content) > length else None


def _turned(iv: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in iv)


_WHOLE_VECTOR = "Use the vector of the request with every bit turned over, all 16 bytes of it."
_ATTEMPTS: tuple[tuple[str, Attempt], ...] = (
    (
        "The endpoint sealed its answer with the vector of the request as it is. Turn over every bit of it first.",
        _unsealed,
    ),
    (
        f"The endpoint sealed its answer with the first 12 bytes of the turned vector. {_WHOLE_VECTOR}",
        lambda content, key, iv: _unsealed(content, key, _turned(iv)[:_USUAL_VECTOR_BYTES]),
    ),
    (
        "The endpoint sealed its answer with the first 12 bytes of the vector of the request, as they are. "
        f"{_WHOLE_VECTOR}",
        lambda content, key, iv: _unsealed(content, key, iv[:_USUAL_VECTOR_BYTES]),
    ),
    (
        "The endpoint put the tag in front of the ciphertext. Its 16 bytes belong behind it.",
        lambda content, key, iv: _unsealed(content[_TAG_BYTES:] + content[:_TAG_BYTES], key, _turned(iv)),
    ),
    (
        "The endpoint put the vector in front of the sealed answer. Send ciphertext and tag alone.",
        lambda content, key, iv: _unsealed(content[_VECTOR_BYTES:], key, _turned(iv)),
    ),
    (
        f"The endpoint put a vector of its own, of 12 bytes, in front of the answer. {_WHOLE_VECTOR}",
        lambda content, key, iv: _with_vector_in_front(content, key, _USUAL_VECTOR_BYTES),
    ),
    (
        f"The endpoint put a vector of its own in front of the answer. {_WHOLE_VECTOR}",
        lambda content, key, iv: _with_vector_in_front(content, key, _VECTOR_BYTES),
    ),
    (
        "The answer has no tag behind the ciphertext. Append the 16 bytes of the GCM tag.",
        lambda content, key, iv: _without_tag(content, key, _turned(iv)),
    ),
    (
        "The tag behind the ciphertext has 12 bytes. It needs all 16 of them.",
        lambda content, key, iv: _short_tag(content, key, _turned(iv)),
    ),
    (
        "The endpoint sealed its answer with AES in CBC mode. Use GCM, with the tag of 16 bytes behind the ciphertext.",
        lambda content, key, iv: _cbc(content, key, _turned(iv)) or _cbc(content, key, iv),
    ),
)
"""By what is said of it, each with what opens it: the clear bytes, or None."""


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _texts_in(value: Any, where: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """All texts in a JSON value, each with the names that lead to it; also in JSON written as a text."""
    if isinstance(value, str):
        yield where, value
        if depth < _DEEPEST and value.lstrip()[:1] in ("{", '"'):
            yield from _texts_in(_json(value), where, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, member in value.items():
            yield from _texts_in(member, f"{where}.{name}" if where else name, depth + 1)


def _from_hex(text: str) -> bytes:
    """The bytes that hexadecimal digits stand for; none for any other text."""
    try:
        return binascii.unhexlify(text)
    except ValueError:
        return b""


def _is_message(content: bytes) -> bool:
    try:
        read_answer(content)
    except NotAMessage:
        return False
    return True


def _opens(text: str, key: bytes, iv: bytes) -> bool:
    try:
        open_response(text, key, iv)
    except CannotOpen:
        return False
    return True
