"""The Flow sheet as routes: what a person does on it is posted here, and what the phone then shows comes back.

Every act of a session waits for the one before. The call to an endpoint runs beside them: the act that asked is
answered with the waiting screen, whose page then fetches the outcome. What is outstanding is stored, so whoever asks
next, after a reload or a restart, takes the exchange up again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol
from weakref import WeakValueDictionary

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Declined, Effect, OpenUrl
from headrace.phone.engine.events import (
    Back,
    Choose,
    Close,
    Event,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Remove,
    Retry,
    Select,
    Tap,
)
from headrace.phone.rendering import Drawn, Frame, Notes, render_screen
from headrace.phone.rendering import render_sheet as render_whole
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session
from headrace.phone.values.filetypes import SHOWN, SNIFFED_BYTES, UNKNOWN, picture_type
from headrace.simulator.driver import Driver, Ending, EndpointClient
from headrace.simulator.form_posts import Posted, Unreadable, read
from headrace.simulator.multipart import Attached, read_upload
from headrace.simulator.trace import Entry
from headrace.simulator.uploads import Uploads
from headrace.ui.answers import refusal, text, wants_json

GRACE_SECONDS = 0.1  # an endpoint this quick is answered for without showing the wait
LONGEST_WAIT_SECONDS = 30.0
UPLOADS_AT_A_TIME = 2  # a file is held in memory while it is sealed

_GONE = "This Flow is not open on this phone any more."


@dataclass(frozen=True)
class OpenSession:
    """A session as its store has it, with what the sheet needs to know around it. `today` is the day on the phone.

    `notes` are what a check found, by screen, for those who build the Flow. `uploads` takes the files a person
    attaches: a store that gives none cannot take any. Their bytes go into an `uploads.FileStore`;
    `cdn.MemoryFileStore` with `cdn.cdn_routes` is one in memory.
    """

    session: Session
    client: EndpointClient | None
    business_name: str
    today: date
    is_draft: bool = False
    platform: str = "android"
    notes: Mapping[str, Notes] = field(default_factory=dict)
    uploads: Uploads | None = None


class Store(Protocol):
    """Where sessions live. `scope` is the ASGI scope of the request, for path parameters and application state.

    `finish` stores the session, too, together with what its end means. `entries` are what is new in the trace; an
    outcome that is recorded is an entry, too, at the place where it comes.
    """

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None: ...

    async def save(self, session_id: str, session: Session, entries: Sequence[Entry]) -> None: ...

    async def record(self, session_id: str, outcome: Outcome) -> None: ...

    async def finish(self, session_id: str, session: Session, effect: Ending, entries: Sequence[Entry]) -> None: ...


def sheet_routes(store: Store) -> list[Route]:
    """The routes of every sheet of a store; mount them where the path has a `session_id`."""
    return _Sheets(store).routes()


def render_sheet(held: OpenSession, base_url: str) -> Markup:
    """The whole sheet, for embedding in a page. `base_url` is where the routes of this session are mounted."""
    return render_whole(held.session.view(), frame_of(held, base_url))


def frame_of(held: OpenSession, base_url: str) -> Frame:
    """What stands around the view of a session; its `key` names the element of the sheet on a page."""
    platform: Literal["android", "ios"] = "ios" if held.platform == "ios" else "android"
    key = "sheet-" + "".join(one if one.isalnum() and one.isascii() else "-" for one in base_url.rsplit("/", 1)[-1])
    notes = held.notes.get(held.session.screen or "", {})
    return Frame(base_url, key, held.business_name, held.is_draft, platform, notes, today=held.today)


@dataclass(frozen=True)
class _Kept:
    """The store, bound to one session: a `driver.Keeper`."""

    store: Store
    session_id: str

    async def save(self, session: Session, entries: Sequence[Entry]) -> None:
        await self.store.save(self.session_id, session, entries)

    async def record(self, outcome: Outcome) -> None:
        await self.store.record(self.session_id, outcome)

    async def finish(self, session: Session, effect: Ending, entries: Sequence[Entry]) -> None:
        await self.store.finish(self.session_id, session, effect, entries)


Events = Callable[[Session, Posted], list[Event]]


class _Sheets:
    """The sheets of one store in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._notices: set[asyncio.Task[None]] = set()
        self._sealing = asyncio.Semaphore(UPLOADS_AT_A_TIME)

    def routes(self) -> list[Route]:
        acts: dict[str, Events] = {
            "keep": _kept,
            "select": _selected,
            "remove": lambda session, posted: [*_entered(session, posted), Remove(posted.name, _text(posted.value))],
            "choose": lambda session, posted: [*_entered(session, posted), Choose(posted.name, posted.value)],
            "leave": lambda session, posted: [*_entered(session, posted), Leave(posted.name)],
            "tap": _tapped,
            "back": lambda session, posted: [*_entered(session, posted), Back()],
            "close": lambda session, posted: [*_entered(session, posted), Close()],
            "retry": lambda session, posted: [Retry()],
            "open": lambda session, posted: [Open()],
        }
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/redraw", self.redraw, methods=["POST"]),
            Route("/outcome", self.outcome, methods=["POST"]),
            Route("/upload", self.upload, methods=["POST"]),
            Route("/files/{media_id}", self.file, methods=["GET"]),
            *(Route(f"/{name}", self._act(name, events), methods=["POST"]) for name, events in acts.items()),
        ]

    async def show(self, request: Request) -> Response:
        """The sheet as it stands; an exchange that nobody is carrying out is taken up."""
        session_id = _session_id(request)
        held = await self._store.load(session_id, request.scope)
        if held is None:
            return _gone(request)
        self._take_up(session_id, held, request.scope)
        if wants_json(request):
            return JSONResponse(as_json(held.session.view()))
        if held.session.status in ("completed", "closed"):
            return _gone(request)
        return HTMLResponse(render_sheet(held, _base_url(request)), headers=_NO_STORE)

    async def redraw(self, request: Request) -> Response:
        """The screen as it looks with what is typed now. Nothing is stored."""
        try:
            posted = await read(request)
        except Unreadable as error:
            return _unreadable(request, error)
        held = await self._store.load(_session_id(request), request.scope)
        if held is None:
            return _gone(request)
        if posted.belongs_to(held.session.view().screen):
            held.session.handle(Fill(dict(posted.values)))
        return self._answer(request, held, posted.drawn, [])

    async def outcome(self, request: Request) -> Response:
        """Waits for the outstanding exchange, then shows what came of it."""
        session_id, drawn = _session_id(request), await _drawn(request)
        held = await self._store.load(session_id, request.scope)
        if held is None:
            return _gone(request)
        self._take_up(session_id, held, request.scope)
        await self._wait(session_id, LONGEST_WAIT_SECONDS)
        return await self._show_now(request, drawn, [])

    async def upload(self, request: Request) -> Response:
        """Takes the files of one picker. The page then draws itself anew, so that nothing typed meanwhile is lost."""
        session_id = _session_id(request)
        try:
            attached = await read_upload(request)
        except Unreadable as error:
            return _unreadable(request, error)
        try:
            async with self._lock(session_id):
                held = await self._store.load(session_id, request.scope)
                if held is None:
                    return _gone(request)
                effects = await self._attach(session_id, held, attached)
        except Unreadable as error:
            return _unreadable(request, error)
        finally:
            attached.close()
        if not wants_json(request):
            return Response(status_code=204, headers={"HX-Trigger": "uploaded"})
        return await self._show_now(request, attached.posted.drawn, effects)

    async def _attach(self, session_id: str, held: OpenSession, attached: Attached) -> list[Effect]:
        posted = attached.posted
        if not posted.belongs_to(held.session.view().screen):
            return []
        if held.uploads is None:
            raise Unreadable(409, "Files cannot be uploaded here.")
        driver = Driver(held.session, held.client, _Kept(self._store, session_id), self._notices)
        for event in _kept(held.session, posted):
            await driver.begin(event)
        async with self._sealing:
            return (await driver.upload(posted.name, attached.picked(held.uploads), held.uploads)).effects

    async def file(self, request: Request) -> Response:
        """A picture that stands in a picker of this session; nothing else is given out."""
        held = await self._store.load(_session_id(request), request.scope)
        found = held.session.attached(request.path_params["media_id"]) if held is not None else None
        content = await held.uploads.open(found.media_id) if held and held.uploads and found is not None else None
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
            session_id = _session_id(request)
            async with self._lock(session_id):
                held = await self._store.load(session_id, request.scope)
                if held is None:
                    return _gone(request)
                effects = await self._run(session_id, held, events, posted)
                self._take_up(session_id, held, request.scope)
            if name == "keep" and posted.visit is not None:
                return Response(status_code=204)
            await self._wait(session_id, GRACE_SECONDS)
            if name == "close" and not wants_json(request):
                return _removed(frame_of(held, _base_url(request)).key)
            return await self._show_now(request, posted.drawn, effects)

        return endpoint

    async def _run(self, session_id: str, held: OpenSession, events: Events, posted: Posted) -> list[Effect]:
        driver = Driver(held.session, held.client, _Kept(self._store, session_id), self._notices)
        if not posted.belongs_to(held.session.view().screen):
            return []
        effects: list[Effect] = []
        for event in events(held.session, posted):
            effects += (await driver.begin(event)).effects
        return effects

    # Exchanges

    def _take_up(self, session_id: str, held: OpenSession, scope: Mapping[str, Any]) -> None:
        if held.session.pending is not None and session_id not in self._running:
            task = asyncio.create_task(self._carry_out(session_id, dict(scope)))
            self._running[session_id] = task
            task.add_done_callback(lambda done: self._forget(session_id, done))

    async def _carry_out(self, session_id: str, scope: Mapping[str, Any]) -> None:
        """Asks, and hands over the answer, until nothing is outstanding. The session is not held meanwhile."""
        kept = _Kept(self._store, session_id)
        while True:
            async with self._lock(session_id):
                held = await self._store.load(session_id, scope)
                if held is None or held.session.pending is None:
                    self._running.pop(session_id, None)
                    return
            request = held.session.pending.request
            driver = Driver(held.session, held.client, kept, self._notices)
            outcome = await driver.ask(request) if held.client is not None else None
            async with self._lock(session_id):
                current = await self._store.load(session_id, scope)
                if current is None:
                    return
                driver = Driver(current.session, current.client, kept, self._notices)
                if outcome is None:
                    await driver.begin(ExchangeFailed("endpoint-missing"))
                elif current.session.pending is None or current.session.pending.request != request:
                    await kept.record(outcome)  # the sheet was closed meanwhile; the answer concerns nobody
                else:
                    await driver.take(outcome)

    def _forget(self, session_id: str, task: "asyncio.Task[None]") -> None:
        if self._running.get(session_id) is task:
            del self._running[session_id]

    async def _wait(self, session_id: str, seconds: float) -> None:
        task = self._running.get(session_id)
        if task is not None:
            await asyncio.wait({task}, timeout=seconds)

    def _lock(self, session_id: str) -> asyncio.Lock:
        return self._locks.setdefault(session_id, asyncio.Lock())

    # Answering

    async def _show_now(self, request: Request, drawn: Drawn, effects: list[Effect]) -> Response:
        held = await self._store.load(_session_id(request), request.scope)
        return _gone(request) if held is None else self._answer(request, held, drawn, effects)

    def _answer(self, request: Request, held: OpenSession, drawn: Drawn, effects: list[Effect]) -> Response:
        view = held.session.view()
        if wants_json(request):
            refused = next((effect for effect in effects if isinstance(effect, Declined)), None)
            told = as_json(view)
            told["refused"] = {"target": refused.target, "reason": refused.reason} if refused else None
            told["urls"] = [effect.url for effect in effects if isinstance(effect, OpenUrl)]
            return JSONResponse(told)
        frame = frame_of(held, _base_url(request))
        if view.status in ("completed", "closed") and view.expired is None:
            return _removed(frame.key)
        return HTMLResponse(render_screen(view, frame, drawn), headers=_NO_STORE)


def _entered(session: Session, posted: Posted) -> list[Event]:
    return session.entered(dict(posted.values)) if posted.values else []


def _kept(session: Session, posted: Posted) -> list[Event]:
    """Stores what was typed. Choices the Flow acts on have their own way, unless a script enters them.

    A page may post once more what went along with a tap already: while the answer is awaited that is nothing new.
    """
    entered = _entered(session, posted)
    if posted.visit is None:
        return entered
    return [event for event in entered if isinstance(event, Fill)] if session.status == "ready" else []


def _selected(session: Session, posted: Posted) -> list[Event]:
    if posted.visit is None:
        return [Select(posted.name, posted.value)]
    return _entered(session, posted)


def _tapped(session: Session, posted: Posted) -> list[Event]:
    return [*_entered(session, posted), Tap(posted.target)]


_NO_STORE = {"Cache-Control": "no-store"}
_PICTURE = {
    "Cache-Control": "private, max-age=3600",
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""A person's picture is drawn in the page; opened by itself it is saved, and never run as anything else."""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


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
