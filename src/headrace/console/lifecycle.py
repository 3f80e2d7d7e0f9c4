"""The acts on a Flow: publish, deprecate, delete, copy, settings. Each asks in a dialog that says what it will do."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows import managing
from headrace.business.flows.managing import NotMakeable, Wanted
from headrace.business.flows.remote import find_flow
from headrace.business.flows.versions import open_working
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import Health, WhatsAppRefused
from headrace.business.whatsapp.flows import flow_health
from headrace.clock import local_day
from headrace.console.context import caller_of, console_of
from headrace.console.shell import part, redirect, sentence, trouble
from headrace.flowjson.checks import check
from headrace.flowjson.diagnostics import Diagnostic
from headrace.protocol import CATEGORIES
from headrace.ui.forms import read_fields, read_form

CHECKS: Mapping[str, tuple[str, bool]] = {
    "phone_number": ("The account has a verified sender", True),
    "public_key": ("A sender has a public key whose signature fits", True),
    "endpoint_uri": ("The endpoint's address is set", True),
    "app_check": ("A Meta app is connected to the Flow", True),
    "flow_json": ("There is Flow JSON without validation errors", False),
    "versions": ("The version of the Flow JSON can be published", False),
    "endpoint_availability": ("The endpoint answers a ping", True),
    "webhook_subscription": ("The account's app hears of changes to Flows", True),
    "integrity": ("The business is verified", False),
}
"""WhatsApp's publishing checks by name, in their order: what each asks, and whether only Flows with endpoint pass it.
"""


_ERRORS_SHOWN = 3
_WARNINGS_SHOWN = 20


async def publish_form(request: Request) -> Response:
    """Each publishing check with its result, warnings, and the reminder."""
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    return await _publish_form(request, caller)


async def publish(request: Request) -> Response:
    """Publishes, when the reminder was ticked."""
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    given = await read_form(request)
    flow_id = request.path_params["flow_id"]
    try:
        await managing.publish(console_of(request).business, caller, flow_id, is_reminded="reminded" in given)
    except NotMakeable as problem:
        return await _publish_form(request, caller, str(problem))
    except WhatsAppRefused as refusal:
        return await _publish_form(request, caller, sentence(refusal))
    return redirect(_back(request) or f"/flows/{flow_id}?done=published")


async def _publish_form(request: Request, caller: Caller, problem: str | None = None) -> Response:
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    try:
        working = await open_working(business, caller, flow_id)
        health = await flow_health(business.whatsapp(working.connection), flow_id)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "Not published"})
    errors, warnings = await asyncio.to_thread(_mistakes, working.text, local_day(business.clock))
    values = {
        "flow": working.flow,
        "checks": results(health, has_endpoint=working.flow.has_endpoint),
        "others": [one for one in health.hindrances if one.check is None],
        "errors": errors[:_ERRORS_SHOWN],
        "warnings": warnings[:_WARNINGS_SHOWN],
        "warnings_told": len(warnings),
        "problem": problem,
        "back": _back(request) or "",
    }
    return part("publish", values)


def _mistakes(flow_json: str, today: date) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Errors and warnings; both are worked out here, where they may take their time."""
    report = check(flow_json, today=today)
    return list(report.errors), list(report.warnings)


def results(health: Health, *, has_endpoint: bool) -> list[dict[str, Any]]:
    """Every publishing check that concerns the Flow, with what WhatsApp says of those that fail."""
    failed = health.failed_checks()
    known = [
        {"name": name, "asks": asks, "failure": failed.get(name)}
        for name, (asks, is_for_endpoints) in CHECKS.items()
        if has_endpoint or not is_for_endpoints or name in failed
    ]
    return known + [{"name": name, "asks": name, "failure": one} for name, one in failed.items() if name not in CHECKS]


async def deprecate_form(request: Request) -> Response:
    return await _asking(request, "deprecate")


async def deprecate(request: Request) -> Response:
    return await _done(request, "deprecate")


async def delete_form(request: Request) -> Response:
    return await _asking(request, "delete")


async def delete(request: Request) -> Response:
    return await _done(request, "delete")


async def _asking(request: Request, act: str, problem: str | None = None) -> Response:
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    try:
        _, flow = await find_flow(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "Not done"})
    return part(act, {"flow": flow, "problem": problem, "back": _back(request) or ""})


def _back(request: Request) -> str | None:
    """The page of the console that an act was asked from, where it names one to come back to."""
    back = request.query_params.get("back", "")
    return back if back.startswith("/channels/") else None


async def _done(request: Request, act: str) -> Response:
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    try:
        if act == "delete":
            await managing.delete(business, caller, flow_id)
        else:
            await managing.deprecate(business, caller, flow_id)
    except WhatsAppRefused as refusal:
        return await _asking(request, act, sentence(refusal))
    after = "/flows?done=deleted" if act == "delete" else f"/flows/{flow_id}?done=deprecated"
    return redirect(_back(request) or after)


async def copy_form(request: Request) -> Response:
    """Asks how the copy is called."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    try:
        _, flow = await find_flow(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "No copy was made"})
    return part("copy", {"flow": flow, "name": f"{flow.name[:190]} (copy)", "problem": None})


async def copy(request: Request) -> Response:
    """Makes a draft with the JSON of this Flow, and opens it in the Builder."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    given = await read_form(request)
    name = given.get("name", "")
    business = console_of(request).business
    try:
        _, flow = await find_flow(business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "No copy was made"})
    try:
        wanted = Wanted(flow.waba_id, name, flow.categories, clone_of=flow.id, endpoint_uri=flow.endpoint_uri or "")
        made = await managing.create(business, caller, wanted)
    except NotMakeable as problem:
        return part("copy", {"flow": flow, "name": name, "problem": str(problem)})
    except WhatsAppRefused as refusal:
        return part("copy", {"flow": flow, "name": name, "problem": sentence(refusal)})
    return redirect(f"/flows/{made}/edit")


async def settings_form(request: Request) -> Response:
    """Name, categories, and the endpoint's address."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    try:
        _, flow = await find_flow(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "The settings cannot be shown"})
    given = {"name": flow.name, "categories": flow.categories, "endpoint_uri": flow.endpoint_uri or ""}
    return part("settings", {"flow": flow, "given": given, "categories": CATEGORIES, "problem": None})


async def settings(request: Request) -> Response:
    """Changes what was changed of them."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    fields = await read_fields(request)
    form, chosen = dict(fields), tuple(value for name, value in fields if name == "categories")
    address = form.get("endpoint_uri", "").strip()
    given = {"name": form.get("name", ""), "categories": chosen, "endpoint_uri": address}
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    try:
        _, flow = await find_flow(business, caller, flow_id)
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "Nothing was changed"})
    before = {"name": flow.name, "categories": flow.categories, "endpoint_uri": flow.endpoint_uri or ""}
    facts = {name: value for name, value in given.items() if value != before[name]}
    try:
        if facts:
            await managing.change(business, caller, flow_id, **facts)
    except NotMakeable as problem:
        return part("settings", {"flow": flow, "given": given, "categories": CATEGORIES, "problem": str(problem)})
    except WhatsAppRefused as refusal:
        return part("settings", {"flow": flow, "given": given, "categories": CATEGORIES, "problem": sentence(refusal)})
    return redirect(None)
