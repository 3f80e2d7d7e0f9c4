"""Every component as a person uses it: by pointer, by keyboard, in both dresses and both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browsers import accessibility_findings
from tests.phone.flows import Json, dropdown, flow, footer, heading, radio, screen, string, text_input
from tests.phone.test_calendar import calendar, stay
from tests.phone.test_chips import chips
from tests.phone.test_navigation_list import navigation, row, to
from tests.simulator.browser import Stage, chromium_page
from tests.simulator.stage import ScriptedEndpoint, answered

pytestmark = pytest.mark.browser

# A red square of 2 by 2 pixels.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


def slides(*names: str) -> Json:
    return {"type": "ImageCarousel", "images": [{"src": PNG, "alt-text": name} for name in names]}


def last(*children: Json) -> Json:
    return flow(screen("ONLY", *children, footer("complete", {"all": "${form.topics}"}), terminal=True))


def test_chips_are_ticked_by_pointer_and_by_keyboard_up_to_their_limit(page: Page) -> None:
    with Stage(last(chips("music", "film", "travel", required=True, **{"max-selected-items": 2}))) as stage:
        page.goto(stage.url)
        button = page.get_by_role("button", name="Continue")
        expect(button).to_have_attribute("aria-disabled", "true")
        page.get_by_label("Travel").click()
        page.get_by_label("Music").focus()
        page.keyboard.press("Space")
        expect(page.get_by_label("Film")).to_be_disabled()
        page.keyboard.press("Space")
        expect(page.get_by_label("Film")).to_be_enabled()
        button.click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().response == {"all": ["travel"], "flow_token": "unused"}


LISTS = flow(
    screen(
        "PLANS",
        navigation(
            row("gold", start={"image": PNG, "alt-text": "A bar"}, tags=["Home"], badge="New", end={"title": "£ 9"}),
            row("silver", end={"title": "£ 5"}, enabled=False),
            label="Plans",
            **{"on-click-action": to("DETAIL", which="${form.plan}")},
        ),
    ),
    screen("DETAIL", heading("${data.which}"), footer("complete"), data={"which": string()}, terminal=True),
)


def test_a_row_leads_on_and_back_keeps_the_list(page: Page) -> None:
    with Stage(LISTS) as stage:
        page.goto(stage.url)
        expect(page.get_by_role("button", name="Silver")).to_be_disabled()
        page.get_by_role("button", name="Gold").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="gold")).to_be_visible()
        page.get_by_role("button", name="Back").click()
        expect(page.get_by_role("button", name="Gold")).to_be_visible()


def test_a_row_that_asks_shows_the_wait(page: Page) -> None:
    asking = {"name": "data_exchange", "payload": {"plan": "${form.plan}"}}
    document = flow(
        screen("PLANS", navigation(row("gold"), row("silver"), **{"on-click-action": asking})),
        screen("DETAIL", heading("Details"), footer("complete"), terminal=True),
        routing={"PLANS": ["DETAIL"], "DETAIL": []},
    )
    client = ScriptedEndpoint(lambda request: answered(request, {"screen": "DETAIL", "data": {}}), is_held=True)
    with Stage(document, client) as stage:
        page.goto(stage.url)
        page.get_by_role("button", name="Silver").click()
        expect(page.locator(".list-row[aria-busy=true] .spinner")).to_be_visible()
        expect(page.get_by_role("button", name="Gold")).to_be_disabled()
        client.is_held = False
        expect(page.get_by_role("heading", name="Details")).to_be_visible()
        assert client.requests[0]["data"] == {"plan": "silver"}


def test_links_of_a_text_open_beside_the_flow(page: Page) -> None:
    text = [
        "# Terms",
        "See [our page](/files/tokens.css) and [this](http://127.0.0.1:9/).",
        "| A | B |",
        "|-|-|",
        "|1|2|",
    ]
    with Stage(flow(screen("T", {"type": "RichText", "text": text}))) as stage:
        page.goto(stage.url)
        expect(page.get_by_role("heading", name="Terms")).to_be_visible()
        expect(page.get_by_role("cell", name="2")).to_be_visible()
        link = page.get_by_role("link")
        expect(link).to_have_count(1)
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        with page.context.expect_page() as opened:
            link.click()
        opened.value.close()
        expect(page.get_by_role("heading", name="Terms")).to_be_visible()


def test_a_carousel_is_turned_by_keys_and_stays_while_one_types(page: Page) -> None:
    with Stage(last(slides("One", "Two", "Three"), text_input("name"))) as stage:
        page.goto(stage.url)
        carousel = page.get_by_role("group", name="Images")
        carousel.focus()
        page.keyboard.press("ArrowRight")
        width = carousel.evaluate("one => one.clientWidth")
        page.wait_for_function(f"() => document.querySelector('.ImageCarousel').scrollLeft === {width}")
        page.get_by_label("Name").press_sequentially("Ada", delay=30)
        stage.settle(page, name="Ada")
        assert carousel.evaluate("one => one.scrollLeft") == width


def test_a_day_is_chosen_from_the_month(page: Page) -> None:
    limits = {"min-date": "2026-11-01", "max-date": "2027-01-31", "include-days": ["Mon", "Wed"]}
    document = last(calendar(**limits), text_input("name"))
    with Stage(document) as stage:
        stage.store.states["s1"]["today"] = "2026-11-22"
        page.goto(stage.url)
        page.get_by_label("Name").fill("Ada")
        opener = page.get_by_role("button", name="Choose from the calendar: Day")
        opener.click()
        expect(page.get_by_role("button", name="Tuesday 24 November 2026")).to_be_disabled()
        page.get_by_role("button", name="Month after").click()
        expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
        expect(page.get_by_role("button", name="Month after")).to_be_focused()
        page.get_by_role("button", name="Wednesday 2 December 2026").click()
        expect(page.get_by_label("Day (optional)")).to_have_value("2026-12-02")
        expect(opener).to_be_focused()
        expect(page.get_by_label("Name")).to_have_value("Ada")
        assert stage.store.session().form == {"day": "2026-12-02", "name": "Ada"}
        opener.click()
        expect(page.get_by_role("heading", name="December 2026")).to_be_visible()
        page.get_by_role("button", name="Clear").click()
        expect(page.get_by_label("Day (optional)")).to_have_value("")


def test_a_range_is_typed_and_its_error_stands_at_its_end(page: Page) -> None:
    with Stage(last(stay(title="Your stay", **{"max-days": 3}))) as stage:
        page.goto(stage.url)
        page.get_by_label("Arrival (optional)").fill("2026-11-25")
        page.get_by_label("Departure (optional)").fill("2026-11-30")
        page.get_by_label("Arrival (optional)").focus()
        expect(page.get_by_text("Choose a day at most 3 days after the start", exact=True).first).to_be_visible()
        page.get_by_label("Departure (optional)").fill("2026-11-27")
        expect(page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")
        stage.settle(page, day={"start-date": "2026-11-25", "end-date": "2026-11-27"})


EVERYTHING_ELSE = flow(
    screen(
        "FIRST",
        chips("music", "film", description="Both are fine"),
        slides("One", "Two"),
        calendar(),
        {**stay(title="Your stay", description="A week at most"), "name": "stay"},
        dropdown("shop", "canal", "mill"),
        radio("size", "s", "m"),
        {"type": "TextBody", "text": ["A **body** with a [link](https://e.com)", "- one"], "markdown": True},
        footer("navigate", to="TEXT"),
    ),
    screen(
        "TEXT",
        {"type": "RichText", "text": ["# Terms", "| A | B |", "|-|-|", "| 1 | [2](https://e.com) |"]},
        footer("complete"),
        terminal=True,
    ),
)


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_axe_finds_nothing_serious(page: Page, platform: str) -> None:
    for document, way in ((EVERYTHING_ELSE, "Continue"), (LISTS, "Gold")):
        with Stage(document) as stage:
            stage.store.platform = platform
            page.goto(stage.url)
            assert accessibility_findings(page) == []
            if way == "Continue":
                page.get_by_role("button", name="Choose from the calendar: Day").click()
                assert accessibility_findings(page) == []
                page.keyboard.press("Escape")
            page.get_by_role("button", name=way).click()
            expect(page.get_by_role("button", name="Back")).to_be_visible()
            assert accessibility_findings(page) == []


@pytest.mark.parametrize("kind", ["Dropdown", "RadioButtonsGroup", "DatePicker", "CalendarPicker", "ChipsSelector"])
def test_the_keyboard_stays_where_a_choice_asked_the_endpoint(page: Page, kind: str) -> None:
    asking = {"on-select-action": {"name": "data_exchange", "payload": {}}}
    component = {**dropdown("topics", "music", "film", **asking), "type": kind}
    if kind in ("DatePicker", "CalendarPicker"):
        del component["data-source"]
    document = flow(screen("A", component, text_input("name")), routing={"A": []})
    client = ScriptedEndpoint(lambda request: answered(request, {"screen": "A", "data": {}}), is_held=True)
    with Stage(document, client) as stage:
        page.goto(stage.url)
        control = page.get_by_label("Topics (optional)")
        if kind in ("RadioButtonsGroup", "ChipsSelector"):
            control = page.get_by_label("Music")
        control.focus()
        page.keyboard.type({"Dropdown": "M"}.get(kind, "11252026" if "Picker" in kind else " "), delay=20)
        expect(page.locator("form[aria-busy]")).to_be_visible()
        expect(control).to_be_focused()
        expect(page.get_by_label("Name")).to_be_disabled()
        client.is_held = False
        expect(page.get_by_label("Name")).to_be_enabled()
        expect(control).to_be_focused()
        assert stage.store.session().form["topics"] in ("music", ["music"], "2026-11-25")
        assert len(client.requests) == 1


def test_the_options_of_a_dropdown_open_as_rows_and_the_choice_survives_redraws(page: Page) -> None:
    rows = [
        {"id": "canal", "title": "Canal Street", "description": "Open until six", "image": PNG},
        {"id": "mill", "title": "Mill Lane", "enabled": False},
        {"id": "long", "title": "A shop whose name is a good deal longer than the field is wide"},
    ]
    document = flow(screen("A", {**dropdown("topics"), "data-source": rows}, text_input("name")))
    with Stage(document) as stage:
        page.goto(stage.url)
        choice = page.get_by_label("Topics (optional)")
        choice.click()
        expect(page.get_by_role("option", name="Canal Street Open until six")).to_be_visible()
        expect(page.get_by_role("option", name="Mill Lane")).to_be_disabled()
        page.get_by_role("option", name="A shop whose").click()
        page.get_by_label("Name").press_sequentially("Ada", delay=40)
        stage.settle(page, topics="long", name="Ada")
        expect(choice).to_have_value("long")
        expect(page.locator("selectedcontent")).to_contain_text("A shop whose name")
        assert page.evaluate("() => document.querySelector('.flow-scroll').scrollWidth <= 360")
        choice.click()
        page.get_by_role("option", name="Clear").click()
        stage.settle(page, topics="")
