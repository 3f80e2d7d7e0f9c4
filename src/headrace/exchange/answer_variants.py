"""Answers with several of the usual mistakes at once, opened by trying all ways to write and to seal one.

Pure. Each way to write an answer (base64, hexadecimal digits, within JSON …) is tried with each way to seal it (which
vector, where the tag, which key). What opens under GCM, or holds a message, names its mistakes.
"""

import base64
import binascii
import hashlib
import html
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.exchange import faults
from headrace.exchange.faults import Fault
from headrace.exchange.messages import NotAMessage, read_answer
from headrace.exchange.sealing import KEY_BYTES, forgiving_base64

TAG_BYTES = 16
VECTOR_BYTES = 16
USUAL_VECTOR_BYTES = 12
_SHORT_TAGS = (12, 13, 14, 15, 8, 4)
_LARGEST = 256 * 1024
"""Larger answers are not tried: there are some hundred ways."""
_MOST_CONTENTS = 40
_DEEPEST = 4
_MANGLED = 3
_BETWEEN = re.compile(r"[.:,;|]")
_MOST_PIECES = 4
_ENCODED_TAG = 24
_LEAST_OF_A_MESSAGE = 12
_BEGINNING = re.compile(rb'\{\s*"[ -~]{8}')
"""How a message begins. That other bytes do so by chance is out of the question."""
_PYTHON_BYTES = re.compile(r"b['\"]?([A-Za-z0-9+/=]+)")
_PADDED = re.compile(r"[A-Za-z0-9+/]+={1,2}|[A-Za-z0-9+/]+$")
_COMPRESSED = (b"\x1f\x8b", b"\x78\x9c", b"\x78\xda", b"\x78\x01")

Found = tuple[tuple[Fault, ...], bytes]


def open_variant(body: bytes, key: bytes, iv: bytes) -> Found | None:
    """The mistakes with which an answer opens, and its clear text; None when none of the usual ones is enough.

    `key` and `iv` are those of the request.
    """
    if len(body) > _LARGEST:
        return None
    text = body.decode("utf-8", "replace").strip()
    value = _json(text)
    if (found := _in_parts(value, key, iv)) is not None:
        return found
    if (found := _in_a_row(text, key, iv)) is not None:
        return found
    contents = list(islice(_contents(body, text), _MOST_CONTENTS))
    for written, content in contents:
        for sealed, clear in _unsealed(content, key, iv):
            return (*written, *sealed), clear
    return _cut_off([*contents, *_cut_base64(text)], key, iv)


def turned(iv: bytes) -> bytes:
    """A vector with every bit turned over."""
    return bytes(byte ^ 0xFF for byte in iv)


def unsealed(sealed: bytes, key: bytes, vector: bytes) -> bytes | None:
    """What is sealed under GCM with the tag at its end; None when it does not open."""
    try:
        return AESGCM(key).decrypt(vector, sealed, None)
    except (InvalidTag, ValueError):
        return None


def longer_keys(key: bytes) -> tuple[bytes, ...]:
    """Longer keys as people make them: filled up with zeros (as PHP does), twice, hashed, as digits, as base64.

    None of a key that is longer already.
    """
    if len(key) != KEY_BYTES:
        return ()
    return key + bytes(len(key)), key * 2, hashlib.sha256(key).digest(), key.hex().encode(), base64.b64encode(key)


def is_message(content: bytes) -> bool:
    """Whether it is the clear text of an answer."""
    try:
        read_answer(content)
    except NotAMessage:
        return False
    return True


