"""Requests sealed as a wrong endpoint would open them, and opened as a wrong sender would seal them.

Pure. WhatsApp seals in one way (`headrace.exchange.sealing`). An endpoint that opens in another refuses every request;
the variant it does answer names its mistake.
"""

import base64
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.exchange import faults
from headrace.exchange.faults import Fault
from headrace.exchange.sealing import KEY_BYTES, OpenedRequest, SealedRequest, envelope, read_envelope

_TAG_BYTES = 16
_SHORT_TAG_BYTES = 12
_USUAL_VECTOR_BYTES = 12
_LONGER_KEY_BYTES = 32


def _oaep(algorithm: hashes.HashAlgorithm, mask: hashes.HashAlgorithm) -> OAEP:
    return OAEP(mgf=MGF1(mask), algorithm=algorithm, label=None)


RIGHT_PADDING = _oaep(hashes.SHA256(), hashes.SHA256())
PADDINGS: Final[tuple[tuple[Fault, AsymmetricPadding], ...]] = (
    (faults.MGF1_SHA1, _oaep(hashes.SHA256(), hashes.SHA1())),  # noqa: S303 - the mistake that is looked for
    (faults.OAEP_SHA1, _oaep(hashes.SHA1(), hashes.SHA1())),  # noqa: S303
    (faults.OAEP_SHA1_MGF1_SHA256, _oaep(hashes.SHA1(), hashes.SHA256())),  # noqa: S303
    (faults.PKCS1_V15, PKCS1v15()),
)


@dataclass(frozen=True)
class _Contents:
    """What goes into the three members, before the key is sealed."""

    data: bytes
    key: bytes
    iv: bytes


def _short_vector(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(iv[:_USUAL_VECTOR_BYTES], body, None), key, iv[:_USUAL_VECTOR_BYTES])


def _cut_vector(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(iv[:_USUAL_VECTOR_BYTES], body, None), key, iv)


def _tag_first(body: bytes, key: bytes, iv: bytes) -> _Contents:
    sealed = AESGCM(key).encrypt(iv, body, None)
    return _Contents(sealed[-_TAG_BYTES:] + sealed[:-_TAG_BYTES], key, iv)


def _cbc(body: bytes, key: bytes, iv: bytes) -> _Contents:
    missing = len(iv) - len(body) % len(iv)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return _Contents(encryptor.update(body + bytes([missing]) * missing) + encryptor.finalize(), key, iv)


def _longer_key(body: bytes, key: bytes, iv: bytes) -> _Contents:
    longer = key + os.urandom(_LONGER_KEY_BYTES - len(key))
    return _Contents(AESGCM(longer).encrypt(iv, body, None), longer, iv)


def _short_tag(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(iv, body, None)[: _SHORT_TAG_BYTES - _TAG_BYTES], key, iv)


def _no_tag(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(iv, body, None)[:-_TAG_BYTES], key, iv)


def _turned(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(bytes(byte ^ 0xFF for byte in iv), body, None), key, iv)


def _vector_as_text(body: bytes, key: bytes, iv: bytes) -> _Contents:
    return _Contents(AESGCM(key).encrypt(base64.b64encode(iv), body, None), key, iv)


def _as_text(body: bytes, key: bytes, iv: bytes) -> _Contents:
    """Bytes that are letters stay the same when they are taken for text."""
    key, iv = (base64.b64encode(value)[: len(value)] for value in (key, iv))
    return _Contents(AESGCM(key).encrypt(iv, body, None), key, iv)


_FURTHER_WAYS: tuple[tuple[Fault, Callable[[bytes, bytes, bytes], _Contents]], ...] = (
    (faults.REQUEST_TURNED, _turned),
    (faults.REQUEST_SHORT_TAG, _short_tag),
    (faults.REQUEST_NO_TAG, _no_tag),
    (faults.REQUEST_VECTOR_AS_TEXT, _vector_as_text),
    (faults.REQUEST_KEY_AS_TEXT, _as_text),
)
"""Those that are tried alone, not together with a wrong padding."""
_WAYS: tuple[tuple[Fault, Callable[[bytes, bytes, bytes], _Contents]], ...] = (
    (faults.REQUEST_SHORT_VECTOR, _short_vector),
    (faults.REQUEST_SHORT_VECTOR, _cut_vector),
    (faults.REQUEST_TAG_FIRST, _tag_first),
    (faults.REQUEST_CBC, _cbc),
    (faults.REQUEST_AES_256, _longer_key),
)


@dataclass(frozen=True)
class Variant:
    """A request that suits endpoints with these faults, and what opens its answer."""

    faults: tuple[Fault, ...]
    request: SealedRequest


def sealed_variants(
    body: bytes, public_key: RSAPublicKey, key: bytes, iv: bytes, *, combined: bool = False
) -> Iterator[Variant]:
    """The request `body`, sealed with every usual mistake; `combined` adds the usual pairs of them.

    `key` and `iv` are 16 random bytes each.
    """
    right = _Contents(AESGCM(key).encrypt(iv, body, None), key, iv)
    for fault, padding in PADDINGS:
        yield Variant((fault,), _sealed(right, public_key, padding))
    for fault, way in (*_WAYS, *_FURTHER_WAYS):
        yield Variant((fault,), _sealed(way(body, key, iv), public_key, RIGHT_PADDING))
    encoded_key = public_key.encrypt(base64.b64encode(key), RIGHT_PADDING)
    yield Variant((faults.REQUEST_KEY_IN_BASE64,), SealedRequest(envelope(right.data, encoded_key, iv), key, iv))
    if not combined:
        return
    for padding_fault, padding in PADDINGS:
        for fault, way in _WAYS:
            yield Variant((padding_fault, fault), _sealed(way(body, key, iv), public_key, padding))


def _sealed(contents: _Contents, public_key: RSAPublicKey, padding: AsymmetricPadding) -> SealedRequest:
    sealed_key = public_key.encrypt(contents.key, padding)
    return SealedRequest(envelope(contents.data, sealed_key, contents.iv), contents.key, contents.iv)


def open_variant(raw_body: bytes, private_key: RSAPrivateKey) -> tuple[OpenedRequest, Fault] | None:
    """Opens a request that was sealed in a wrong way, and names it; None when none of them opens it.

    Raises NotAnEnvelope and CannotOpen for a body that is no envelope of base64.
    """
    data, sealed_key, iv = read_envelope(raw_body)
    for fault, padding in ((None, RIGHT_PADDING), *PADDINGS):
        try:
            key = private_key.decrypt(sealed_key, padding)
        except ValueError:
            continue
        for wrong, opened in _openings(data, key, iv):
            named = [one for one in (fault, wrong) if one is not None]
            if named:
                return OpenedRequest(opened, key, iv), faults.together(named)
    return None


def _openings(data: bytes, key: bytes, iv: bytes) -> Iterator[tuple[Fault | None, bytes]]:
    if len(key) not in {KEY_BYTES, _LONGER_KEY_BYTES}:
        return
    attempts = (
        (None if len(key) == KEY_BYTES else faults.REQUEST_AES_256, iv, data),
        (faults.REQUEST_SHORT_VECTOR, iv[:_USUAL_VECTOR_BYTES], data),
        (faults.REQUEST_TAG_FIRST, iv, data[_TAG_BYTES:] + data[:_TAG_BYTES]),
    )
    for fault, vector, sealed in attempts:
        try:
            yield fault, AESGCM(key).decrypt(vector, sealed, None)
        except (InvalidTag, ValueError):
            continue
