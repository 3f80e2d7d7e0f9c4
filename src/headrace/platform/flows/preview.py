"""The page behind a Flow's preview link: its screens as a phone would draw them, with the examples of their data.

The link needs no login, lives for 30 days, and may be put into the frame of any page (docs/graph-api.md). The page
shows and does nothing: it sends no answer and asks no endpoint, so everything on it is inert. Screens are chosen by
links. With `interactive=true` the Flow is opened on a phone instead (`interactive`).
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.rendering import Frame, render_sheet
from headrace.platform.box import Box
from headrace.platform.flows import service
from headrace.platform.flows.interactive import FILES, InteractivePreviews, NotOpened, Wanted
from headrace.platform.flows.models import Flow
from headrace.protocol import FlowStatus
from headrace.simulator.cdn import cdn_routes
from headrace.simulator.openings import example_view
from headrace.ui.pages import CONTENT_SECURITY_POLICY, render, serve_static, templates

serve_static("flows", Path(__file__).parent / "static")

PATH = "/wa/manage/flows/{flow_id}/preview/"

_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY.replace("frame-ancestors 'self'", "frame-ancestors *"),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def preview_routes(box: Box, previews: InteractivePreviews) -> list[BaseRoute]:
    """The preview page, and the interactive previews that were begun there.

    A wrong or old link and a Flow that is gone look the same: there is nothing to see.
    """

    async def show(request: Request) -> Response:
        token = request.query_params.get("token", "")
        async with box.database.reading() as session:
            flow = await session.get(Flow, request.path_params["flow_id"])
        if flow is None or not _opens(flow, token, box):
            return _nothing("This preview link is no longer good. Ask for the Flow's preview again.")
        try:
            wanted = Wanted.of(request.query_params)
            if wanted is not None:
                key = await previews.begin(flow, wanted)
                shown = "run" if wanted.shows_actions else "phone"
                return RedirectResponse(f"{_address(flow.id)}{key}/?as={shown}", 303)
        except NotOpened as problem:
            return _nothing(str(problem), 400)
        content = service.content_of(flow)
        try:
            program = await asyncio.to_thread(Program.compile, content or b"")
        except UnusableFlow:
            return _nothing(f'"{flow.name}" has no screen to show yet. Upload its Flow JSON first.')
        screen, data = _wanted(request)
        shown = screen if screen is not None and screen in program.screens else program.entry_screen
        given = data if shown == screen else None
        return await asyncio.to_thread(_page, program, flow.name, shown, given, token, box.clock.now().date())

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        app = previews.find(scope["path_params"]["key"]) if scope["type"] == "http" else None
        await (app or _nothing("This preview was closed. Open its link again."))(scope, receive, send)

    return [
        Route(PATH, _Framed(_request_response(show)), methods=["GET"]),
        Mount(PATH + "{key}", app=_Framed(run)),
        Mount(FILES, routes=cdn_routes(previews.files.find)),
    ]


class _Framed:
    """Adds the headers of a page that may stand in a frame anywhere: it is open to whoever has its address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _request_response(show: Callable[[Request], Awaitable[Response]]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await show(Request(scope, receive)))(scope, receive, send)

    return app


def _address(flow_id: str) -> str:
    return PATH.replace("{flow_id}", flow_id)


def _opens(flow: Flow, token: str, box: Box) -> bool:
    is_alive = flow.status != FlowStatus.DELETED and box.clock.now() < flow.preview_expires_at
    return is_alive and hmac.compare_digest(flow.preview_token.encode(), token.encode())


def _wanted(request: Request) -> tuple[str | None, dict[str, Any] | None]:
    """The screen and its data by `flow_action_payload`, as callers append it, or the screen that a link names."""
    try:
        payload = orjson.loads(request.query_params.get("flow_action_payload", "{}"))
    except orjson.JSONDecodeError:
        payload = {}
    if not isinstance(payload, dict) or not isinstance(payload.get("screen"), str):
        return request.query_params.get("screen"), None
    data = payload.get("data")
    return payload["screen"], data if isinstance(data, dict) else None


def _page(program: Program, name: str, shown: str, data: dict[str, Any] | None, token: str, today: date) -> Response:
    sheet = render_sheet(example_view(program, shown, data, today), Frame("", "preview", name, today=today))
    context = {"name": name, "sheet": sheet, "screens": list(program.screens), "shown": shown, "token": token}
    return render(_environment(), "flows/preview.html", context)


def _nothing(words: str, status: int = 404) -> Response:
    return render(_environment(), "flows/no_preview.html", {"words": words}, status)


@cache
def _environment() -> Environment:
    return templates("headrace.platform.flows")
