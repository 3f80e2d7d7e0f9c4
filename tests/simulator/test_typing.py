"""A person types fast in a real browser while redraws are slow: no letter is lost, no caret jumps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.phone.flows import checkboxes, dropdown, flow, footer, heading, radio, screen, string, text_input
from tests.simulator.browser import Stage, chromium_page
from tests.simulator.stage import ScriptedEndpoint, answered

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with chromium_page() as page:
        yield page


LETTERS = flow(
    screen(
        "A",
        text_input("first", required=True),
        text_input("second", **{"min-chars": 3, "helper-text": "At least three"}),
        {"type": "TextArea", "name": "note", "label": "Note", "max-length": 200},
        {"type": "If", "condition": "${form.first} != ''", "then": [text_input("third"), heading("Hello")]},
        radio("size", "small", "large"),
        checkboxes("extras", "ice", "lemon"),
        footer("complete", {"first": "${form.first}"}),
        terminal=True,
    )
)


WORDS = "The fox", "jumps over", "dogs, and home"


@pytest.mark.parametrize("delays", [(0.0, 0.0), (0.06, 0.12), (0.25, 0.4)], ids=["at once", "quick", "slow"])
def test_no_letter_is_lost_while_typing_and_tabbing(browser_page: Page, delays: tuple[float, float]) -> None:
    page = browser_page
    with Stage(LETTERS) as stage:
        page.goto(stage.url)
        stage.delays = delays
        first, second, note = WORDS
        page.get_by_label("First").focus()
        keyboard = page.keyboard
        keyboard.type(first, delay=55)
        keyboard.press("Tab")
        keyboard.type(second, delay=55)
        keyboard.press("Tab")
        keyboard.type(note, delay=55)
        keyboard.press("Tab")
        keyboard.type("third", delay=55)
        keyboard.press("Shift+Tab")
        keyboard.press("End")
        keyboard.type("!", delay=55)
        stage.settle(page, first=first, second=second, note=note + "!", third="third")
        expect(page.get_by_label("First")).to_have_value(first)
        expect(page.get_by_label("Second")).to_have_value(second)
        expect(page.get_by_label("Note")).to_have_value(note + "!")
        expect(page.get_by_label("Third")).to_have_value("third")
        stage.delays = (0.0, 0.0)
        page.reload()
        expect(page.get_by_label("First")).to_have_value(first)
        expect(page.get_by_label("Note")).to_have_value(note + "!")
        expect(page.get_by_label("Third")).to_have_value("third")


def test_caret_stays_where_it_is_put(browser_page: Page) -> None:
    page = browser_page
    with Stage(LETTERS) as stage:
        page.goto(stage.url)
        stage.delays = (0.05, 0.15)
        box = page.get_by_label("First")
        box.fill("Adalovelace")
        box.focus()
        for _ in range(8):
            page.keyboard.press("ArrowLeft")
        page.keyboard.type(" King ", delay=80)
        stage.settle(page, first="Ada King lovelace")
        expect(box).to_have_value("Ada King lovelace")
        assert box.evaluate("box => box.selectionStart") == len("Ada King ")


def test_choices_stay_chosen_and_can_be_taken_back(browser_page: Page) -> None:
    page = browser_page
    with Stage(LETTERS) as stage:
        page.goto(stage.url)
        stage.delays = (0.05, 0.1)
        page.get_by_label("Large").check()
        page.get_by_label("Ice").check()
        page.get_by_label("First").fill("Ada")
        stage.settle(page, size="large", extras=["ice"], first="Ada")
        expect(page.get_by_label("Large")).to_be_checked()
        expect(page.get_by_label("Ice")).to_be_checked()
        expect(page.get_by_label("Lemon")).not_to_be_checked()
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_label("Large")).not_to_be_checked()
        page.get_by_label("Ice").uncheck()
        stage.settle(page, size="", extras=[])


def test_error_waits_until_the_field_is_left(browser_page: Page) -> None:
    page = browser_page
    with Stage(LETTERS) as stage:
        page.goto(stage.url)
        page.get_by_label("Second").focus()
        page.keyboard.type("ab", delay=40)
        stage.settle(page, second="ab")
        error = page.get_by_text("Use at least 3 characters", exact=True)
        expect(error).not_to_be_visible()
        expect(page.get_by_text("At least three")).to_be_visible()
        page.keyboard.press("Tab")
        expect(error).to_be_visible()
        expect(page.get_by_text("At least three")).not_to_be_visible()


BOOKING = flow(
    screen(
        "WHEN",
        text_input("who"),
        dropdown("shop", "canal", "mill", **{"on-select-action": {"name": "data_exchange", "payload": {}}}),
        dropdown("day", **{"data-source": "${data.days}", "init-value": "${data.best}"}),
        footer("data_exchange", {"who": "${form.who}"}),
        data={
            "days": {"type": "array", "items": {"type": "object"}, "__example__": []},
            "best": string(),
        },
    ),
    screen("DONE", heading("Done"), footer("complete"), terminal=True),
    routing={"WHEN": ["DONE"], "DONE": []},
)


def test_the_wait_is_visible_survives_a_reload_and_what_the_flow_writes_is_drawn(browser_page: Page) -> None:
    days = [{"id": "mon", "title": "Monday"}, {"id": "tue", "title": "Tuesday"}]
    answers = iter(
        [
            {"screen": "WHEN", "data": {"days": days, "best": "tue"}},
            {"screen": "WHEN", "data": {"days": [*days, {"id": "wed", "title": "Wednesday"}], "best": "wed"}},
            {"screen": "DONE", "data": {}},
        ]
    )
    client = ScriptedEndpoint(lambda request: answered(request, next(answers)), is_held=True)
    page = browser_page
    with Stage(BOOKING, client) as stage:
        page.goto(stage.url)
        page.get_by_label("Who").fill("Ada")
        page.get_by_label("Shop").select_option("Mill")
        expect(page.locator("form[aria-busy]")).to_be_visible()
        expect(page.get_by_label("Who")).to_be_disabled()
        client.is_held = False
        expect(page.get_by_label("Day")).to_have_value("tue")
        expect(page.get_by_label("Who")).to_have_value("Ada")
        page.get_by_label("Day").select_option("Monday")
        page.get_by_label("Shop").select_option("Canal")
        expect(page.get_by_label("Day")).to_have_value("wed")
        client.is_held = True
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".flow-button.waiting")).to_be_visible()
        page.reload()
        client.is_held = False
        expect(page.get_by_role("heading", name="Done", exact=True).last).to_be_visible()
        assert len(client.requests) == 3
        assert client.requests[-1]["data"] == {"who": "Ada"}
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)


def test_leaving_asks_when_something_was_entered(browser_page: Page) -> None:
    page = browser_page
    with Stage(LETTERS) as stage:
        page.goto(stage.url)
        page.get_by_label("First").fill("Ada")
        stage.settle(page, first="Ada")
        page.get_by_role("button", name="Close").click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button", name="Stay").click()
        expect(dialog).not_to_be_visible()
        page.get_by_role("button", name="Close").click()
        dialog.get_by_role("button", name="Leave").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().status == "closed"
