"""What a person meets on a sheet: messages, failures, dialogs, keyboard; and what a screen reader is told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browsers import accessibility_findings, wait_until
from tests.phone.flows import Json, checkboxes, dropdown, flow, footer, heading, radio, screen, string, text_input
from tests.simulator.browser import Stage, chromium_page
from tests.simulator.stage import ScriptedEndpoint, answered, failed

from headrace.exchange.channel import Outcome

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


EVERYTHING = flow(
    screen(
        "ALL",
        heading("All there is"),
        {"type": "TextSubheading", "text": "Nearly"},
        {"type": "TextBody", "text": "A paragraph.", "font-weight": "bold"},
        {"type": "TextCaption", "text": "Small print"},
        text_input("name", required=True, **{"helper-text": "As in your passport"}),
        text_input("pin", **{"input-type": "passcode"}),
        text_input("long", **{"label-variant": "large"}),
        {"type": "TextArea", "name": "note", "label": "Note", "max-length": 50},
        dropdown("shop", "canal", "mill", required=True),
        radio("size", "s", "m"),
        checkboxes("extras", "ice", "lemon", **{"max-selected-items": 1}),
        {"type": "DatePicker", "name": "day", "label": "Day"},
        {
            "type": "OptIn",
            "name": "terms",
            "label": "I agree",
            "on-click-action": {"name": "open_url", "url": "https://example.com"},
        },
        {
            "type": "EmbeddedLink",
            "text": "Terms",
            "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "TERMS"}},
        },
        {"type": "PhotoPicker", "name": "photo", "label": "Photo"},
        {"type": "Image", "src": "nothing"},
        {**footer("complete", label="Send"), "left-caption": "Total", "right-caption": "£ 20"},
        title="Everything",
        terminal=True,
    ),
    screen("TERMS", heading("Terms and conditions")),
)


def test_axe_finds_nothing_serious(page: Page) -> None:
    with Stage(EVERYTHING) as stage:
        stage.store.is_draft = True
        page.goto(stage.url)
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Name").fill("")
        page.get_by_label("Ice").check()
        expect(page.get_by_label("Lemon")).to_be_disabled()
        assert accessibility_findings(page) == []


def test_the_button_says_why_it_is_shut_and_does_nothing(page: Page) -> None:
    with Stage(EVERYTHING) as stage:
        page.goto(stage.url)
        button = page.get_by_role("button", name="Send")
        expect(button).to_have_attribute("aria-disabled", "true")
        button.hover()
        expect(
            page.get_by_role("tooltip", include_hidden=True)
        ).to_be_hidden()  # the pointer may only have been left there
        button.click(force=True)
        expect(page.get_by_role("tooltip")).to_have_text("Name is required")
        expect(page.get_by_role("tooltip")).to_be_visible()
        page.get_by_label("Name").fill("Ada")
        stage.settle(page, name="Ada")
        assert stage.store.endings == []


def test_the_keyboard_is_enough(page: Page) -> None:
    document = flow(
        screen("A", text_input("name", required=True), footer("navigate", to="B")),
        screen("B", radio("size", "s", "m", required=True), footer("complete", {"s": "${form.size}"}), terminal=True),
    )
    with Stage(document) as stage:
        page.goto(stage.url)
        page.get_by_label("Name").focus()
        page.keyboard.type("Ada", delay=20)
        page.keyboard.press("Enter")
        stage.settle(page, name="Ada")
        expect(page.get_by_label("Name")).to_have_value("Ada")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("S", exact=True)).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_label("S", exact=True)).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.get_by_role("button", name="Continue").focus()
        page.keyboard.press("Space")
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().response == {"s": "s", "flow_token": "unused"}


ASKING = flow(
    screen(
        "ASK",
        {
            "type": "Form",
            "name": "form",
            "error-messages": "${data.errors}",
            "children": [text_input("name"), text_input("mail"), footer("data_exchange", {"n": "${form.name}"})],
        },
        data={"errors": {"type": "object", "__example__": {}}, "greeting": string()},
    ),
    screen("CHECK", heading("Check"), terminal=True),
    routing={"ASK": ["CHECK"], "CHECK": []},
)


def test_a_message_of_the_business_goes_when_the_field_is_left(page: Page) -> None:
    client = ScriptedEndpoint(
        lambda request: answered(request, {"screen": "ASK", "data": {"errors": {"name": "This name is taken"}}})
    )
    with Stage(ASKING, client) as stage:
        page.goto(stage.url)
        page.get_by_label("Name").fill("Ada")
        page.get_by_role("button", name="Continue").click()
        message = page.get_by_text("This name is taken", exact=True)
        expect(message).to_be_visible()
        expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("Name").focus()
        expect(message).to_be_visible()
        page.keyboard.press("Tab")
        expect(message).to_have_count(0)
        expect(page.get_by_label("Name")).to_have_value("Ada")
        expect(page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")


def test_a_failure_shows_a_snackbar_that_goes_by_itself_and_keeps_the_inputs(page: Page) -> None:
    with Stage(ASKING, ScriptedEndpoint(lambda request: failed(request, "timeout_error"))) as stage:
        page.goto(stage.url)
        page.get_by_label("Name").fill("Ada")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("No answer within 10 seconds")).to_be_visible()
        expect(page.get_by_label("Name")).to_have_value("Ada")
        seconds = page.locator(".snackbar").evaluate(
            """one => {
                const [animation] = one.getAnimations()
                const end = animation.effect.getComputedTiming().endTime / 1000
                animation.finish()
                return end
            }"""
        )
        assert 3 <= seconds <= 6
        expect(page.get_by_text("No answer within 10 seconds")).to_be_hidden()


def test_a_failed_opening_can_be_tried_again(page: Page) -> None:
    outcomes = iter(["failed", "answered"])

    def answer(request: Json) -> Outcome:
        if next(outcomes) == "failed":
            return failed(request, "no_http_response_error")
        return answered(request, {"screen": "ASK", "data": {}})

    client = ScriptedEndpoint(answer, is_held=True)
    with Stage(ASKING, client) as stage:
        stage.store.open(action="data_exchange")
        page.goto(stage.url)
        expect(page.get_by_label("Waiting for an answer")).to_be_visible()
        client.is_held = False
        expect(page.get_by_text("Something went wrong.")).to_be_visible()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_label("Name")).to_be_visible()


def test_a_used_up_token_ends_in_a_dialog(page: Page) -> None:
    def answer(request: Json) -> Outcome:
        return Outcome(kind="token_expired", request=request, milliseconds=1, http_status=427, message="Too late.")

    with Stage(ASKING, ScriptedEndpoint(answer)) as stage:
        page.goto(stage.url)
        page.get_by_role("button", name="Continue").click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog).to_contain_text("Too late.")
        dialog.get_by_role("button", name="OK").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)


def test_a_page_that_redraws_around_the_sheet_leaves_it_alone(page: Page) -> None:
    with Stage(EVERYTHING) as stage:
        page.goto(stage.url)
        page.get_by_label("Name").fill("Ada")
        page.evaluate(
            """async () => {
                const html = await (await fetch(location.href)).text();
                await htmx.swap({text: html.match(/<main>[^]*<\\/main>/)[0], target: document.querySelector('main'),
                                 swap: 'outerMorph', sourceElement: document.body});
            }"""
        )
        expect(page.get_by_label("Name")).to_have_value("Ada")
        page.get_by_label("Name").press_sequentially("!", delay=20)
        stage.settle(page)
        wait_until(page, lambda: str(stage.store.session().form["name"]).replace("!", "") == "Ada")
