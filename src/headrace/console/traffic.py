"""Webhooks and calls: what WhatsApp sent and what was answered, what was called and refused. A page for developers.

On a box it is the log of the box, of everybody's traffic; elsewhere what this console called and received itself.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headrace.business.context import BusinessContext
from headrace.business.flows.copies import known_names
from headrace.business.team import Caller, Permission
from headrace.business.team.audit import Act, note
from headrace.business.traffic import service
from headrace.business.traffic.entries import Entry, Filters, Kind, Lines, Outcome, TrafficLog
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page
from headrace.protocol.graph_errors import GraphError, graph_error
from headrace.ui.live import event_stream

KINDS = {
    Kind.WEBHOOK: "Webhook",
    Kind.CALL: "Graph call",
    Kind.EXCHANGE: "Exchange",
    Kind.PING: "Ping",
}
_TOPIC = "traffic"
_LOOKED_AT_SECONDS = 1.0


async def index(request: Request) -> Response:
    """The newest lines that fit the filters of the address."""
    caller = caller_of(request, Permission.READ_CREDENTIALS)
    log = _log_of(request, caller)
    wanted = {name: request.query_params.get(name, "")[:40] for name in ("kind", "flow", "person", "outcome")}
    after = request.query_params.get("after") or None
    async with console_of(request).business.database.reading() as session:
        names = await known_names(session, caller)
    try:
        found = await log.lines(_filters(wanted), after)
    except ValueError:  # no place in the log: the newest are shown
        after, found = None, await log.lines(_filters(wanted), None)

    def link(**changes: str) -> str:
        given = {name: value for name, value in {**wanted, **changes}.items() if value}
        return f"/traffic?{urlencode(given)}" if given else "/traffic"

    values: dict[str, Any] = {
        "lines": found.lines,
        "older": None if found.after is None else link(after=found.after),
        "is_newest": after is None,
        "wanted": wanted,
        "link": link,
        "kinds": {kind: KINDS[kind] for kind in log.kinds},
        "outcomes": list(Outcome),
        "names": names,
        "kind_names": KINDS,
        "remedy_of": _remedy_of_line,
    }
    return page(request, caller, "traffic", "traffic", values)


async def show(request: Request) -> Response:
    """One line in full."""
    caller = caller_of(request, Permission.READ_CREDENTIALS)
    kind, number = request.path_params["kind"], request.path_params["number"]
    log = _log_of(request, caller)
    entry = await log.entry(Kind(kind), number) if kind in {one.value for one in log.kinds} else None
    if entry is None:
        words = {"title": "The log keeps the newest", "details": "This one is not among them.", "code": ""}
        values: dict[str, Any] = {"trouble": words, "heading": "There is no such entry"}
        return page(request, caller, "missing", "traffic", values, 404)
    values = {
        "logged": entry,
        "kind": Kind(kind),
        "number": number,
        "name": KINDS[Kind(kind)],
        "error": _error_in(entry),
        "is_asked": "again" in request.query_params,
    }
    return page(request, caller, "traffic_entry", "traffic", values)


async def deliver(request: Request) -> Response:
    """Has a webhook delivered once more, and shows it."""
    caller = caller_of(request, Permission.READ_CREDENTIALS)
    number = request.path_params["number"]
    if await _log_of(request, caller).deliver_again(number):
        business = console_of(request).business
        async with business.database.transaction() as session:
            await note(session, caller, Act.DELIVERED_AGAIN, f"webhook {number}", business.clock.now())
    return RedirectResponse(f"/traffic/webhook/{number}?again", 303)


async def events(request: Request) -> Response:
    """Tells the page that the log has changed."""
    caller = caller_of(request, Permission.READ_CREDENTIALS)
    return event_stream(_Following(console_of(request).business, _log_of(request, caller)), [_TOPIC])


class _Following:
    """A log has no topic of its own, for it is written much: it is looked at once a second while a page is open."""

    def __init__(self, business: BusinessContext, log: TrafficLog) -> None:
        self._business, self._log = business, log

    async def follow(self, idle_seconds: float = _LOOKED_AT_SECONDS) -> AsyncIterator[set[str]]:
        seen = await self._log.newest()
        async for _ in self._business.revisions.follow(min(idle_seconds, _LOOKED_AT_SECONDS)):
            now = await self._log.newest()
            yield {_TOPIC} if now != seen else set()
            seen = now


class _OwnLog:
    """What the business side of this server knows of a workspace's traffic."""

    kinds: Sequence[Kind] = service.KINDS

    def __init__(self, business: BusinessContext, caller: Caller) -> None:
        self._business, self._caller = business, caller

    async def lines(self, filters: Filters, after: str | None) -> Lines:
        await self._flush()
        async with self._business.database.reading() as session:
            return await service.read_lines(session, self._caller, filters, after)

    async def entry(self, kind: Kind, number: int) -> Entry | None:
        await self._flush()
        async with self._business.database.reading() as session:
            return await service.read_entry(session, self._caller, kind, number)

    async def deliver_again(self, number: int) -> bool:
        return False  # only WhatsApp delivers

    async def newest(self) -> str:
        await self._flush()
        async with self._business.database.reading() as session:
            return await service.newest(session, self._caller)

    async def _flush(self) -> None:
        if self._business.recorder is not None:
            await self._business.recorder.flush()


def _log_of(request: Request, caller: Caller) -> TrafficLog:
    console = console_of(request)
    return console.place_of(caller).log or _OwnLog(console.business, caller)


def _filters(wanted: dict[str, str]) -> Filters:
    return Filters(
        kind=Kind(wanted["kind"]) if wanted["kind"] in {kind.value for kind in Kind} else None,
        flow_id=wanted["flow"] or None,
        wa_id=re.sub(r"\D", "", wanted["person"]) or None,
        outcome=Outcome(wanted["outcome"]) if wanted["outcome"] in {one.value for one in Outcome} else None,
    )


def _remedy_of_line(code: str | None) -> str:
    """What an error code means, in a line; empty for what is no code of the Graph API."""
    error = graph_error(int(code)) if code is not None and code.isascii() and code.isdigit() else None
    return "" if error is None else error.title


def _error_in(entry: Entry) -> GraphError | None:
    """The error of the Graph API that an answer carries, told with its causes and what to do."""
    try:
        error = json.loads(entry.response or "")["error"]
        return graph_error(int(error["code"]), error.get("error_user_title"), str(error.get("message", "")))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
