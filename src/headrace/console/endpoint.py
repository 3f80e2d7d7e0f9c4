"""A Flow's endpoint: the connector that answers for it, written, checked, tried, saved and connected."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.connectors import service
from headrace.business.connectors.keys import bring_key, look_at_keys
from headrace.business.connectors.service import Judged, Kept, NotKept
from headrace.business.flows.versions import Working, open_working
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.context import caller_of, console_of
from headrace.console.missing import flow_missing
from headrace.console.shell import page, part, redirect, sentence
from headrace.exchange import messages
from headrace.exchange.connectors.flow_contract import FlowContract
from headrace.exchange.connectors.source import LONGEST_TEXT
from headrace.exchange.keys import UnusableKey
from headrace.exchange.replies import Request as Asked
from headrace.exchange.replies import TokenExpired, Unanswerable
from headrace.flowjson.document import parse
from headrace.ui.forms import read_form

_LARGEST_FORM = 4 * LONGEST_TEXT
_FIELD = "secret:"
_TRIED_TOKEN = "tried"  # noqa: S105 - the flow token of a request that no phone made


async def show(request: Request) -> Response:
    """The page; `version` of the query brings the text of a former version into the editor."""
    caller = caller_of(request, Permission.READ_FLOWS)
    console, flow_id = console_of(request), request.path_params["flow_id"]
    business = console.business
    try:
        working = await open_working(business, caller, flow_id)
        keys = await look_at_keys(business, caller, working.connection, working.flow.waba_id)
    except WhatsAppRefused as refusal:
        return flow_missing(request, caller, refusal)
    kept = await _kept(request, caller, working.flow.id)
    text = await _brought(request, caller, working, kept)
    judged = await asyncio.to_thread(service.judge, text, working.text) if text else None
    address = f"{console.hosting.base_url}{kept.path}" if kept else ""
    values: dict[str, Any] = {
        "flow": working.flow,
        "kept": kept,
        "text": text,
        "judged": judged,
        "lines": _lines(working.text),
        "asks": await asyncio.to_thread(_asks, working.text),
        "keys": keys,
        "address": address,
        "is_connected": bool(kept) and working.flow.endpoint_uri == address,
        "secrets": _secrets(judged),
    }
    return page(request, caller, "endpoint", "flows", values)


async def check(request: Request) -> Response:
    """What is wrong with the text in the editor."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    given = await read_form(request, _LARGEST_FORM)
    try:
        working = await open_working(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return _said(sentence(refusal))
    judged = await asyncio.to_thread(service.judge, _text(given), working.text)
    return part("connector_problems", {"judged": judged, "lines": _lines(working.text)})


async def save(request: Request) -> Response:
    """Keeps the text as the next version, and the values of secrets that were typed."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    business, flow_id = console_of(request).business, request.path_params["flow_id"]
    given = await read_form(request, _LARGEST_FORM)
    base = given.get("base", "")
    secrets = {name.removeprefix(_FIELD): value for name, value in given.items() if name.startswith(_FIELD)}
    try:
        working = await open_working(business, caller, flow_id)
        kept = await _kept(request, caller, working.flow.id)
        if kept is None or kept.text != _text(given):
            number = int(base) if base.isdecimal() and len(base) < 9 else 0
            await service.save(business, caller, working.flow.id, _text(given), working.text, base=number)
        if any(secrets.values()):
            await service.keep_secrets(business, caller, working.flow.id, secrets)
    except NotKept as problem:
        return _said(str(problem))
    except WhatsAppRefused as refusal:
        return _said(sentence(refusal))
    return redirect(f"/flows/{flow_id}/endpoint")


async def attempt(request: Request) -> Response:
    """What the text in the editor answers to a request; nothing is changed, and no phone hears of it."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    console, flow_id = console_of(request), request.path_params["flow_id"]
    given = await read_form(request, _LARGEST_FORM)
    try:
        working = await open_working(console.business, caller, flow_id)
    except WhatsAppRefused as refusal:
        return _said(sentence(refusal))
    judged = await asyncio.to_thread(service.judge, _text(given), working.text)
    if judged.connector is None:
        return part("connector_problems", {"judged": judged, "lines": _lines(working.text)})
    try:
        data = messages.from_bytes(given.get("data", "").strip() or "{}")
    except messages.NotAMessage as problem:
        return _said(f"The data have to be a JSON object. {problem}")
    action, _, screen = given.get("asked", "INIT").partition(" ")
    async with console.business.database.reading() as session:
        secrets = await service.secret_values(session, console.business.vault, caller, working.flow.id)
    typed = {name.removeprefix(_FIELD): value for name, value in given.items() if name.startswith(_FIELD) and value}
    asked = Asked(action, screen or None, data, _TRIED_TOKEN, "3.0")
    values: dict[str, Any] = {"notes": (), "answer": None, "misfit": None, "expired": None, "failure": None}
    try:
        reply, notes = await console.hosting.rehearse(caller.workspace_id, judged.connector, secrets | typed, asked)
        body = reply.to_json(asked)
        values |= {"answer": messages.written(body), "notes": notes, "misfit": _misfit(working.text, asked, body)}
    except TokenExpired as expired:
        values |= {"expired": str(expired)}
    except Unanswerable as failure:
        values |= {"failure": str(failure)}
    except ValueError as failure:
        values |= {"failure": f"The answer cannot be written as JSON: {failure}"}
    return part("connector_tried", values)


async def connect(request: Request) -> Response:
    """Makes the connector the endpoint of the Flow: keys, then the address at WhatsApp."""
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    console, flow_id = console_of(request), request.path_params["flow_id"]
    given = await read_form(request)
    try:
        await service.connect(
            console.business, caller, flow_id, console.hosting.base_url, replace_keys=given.get("replace") == "yes"
        )
    except NotKept as problem:
        return _said(str(problem))
    except WhatsAppRefused as refusal:
        return _said(sentence(refusal))
    return redirect(f"/flows/{flow_id}/endpoint")


async def key(request: Request) -> Response:
    """Keeps the private key that belongs to a sender already."""
    caller = caller_of(request, Permission.PUBLISH_FLOWS)
    business = console_of(request).business
    given = await read_form(request)
    try:
        await bring_key(business, caller, given.get("sender", ""), given.get("pem", ""), given.get("password") or None)
    except UnusableKey as problem:
        return _said(str(problem))
    return redirect(f"/flows/{request.path_params['flow_id']}/endpoint")


def _text(given: dict[str, str]) -> str:
    """The editor's text with line ends as everywhere: a form sends them as CR LF."""
    return given.get("text", "").replace("\r\n", "\n")


async def _kept(request: Request, caller: Caller, flow_id: str) -> Kept | None:
    business = console_of(request).business
    async with business.database.reading() as session:
        return await service.find_kept(session, business.vault, caller, flow_id)


async def _brought(request: Request, caller: Caller, working: Working, kept: Kept | None) -> str:
    """What stands in the editor: the newest version, the one that was asked for, or a first one of the Flow."""
    wanted = request.query_params.get("version", "")
    if kept is not None and wanted.isdecimal() and len(wanted) < 9:
        async with console_of(request).business.database.reading() as session:
            text = await service.version_text(session, caller, working.flow.id, int(wanted))
        return text or kept.text
    if kept is not None:
        return kept.text
    return await asyncio.to_thread(service.first_text, working.text) if working.text else ""


def _asks(flow_json: str) -> list[tuple[str, str, str]]:
    """Every request that the Flow can make: what is sent for it, its name, and an example of its data."""
    found = [("INIT", "the Flow opens", "{}")]
    for screen in FlowContract(parse(flow_json)).screens.values():
        if screen.asks:
            members = dict.fromkeys(screen.sent.members or {}, "")
            found.append((f"data_exchange {screen.name}", f"{screen.name} sends", messages.written(members)))
        if screen.refreshes:
            found.append((f"BACK {screen.name}", f"back from {screen.name}", "{}"))
    return found


def _misfit(flow_json: str, asked: Asked, body: dict[str, Any]) -> str | None:
    from headrace.phone.answer_check import FlowAnswers
    from headrace.phone.engine.program import UnusableFlow

    try:
        return FlowAnswers(flow_json)(asked.action, asked.screen, body)
    except UnusableFlow as problem:
        return str(problem)


def _secrets(judged: Judged | None) -> list[str]:
    return [] if judged is None or judged.connector is None else list(judged.connector.secrets)


def _lines(flow_json: str) -> list[str]:
    return flow_json.splitlines()


def _said(words: str) -> Response:
    return part("connector_said", {"words": words})
