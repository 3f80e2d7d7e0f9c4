"""Responses: who answered what and when, in words, with the message and the webhook each came from."""

import asyncio
import itertools
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.remote import find_flow
from headrace.business.responses.files import FileUnusable, describe_file, fetch_file
from headrace.business.responses.labelling import Answer, SentFile
from headrace.business.responses.service import TOPIC, ResponseView, get_response, list_responses
from headrace.business.team import Caller, Permission, topic
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, part
from headrace.phone.values.files import written_size
from headrace.phone.values.filetypes import SHOWN, SNIFFED_BYTES, UNKNOWN, picture_type
from headrace.ui.answers import text
from headrace.ui.live import event_stream


async def index(request: Request) -> Response:
    """The newest responses, of one Flow or of all, by the `person` of the query or by everybody."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    flow_id = request.path_params.get("flow_id")
    newest = await _newest(request, caller)
    values: dict[str, Any] = {"responses": newest, "flow_id": flow_id}
    values["flow_name"] = await _flow_name(request, caller, newest)
    wa_id = _person(request)
    name = next((response.person_name for response in newest), f"+{wa_id}") if wa_id else None
    values |= {"by_screen": by_screen, "person": wa_id, "name": name}
    return page(request, caller, "responses", "responses", values)


async def rows(request: Request) -> Response:
    """The table of responses, to be swapped in."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    values = {"responses": await _newest(request, caller), "flow_id": request.path_params.get("flow_id")}
    return part("response_rows", {**values, "by_screen": by_screen})


async def events(request: Request) -> Response:
    """Tells the page of new responses."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    return event_stream(console_of(request).business.revisions, {topic(caller, TOPIC): TOPIC})


async def show(request: Request) -> Response:
    """One response, with what WhatsApp sent."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    business = console_of(request).business
    response = await _response(request, caller)
    if response is None:
        words = {"title": "It is not kept here", "details": "It may belong to an earlier box.", "code": ""}
        values = {"trouble": words, "heading": "There is no such response"}
        return page(request, caller, "missing", "responses", values, 404)
    sent = {answer.name: answer.value for answer in response.answers}
    ids = list({file.id: file for answer in response.answers for file in answer.files})
    described = await asyncio.gather(*(describe_file(business, caller, response, media_id) for media_id in ids))
    shown: dict[str, Any] = {
        "media": dict(zip(ids, described, strict=True)),
        "pictures": SHOWN,
        "size": written_size,
        "values": _indented(sent),
        "webhook": _indented(orjson.loads(response.webhook_body)),
    }
    return page(request, caller, "response", "responses", {"response": response, "by_screen": by_screen, **shown})


async def file(request: Request) -> Response:
    """A file of a response, fetched from WhatsApp now; only those that the response names."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    response = await _response(request, caller)
    named = [sent for answer in (response.answers if response else ()) for sent in answer.files]
    wanted = next((sent for sent in named if sent.id == request.path_params["media_id"]), None)
    if response is None or wanted is None:
        return text("This response names no such file.", 404)
    try:
        content = await fetch_file(console_of(request).business, caller, response, wanted)
    except FileUnusable as problem:
        return text(str(problem), 502)
    return _file_response(wanted, content)


async def _newest(request: Request, caller: Caller) -> list[ResponseView]:
    async with console_of(request).business.database.reading() as session:
        flow_id = request.path_params.get("flow_id")
        return await list_responses(session, caller, flow_id=flow_id, wa_id=_person(request))


def _person(request: Request) -> str | None:
    """The number of the person whose responses alone are asked for."""
    return request.query_params.get("person", "")[:60] or None


async def _response(request: Request, caller: Caller) -> ResponseView | None:
    async with console_of(request).business.database.reading() as session:
        return await get_response(session, caller, request.path_params["response_id"])


async def _flow_name(request: Request, caller: Caller, responses: list[ResponseView]) -> str | None:
    flow_id = request.path_params.get("flow_id")
    if flow_id is None:
        return None
    try:
        _, flow = await find_flow(console_of(request).business, caller, flow_id)
    except WhatsAppRefused:
        return next((response.flow_name for response in responses if response.flow_name), f"Flow {flow_id}")
    return flow.name


def by_screen(answers: list[Answer]) -> list[tuple[str | None, list[Answer]]]:
    """Answers that follow each other on one screen, under its title; none is the title of what belongs to no screen."""
    return [(title, list(group)) for title, group in itertools.groupby(answers, key=lambda answer: answer.screen_title)]


def _file_response(sent: SentFile, content: bytes) -> Response:
    """It is the work of a stranger: it is saved, or drawn as the picture that it is, and never run."""
    kind = picture_type(content[:SNIFFED_BYTES])
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(sent.file_name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=kind if kind in SHOWN else UNKNOWN, headers=headers)


def _indented(value: Any) -> str:
    """JSON with line breaks, for reading; what was signed is the webhook's body as it came."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
