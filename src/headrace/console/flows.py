"""Flows: every Flow of every account as WhatsApp lists it, one Flow's facts, and sending it to a person."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.remote import find_flow, list_flows
from headrace.business.flows.sending import NotSendable, SendableFlow, Sending, obstacle, send_flow, sendable
from headrace.business.responses.service import list_responses
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.missing import flow_missing
from headrace.console.shell import page, part, trouble
from headrace.ui.forms import read_form

_FIRST = Sending(sender_id="", wa_id="", body="We have a short form for you.", cta="Open")


async def index(request: Request) -> Response:
    """Every Flow."""
    caller = caller_of(request, Permission.READ_FLOWS)
    listing = await list_flows(console_of(request).business, caller)
    values: dict[str, Any] = {"flows": listing.flows, "troubles": [trouble(refusal) for refusal in listing.refusals]}
    status = 502 if listing.refusals and not listing.flows else 200
    values |= {"obstacle": obstacle, "is_connected": listing.is_connected}
    return page(request, caller, "flows", "flows", values, status)


async def show(request: Request) -> Response:
    """One Flow with its newest responses."""
    caller = caller_of(request, Permission.READ_FLOWS, Permission.READ_RESPONSES)
    business = console_of(request).business
    try:
        _, flow = await find_flow(business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return flow_missing(request, caller, refusal)
    async with business.database.reading() as session:
        newest = await list_responses(session, caller, flow_id=flow.id, limit=5)
    return page(request, caller, "flow", "flows", {"flow": flow, "responses": newest, "obstacle": obstacle})


async def form(request: Request) -> Response:
    """What is asked before a Flow is sent."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    try:
        chosen = await sendable(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    return part("send", _form(request, caller, chosen, _FIRST))


async def send(request: Request) -> Response:
    """Sends a Flow to a person."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    console = console_of(request)
    given = await read_form(request)
    typed = {name: given.get(name, "") for name in ("phone", "sender", "body", "cta")}
    sending = Sending(sender_id=typed["sender"], wa_id=typed["phone"], body=typed["body"], cta=typed["cta"])
    try:
        chosen = await sendable(console.business, caller, request.path_params["flow_id"])
        recipient = console.place_of(caller).recipient(sending.wa_id)
        meant = Sending(sender_id=sending.sender_id, wa_id=recipient.wa_id, body=sending.body, cta=sending.cta)
        await send_flow(console.business, caller, chosen, meant)
    except NotSendable as problem:
        return part("send", _form(request, caller, chosen, sending, problem=str(problem)))
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    return part("sent", {"flow": chosen.flow, "recipient": recipient})


def _form(
    request: Request, caller: Caller, chosen: SendableFlow, sending: Sending, problem: str | None = None
) -> dict[str, Any]:
    phones = console_of(request).place_of(caller).phones
    return {
        "flow": chosen.flow,
        "senders": chosen.senders,
        "phones": phones,
        "sending": sending,
        "problem": problem,
    }
