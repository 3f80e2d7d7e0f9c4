"""Inspector, summary and switches in a real browser: live while somebody types, by keyboard, readable for everybody."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from tests.browsers import PATIENCE
from tests.platform.handsets.eye_test import HOSTILE, sent
from tests.platform.messaging.stage import Stage

from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.handsets.pages import handset_routes
from headrace.ui import pages as ui
from headrace.ui.live import live_route

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

DOCK = """<!doctype html><html lang="en"><head><title>Dock</title>
<script type="module" src="/static/build/app.js"></script></head><body>
<button data-dock-toggle aria-expanded="true">Phone</button>
<aside data-dock><iframe src="{url}" title="The phone" width="392" height="640"></iframe></aside></body></html>"""


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """Amara's page on a server of its own, with a Flow whose endpoint answers."""
    _, box = await sent(stage)
    path = f"/handsets/{stage.amara.id}"

    async def dock(request: Request) -> Response:
        return HTMLResponse(DOCK.format(url=path))

    register_exchanges(box)
    app = Starlette(routes=[Route("/", dock), *ui.static_routes(), live_route(), *handset_routes(box)])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    )
    tasks = [asyncio.create_task(work) for work in (box.revisions.run(), box.jobs.run(), server.serve())]
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{path}"
    server.should_exit = True
    await tasks[2]
    for task in tasks[:2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 1200, "height": 760}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(f"dialog: {dialog.message}"))
    await page.goto(address)
    yield page
    await page.close()
    assert troubles == []


async def open_the_flow(page: Page) -> Any:
    await page.get_by_role("button", name="Choose a time").click()
    sheet = page.locator(".flow-sheet")
    await expect(sheet).to_contain_text("Your details")
    return sheet


async def answer_the_flow(page: Page) -> None:
    sheet = await open_the_flow(page)
    await sheet.get_by_label("Name").fill("Ada")
    await sheet.get_by_label("Card").fill("4711")
    await sheet.get_by_role("button", name="Continue").click()
    await sheet.get_by_text("Monday 10:00").click()
    await sheet.get_by_role("button", name="Book").click()


