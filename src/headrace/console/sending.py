"""Sending a Flow to a person: what is asked before, who can be reached, and what is told after."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.copies import copy_texts, current_copy
from headrace.business.flows.sending import NotSendable, SendableFlow, Sending, send_flow, sendable
from headrace.business.people.service import last_written
from headrace.business.team import Caller, Permission
from headrace.business.templates.service import templates_of
from headrace.business.whatsapp import RemoteTemplate, WhatsAppRefused
from headrace.clock import local_day
from headrace.console.context import caller_of, console_of
from headrace.console.opening_data import Openings, read_openings
from headrace.console.shell import part, trouble
from headrace.phone.foresight import foreseen
from headrace.protocol import FlowStatus
from headrace.protocol.graph_errors import errors_of
from headrace.ui.forms import read_form

WINDOW = timedelta(hours=24)
"""For so long after a person wrote, a business may send them anything; afterwards only templates."""

RE_ENGAGEMENT = 131047
"""Graph's code for a message outside of that window."""

ASKING = ""
"""What stands for "ask the endpoint" among the screens to open."""

_FIRST: Mapping[str, str] = {"body": "We have a short form for you.", "cta": "Open"}
_TYPED = ("phone", "sender", "header", "body", "footer", "cta", "opening", "flow_token")


@dataclass(frozen=True)
class _Sendable:
    """A Flow that is to be sent, with what its JSON says of how it may open."""

    chosen: SendableFlow
    text: str
    openings: Openings

    @property
    def openable(self) -> list[str]:
        """The values of the choice how it opens, the first being the usual one."""
        asking = [ASKING] if self.chosen.flow.has_endpoint else []
        return [*asking, *self.openings.fields] or [ASKING]

    def opening(self, given: Mapping[str, str]) -> str:
        wanted = given.get("opening", self.openable[0])
        return wanted if wanted in self.openable else self.openable[0]

    def sending(self, given: Mapping[str, str], wa_id: str) -> Sending:
        """What is sent, as it was typed. Raises `NotSendable`."""
        screen = self.opening(given)
        asks = screen == ASKING and self.chosen.flow.has_endpoint
        return Sending(
            sender_id=given.get("sender", ""),
            wa_id=wa_id,
            body=given.get("body", ""),
            cta=given.get("cta", ""),
            header=given.get("header", ""),
            footer=given.get("footer", ""),
            flow_token=given.get("flow_token", "").strip(),
            action="data_exchange" if asks else "navigate",
            screen=screen,
            data={} if asks else self.openings.data(screen, given),
        )


async def form(request: Request) -> Response:
    """What is asked before a Flow is sent. `to` of the query is the number to begin with."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    try:
        found = await _found(request, caller)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    given = {**_FIRST, "phone": request.query_params.get("to", "")[:40]}
    return part("send", await _form(request, caller, found, given))


async def preview(request: Request) -> Response:
    """The message as it is typed, the fields of the screen that was chosen, and what the phone will make of it."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    given = await read_form(request)
    try:
        found = await _found(request, caller)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    is_other = found.opening(given) != given.get("shown", "")
    return part("send_preview", {**await _shown(request, found, given), "is_other": is_other})


async def send(request: Request) -> Response:
    """Sends a Flow to a person."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    console = console_of(request)
    typed = await read_form(request)
    given = {name: value for name, value in typed.items() if name in _TYPED or name.startswith("data-")}
    try:
        found = await _found(request, caller)
        recipient = console.place_of(caller).recipient(given.get("phone", ""))
        await send_flow(console.business, caller, found.chosen, found.sending(given, recipient.wa_id))
    except NotSendable as problem:
        return part("send", await _form(request, caller, found, given, problem=str(problem)))
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    reach = (await _reach(request, caller, [recipient.wa_id]))[recipient.wa_id]
    if reach[0]:
        return part("sent", {"flow": found.chosen.flow, "recipient": recipient})
    values: dict[str, Any] = {"templates": await _templates(request, caller, found), "caller": caller, "reach": reach}
    error = errors_of(RE_ENGAGEMENT)[0]
    return part("sent_shut", {**values, "flow": found.chosen.flow, "recipient": recipient, "error": error})


async def _found(request: Request, caller: Caller) -> _Sendable:
    business = console_of(request).business
    chosen = await sendable(business, caller, request.path_params["flow_id"])
    copy = await current_copy(business, chosen.connection, chosen.flow.id, chosen.flow)
    text = ""
    if copy is not None:
        async with business.database.reading() as session:
            text = (await copy_texts(session, caller, [copy.id])).get(copy.id, "")
    return _Sendable(chosen, text, await asyncio.to_thread(read_openings, text))


async def _form(
    request: Request, caller: Caller, found: _Sendable, given: Mapping[str, str], problem: str | None = None
) -> dict[str, Any]:
    phones = console_of(request).place_of(caller).phones
    return {
        **await _shown(request, found, given),
        "senders": found.chosen.senders,
        "phones": phones,
        "reach": await _reach(request, caller, [phone.wa_id for phone in phones]),
        "templates": await _templates(request, caller, found),
        "problem": problem,
    }


async def _templates(request: Request, caller: Caller, found: _Sendable) -> list[RemoteTemplate]:
    chosen = found.chosen
    with contextlib.suppress(WhatsAppRefused):
        return await templates_of(console_of(request).business, caller, chosen.connection, chosen.flow.id)
    return []


async def _shown(request: Request, found: _Sendable, given: Mapping[str, str]) -> dict[str, Any]:
    flow, opening = found.chosen.flow, found.opening(given)
    is_draft = flow.status == FlowStatus.DRAFT
    words = {name: given.get(name, "") for name in ("header", "body", "footer")}
    return {
        "flow": flow,
        "given": {name: given.get(name, "") for name in _TYPED} | {"opening": opening},
        "typed": given,
        "openable": found.openable,
        "fields": found.openings.fields.get(opening, ()),
        "bubble": {**words, "buttons": [given.get("cta", "")]},
        "is_draft": is_draft,
        "foreseen": await _foreseen(request, found, given),
    }


async def _foreseen(request: Request, found: _Sendable, given: Mapping[str, str]) -> list[str]:
    """What will show nothing on the phone, or fail there. A Flow that asks its endpoint opens by what that answers."""
    screen = found.opening(given)
    if not found.text or (screen == ASKING and found.chosen.flow.has_endpoint):
        return []
    try:
        data = found.openings.data(screen, given)
    except NotSendable as problem:
        return [str(problem)]
    today = local_day(console_of(request).business.clock)
    looks = partial(foreseen, found.text, today=today, screen=screen or None, data=data or None)
    return await asyncio.to_thread(looks)


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
        return False, f"shut {_long(-left)} ago: only a template"
    return True, f"open for {_long(left)}"


def _long(span: timedelta) -> str:
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
