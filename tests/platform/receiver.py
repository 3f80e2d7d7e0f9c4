"""A webhook receiver and a Flow endpoint on loopback: real servers, no stand-ins."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from aiohttp import web

from headrace.exchange.sealing import CannotOpen, load_private_key, open_request, seal_response, signature_matches


@dataclass
class Receiver:
    """Answers handshakes and keeps every POST. `statuses` are given in turn, then 200 for ever; `refuses` says which
    bodies are always answered with 500; `around_challenge` spoils the answer to a handshake."""

    verify_token: str = "a token: ä/&"
    statuses: list[int] = field(default_factory=list)
    refuses: str = ""
    around_challenge: str = ""
    handshakes: list[dict[str, str]] = field(default_factory=list)
    posts: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    port: int = 0

    async def verify(self, request: web.Request) -> web.Response:
        self.handshakes.append(dict(request.query))
        if request.query.get("hub.verify_token") != self.verify_token:
            return web.Response(status=403, text="Forbidden")
        return web.Response(text=request.query["hub.challenge"] + self.around_challenge)

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.posts.append((body, dict(request.headers)))
        status = self.statuses.pop(0) if self.statuses else 200
        if self.refuses and self.refuses.encode() in body:
            status = 500
        if status == 200:
            self.taken.append(json.loads(body))
        return web.Response(status=status)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The values of the events that were taken."""
        return [event["entry"][0]["changes"][0]["value"] for event in self.taken]


@asynccontextmanager
async def listening(receiver: Receiver, port: int = 0) -> AsyncIterator[Receiver]:
    """Serves while the block runs; on the same port again when one is given."""
    app = web.Application()
    app.router.add_get("/hook", receiver.verify)
    app.router.add_post("/hook", receiver.receive)
    async with _serving(app, port) as actual:
        receiver.port = actual
        receiver.url = f"http://127.0.0.1:{actual}/hook"
        yield receiver


_private_key = cache(load_private_key)


@dataclass
class Endpoint:
    """A business's endpoint. `reply` is what a ping is answered with; `status` replaces the whole answer."""

    private_pem: str
    app_secret: str
    reply: dict[str, Any] = field(default_factory=lambda: {"data": {"status": "active"}})
    status: int = 200
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not signature_matches(self.app_secret, body, request.headers.get("X-Hub-Signature-256")):
            return web.Response(status=432)
        try:
            opened = open_request(body, _private_key(self.private_pem))
        except CannotOpen:
            return web.Response(status=421)
        self.requests.append(json.loads(opened.body))
        return web.Response(
            status=self.status, text=seal_response(json.dumps(self.reply).encode(), opened.key, opened.iv)
        )


@asynccontextmanager
async def answering(endpoint: Endpoint) -> AsyncIterator[Endpoint]:
    """Serves an endpoint while the block runs."""
    app = web.Application()
    app.router.add_post("/flow", endpoint.answer)
    async with _serving(app, 0) as port:
        endpoint.url = f"http://127.0.0.1:{port}/flow"
        yield endpoint


@asynccontextmanager
async def _serving(app: web.Application, port: int) -> AsyncIterator[int]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