def texts_in(value: Any, where: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """All texts in a JSON value, each with the names that lead to it; also in JSON written as a text."""
    if isinstance(value, str):
        yield where, value
        if depth < _DEEPEST and value.lstrip()[:1] in ("{", "[", '"'):
            yield from texts_in(_json(value), where, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, member in value.items():
            yield from texts_in(member, f"{where}.{name}" if where else name, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for number, item in enumerate(value):
            yield from texts_in(item, f"{where}[{number}]", depth + 1)


def around(value: Any, where: str) -> Fault:
    """How sealed text is called that stands in a JSON value, under these names."""
    if not where:
        return faults.QUOTED
    is_reply = isinstance(value, dict) and "statusCode" in value and where.startswith("body")
    return faults.wrapped_by_lambda(where) if is_reply else faults.wrapped(where)


def _cut_off(contents: list[Found], key: bytes, iv: bytes) -> Found | None:
    """An answer of which only the beginning is there, or right."""
    vectors = ((None, turned(iv)), (faults.NOT_TURNED, iv))
    for written, content in contents:
        for fault, vector in vectors:
            if len(vector) != VECTOR_BYTES or len(content) < _LEAST_OF_A_MESSAGE:
                continue
            clear = Cipher(algorithms.AES(key), modes.GCM(vector, bytes(TAG_BYTES))).decryptor().update(content)
            if _BEGINNING.match(clear):
                return (*written, *(() if fault is None else (fault,)), faults.CUT_OFF), clear
    return None


def _cut_base64(text: str) -> Iterator[Found]:
    """Base64 that breaks off behind the first digit of four."""
    if len(text) % 4 == 1:
        yield from _decoded((), text[:-1])


def _contents(body: bytes, text: str) -> Iterator[Found]:
    """The bytes that an answer may stand for, with what is wrong about how they are written."""
    unmarked = text.removeprefix("\ufeff")
    bare = unmarked.strip("'\"` \t\r\n")
    yield from _decoded((faults.QUOTED,) if bare != unmarked else (), bare)
    yield from _rewritten(body, bare)
    if not body.isascii():
        yield (faults.RAW_BYTES,), body
    value = _json(text)
    if (numbered := _from_numbers(value)) is not None:
        yield (faults.BYTES_AS_NUMBERS,), numbered
    for where, part in texts_in(value):
        yield from _decoded((around(value, where),), part)


def _rewritten(body: bytes, bare: str) -> Iterator[Found]:
    """What something on the way, or a wrong function, made of base64."""
    if python := _PYTHON_BYTES.fullmatch(bare):
        yield from _decoded((faults.PYTHON_BYTES,), python[1])
    if " " in bare:
        yield from _decoded((faults.PLUS_AS_BLANK,), bare.replace(" ", "+"))
    if "&" in bare:
        yield from _decoded((faults.HTML_ESCAPED,), html.unescape(bare))
    if b"\0" in body[:4]:
        wide = body.decode("utf-16-be" if body.startswith((b"\0", b"\xfe\xff")) else "utf-16-le", "replace")
        yield from _decoded((faults.TEXT_IN_UTF_16,), wide.strip("\ufeff\0 \r\n"))
    if (inflated := inflate(body)) is not None:
        yield from _decoded((faults.COMPRESSED,), inflated.decode("ascii", "replace").strip())
    pieces = _PADDED.findall(bare)
    if 2 <= len(pieces) <= _MOST_PIECES and "".join(pieces) == bare:
        try:
            yield (faults.ENCODED_IN_PARTS,), b"".join(map(forgiving_base64, pieces))
        except ValueError:
            return


def inflate(content: bytes) -> bytes | None:
    """What gzip or zlib made smaller, as far as it is no larger than answers that are tried; None for anything else."""
    if content[:2] not in _COMPRESSED:
        return None
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, _LARGEST) or None
    except zlib.error:
        return None


def _decoded(wrong: tuple[Fault, ...], text: str, depth: int = 0) -> Iterator[Found]:
    digits = _from_hex(text)
    if digits:
        yield (*wrong, faults.HEXADECIMAL), digits
    for fault, spelling in ((None, text), (faults.URL_SAFE, text.replace("-", "+").replace("_", "/"))):
        if fault is not None and spelling == text:
            continue
        try:
            content = forgiving_base64(spelling)
        except ValueError:
            continue
        named = wrong if fault is None else (*wrong, fault)
        yield named, content
        if (bytes_again := _from_text(content)) is not None:
            yield (*named, faults.BYTES_AS_TEXT), bytes_again
        yield from _with_encoded_part(named, content)
        if depth == 0 and content.isascii():
            inner = content.decode("ascii")
            again = (*named, faults.DOUBLE_BASE64) if not _from_hex(inner) else named
            yield from _decoded(again, inner, depth + 1)


def _with_encoded_part(wrong: tuple[Fault, ...], content: bytes) -> Iterator[Found]:
    """Ciphertext in base64 with the bytes of the tag behind it, or the other way round."""
    for cut, inner in ((-TAG_BYTES, 0), (-_ENCODED_TAG, 1)):
        parts = [content[:cut], content[cut:]]
        if not parts[0] or not parts[inner].isascii():
            continue
        try:
            parts[inner] = forgiving_base64(parts[inner].decode("ascii"))
        except ValueError:
            continue
        yield (*wrong, faults.ENCODED_IN_PARTS), b"".join(parts)


def _unsealed(content: bytes, key: bytes, iv: bytes) -> Iterator[Found]:
    """Every way to unseal, those with few mistakes first."""
    found = sorted(_ways(content, key, iv), key=lambda way: len(way[0]))
    for wrong, rest, one, vector in found:
        for tag, clear in _under_gcm(rest, one, vector):
            yield ((*wrong, tag) if tag else wrong), clear
    for wrong, rest, one, vector in found:
        if len(vector) == VECTOR_BYTES and rest and len(rest) % VECTOR_BYTES == 0:
            clear = Cipher(algorithms.AES(one), modes.CBC(vector)).decryptor().update(rest)
            if is_message(clear[: -clear[-1]]):
                yield (*wrong, faults.CBC), clear[: -clear[-1]]
    for wrong, vector in (((), turned(iv)), ((faults.NOT_TURNED,), iv)):
        if len(vector) == VECTOR_BYTES:
            clear = Cipher(algorithms.AES(key), modes.CTR(vector)).decryptor().update(content)
            if is_message(clear):
                yield (*wrong, faults.CTR), clear
    if content and len(content) % VECTOR_BYTES == 0:
        clear = Cipher(algorithms.AES(key), modes.ECB()).decryptor().update(content)  # noqa: S305 - what is looked for
        if is_message(clear[: -clear[-1]]):
            yield (faults.ECB,), clear[: -clear[-1]]


def _ways(content: bytes, key: bytes, iv: bytes) -> Iterator[tuple[tuple[Fault, ...], bytes, bytes, bytes]]:
    flipped = turned(iv)
    vectors: tuple[tuple[Fault | None, bytes, bytes], ...] = (
        (None, flipped, content),
        (faults.NOT_TURNED, iv, content),
        (faults.SHORT_VECTOR, flipped[:USUAL_VECTOR_BYTES], content),
        (faults.SHORT_VECTOR_NOT_TURNED, iv[:USUAL_VECTOR_BYTES], content),
        (faults.VECTOR_FIRST, flipped, content[VECTOR_BYTES:]),
        (faults.OWN_SHORT_VECTOR, content[:USUAL_VECTOR_BYTES], content[USUAL_VECTOR_BYTES:]),
        (faults.OWN_VECTOR, content[:VECTOR_BYTES], content[VECTOR_BYTES:]),
    )
    for fault, vector, rest in vectors:
        if len(vector) not in {USUAL_VECTOR_BYTES, VECTOR_BYTES}:
            continue
        wrong = () if fault is None else (fault,)
        yield wrong, rest, key, vector
        for longer in longer_keys(key):
            yield (*wrong, faults.AES_256), rest, longer, vector
    for one, vector in _strange_vectors(iv):
        yield (one,), content, key, vector


def _strange_vectors(iv: bytes) -> Iterator[tuple[Fault, bytes]]:
    flipped = turned(iv)
    for one in (iv, flipped):
        yield faults.REVERSED_VECTOR, one[::-1]
        texts = (base64.b64encode(one), one.hex().encode())
        for text in texts:
            yield faults.VECTOR_AS_TEXT, text
            yield faults.VECTOR_AS_TEXT, turned(text)
            yield faults.VECTOR_AS_TEXT, text[:VECTOR_BYTES]
    yield faults.PARTLY_TURNED, flipped[:USUAL_VECTOR_BYTES] + iv[USUAL_VECTOR_BYTES:]
    yield faults.VECTOR_OF_ZEROS, bytes(VECTOR_BYTES)
    yield faults.VECTOR_OF_ZEROS, bytes(USUAL_VECTOR_BYTES)


def _under_gcm(rest: bytes, key: bytes, vector: bytes) -> Iterator[tuple[Fault | None, bytes]]:
    if (clear := unsealed(rest, key, vector)) is not None:
        yield None, clear
    if (clear := unsealed(rest[TAG_BYTES:] + rest[:TAG_BYTES], key, vector)) is not None:
        yield faults.TAG_FIRST, clear
    unproven = Cipher(algorithms.AES(key), modes.GCM(vector, bytes(TAG_BYTES))).decryptor().update(rest)
    if not unproven.startswith(b"{"):
        return
    if is_message(unproven):
        yield faults.NO_TAG, unproven
    if is_message(unproven[:-TAG_BYTES]):
        yield faults.WRONG_TAG, unproven[:-TAG_BYTES]
    for length in _SHORT_TAGS:
        if is_message(unproven[:-length]):
            yield faults.short_tag(length), unproven[:-length]


def _in_parts(value: Any, key: bytes, iv: bytes) -> Found | None:
    """An answer whose vector or tag are members of their own, beside the sealed text."""
    parts = {where: decoded for where, text in islice(texts_in(value), 8) if (decoded := _bytes_of(text)) is not None}
    vectors = {where: part for where, part in parts.items() if len(part) in {USUAL_VECTOR_BYTES, VECTOR_BYTES}}
    tags = {where: part for where, part in parts.items() if len(part) == TAG_BYTES}
    for where, sealed in parts.items():
        wrong: tuple[Fault, ...] = (around(value, where),)
        for tag_at, tag in {"": b"", **tags}.items():
            apart = (*wrong, faults.tag_apart(tag_at)) if tag_at else wrong
            for fault, vector in ((None, turned(iv)), (faults.NOT_TURNED, iv)):
                if tag_at and (clear := unsealed(sealed + tag, key, vector)) is not None:
                    return (*apart, fault) if fault else apart, clear
            for vector_at, vector in vectors.items():
                if where not in {vector_at, tag_at} and (clear := unsealed(sealed + tag, key, vector)) is not None:
                    return (*apart, faults.vector_apart(vector_at)), clear
    return None


def _in_a_row(text: str, key: bytes, iv: bytes) -> Found | None:
    """Vector, sealed text and tag as one text, with points, colons or commas between them."""
    pieces = _BETWEEN.split(text.strip("'\""))
    if not 2 <= len(pieces) <= _MOST_PIECES:
        return None
    found = _in_parts(pieces, key, iv)
    return None if found is None else ((faults.IN_PARTS,), found[1])


def _from_numbers(value: Any) -> bytes | None:
    """The bytes in a list of numbers, alone or as Node writes a Buffer; None where it is something else."""
    listed = value.get("data") if isinstance(value, dict) else value
    if not isinstance(listed, list) or not listed:
        return None
    try:
        return bytes(listed)
    except (TypeError, ValueError):
        return None


def _bytes_of(text: str) -> bytes | None:
    if digits := _from_hex(text):
        return digits
    try:
        return forgiving_base64(text.replace("-", "+").replace("_", "/"))
    except ValueError:
        return None


def _from_hex(text: str) -> bytes:
    try:
        return binascii.unhexlify(text.casefold().removeprefix("0x"))
    except ValueError:
        return b""


def _from_text(content: bytes) -> bytes | None:
    """The bytes that somebody read as Latin-1 and wrote as UTF-8; None where that is not what happened."""
    try:
        narrow = content.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return None
    return narrow if narrow != content else None


def is_mangled(content: bytes) -> bool:
    """Whether bytes were read as UTF-8 that are none: what replaces them stands there too often to be chance."""
    return content.count("\ufffd".encode()) >= _MANGLED


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
