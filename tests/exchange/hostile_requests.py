"""Requests that are wrong in one way each, made from a right one at random, with the answers that they may have.

All of them carry `MARK` wherever a person's words would stand.
"""

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headrace.exchange.request_variants import PADDINGS, RIGHT_PADDING
from headrace.exchange.sealing import envelope, seal_request, sign

SECRET = "secret"
MARK = "KeepMeToYourself"
MOST_BYTES = 64 * 1024

MEMBERS = ("encrypted_flow_data", "encrypted_aes_key", "initial_vector")
RIGHT: dict[str, Any] = {
    "version": "3.0",
    "action": "data_exchange",
    "screen": "NAME",
    "data": {"name": MARK},
    "flow_token": MARK,
}


@dataclass(frozen=True)
class HostileRequest:
    """`allowed` are the statuses that are documented for it."""

    kind: str
    body: bytes
    signature: bytes | None
    allowed: frozenset[int]


class Attacker:
    """Knows the public key, and the app secret where that lets more code be reached."""

    def __init__(self, key: RSAPublicKey, other: RSAPublicKey, seed: int) -> None:
        self._key, self._other = key, other
        self._chance = random.Random(seed)
        self._right = self._sealed(RIGHT)

    def requests(self, count: int) -> Iterator[HostileRequest]:
        kinds: list[tuple[str, Callable[[], bytes], set[int]]] = [
            ("right, replayed", lambda: self._right, {200}),
            ("no JSON", self._noise, {400}),
            ("another JSON value", self._another_value, {400}),
            ("a member that is wrong", self._wrong_member, {400, 421}),
            ("cut base64", self._cut_member, {400, 421}),
            ("changed bits", self._changed_bits, {400, 421}),
            ("cut tag", self._cut_tag, {421}),
            ("another key", lambda: self._sealed(RIGHT, self._other), {421}),
            ("another padding", self._padded_otherwise, {421}),
            ("a key of another length", self._odd_key, {421}),
            ("a vector of another length", self._odd_vector, {421}),
            ("cut body", self._cut_body, {400}),
            ("no request inside", self._noise_inside, {400}),
            ("members of other kinds inside", self._other_kinds, {200, 400}),
            ("deep inside", self._deep, {400}),
            ("too large", self._too_large, {413}),
        ]
        for number in range(count):
            kind, make, allowed = kinds[number % len(kinds)]
            body = make()
            yield HostileRequest(kind, body, sign(SECRET, body).encode(), frozenset(allowed))
            if number % 3 == 0:
                large = {413} if len(body) > MOST_BYTES else set()
                yield HostileRequest(f"{kind}, unsigned", body, self._signature(body), frozenset({432} | large))

    def _sealed(self, request: Any, key: RSAPublicKey | None = None) -> bytes:
        clear = request if isinstance(request, bytes) else json.dumps(request).encode()
        return seal_request(clear, key or self._key, self._chance.randbytes(16), self._chance.randbytes(16)).body

    def _members(self) -> dict[str, Any]:
        members: dict[str, Any] = json.loads(self._right)
        return members

    def _noise(self) -> bytes:
        noise = self._chance.randbytes(self._chance.randrange(1, 300))
        return self._chance.choice((noise, noise + self._right, b"\xff\xfe" + self._right, MARK.encode(), b"", b"{"))

    def _another_value(self) -> bytes:
        values: tuple[Any, ...] = (
            None,
            1,
            MARK,
            [],
            {},
            [MARK],
            {MARK: MARK},
            [self._members()],
            "\ud800",
            {"encrypted_flow_data": {}},
        )
        return json.dumps(self._chance.choice(values)).encode()

    def _wrong_member(self) -> bytes:
        name = self._chance.choice(MEMBERS)
        values: tuple[Any, ...] = (
            None,
            True,
            1e300,
            [],
            {},
            "",
            MARK,
            "====",
            "\ud800",
            "żółć",
            "A" * 5000,
            base64.b64encode(b"x").decode(),
        )
        members = self._members() | {name: self._chance.choice(values)}
        if self._chance.random() < 0.2:
            del members[name]
        return json.dumps(members).encode()

    def _cut_member(self) -> bytes:
        members, name = self._members(), self._chance.choice(MEMBERS)
        return json.dumps(members | {name: members[name][: self._chance.randrange(len(members[name]) - 3)]}).encode()

    def _changed_bits(self) -> bytes:
        members, name = self._members(), self._chance.choice(MEMBERS)
        content = bytearray(base64.b64decode(members[name]))
        content[self._chance.randrange(len(content))] ^= 1 << self._chance.randrange(8)
        return json.dumps(members | {name: base64.b64encode(content).decode()}).encode()

    def _cut_tag(self) -> bytes:
        members = self._members()
        content = base64.b64decode(members[MEMBERS[0]])[: -self._chance.randrange(1, 17)]
        return json.dumps(members | {MEMBERS[0]: base64.b64encode(content).decode()}).encode()

    def _padded_otherwise(self) -> bytes:
        _, padding = self._chance.choice(PADDINGS)
        key, iv = self._chance.randbytes(16), self._chance.randbytes(16)
        return envelope(AESGCM(key).encrypt(iv, json.dumps(RIGHT).encode(), None), self._key.encrypt(key, padding), iv)

    def _odd_key(self) -> bytes:
        key, iv = self._chance.randbytes(self._chance.choice((0, 1, 15, 17, 24, 32, 100))), self._chance.randbytes(16)
        whole = key if len(key) in {24, 32} else bytes(16)
        sealed = AESGCM(whole).encrypt(iv, json.dumps(RIGHT).encode(), None)
        return envelope(sealed, self._key.encrypt(key, RIGHT_PADDING), iv)

    def _odd_vector(self) -> bytes:
        key, iv = self._chance.randbytes(16), self._chance.randbytes(self._chance.choice((8, 12, 15, 17, 32, 64)))
        sealed = AESGCM(key).encrypt(iv, json.dumps(RIGHT).encode(), None)
        return envelope(sealed, self._key.encrypt(key, RIGHT_PADDING), iv)

    def _cut_body(self) -> bytes:
        return self._right[: self._chance.randrange(len(self._right))]

    def _noise_inside(self) -> bytes:
        noise = self._chance.randbytes(self._chance.randrange(100))
        texts = (b"\xff" + noise, b"", b"null", b"[]", b"1", MARK.encode(), b'"\xed\xa0\x80"', b"{}", b'{"action":NaN}')
        return self._sealed(self._chance.choice(texts))

    def _other_kinds(self) -> bytes:
        name = self._chance.choice([*RIGHT, "flow_token_signature"])
        values: tuple[Any, ...] = (
            None,
            True,
            1,
            1e308,
            2**70,
            "",
            MARK,
            "\n\n",
            "\ud800",
            [],
            [MARK],
            {},
            {MARK: {MARK: MARK}},
            "a" * 9000,
        )
        request = RIGHT | {name: self._chance.choice(values)}
        if (
            name in {"version", "flow_token", "data"} and self._chance.random() < 0.5
        ):  # a phone's notice names its screen
            request |= {
                "data": {"error": "some-error", "error_message": self._chance.choice((None, 1, "words", [], "\n"))}
            }
        return self._sealed(request)

    def _deep(self) -> bytes:
        depth = self._chance.choice((300, 1000, 5000))
        return self._sealed(b'{"action":"INIT","data":' + b'{"a":' * depth + b"1" + b"}" * (depth + 1))

    def _too_large(self) -> bytes:
        return b'{"encrypted_flow_data":"' + b"A" * (MOST_BYTES + self._chance.randrange(2000)) + b'"}'

    def _signature(self, body: bytes) -> bytes | None:
        right = sign(SECRET, body)
        wrong = (None, b"", b"sha256=", right[:-1].encode(), sign("another", body).encode(), right[7:].encode())
        strange = (
            b"\xff\xfe",
            "sha256=żółć".encode(),
            f"sha1={right[7:]}".encode(),
            b"sha256=" + b"0" * 64,
            right.upper().encode(),
        )
        return self._chance.choice((*wrong, *strange))
