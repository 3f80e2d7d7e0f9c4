"""Finds out by trying why an endpoint refuses what is sealed and signed rightly.

Only pings are sent: no handler of a screen runs. The variant that the endpoint answers names its mistake.
"""

import asyncio
import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from headrace.exchange import faults, messages
from headrace.exchange.decryption_errors import diagnose
from headrace.exchange.faults import Fault
from headrace.exchange.request_variants import Variant, sealed_variants
from headrace.exchange.sealing import (
    KEY_BYTES,
    VECTOR_BYTES,
    CannotOpen,
    SealedRequest,
    open_response,
    seal_request,
    sign,
)
from headrace.exchange.transport import Transport
from headrace.identifiers import Identifiers
from headrace.outbound import OutboundError

USER_AGENT = "headrace-doctor"
_SECONDS = 3.0
_LARGEST_ANSWER = 1024 * 1024
_AT_ONCE = 4


@dataclass(frozen=True)
class Probe:
    """Asks one endpoint in many ways. `app_secret` signs what is sent."""

    transport: Transport
    endpoint_uri: str
    app_secret: str
    identifiers: Identifiers

    async def opening_faults(self, public_key: RSAPublicKey, *, thorough: bool = False) -> tuple[Fault, ...]:
        """The mistakes with which the endpoint opens requests, and then seals its answer; empty when none of the usual
        ones is it.

        `thorough` tries the usual pairs of them, too: twenty pings more.
        """
        for combined in (False, True) if thorough else (False,):
            tries = list(self._variants(public_key, combined=combined))
            fitting = await self._first(tries)
            if fitting is not None:
                variant, answered = fitting
                return variant.faults if answered.fault is None else (*variant.faults, answered.fault)
        return ()

    async def signature_fault(self, public_key: RSAPublicKey, refused: int | None = None) -> Fault | None:
        """The mistake with which the endpoint checks signatures; None when none of the usual ones is it.

        `refused` is the status with which it refuses signatures, where that is known: whatever else it answers then, it
        took the signature, though it may not open what came with it.
        """
        sealed = seal_request(messages.to_bytes(dict(messages.PING)), public_key, *self._fresh())
        for fault, signature in _signatures(self.app_secret, sealed.body):
            answered = await self._answers(sealed, signature)
            if answered is not None and (answered.is_opened or refused not in {None, answered.status}):
                return fault
        return None

    async def opens(self, public_key: RSAPublicKey) -> bool:
        """Whether the endpoint answers a ping that is sealed rightly for this key."""
        sealed = seal_request(messages.to_bytes(dict(messages.PING)), public_key, *self._fresh())
        answered = await self._answers(sealed, sign(self.app_secret, sealed.body))
        return answered is not None and answered.is_opened

    def _variants(self, public_key: RSAPublicKey, *, combined: bool) -> Iterator[Variant]:
        body = messages.to_bytes(dict(messages.PING))
        for variant in sealed_variants(body, public_key, *self._fresh(), combined=combined):
            if (len(variant.faults) > 1) is combined:
                yield variant

    async def _first(self, variants: Iterable[Variant]) -> "tuple[Variant, _Answered] | None":
        gate = asyncio.Semaphore(_AT_ONCE)

        async def asked(variant: Variant) -> _Answered | None:
            async with gate:
                return await self._answers(variant.request, sign(self.app_secret, variant.request.body))

        listed = list(variants)
        found = await asyncio.gather(*(asked(variant) for variant in listed))
        return next(
            (
                (variant, answered)
                for variant, answered in zip(listed, found, strict=True)
                if answered and answered.is_opened
            ),
            None,
        )

    async def _answers(self, sealed: SealedRequest, signature: str) -> "_Answered | None":
        """What the endpoint makes of this; None when it gives no answer."""
        headers = {
            "Content-Type": "application/json",
            "Accept": "*/*",
            "User-Agent": USER_AGENT,
            "X-Hub-Signature-256": signature,
        }
        try:
            answer = await self.transport.request(
                "POST",
                self.endpoint_uri,
                headers=headers,
                body=sealed.body,
                timeout=_SECONDS,
                max_bytes=_LARGEST_ANSWER,
            )
        except OutboundError:
            return None
        if answer.status != messages.OK:
            return _Answered(answer.status, False)
        return _judged(answer.body, sealed.key, sealed.iv)

    def _fresh(self) -> tuple[bytes, bytes]:
        return self.identifiers.random_bytes(KEY_BYTES), self.identifiers.random_bytes(VECTOR_BYTES)


@dataclass(frozen=True)
class _Answered:
    """`is_opened`: the endpoint opened the request, for it answers with something that only who knows the key can have
    sealed. `fault` is what is wrong with that answer.
    """

    status: int
    is_opened: bool
    fault: Fault | None = None


def _judged(body: bytes, key: bytes, iv: bytes) -> _Answered:
    try:
        open_response(body.decode("utf-8", "replace"), key, iv)
    except CannotOpen:
        found = diagnose(body, key, iv)
        is_opened = found.clear is not None and found.fault not in {faults.IN_CLEAR, faults.ENCODED_ONLY}
        return _Answered(messages.OK, is_opened, found.fault if is_opened else None)
    return _Answered(messages.OK, True)


def _signatures(secret: str, body: bytes) -> Iterator[tuple[Fault, str]]:
    """Signatures that only an endpoint with a mistake takes for right."""
    value = orjson.loads(body)
    yield faults.REWRITTEN_BODY, sign(secret, orjson.dumps(value))
    yield faults.REWRITTEN_BODY, sign(secret, messages.to_spaced_bytes(value))
    digits = sign(secret, body).removeprefix("sha256=")
    yield faults.SIGNATURE_WITHOUT_PREFIX, digits
    yield faults.SIGNATURE_IN_CAPITALS, f"sha256={digits.upper()}"
    yield faults.SIGNATURE_IN_BASE64, f"sha256={base64.b64encode(bytes.fromhex(digits)).decode()}"
    for end in ("\n", "\r\n", " "):
        yield faults.SECRET_WITH_LINE_END, sign(secret + end, body)
    for quote in ('"', "'"):
        yield faults.SECRET_IN_QUOTES, sign(f"{quote}{secret}{quote}", body)
