"""Start: what arrives now, what to try first, and how to connect one's own code."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from headrace.business.responses.arrivals import STAGES, Arrival, list_arrivals
from headrace.console.context import ConsoleContext
from headrace.console.shell import page, part
from headrace.ui.live import event_stream


def routes(context: ConsoleContext) -> list[BaseRoute]:
    database = context.side.database
    # Who never wrote is known to WhatsApp by number only; the phones of a box have names.
    phone_names = {f"+{phone.wa_id}": phone.name for phone in context.dock}

    def values(found: list[Arrival]) -> dict[str, Any]:
        return {"arrivals": found, "stages": STAGES, "phone_names": phone_names}

    async def start(_request: Request) -> Response:
        async with database.reading() as session:
            found = await list_arrivals(session)
        return page(context, "start", "start", values(found))

    async def arrivals(_request: Request) -> Response:
        async with database.reading() as session:
            found = await list_arrivals(session)
        return part("arrivals", values(found))

    async def events(_request: Request) -> Response:
        return event_stream(context.side.revisions, {"responses", "flow_messages"})

    return [
        Route("/", start, methods=["GET"]),
        Route("/arrivals", arrivals, methods=["GET"]),
        Route("/events", events, methods=["GET"]),
    ]
