"""The Flow sheet as routes: what a person does on it is posted here, and what the phone then shows comes back.

Every act of a session waits for the one before. The call to an endpoint runs beside them, wherever the store has it
carried out: the act that asked is answered with the waiting screen, whose page then fetches the outcome.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from headrace.phone.engine.effects import Declined, Effect, OpenUrl
from headrace.phone.engine.events import Fill, Upload
from headrace.phone.rendering import Drawn, Frame, render_screen
from headrace.phone.rendering import render_sheet as render_whole
from headrace.phone.screen.view_json import as_json
from headrace.phone.values.filetypes import SHOWN, SNIFFED_BYTES, UNKNOWN, picture_type
from headrace.simulator.acts import ACTS, Events, kept
from headrace.simulator.driver import Driver
from headrace.simulator.form_posts import Unreadable, read
from headrace.simulator.multipart import Attached, read_upload
from headrace.simulator.sessions import OpenSession, SessionStore
from headrace.simulator.uploads import Picked, Uploads
from headrace.ui.answers import refusal, text, wants_json

GRACE_SECONDS = 0.1  # an endpoint this quick is answered for without showing the wait
LONGEST_WAIT_SECONDS = 30.0
UPLOADS_AT_A_TIME = 2  # a file is held in memory while it is encrypted

_GONE = "This Flow is not open on this phone any more."


def sheet_routes(store: SessionStore) -> list[Route]:
    """The routes of every sheet of a store; mount them where the path has a `session_id`."""
    return _Sheets(store).routes()


def render_sheet(opened: OpenSession, base_url: str) -> Markup:
    """The whole sheet, for embedding in a page. `base_url` is where the routes of this session are mounted."""
    return render_whole(opened.session.view(), frame_of(opened, base_url))


def frame_of(opened: OpenSession, base_url: str) -> Frame:
    """What stands around the view of a session; its `key` names the element of the sheet on a page."""
    platform: Literal["android", "ios"] = "ios" if opened.platform == "ios" else "android"
    name = base_url.rsplit("/", 1)[-1]
    key = "sheet-" + "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)
    notes = opened.notes.get(opened.session.screen or "", {})
    return Frame(base_url, key, opened.business_name, opened.is_draft, platform, notes, today=opened.today)


class _Sheets:
    """The sheets of one store in this process."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store
        self._encrypting = asyncio.Semaphore(UPLOADS_AT_A_TIME)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/redraw", self.redraw, methods=["POST"]),
            Route("/outcome", self.outcome, methods=["POST"]),
            Route("/upload", self.upload, methods=["POST"]),
            Route("/files/{media_id}", self.file, methods=["GET"]),
            *(Route(f"/{name}", self._act(name, events), methods=["POST"]) for name, events in ACTS.items()),
        ]

    async def show(self, request: Request) -> Response:
        """The sheet as it stands; an exchange that nobody is carrying out is taken up."""
        opened = await self._load(request)
        if opened is None:
            return _gone(request)
        await self._store.wait(_session_id(request), request.scope, 0)
        if wants_json(request):
            return JSONResponse(as_json(opened.session.view()))
        if opened.session.status in ("completed", "closed"):
            return _gone(request)
        return HTMLResponse(render_sheet(opened, _base_url(request)), headers=_NO_STORE)

    async def redraw(self, request: Request) -> Response:
        """The screen as it looks with what is typed now. Nothing is stored."""
        try:
            posted = await read(request)
        except Unreadable as error:
            return _unreadable(request, error)
        opened = await self._load(request)
        if opened is None:
            return _gone(request)
        screen = opened.session.view().screen
        if posted.belongs_to(screen):
            opened.session.handle(Fill(posted.current_values(opened.session, screen)))
        return _answer(request, opened, posted.drawn, [])

    async def outcome(self, request: Request) -> Response:
        """Waits for the outstanding exchange, then shows what came of it."""
        drawn = await _drawn(request)
        await self._store.wait(_session_id(request), request.scope, LONGEST_WAIT_SECONDS)
        return await self._show_now(request, drawn, [])

    async def upload(self, request: Request) -> Response:
        """Takes the files of one picker. The page then draws itself anew, so that nothing typed meanwhile is lost."""
        try:
            attached = await read_upload(request)
        except Unreadable as error:
            return _unreadable(request, error)
        try:
            effects = await self._attach(request, attached)
        except Unreadable as error:
            return _unreadable(request, error)
        finally:
            attached.close()
        if effects is None:
            return _gone(request)
        if not wants_json(request):
            return Response(status_code=204, headers={"HX-Trigger": "uploaded"})
        return await self._show_now(request, attached.posted.drawn, effects)

    async def _attach(self, request: Request, attached: Attached) -> list[Effect] | None:
        """Hands over the files, then sends each that was taken; the session is not held while one is on its way."""
        posted = attached.posted
        async with self._store.hold(_session_id(request), request.scope) as held:
            if held is None:
                return None
            opened = held.opened
            if not posted.belongs_to(opened.session.view().screen):
                return []
            if opened.uploads is None:
                raise Unreadable(409, "Files cannot be uploaded here.")
            picked = {choice.file.media_id: choice for choice in attached.picked(opened.uploads)}
            upload = Upload(posted.name, tuple(choice.file for choice in picked.values()))
            turn = await Driver(opened.session, None, held).begin(*kept(opened.session, posted), upload)
        for media_id in turn.files:
            await self._send(request, picked[media_id], opened.uploads)
        return turn.effects

    async def _send(self, request: Request, choice: Picked, uploads: Uploads) -> None:
        async with self._encrypting:
            event = await uploads.send(choice)
        async with self._store.hold(_session_id(request), request.scope) as held:
            if held is not None:
                await Driver(held.opened.session, None, held).begin(event)

    async def file(self, request: Request) -> Response:
        """A picture that stands in a picker of this session; nothing else is given out."""
        opened = await self._load(request)
        attached = opened.session.attached(request.path_params["media_id"]) if opened is not None else None
        content = None
        if opened is not None and opened.uploads is not None and attached is not None:
            content = await opened.uploads.open(attached.media_id)
        kind = UNKNOWN if content is None else picture_type(content[:SNIFFED_BYTES])
        if content is None or kind not in SHOWN:
            return text("There is no such picture here.", 404)
        return Response(content, media_type=kind, headers=_PICTURE)

    def _act(self, name: str, events: Events) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                posted = await read(request)
            except Unreadable as error:
                return _unreadable(request, error)
            effects: Sequence[Effect] = []
            async with self._store.hold(_session_id(request), request.scope) as held:
                if held is None:
                    return _gone(request)
                opened = held.opened
                if posted.belongs_to(opened.session.view().screen):
                    driver = Driver(opened.session, None, held)
                    effects = (await driver.begin(*events(opened.session, posted))).effects
            if name == "keep" and posted.visit is not None:
                return Response(status_code=204)
            if opened.session.pending is not None:
                await self._store.wait(_session_id(request), request.scope, GRACE_SECONDS)
                if name != "close" or wants_json(request):
                    return await self._show_now(request, posted.drawn, effects)
            if name == "close" and not wants_json(request):
                return _removed(frame_of(opened, _base_url(request)).key)
            return _answer(request, opened, posted.drawn, effects)

        return endpoint

    async def _load(self, request: Request) -> OpenSession | None:
        return await self._store.load(_session_id(request), request.scope)

    async def _show_now(self, request: Request, drawn: Drawn, effects: Sequence[Effect]) -> Response:
        opened = await self._load(request)
        return _gone(request) if opened is None else _answer(request, opened, drawn, effects)


