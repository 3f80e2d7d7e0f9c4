"""One server: the box, the business side or both, on the same clock; their pages, and the work behind them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from headrace.app.box import BoxSide, open_box
from headrace.app.builder_previews import BuilderPreviews
from headrace.app.business import check_key, open_business, open_hosting
from headrace.app.credentials import Credentials
from headrace.app.demo import Demo, at_this_machine, is_local, open_administrator, open_demo, place_of
from headrace.app.guard import LOCAL_NAMES, PageGuard, host_name, is_forwarded
from headrace.app.playground_previews import PlaygroundPreviews
from headrace.app.readiness import Trouble, readiness_route
from headrace.app.signing_in import signed_in
from headrace.business.connections.service import Connection
from headrace.business.connectors.hosting import Hosting
from headrace.business.context import BusinessContext
from headrace.business.inbound import routes as inbound
from headrace.business.whatsapp.errors import WhatsAppRefused
from headrace.business.whatsapp.subscriptions import subscribe
from headrace.clock import Clock, MovableClock
from headrace.console.context import Console
from headrace.console.playground import PATH as PLAYGROUND
from headrace.console.playground import ROUTES as PLAYGROUND_PAGES
from headrace.console.routes import OPEN_PAGES, OPEN_PATHS, PAGES, REFUSALS
from headrace.database import keep_to_owner, unusable
from headrace.identifiers import Identifiers, ReseedableIdentifiers
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.control_room.routes import control_room_routes
from headrace.settings import Part, Settings
from headrace.ui.live import live_route
from headrace.ui.pages import CONTENT_SECURITY_POLICY, static_routes
from headrace.ui.unavailable import PUT_OFF

_log = logging.getLogger(__name__)

_LONGEST_WAIT_SECONDS = 60.0


@dataclass
class Application:
    """A composed server. `asgi` answers requests; `working` runs what goes on behind them.

    A server that is only one of the two sides has none of the other; a worker has both and answers nothing.
    """

    settings: Settings
    outbound: Outbound
    box: BoxSide | None
    business: BusinessContext | None
    demo: Demo | None
    asgi: ASGIApp
    previews: BuilderPreviews | None = None
    hosting: Hosting | None = None
    playground: PlaygroundPreviews | None = None
    _tasks: "list[asyncio.Task[None]]" = field(default_factory=list)

    @classmethod
    async def open(
        cls, settings: Settings, clock: Clock | None = None, identifiers: Identifiers | None = None
    ) -> "Application":
        """Opens the databases (made and migrated when new), seeds an empty box, and composes the sides.

        Raises `DatabaseUnusable` and `KeyUnusable`; nothing stays open then.
        """
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_private(settings.data)
        clock, identifiers = clock or MovableClock(), identifiers or ReseedableIdentifiers()
        outbound = Outbound(private_networks=settings.private_networks)
        box = business = demo = None
        try:
            if settings.only is not Part.CONSOLE:
                with unusable(settings.database_url("platform"), "platform"):
                    box = await open_box(settings, clock, identifiers, outbound)
            with unusable(settings.database_url("business"), "business"):
                if settings.only is not Part.BOX:
                    business = await open_business(settings, clock, identifiers, outbound)
                if business is not None and (box is None or settings.only is Part.WORKER):
                    await check_key(business)  # with a box of its own a server knows the secrets anew
                if business is not None and settings.only is not Part.WORKER:
                    demo = await (open_demo(business, settings, box.world) if box else open_administrator(business))
        except BaseException:
            await _close(outbound, box, business)
            raise
        previews = None if business is None or demo is None else BuilderPreviews(business, settings.base_url)
        hosting = None if business is None else open_hosting(business, settings)
        is_open = is_local(settings) if settings.playground is None else settings.playground
        playground = None if previews is None or not is_open else PlaygroundPreviews(clock)
        asgi = _compose(settings, box, business, demo, previews, hosting, playground)
        return cls(settings, outbound, box, business, demo, asgi, previews, hosting, playground)

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While the block runs, jobs are done and open pages hear what changes."""
        works: list[Coroutine[Any, Any, None]] = [side.revisions.run() for side in self._sides()]
        if self.box is not None:
            box = self.box.box
            works.append(box.controls.run(box.database, box.clock, box.revisions))
            works.append(box.call_log.run(box.database))
            works.append(self.box.roster.run(box.database, box.revisions))
        if self.business is not None and self.business.recorder is not None:
            works.append(self.business.recorder.run())
        if self.settings.does_jobs:
            works += [side.jobs.run() for side in self._sides()]
        self._tasks += [asyncio.create_task(work) for work in works]
        for task in self._tasks:
            task.add_done_callback(_report_end)
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def introduce(self) -> Credentials | None:
        """Once requests are accepted: registers the console's webhook and lets the first person write.

        Both go the way everybody's calls go, so nothing works here that would not work for others. Returns what is
        needed to connect to the box, when this server is one.
        """
        if self.business is not None and self.demo is not None and self.demo.connection is not None:
            try:
                await self._register(self.business, self.demo.connection)
            except WhatsAppRefused as error:  # the proxy in front may not let anything through yet
                _log.warning("the console's webhook cannot be registered yet; that is tried until it can: %s", error)
                self._tasks.append(asyncio.create_task(self._keep_registering(self.business, self.demo.connection)))
        if self.box is None:
            return None
        with unusable(self.settings.database_url("platform"), "platform"):
            await self.box.open_first_window()
        return self.box.credentials()

    async def _register(self, business: BusinessContext, connection: Connection) -> None:
        callback = f"{self.settings.base_url}{inbound.callback_path(connection)}"
        await subscribe(business.whatsapp(connection), connection.app, callback)

    async def _keep_registering(self, business: BusinessContext, connection: Connection) -> None:
        wait, is_registered = 1.0, False
        while not is_registered:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            with contextlib.suppress(WhatsAppRefused):
                await self._register(business, connection)
                is_registered = True
        _log.warning("the console's webhook is registered")

    def end_streams(self) -> None:
        """Ends the event streams of open pages, so that a stopping server need not wait for browsers."""
        for side in self._sides():
            side.revisions.end()
        for previews in (self.previews, self.playground, self.box.previews if self.box else None):
            if previews is not None:
                previews.stop()

    def _sides(self) -> list[Box | BusinessContext]:
        sides: list[Box | BusinessContext] = [] if self.box is None else [self.box.box]
        return sides if self.business is None else [*sides, self.business]

    async def close(self) -> None:
        if self.hosting is not None:
            await self.hosting.close()
        await _close(self.outbound, self.box, self.business)


