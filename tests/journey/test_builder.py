"""The Builder in a browser, on a real box: a draft with mistakes is mended, run, saved and published."""

import gzip
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browsers import BUILT, accessibility_findings, wait_until
from tests.journey.conftest import ROOT, Box
from tests.simulator.browser import chromium_page

pytestmark = [pytest.mark.box, pytest.mark.browser]

BROKEN = (ROOT / "examples" / "broken.json").read_text()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page(bypass_csp=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def draft(box: Box) -> str:
    return upload(box, "Ask an optician", BROKEN)


def upload(box: Box, name: str, text: str) -> str:
    parameters = {"name": name, "categories": ["CONTACT_US"]}
    flow_id = str(box.graph("POST", f"{box.credentials['waba_id']}/flows", json=parameters)["id"])
    files = {"file": ("flow.json", text.encode(), "application/json")}
    box.graph("POST", f"{flow_id}/assets", files=files, data={"name": "flow.json", "asset_type": "FLOW_JSON"})
    return flow_id


def held(box: Box, flow_id: str) -> str:
    """The Flow JSON as WhatsApp holds it."""
    (asset,) = box.graph("GET", f"{flow_id}/assets")["data"]
    return box.client.get(asset["download_url"]).text


def typed(page: Page) -> str:
    """The text of the editor."""
    text: str = page.evaluate("document.querySelector('.cm-content').cmTile.view.state.doc.toString()")
    return text


def test_a_draft_is_mended_run_saved_and_published(box: Box, page: Page, draft: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{box.url}/flows/{draft}/edit")
    count = page.locator("[data-count]")
    phone = page.frame_locator("[data-preview]")
    expect(count).to_have_text("3 errors")
    expect(page.locator('[data-screen="QUESTION"] .errors')).to_have_text("2 errors")
    expect(phone.locator("[data-screen=QUESTION]")).to_be_visible()

    # The problem is on its edge of the graph, and a press on a screen leads back to its place.
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator('.edge.has-errors[data-target="PRIVACY_NOTICE"]')).to_have_count(1)
    assert accessibility_findings(page, "#panel-graph") == []
    page.locator('.graph [data-screen="CHECK"]').click()
    expect(page.locator("[data-cursor]")).to_have_text("Line 58, column 13")
    expect(phone.locator("[data-screen=CHECK]")).to_be_visible()

    # Two are mended by their buttons, one by the button for all; undo takes everything back.
    page.get_by_role("button", name="3 errors").click()
    page.get_by_role("button", name="Write 'helper-text'").click()
    expect(count).to_have_text("2 errors")
    assert typed(page) == BROKEN.replace("helper_text", "helper-text")
    page.get_by_role("button", name="Write 'PRIVACY_NOTE'").click()
    expect(count).to_have_text("1 error")
    page.get_by_role("button", name="Fix everything").click()
    expect(count).not_to_contain_text("error")
    mended = typed(page)
    page.locator(".cm-content").focus()
    for _ in range(3):
        page.keyboard.press("ControlOrMeta+z")
    expect(count).to_have_text("3 errors")
    assert typed(page) == BROKEN
    for _ in range(3):
        page.keyboard.press("ControlOrMeta+y")
    assert typed(page) == mended

    # Designing changes the same text: a component that is added stands on the phone, and undo takes it back.
    page.locator("[data-problems-toggle]").click()
    page.get_by_role("tab", name="Design").click()
    page.locator(".design-tree select.add").last.select_option("DatePicker")
    page.get_by_label("label", exact=False).first.fill("When suits you?")
    page.keyboard.press("Tab")
    expect(phone.get_by_text("When suits you?").first).to_be_visible()
    page.get_by_role("button", name="Move up").first.click()
    expect(count).not_to_contain_text("error")
    assert accessibility_findings(page, "#panel-design") == []
    page.get_by_role("tab", name="JSON").click()
    page.locator(".cm-content").focus()
    while typed(page) != mended:
        page.keyboard.press("ControlOrMeta+z")

    # What is typed is on the phone before it is saved, completed from the catalogue, and run as it stands.
    page.keyboard.press("ControlOrMeta+Home")
    page.get_by_text('"Ask an optician"').first.dblclick(position={"x": 14, "y": 8})
    page.keyboard.type("Enquire")
    expect(phone.get_by_text("Enquire an optician").first).to_be_visible()
    page.locator("[data-run]").click()
    running = page.frame_locator("[data-preview]")
    expect(running.locator("#inspector")).to_be_visible()
    expect(running.get_by_text("Enquire an optician").first).to_be_visible()
    page.locator("[data-run-close]").click()

    # It is saved as a version, comes back unsaved after a reload, and is published.
    page.keyboard.press("ControlOrMeta+s")
    expect(page.locator("[data-saved]")).to_contain_text("Version 2, saved just now by You")
    assert held(box, draft) == typed(page)
    assert json.loads(held(box, draft))["screens"][0]["title"] == "Enquire an optician"
    page.get_by_text('"Enquire an optician"').first.dblclick(position={"x": 14, "y": 8})
    page.keyboard.type("Tell")
    expect(page.locator("html[data-dirty]")).to_have_count(1)
    wait_until(page, lambda: "Tell" in str(page.evaluate(f"localStorage.getItem('headrace.builder.{draft}')")))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-brought-back]")).to_be_visible()
    page.locator("[data-discard]").click()
    assert typed(page) == held(box, draft)
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Publish").click()
    page.get_by_role("checkbox", name="This Flow keeps to").check()
    assert accessibility_findings(page, "#act-dialog") == []
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("h1")).to_have_text("Ask an optician")
    expect(page.locator(".status").first).to_contain_text("Published")


def test_it_fits_every_window_and_has_no_serious_accessibility_finding(box: Box, page: Page) -> None:
    flow_id = upload(box, "Ask again", BROKEN)
    for width, height in ((1280, 720), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{box.url}/flows/{flow_id}/edit")
        expect(page.locator("[data-count]")).to_have_text("3 errors")
        over = (
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        assert page.evaluate(over) == [0, 0]
    page.set_viewport_size({"width": 1280, "height": 720})
    page.get_by_role("button", name="3 errors").click()
    expect(page.get_by_role("button", name="Write 'PRIVACY_NOTE'")).to_be_visible()
    assert accessibility_findings(page) == []


def test_the_editor_is_a_script_of_its_own_and_both_are_small() -> None:
    sizes = {name: len(gzip.compress((BUILT.parent / f"{name}.js").read_bytes())) for name in ("app", "builder")}
    assert sizes["app"] <= 60_000
    assert sum(sizes.values()) <= 350_000
