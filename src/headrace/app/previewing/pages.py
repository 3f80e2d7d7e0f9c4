"""The page of a preview and what it posts; the Flow on it is the sheet of the simulator."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from headrace.app.guard import PageGuard
from headrace.app.previewing.drawing import draw_changes, draw_miniature, draw_page
from headrace.app.previewing.preview import FILE, SESSION, Preview
from headrace.simulator.appearance import NoSuchSetting
from headrace.simulator.cdn import cdn_routes
from headrace.simulator.form_posts import Posted, Unreadable, read
from headrace.simulator.inspector import inspector_routes
from headrace.simulator.sheet import OpenSession, sheet_routes
from headrace.simulator.trace import Trace
from headrace.ui.live import event_stream
from headrace.ui.pages import CONTENT_SECURITY_POLICY, static_routes

_NO_STORE = {"Cache-Control": "no-store"}
_OPEN_PATHS = r"^/cdn/"  # a file's address is its secret, and an endpoint may know this machine by another name


class _Refused(Exception):
    """An act that is not possible; the message is for the person at the page."""


Act = Callable[[Preview, Posted], None]


def preview_app(preview: Preview) -> ASGIApp:
    """The whole server: answers only to this machine, and gives out nothing but this preview and our own files."""
    file_store = [] if preview.files is None else cdn_routes(preview.files.find)
    routes: list[BaseRoute] = [*static_routes(), *file_store, *_Pages(preview).routes()]
    return PageGuard(Starlette(routes=routes), open_paths=_OPEN_PATHS, content_security_policy=CONTENT_SECURITY_POLICY)


class _Traced:
    """The preview as the inspector asks it. A replay asks the real endpoint, else it takes the answers of the trace: it
    does not ask a person again.
    """

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        held = await self._preview.load(session_id, scope)
        return None if held is None else replace(held, client=self._preview.client)

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace:
        return self._preview.traced()


class _Pages:
    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def routes(self) -> list[BaseRoute]:
        acts: dict[str, Act] = {
            "changes": lambda preview, posted: None,
            "jump": lambda preview, posted: preview.jump(posted.others.get("screen", "")),
            "restart": lambda preview, posted: preview.restart(),
            "reopen": lambda preview, posted: preview.reopen(),
            "pause": lambda preview, posted: preview.set_pause(posted.others.get("pause") == "on"),
            "answer": _answer,
            "switch": _switch,
        }
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/events", self.events, methods=["GET"]),
            Route("/screens", self.miniature, methods=["GET"]),
            *(
                Route(f"/{name}", self._act(act, is_leaving=name in ("jump", "switch")), methods=["POST"])
                for name, act in acts.items()
            ),
            Mount(
                "/sheet/{session_id}", routes=[*sheet_routes(self._preview), *inspector_routes(_Traced(self._preview))]
            ),
        ]

    async def show(self, request: Request) -> Response:
        return HTMLResponse(draw_page(self._preview, await self._held()), headers=_NO_STORE)

    async def events(self, request: Request) -> Response:
        return event_stream(self._preview.changes, [FILE, SESSION])

    async def miniature(self, request: Request) -> Response:
        html = draw_miniature(self._preview, request.query_params.get("screen", ""))
        if html is None:
            return PlainTextResponse("The Flow has no such screen now.\n", 404)
        return HTMLResponse(html, headers=_NO_STORE)

    def _act(self, act: Act, *, is_leaving: bool) -> Callable[[Request], object]:
        """An endpoint that does `act` and answers with everything that may have changed."""

        async def endpoint(request: Request) -> Response:
            try:
                posted = await read(request)
            except Unreadable as error:
                return PlainTextResponse(f"{error}\n", error.status)
            refused = ""
            self._preview.enter(posted, is_leaving=is_leaving)
            try:
                act(self._preview, posted)
            except _Refused as refusal:
                refused = str(refusal)
            html = draw_changes(self._preview, await self._held(), posted, refused=refused)
            return HTMLResponse(html, headers=_NO_STORE)

        return endpoint

    async def _held(self) -> OpenSession | None:
        self._preview.session()  # brings it over to the present picture, which may begin another sheet
        current = self._preview.session_id
        return None if current is None else await self._preview.load(current, {})


def _switch(preview: Preview, posted: Posted) -> None:
    try:
        preview.change_appearance(posted.others)
    except NoSuchSetting as error:
        raise _Refused(str(error)) from error


def _answer(preview: Preview, posted: Posted) -> None:
    """The answer that a person chose by its number, or wrote."""
    question = preview.question()
    if question is None:
        return
    _, choices = question
    chosen = posted.others.get("choice", "")
    if chosen.isdecimal() and int(chosen) < len(choices):
        preview.mock.answer(choices[int(chosen)].body)
        return
    try:
        body = orjson.loads(posted.others.get("body", ""))
    except orjson.JSONDecodeError as error:
        raise _Refused(f"The answer is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise _Refused('The answer has to be an object, such as {"screen": "…", "data": {}}.')
    preview.mock.answer(body)
