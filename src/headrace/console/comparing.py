"""Comparing two Flows: what differs in meaning, and whom a change leaves behind."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.remote import list_flows
from headrace.business.flows.versions import open_working
from headrace.business.team import Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.shell import part, trouble
from headrace.flowjson.diffing import Comparison, compare
from headrace.flowjson.document import parse
from headrace.flowjson.refusal import Refused


async def form(request: Request) -> Response:
    """Which other Flow it is compared with; `with` of the query is the one that was chosen."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    other_id = request.query_params.get("with", "")
    values: dict[str, Any] = {"other_id": other_id, "comparison": None, "problem": None}
    try:
        working = await open_working(business, caller, flow_id)
        listing = await list_flows(business, caller)
        values |= {"flow": working.flow, "others": [one for one in listing.flows if one.id != flow_id]}
        if other_id:
            other = await open_working(business, caller, other_id)
            values |= {"other": other.flow}
            values["comparison"] = await asyncio.to_thread(_compared, working.text, other.text)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "They cannot be compared"})
    except Refused as refusal:
        values["problem"] = refusal.message
    return part("compare", values)


def _compared(before: str, after: str) -> Comparison:
    return compare(parse(before), parse(after))
