"""A real server on a real port, in a thread of its own."""

import threading
from typing import Any, Self

import uvicorn


class Served:
    """Serves an ASGI app, without its lifespan, as long as it is entered."""

    def __init__(self, app: Any, config: uvicorn.Config | None = None) -> None:
        usual = uvicorn.Config(app, port=0, log_level="warning", lifespan="off", interface="asgi3")
        self._server = uvicorn.Server(config or usual)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            threading.Event().wait(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it answers, with a slash at the end."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        number: int = self._server.servers[0].sockets[0].getsockname()[1]
        return number
