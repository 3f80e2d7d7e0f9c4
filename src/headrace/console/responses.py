"""Responses: who answered what and when, in words, with the message and the webhook each came from."""

import asyncio
import itertools
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from headrace.business.responses.labelling import Answer, SentFile
from headrace.business.responses.service import TOPIC, ResponseView, get_response, list_responses
from headrace.business.whatsapp import RemoteMedia, WhatsAppRefused
from headrace.console.context import ConsoleContext
from headrace.console.shell import page, part
from headrace.phone.values.files import written_size
from headrace.phone.values.filetypes import SHOWN, SNIFFED_BYTES, UNKNOWN, picture_type
from headrace.ui.live import event_stream


def routes(context: ConsoleContext) -> list[BaseRoute]:
    database = context.side.database

    async def found(flow_id: str | None) -> list[ResponseView]:
        async with database.reading() as session:
            return await list_responses(session, flow_id=flow_id)

    async def index(request: Request) -> Response:
        flow_id = request.path_params.get("flow_id")
        responses = await found(flow_id)
        values = {"responses": responses, "flow_id": flow_id, "flow_name": await _name(flow_id, responses)}
        return page(context, "responses", "responses", {**values, "by_screen": by_screen})

    async def rows(request: Request) -> Response:
        flow_id = request.path_params.get("flow_id")
        return part("response_rows", {"responses": await found(flow_id), "flow_id": flow_id, "by_screen": by_screen})

    async def one(request: Request) -> Response:
        async with database.reading() as session:
            response = await get_response(session, request.path_params["response_id"])
        if response is None:
            words = {"title": "It is not kept here", "details": "It may belong to an earlier box.", "code": ""}
            values = {"trouble": words, "heading": "There is no such response"}
            return page(context, "missing", "responses", values, 404)
        sent = {answer.name: answer.value for answer in response.answers}
        files = {file.id: file for answer in response.answers for file in answer.files}
        known = dict(zip(files, await asyncio.gather(*(_media(media_id) for media_id in files)), strict=True))
        shown: dict[str, Any] = {"media": known, "pictures": SHOWN, "size": written_size}
        shown |= {"values": _indented(sent), "webhook": _indented(orjson.loads(response.webhook_body))}
        return page(context, "response", "responses", {"response": response, "by_screen": by_screen, **shown})

    async def file(request: Request) -> Response:
        """A file of a response, fetched from WhatsApp now; only those that the response names."""
        async with database.reading() as session:
            response = await get_response(session, request.path_params["response_id"])
        named = [file for answer in (response.answers if response else ()) for file in answer.files]
        wanted = next((file for file in named if file.id == request.path_params["media_id"]), None)
        if wanted is None:
            return PlainTextResponse("This response names no such file.\n", 404)
        try:
            content = await context.side.whatsapp.media_content(await context.side.whatsapp.media(wanted.id))
        except WhatsAppRefused as error:
            return PlainTextResponse(f"{wanted.file_name} cannot be fetched: {error.message}\n", 502)
        if not wanted.is_hash_of(content):
            return PlainTextResponse(f"{wanted.file_name} is not what was sent: its hash differs.\n", 502)
        return _file_response(wanted, content)

    async def _media(media_id: str) -> RemoteMedia | None:
        try:
            return await context.side.whatsapp.media(media_id)
        except WhatsAppRefused:
            return None

    async def events(_request: Request) -> Response:
        return event_stream(context.side.revisions, {TOPIC})

    async def _name(flow_id: str | None, responses: list[ResponseView]) -> str | None:
        if flow_id is None:
            return None
        try:
            return (await context.side.whatsapp.get_flow(flow_id)).name
        except WhatsAppRefused:
            return next((response.flow_name for response in responses if response.flow_name), f"Flow {flow_id}")

    return [
        Route("/responses", index, methods=["GET"]),
        Route("/responses/rows", rows, methods=["GET"]),
        Route("/responses/events", events, methods=["GET"]),
        Route("/responses/{response_id:int}", one, methods=["GET"]),
        Route("/responses/{response_id:int}/files/{media_id:str}", file, methods=["GET"]),
        Route("/flows/{flow_id:str}/responses", index, methods=["GET"]),
        Route("/flows/{flow_id:str}/responses/rows", rows, methods=["GET"]),
    ]


def by_screen(answers: list[Answer]) -> list[tuple[str | None, list[Answer]]]:
    """Answers that follow each other on one screen, under its title; none is the title of what belongs to no screen."""
    return [(title, list(group)) for title, group in itertools.groupby(answers, key=lambda answer: answer.screen_title)]


def _file_response(file: SentFile, content: bytes) -> Response:
    """It is the work of a stranger: it is saved, or drawn as the picture that it is, and never run."""
    kind = picture_type(content[:SNIFFED_BYTES])
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.file_name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=kind if kind in SHOWN else UNKNOWN, headers=headers)


def _indented(value: Any) -> str:
    """JSON with line breaks, for reading; what was signed is the webhook's body as it came."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
