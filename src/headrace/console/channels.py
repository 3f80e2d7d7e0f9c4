"""Channels and Numbers: every Flow of the channel to look at, the senders, and the Flows of one sender to lead."""

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.entries import entry_screens
from headrace.business.flows.remote import list_flows, list_senders
from headrace.business.team import Permission
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, trouble


async def flows(request: Request) -> Response:
    """The channel view: every Flow of every account. Nothing is changed here."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    listing = await list_flows(business, caller)
    values = {
        "flows": listing.flows,
        "entries": await entry_screens(business, caller, listing.flows),
        "troubles": [trouble(refusal) for refusal in listing.refusals],
        "is_connected": listing.is_connected,
    }
    return page(request, caller, "channel_flows", "channels", values)


async def senders(request: Request) -> Response:
    """The senders of every account, each with the way to its Flows."""
    caller = caller_of(request, Permission.READ_FLOWS)
    found, refusals = await list_senders(console_of(request).business, caller)
    values = {"senders": found, "troubles": [trouble(refusal) for refusal in refusals]}
    return page(request, caller, "senders", "channels", values)


async def sender(request: Request) -> Response:
    """The sender view: the Flows of a sender's account, and the only place where a status is changed by a menu."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    found, refusals = await list_senders(business, caller)
    chosen = next((one for one in found if one.id == request.path_params["sender_id"]), None)
    if chosen is None:
        words = {"title": "No sender has this ID", "details": "It may belong to another workspace.", "code": ""}
        told = trouble(refusals[0]) if refusals else words
        return page(
            request, caller, "missing", "channels", {"trouble": told, "heading": "There is no such sender"}, 404
        )
    listing = await list_flows(business, caller)
    own = [flow for flow in listing.flows if flow.waba_id == chosen.waba_id]
    values = {
        "sender": chosen,
        "flows": own,
        "entries": await entry_screens(business, caller, own),
        "troubles": [trouble(refusal) for refusal in listing.refusals],
        "done": request.query_params.get("done", ""),
    }
    return page(request, caller, "sender", "channels", values)
