"""An endpoint on a real socket on which one thing goes wrong at a time, down to the bytes of HTTP.

Each fault has the outcomes that it may end in. The endpoint is told beforehand what goes wrong with the next request.
"""

import asyncio
import gzip
import random
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from headrace.exchange.keys import load_private_key
from headrace.exchange.sealing import OpenedRequest, open_request, seal_response
from headrace.protocol import ErrorType

PROPER = b'{"screen":"A","data":{}}'
ANSWERED, EXPIRED = "answered", "token_expired"
LOST, LATE, STATUS = ErrorType.NO_RESPONSE, ErrorType.TIMEOUT, ErrorType.UNEXPECTED_STATUS
UNOPENED, REFUSED, MALFORMED = (
    ErrorType.RESPONSE_DECRYPTION,
    ErrorType.BUSINESS_DECRYPTION,
    ErrorType.MALFORMED_ANSWER,
)


class Wire:
    """One request at the endpoint: what came, and the socket to answer on."""

    def __init__(self, opened: OpenedRequest, writer: asyncio.StreamWriter, chance: random.Random) -> None:
        self.opened = opened
        self.chance = chance
        self._writer = writer

    def sealed(self, clear: bytes = PROPER, key: bytes | None = None) -> bytes:
        return seal_response(clear, key or self.opened.key, self.opened.iv).encode()

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    async def answer(self, body: bytes, status: int = 200, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
        await self.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def close(self) -> None:
        self._writer.close()

    async def reset(self) -> None:
        """Ends the connection with RST in place of FIN."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def wait(self, least: float, most: float) -> None:
        await asyncio.sleep(self.chance.uniform(least, most))


Happening = Callable[[Wire], Awaitable[None]]


@dataclass(frozen=True)
class WireFault:
    """`happens` answers one request. Ends in one of `outcomes`. Rarer with a smaller `weight`."""

    happens: Happening
    outcomes: frozenset[str]
    weight: float = 1.0


FAULTS: Final[dict[str, WireFault]] = {}


def _fault(*outcomes: str, weight: float = 1.0) -> Callable[[Happening], Happening]:
    def register(happens: Happening) -> Happening:
        FAULTS[happens.__name__] = WireFault(happens, frozenset(map(str, outcomes)), weight)
        return happens

    return register


# No fault at all.
@_fault(ANSWERED, weight=6)
async def well(wire: Wire) -> None:
    await wire.answer(wire.sealed())


@_fault(ANSWERED, weight=2)
async def closes_after_it(wire: Wire) -> None:
    await wire.answer(wire.sealed(), 200, "Connection: close")
    await wire.close()


@_fault(ANSWERED)
async def closes_without_a_word(wire: Wire) -> None:
    """A kept connection that its server gives up, as servers do."""
    await wire.answer(wire.sealed())
    await wire.close()


@_fault(ANSWERED)
async def ends_with_the_connection(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + wire.sealed())
    await wire.close()


@_fault(ANSWERED)
async def in_chunks(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    body = wire.sealed()
    for begin in range(0, len(body), 7):
        await wire.wait(0, 0.2)
        part = body[begin : begin + 7]
        await wire.send(b"%x\r\n%b\r\n" % (len(part), part))
    await wire.send(b"0\r\n\r\n")


@_fault(ANSWERED)
async def compressed(wire: Wire) -> None:
    await wire.answer(gzip.compress(wire.sealed()), 200, "Content-Encoding: gzip")


@_fault(ANSWERED)
async def with_continue_before_it(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    await wire.wait(0, 3)
    await wire.answer(wire.sealed())


# Slow.
@_fault(ANSWERED, weight=2)
async def slow(wire: Wire) -> None:
    await wire.wait(0, 9.5)
    await wire.answer(wire.sealed())


@_fault(LATE, weight=2)
async def too_slow(wire: Wire) -> None:
    await wire.wait(10.5, 30)
    await wire.answer(wire.sealed())


@_fault(LATE)
async def silent(wire: Wire) -> None:
    await wire.wait(100, 200)


@_fault(LATE)
async def slow_header(wire: Wire) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n":
        await wire.send(bytes([byte]))
        await wire.wait(0.5, 1.5)


@_fault(LATE)
async def dripping(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 76\r\n\r\n")
    for byte in wire.sealed():
        await wire.send(bytes([byte]))
        await wire.wait(0.5, 1)


@_fault(LATE)
async def continues_for_ever(wire: Wire) -> None:
    while True:
        await wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await wire.wait(0.5, 1)


@_fault(LATE)
async def stops_in_a_chunk(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\nabc")
    await wire.wait(20, 30)


# Dropped and reset.
@_fault(LOST, weight=2)
async def dropped(wire: Wire) -> None:
    await wire.close()


@_fault(LOST, weight=2)
async def reset(wire: Wire) -> None:
    await wire.wait(0, 5)
    await wire.reset()


@_fault(LOST)
async def reset_in_the_header(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Le")
    await wire.wait(0.1, 1)
    await wire.reset()


@_fault(LOST)
async def reset_in_the_body(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + wire.sealed())
    await wire.wait(0.1, 1)
    await wire.reset()


@_fault(LOST, weight=2)
async def half_a_body(wire: Wire) -> None:
    body = wire.sealed()
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
    await wire.wait(0, 3)
    await wire.close()


@_fault(LOST)
async def cut_chunks(wire: Wire) -> None:
    body = wire.sealed()
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(body), body))
    await wire.close()


@_fault(LOST)
async def half_a_header(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1")
    await wire.close()


# Garbage.
@_fault(LOST)
async def garbage_before_the_status(wire: Wire) -> None:
    await wire.send(b"<b>Warning</b>: headers already sent\r\n")
    await wire.answer(wire.sealed())


@_fault(LOST)
async def no_http_at_all(wire: Wire) -> None:
    await wire.send(b"\x16\x03\x01" + wire.chance.randbytes(400) + b"\r\n\r\n")
    await wire.close()


@_fault(LOST)
async def impossible_length(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc")


@_fault(LOST)
async def two_lengths(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nabcdefg")
    await wire.close()


@_fault(LOST)
async def wrong_chunk_size(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n")
    await wire.close()


@_fault(LOST)
async def endless_headers(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        await wire.send(b"X-%d: %b\r\n" % (number, b"x" * 900))


@_fault(LOST)
async def not_compressed_as_told(wire: Wire) -> None:
    await wire.answer(wire.sealed(), 200, "Content-Encoding: gzip")


@_fault(UNOPENED)
async def compression_cut(wire: Wire) -> None:
    await wire.answer(gzip.compress(wire.sealed())[:20], 200, "Content-Encoding: gzip")


@_fault(LOST, STATUS)
async def switches_protocols(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    await wire.wait(0, 2)
    await wire.close()


@_fault(UNOPENED, weight=0.1)
async def endless_body(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    part = b"10000\r\n" + b"A" * 0x10000 + b"\r\n"
    while True:
        await wire.send(part)


@_fault(UNOPENED, weight=0.1)
async def bomb(wire: Wire) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(20)) + packer.flush()
    await wire.answer(body, 200, "Content-Encoding: gzip")


@_fault(UNOPENED)
async def too_long_as_told(wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc")


# Two answers: the second is nobody's, and must never become that of the next request.
@_fault(ANSWERED)
async def another_answer_behind_it(wire: Wire) -> None:
    body = wire.sealed()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    await wire.send(answer + answer)


@_fault(ANSWERED)
async def another_answer_later(wire: Wire) -> None:
    await wire.answer(wire.sealed())
    await wire.wait(0.01, 2)
    await wire.answer(b"late", 200)


# Bodies.
@_fault(UNOPENED, weight=2)
async def wrong_key(wire: Wire) -> None:
    await wire.answer(wire.sealed(key=wire.chance.randbytes(16)))


@_fault(UNOPENED, weight=2)
async def garbage(wire: Wire) -> None:
    await wire.answer(wire.chance.randbytes(wire.chance.randrange(300)))


@_fault(UNOPENED)
async def cut_text(wire: Wire) -> None:
    body = wire.sealed()
    await wire.answer(body[: wire.chance.randrange(len(body) - 3)])  # what lacks only its padding is still whole


@_fault(UNOPENED)
async def changed_text(wire: Wire) -> None:
    body = bytearray(wire.sealed())
    place = wire.chance.randrange(len(body) - 4)
    body[place] = ord("A") if body[place] != ord("A") else ord("B")
    await wire.answer(bytes(body))


@_fault(UNOPENED)
async def in_clear(wire: Wire) -> None:
    await wire.answer(PROPER)


@_fault(UNOPENED)
async def a_web_page(wire: Wire) -> None:
    await wire.answer(b"<!doctype html><h1>It works</h1>")


@_fault(MALFORMED)
async def no_json_inside(wire: Wire) -> None:
    await wire.answer(wire.sealed(b"{" + wire.chance.randbytes(30)))


@_fault(MALFORMED)
async def deep_json_inside(wire: Wire) -> None:
    await wire.answer(wire.sealed(b"[" * 50_000))


# Statuses.
@_fault(STATUS, weight=2)
async def another_status(wire: Wire) -> None:
    status = wire.chance.choice((201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 413, 429, 500, 502, 503, 504, 599))
    await wire.answer(b"" if status == 204 else b"<html>", status, "Location: http://169.254.169.254/latest")


@_fault(STATUS)
async def unknown_status(wire: Wire) -> None:
    await wire.answer(wire.sealed(), wire.chance.choice((299, 430, 799, 999)))


@_fault(REFUSED, weight=2)
async def refuses_the_key(wire: Wire) -> None:
    await wire.answer(b"", 421)


@_fault(STATUS)
async def refuses_the_signature(wire: Wire) -> None:
    await wire.answer(b"", 432)


@_fault(EXPIRED)
async def expired(wire: Wire) -> None:
    bodies = (b"", b"It is ordered.", b'{"error_msg":1}', wire.sealed(b'{"error_msg":"done"}'), wire.sealed(b"{}"))
    await wire.answer(wire.chance.choice(bodies), 427)


class FaultyEndpoint:
    """`next` goes wrong with every request until it is set anew; what is asked to find out why is answered, too."""

    def __init__(self, private_pem: str, chance: random.Random) -> None:
        self.next = FAULTS["well"]
        self.asked = 0
        self._key = load_private_key(private_pem)
        self._chance = chance
        self._running: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Listens on the loopback; gives the port."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                raw = await reader.readexactly(int(length.partition(b":")[2]))
                self.asked += 1
                await self._answer(raw, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, raw: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            opened = open_request(raw, self._key)
        except ValueError:  # sealed wrongly, to find out why another was refused
            opened = OpenedRequest(b"", bytes(16), bytes(16))
        await self.next.happens(Wire(opened, writer, self._chance))
