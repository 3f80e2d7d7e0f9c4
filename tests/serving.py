"""A real server on a real port, in a thread of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import uvicorn


class Served:
    """Serves an ASGI app, without its lifespan, as long as it is entered. Fails where it cannot begin."""

    def __init__(self, app: Any, config: uvicorn.Config | None = None, port: int = 0) -> None:
        usual = uvicorn.Config(
            app, port=port, log_level="warning", lifespan="off", interface="asgi3", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config or usual)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), f"nothing can be served on port {self._server.config.port}"
            threading.Event().wait(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive(), "the server does not stop"

    @property
    def url(self) -> str:
        """Where it answers, with a slash at the end."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        number: int = self._server.servers[0].sockets[0].getsockname()[1]
        return number


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Serves an ASGI app, and gives its address. Without a port, on one that is free."""
    with Served(app, port=port) as served:
        yield served.url
