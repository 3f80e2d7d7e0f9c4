"""Keeps what an endpoint was asked: the bytes of the wire beside what they mean. For trying out and for tests."""

import json
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headrace.bodies import BodyRefused, receive_body
from headrace.exchange.keys import load_private_key
from headrace.exchange.messages import NotAMessage, from_bytes
from headrace.exchange.sealing import CannotOpen, NotAnEnvelope, open_request


class Transcript:
    """Wraps an endpoint and appends one line of JSON per POST to a file, before the answer leaves.

    Each line has `action`, `screen`, `data` (null where the request does not open), `status` of the answer, and `body`,
    the HTTP body as it came. The lines hold what people typed, in clear: keep the file as safe as the data. Bodies over
    `max_bytes` reach neither. Raises UnusableKey.
    """

    def __init__(
        self,
        app: ASGIApp,
        file: Path,
        *,
        private_key: str | bytes | Path,
        password: str | None = None,
        max_bytes: int = 10 * 1024 * 1024,
    ) -> None:
        self._app = app
        self._file = file
        self._max_bytes = max_bytes
        self._private_key = load_private_key(private_key, password)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        try:
            body = await receive_body(receive, self._max_bytes, scope["headers"])
        except BodyRefused as refused:
            await PlainTextResponse("", refused.status)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        async def record(event: Message) -> None:
            if event["type"] == "http.response.start":
                self._append(body, event["status"])
            await send(event)

        await self._app(scope, replay, record)

    def _append(self, body: bytes, status: int) -> None:
        clear = self._opened(body)
        line = {name: clear.get(name) for name in ("action", "screen", "data")}
        text = json.dumps({**line, "status": status, "body": body.decode("utf-8", "replace")})
        with self._file.open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def _opened(self, body: bytes) -> dict[str, Any]:
        try:
            return from_bytes(open_request(body, self._private_key).body)
        except (NotAnEnvelope, CannotOpen, NotAMessage):
            return {}
