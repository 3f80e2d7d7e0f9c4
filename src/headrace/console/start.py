"""Start: what arrives now, what to try first, and how to connect one's own code."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from headrace.business.responses.arrivals import STAGES, list_arrivals
from headrace.console.context import ConsoleContext
from headrace.console.shell import page, part
from headrace.ui.live import event_stream


def routes(context: ConsoleContext) -> list[BaseRoute]:
    database = context.side.database

    async def start(_request: Request) -> Response:
        async with database.reading() as session:
            arrivals = await list_arrivals(session)
        return page(context, "start", "start", {"arrivals": arrivals, "stages": STAGES})

    async def arrivals(_request: Request) -> Response:
        async with database.reading() as session:
            found = await list_arrivals(session)
        return part("arrivals", {"arrivals": found, "stages": STAGES})

    async def events(_request: Request) -> Response:
        return event_stream(context.side.revisions, {"responses", "flow_messages"})

    return [
        Route("/", start, methods=["GET"]),
        Route("/arrivals", arrivals, methods=["GET"]),
        Route("/events", events, methods=["GET"]),
    ]
