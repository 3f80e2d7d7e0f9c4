"""A day as a person chooses it: from a month that asks on Android, on wheels on the iPhone, typed on both."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browsers import accessibility_findings
from tests.phone.flows import Json, flow, footer, heading, screen, string, text_input
from tests.simulator.browser import Stage, chromium_page
from tests.simulator.stage import ScriptedEndpoint, answered

pytestmark = pytest.mark.browser

LIMITS = {"min-date": "2026-11-20", "max-date": "2028-03-10", "unavailable-dates": ["2026-12-24", "2026-12-25"]}
OPENER = "Choose from the calendar: Visit"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


def visit(**members: object) -> Json:
    return {"type": "DatePicker", "name": "day", "label": "Visit", **LIMITS, **members}


def only(*children: Json) -> Json:
    return flow(screen("ONLY", *children, footer("complete", {"day": "${form.day}"}), terminal=True))


def open_choice(page: Page, stage: Stage, platform: str) -> None:
    stage.store.platform = platform
    page.goto(stage.url)
    page.get_by_role("button", name=OPENER).click()


def test_a_month_asks_before_it_takes_a_day(page: Page) -> None:
    with Stage(only(visit(**{"init-value": "2026-12-01"}), text_input("name"))) as stage:
        open_choice(page, stage, "android")
        chooser = page.get_by_role("dialog", name="Visit")
        expect(page.get_by_role("button", name="Tuesday 1 December 2026")).to_be_focused()
        expect(page.get_by_role("button", name="Thursday 24 December 2026")).to_be_disabled()
        assert accessibility_findings(page) == []
        page.get_by_role("button", name="Wednesday 9 December 2026").click()
        expect(chooser).to_contain_text("Wed 9 Dec 2026")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("textbox", name="Visit")).to_have_value("2026-12-01")
        page.get_by_role("button", name=OPENER).click()
        expect(chooser).to_contain_text("Tue 1 Dec 2026")
        chooser.get_by_label("Year").select_option("2027")
        expect(page.get_by_role("heading", name="December 2027")).to_be_visible()
        page.get_by_role("button", name="Monday 6 December 2027").click()
        page.get_by_role("button", name="OK").click()
        expect(page.get_by_role("textbox", name="Visit")).to_have_value("2027-12-06")
        expect(page.get_by_role("button", name=OPENER)).to_be_focused()
        stage.settle(page, day="2027-12-06")


def test_wheels_turn_by_keys_and_roll_past_what_cannot_be_chosen(page: Page) -> None:
    with Stage(only(visit(**{"init-value": "2026-12-22"}), text_input("name"))) as stage:
        open_choice(page, stage, "ios")
        day, month, year = (page.get_by_role("listbox", name=name) for name in ("Day", "Month", "Year"))
        chosen = page.locator(".wheel [aria-selected=true]")
        expect(day).to_be_focused()
        assert accessibility_findings(page) == []
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(chosen).to_have_text(["26", "December", "2026"])
        page.keyboard.press("ArrowUp")
        expect(chosen).to_have_text(["23", "December", "2026"])
        page.keyboard.type("31")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("no")
        expect(chosen).to_have_text(["30", "November", "2026"])
        year.focus()
        page.keyboard.press("End")
        expect(chosen).to_have_text(["10", "March", "2028"])
        month.get_by_text("January").click()
        expect(chosen).to_have_text(["10", "January", "2028"])
        page.wait_for_function("() => document.querySelectorAll('.wheel')[1].scrollTop === 0")
        day.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Visit")).to_have_value("2028-01-10")
        expect(page.get_by_role("button", name=OPENER)).to_be_focused()
        stage.settle(page, day="2028-01-10")


def test_a_turned_wheel_comes_to_rest_on_a_day_that_can_be_chosen(page: Page) -> None:
    with Stage(only(visit(required=False, **{"init-value": "2026-12-22"}))) as stage:
        open_choice(page, stage, "ios")
        page.get_by_role("listbox", name="Day").evaluate(
            "one => one.scrollBy(0, 2 * one.firstElementChild.offsetHeight)"
        )
        expect(page.locator(".wheel [aria-selected=true]")).to_have_text(["26", "December", "2026"])
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("textbox", name="Visit")).to_have_value("2026-12-26")
        page.get_by_role("button", name=OPENER).click()
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_role("textbox", name="Visit")).to_have_value("")


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_a_choice_asks_the_endpoint_once_and_a_press_beside_it_takes_nothing(page: Page, platform: str) -> None:
    asks = {"name": "data_exchange", "payload": {"day": "${form.day}"}}
    asking = visit(**{"init-value": "2026-11-23", "on-select-action": asks})
    document = flow(
        screen("ONE", heading("${data.told}"), asking, data={"told": string("Ask")}), routing={"ONE": []}, version="5.0"
    )
    client = ScriptedEndpoint(lambda request: answered(request, {"screen": "ONE", "data": {"told": "Thanks"}}))
    with Stage(document, client) as stage:
        open_choice(page, stage, platform)
        page.mouse.click(page.viewport_size["width"] / 2, 30)  # type: ignore[index]
        expect(page.locator(".chooser:popover-open")).to_have_count(0)
        assert client.requests == []
        page.get_by_role("button", name=OPENER).click()
        if platform == "android":
            page.get_by_role("button", name="Sunday 29 November 2026").click()
            page.get_by_role("button", name="OK").click()
        else:
            expect(page.get_by_role("listbox", name="Day")).to_be_focused()
            page.keyboard.type("29")
            page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("heading", name="Thanks")).to_be_visible()
        stage.settle(page, day="2026-11-29")
        assert [request["data"] for request in client.requests] == [{"day": "2026-11-29"}]
