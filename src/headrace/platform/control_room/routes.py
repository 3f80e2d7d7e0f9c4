"""The addresses of the control room, all below `/_world`. They are pages: the guard of pages stands before them.

Each act answers scripts with an object, and a browser with the page as it is then.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from headrace.jobs import Jobs
from headrace.platform.box import Box
from headrace.platform.control_room import acts, message_acts
from headrace.platform.control_room.acts import Act, Room
from headrace.platform.control_room.log import KINDS, OUTCOMES, Filters, Page, read_page
from headrace.platform.control_room.moving_clock import ClockMover
from headrace.platform.control_room.overview import overview
from headrace.platform.control_room.pages import draw_entry, draw_page
from headrace.platform.control_room.requests import Refused, Wishes, read_wishes
from headrace.ui import numbers as _numbers  # noqa: F401 - registers the converter `row`

HERE = "/_world"

_ACTS: tuple[tuple[str, str, Act], ...] = (
    ("POST", "/clock", acts.move_clock),
    ("GET", "/flows/{flow_id:str}", acts.show_flow),
    ("POST", "/flows/{flow_id:str}/endpoint", acts.break_endpoint),
    ("POST", "/webhooks", acts.break_webhooks),
    ("POST", "/businesses/{business_id:str}", acts.set_business),
    ("POST", "/numbers/{phone_number_id:str}", acts.set_number),
    ("POST", "/rules", acts.set_rules),
    ("POST", "/metrics", acts.set_metrics),
    ("POST", "/versions/{version:str}", acts.set_version),
    ("POST", "/messages/limits", message_acts.limit_messages),
    ("GET", "/messages/lost", message_acts.show_lost),
    ("GET", "/templates", message_acts.show_templates),
    ("POST", "/templates/review", message_acts.set_review),
    ("POST", "/templates/{template_id:str}", message_acts.judge_template),
    ("POST", "/reset", acts.reset_world),
    ("GET", "/snapshots", acts.list_snapshots),
    ("POST", "/snapshots", acts.take_snapshot),
    ("POST", "/snapshots/{name:str}/restore", acts.restore_snapshot),
    ("POST", "/snapshots/{name:str}/forget", acts.forget_snapshot),
    ("POST", "/log", acts.keep_log),
    ("POST", "/log/webhook/{number:row}/deliver", acts.deliver_again),
)


def control_room_routes(
    box: Box,
    is_from_elsewhere: Callable[[Headers], bool],
    neighbours: Sequence[Jobs] = (),
    console: str | None = None,
) -> list[BaseRoute]:
    """Every address of the control room. Whoever `is_from_elsewhere`, by the headers, finds none of them, signed in or
    not. `neighbours` is work of others that goes by the box's clock; `console` is the address of the pages that
    stand beside the room, None where there are none.
    """
    box.call_log.is_open = True
    addresses = _Addresses(Room(box, ClockMover(box, neighbours)), console)
    guard = [Middleware(_OnlyHere, is_from_elsewhere)]
    served = [
        ("GET", "", addresses.show),
        ("GET", "/log", addresses.list),
        ("GET", "/log/{kind:str}/{number:row}", addresses.entry),
        *((method, path, addresses.doing(act)) for method, path, act in _ACTS),
    ]
    return [Route(HERE + path, answer, methods=[method], middleware=guard) for method, path, answer in served]


class _OnlyHere:
    """Lets nobody pass who is not at this machine: tokens stand in the log, and the world is in one's hand."""

    def __init__(self, app: ASGIApp, is_from_elsewhere: Callable[[Headers], bool]) -> None:
        self._app = app
        self._is_from_elsewhere = is_from_elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._is_from_elsewhere(Headers(scope=scope)):
            refusal = JSONResponse({"error": "The control room is open only on the machine that runs the box."}, 404)
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


@dataclass(frozen=True)
class _Addresses:
    room: Room
    console: str | None

    async def show(self, request: Request) -> Response:
        """Everything on one page; to scripts as an object."""
        if not _wants_page(request):
            return JSONResponse(await overview(self.room.box))
        try:
            return await self._page(request.query_params)
        except Refused as refusal:
            return await self._page({}, refusal)

    async def list(self, request: Request) -> Response:
        """A page of the log, by `kind`, `flow`, `person` and `outcome`; `after` is where it begins."""
        try:
            page = await self._log(request.query_params)
        except Refused as refusal:
            return JSONResponse({"error": refusal.words}, refusal.status)
        return JSONResponse({"entries": [entry.as_json() for entry in page.entries], "after": page.after})

    async def entry(self, request: Request) -> Response:
        kind, number = request.path_params["kind"], request.path_params["number"]
        try:
            entry = await acts.show_entry(self.room, Wishes({}), request.path_params)
        except Refused as refusal:
            return await self._refused(request, refusal)
        if _wants_page(request):
            return draw_entry(self.room.box.clock.now(), kind, number, entry, self.console)
        return JSONResponse(entry)

    def doing(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                done = await act(self.room, await read_wishes(request), request.path_params)
            except Refused as refusal:
                return await self._refused(request, refusal)
            if _wants_page(request):
                return RedirectResponse(HERE, 303)
            return JSONResponse(done)

        return answer

    async def _refused(self, request: Request, refusal: Refused) -> Response:
        if _wants_page(request):
            return await self._page({}, refusal)
        return JSONResponse({"error": refusal.words}, refusal.status)

    async def _page(self, query: Mapping[str, str], refusal: Refused | None = None) -> Response:
        page = await self._log(query)
        world = await overview(self.room.box)
        trouble, status = (None, 200) if refusal is None else (refusal.words, refusal.status)
        return draw_page(self.room.box, world, _filters(query), page, trouble, status, self.console)

    async def _log(self, query: Mapping[str, str]) -> Page:
        box = self.room.box
        await box.call_log.flush(box.database)
        async with box.database.reading() as session:
            try:
                return await read_page(session, _filters(query), query.get("after") or None)
            except ValueError as error:
                raise Refused(f"{error}. Begin with the newest page.") from error


def _filters(query: Mapping[str, str]) -> Filters:
    kind, outcome = query.get("kind") or None, query.get("outcome") or None
    if kind is not None and kind not in KINDS:
        raise Refused(f"kind is one of {', '.join(KINDS)}.")
    if outcome is not None and outcome not in OUTCOMES:
        raise Refused(f"outcome is one of {', '.join(OUTCOMES)}.")
    return Filters(kind, query.get("flow") or None, query.get("person") or None, outcome)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