async def serious(page: Page) -> list[str]:
    return [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes']]}"
        for one in (await Axe().run(page)).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


async def test_the_inspector_follows_without_disturbing_who_types(page: Page) -> None:
    sheet = await open_the_flow(page)
    await page.locator("body").press("t")
    inspector = page.get_by_role("complementary", name="Trace")
    await expect(inspector).to_contain_text("INIT")
    field = sheet.get_by_label("Name")
    await field.focus()
    typed = "Attention, tests type the letter t"
    for number, letter in enumerate(typed):
        await page.keyboard.type(letter)
        if number % 8 == 7:
            await page.wait_for_timeout(450)  # long enough to be stored, and for the inspector to be drawn anew
    await expect(inspector).to_contain_text(f'name: "{typed}"')
    await expect(field).to_have_value(typed)
    await expect(field).to_be_focused()
    await sheet.get_by_role("button", name="Continue").click()
    await expect(inspector.locator(".entry").first).to_contain_text("Screen TIMES")
    await expect(inspector.locator("strong")).to_have_text("TIMES")


async def test_exchanges_can_be_read_by_keyboard_and_replayed(page: Page) -> None:
    sheet = await open_the_flow(page)
    await page.get_by_role("button", name="Trace").focus()
    await page.keyboard.press("Enter")
    await sheet.get_by_label("Name").fill("Ada")
    await sheet.get_by_label("Card").fill("4711")
    await sheet.get_by_role("button", name="Continue").click()
    inspector = page.get_by_role("complementary", name="Trace")
    last = inspector.locator("#inspector-exchange")
    await expect(last).to_contain_text("data_exchange DETAILS")
    await last.get_by_role("tab", name="Request", exact=True).focus()
    await page.keyboard.press("ArrowRight")
    answer = last.get_by_role("tabpanel", name="Answer", exact=True)
    await expect(answer).to_contain_text(HOSTILE[:20])
    await page.keyboard.press("End")
    await expect(last.get_by_role("tabpanel", name="Sealed answer")).to_be_visible()
    row = inspector.locator(".entry.exchange summary").first
    await row.focus()
    await page.keyboard.press("Enter")
    await expect(inspector.locator(".entry.exchange").first.get_by_role("tabpanel").first).to_contain_text('"Ada"')
    fills = inspector.locator(".entry.act .detail")
    await expect(fills.first).to_contain_text("••••")
    await expect(fills).to_have_count(2)
    await inspector.get_by_label("Show masked values").check()
    await expect(fills.first).to_contain_text("4711")
    await expect(inspector.locator(".trace")).to_contain_text("Tap Continue")
    await inspector.get_by_role("button", name="Replay").click()
    await expect(inspector).to_contain_text("Replayed: everything is the same")
    await sheet.get_by_text("Monday 10:00").click()
    await sheet.get_by_role("button", name="Back").click()
    await expect(inspector).not_to_contain_text("Replayed")
    await page.reload()
    await expect(inspector, "the inspector stays open").to_contain_text("Back")


async def test_the_summary_by_keyboard(page: Page) -> None:
    await answer_the_flow(page)
    button = page.get_by_role("button", name="See what was sent")
    await button.focus()
    await page.keyboard.press("Enter")
    summary = page.get_by_role("dialog", name="Your response")
    await expect(summary).to_contain_text("Monday 10:00")
    await expect(summary).to_contain_text("•" * 12)
    await expect(summary).not_to_contain_text("4711")
    await expect(summary.get_by_role("button", name="Close")).to_be_focused()
    await expect(page.locator("#screen")).to_have_attribute("inert", "")
    assert await serious(page) == []
    await page.keyboard.press("Escape")
    await expect(summary).to_have_count(0)
    await expect(button).to_be_focused()
    await expect(page.locator("#screen")).not_to_have_attribute("inert", "")


async def test_every_switch_by_keyboard_and_announced(page: Page) -> None:
    sheet = await open_the_flow(page)
    await sheet.get_by_label("Name").fill("Ada")
    await page.wait_for_timeout(600)
    phone, status = page.locator("#phone"), page.locator("#bench-status")
    await page.get_by_role("button", name="Android").focus()
    await page.keyboard.press("Enter")
    switches = page.get_by_role("form", name="Switches of this phone")
    await expect(switches.get_by_label("Leave out flow_token")).to_be_disabled()
    await switches.get_by_label("Android", exact=True).focus()
    await page.keyboard.press("ArrowRight")
    await expect(phone).to_have_attribute("data-platform", "ios")
    await expect(page.locator(".flow-sheet.ios").get_by_label("Name")).to_have_value("Ada")
    await expect(switches.get_by_label("iPhone", exact=True)).to_be_focused()
    await switches.get_by_label("Leave out flow_token").check()
    await switches.get_by_label("Dark").check(force=True)
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await switches.get_by_label("Right to left").check(force=True)
    await expect(phone).to_have_attribute("dir", "rtl")
    before = await _height(page, ".flow-button .label")
    await switches.get_by_label("200 %").check(force=True)
    await expect(status).to_have_text("iPhone · dark · right to left · text 200 % · no flow_token")
    await expect(status).to_have_attribute("role", "status")
    await expect(page.locator("#switches-button")).to_contain_text("iPhone · dark")
    assert await _height(page, ".flow-button .label") > 1.8 * before
    await switches.get_by_label("System").check(force=True)
    await expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    await page.keyboard.press("Escape")
    await expect(switches).to_be_hidden()
    await page.reload()
    await expect(page.locator("#bench-line")).to_have_text("iPhone · right to left · text 200 % · no flow_token")


async def _height(page: Page, selector: str) -> float:
    box = await page.locator(selector).first.bounding_box()
    assert box is not None
    return box["height"]


LOOKS = {
    "field": (".boxed > input", "borderTopColor"),
    "title bar": (".flow-title h2", "textAlign"),
    "option row": (".row > input", "order"),
    "consent": (".consent > .row > input", "width"),
    "date choice": (".boxed.date", "display gridTemplateColumns"),
    "button": (".flow-button", "borderTopLeftRadius"),
    "loader": (".flow-button .spinner", "borderTopWidth"),
}


async def test_the_kinds_of_phone_differ_where_people_notice(page: Page) -> None:
    await open_the_flow(page)
    seen = {platform: await _looks(page, platform) for platform in ("android", "ios")}
    same = [name for name in seen["ios"] if seen["ios"][name] == seen["android"][name]]
    assert same == []


async def _looks(page: Page, platform: str) -> dict[str, Any]:
    await page.evaluate(
        """(platform) => fetch(location.pathname + "/switches", {method: "POST", headers: {accept: "application/json",
        "content-type": "application/json"}, body: JSON.stringify({platform})})""",
        platform,
    )
    await page.reload()
    await page.locator(".flow-sheet").get_by_label("Name").fill("Ada")
    close = page.get_by_role("button", name="Close")
    await page.wait_for_timeout(200)
    await close.click()
    found = {
        name: await page.locator(selector).first.evaluate(
            "(element, names) => names.split(' ').map((name) => getComputedStyle(element)[name]).join(' ')", style
        )
        for name, (selector, style) in {
            **LOOKS,
            "dialog": (".flow-dialog .choices", "justifyContent paddingTop"),
        }.items()
    }
    await page.get_by_role("button", name="Stay").click()
    card = page.locator(".flow-sheet").get_by_label("Card")
    return {**found, "keyboard": [await card.get_attribute(name) for name in ("inputmode", "enterkeyhint")]}


@pytest.mark.parametrize(("theme", "direction", "size"), [("light", "ltr", 100), ("dark", "rtl", 200)])
async def test_axe_finds_nothing_serious(page: Page, theme: str, direction: str, size: int) -> None:
    await page.evaluate(
        """(wanted) => fetch(location.pathname + "/switches", {method: "POST", headers: {accept: "application/json",
        "content-type": "application/json"}, body: JSON.stringify(wanted)})""",
        {"theme": theme, "direction": direction, "text_size": size},
    )
    await page.reload()
    sheet = await open_the_flow(page)
    await page.locator("body").press("t")
    await sheet.get_by_label("Name").fill("Ada")
    await expect(page.locator("#inspector")).to_contain_text('name: "Ada"')
    await page.locator(".entry.exchange summary").first.click()
    await expect(page.locator(".entry.exchange pre").first).to_be_visible()
    assert await serious(page) == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.locator("#switches-button").click()
    assert await serious(page) == []
    await page.set_viewport_size({"width": 392, "height": 640})
    assert await serious(page) == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_the_key_that_folds_the_dock_works_inside_the_phone(page: Page, address: str) -> None:
    await page.goto(address.split("/handsets", maxsplit=1)[0])
    frame = page.frame_locator("iframe")
    await frame.locator("#chat").focus()
    await page.keyboard.press("p")
    toggle = page.locator("[data-dock-toggle]")
    await expect(toggle).to_have_attribute("aria-expanded", "false")
    await expect(toggle).to_be_focused()
    await page.keyboard.press("p")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await frame.locator("#composer-text").focus()
    await page.keyboard.type("paper trail")
    await expect(frame.locator("#composer-text")).to_have_value("paper trail")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await expect(frame.locator("#inspector")).to_be_hidden()
