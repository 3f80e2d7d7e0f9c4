"""The Playground: the Builder's editor for whoever comes along. Nothing is kept here and nothing is sent to WhatsApp.

A Flow is shared by a link that holds it: it stands behind the `#` of the address, which no browser sends to a server.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from headrace.clock import local_day
from headrace.console.builder.language import Unanswerable, answer
from headrace.console.context import console_of
from headrace.console.creating import start_text, starts
from headrace.console.reference.samples import UnknownSample, sample
from headrace.console.shell import whole
from headrace.flowjson.gallery import UnknownTemplate
from headrace.flowjson.refusal import Refused
from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, off_loop, parse_json, read_body

PATH = "/playground"
PREVIEWS = f"{PATH}/previews"
LARGEST = 512 * 1024
"""Bytes of a Flow, and a little more for the question about it: whoever comes along may ask."""

_WORKING = ThreadPoolExecutor(2, "playground")
"""Whoever comes along may ask much: the threads of those who signed in are not theirs."""


async def show(request: Request) -> Response:
    """The page. The query may name what it begins with: `start` a template, `component` one of the reference."""
    start = request.query_params.get("start", "")[:80]
    component = request.query_params.get("component", "")[:80]
    try:
        text = sample(component).text if component else start_text(start or starts()[0].key)
    except (UnknownSample, UnknownTemplate):
        text = start_text(starts()[0].key)
    facts = {
        "id": "playground",
        "name": "Playground",
        "text": text,
        "base": "",
        "editable": True,
        "has_address": False,
        "is_playground": True,
        "is_chosen": bool(component or start),
        "language": f"{PATH}/language",
        "previews": PREVIEWS,
    }
    values: dict[str, Any] = {"facts": facts, "starts": starts(), "chosen": start, "component": component}
    return whole("playground", {**values, "is_editable": True, "endpoint": ""})


async def text(request: Request) -> Response:
    """The Flow JSON of a template."""
    try:
        return JSONResponse({"text": start_text(request.path_params["key"])})
    except UnknownTemplate as problem:
        return JSONResponse({"error": str(problem)}, 404)


async def language(request: Request) -> Response:
    """Answers what the editor asks about a text, as the Builder's does; two questions at a time."""
    try:
        asked = await off_loop(parse_json, await read_body(request, LARGEST + 64 * 1024))
    except BodyTooLarge:
        return _refused(f"The Playground takes Flows of at most {LARGEST // 1024} KB.", 413)
    except (BodyRefused, Unparsable):
        return _refused("The question is no JSON object.", 400)
    if not isinstance(asked, dict):
        return _refused("The question is no JSON object.", 400)
    today = local_day(console_of(request).business.clock)
    try:
        found = await asyncio.get_running_loop().run_in_executor(_WORKING, answer, asked, today)
    except (Unanswerable, Refused) as problem:
        return _refused(str(problem), 422)
    return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})


def _refused(words: str, status: int) -> Response:
    return Response(json.dumps({"error": words}), status, media_type="application/json")


ROUTES = (
    Route(PATH, show, methods=["GET"]),
    Route(f"{PATH}/starts/{{key:str}}", text, methods=["GET"]),
    Route(f"{PATH}/language", language, methods=["POST"]),
)
"""Its addresses; the previews of its page are served beside them."""
