"""An endpoint that does as a test tells it: answers, answers wrongly, is slow, breaks off."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.sealing import open_request, seal_response
from headrace.exchange.transport import AsgiTransport, Event
from headrace.outbound import DEFAULT_MAX_BYTES, Answer

Json = dict[str, Any]
PATIENT, IMPATIENT = 10.0, 0.3


class Sealed:
    """An answer as an endpoint should give it; with another status than 200 also the sealed words of a 427."""

    def __init__(self, body: Any, status: int = 200) -> None:
        self.body = body
        self.status = status


class Plain:
    """An HTTP answer that is not sealed."""

    def __init__(self, status: int, text: str = "") -> None:
        self.status = status
        self.text = text


class Slow:
    """No answer in time."""


class Silent:
    """The connection ends without an answer."""


Reaction = Sealed | Plain | Slow | Silent


class Wayward:
    """An ASGI app. `react` says what comes of a request; `requests` and `notices` are what came in, in clear.

    It answers only while its `gate` is open. `patience` is how many seconds a phone waits for it.
    """

    def __init__(self, pair: KeyPair) -> None:
        self._private_key = load_private_key(pair.private_pem)
        self.react: Callable[[Json], Reaction] = lambda request: Plain(500)
        self.patience = PATIENT
        self.gate = asyncio.Event()
        self.gate.set()
        self.requests: list[Json] = []
        self.notices: list[Json] = []

    async def __call__(self, scope: Event, receive: Any, send: Any) -> None:
        opened = open_request((await receive())["body"], self._private_key)
        request: Json = orjson.loads(opened.body)
        if "error" in request.get("data", {}):
            self.notices.append(request)
            reaction: Reaction = Sealed({"data": {"acknowledged": True}})
        else:
            if request["action"] != "ping":  # those only look for the cause of a refusal
                self.requests.append(request)
            reaction = self.react(request)
        await self.gate.wait()
        if isinstance(reaction, Silent):
            return
        if isinstance(reaction, Slow):
            await asyncio.sleep(60)
            return
        text = reaction.text if isinstance(reaction, Plain) else ""
        if isinstance(reaction, Sealed):
            text = seal_response(orjson.dumps(reaction.body), opened.key, opened.iv)
        await send({"type": "http.response.start", "status": reaction.status, "headers": []})
        await send({"type": "http.response.body", "body": text.encode()})


class HastyTransport:
    """The way to an app in this process, with less patience than a phone has."""

    def __init__(self, app: Wayward) -> None:
        self._app = app
        self._inner = AsgiTransport(app)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Any = None,
        body: bytes | None = None,
        timeout: float = PATIENT,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> Answer:
        return await self._inner.request(
            method, url, headers=headers, body=body, timeout=min(timeout, self._app.patience), max_bytes=max_bytes
        )
