"""Flows: every Flow of every account as WhatsApp lists it, to search, filter and sort; one Flow's page; sending it."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.events import list_events
from headrace.business.flows.messages import list_sent
from headrace.business.flows.remote import list_flows
from headrace.business.flows.sending import obstacle
from headrace.business.flows.versions import Working, list_versions, open_working
from headrace.business.responses.service import count_responses, list_responses
from headrace.business.team import Caller, Permission
from headrace.business.templates.service import templates_of
from headrace.business.whatsapp import Health, RemoteFlow, RemoteTemplate, WhatsAppRefused
from headrace.business.whatsapp.flows import flow_health
from headrace.clock import local_day
from headrace.console.builder.language import answer
from headrace.console.context import caller_of, console_of
from headrace.console.flow_health import HealthWords, exact, told
from headrace.console.lifecycle import results
from headrace.console.message_templates import LOOKS
from headrace.console.missing import flow_missing
from headrace.console.shell import page, trouble
from headrace.phone.values.files import written_size
from headrace.protocol import CATEGORIES, FlowStatus
from headrace.protocol.graph_errors import GRAPH_ERRORS, GraphError

SORTS: Mapping[str, str] = {"changed": "Changed", "name": "Name", "status": "Status", "responses": "Responses"}
_LARGEST_SHOWN = 512 * 1024
STATUSES = tuple(status.value for status in FlowStatus if status is not FlowStatus.DELETED)
DONE: Mapping[str, str] = {
    "published": "It is published: people can open it, and it can be sent. It stays as it is from now on; "
    "a new Flow is created from it to change something.",
    "deprecated": "It is deprecated: it can no longer be sent or opened. Answers already under way still arrive.",
    "deleted": "The draft is deleted.",
}
"""What stands on the page that follows an act."""


async def index(request: Request) -> Response:
    """Every Flow that fits the search and the filters of the address."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    listing = await list_flows(business, caller, with_health=True)
    counts: Mapping[str, int] = {}
    if caller.may(Permission.READ_RESPONSES):
        async with business.database.reading() as session:
            counts = await count_responses(session, caller)
    wanted = {name: request.query_params.get(name, "")[:200] for name in ("q", "status", "category", "sort")}
    shown = _sorted([flow for flow in listing.flows if _fits(flow, wanted)], wanted["sort"], counts)

    def link(**changes: str) -> str:
        given = {name: value for name, value in {**wanted, **changes}.items() if value}
        return f"/flows?{urlencode(given)}" if given else "/flows"

    values: dict[str, Any] = {
        "flows": shown,
        "all_count": len(listing.flows),
        "counts": counts,
        "wanted": wanted,
        "link": link,
        "sorts": SORTS,
        "statuses": [one for one in STATUSES if any(flow.status == one for flow in listing.flows)],
        "categories": [one for one in CATEGORIES if any(one in flow.categories for flow in listing.flows)],
        "troubles": [trouble(refusal) for refusal in listing.refusals],
        "obstacle": obstacle,
        "wellness": wellness,
        "is_connected": listing.is_connected,
        "done": DONE.get(request.query_params.get("done", "")),
    }
    status = 502 if listing.refusals and not listing.flows else 200
    return page(request, caller, "flows", "flows", values, status)


def _fits(flow: RemoteFlow, wanted: Mapping[str, str]) -> bool:
    words = wanted["q"].casefold().split()
    text = f"{flow.name} {flow.id} {flow.waba_name}".casefold()
    return (
        all(word in text for word in words)
        and wanted["status"] in {"", flow.status}
        and (not wanted["category"] or wanted["category"] in flow.categories)
    )


def _sorted(flows: list[RemoteFlow], by: str, counts: Mapping[str, int]) -> list[RemoteFlow]:
    keys: Mapping[str, Callable[[RemoteFlow], Any]] = {
        "name": lambda flow: flow.name.casefold(),
        "status": lambda flow: STATUSES.index(flow.status) if flow.status in STATUSES else len(STATUSES),
        "responses": lambda flow: -counts.get(flow.id, 0),
    }
    # WhatsApp lists the newest first.
    return sorted(flows, key=keys[by]) if by in keys else flows


