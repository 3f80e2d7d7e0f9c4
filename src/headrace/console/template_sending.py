"""Sending a template to a person: what stands for its placeholders, and what its Flow is opened with."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.sending import NotSendable
from headrace.business.team import Caller, Permission
from headrace.business.templates import service
from headrace.business.templates.drafts import draft_of, labels
from headrace.business.templates.service import FoundTemplate
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.message_templates import bubble
from headrace.console.shell import part, trouble
from headrace.ui.forms import read_form


async def form(request: Request) -> Response:
    """What is asked before a template is sent. `to` of the query is the number to begin with."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    try:
        found = await _found(request, caller)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    values = draft_of(found.template).examples
    given = {"phone": request.query_params.get("to", "")[:40], **{f"value-{name}": one for name, one in values.items()}}
    return part("template_send", _form(request, caller, found, given))


async def send(request: Request) -> Response:
    """Sends it."""
    caller = caller_of(request, Permission.SEND_FLOWS)
    given = await read_form(request)
    values = {name.removeprefix("value-"): value for name, value in given.items() if name.startswith("value-")}
    try:
        found = await _found(request, caller)
        recipient = console_of(request).place_of(caller).recipient(given.get("phone", ""))
        await service.send(
            console_of(request).business,
            caller,
            found,
            sender_id=given.get("sender", ""),
            wa_id=recipient.wa_id,
            values=values,
            flow_token=re.sub(r"\s", "", given.get("flow_token", ""))[:400],
        )
    except NotSendable as problem:
        return part("template_send", _form(request, caller, found, given, str(problem)))
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal)})
    return part("template_sent", {"template": found.template, "recipient": recipient})


async def _found(request: Request, caller: Caller) -> FoundTemplate:
    return await service.find_template(console_of(request).business, caller, request.path_params["template_id"])


def _form(
    request: Request, caller: Caller, found: FoundTemplate, given: dict[str, str], problem: str | None = None
) -> dict[str, Any]:
    draft = draft_of(found.template)
    return {
        "template": found.template,
        "bubble": bubble(draft, labels(found.template)),
        "names": draft.placeholder_names(),
        "senders": found.senders,
        "phones": console_of(request).place_of(caller).phones,
        "given": given,
        "problem": problem,
    }
