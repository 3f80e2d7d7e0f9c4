"""The pages of a real server: who may see them, and what stands on each."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect
from tests.browsers import PATIENCE, accessibility_findings, misfits
from tests.journey.conftest import ROOT, Box, wait_until
from tests.simulator.browser import chromium_page

pytestmark = pytest.mark.box


@pytest.fixture(scope="module")
def flow_id(box: Box) -> str:
    return box.make_flow("How was your visit?", (ROOT / "examples" / "feedback" / "flow.json").read_text())


def addresses(box: Box, flow_id: str) -> list[str]:
    handset = box.credentials["handsets"][0]["url"].removeprefix(box.url)
    return [
        "/",
        "/flows",
        "/flows/new",
        "/channels/whatsapp/flows",
        "/channels/whatsapp/senders",
        "/log",
        "/reference/components",
        "/reference/components/Dropdown",
        "/reference/errors?q=window",
        "/reference/versions",
        "/team",
        "/you",
        "/templates",
        "/templates/new",
        "/traffic",
        "/traffic/webhook/1",
        f"/flows/{flow_id}",
        f"/flows/{flow_id}/responses",
        f"/flows/{flow_id}/endpoint",
        "/responses",
        handset,
    ]


def test_every_page_answers_with_its_title_and_security_headers(box: Box, flow_id: str) -> None:
    for address in addresses(box, flow_id):
        answer = box.client.get(address)
        assert answer.status_code == 200, address
        assert "<title>" in answer.text
        assert answer.text.count("<h1") == 1, address
        assert "<script>" not in answer.text
        assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_no_page_answers_to_a_foreign_name(box: Box, flow_id: str) -> None:
    for address in [*addresses(box, flow_id), "/static/tokens.css", "/events"]:
        assert box.client.get(address, headers={"Host": "evil.example"}).status_code == 421, address


def test_nothing_can_be_changed_from_a_foreign_page(box: Box, flow_id: str) -> None:
    handset = box.credentials["handsets"][0]["url"]
    for address in (f"{handset}/write", f"{handset}/open", f"{box.url}/flows/{flow_id}/send"):
        answer = httpx.post(address, data={"text": "x"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403, address


def preview_of(box: Box, flow_id: str, fields: str = "preview.invalidate(false)") -> str:
    link: str = box.graph("GET", flow_id, params={"fields": fields})["preview"]["preview_url"]
    return link


def test_the_preview_link_shows_every_screen_until_it_is_renewed(box: Box, flow_id: str) -> None:
    link = preview_of(box, flow_id)
    page = box.client.get(link)
    assert page.status_code == 200
    assert "Preview of How was your visit?" in page.text
    other = box.client.get(link, params={"token": link.rsplit("=", 1)[1], "screen": "LIKED"})
    assert 'data-screen="LIKED"' in other.text
    renewed = preview_of(box, flow_id, "preview.invalidate(true)")
    assert renewed != link
    assert box.client.get(link).status_code == 404
    assert box.client.get(renewed).status_code == 200
    assert box.client.get(renewed, params={"token": "guessed"}).status_code == 404


def test_what_is_not_there_is_a_page_too(box: Box) -> None:
    for address in (
        "/flows/1",
        "/responses/999999",
        "/responses/99999999999999999999999",
        "/handsets/nobody",
        "/nowhere",
    ):
        answer = box.client.get(address)
        assert answer.status_code == 404, address
        assert "Traceback" not in answer.text


def test_a_webhook_is_delivered_again_from_the_page(box: Box) -> None:
    webhook = "/traffic/webhook/1"

    def attempts(least: int) -> str | None:
        page = box.client.get(webhook).text
        return page if page.count("HTTP 200") >= least else None

    wait_until(lambda: attempts(1), "the first attempt")
    answer = box.client.post(f"{webhook}/deliver", headers={"Origin": box.url}, follow_redirects=True)
    assert "It is delivered once more" in answer.text
    assert "The same as a curl command" in wait_until(lambda: attempts(2), "the second attempt")
    assert "had a webhook delivered again" in box.client.get("/log").text


@pytest.mark.browser
def test_a_template_is_written_reviewed_and_sent_by_hand(box: Box) -> None:
    with chromium_page() as page:
        page.goto(f"{box.url}/templates/new")
        page.locator("#template-name").fill("by_hand")
        page.locator("#template-body").fill("Hello {{first_name}}, it is <b>time</b> again.")
        page.locator("#example-1").fill("Amara", timeout=PATIENCE)
        expect(page.locator("#template-preview")).to_contain_text(
            "Hello Amara, it is <b>time</b> again.", timeout=PATIENCE
        )
        page.get_by_role("button", name="Send for review").click()
        expect(page.locator("h1")).to_have_text("by_hand", timeout=PATIENCE)

        def approved() -> bool:
            page.reload()
            return page.get_by_text("Approved", exact=True).count() > 0

        wait_until(approved, "the review")
        page.get_by_role("button", name="Send", exact=True).first.click()
        page.locator("#send-form button[type=submit]").click(timeout=PATIENCE)
        expect(page.locator(".toast")).to_contain_text("is on its way to", timeout=PATIENCE)


@pytest.mark.browser
def test_attempts_and_invitations_are_told_in_the_readers_time_zone(box: Box, flow_id: str) -> None:
    with chromium_page() as first:
        assert first.context.browser is not None
        page = first.context.browser.new_context(timezone_id="Asia/Kolkata").new_page()
        page.goto(f"{box.url}/traffic/webhook/1")
        attempt = page.locator("time[data-exact]").first
        expect(attempt).to_have_attribute("title", re.compile("20"))
        at = datetime.fromisoformat(attempt.get_attribute("datetime") or "").astimezone(ZoneInfo("Asia/Kolkata"))
        expect(attempt).to_contain_text(at.strftime("%H:%M:%S"))
        page.goto(f"{box.url}/team")
        page.locator("form[action='/team/invite'] input[name=email]").fill("zone@example.org")
        page.locator("form[action='/team/invite'] button[type=submit]").click()
        until = page.locator("time[data-day]").first
        expect(until).to_have_attribute("title", re.compile("20"))
        day = datetime.fromisoformat(until.get_attribute("datetime") or "").astimezone(ZoneInfo("Asia/Kolkata"))
        expect(until).to_have_text(re.compile(f"^{day.day:02} .* {day.year}$"))


@pytest.mark.browser
def test_whoever_is_signed_out_meanwhile_loses_nothing_that_was_written(box: Box, flow_id: str) -> None:
    with chromium_page() as first:
        assert first.context.browser is not None
        context = first.context.browser.new_context()
        page = context.new_page()
        page.goto(f"{box.url}/flows/{flow_id}")
        page.get_by_role("button", name="Send to a phone").first.click()
        dialog = page.locator("dialog[open]")
        written = dialog.locator("#send-body")
        written.fill("This took long to write.")
        other = context.new_page()
        other.goto(f"{box.url}/you")
        other.get_by_role("button", name="Sign out", exact=True).click()
        send = dialog.locator("button[type=submit]")
        send.click()
        expect(dialog.get_by_role("alert")).to_contain_text("You are signed out. What you wrote stays here.")
        expect(written).to_have_value("This took long to write.")
        with page.expect_popup() as tab:
            dialog.get_by_role("link", name="Sign in in another tab").click()
        tab.value.get_by_role("button", name="Go on without a password").click()
        expect(tab.value.locator("h1")).to_have_text("Start")
        send.click()
        expect(page.locator(".toast")).to_contain_text("is on its way to")


@pytest.mark.browser
def test_every_page_fits_its_window_and_has_no_serious_accessibility_finding(box: Box, flow_id: str) -> None:
    handset = box.credentials["handsets"][0]
    box.send_flow(flow_id, handset["wa_id"])
    findings = {}
    with chromium_page(bypass_csp=True) as page:
        for address in addresses(box, flow_id):
            page.goto(box.url + address)
            findings[address] = misfits(page) + accessibility_findings(page)
        page.goto(f"{box.url}/playground")
        findings["/playground"] = misfits(page)
    assert {address: found for address, found in findings.items() if found} == {}


def tabs_follow(box: Box, context: BrowserContext, tabs: int) -> None:
    """So many tabs of the console, each with a phone beside it, open one after another and all follow what happens."""
    troubles: list[str] = []
    streams: list[str] = []
    context.on("request", lambda request: streams.append(request.url) if "events" in request.url else None)
    pages = []
    for _ in range(tabs):
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.goto(box.url, wait_until="load", timeout=PATIENCE)
        pages.append(page)
    phone = pages[0].frame_locator("[data-dock] iframe")
    for page in pages:  # every one is still answered, the phone in its frame too
        expect(page.frame_locator("[data-dock] iframe").get_by_label("Message to")).to_be_visible()
    phone.get_by_label("Message to").fill("Is this heard in every tab?")
    phone.get_by_label("Message to").press("Enter")
    for page in pages:
        own = page.frame_locator("[data-dock] iframe").locator(".bubble.own").last
        expect(own).to_contain_text("Is this heard in every tab?")
    assert troubles == []
    assert streams == []  # none has a stream of its own
    chooser = pages[0].locator("[data-dock-phone]")
    chooser.select_option(index=1)
    expect(chooser).not_to_have_value(box.credentials["handsets"][0]["url"].removeprefix(box.url))
    pages[0].frame_locator("[data-dock] iframe").get_by_label("Message to").wait_for()
    assert [
        words for words in troubles if "Failed to fetch" not in words
    ] == []  # what the other phone's page asked last
    assert streams == []


@pytest.mark.browser
@pytest.mark.parametrize(("tabs", "has_shared_workers"), [(10, True), (7, False)])
def test_more_tabs_than_connections_follow_what_happens(box: Box, tabs: int, has_shared_workers: bool) -> None:
    """A browser opens six connections to a host."""
    with chromium_page() as page:
        assert page.context.browser is not None
        context = page.context.browser.new_context(viewport={"width": 1280, "height": 800})
        if not has_shared_workers:
            context.add_init_script("delete window.SharedWorker")
        tabs_follow(box, context, tabs)
