"""Message templates: the list with how the accounts stand, one template, writing one with its preview, deleting."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.entries import entry_screens
from headrace.business.flows.remote import list_accounts, list_flows
from headrace.business.team import Caller, Permission
from headrace.business.templates import service
from headrace.business.templates.drafts import NotWritten, TemplateDraft, draft_of, filled, labels, other_parts
from headrace.business.whatsapp import RemoteTemplate, WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, part, redirect, sentence, trouble
from headrace.protocol import TEMPLATE_LANGUAGES, FlowStatus, RejectionReason, TemplateCategory, TemplateStatus
from headrace.ui.forms import read_form

LOOKS: Mapping[str, str] = {
    TemplateStatus.APPROVED: "published",
    TemplateStatus.PENDING: "throttled",
    TemplateStatus.IN_APPEAL: "throttled",
    TemplateStatus.PAUSED: "throttled",
    TemplateStatus.REJECTED: "blocked",
    TemplateStatus.DISABLED: "blocked",
    TemplateStatus.LIMIT_EXCEEDED: "blocked",
    TemplateStatus.LOCKED: "blocked",
}
REASONS: Mapping[str, str] = {
    RejectionReason.ABUSIVE_CONTENT: "It threatens or insults, or uses words that look so. Write it differently.",
    RejectionReason.INCORRECT_CATEGORY: "Its words do not go with its category. Create it with the other one.",
    RejectionReason.INVALID_FORMAT: "Its placeholders or its form are wrong: check where they stand and how many.",
    RejectionReason.PROMOTIONAL: "It promotes something, which its category does not allow. Create it for marketing.",
    RejectionReason.SCAM: "It looks like a fraud. Say who you are and what it is about.",
    RejectionReason.TAG_CONTENT_MISMATCH: "Language or category do not go with what it says. Create it with others.",
}
DONE: Mapping[str, str] = {
    "created": "It is with WhatsApp for review. Its status changes here by itself.",
    "changed": "It is with WhatsApp for review again. Its status changes here by itself.",
    "deleted": "The template is deleted. Its name rests for 30 days if it was approved.",
}
_CATEGORIES = (TemplateCategory.MARKETING, TemplateCategory.UTILITY)
"""Those of AUTHENTICATION have their words from WhatsApp and no Flow."""

_EDITABLE = {TemplateStatus.APPROVED, TemplateStatus.REJECTED, TemplateStatus.PAUSED}


async def index(request: Request) -> Response:
    """Every template of every account, and whether the business behind each is verified."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    listing = await service.list_templates(business, caller, with_accounts=True)
    query = request.query_params.get("q", "").strip()[:100]
    values: dict[str, Any] = {
        "templates": [one for one in listing.templates if query.casefold() in one.name.casefold()],
        "all_count": len(listing.templates),
        "query": query,
        "accounts": listing.accounts,
        "is_connected": listing.is_connected,
        "flow_names": await _flow_names(request, caller, listing.templates),
        "troubles": [trouble(refusal) for refusal in listing.refusals],
        "looks": LOOKS,
        "done": DONE.get(request.query_params.get("done", "")),
    }
    status = 502 if listing.refusals and not listing.templates else 200
    return page(request, caller, "templates", "templates", values, status)


async def show(request: Request) -> Response:
    """One template: as a person sees it, its status, and why it was refused."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business, template_id = console_of(request).business, request.path_params["template_id"]
    try:
        found = await service.find_template(business, caller, template_id)
    except WhatsAppRefused as refusal:
        return _missing(request, caller, refusal)
    template, draft = found.template, draft_of(found.template)
    reason = template.rejected_reason or RejectionReason.NONE.value
    values: dict[str, Any] = {
        "template": template,
        "draft": draft,
        "bubble": bubble(draft, labels(template)),
        "others": other_parts(template),
        "obstacle": service.obstacle(template),
        "reason": None if reason == RejectionReason.NONE else REASONS.get(reason, reason),
        "reason_code": reason,
        "can_edit": template.status in _EDITABLE and not other_parts(template),
        "flow_names": await _flow_names(request, caller, [template]),
        "looks": LOOKS,
        "done": DONE.get(request.query_params.get("done", "")),
    }
    return page(request, caller, "template", "templates", values)


async def form(request: Request) -> Response:
    """The page on which a template is written; `flow` of the query is the Flow its button opens."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    first = TemplateDraft(button="Open", flow_id=request.query_params.get("flow", "")[:40])
    return await _form(request, caller, first, "/templates/new")


