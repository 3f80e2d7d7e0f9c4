"""Endpoints that are broken in exactly one way, as people write them: own code, not the library's."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from headrace.exchange.keys import load_private_key

OpenData = Callable[[bytes, bytes, bytes], bytes]


def oaep(algorithm: hashes.HashAlgorithm, mask: hashes.HashAlgorithm) -> OAEP:
    return OAEP(mgf=MGF1(mask), algorithm=algorithm, label=None)


ACTIVE = b'{"data":{"status":"active"}}'
RIGHT = oaep(hashes.SHA256(), hashes.SHA256())
PADDINGS: dict[str, AsymmetricPadding] = {
    "mgf1-sha1": oaep(hashes.SHA256(), hashes.SHA1()),
    "oaep-sha1": oaep(hashes.SHA1(), hashes.SHA1()),
    "oaep-sha1-mgf1-sha256": oaep(hashes.SHA1(), hashes.SHA256()),
    "pkcs1-v1.5": PKCS1v15(),
}


def gcm(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    if len(key) != 16 or len(iv) != 16:
        raise ValueError("16 bytes each")
    return AESGCM(key).decrypt(iv, sealed, None)


def only_short_vectors(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    if len(iv) != 12:
        raise ValueError("the nonce has 12 bytes")
    return AESGCM(key).decrypt(iv, sealed, None)


def cut_vector(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(iv[:12], sealed, None)


def tag_first(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(iv, sealed[16:] + sealed[:16], None)


def cbc(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    clear = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor().update(sealed)
    json.loads(clear[: -clear[-1]])
    return clear[: -clear[-1]]


def longer_key(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("AES-256")
    return AESGCM(key).decrypt(iv, sealed, None)


def plain_gcm(key: bytes, vector: bytes, sealed: bytes) -> bytes:
    """What GCM gives when nobody looks at a tag. Raises ValueError for anything but JSON."""
    clear = Cipher(algorithms.AES(key), modes.GCM(vector, bytes(16))).decryptor().update(sealed)
    json.loads(clear)
    return clear


def short_tag(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.GCM(iv, sealed[-12:], min_tag_length=12)).decryptor()
    return decryptor.update(sealed[:-12]) + decryptor.finalize()


def turned_vector(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(bytes(byte ^ 0xFF for byte in iv), sealed, None)


def vector_as_text(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(base64.b64encode(iv), sealed, None)


def key_as_text(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(key.decode("utf-8", "replace").encode()).decrypt(iv, sealed, None)


def key_in_base64(key: bytes, iv: bytes, sealed: bytes) -> bytes:
    return AESGCM(base64.b64decode(key, validate=True)).decrypt(iv, sealed, None)


WAYS: dict[str, OpenData] = {
    "request-vector-of-12-bytes": only_short_vectors,
    "request-vector-of-12-bytes, cut": cut_vector,
    "request-tag-first": tag_first,
    "request-cbc": cbc,
    "request-aes-256": longer_key,
    "request-vector-turned": turned_vector,
    "request-short-tag": short_tag,
    "request-no-tag": plain_gcm,
    "request-vector-as-text": vector_as_text,
    "request-key-as-text": key_as_text,
    "request-key-in-base64": key_in_base64,
}


def raw_signature(secret: bytes, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def sealed_well(key: bytes, iv: bytes) -> str:
    turned = bytes(byte ^ 0xFF for byte in iv)
    return base64.b64encode(AESGCM(key).encrypt(turned, ACTIVE, None)).decode()


def not_turned(key: bytes, iv: bytes) -> str:
    return base64.b64encode(AESGCM(key).encrypt(iv, ACTIVE, None)).decode()


def tag_first_in_hex(key: bytes, iv: bytes) -> str:
    sealed = AESGCM(key).encrypt(bytes(byte ^ 0xFF for byte in iv), ACTIVE, None)
    return (sealed[-16:] + sealed[:-16]).hex()


def in_parts(key: bytes, iv: bytes) -> str:
    """As people write it who know AES-GCM from elsewhere: a vector of its own, and all three parts as members."""
    own = hashlib.sha256(iv).digest()[:12]
    sealed = AESGCM(key).encrypt(own, ACTIVE, None)
    return json.dumps({"iv": own.hex(), "encryptedData": sealed[:-16].hex(), "authTag": sealed[-16:].hex()})


_ENCODED_KEY = 24


@dataclass
class BrokenEndpoint:
    """Opens with `padding` and `open_data`, writes answers with `write`, checks signatures with `sign` when it has a
    secret. Answers `refused` to what does not open and `distrusted` to a wrong signature. `asked` counts its requests.
    """

    private_pem: str
    padding: AsymmetricPadding = field(default_factory=lambda: RIGHT)
    open_data: OpenData = gcm
    secret: bytes | None = None
    sign: Callable[[bytes, bytes], str] = raw_signature
    write: Callable[[bytes, bytes], str] = sealed_well
    refused: int = 421
    distrusted: int = 432
    asked: int = field(default=0)

    def __post_init__(self) -> None:
        self._key = load_private_key(self.private_pem)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = Request(scope, receive)
        response = self.answer(await http.body(), http.headers.get("x-hub-signature-256", ""))
        self.asked += 1
        await response(scope, receive, send)

    def answer(self, raw: bytes, signature: str) -> Response:
        if self.secret is not None and not hmac.compare_digest(self.sign(self.secret, raw), signature):
            return Response("", self.distrusted)
        body: dict[str, Any] = json.loads(raw)
        names = ("encrypted_flow_data", "encrypted_aes_key", "initial_vector")
        sealed, sealed_key, iv = (base64.b64decode(body[name]) for name in names)
        try:
            key = self._key.decrypt(sealed_key, self.padding)
            self.open_data(key, iv, sealed)
        except (ValueError, InvalidTag):
            return Response("", self.refused)
        return Response(self.write(base64.b64decode(key) if len(key) == _ENCODED_KEY else key, iv))
