"""Serves an ASGI app on a port of this machine until somebody stops it."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from headrace.ui.connections import PatientProtocol
from headrace.ui.pages import is_built


class PortUnusable(Exception):
    """The port cannot be listened on; the message says why and what to do."""


class ServerStopped(Exception):
    """The server ended before it accepted requests."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the signals end `serve` first, so that what stands behind the app is closed in order


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes any free one. Raises `PortUnusable`."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except PermissionError:
        listener.close()
        raise PortUnusable(f"Port {port} is reserved for the system. Choose another one with --port.") from None
    except OSError:
        listener.close()
        words = f"Port {port} is taken by another program. Choose another one with --port, or 0 for any free one."
        raise PortUnusable(words) from None
    return listener


async def serve(
    app: ASGIApp, listener: socket.socket, *, started: Callable[[], Awaitable[None]], stopping: Callable[[], None]
) -> None:
    """Serves until SIGINT or SIGTERM. Calls `started` once requests are accepted, `stopping` before it waits for those
    that are still running. Raises `ServerStopped`.
    """
    if not is_built():
        raise ServerStopped(
            "The front end is not built, so no page would work. In a checkout, make frontend builds it."
        )
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    stop = asyncio.Event()
    with _signals(stop.set):
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await _until_started(server, serving)
        await started()
        told = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        server.should_exit = True
        stopping()
        await serving


async def wait_for_signal() -> None:
    """Returns at SIGINT or SIGTERM."""
    stop = asyncio.Event()
    with _signals(stop.set):
        await stop.wait()


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
    except NotImplementedError:  # on Windows Ctrl-C ends the loop itself
        pass
    yield


async def _until_started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise ServerStopped("The server stopped before it accepted requests; its log above says why.")
        await asyncio.sleep(0.01)
