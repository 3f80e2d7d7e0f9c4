"""`headrace preview` as a person uses it: edit, save, look; with mock answers and with a real endpoint."""

import copy
import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.app.previewing.commands import Command
from tests.app.previewing.stage import ASKING, STATIC
from tests.browsers import accessibility_findings
from tests.flowjson.gallery_walks import endpoint_module
from tests.phone.flows import Json
from tests.serving import Served
from tests.simulator.browser import chromium_page

from headrace.exchange.keys import generate_key_pair
from headrace.flowjson.gallery import template

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        opened.set_viewport_size({"width": 1280, "height": 720})
        yield opened


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("preview") / "flow.json"


@pytest.fixture(scope="module")
def command(file: Path) -> Iterator[Command]:
    save(file, STATIC)
    running = Command(file)
    with running:
        yield running
    assert running.status == 0
    assert running.complaints == ""


@pytest.fixture
def preview(page: Page, command: Command, file: Path) -> Page:
    """The page on the static Flow, begun anew."""
    save(file, STATIC)
    page.goto(command.url)
    before = page.locator("input[name=shown]").get_attribute("value") or ""
    page.locator("#restart").click()
    expect(page.locator("input[name=shown]")).not_to_have_attribute("value", before)
    expect(page.locator(f"#sheet-{page.locator('input[name=shown]').get_attribute('value')}")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("No problems")
    expect(name_field(page)).to_have_value("")
    return page


def phone(page: Page) -> Locator:
    """What stands on the phone; the strip shows the same words in small."""
    return page.locator("#sheet-slot")


def name_field(page: Page) -> Locator:
    return phone(page).get_by_role("textbox", name="Name")


def save_and_see(page: Page, file: Path, document: Json) -> None:
    """Saves the file and waits until the page shows it."""
    revision = page.locator("input[name=revision]")
    before = revision.get_attribute("value") or ""
    save(file, document)
    expect(revision).not_to_have_attribute("value", before)


def save(file: Path, document: Json | str) -> None:
    file.write_text(document if isinstance(document, str) else json.dumps(document, indent=2))


def edited(title: str, *more: Json) -> Json:
    """The static Flow with another title on its first screen and more components at its top."""
    document = copy.deepcopy(STATIC)
    document["screens"][0]["title"] = title
    document["screens"][0]["layout"]["children"][:0] = more
    return document


def test_a_save_keeps_the_screen_and_what_is_being_typed(preview: Page, file: Path) -> None:
    field = name_field(preview)
    field.click()
    preview.keyboard.type("Bea")
    save(file, edited("Another title"))
    preview.keyboard.type("trice of the long name", delay=20)
    expect(phone(preview).locator(".flow-title")).to_contain_text("Another title")
    expect(field).to_have_value("Beatrice of the long name")
    expect(field).to_be_focused()
    phone(preview).get_by_role("button", name="Continue").click()
    expect(phone(preview)).to_contain_text("Beatrice of the long name")
    save(file, edited("Another title", {"type": "TextBody", "text": "More"}))
    expect(preview.locator("flow-miniature").first).to_contain_text("More")
    expect(phone(preview)).to_contain_text("Beatrice of the long name")


def test_a_broken_save_is_told_and_mended(preview: Page, file: Path) -> None:
    name_field(preview).fill("Bea")
    save(file, json.dumps(STATIC, indent=2)[:-20])
    expect(preview.locator("#problems")).to_contain_text("The phone shows it as it was before")
    expect(preview.locator("#problems .problem.error").first).to_be_visible()
    expect(name_field(preview)).to_have_value("Bea")
    save(file, edited("Mended"))
    expect(phone(preview).locator(".flow-title")).to_contain_text("Mended")
    expect(preview.locator("#problems")).to_contain_text("No problems")
    expect(name_field(preview)).to_have_value("Bea")


def test_a_problem_leads_to_its_place(preview: Page, file: Path) -> None:
    document = copy.deepcopy(STATIC)
    document["screens"][1]["layout"]["children"].append({"type": "Headline", "text": "x"})
    save(file, document)
    problem = preview.locator(".problem.error")
    expect(problem).to_have_count(1)
    problem.locator("button.what").click()
    note = phone(preview).locator(".finding")
    expect(note).to_be_focused()
    expect(note).to_contain_text("type")
    expect(phone(preview).locator(".placeholder")).to_contain_text('There is no component "Headline"')
    expect(preview.locator("#strip [aria-current]")).to_contain_text("CHECK")
    expect(preview.locator("#strip [aria-current]")).to_contain_text("1 error")
    preview.get_by_label("Show on the phone").uncheck()
    expect(note).to_be_hidden()
    preview.get_by_label("Show on the phone").check()
    assert (problem.locator("button.copy").get_attribute("data-copy") or "").startswith(
        "INVALID_PROPERTY_VALUE flow.json:"
    )


def test_the_strip_shows_every_screen_and_leads_there(preview: Page) -> None:
    miniatures = preview.locator("flow-miniature")
    expect(miniatures).to_have_count(2)
    expect(miniatures.nth(1)).to_contain_text("Ada")
    preview.locator("#strip button", has_text="CHECK").focus()
    preview.keyboard.press("Enter")
    expect(phone(preview).locator("h2")).to_contain_text("Check")
    phone(preview).get_by_role("button", name="Back").click()
    expect(phone(preview).locator("h2")).to_contain_text("Name")


def test_the_answer_is_shown_at_the_end(preview: Page) -> None:
    name_field(preview).fill("Bea")
    phone(preview).get_by_role("button", name="Continue").click()
    phone(preview).get_by_role("button", name="Send").click()
    expect(preview.locator("#response")).to_contain_text('"who": "Bea"')
    preview.locator("#reopen").click()
    expect(name_field(preview)).to_have_value("")
    phone(preview).get_by_role("button", name="Close").click()
    phone(preview).get_by_role("button", name="Open again").click()
    expect(name_field(preview)).to_be_visible()


def test_a_person_answers_where_there_is_no_endpoint(preview: Page, file: Path) -> None:
    save_and_see(preview, file, ASKING)
    name_field(preview).fill("Bea")
    phone(preview).get_by_role("button", name="Continue").click()
    expect(preview.locator("#question")).to_contain_text("data_exchange from NAME")
    preview.get_by_role("button", name="Show CHECK").click()
    expect(phone(preview).locator("h2")).to_contain_text("Check")
    expect(preview.locator("#question")).to_have_count(0)
    phone(preview).get_by_role("button", name="Back").click()
    phone(preview).get_by_role("button", name="Continue").click()
    preview.get_by_text("Write the answer").click()
    preview.get_by_label("Answer as JSON").fill('{"screen": "NAME", "data": {"error_message": "Full"}}')
    preview.get_by_role("button", name="Answer with this").click()
    expect(phone(preview).locator(".snackbar")).to_contain_text("Full")


def test_axe_finds_nothing_serious_and_nothing_is_cut_off(preview: Page, file: Path) -> None:
    document = copy.deepcopy(ASKING)
    document["screens"][0]["layout"]["children"].insert(0, {"type": "Headline", "text": "x"})
    save(file, document)
    expect(phone(preview).locator(".finding")).to_be_visible()
    phone(preview).get_by_role("button", name="Continue").click()
    expect(preview.locator("#question")).to_be_visible()
    preview.get_by_role("button", name="Show CHECK").click()
    expect(preview.locator("#aside")).to_contain_text("Last exchange")
    assert accessibility_findings(preview) == []
    assert preview.evaluate("document.documentElement.scrollWidth") <= 1280
    assert preview.evaluate("document.documentElement.scrollHeight") <= 720


def test_the_phone_can_be_another(preview: Page) -> None:
    name_field(preview).fill("Bea")
    preview.get_by_label("Platform").select_option("iPhone")
    expect(phone(preview).locator(".flow-sheet.ios")).to_be_visible()
    expect(name_field(preview)).to_have_value("Bea")
    preview.get_by_label("Direction").select_option("Right to left")
    preview.get_by_label("Text size").select_option("Text 150 %")
    with preview.expect_response(lambda answer: "theme=dark" in (answer.request.post_data or "")):
        preview.get_by_label("Theme").select_option("Dark")
    preview.reload()
    expect(phone(preview)).to_have_attribute("dir", "rtl")
    assert preview.evaluate("getComputedStyle(document.querySelector('#sheet-slot h2')).fontSize") != "16px"
    assert preview.evaluate("document.documentElement.dataset.theme") == "dark"
    for switch, usual in (("Platform", "android"), ("Direction", "ltr"), ("Text size", "100"), ("Theme", "system")):
        preview.get_by_label(switch).select_option(usual)
    expect(phone(preview).locator(".flow-sheet.android")).to_be_visible()
    expect(name_field(preview)).to_have_value("Bea")


def test_the_inspector_tells_what_happened(preview: Page) -> None:
    name_field(preview).fill("Bea")
    phone(preview).get_by_role("button", name="Continue").click()
    trace = preview.locator("#inspector-trace")
    expect(trace).to_contain_text("Screen CHECK")
    preview.get_by_text("Data", exact=True).click()
    expect(preview.locator("#inspector-data")).to_contain_text('"who": "Bea"')
    preview.get_by_role("button", name="Replay").click()
    expect(preview.locator(".replayed")).to_contain_text("everything is the same")


def test_an_open_page_goes_on_when_the_preview_is_started_again(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    save(file, STATIC)
    with Command(file) as first:
        page.goto(first.url)
        name_field(page).fill("Bea")
        phone(page).get_by_role("button", name="Continue").click()
        expect(phone(page).locator("h2")).to_contain_text("Check")
    expect(page.locator("[data-lost]")).to_be_visible(timeout=10_000)
    save(file, edited("Started again"))
    with Command(file, "--port", first.url.rstrip("/").rsplit(":", 1)[1]):
        expect(phone(page).locator("h2")).to_contain_text("Started again", timeout=10_000)
        expect(page.locator("[data-lost]")).to_be_hidden()
        name_field(page).fill("Cleo")
        phone(page).get_by_role("button", name="Continue").click()
        expect(phone(page)).to_contain_text("Cleo")
        page.goto("about:blank")


class Gate:
    """Lets requests through, or holds them."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.is_open.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def booking(page: Page, tmp_path: Path, gate: Gate) -> Iterator[Page]:
    """The appointment Flow with its own endpoint."""
    pair = generate_key_pair()
    module = endpoint_module("appointment")
    diary = module.Diary(today=lambda: date(2026, 11, 30))
    endpoint = module.build(pair.private_pem, "secret", diary=diary)

    async def gated(scope: object, receive: object, send: object) -> None:
        import anyio

        while not gate.is_open.is_set():
            await anyio.sleep(0.02)
        await endpoint(scope, receive, send)

    save(tmp_path / "flow.json", template("appointment").text(with_endpoint=True))
    (tmp_path / "public.pem").write_text(pair.public_pem)
    options = ["--public-key", str(tmp_path / "public.pem"), "--app-secret", "secret", "--flow-token", "t-1"]
    with Served(gated) as served:
        with Command(tmp_path / "flow.json", "--endpoint", served.url, *options) as running:
            page.goto(running.url)
            yield page
        gate.is_open.set()
    assert (running.status, running.complaints) == (0, "")


def test_a_real_endpoint_is_driven_through(booking: Page, gate: Gate) -> None:
    phone(booking).get_by_text("Cut and finish").click()
    gate.is_open.clear()
    phone(booking).get_by_role("button", name="Choose a day").click()
    expect(phone(booking).locator(".flow-body")).to_have_attribute("aria-busy", "true")
    booking.get_by_role("button", name="Pause time limit").click()
    expect(booking.get_by_role("button", name="Time limit off")).to_have_attribute("aria-pressed", "true")
    expect(booking.locator("#question")).to_have_count(0)
    gate.is_open.set()
    expect(phone(booking).locator("h2")).to_contain_text("Day and time")
    expect(booking.locator("#inspector-exchange")).to_contain_text("data_exchange SERVICE 200")
    phone(booking).locator("input[type=date]").fill("2026-12-01")
    times = phone(booking).get_by_label("Time", exact=True)
    expect(times).to_be_enabled()
    times.select_option(label="10:30")
    phone(booking).get_by_role("button", name="Add your details").click()
    phone(booking).get_by_label("Your name").fill("Amara")
    phone(booking).get_by_label("Phone number").fill("+44 7700 900101")
    phone(booking).get_by_role("button", name="Check your booking").click()
    phone(booking).get_by_role("button", name="Confirm booking").click()
    expect(booking.locator("#response")).to_contain_text('"time": "10:30"')
    booking.locator("#reopen").click()
    expect(phone(booking)).to_contain_text("This appointment is booked")
