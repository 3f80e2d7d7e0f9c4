"""The page behind a Flow's preview link: its screens as a phone would draw them, with the examples of their data.

The link needs no login and lives for 30 days (docs/graph-api.md). The page shows and does nothing: it sends no answer
and asks no endpoint, so everything on it is inert. Screens are chosen by links.
"""

import hmac
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.rendering import Frame, render_sheet
from headrace.platform.box import Box
from headrace.platform.flows import service
from headrace.platform.flows.models import Flow
from headrace.protocol import FlowStatus
from headrace.simulator.openings import example_view
from headrace.ui.pages import render, serve_static, templates

serve_static("flows", Path(__file__).parent / "static")

PATH = "/wa/manage/flows/{flow_id}/preview/"


def preview_routes(box: Box) -> list[Route]:
    """The preview page. A wrong or old link and a Flow that is gone look the same: there is nothing to see."""

    async def show(request: Request) -> Response:
        token = request.query_params.get("token", "")
        async with box.database.reading() as session:
            flow = await session.get(Flow, request.path_params["flow_id"])
        if flow is None or not _opens(flow, token, box):
            return _nothing("This preview link is no longer good. Ask for the Flow's preview again.")
        content = service.content_of(flow)
        try:
            program = Program.compile(content or b"")
        except UnusableFlow:
            return _nothing(f'"{flow.name}" has no screen to show yet. Upload its Flow JSON first.')
        screen, data = _wanted(request)
        shown = screen if screen is not None and screen in program.screens else program.entry_screen
        return _page(program, flow.name, shown, data if shown == screen else None, token, box.clock.now().date())

    return [Route(PATH, show, methods=["GET"])]


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


def _nothing(words: str) -> Response:
    return render(_environment(), "flows/no_preview.html", {"words": words}, 404)


@cache
def _environment() -> Environment:
    return templates("headrace.platform.flows")