async def edit_form(request: Request) -> Response:
    """The same for a template that is there."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    business, template_id = console_of(request).business, request.path_params["template_id"]
    try:
        found = await service.find_template(business, caller, template_id)
    except WhatsAppRefused as refusal:
        return _missing(request, caller, refusal)
    return await _form(request, caller, draft_of(found.template), f"/templates/{template_id}/edit", found.template)


async def preview(request: Request) -> Response:
    """The message as it is written, and a field for the example of each placeholder."""
    caller_of(request, Permission.EDIT_FLOWS)
    given = await read_form(request)
    draft = _draft(given)
    shown = given.get("shown", "")
    names = draft.placeholder_names()[:50]
    values: dict[str, Any] = {"bubble": bubble(draft), "names": names, "examples": draft.examples}
    return part("template_preview", {**values, "is_other": shown != " ".join(names)})


async def create(request: Request) -> Response:
    """Sends a template to WhatsApp for review."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    draft = _draft(await read_form(request))
    try:
        made = await service.create(console_of(request).business, caller, draft)
    except NotWritten as problem:
        return part("create_refused", {"problem": str(problem)})
    except WhatsAppRefused as refusal:
        return part("create_refused", {"problem": sentence(refusal)})
    return redirect(f"/templates/{made}?done=created")


async def edit(request: Request) -> Response:
    """Sends a changed template to WhatsApp for review."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    template_id = request.path_params["template_id"]
    given = await read_form(request)
    try:
        business = console_of(request).business
        found = await service.find_template(business, caller, template_id)
        own = found.template
        draft = dataclasses.replace(_draft(given), name=own.name, language=own.language, waba_id=own.waba_id)
        await service.change(business, caller, template_id, draft)
    except NotWritten as problem:
        return part("create_refused", {"problem": str(problem)})
    except WhatsAppRefused as refusal:
        return part("create_refused", {"problem": sentence(refusal)})
    return redirect(f"/templates/{template_id}?done=changed")


async def delete_form(request: Request) -> Response:
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    return await _delete_form(request, caller)


async def delete(request: Request) -> Response:
    """Takes a template away."""
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    try:
        await service.delete(console_of(request).business, caller, request.path_params["template_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "Not deleted"})
    return redirect("/templates?done=deleted")


async def _delete_form(request: Request, caller: Caller) -> Response:
    try:
        found = await service.find_template(console_of(request).business, caller, request.path_params["template_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "Not deleted"})
    return part("template_delete", {"template": found.template})


def bubble(draft: TemplateDraft, buttons: list[str] | None = None) -> dict[str, Any]:
    """What a person would see, with the examples in their places."""
    button = [draft.button] if draft.flow_id or draft.button else []
    return {
        "header": filled(draft.header, draft.examples),
        "body": filled(draft.body, draft.examples),
        "footer": draft.footer,
        "buttons": button if buttons is None else buttons,
    }


async def _form(
    request: Request, caller: Caller, draft: TemplateDraft, address: str, template: RemoteTemplate | None = None
) -> Response:
    business = console_of(request).business
    listing = await list_flows(business, caller)
    usable = {FlowStatus.PUBLISHED.value, FlowStatus.THROTTLED.value}
    flows = [flow for flow in listing.flows if flow.status in usable or flow.id == draft.flow_id]
    entries = await entry_screens(business, caller, flows)
    values: dict[str, Any] = {
        "draft": draft,
        "address": address,
        "template": template,
        "accounts": await list_accounts(business, caller),
        "flows": flows,
        "entries": entries,
        "categories": _CATEGORIES,
        "languages": sorted(TEMPLATE_LANGUAGES),
        "bubble": bubble(draft),
        "names": draft.placeholder_names(),
        "examples": draft.examples,
        "troubles": [trouble(refusal) for refusal in listing.refusals],
    }
    return page(request, caller, "template_form", "templates", values)


def _draft(given: Mapping[str, str]) -> TemplateDraft:
    names = {one.name for one in dataclasses.fields(TemplateDraft)} - {"examples"}
    text = {name: given[name].replace("\r\n", "\n") for name in names if name in given}
    examples = {name.removeprefix("example-"): value for name, value in given.items() if name.startswith("example-")}
    return TemplateDraft(**text, examples=examples)


async def _flow_names(request: Request, caller: Caller, templates: list[RemoteTemplate]) -> dict[str, str]:
    if not any(one.flow_id for one in templates):
        return {}
    listing = await list_flows(console_of(request).business, caller)
    return {flow.id: flow.name for flow in listing.flows}


def _missing(request: Request, caller: Caller, refusal: WhatsAppRefused) -> Response:
    values = {"trouble": trouble(refusal), "heading": "WhatsApp shows no such template"}
    return page(request, caller, "missing", "templates", values, 404)
