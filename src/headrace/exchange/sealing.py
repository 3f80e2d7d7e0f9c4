"""Encryption and decryption of what travels between WhatsApp and an endpoint, byte by byte.

Encrypting is called sealing here, and decrypting opening: both also prove that nobody changed a byte on the way.

A request is encrypted with a fresh AES-128 key under GCM with a 16-byte initial vector (not the usual 12); the key
itself travels under the sender's RSA key (OAEP, SHA-256 in both places). The response uses the same key with every bit
of the vector inverted, so that no key and vector are ever used twice. Tags stand behind the ciphertext. All base64 is
the standard one with padding, and in the JSON of a request each of its slashes is written `\\/`; of a response,
WhatsApp's client also takes what a browser's `atob` takes.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.exchange.keys import (
    KeyPair,
    UnusableKey,
    generate_key_pair,
    load_private_key,
    load_public_key,
    public_pem,
)
from headrace.protocol.meta_json import escaped_json

__all__ = [
    "KEY_BYTES",
    "VECTOR_BYTES",
    "CannotOpen",
    "KeyPair",
    "NotAnEnvelope",
    "OpenedRequest",
    "SealedRequest",
    "UnusableKey",
    "envelope",
    "flow_token_signature",
    "flow_token_signature_matches",
    "forgiving_base64",
    "generate_key_pair",
    "load_private_key",
    "load_public_key",
    "open_request",
    "open_response",
    "public_pem",
    "read_envelope",
    "seal_request",
    "seal_response",
    "sign",
    "signature_matches",
]

KEY_BYTES = 16
VECTOR_BYTES = 16
_TAG_BYTES = 16
_MEMBERS = ("encrypted_flow_data", "encrypted_aes_key", "initial_vector")
_WITHOUT_WHITE_SPACE = dict.fromkeys(map(ord, "\t\n\f\r "))
_OAEP = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


class NotAnEnvelope(ValueError):
    """A request body does not consist of the three members. The text says what is missing."""


class CannotOpen(ValueError):
    """What was sealed cannot be opened: another key, another vector, or bytes that changed on the way."""


@dataclass(frozen=True)
class SealedRequest:
    """`body` holds the exact bytes for the wire; `key` and `iv` open the response."""

    body: bytes
    key: bytes
    iv: bytes


@dataclass(frozen=True)
class OpenedRequest:
    """`body` is the clear JSON text; `key` and `iv` seal the response."""

    body: bytes
    key: bytes
    iv: bytes


def seal_request(body: bytes, public_key: RSAPublicKey, key: bytes, iv: bytes) -> SealedRequest:
    """Seals clear JSON text for an endpoint. `key` and `iv` are 16 random bytes each, made anew for every request."""
    if len(key) != KEY_BYTES or len(iv) != VECTOR_BYTES:
        raise ValueError(f"the key takes {KEY_BYTES} bytes and the vector {VECTOR_BYTES}")
    return SealedRequest(envelope(AESGCM(key).encrypt(iv, body, None), public_key.encrypt(key, _OAEP), iv), key, iv)


def envelope(sealed_data: bytes, sealed_key: bytes, iv: bytes) -> bytes:
    """The body of a request around its three sealed parts, with the bytes that WhatsApp writes."""
    values = (sealed_data, sealed_key, iv)
    members = {name: _base64(value) for name, value in zip(_MEMBERS, values, strict=True)}
    return escaped_json(members).encode("ascii")


def open_request(raw_body: bytes, private_key: RSAPrivateKey) -> OpenedRequest:
    """Opens a request as it came over the wire.

    Raises NotAnEnvelope when the body is something else altogether, CannotOpen when it is sealed for another key or
    damaged. Further members of the JSON object are ignored.
    """
    sealed_data, sealed_key, iv = read_envelope(raw_body)
    if len(iv) != VECTOR_BYTES:
        raise CannotOpen(f"initial_vector holds {len(iv)} bytes instead of {VECTOR_BYTES}.")
    try:
        key = private_key.decrypt(sealed_key, _OAEP)
    except ValueError as error:
        raise CannotOpen("encrypted_aes_key was sealed for another public key.") from error
    if len(key) != KEY_BYTES:
        raise CannotOpen(f"encrypted_aes_key holds {len(key)} bytes instead of {KEY_BYTES}.")
    try:
        return OpenedRequest(AESGCM(key).decrypt(iv, sealed_data, None), key, iv)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("encrypted_flow_data does not open with its key: some bytes changed on the way.") from error


def seal_response(body: bytes, key: bytes, iv: bytes) -> str:
    """Seals the clear JSON text of a response with the key and vector of its request. The result is the HTTP body."""
    return _base64(AESGCM(key).encrypt(_turned_over(iv), body, None))


def open_response(text: str, key: bytes, iv: bytes) -> bytes:
    """Opens an HTTP body made by `seal_response`. White space anywhere in it, and padding that is left out, do not
    matter. Raises CannotOpen.
    """
    try:
        sealed = forgiving_base64(text)
    except ValueError as error:
        raise CannotOpen("The response is not base64.") from error
    if len(sealed) < _TAG_BYTES:
        raise CannotOpen("The response is too short to hold anything.")
    try:
        return AESGCM(key).decrypt(_turned_over(iv), sealed, None)
    except InvalidTag as error:
        raise CannotOpen("The response does not open with the key and the turned vector of its request.") from error


def forgiving_base64(text: str) -> bytes:
    """Decodes base64 as a browser's `atob` does: the standard alphabet, ASCII white space anywhere, padding or none.

    Raises ValueError.
    """
    compact = text.translate(_WITHOUT_WHITE_SPACE)
    if len(compact) % 4 == 0:
        compact = compact[:-2] if compact.endswith("==") else compact.removesuffix("=")
    if "=" in compact or not compact.isascii():
        raise ValueError("not base64")
    return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)


def sign(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256` for a body, keyed with an app secret."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signature_matches(secret: str, body: bytes, header: str | None) -> bool:
    """Compares in constant time. A missing or malformed header does not match."""
    if header is None:
        return False
    return hmac.compare_digest(sign(secret, body).encode(), header.strip().encode(errors="replace"))


def flow_token_signature(token: str, secret: str) -> str:
    """The JWT that says a flow token is WhatsApp's own: HS256 keyed with the app secret, claim `flow_token`."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"flow_token": token})
    text = ".".join(_base64url(_compact(part)) for part in parts)
    return f"{text}.{_base64url(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"


