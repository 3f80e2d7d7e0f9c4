"""The Builder's page, and what its editor asks for: help with the text, saving, earlier versions."""

import asyncio
import difflib
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from headrace.business.flows import versions
from headrace.business.flows.versions import Conflict, NotSavable, Version
from headrace.business.team import Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.clock import local_day
from headrace.console.builder.language import Unanswerable, answer
from headrace.console.context import caller_of, console_of
from headrace.console.missing import flow_missing
from headrace.console.shell import page, part, sentence, trouble
from headrace.flowjson.diffing import Comparison, compare
from headrace.flowjson.document import parse
from headrace.flowjson.refusal import Refused
from headrace.protocol import FlowStatus
from headrace.ui.bodies import BodyRefused, Unparsable, off_loop, parse_json, read_body

_LARGEST = 24 * 1024 * 1024
_CONTEXT_LINES = 3


async def edit(request: Request) -> Response:
    """The page, with the text as WhatsApp holds it."""
    caller = caller_of(request, Permission.READ_FLOWS)
    console = console_of(request)
    try:
        working = await versions.open_working(console.business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return flow_missing(request, caller, refusal)
    is_editable = working.flow.status == FlowStatus.DRAFT and caller.may(Permission.EDIT_FLOWS)
    facts = {
        "id": working.flow.id,
        "name": working.flow.name,
        "text": working.text,
        "base": working.sha256,
        "editable": is_editable,
        "has_address": bool(working.flow.endpoint_uri),
        "language": "/language",
        "previews": "/previews",
    }
    values = {"flow": working.flow, "saved": working.saved, "facts": facts, "is_editable": is_editable}
    return page(request, caller, "builder", "flows", {**values, "is_empty": not working.text})


async def language(request: Request) -> Response:
    """Answers what an editor asks about a text (`language`): checks, fixes, completions, cards, the graph."""
    caller_of(request, Permission.READ_FLOWS)
    asked = await _json(request)
    if asked is None:
        return _refused("The question is no JSON object of at most 24 MB.", 400)
    today = local_day(console_of(request).business.clock)
    try:
        found = await asyncio.to_thread(answer, asked, today)
    except (Unanswerable, Refused) as problem:
        return _refused(str(problem), 422)
    return Response(orjson.dumps(found), media_type="application/json", headers={"Cache-Control": "no-store"})


async def save(request: Request) -> Response:
    """Saves a text as a version: `text`, `base` (the digest of what was worked on), `note`."""
    caller = caller_of(request, Permission.EDIT_FLOWS)
    sent = await _json(request)
    text = None if sent is None else sent.get("text")
    if sent is None or not isinstance(text, str):
        return _refused("What is saved is a JSON object with a text, of at most 24 MB.", 413)
    flow_id, words = request.path_params["flow_id"], str(sent.get("note", ""))
    business = console_of(request).business
    try:
        version = await versions.save(business, caller, flow_id, text, base=str(sent.get("base", "")), words=words)
    except Conflict as conflict:
        saved = conflict.working.saved
        by = saved.author if saved is not None and saved.author else "Somebody outside of Headrace"
        told = f"{by} changed this Flow since you opened it. Nothing was saved yet."
        return JSONResponse({"error": told, "theirs": conflict.working.text, "base": conflict.working.sha256}, 409)
    except NotSavable as problem:
        return _refused(str(problem), 422)
    except WhatsAppRefused as refusal:
        return _refused(sentence(refusal), 502)
    record = {"base": version.sha256, "number": version.number, "errors": version.error_count, "by": version.author}
    return JSONResponse({**record, "at": version.saved_at.isoformat()})


async def history(request: Request) -> Response:
    """The saved states of a Flow, in the dialog of the Builder."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    try:
        working = await versions.open_working(business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return part("refused", {"trouble": trouble(refusal), "heading": "The versions cannot be shown"})
    found = await versions.list_versions(business, caller, working.flow.id)
    is_elsewhere = bool(working.text) and working.saved is None
    values = {"flow": working.flow, "versions": found, "is_elsewhere": is_elsewhere, "current": working.sha256}
    return part("versions", values)


async def version(request: Request) -> Response:
    """The text of one saved state."""
    caller = caller_of(request, Permission.READ_FLOWS)
    number = request.path_params["number"]
    text = await versions.version_text(console_of(request).business, caller, request.path_params["flow_id"], number)
    return _refused("There is no such version.", 404) if text is None else JSONResponse({"text": text})


async def changes(request: Request) -> Response:
    """How a saved state differs from the one before it: line by line."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business, flow_id, number = (
        console_of(request).business,
        request.path_params["flow_id"],
        request.path_params["number"],
    )
    text = await versions.version_text(business, caller, flow_id, number)
    if text is None:
        return _refused("There is no such version.", 404)
    found: list[Version] = await versions.list_versions(business, caller, flow_id)
    before = next((one.number for one in found if one.number < number), None)
    earlier = "" if before is None else await versions.version_text(business, caller, flow_id, before) or ""
    lines = await asyncio.to_thread(line_changes, earlier, text)
    meaning = await asyncio.to_thread(_meaning, earlier, text)
    return part("version_changes", {"lines": lines, "meaning": meaning, "number": number, "before": before})


def _meaning(before: str, after: str) -> Comparison | None:
    """What differs in meaning; none where one of the texts is no Flow."""
    try:
        return compare(parse(before), parse(after))
    except Refused:
        return None


def line_changes(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that changed with three around them: a mark (`-`, `+`, ` ` or `…` for lines left out) and the line."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT_LINES):
        if group[0][1] > 0 or found:
            found.append(("…", ""))
        for operation, start, end, new_start, new_end in group:
            if operation == "equal":
                found += [(" ", line) for line in old[start:end]]
                continue
            found += [("-", line) for line in old[start:end]]
            found += [("+", line) for line in new[new_start:new_end]]
    return found


async def download(request: Request) -> Response:
    """The Flow JSON as WhatsApp holds it, byte for byte, as a file."""
    caller = caller_of(request, Permission.READ_FLOWS)
    try:
        working = await versions.open_working(console_of(request).business, caller, request.path_params["flow_id"])
    except WhatsAppRefused as refusal:
        return flow_missing(request, caller, refusal)
    name = quote(
        "".join(mark if mark.isprintable() and mark not in '\\/:*?"<>|' else "-" for mark in working.flow.name)
    )
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}.json",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(working.text.encode("utf-8", "surrogatepass"), media_type="application/json", headers=headers)


async def _json(request: Request) -> dict[str, Any] | None:
    try:
        sent = await off_loop(parse_json, await read_body(request, _LARGEST))
    except (BodyRefused, Unparsable):
        return None
    return sent if isinstance(sent, dict) else None


def _refused(words: str, status: int) -> Response:
    return JSONResponse({"error": words}, status)