_OURS = ("platform.db", "business.db", "secret.key", "lock", "connectors")


def _keep_private(folder: Path) -> None:
    """The folder of an older Headrace, or one that was copied, is its owner's alone again. A folder with other things
    in it is somebody's own affair, but for the files that are ours.
    """
    files = [path for path in folder.iterdir() if path.name.startswith(_OURS)]
    for path in files:
        keep_to_owner(path)
    if files and all(path.name.startswith(_OURS) for path in folder.iterdir()):
        keep_to_owner(folder)


_WATCHED = ("jobs", "live pages")


def _trouble(side: Box | BusinessContext, what: str) -> Trouble:
    return lambda: side.jobs.trouble if what == "jobs" else side.revisions.trouble


def _compose(
    settings: Settings,
    box: BoxSide | None,
    business: BusinessContext | None,
    demo: Demo | None,
    previews: BuilderPreviews | None,
    hosting: Hosting | None,
    playground: PlaygroundPreviews | None,
) -> Starlette:
    """What carries its own proof stands in front; everything else is a page, and guarded."""
    sides = {"box": None if box is None else box.box, "console": business}
    watched = [(f"{what} of the {name}", side, what) for name, side in sides.items() if side for what in _WATCHED]
    doors: list[BaseRoute] = [readiness_route([(name, _trouble(side, what)) for name, side, what in watched])]
    pages: list[BaseRoute] = [*static_routes(), live_route()]
    if business is not None and hosting is not None:
        doors += inbound.open_routes(business)
        doors += hosting.open_routes()
    if box is not None:
        doors += box.open_routes()
        pages += box.pages(None if demo is None else "/")
        if is_local(settings):
            pages += control_room_routes(
                box.box,
                is_forwarded,
                neighbours=[] if business is None else [business.jobs],
                console=None if demo is None else "/",
            )
    if demo is not None:
        pages += [*PAGES, *OPEN_PAGES]
        if box is not None:
            box.box.call_log.is_open = True  # the console shows it, to admins
    if previews is not None:
        doors += previews.open_routes()
        pages += previews.routes()
    if playground is not None:
        pages += [*PLAYGROUND_PAGES, *playground.routes()]
    if box is not None:
        doors.append(box.last_route(pages))
    guarded = Starlette(routes=pages, exception_handlers={**PUT_OFF, **REFUSALS})
    asgi = Starlette(routes=doors, exception_handlers=PUT_OFF)
    if business is not None and demo is not None and hosting is not None:
        place = partial(place_of, settings, box, demo)
        guarded.state.console = Console(business, place, hosting, has_playground=playground is not None)
    if box is not None:
        asgi.state.box = guarded.state.box = box.box
    find_caller = at_this_machine(settings, demo.administrator if demo else "whoever looks at a phone")
    if business is not None and demo is not None:
        find_caller = signed_in(business, find_caller)
    asgi.router.default = PageGuard(
        guarded,
        names=LOCAL_NAMES | {host_name(settings.base_url) or settings.host},
        find_caller=find_caller,
        open_paths=(*(OPEN_PATHS if demo is not None else ()), *([PLAYGROUND] if playground is not None else [])),
        sign_in="/sign-in" if demo is not None else None,
        content_security_policy=CONTENT_SECURITY_POLICY,
    )
    return asgi


async def _close(outbound: Outbound, box: BoxSide | None, business: BusinessContext | None) -> None:
    await outbound.close()
    if box is not None:
        await box.box.database.close()
    if business is not None:
        await business.database.close()


def _report_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("background work ended unexpectedly; restart the server", exc_info=error)