def wellness(flow: RemoteFlow) -> tuple[str, str]:
    """How the endpoint of a Flow does, in a word or two with the look of a status; empty words where there is none."""
    health = flow.health
    if not flow.has_endpoint:
        return "", ""
    if flow.status == FlowStatus.THROTTLED:
        return "Throttled", "throttled"
    if flow.status == FlowStatus.BLOCKED:
        return "Does not answer", "blocked"
    if not flow.endpoint_uri:
        return "No address", "draft"
    failing = len(health.failed_checks()) if health is not None else 0
    if failing:
        return f"{failing} check{'' if failing == 1 else 's'} fail{'s' if failing == 1 else ''}", "blocked"
    return "Answers", "published"


async def show(request: Request) -> Response:
    """One Flow: its screens, problems, health, versions and newest responses."""
    caller = caller_of(request, Permission.READ_FLOWS, Permission.READ_RESPONSES)
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    try:
        working = await open_working(business, caller, flow_id)
        health = await flow_health(business.whatsapp(working.connection), working.flow.id)
    except WhatsAppRefused as refusal:
        return flow_missing(request, caller, refusal)
    templates: list[RemoteTemplate] = []
    with contextlib.suppress(WhatsAppRefused):
        templates = await templates_of(business, caller, working.connection, working.flow.id, is_all=True)
    measured = await _measured(request, caller, working)
    async with business.database.reading() as session:
        happened = await list_events(session, caller, working.flow.id)
        sent = await list_sent(session, caller, working.flow.id)
        newest = await list_responses(session, caller, flow_id=working.flow.id, limit=5)
    values: dict[str, Any] = {
        "flow": working.flow,
        "responses": newest,
        "obstacle": obstacle,
        "versions": await list_versions(business, caller, working.flow.id),
        "done": DONE.get(request.query_params.get("done", "")),
        "templates": templates,
        "template_looks": LOOKS,
        "measured": measured,
        "events": happened,
        "sent": sent,
        "remedy_for": remedy_for,
        **_health(working.flow, health),
        **await asyncio.to_thread(_read, request, working),
    }
    return page(request, caller, "flow", "flows", values)


async def _measured(request: Request, caller: Caller, working: Working) -> HealthWords:
    """How the endpoint does; nothing is known of a Flow that has none or was never published."""
    flow, console = working.flow, console_of(request)
    if not flow.has_endpoint or flow.status in {FlowStatus.DRAFT, FlowStatus.DEPRECATED}:
        return HealthWords()
    watch = console.place_of(caller).watch
    if watch is None:
        return await told(console.business, working.connection, flow.id)
    figures = await watch.figures(flow.id)
    return HealthWords() if figures is None else exact(figures)


def remedy_for(failure: str) -> GraphError | None:
    """The error of the Graph API that a message's failure names by its title."""
    return next((error for error in GRAPH_ERRORS if error.title == failure), None)


def _read(request: Request, working: Working) -> dict[str, Any]:
    """What is to be seen in the Flow JSON; of a huge one only its size, for drawing it would hold up everybody."""
    if len(working.text) > _LARGEST_SHOWN:
        return {"checked": None, "graph": "", "text": "", "size": written_size(len(working.text.encode()))}
    today = local_day(console_of(request).business.clock)
    checked = answer({"ask": "check", "text": working.text}, today) if working.text else None
    drawn = answer({"ask": "graph", "text": working.text}, today)["svg"] if checked and checked["screens"] else ""
    return {"checked": checked, "graph": drawn, "text": working.text, "size": ""}


def _health(flow: RemoteFlow, health: Health) -> dict[str, Any]:
    checks = results(health, has_endpoint=flow.has_endpoint) if flow.status == FlowStatus.DRAFT else []
    return {"checks": checks, "hindrances": health.hindrances, "can_send": health.can_send, "wellness": wellness(flow)}
