"""A server of files within another program: for an endpoint that fetches what a phone without a box has uploaded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn
from starlette.applications import Starlette

from headrace.clock import SystemClock
from headrace.identifiers import RandomIdentifiers
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.uploads import Uploads
from headrace.ui.connections import PatientProtocol


@asynccontextmanager
async def file_server() -> AsyncIterator[Uploads]:
    """While the block runs, files are served by this process on a port of its own, on this machine only."""
    identifiers = RandomIdentifiers()
    file_store = MemoryFileStore(lambda: server.base_url, identifiers, SystemClock())
    server = _Server(
        uvicorn.Config(
            Starlette(routes=list(cdn_routes(file_store.find))),
            http=PatientProtocol,
            port=0,
            log_level="error",
            lifespan="off",
        )
    )
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.005)
            if task.done():
                task.result()
                raise RuntimeError("the server of files did not start")
        yield Uploads(file_store, identifiers)
    finally:
        server.should_exit = True
        await asyncio.gather(task, return_exceptions=True)


class _Server(uvicorn.Server):
    """Leaves the signals to the program around it."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()
