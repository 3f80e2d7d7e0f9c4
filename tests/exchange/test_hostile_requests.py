"""Whatever is sent to an endpoint, it answers as documented, never with 500, and keeps what it was sent to itself.

HEADRACE_FUZZ=8000 sends so many to each of the library, the relay and a served app (`make fuzz`), and tells how many
had which status.
"""

import logging
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from tests.exchange.hostile_requests import MARK, MOST_BYTES, SECRET, Attacker, HostileRequest

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.key_files import KeyFolder
from headrace.exchange.keys import KeyPair, load_public_key
from headrace.exchange.relay import Relay
from headrace.exchange.transport import AsgiTransport

pytestmark = pytest.mark.anyio

REQUESTS = int(os.environ.get("HEADRACE_FUZZ", "0")) or 96
Ask = Callable[[HostileRequest], Awaitable[tuple[int, bytes]]]


def library(pair: KeyPair) -> Endpoint:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=SECRET, max_bytes=MOST_BYTES)

    @endpoint.on_init
    @endpoint.on_back
    @endpoint.on()
    async def answer(request: Request) -> Screen:
        return Screen("NAME", {"said": request.data})

    return endpoint


def relay(pair: KeyPair, folder: Path) -> Relay:
    async def service(scope: Scope, receive: Receive, send: Send) -> None:
        asked = await HttpRequest(scope, receive).json()
        await JSONResponse({"screen": "NAME", "data": {"said": asked["data"]}})(scope, receive, send)

    (folder / "private.pem").write_text(pair.private_pem)
    transport = AsgiTransport(service)
    return Relay(
        "http://service/", keys=KeyFolder(folder), app_secret=SECRET, transport=transport, max_bytes=MOST_BYTES
    )


def in_process(app: Any) -> Ask:
    """Calls an app as a server does, with the bytes of a header as they are."""

    async def ask(request: HostileRequest) -> tuple[int, bytes]:
        headers = [] if request.signature is None else [(b"x-hub-signature-256", request.signature)]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
        sent: list[dict[str, Any]] = []
        parts = [request.body[begin : begin + 20_000] for begin in range(0, len(request.body), 20_000)] or [b""]
        coming = iter(
            {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, 1)
        )

        async def receive() -> dict[str, Any]:
            return next(coming, {"type": "http.disconnect"})

        async def send(event: dict[str, Any]) -> None:
            sent.append(event)

        await app(scope, receive, send)
        return sent[0]["status"], b"".join(event.get("body", b"") for event in sent)

    return ask


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[Ask]:
    """The same over a socket, behind uvicorn."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=True, lifespan="off", port=0))
    config = server.config
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession() as session:

            async def ask(request: HostileRequest) -> tuple[int, bytes]:
                headers = {"Content-Type": "application/json"}
                if request.signature is not None:
                    headers["X-Hub-Signature-256"] = request.signature.decode("utf-8", "surrogateescape")
                async with session.post(f"http://127.0.0.1:{port}/", data=request.body, headers=headers) as response:
                    return response.status, await response.read()

            yield ask
    finally:
        await server.shutdown()


@pytest.mark.parametrize("kind", ["library", "relay", "served"])
async def test_bad_requests_are_answered_as_documented_and_not_told_of(
    pair: KeyPair, other_pair: KeyPair, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.DEBUG)
    attacker = Attacker(load_public_key(pair.public_pem), load_public_key(other_pair.public_pem), seed=len(kind))
    app = relay(pair, tmp_path) if kind == "relay" else library(pair)
    met: Counter[tuple[str, int]] = Counter()

    async def attack(ask: Ask) -> None:
        for request in attacker.requests(REQUESTS):
            status, body = await ask(request)
            assert status in request.allowed, (
                request.kind,
                status,
                request.body[:2000],
                request.signature,
                caplog.text[-2000:],
            )
            assert (status == 200) is bool(body), (request.kind, status, body)
            met[request.kind.removesuffix(", unsigned"), status] += 1
            assert MARK not in caplog.text, request.kind
            assert "Traceback" not in caplog.text, request.kind
            caplog.clear()

    if kind == "served":
        async with served(app) as ask:
            await attack(ask)
    else:
        await attack(in_process(app))
    print(f"\n{kind}: {met.total():,} requests")
    for status, count in sorted(Counter(status for _, status in met.elements()).items()):
        print(f"{count:>8,}  {status}")
    assert {status for _, status in met} == {200, 400, 413, 421, 432}
