"""Receiving the body of a request over ASGI: up to a limit of bytes, and in bounded time.

Nobody fills the memory of a server, nor keeps one of its places by sending a byte now and then.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Proof = Callable[[bytes], Awaitable[None]]

SILENCE_SECONDS = 15.0
"""At most this long may pass until more of a body comes."""

_GRACE_SECONDS = 20.0
_SLOWEST = 8 * 1024
"""After a grace a body has to come with so many bytes a second, taken from its beginning."""

_REST_SECONDS = 5.0
"""At most this long the rest of a refused body is let in, for a caller who reads no answer before all is sent."""


class BodyRefused(Exception):
    """The body of a request is not received to its end; `status` is the HTTP status that says so."""

    status = 400


class BodyTooLarge(BodyRefused):
    """It is larger than its reader allows."""

    status = 413


class BodyTooSlow(BodyRefused):
    """It does not come, or too slowly."""

    status = 408


class BodyIncomplete(BodyRefused):
    """The caller went away before all of it had come."""


async def receive_body(
    receive: Receive, most: int, headers: Iterable[tuple[bytes, bytes]] = (), proof: tuple[int, Proof] | None = None
) -> bytes:
    """The whole body of at most `most` bytes. Raises `BodyRefused`, and what the proof raises.

    `headers` are those of the request: one that names a length that is too large is refused before anything is read.
    A `proof` is a number of bytes and a check who calls, made with the beginning of a body that is larger than that.
    Where the connection is to be closed after the answer, as much again is let in and forgotten before a refusal:
    closed with a body on its way, it would be reset, and the caller never read why.
    """
    is_over = False

    async def noted() -> MutableMapping[str, Any]:
        nonlocal is_over
        message = await receive()
        is_over = not message.get("more_body", False)
        return message

    try:
        return await _receive(noted, most, headers, proof)
    except (BodyTooSlow, BodyIncomplete):
        raise
    except Exception:
        if not is_over and _is_last(headers) and _declared(headers) <= 2 * most:
            await _forget(receive, 2 * most)
        raise


async def _receive(
    receive: Receive, most: int, headers: Iterable[tuple[bytes, bytes]], proof: tuple[int, Proof] | None
) -> bytes:
    if _declared(headers) > most:
        raise BodyTooLarge(f"the body is larger than {most} bytes")
    body = bytearray()
    async for chunk in receive_chunks(receive):
        body += chunk
        if len(body) > most:
            raise BodyTooLarge(f"the body is larger than {most} bytes")
        if proof is not None and len(body) > proof[0]:
            await proof[1](bytes(body))
            proof = None
    return bytes(body)


async def receive_chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The body piece by piece, for whoever keeps it elsewhere than in memory. Raises `BodyRefused`."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    received, more = 0, True
    while more:
        left = _GRACE_SECONDS + received / _SLOWEST - (loop.time() - began)
        try:
            async with asyncio.timeout(max(0.0, min(SILENCE_SECONDS, left))):
                message = await receive()
        except TimeoutError:
            raise BodyTooSlow("the body does not come, or too slowly") from None
        if message["type"] == "http.disconnect":
            raise BodyIncomplete("the body is not complete")
        chunk: bytes = message.get("body", b"")
        received += len(chunk)
        more = message.get("more_body", False)
        yield chunk


async def _forget(receive: Receive, most: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_REST_SECONDS):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return


def _is_last(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether the caller wants the connection closed after the answer."""
    return any(name == b"connection" and b"close" in value.lower() for name, value in headers)


def _declared(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """What `Content-Length` says; 0 where it says nothing that can be read."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and len(value) < 20:
            return int(value)
    return 0
