"""Responses: who answered what and when, in words, with the message and the webhook each came from."""

import itertools
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from headrace.business.responses.labelling import Answer
from headrace.business.responses.service import TOPIC, ResponseView, get_response, list_responses
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import ConsoleContext
from headrace.console.shell import page, part
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
        shown = {"values": _indented(sent), "webhook": _indented(orjson.loads(response.webhook_body))}
        return page(context, "response", "responses", {"response": response, "by_screen": by_screen, **shown})

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
        Route("/flows/{flow_id:str}/responses", index, methods=["GET"]),
        Route("/flows/{flow_id:str}/responses/rows", rows, methods=["GET"]),
    ]


def by_screen(answers: list[Answer]) -> list[tuple[str | None, list[Answer]]]:
    """Answers that follow each other on one screen, under its title; none is the title of what belongs to no screen."""
    return [(title, list(group)) for title, group in itertools.groupby(answers, key=lambda answer: answer.screen_title)]


def _indented(value: Any) -> str:
    """JSON with line breaks, for reading; what was signed is the webhook's body as it came."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
