"""The phone's page in a real browser: it follows what happens, keeps what is typed, and works by keyboard."""

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest
import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Page, expect
from starlette.applications import Starlette
from tests.platform.messaging.stage import Stage

from headrace.platform.handsets.pages import handset_routes
from headrace.ui import pages as ui
from headrace.ui.live import live_route

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one dot."""


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """Amara's page on a server of its own, with the work behind it going on."""
    app = Starlette(routes=[*ui.static_routes(), live_route(), *handset_routes(stage.box)])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    )
    tasks = [asyncio.create_task(work) for work in (stage.box.revisions.run(), stage.box.jobs.run(), server.serve())]
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/handsets/{stage.amara.id}"
    server.should_exit = True
    await tasks[2]
    for task in tasks[:2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def page(browser: Browser, address: str) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 360, "height": 680})
    troubles: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            troubles.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    await page.goto(address)
    yield page
    await page.close()
    assert troubles == []


async def test_the_chat_follows_what_happens(stage: Stage, page: Page) -> None:
    await page.get_by_label("Message to Shops").fill("I need new glasses")
    await page.keyboard.press("Enter")
    own = page.locator(".bubble.own")
    await expect(own).to_contain_text("I need new glasses")
    await expect(own).to_contain_text("Delivered")
    await expect(page.locator("#composer-text")).to_have_value("")
    answer = await stage.accept(
        {"messaging_product": "whatsapp", "to": stage.amara.wa_id, "text": {"body": "Good to hear from you"}}
    )
    await expect(page.locator(".bubble.theirs")).to_be_in_viewport()
    wamid = answer["messages"][0]["id"]
    for _ in range(20):
        if (await stage.statuses(wamid))[-1]["status"] == "read":
            break
        await asyncio.sleep(0.05)
    assert [one["status"] for one in await stage.statuses(wamid)] == ["sent", "delivered", "read"]


async def test_what_is_being_typed_stays_while_messages_arrive(stage: Stage, page: Page) -> None:
    await stage.write()
    await page.locator("#composer-text").focus()
    for count in range(20):
        await page.keyboard.type("a")
        if count % 5 == 0:
            await stage.accept({"messaging_product": "whatsapp", "to": stage.amara.wa_id, "text": {"body": f"{count}"}})
    await expect(page.locator(".bubble.theirs")).to_have_count(4)
    await expect(page.locator("#composer-text")).to_have_value("a" * 20)
    await expect(page.locator("#composer-text")).to_be_focused()


async def test_a_flow_by_keyboard_with_a_reload_in_the_middle(stage: Stage, page: Page) -> None:
    await stage.write()
    await stage.send_flow(await stage.make_flow(name="Book an eye test"))
    button = page.get_by_role("button", name="Choose a time")
    await button.focus()
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_contain_text("First")
    await expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(sheet).to_have_count(0)
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await sheet.get_by_role("button", name="Continue").click()
    await expect(sheet).to_contain_text("Last")
    await page.reload()
    await expect(sheet).to_contain_text("Last")
    await sheet.get_by_role("button", name="Send").click()
    await expect(page.locator(".bubble.response")).to_contain_text("Response sent")
    await expect(button).to_be_disabled()
    await expect(sheet).to_have_count(0)


async def test_another_window_shows_the_same_phone(stage: Stage, page: Page, browser: Browser, address: str) -> None:
    other = await browser.new_page()
    await other.goto(address)
    await stage.write()
    await stage.send_flow(await stage.make_flow())
    await page.get_by_role("button", name="Choose a time").click()
    await expect(other.get_by_role("dialog")).to_contain_text("First")
    await other.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await other.close()


async def test_another_chat_is_chosen_from_the_list(stage: Stage, page: Page) -> None:
    await stage.write("To the shops")
    await page.get_by_role("button", name="Chats").click()
    await page.get_by_role("button", name="Workshop").click()
    await expect(page.get_by_label("Message to Workshop")).to_be_visible()
    await expect(page.locator("#chats")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_label("Message to Workshop")).to_be_visible()


async def test_a_person_taps_chooses_reacts_and_sends_a_file_and_a_place(stage: Stage, page: Page) -> None:
    await stage.write()
    replies = [{"type": "reply", "reply": {"id": title, "title": title}} for title in ("Yes", "Not yet")]
    rows = [{"id": "1", "title": "Canal Street", "description": "Until six"}, {"id": "2", "title": "Station Road"}]
    for message in (
        {"type": "button", "body": {"text": "Ready?"}, "action": {"buttons": replies}},
        {"type": "list", "body": {"text": "Where?"}, "action": {"button": "Shops", "sections": [{"rows": rows}]}},
        {"type": "location_request_message", "body": {"text": "From?"}, "action": {"name": "send_location"}},
    ):
        await stage.send(type="interactive", interactive=message)
    own = page.locator(".bubble.own")
    await page.get_by_role("button", name="Not yet").click()
    await expect(own.last).to_contain_text("Not yet")
    await page.get_by_text("Shops", exact=True).last.click()
    await page.get_by_role("button", name="Station Road").click()
    await expect(own.last).to_contain_text("Station Road")
    await page.get_by_role("button", name="Send location").click()
    await page.get_by_role("button", name="Send the place").click()
    await expect(own.last).to_contain_text("From?")
    await expect(page.locator("#more")).to_be_hidden()
    await page.locator("#more-button").click()
    await page.get_by_label("File").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": DOT})
    await page.get_by_label("Caption").fill("My glasses")
    await page.get_by_role("button", name="Send the file").click()
    await expect(own.last.get_by_role("img", name="Photo")).to_be_visible()
    question = page.locator(".bubble.theirs").first
    await question.hover()
    await question.get_by_title("React").click()
    await question.get_by_role("button", name="Heart").click()
    await expect(question.locator(".reaction")).to_contain_text("❤️")
    kinds = [message["type"] for value in await stage.events() for message in value.get("messages", [])]
    assert kinds == ["text", "interactive", "interactive", "location", "image", "reaction"]
