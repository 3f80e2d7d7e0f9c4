"""What a person meets on the sheet of a Flow message: waits, words of the business, leaving, going back, the end; on a
phone's page in a real browser.
"""

import asyncio

import pytest
from playwright.async_api import expect
from tests.phone.flows import flow, footer, screen, text_input
from tests.platform.handsets.scene import ASKING, FIRST, PLAIN, Scene, to_ask
from tests.platform.handsets.wayward import Sealed, Silent

from headrace.phone.values import texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_a_draft_says_so_and_shows_what_is_wrong(scene: Scene) -> None:
    scene.reacts(Sealed({"screen": "NOWHERE", "data": {}}))
    name = await scene.open(ASKING, opening="data_exchange", mode="draft")
    await expect(scene.sheet.locator(".draft-band")).to_have_text(texts.DRAFT_BAND)
    await expect(scene.page.locator(".bubble", has=scene.cta(name)).locator(".draft-band")).to_be_visible()
    await expect(scene.sheet.get_by_role("alert")).to_contain_text('The Flow has no screen "NOWHERE".')


async def test_the_words_of_the_business_in_a_snackbar(scene: Scene) -> None:
    scene.reacts(Sealed(FIRST), to_ask(error_message="All tables are taken on this day.", greeting="Once more"))
    await scene.ask()
    await expect(scene.sheet.locator(".snackbar")).to_have_text("All tables are taken on this day.")
    await expect(scene.sheet.get_by_text("Once more")).to_be_visible()
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")


async def test_a_message_on_a_field_shuts_the_button_until_it_is_edited(scene: Scene) -> None:
    scene.reacts(Sealed(FIRST), to_ask(mail_error="Nobody reads mail there"))
    await scene.ask()
    await expect(scene.sheet.get_by_text("Nobody reads mail there", exact=True)).to_be_visible()
    button = scene.page.get_by_role("button", name="Continue")
    await expect(button).to_have_attribute("aria-disabled", "true")
    await scene.fill("Mail", "ada@example.org")
    await expect(scene.sheet.get_by_text("Nobody reads mail there", exact=True)).to_have_count(0)
    await expect(button).to_have_attribute("aria-disabled", "false")


async def test_the_button_while_something_is_not_in_order(scene: Scene) -> None:
    """It is shut at once; what is wrong is said under a field only once it was changed and left."""
    scene.reacts(Sealed(FIRST))
    await scene.open(ASKING, opening="data_exchange")
    button = scene.page.get_by_role("button", name="Continue")
    await expect(button).to_have_attribute("aria-disabled", "true")
    await expect(scene.sheet.get_by_text("As in your passport")).to_be_visible()
    mail = scene.page.get_by_label("Mail")
    await scene.fill("Name", "Ada")
    await expect(button).to_have_attribute("aria-disabled", "false")
    await mail.press_sequentially("ada")
    await expect(button).to_have_attribute("aria-disabled", "true")
    error = scene.sheet.locator(".error", has_text=texts.EMAIL)
    await expect(error).to_be_hidden()
    await scene.page.keyboard.press("Tab")
    await expect(error).to_be_visible()
    await button.click(force=True)
    await mail.fill("ada@example.org")
    await expect(button).to_have_attribute("aria-disabled", "false")
    assert len(scene.endpoint.requests) == 1


async def test_loading_states(scene: Scene) -> None:
    """A loader before the first screen; then everything is inert and the button shows the wait."""
    gate = scene.endpoint.gate = asyncio.Event()
    scene.reacts(Sealed(FIRST), Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}}))
    await scene.open(ASKING, opening="data_exchange")
    await expect(scene.sheet.get_by_label(texts.WAITING)).to_be_visible()
    gate.set()
    await scene.fill("Name", "Ada")
    gate.clear()
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.locator("[aria-busy=true]")).to_have_count(1)
    await expect(scene.sheet.get_by_label("Name")).to_be_disabled()
    gate.set()
    await expect(scene.sheet.get_by_text("Twelve")).to_be_visible()


