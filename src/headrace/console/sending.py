"""Sending a Flow to a person: what is asked before, who can be reached, and what is told after."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.copies import copy_texts, current_copy
from headrace.business.flows.sending import NotSendable, SendableFlow, Sending, send_flow, sendable
from headrace.business.people.service import last_written
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.clock import local_day
from headrace.console.context import caller_of, console_of
from headrace.console.shell import part, trouble
from headrace.phone.foresight import foreseen
from headrace.ui.forms import read_form

WINDOW = timedelta(hours=24)
"""For so long after a person wrote, a business may send them anything; afterwards only templates."""

_FIRST = Sending(sender_id="", wa_id="", body="We have a short form for you.", cta="Open")


async def form(request: Request) -> Response:
    """What is asked before a Flow is sent. `to` of the query is the number to begin with."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    try:
        chosen = await sendable(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    first = Sending(_FIRST.sender_id, request.query_params.get("to", "")[:40], _FIRST.body, _FIRST.cta)
    return part("send", await _form(request, caller, chosen, first))


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
        return part("send", await _form(request, caller, chosen, sending, problem=str(problem)))
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    reach = (await _reach(request, caller, [recipient.wa_id]))[recipient.wa_id]
    return part("sent", {"flow": chosen.flow, "recipient": recipient, "reach": reach})


async def _form(
    request: Request, caller: Caller, chosen: SendableFlow, sending: Sending, problem: str | None = None
) -> dict[str, Any]:
    phones = console_of(request).place_of(caller).phones
    return {
        "foreseen": await _foreseen(request, caller, chosen),
        "flow": chosen.flow,
        "senders": chosen.senders,
        "phones": phones,
        "reach": await _reach(request, caller, [phone.wa_id for phone in phones]),
        "sending": sending,
        "problem": problem,
    }


async def _foreseen(request: Request, caller: Caller, chosen: SendableFlow) -> list[str]:
    """What will show nothing on the phone, or fail there. A Flow with an endpoint opens by asking that."""
    business = console_of(request).business
    copy = None if chosen.flow.has_endpoint else await current_copy(business, chosen.connection, chosen.flow.id)
    if copy is None:
        return []
    async with business.database.reading() as session:
        text = (await copy_texts(session, caller, [copy.id])).get(copy.id, "")
    return await asyncio.to_thread(partial(foreseen, text, today=local_day(business.clock)))


async def _reach(request: Request, caller: Caller, wa_ids: list[str]) -> dict[str, tuple[bool, str]]:
    """For each number whether a message that is no template arrives, and since when that is so, in words."""
    business = console_of(request).business
    async with business.database.reading() as session:
        written = await last_written(session, caller, wa_ids)
    now = business.clock.now()
    return {wa_id: reach_of(written.get(wa_id), now) for wa_id in wa_ids}


def reach_of(written: datetime | None, now: datetime) -> tuple[bool, str]:
    """Whether the customer service window of somebody who wrote at that time is open, and a word about it."""
    if written is None:
        return False, "never wrote"
    left = WINDOW - (now - written)
    if left <= timedelta(0):
        return False, f"last wrote {_long(now - written)} ago"
    return True, f"open for {_long(left)}"


def _long(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
