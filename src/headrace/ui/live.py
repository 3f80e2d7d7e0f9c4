"""Telling an open page what changed: a stream of events, one named after each topic."""

from collections.abc import AsyncIterator, Collection

from starlette.responses import StreamingResponse

from headrace.database import Revisions

_HEARTBEAT_SECONDS = 15.0


def event_stream(revisions: Revisions, topics: Collection[str]) -> StreamingResponse:
    """Server-sent events: an event `open` at once, then one named after each of `topics` whenever it changes.

    A page that follows the stream draws itself anew on `open`, so what changed between its request and the stream's is
    not missed. A comment every 15 seconds shows a broken connection.
    """
    return StreamingResponse(
        _events(revisions, frozenset(topics)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(revisions: Revisions, topics: frozenset[str]) -> AsyncIterator[str]:
    yield _event("open")
    async for changed in revisions.follow(_HEARTBEAT_SECONDS):
        if not changed:
            yield ": still here\n\n"
        for topic in sorted(changed & topics):
            yield _event(topic)


def _event(name: str) -> str:
    return f"event: {name}\ndata:\n\n"