def _answer(request: Request, opened: OpenSession, drawn: Drawn, effects: Sequence[Effect]) -> Response:
    """What the phone shows now, with what it declined and which links it opens."""
    view = opened.session.view()
    if wants_json(request):
        declined = next((effect for effect in effects if isinstance(effect, Declined)), None)
        shown = as_json(view)
        shown["refused"] = {"target": declined.target, "reason": declined.reason} if declined else None
        shown["urls"] = [effect.url for effect in effects if isinstance(effect, OpenUrl)]
        return JSONResponse(shown)
    frame = frame_of(opened, _base_url(request))
    if view.status in ("completed", "closed") and view.expired is None:
        return _removed(frame.key)
    return HTMLResponse(render_screen(view, frame, drawn), headers=_NO_STORE)


_NO_STORE = {"Cache-Control": "no-store"}
_PICTURE = {
    "Cache-Control": "private, max-age=3600",
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""A person's picture is drawn in the page; opened by itself it is saved, and never run as anything else."""


def _session_id(request: Request) -> str:
    return str(request.path_params["session_id"])


def _base_url(request: Request) -> str:
    """Where this sheet is mounted: the path up to and with the session's id."""
    return str(request.scope.get("root_path", "")).rstrip("/")


async def _drawn(request: Request) -> Drawn:
    try:
        return (await read(request)).drawn
    except Unreadable:
        return Drawn()


def _removed(key: str) -> Response:
    """Takes the sheet off the page."""
    return HTMLResponse("", headers={**_NO_STORE, "HX-Retarget": f"#{key}", "HX-Reswap": "delete"})


def _gone(request: Request) -> Response:
    if "hx-request" in request.headers and not wants_json(request):
        return HTMLResponse("", headers={**_NO_STORE, "HX-Retarget": "closest .flow-sheet", "HX-Reswap": "delete"})
    return refusal(request, _GONE, 404)


def _unreadable(request: Request, error: Unreadable) -> Response:
    return refusal(request, str(error), error.status)