def flow_token_signature_matches(jwt: str, token: str, secret: str) -> bool:
    """Whether a `flow_token_signature` was made with this secret for this token. Further claims are ignored."""
    signed, _, signature = jwt.rpartition(".")
    expected = _base64url(hmac.digest(secret.encode(), signed.encode(errors="replace"), "sha256"))
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return False
    try:
        header, claims = (orjson.loads(_from_base64url(part)) for part in signed.split("."))
    except (ValueError, binascii.Error):
        return False
    is_hs256 = isinstance(header, dict) and header.get("alg") == "HS256"
    return is_hs256 and isinstance(claims, dict) and claims.get("flow_token") == token


def read_envelope(raw_body: bytes) -> tuple[bytes, bytes, bytes]:
    """The sealed data, the sealed key and the vector of a request's body.

    Raises NotAnEnvelope when it lacks one of them, CannotOpen when one is not base64.
    """
    try:
        value = orjson.loads(raw_body)
    except orjson.JSONDecodeError as error:
        raise NotAnEnvelope("The request body is not JSON.") from error
    if not isinstance(value, dict):
        raise NotAnEnvelope("The request body is not a JSON object.")
    data, key, iv = (_member(value, name) for name in _MEMBERS)
    return data, key, iv


def _member(value: dict[str, object], name: str) -> bytes:
    text = value.get(name)
    if not isinstance(text, str):
        raise NotAnEnvelope(f"The request body lacks {name}, a text.")
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise CannotOpen(f"{name} is not base64.") from error


def _turned_over(iv: bytes) -> bytes:
    return bytes(byte ^ 0xFF for byte in iv)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _compact(value: dict[str, str]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
