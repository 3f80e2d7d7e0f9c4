"""Why an answer cannot be decrypted: whoever knows the key of the request tries the mistakes that endpoints make most
often, one by one, and names the one with which the answer opens.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import unquote

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from headrace.exchange import faults
from headrace.exchange.answer_variants import (
    TAG_BYTES,
    USUAL_VECTOR_BYTES,
    VECTOR_BYTES,
    around,
    inflate,
    is_mangled,
    is_message,
    longer_keys,
    open_variant,
    texts_in,
    turned,
    unsealed,
)
from headrace.exchange.faults import Fault
from headrace.exchange.sealing import CannotOpen, forgiving_base64, open_response

_SHORT_TAG_BYTES = 12
_MOST_RUNS = 50
_RUN = re.compile(r"[A-Za-z0-9+/]{24,}")
"""What may be the base64 of a sealed answer among other characters: a tag of 16 bytes and at least `{}`."""
_WHITE = " \t\n\f\r"
_BYTE_ORDER_MARK = "\ufeff"
_TUNNEL_WORDS = (
    "ngrok",
    "localtunnel",
    "loca.lt",
    "you are about to visit",
    "trycloudflare",
    "attention required",
    "just a moment",
    "cf-chl",
    "devtunnels",
)
_OF_WEBHOOKS = frozenset({"ok", "success", "event_received", "received", "accepted", "null", "undefined", "true", "[]",
                          "none", "array", "[object object]", "hello world", "hello world!", "it works!"})  # fmt: skip
_OF_ERRORS = frozenset({"error", "errors", "message", "detail", "errorMessage", "errorType", "stackTrace", "exception"})
_OF_REFUSALS = _OF_ERRORS | {"status", "success", "ok", "code", "statusCode", "received", "timestamp", "path"}
_ENVELOPE = frozenset({"encrypted_flow_data", "encrypted_aes_key", "initial_vector"})
_JOSE = re.compile(r"eyJ[\w-]+(\.[\w-]*){2,4}")
_OBJECT = re.compile(r"""\{\s*["'\w]""")
_TEXT_OF_AN_OBJECT = re.compile(
    r"""\{\s*'|\{\w+\s*=|\[object |Array\b|System\.|\w+\(|<[\w.]+ object|[\w.]+\.[\w.]+@[0-9a-f]+$"""
)
"""Python's dict, Java's Map, JavaScript's, PHP's and .NET's object, a dataclass."""


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with an answer, and its clear text where it opens all the same."""

    fault: Fault
    clear: bytes | None = None


_UNSOLVED = (faults.OTHER_KEY, faults.NOT_BASE64, faults.IN_CLEAR)
"""What is said of an answer that no single mistake opens; several of them together may."""


def diagnose(body: bytes, key: bytes, iv: bytes) -> Diagnosis:
    """Says what is wrong with a response body that `open_response` refused.

    `key` and `iv` are those of the request: 16 bytes each, or of a wrong length where a wrong request was tried.
    """
    text = body.decode("utf-8", "replace").strip(_WHITE)
    if not text:
        return Diagnosis(faults.EMPTY)
    if (known := _known(text, key, iv)) is not None:
        return Diagnosis(known)
    found = _misshapen(body, text, key, iv)
    if found is None and text.startswith("<"):
        return Diagnosis(faults.TUNNEL_PAGE if is_tunnel_page(text) else faults.WEB_PAGE)
    found = found or _missealed(text, key, iv)
    if found.fault in _UNSOLVED and (variant := open_variant(body, key, iv)) is not None:
        return Diagnosis(faults.together(variant[0]), variant[1])
    return found


def explain(body: bytes, key: bytes, iv: bytes) -> str:
    """What `diagnose` found, in words."""
    return diagnose(body, key, iv).fault.words


def explain_clear(clear: bytes, reason: str) -> Fault:
    """Says what is wrong with an answer that opened but is no message; `reason` is what the reader said."""
    if len(clear) > 1 and (clear.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in clear[:2]):
        return faults.UTF_16
    if inflate(clear) is not None:
        return faults.COMPRESSED_INSIDE
    text = clear.decode("utf-8", "replace").strip()
    value = _json(text)
    if isinstance(value, str) and isinstance(_json(value), dict | str):
        return faults.WRITTEN_TWICE
    if value is None and _TEXT_OF_AN_OBJECT.match(text):
        return faults.TEXT_OF_AN_OBJECT
    if value is None and text.startswith("{") and (where := _ceases(text)):
        return faults.not_json(where)
    return faults.unreadable(reason)


def _ceases(text: str) -> str:
    """Where a text ceases to be JSON, in a few words; empty when it does not."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return f"{error.msg.partition(':')[0]}, at character {min(error.pos + 1, len(text)):,} of {len(text):,}"
    return ""


def is_tunnel_page(text: str) -> bool:
    """Whether it is the page that ngrok, localtunnel or a firewall puts in front of an address."""
    return text.lstrip().startswith("<") and any(word in text.casefold() for word in _TUNNEL_WORDS)


def _known(text: str, key: bytes, iv: bytes) -> Fault | None:
    """What is known by its look to hold no sealed answer, though some of it reads as base64."""
    if text.casefold() in _OF_WEBHOOKS:
        return faults.nothing_sealed(text)
    if _JOSE.fullmatch(text):
        return faults.JOSE
    value = _json(text)
    if isinstance(value, dict):
        if value.keys() >= _ENVELOPE:
            return faults.ECHO
        if value and value.keys() <= _OF_REFUSALS:
            return faults.error_in_clear(text) if value.keys() & _OF_ERRORS else faults.nothing_sealed(text)
        return None
    try:
        content = forgiving_base64(text)
    except ValueError:
        return None
    if len(content) <= TAG_BYTES:
        return faults.nothing_sealed(text)
    request = _json((unsealed(content, key, iv) or b"").decode("utf-8", "replace"))
    return faults.ECHO if isinstance(request, dict) and {"version", "action"} <= request.keys() else None


def _misshapen(body: bytes, text: str, key: bytes, iv: bytes) -> Diagnosis | None:
    """What stands around an answer that is sealed well, or instead of base64."""
    unmarked = text.removeprefix(_BYTE_ORDER_MARK)
    if unmarked != text and (clear := _opened(unmarked, key, iv)) is not None:
        return Diagnosis(faults.BYTE_ORDER_MARK, clear)
    if (clear := _opened(text.replace("-", "+").replace("_", "/"), key, iv)) is not None:
        return Diagnosis(faults.URL_SAFE, clear)
    if (clear := unsealed(body, key, turned(iv))) is not None:
        return Diagnosis(faults.RAW_BYTES, clear)
    value = _json(text)
    for where, part in texts_in(value):
        if (clear := _opened(part, key, iv)) is not None:
            return Diagnosis(around(value, where), clear)
    half = text[: len(text) // 2]
    if text == half * 2 and (clear := _opened(half, key, iv)) is not None:
        return Diagnosis(faults.SENT_TWICE, clear)
    if (found := _surrounded(text, key, iv)) is not None:
        return found
    if isinstance(value, str) and isinstance(_json(value), dict):
        return Diagnosis(faults.IN_CLEAR, value.encode())
    if isinstance(value, dict):
        return Diagnosis(faults.IN_CLEAR, text.encode())
    if value is None and _OBJECT.match(text):
        return Diagnosis(faults.IN_CLEAR)
    if (clear := unsealed(_from_hex(text.casefold().removeprefix("0x")), key, turned(iv))) is not None:
        return Diagnosis(faults.HEXADECIMAL, clear)
    return None


def _surrounded(text: str, key: bytes, iv: bytes) -> Diagnosis | None:
    """Sealed text among other characters: other quotes, a data URI, a form, XML, spaces that are none of ASCII."""
    for written in dict.fromkeys((text, unquote(text))):
        for run in islice(_RUN.finditer(written), _MOST_RUNS):
            if (clear := _opened(run[0], key, iv)) is not None:
                before, after = written[: run.start()], written[run.end() :]
                if before in {"b'", 'b"'}:
                    return Diagnosis(faults.PYTHON_BYTES, clear)
                return Diagnosis(faults.surrounded(before.strip(_WHITE), after.lstrip("=").strip(_WHITE)), clear)
    return None


def _missealed(text: str, key: bytes, iv: bytes) -> Diagnosis:
    """What is wrong with the bytes inside the base64."""
    try:
        content = forgiving_base64(text)
    except ValueError:
        return Diagnosis(faults.NOT_BASE64)
    if is_message(content):
        return Diagnosis(faults.ENCODED_ONLY, content)
    if (clear := _opened(content.decode("ascii", "replace"), key, iv)) is not None:
        return Diagnosis(faults.DOUBLE_BASE64, clear)
    for fault, attempt in _ATTEMPTS:
        clear = attempt(content, key, iv)
        if clear is not None:
            return Diagnosis(fault, clear)
    return Diagnosis(faults.BYTES_AS_TEXT if is_mangled(content) else faults.OTHER_KEY)


Attempt = Callable[[bytes, bytes, bytes], bytes | None]


def _without_tag(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    """Whether it is a message under GCM, whatever its tag says."""
    clear = Cipher(algorithms.AES(key), modes.GCM(vector, bytes(TAG_BYTES))).decryptor().update(content)
    return clear if is_message(clear) else None


def _short_tag(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    return _without_tag(content[:-_SHORT_TAG_BYTES], key, vector)


def _cbc(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    if not content or len(content) % VECTOR_BYTES or len(vector) != VECTOR_BYTES:
        return None
    for one in (key, *longer_keys(key)[:1]):
        clear = Cipher(algorithms.AES(one), modes.CBC(vector)).decryptor().update(content)
        if is_message(clear[: -clear[-1]]):
            return clear[: -clear[-1]]
    return None


def _with_vector_in_front(content: bytes, key: bytes, length: int) -> bytes | None:
    return unsealed(content[length:], key, content[:length]) if len(content) > length else None


def _with_longer_key(content: bytes, key: bytes, vector: bytes) -> bytes | None:
    return next((clear for one in longer_keys(key) if (clear := unsealed(content, one, vector)) is not None), None)


_ATTEMPTS: tuple[tuple[Fault, Attempt], ...] = (
    (faults.NOT_TURNED, unsealed),
    (faults.SHORT_VECTOR, lambda content, key, iv: unsealed(content, key, turned(iv)[:USUAL_VECTOR_BYTES])),
    (faults.SHORT_VECTOR_NOT_TURNED, lambda content, key, iv: unsealed(content, key, iv[:USUAL_VECTOR_BYTES])),
    (
        faults.TAG_FIRST,
        lambda content, key, iv: unsealed(content[TAG_BYTES:] + content[:TAG_BYTES], key, turned(iv)),
    ),
    (faults.VECTOR_FIRST, lambda content, key, iv: unsealed(content[VECTOR_BYTES:], key, turned(iv))),
    (
        faults.OWN_SHORT_VECTOR,
        lambda content, key, iv: _with_vector_in_front(content, key, USUAL_VECTOR_BYTES),
    ),
    (faults.OWN_VECTOR, lambda content, key, iv: _with_vector_in_front(content, key, VECTOR_BYTES)),
    (
        faults.AES_256,
        lambda content, key, iv: _with_longer_key(content, key, turned(iv)),
    ),
    (faults.NO_TAG, lambda content, key, iv: _without_tag(content, key, turned(iv))),
    (faults.short_tag(_SHORT_TAG_BYTES), lambda content, key, iv: _short_tag(content, key, turned(iv))),
    (faults.CBC, lambda content, key, iv: _cbc(content, key, turned(iv)) or _cbc(content, key, iv)),
)
"""Each fault with what opens an answer that has it: the clear bytes, or None."""


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _from_hex(text: str) -> bytes:
    """The bytes that hexadecimal digits stand for; none for any other text."""
    try:
        return binascii.unhexlify(text)
    except ValueError:
        return b""


def _opened(text: str, key: bytes, iv: bytes) -> bytes | None:
    try:
        return open_response(text, key, iv)
    except CannotOpen:
        return None
