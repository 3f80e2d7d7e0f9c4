"""The previews of the Playground: a page chooses the key of its own, and whoever knows a key reaches it.

Nobody signs in for it, so everything is bounded: the bytes that are posted, the texts that are read at a time, and how
many previews are kept. No endpoint is asked, and no file is taken.
"""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Message, Receive, Scope, Send

from headrace.app.preview_wishes import NoRun, begin_run, read_wish
from headrace.bodies import BodyRefused, receive_body
from headrace.clock import Clock
from headrace.console.playground import LARGEST, PREVIEWS
from headrace.simulator.previewing.flow_text import UnreadableText
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes
from headrace.simulator.previewing.shelf import Shelf
from headrace.ui.answers import refusal
from headrace.ui.bodies import Unparsable, off_loop, parse_json, read_body

_LONGEST_KEY = 60
_MOST_AT_ONCE = 2
_TOO_LARGE = f"The Playground takes Flows of at most {LARGEST // 1024} KB."


class PlaygroundPreviews:
    """Keeps previews and answers for them below the Playground."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shelf: Shelf[str] = Shelf(takes_text=True)
        self._turns = asyncio.Semaphore(_MOST_AT_ONCE)

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{PREVIEWS}/{{key:str}}/run", self.run, methods=["POST"]),
            Mount(f"{PREVIEWS}/{{key}}", app=self._serve),
        ]

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        self._shelf.stop()

    async def run(self, request: Request) -> Response:
        """Begins a run of a text; see `preview_wishes.read_wish`."""
        try:
            wish = read_wish(await off_loop(parse_json, await read_body(request, 2 * LARGEST)))
            preview = self._empty(wish.opening)
            async with self._turns:
                await begin_run(preview, wish)
        except BodyRefused:
            return refusal(request, _TOO_LARGE, 413)
        except Unparsable:
            return refusal(request, "A run is described by a JSON object.", 400)
        except (NoRun, UnreadableText) as problem:
            return refusal(request, str(problem), 422)
        self._shelf.put(request.path_params["key"][:_LONGEST_KEY], preview)
        return Response(status_code=204)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = scope["path_params"]["key"][:_LONGEST_KEY]
        answering = self._shelf.find(key) or self._shelf.put(key, self._empty(OpeningWishes()))
        if scope["method"] != "POST":
            await answering(scope, receive, send)
            return
        try:
            body = await receive_body(receive, LARGEST, scope["headers"])
        except BodyRefused as refused:
            await PlainTextResponse(f"{_TOO_LARGE}\n", refused.status)(scope, receive, send)
            return
        if scope["path"].endswith("/text"):
            async with self._turns:
                await answering(scope, _given(body), send)
        else:
            await answering(scope, _given(body), send)

    def _empty(self, wishes: OpeningWishes) -> Preview:
        number = int(self._clock.now().timestamp())  # a page from before has another sheet, and gets the new one
        return Preview("The Flow", wishes, self._clock, number=number)


def _given(body: bytes) -> Receive:
    """A body that was received already."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return parts.pop() if parts else {"type": "http.disconnect"}

    return receive
