"""A sheet alone on a page, served for real and opened in the system's Chromium."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from tests.browsers import PATIENCE, chromium, wait_for_frames, wait_until
from tests.phone.flows import Json
from tests.serving import Served
from tests.simulator.stage import MemoryStore, ScriptedEndpoint, application

from headrace.phone.engine.program import Program
from headrace.simulator.sheet import render_sheet
from headrace.ui.pages import static_routes, templates

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sheet</title>
<meta name="htmx-config" content='{{"includeIndicatorCSS":false,"morphIgnore":["data-htmx-powered","open"]}}'>
<link rel="stylesheet" href="/static/tokens.css">{styles}
<script type="module" src="/static/build/app.js"></script>
<style>body {{ margin: 0 }} main {{ width: 360px; height: 680px; margin: auto }}</style></head>
<body><main>{sheet}</main></body></html>"""


def styles() -> str:
    return templates().get_template("phone_styles.html").render()


class Stage(Served):
    """A server with one sheet; `delay` holds up every load of the session, as a slow server would."""

    def __init__(self, document: Json, client: ScriptedEndpoint | None = None) -> None:
        self.store = MemoryStore(Program.compile(document), client)
        self.store.open()
        self.store.before_find = self._hold
        self.delays: tuple[float, float] = (0.0, 0.0)
        self._random = random.Random(5)
        self._under_way = 0
        self._app = self._application()
        super().__init__(self._counted)

    def settle(self, page: Page, **form: object) -> None:
        """Waits until these values are stored, everything asked for is answered, and the page shows it."""
        wait_until(page, lambda: form.items() <= self.store.session().form.items() and not self._under_way)
        wait_for_frames(page)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1

    async def _hold(self) -> None:
        if self.delays[1]:
            await asyncio.sleep(self._random.uniform(*self.delays))

    def _application(self) -> Starlette:
        async def page(request: Request) -> Response:
            held = await self.store.load("s1", request.scope)
            assert held is not None
            return HTMLResponse(PAGE.format(styles=styles(), sheet=render_sheet(held, "/sessions/s1")))

        return application(self.store, Route("/", page), *static_routes())


@contextmanager
def chromium_page(*, bypass_csp: bool = False) -> Iterator[Page]:
    """A page of the system's Chromium."""
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="light", bypass_csp=bypass_csp)
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()
