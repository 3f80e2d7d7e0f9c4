"""The stream that tells an open page what changed."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from headrace.ui import live
from headrace.ui.live import event_stream, live_route

pytestmark = pytest.mark.anyio


class Changes:
    """Stands in for the revisions of a database: says what it was given."""

    def __init__(self, *changes: set[str]) -> None:
        self._changes = changes

    async def follow(self, _idle: float) -> AsyncIterator[set[str]]:
        for change in self._changes:
            yield change


async def lines(changes: Changes, topics: Collection[str]) -> list[str]:
    response = event_stream(changes, topics)  # type: ignore[arg-type]
    assert response.media_type == "text/event-stream"
    return [str(chunk) async for chunk in response.body_iterator]


async def test_it_names_only_the_topics_that_were_asked_for() -> None:
    told = await lines(Changes({"chat:1", "flows"}, {"chat:2"}), ["chat:1", "chat:2"])
    assert told == ["event: open\ndata:\n\n", "event: chat:1\ndata:\n\n", "event: chat:2\ndata:\n\n"]


async def test_silence_is_broken_by_a_comment() -> None:
    assert await lines(Changes(set()), ["x"]) == ["event: open\ndata:\n\n", ": still here\n\n"]


async def test_changes_within_a_process_reach_everybody_who_follows() -> None:
    changes = live.Changes()
    followers = [asyncio.create_task(_collect(changes)) for _ in range(2)]
    await asyncio.sleep(0)
    changes.report("file")
    changes.report("session")
    changes.end()
    assert [await one for one in followers] == [[{"file"}, {"session"}]] * 2
    assert await anext(changes.follow(0.01)) == set()


async def _collect(changes: live.Changes) -> list[set[str]]:
    return [topics async for topics in changes.follow()]


@pytest.mark.parametrize("steps", range(5))
async def test_who_is_cancelled_follows_no_more_although_something_changes(steps: int) -> None:
    changes = live.Changes()

    async def follow() -> None:
        async for _ in changes.follow():
            pass

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    changes.report("x")
    for _ in range(steps):
        await asyncio.sleep(0)
    following.cancel()
    done, _ = await asyncio.wait({following}, timeout=2)
    assert done == {following}


async def test_many_streams_come_as_one() -> None:
    """With the rights of who asks; what is no stream is silent, and the whole ends when all have ended."""
    here = Changes({"chat:1"}, {"flows"})

    async def chats(request: Request) -> Response:
        assert request.state.caller == "somebody"
        return event_stream(here, ["chat:1"])  # type: ignore[arg-type]

    async def flows(_request: Request) -> Response:
        return event_stream(here, {"flows": "list"})  # type: ignore[arg-type]

    async def page(_request: Request) -> Response:
        return PlainTextResponse("event: none\n")

    routes = [Route("/chats", chats), Route("/flows/list", flows), Route("/page", page), live_route()]
    app = Starlette(routes=routes)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"caller": "somebody"}}, receive, send)

    paths = ["/chats", "/flows/list", "/page", "/nowhere", "/live", "nothing"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://box.test") as client:
        answer = await client.get("/live", params={"path": paths})
        assert (await client.get("/live", params={"path": [f"/{n}" for n in range(101)]})).status_code == 400
    events = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data")]
    assert sorted(events) == [
        ["/chats", "chat:1"],
        ["/chats", "open"],
        ["/flows/list", "list"],
        ["/flows/list", "open"],
    ]
