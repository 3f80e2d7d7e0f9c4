"""Telling an open page what changed: a stream of events, one named after each topic."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Protocol

from starlette.responses import StreamingResponse

_HEARTBEAT_SECONDS = 15.0


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
    return StreamingResponse(
        _events(revisions, topics if isinstance(topics, Mapping) else {topic: topic for topic in topics}),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(revisions: Followed, topics: Mapping[str, str]) -> AsyncIterator[str]:
    yield _event("open")
    async for changed in revisions.follow(_HEARTBEAT_SECONDS):
        if not changed:
            yield ": still here\n\n"
        for topic in sorted(changed & topics.keys()):
            yield _event(topics[topic])


def _event(name: str) -> str:
    return f"event: {name}\ndata:\n\n"
