"""Creating a Flow: name, categories, and what it begins with: a template, a file, or a copy of another Flow."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headrace.business.connectors import service as connectors
from headrace.business.flows import managing
from headrace.business.flows.managing import NotMakeable, Wanted
from headrace.business.flows.remote import find_flow, list_accounts, list_flows
from headrace.business.flows.versions import open_working
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, part, redirect, sentence, trouble
from headrace.flowjson.gallery import TEMPLATES, UnknownTemplate, template
from headrace.protocol import CATEGORIES
from headrace.ui.forms import read_fields

_LARGEST_FORM = 24 * 1024 * 1024
_ENDPOINT = ":endpoint"
FILE, COPY, EMPTY = "file", "copy", "empty"


@dataclass(frozen=True)
class Start:
    """Something that a Flow can begin with, named by `key`; one with an endpoint may bring a connector that answers."""

    key: str
    title: str
    description: str
    category: str
    has_endpoint: bool
    has_connector: bool = False


def starts() -> list[Start]:
    """The templates: those that work alone first, then those with an endpoint."""
    alone = [Start(one.name, one.title, one.description, one.category, False) for one in TEMPLATES.values()]
    asking = [
        Start(f"{one.name}{_ENDPOINT}", one.title, one.description, one.category, True, one.connector() is not None)
        for one in TEMPLATES.values()
        if one.has_endpoint
    ]
    return [*alone, *asking]


def start_text(key: str) -> str:
    """The Flow JSON of a template. Raises `UnknownTemplate`."""
    name, _, _ = key.partition(":")
    return template(name).text(with_endpoint=key.endswith(_ENDPOINT))


async def form(request: Request) -> Response:
    """The page; `from` of the query is a Flow to copy."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    business = console_of(request).business
    listing = await list_flows(business, caller)
    accounts = await list_accounts(business, caller)
    values: dict[str, Any] = {
        "accounts": accounts,
        "starts": starts(),
        "categories": CATEGORIES,
        "flows": [flow for flow in listing.flows if flow.json_version],
        "copied": request.query_params.get("from", "")[:40],
        "troubles": [trouble(refusal) for refusal in listing.refusals],
    }
    return page(request, caller, "create", "flows", values)


async def text(request: Request) -> Response:
    """The Flow JSON that a template or another Flow brings, to be previewed."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    key = request.path_params["key"]
    try:
        if key.isdecimal():
            working = await open_working(console_of(request).business, caller, key)
            return JSONResponse({"text": working.text})
        return JSONResponse({"text": start_text(key)})
    except (UnknownTemplate, WhatsAppRefused) as problem:
        return JSONResponse({"error": str(problem)}, 404)


async def name(request: Request) -> Response:
    """Says whether a name is taken in its account, while it is typed."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    wanted, waba = request.query_params.get("name", "").strip(), request.query_params.get("waba", "")
    listing = await list_flows(console_of(request).business, caller)
    taken = next((flow for flow in listing.flows if flow.name == wanted and flow.waba_id == waba), None)
    return part("name_taken", {"taken": taken})


async def create(request: Request) -> Response:
    """Makes the Flow and opens it in the Builder."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    fields = await read_fields(request, _LARGEST_FORM)
    given = dict(fields)
    chosen = tuple(value for field, value in fields if field == "categories")
    business = console_of(request).business
    begin = given.get("start", "")
    try:
        managing.check_name(given.get("name", ""))
        managing.check_categories(chosen)
        brought, clone_of = None, None
        if begin == FILE:
            brought = given.get("text", "")
            if not brought.strip():
                raise NotMakeable("Choose a file with a Flow JSON.")
        elif begin == COPY:
            _, original = await find_flow(business, caller, given.get("flow", ""))
            clone_of = original.id
        elif begin != EMPTY:
            brought = await asyncio.to_thread(start_text, begin)
        wanted = Wanted(given.get("waba", ""), given.get("name", ""), chosen, brought, clone_of)
        made = await managing.create(business, caller, wanted)
    except UnknownTemplate:
        return part("create_refused", {"problem": "Choose what the Flow begins with."})
    except NotMakeable as problem:
        return part("create_refused", {"problem": str(problem)})
    except WhatsAppRefused as refusal:
        return part("create_refused", {"problem": sentence(refusal)})
    is_answered = brought is None or await _is_answered(request, caller, made, begin, brought)
    return redirect(f"/flows/{made}/{'edit' if is_answered else 'endpoint'}")


async def _is_answered(request: Request, caller: Caller, flow_id: str, key: str, flow_json: str) -> bool:
    """Gives a Flow of a template the connector that comes along; where it is not connected, the page of its endpoint
    says what to do.
    """
    connector = template(key.partition(":")[0]).connector() if key.endswith(_ENDPOINT) else None
    if connector is None:
        return True
    console = console_of(request)
    try:
        return await connectors.begin(console.business, caller, flow_id, connector, flow_json, console.hosting.base_url)
    except (connectors.NotKept, WhatsAppRefused):
        return False
