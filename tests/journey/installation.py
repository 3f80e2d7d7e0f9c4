"""Several servers and workers on one PostgreSQL, behind one address."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.journey.conftest import Box, free_port, launch
from tests.serving import serving
from tests.stores import lend_url

from headrace.database import Database, postgresql_url

_METHODS = ["GET", "POST", "DELETE", "PUT"]
_OWN_HEADERS = {"content-length", "content-encoding", "transfer-encoding", "connection"}


class Proxy:
    """Passes one request to one server, the next to the next."""

    def __init__(self) -> None:
        self.servers: list[str] = []
        self.passed: list[int] = []
        self._turns = itertools.count()
        self.app = Starlette(routes=[Route("/{path:path}", self.pass_on, methods=_METHODS)])

    async def pass_on(self, request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        body = await request.body()
        while True:  # one that is not there yet is passed over
            turn = next(self._turns) % len(self.servers)
            try:
                async with httpx.AsyncClient(timeout=30) as client:
                    answer = await client.request(
                        request.method, self.servers[turn] + path, headers=request.headers.raw, content=body
                    )
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
                continue
            self.passed.append(turn)
            headers = {name: value for name, value in answer.headers.items() if name not in _OWN_HEADERS}
            return Response(answer.content, answer.status_code, headers)


class Subscriber:
    """A webhook that keeps what it is told, in order. `url` is where it is served, once it is."""

    def __init__(self) -> None:
        self.url = ""
        self.told: list[dict[str, Any]] = []
        routes = [Route("/", self.verify, methods=["GET"]), Route("/", self.receive, methods=["POST"])]
        self.app = Starlette(routes=routes)

    async def verify(self, request: Request) -> Response:
        return PlainTextResponse(request.query_params["hub.challenge"])

    async def receive(self, request: Request) -> Response:
        self.told.append(await request.json())
        return PlainTextResponse("")

    def statuses(self) -> list[tuple[str, str]]:
        """Which message reached what, in the order in which it was told."""
        values = [event["entry"][0]["changes"][0]["value"] for event in self.told]
        return [(entry["id"], entry["status"]) for value in values for entry in value.get("statuses", [])]


def subscribe(box: Box, address: str) -> None:
    """Has the developer's app told about messages and their statuses at this address."""
    box.client.post(
        f"/v23.0/{box.credentials['app_id']}/subscriptions",
        data={
            "access_token": f"{box.credentials['app_id']}|{box.credentials['app_secret']}",
            "object": "whatsapp_business_account",
            "callback_url": address,
            "verify_token": "any",
            "fields": "messages",
        },
    ).raise_for_status()


@dataclass
class Installation:
    """Servers and workers that share a database. `box` is spoken to through the proxy."""

    box: Box
    proxy: Proxy
    database: str
    servers: list[Box] = field(default_factory=list)
    workers: list[Box] = field(default_factory=list)

    def rows(self, side: str, statement: str) -> Sequence[Any]:
        """What a statement finds in the database of one side."""
        return rows(f"{postgresql_url(self.database)}&schema={side}", statement)


def rows(url: str, statement: str) -> Sequence[Any]:
    """What a statement finds in a database, by its URL as `Database` takes it."""

    async def ask() -> Sequence[Any]:
        database = Database(url)
        async with database.reading() as session:
            found = (await (await session.connection()).exec_driver_sql(statement)).all()
        await database.close()
        return found

    return asyncio.run(ask())


@contextmanager
def installed(folder: Path, servers: int = 2, workers: int = 2) -> Iterator[Installation]:
    """That many servers, which leave all jobs to that many workers."""
    proxy, port = Proxy(), free_port()
    with ExitStack() as stack:
        database = stack.enter_context(lend_url())
        url = f"http://127.0.0.1:{port}"
        options = ("--database", database, "--public-url", url)
        stack.enter_context(serving(proxy.app, port))
        ports = [free_port() for _ in range(servers)]
        proxy.servers += [f"http://127.0.0.1:{own}" for own in ports]
        parts = [(own, "--no-jobs", f"server{own}") for own in ports]
        parts += [(0, "--only=worker", f"worker{number}") for number in range(workers)]
        starting = [launch(folder / "data", own, *options, part, name=name) for own, part, name in parts]
        running = []
        for wait in starting:
            running.append(wait())
            stack.callback(running[-1].stop)
        first = running[0]
        box = Box(first.data, first.process, first.credentials, first.log)
        stack.callback(box.client.close)
        installation = Installation(box, proxy, database, running[:servers], running[servers:])
        yield installation
