"""Flows: every Flow of every account as WhatsApp lists it, one Flow's facts, and sending it to a person."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from headrace.business.flows.service import send_flow
from headrace.business.responses.service import list_responses
from headrace.business.whatsapp import RemoteFlow, Sender, WhatsAppRefused
from headrace.console.context import ConsoleContext
from headrace.console.shell import page, part, trouble

_LONGEST_BODY = 1024
_LONGEST_BUTTON = 30
_UNKNOWN_ID = 100


@dataclass(frozen=True)
class Sending:
    """What the send form holds."""

    phone: str = ""
    sender: str = ""
    body: str = "We have a short form for you."
    cta: str = "Open"


def routes(context: ConsoleContext) -> list[BaseRoute]:
    whatsapp = context.side.whatsapp

    async def index(_request: Request) -> Response:
        try:
            flows = await whatsapp.list_flows()
        except WhatsAppRefused as refusal:
            return page(context, "flows", "flows", {"flows": None, "trouble": trouble(refusal)}, 502)
        return page(context, "flows", "flows", {"flows": flows, "trouble": None})

    async def one(request: Request) -> Response:
        try:
            flow = await whatsapp.get_flow(request.path_params["flow_id"])
        except WhatsAppRefused as refusal:
            is_unknown = refusal.code == _UNKNOWN_ID
            heading = "There is no such Flow" if is_unknown else "WhatsApp does not show this Flow"
            words = {"trouble": trouble(refusal), "heading": heading}
            return page(context, "missing", "flows", words, 404 if is_unknown else 502)
        async with context.side.database.reading() as session:
            found = await list_responses(session, flow_id=flow.id, limit=5)
        return page(context, "flow", "flows", {"flow": flow, "responses": found})

    async def form(request: Request) -> Response:
        try:
            flow, senders = await _flow_and_senders(request.path_params["flow_id"])
        except WhatsAppRefused as refusal:
            return part("refused", {"trouble": trouble(refusal)})
        return part("send", _form(flow, senders, Sending()))

    async def send(request: Request) -> Response:
        given = await request.form()
        sending = Sending(**{name: str(given.get(name, "")) for name in ("phone", "sender", "body", "cta")})
        try:
            flow, senders = await _flow_and_senders(request.path_params["flow_id"])
            problem = _problem(sending, senders)
            if problem is not None:
                return part("send", _form(flow, senders, sending, problem=problem))
            await send_flow(
                context.side,
                flow,
                sending.phone,
                phone_number_id=sending.sender,
                cta=sending.cta,
                body=sending.body,
                mode="draft" if flow.status == "DRAFT" else "published",
            )
        except WhatsAppRefused as refusal:
            return part("refused", {"trouble": trouble(refusal)})
        phone = next(phone for phone in context.dock if phone.wa_id == sending.phone)
        return part("sent", {"flow": flow, "phone": phone})

    async def _flow_and_senders(flow_id: str) -> tuple[RemoteFlow, list[Sender]]:
        flow = await whatsapp.get_flow(flow_id)
        senders = [sender for sender in await whatsapp.senders() if sender.waba_id == flow.waba_id]
        return flow, senders

    def _form(flow: RemoteFlow, senders: list[Sender], sending: Sending, problem: str | None = None) -> dict[str, Any]:
        return {"flow": flow, "senders": senders, "phones": context.dock, "sending": sending, "problem": problem}

    def _problem(sending: Sending, senders: list[Sender]) -> str | None:
        if sending.phone not in {phone.wa_id for phone in context.dock}:
            return "Choose a phone of this box."
        if sending.sender not in {sender.id for sender in senders}:
            return "Choose one of this account's senders."
        if not 1 <= len(sending.body.strip()) <= _LONGEST_BODY:
            return f"The message needs a text of 1 to {_LONGEST_BODY} characters."
        if not 1 <= len(sending.cta.strip()) <= _LONGEST_BUTTON:
            return f"The button needs a text of 1 to {_LONGEST_BUTTON} characters."
        return None

    return [
        Route("/flows", index, methods=["GET"]),
        Route("/flows/{flow_id:str}", one, methods=["GET"]),
        Route("/flows/{flow_id:str}/send", form, methods=["GET"]),
        Route("/flows/{flow_id:str}/send", send, methods=["POST"]),
    ]
