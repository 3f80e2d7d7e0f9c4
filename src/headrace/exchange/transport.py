"""How bytes reach an endpoint: over HTTP by `headrace.outbound.Outbound`, or within the process by `AsgiTransport`."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from headrace.outbound import DEFAULT_MAX_BYTES, Answer, ConnectionLost, TimedOut, TooLarge

_log = logging.getLogger(__name__)

Event = MutableMapping[str, Any]
AsgiApp = Callable[[Event, Callable[[], Awaitable[Event]], Callable[[Event], Awaitable[None]]], Awaitable[None]]


class Transport(Protocol):
    """What a channel needs. `Outbound` is one. Raises `OutboundError` when there is no answer."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = ...,  # noqa: ASYNC109
        max_bytes: int = ...,
    ) -> Answer: ...


class AsgiTransport:
    """Calls an ASGI app in this process: the same bytes as over HTTP, without a socket. For tests.

    It behaves as a server around the app would: what the app raises becomes a 500, an answer that breaks off becomes
    `ConnectionLost`, and the limits hold. The app's lifespan is not run.
    """

    def __init__(self, app: AsgiApp, timer: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._timer = timer

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> Answer:
        call = _Call(body or b"", max_bytes)
        started = self._timer()
        try:
            async with asyncio.timeout(timeout):
                await self._app(_scope(method, url, headers or {}, len(body or b"")), call.receive, call.send)
        except TimeoutError as error:
            raise TimedOut(f"The app did not answer within {timeout:g} s.") from error
        except TooLarge:
            raise
        except Exception as error:
            _log.exception("The app raised an error")
            if call.status is not None:
                raise ConnectionLost("The app raised an error in the middle of its answer.") from error
            call.status, call.is_complete = 500, True
        if call.status is None or not call.is_complete:
            raise ConnectionLost("The app ended without a complete answer.")
        return Answer(call.status, call.headers, bytes(call.body), round((self._timer() - started) * 1000))


class _Call:
    """One request and its answer, as the two ASGI callables see them."""

    def __init__(self, request_body: bytes, max_bytes: int) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_complete = False
        self._request_body: bytes | None = request_body
        self._max_bytes = max_bytes
        self._finished = asyncio.Event()

    async def receive(self) -> Event:
        if self._request_body is not None:
            content, self._request_body = self._request_body, None
            return {"type": "http.request", "body": content, "more_body": False}
        await self._finished.wait()
        return {"type": "http.disconnect"}

    async def send(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self.status = event["status"]
            self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event["headers"]}
        elif event["type"] == "http.response.body":
            self.body += event.get("body", b"")
            if len(self.body) > self._max_bytes:
                raise TooLarge(f"The app answered with more than {self._max_bytes:,} bytes.")
            if not event.get("more_body", False):
                self.is_complete = True
                self._finished.set()


def _scope(method: str, url: str, headers: Mapping[str, str], length: int) -> Event:
    parts = urlsplit(url)
    given = {name.lower(): value for name, value in headers.items()}
    sent = {"host": parts.netloc, "content-length": str(length)} | given
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method.upper(),
        "scheme": parts.scheme or "http",
        "path": unquote(parts.path) or "/",
        "raw_path": (parts.path or "/").encode("ascii", "replace"),
        "query_string": parts.query.encode("ascii", "replace"),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname or "localhost", parts.port or 80),
    }