async def test_closing_with_something_typed_asks_first(scene: Scene) -> None:
    name = await scene.open(PLAIN)
    await scene.fill("Name", "Ada")
    await expect(scene.page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")
    await scene.sheet.get_by_role("button", name="Close").click()
    dialog = scene.sheet.get_by_role("alertdialog")
    await expect(dialog).to_contain_text(texts.LEAVE_QUESTION)
    await dialog.get_by_role("button", name=texts.STAY).click()
    await expect(dialog).to_be_hidden()
    await scene.sheet.get_by_role("button", name="Close").click()
    await dialog.get_by_role("button", name=texts.LEAVE).click()
    await expect(scene.sheet).to_have_count(0)
    await scene.cta(name).click()
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")


async def test_closing_with_nothing_typed_asks_nothing(scene: Scene) -> None:
    await scene.open(PLAIN)
    await scene.sheet.get_by_role("button", name="Close").click()
    await expect(scene.sheet).to_have_count(0)


async def test_going_back_keeps_what_was_entered_and_an_answered_message_is_shut(scene: Scene) -> None:
    name = await scene.open(PLAIN)
    await scene.fill("Name", "Ada")
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.get_by_text("Ada", exact=True)).to_be_visible()
    await scene.sheet.get_by_role("button", name="Back").click()
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")
    await scene.fill("Name", "Bea")
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.get_by_text("Bea", exact=True)).to_be_visible()
    await scene.sheet.get_by_role("button", name="Send").click()
    await expect(scene.sheet).to_have_count(0)
    await expect(scene.cta(name)).to_be_disabled()
    await expect(scene.cta(name)).to_have_accessible_description("Response sent")


async def test_refresh_on_back_asks_the_endpoint(scene: Scene) -> None:
    scene.reacts(Sealed(FIRST), Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}}), to_ask(greeting="Welcome back"))
    await scene.ask()
    await scene.sheet.get_by_role("button", name="Back").click()
    await expect(scene.sheet.get_by_text("Welcome back")).to_be_visible()
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")
    assert scene.endpoint.requests[-1] | {"flow_token": ""} == {
        "version": "3.0",
        "action": "BACK",
        "screen": "CHECK",
        "data": {},
        "flow_token": "",
    }


async def test_an_endpoint_that_dies_of_back(scene: Scene) -> None:
    """The person stays where they are and can go on."""
    scene.reacts(Sealed(FIRST), Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}}), Silent())
    await scene.ask()
    await scene.fill("Note", "by the window")
    await scene.sheet.get_by_role("button", name="Back").click()
    await expect(scene.sheet.locator(".snackbar")).to_have_text(texts.failure("no_http_response_error"))
    await expect(scene.page.get_by_label("Note")).to_have_value("by the window")
    await scene.sheet.get_by_role("button", name="Send").click()
    await expect(scene.sheet).to_have_count(0)


async def test_a_hostile_pattern_holds_nothing_up(scene: Scene) -> None:
    """It would run for years; after a moment it counts as fulfilled, as a phone cannot tell."""
    pattern = {"pattern": "^(a|aa)+$", "helper-text": "Only a"}
    document = flow(screen("WHO", text_input("name", **pattern), footer("complete"), terminal=True))
    await scene.open(document)
    await scene.sheet.get_by_label("Name").press_sequentially("a" * 70 + "!", delay=5)
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet).to_have_count(0)


async def test_an_answer_that_was_asked_for_before_the_sheet_opened_takes_nothing_away(scene: Scene) -> None:
    await scene.open(PLAIN)
    await scene.fill("Name", "Ada")
    async with scene.page.expect_response("**/screen?sheet="):
        await scene.page.evaluate("url => htmx.ajax('GET', url, {swap: 'none'})", f"{scene.address}/screen?sheet=")
    await expect(scene.page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")
    await expect(scene.sheet).to_have_count(1)
