"""Telling an open page what changed: a stream of events, one named after each topic.

A browser opens six connections to a host, so all its pages and frames share one: `/live` follows any number of streams
at once, each asked at its own address and with the rights of who asks.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from headrace.ui.answers import text

_HEARTBEAT_SECONDS = 15.0
_LIVE = "/live"
_MOST_PATHS = 100
_ENTERED = ("type", "asgi", "http_version", "scheme", "server", "client", "headers", "state", "root_path", "extensions")


class Followed(Protocol):
    """What can be followed: yields the topics that changed, and an empty set when nothing did for a while.

    `headrace.database.Revisions` is one, for changes in a database.
    """

    def follow(self, idle_seconds: float = ...) -> AsyncIterator[set[str]]: ...


class Changes:
    """Changes within one process, without a database."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Queue[str | None]] = set()

    def report(self, topic: str) -> None:
        """Tells every open page that this topic changed."""
        for queue in self._waiting:
            queue.put_nowait(topic)

    def end(self) -> None:
        """Ends every `follow`, so that a server that stops need not wait for its open pages."""
        for queue in self._waiting:
            queue.put_nowait(None)

    async def follow(self, idle_seconds: float = _HEARTBEAT_SECONDS) -> AsyncIterator[set[str]]:
        """Yields topics as they change; an empty set after `idle_seconds` of nothing."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._waiting.add(queue)
        try:
            while True:
                try:
                    async with asyncio.timeout(idle_seconds):
                        topic = await queue.get()
                except TimeoutError:
                    yield set()
                    continue
                if topic is None:
                    return
                yield {topic}
        finally:
            self._waiting.discard(queue)


def event_stream(revisions: Followed, topics: Collection[str] | Mapping[str, str]) -> StreamingResponse:
    """Server-sent events: an event `open` at once, then one named after each of `topics` whenever it changes.

    Where the page knows a topic by another name, `topics` maps each to the name of its event.
    A page that follows the stream draws itself anew on `open`, so what changed between its request and the stream's is
    not missed. A comment every 15 seconds shows a broken connection.
    """
    return _stream(_events(revisions, topics if isinstance(topics, Mapping) else {topic: topic for topic in topics}))


def _stream(events: AsyncIterator[str]) -> StreamingResponse:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(revisions: Followed, topics: Mapping[str, str]) -> AsyncIterator[str]:
    yield _event("open")
    async for changed in revisions.follow(_HEARTBEAT_SECONDS):
        if not changed:
            yield ": still here\n\n"
        for topic in sorted(changed & topics.keys()):
            yield _event(topics[topic])


_EVENT = "event: "


def _event(name: str) -> str:
    return f"{_EVENT}{name}\ndata:\n\n"


def live_route() -> Route:
    """`/live?path=…&path=…`: the streams at these addresses of the same application in one.

    Each event is a message whose data is a JSON array of the address and the event's name. An address that is no
    stream, or not for who asks, is silent. The stream ends when all that it follows have ended.
    """
    return Route(_LIVE, _live, methods=["GET"])


async def _live(request: Request) -> Response:
    paths = list(dict.fromkeys(request.query_params.getlist("path")))
    if len(paths) > _MOST_PATHS:
        return text(f"At most {_MOST_PATHS} addresses can be followed at once.", 400)
    return _stream(_merged(request, [path for path in paths if path.startswith("/") and path != _LIVE]))


async def _merged(request: Request, paths: Collection[str]) -> AsyncIterator[str]:
    events: asyncio.Queue[tuple[str, str | None]] = asyncio.Queue()
    following = [asyncio.create_task(_follow(request, path, events)) for path in paths]
    ended = 0
    try:
        yield "retry: 1000\n\n"
        while ended < len(following) or not following:
            try:
                async with asyncio.timeout(_HEARTBEAT_SECONDS):
                    path, name = await events.get()
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if name is None:
                ended += 1
            else:
                yield f"data: {orjson.dumps([path, name]).decode()}\n\n"
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def _follow(request: Request, path: str, events: "asyncio.Queue[tuple[str, str | None]]") -> None:
    """Asks the application itself for the stream at a path, as whoever asks for all of them."""
    is_stream = False

    async def receive() -> Message:
        await asyncio.Event().wait()  # who asked is there as long as the task is
        raise AssertionError

    async def send(message: Message) -> None:
        nonlocal is_stream
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            is_stream = message["status"] == 200 and kind.startswith(b"text/event-stream")
        elif is_stream:
            for line in bytes(message.get("body", b"")).decode().splitlines():
                if line.startswith(_EVENT):
                    events.put_nowait((path, line.removeprefix(_EVENT)))

    scope = {name: request.scope[name] for name in _ENTERED if name in request.scope}
    scope |= {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    try:
        await request.app(scope, receive, send)
    finally:
        events.put_nowait((path, None))
