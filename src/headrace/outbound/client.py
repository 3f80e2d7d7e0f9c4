"""The one way out: every HTTP request of the house goes through `Outbound`."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Self
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from headrace import __version__
from headrace.outbound.errors import ConnectionLost, Forbidden, OutboundError, TimedOut, TooLarge, Unreachable
from headrace.outbound.guard import Guard, RefusedAddress
from headrace.outbound.secure_connections import tls_reason

DEFAULT_TIMEOUT_SECONDS = 10.0
DEFAULT_MAX_BYTES = 25 * 1024 * 1024

# Shorter than common servers wait (uvicorn and Node: 5 s): no request is sent into a connection about to be closed.
_KEEP_ALIVE_SECONDS = 4.0
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. `headers` ignores case; `milliseconds` runs from the call to the last byte of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int


class Outbound:
    """An HTTP client that follows no redirects, obeys limits of time and size, and guards private networks.

    `private_networks=True` allows loopback and private addresses, as a box on one machine needs; link-local and
    metadata addresses are refused either way. Proxies and credentials from the environment are not used and cookies
    are not kept. One object serves any number of requests at a time; `await close()` ends its connections.
    """

    def __init__(
        self,
        *,
        private_networks: bool = False,
        connections: int = 100,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._guard = Guard(private_networks)
        self._connections = connections
        self._timer = timer
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,  # noqa: ASYNC109 - the limit covers reading too and has its own error
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> Answer:
        """Sends one request and reads the whole answer, whatever its status.

        `timeout` is in seconds and covers everything from the look-up of the name to the last byte; `max_bytes` limits
        the decoded body. Raises an `OutboundError` when there is no answer.
        """
        target = _target(url)
        started = self._timer()
        try:
            async with asyncio.timeout(timeout):
                async with self._open_session().request(
                    method, target, headers=headers, data=body, allow_redirects=False
                ) as response:
                    content = await _read(response, max_bytes)
                    return Answer(
                        status=response.status,
                        headers=response.headers,
                        body=content,
                        milliseconds=round((self._timer() - started) * 1000),
                    )
        except TimeoutError as error:
            raise TimedOut(f"{_where(target)} did not answer within {timeout:g} s.") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise _translate(error, target) from error

    async def close(self) -> None:
        """Closes all connections. A later request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = _Connector(
                limit=self._connections,
                keepalive_timeout=_KEEP_ALIVE_SECONDS,
                socket_factory=self._guard.open_socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
                headers={"Accept-Encoding": "identity", "User-Agent": f"headrace/{__version__}"},
                skip_auto_headers=("Content-Type",),
                trust_env=False,
            )
        return self._session


@lru_cache(maxsize=256)
def _target(url: str) -> URL:
    try:
        target = URL(url.strip())
        port = target.port
    except ValueError as error:
        raise Forbidden(f"{url!r} is not a URL. Write it like https://example.com/path.") from error
    if target.scheme not in {"http", "https"} or not target.host or not port:
        raise Forbidden(f"{url!r} cannot be called. Write a URL that starts with https:// or http:// and a host.")
    return target


class _Connector(aiohttp.TCPConnector):
    """Hands no kept connection on over which something came that nobody asked for.

    A server may write a second answer behind its first. On a kept connection it would be taken for the answer to the
    next request.
    """

    def __init__(self, *, limit: int, keepalive_timeout: float, socket_factory: aiohttp.SocketFactoryType) -> None:
        super().__init__(limit=limit, keepalive_timeout=keepalive_timeout, socket_factory=socket_factory)
        self._kept: WeakSet[ResponseHandler] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the signature of aiohttp
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol = connection.protocol
            if protocol is None or protocol not in self._kept:
                if protocol is not None:
                    self._kept.add(protocol)
                return connection
            if not protocol.should_close:
                return connection
            connection.close()


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    if response.content_length is not None and response.content_length > max_bytes:
        raise _too_large(response.url, max_bytes)
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > max_bytes:
            raise _too_large(response.url, max_bytes)
    return bytes(content)


def _too_large(url: URL, max_bytes: int) -> TooLarge:
    return TooLarge(f"{_where(url)} answered with more than {max_bytes:,} bytes. Make the answer smaller.")


def _where(url: URL) -> str:
    """Host and port only: a path or a query may hold what does not belong into a log."""
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host
    return f"{host}:{url.port}"


def _translate(error: Exception, url: URL) -> OutboundError:
    where = _where(url)
    match error:
        case aiohttp.ClientConnectorDNSError():
            return Unreachable(f"The name {url.host} is not known. Check the host in the URL.")
        case aiohttp.ClientConnectorError(os_error=RefusedAddress() as refused):
            return Forbidden(f"{where} is not called: {refused.reason}.")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return Unreachable(f"No secure connection to {where}: {tls_reason(error)}.")
        case aiohttp.ClientConnectorError(os_error=ConnectionResetError()) if url.scheme == "https":
            return Unreachable(f"No secure connection to {where}: {tls_reason(error)}.")
        case aiohttp.ClientConnectorError():
            reason = error.os_error.strerror or str(error.os_error)
            return Unreachable(f"Nothing can be reached at {where} ({reason}). Check that it runs and listens there.")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | aiohttp.ClientPayloadError():
            return ConnectionLost(f"{where} closed the connection before its answer was complete.")
        case aiohttp.ClientResponseError():
            return ConnectionLost(f"{where} answered with something that is not HTTP.")
        case aiohttp.InvalidURL():
            return Forbidden(f"{where} is not called: {error}.")
        case ValueError():
            return Forbidden(f"The request to {where} cannot be written as HTTP: {error}.")
        case _:
            return ConnectionLost(f"The connection to {where} failed: {error}.")
