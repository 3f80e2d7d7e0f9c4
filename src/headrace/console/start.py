"""Start: what arrives now, what to try first, and how to connect one's own code."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows import copies, messages
from headrace.business.responses import service
from headrace.business.responses.arrivals import STAGES, list_arrivals
from headrace.business.team import Caller, Permission, topic
from headrace.business.templates import service as templates
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, part
from headrace.ui.live import event_stream

TOPICS = (service.TOPIC, messages.TOPIC, copies.TOPIC, templates.TOPIC)
"""What the pages of the console follow on one stream."""


async def start(request: Request) -> Response:
    """The first page."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    developer = console_of(request).place_of(caller).developer
    values = await _arrivals(request, caller)
    values["developer"] = developer if caller.may(Permission.READ_CREDENTIALS) else None
    return page(request, caller, "start", "start", values)


async def arrivals(request: Request) -> Response:
    """The table of what arrives, to be swapped in."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    return part("arrivals", await _arrivals(request, caller))


async def events(request: Request) -> Response:
    """Tells the page what changed."""
    caller = caller_of(request, Permission.READ_RESPONSES)
    names = {topic(caller, name): name for name in TOPICS}
    return event_stream(console_of(request).business.revisions, names)


async def _arrivals(request: Request, caller: Caller) -> dict[str, Any]:
    console = console_of(request)
    async with console.business.database.reading() as session:
        newest = await list_arrivals(session, caller)
    # Who never wrote is known to WhatsApp by number only; the phones of a box have names.
    phone_names = {f"+{phone.wa_id}": phone.name for phone in console.place_of(caller).phones}
    return {"arrivals": newest, "stages": STAGES, "phone_names": phone_names}
