"""Every screen of the gallery, on both platforms, light and dark, also filled in and with errors: axe finds nothing
serious.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from tests.browsers import accessibility_findings
from tests.phone.exploring import TODAY, Exploration, open_screen
from tests.serving import Served
from tests.simulator.browser import PAGE, chromium_page, styles

from headrace.flowjson.gallery import TEMPLATES, Template
from headrace.phone.engine.events import Fill
from headrace.phone.engine.program import Program
from headrace.phone.rendering import Frame, render_sheet
from headrace.phone.screen.view import TextAreaView, TextFieldView
from headrace.phone.session import Session
from headrace.ui.pages import static_routes

pytestmark = pytest.mark.browser

FLOWS = [
    pytest.param(one, asks, id=f"{one.name}{'-asking' if asks else ''}")
    for one in TEMPLATES.values()
    for asks in (False, True)[: 1 + one.has_endpoint]
]


def sessions(program: Program, platform: str) -> Iterator[tuple[str, Session]]:
    """Each screen as it opens or filled in, and with its errors, where lines can be spoiled; each with its name."""
    for screen in program.screens:
        session = open_screen(program, screen)
        if platform == "ios":
            Exploration(program).fill(session)
        yield screen, session
        spoiled = open_screen(program, screen)
        if spoil(spoiled):
            yield f"{screen}-spoiled", spoiled


def spoil(session: Session) -> bool:
    """Somebody writes into every line and deletes it again; False where there is none."""
    shown = session.view().screen
    lines = [one for one in (shown.fields() if shown else ()) if isinstance(one, TextFieldView | TextAreaView)]
    for one in lines:
        session.handle(Fill({one.name: "x"}))
        session.handle(Fill({one.name: "" if one.required else "x"}))
    return bool(lines)


def sheets(template: Template, *, asks: bool) -> list[str]:
    """All screens of a Flow, first as on Android, then as on iOS."""
    program = Program.compile(template.text(with_endpoint=asks))
    platforms: tuple[Literal["android", "ios"], ...] = ("android", "ios")
    return [
        render_sheet(
            session.view(), Frame("/nowhere", f"sheet-{platform}-{name}", "Millrace", True, platform, today=TODAY)
        )
        for platform in platforms
        for name, session in sessions(program, platform)
    ]


def gallery_page(template: Template, *, asks: bool) -> str:
    """All screens side by side; with an endpoint only those that are not the same without one."""
    same = set(sheets(template, asks=False)) if asks else set()
    shown = [sheet for sheet in sheets(template, asks=asks) if sheet not in same]
    assert shown
    return PAGE.format(styles=styles(), sheet="</main><main>".join(shown))


def show(request: Request) -> HTMLResponse:
    template = TEMPLATES[request.path_params["name"]]
    return HTMLResponse(gallery_page(template, asks=request.path_params["asks"] == "asking"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Served(Starlette(routes=[*static_routes(), Route("/{name}/{asks}", show)])) as served:
        yield served.url


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


@pytest.mark.parametrize(("template", "asks"), FLOWS)
def test_axe_finds_nothing_serious(page: Page, address: str, template: Template, asks: bool) -> None:
    page.goto(f"{address}{template.name}/{'asking' if asks else 'alone'}")
    assert accessibility_findings(page, ".flow-sheet") == []
