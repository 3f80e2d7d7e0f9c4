"""Files as a person attaches them: chosen, looked at, taken out, refused, kept over a reload, sent."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browsers import accessibility_findings
from tests.phone.attachments import documents, photos
from tests.phone.flows import Json, flow, footer, screen, text_input
from tests.pictures import png
from tests.simulator.browser import Stage, chromium_page

from headrace.flowjson.gallery import TEMPLATES

pytestmark = pytest.mark.browser

CHOOSER = "input[type=file][data-htmx-powered]"  # htmx has to know it before files are put into it


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        yield opened


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "mill.png").write_bytes(png(300, 200))
    (folder / "wheel.png").write_bytes(png(200, 300, (200, 120, 60)))
    (folder / "large.png").write_bytes(png() + bytes(2 * 1024 * 1024))
    (folder / "notes.txt").write_text("Not a photo")
    (folder / "paper.pdf").write_bytes(b"%PDF-1.4")
    return folder


def sheet(*children: Json) -> Json:
    return flow(
        screen("ONLY", text_input("name"), *children, footer("complete", {"files": "${form.files}"}), terminal=True)
    )


PHOTOS = sheet(
    photos(
        "files",
        description="From the front and from the side.",
        **{"min-uploaded-photos": 1, "max-uploaded-photos": 2, "max-file-size-kb": 1024},
    )
)


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_photos_are_chosen_looked_at_taken_out_and_sent(page: Page, files: Path, platform: str) -> None:
    with Stage(PHOTOS) as stage:
        stage.store.platform = platform
        page.goto(stage.url)
        chooser, button = page.locator(CHOOSER), page.get_by_role("button", name="Continue")
        assert (chooser.get_attribute("accept"), chooser.get_attribute("multiple")) == ("image/*", "")
        expect(button).to_have_attribute("aria-disabled", "true")
        chooser.set_input_files([files / "mill.png", files / "wheel.png"])
        expect(page.locator(".file img")).to_have_count(2)
        expect(page.locator(".file img").first).to_have_js_property("naturalWidth", 300)
        expect(chooser).to_be_disabled()
        expect(button).to_have_attribute("aria-disabled", "false")
        page.get_by_role("button", name="Remove mill.png").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".file")).to_have_count(1)
        expect(chooser).to_be_focused()
        page.reload()
        expect(page.locator(".file")).to_contain_text("wheel.png")
        chooser.set_input_files(files / "mill.png")
        expect(page.locator(".file")).to_have_count(2)
        assert accessibility_findings(page) == []
        button.click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        response = stage.store.session().response
        assert response is not None
        assert [file["file_name"] for file in response["files"]] == ["wheel.png", "mill.png"]


def test_what_is_not_taken_is_told_and_can_be_tried_again(page: Page, files: Path) -> None:
    with Stage(PHOTOS) as stage:
        page.goto(stage.url)
        chooser, told = page.locator(CHOOSER), page.locator(".refused")
        chooser.set_input_files([files / "large.png", files / "notes.txt"])
        expect(told).to_have_text("large.png has 2.1 MB; a file may have 1 MBnotes.txt is not a photo")
        expect(page.get_by_role("alert").filter(has_text="not a photo")).to_be_visible()
        expect(page.locator(".file")).to_have_count(0)
        chooser.set_input_files(files / "notes.txt")
        expect(told).to_have_text("notes.txt is not a photo")
        chooser.set_input_files(files / "mill.png")
        expect(page.locator(".file")).to_have_count(1)
        expect(told).not_to_be_visible()
        page.get_by_role("button", name="Remove mill.png").click()
        expect(page.locator(".uploads .note .error")).to_have_text("Add at least 1 photo")
        chooser.set_input_files(files / "mill.png")
        expect(page.locator(".file")).to_have_count(1)


def test_while_files_are_on_their_way_one_goes_on_typing(page: Page, files: Path) -> None:
    with Stage(PHOTOS) as stage:
        page.goto(stage.url)
        page.locator(CHOOSER).set_input_files(files / "mill.png")
        expect(page.locator(".file")).to_have_count(1)
        stage.delays = (0.5, 0.6)
        page.locator(CHOOSER).set_input_files(files / "wheel.png")
        expect(page.get_by_role("progressbar", name="Uploading")).to_be_visible()
        expect(page.get_by_role("button", name="Continue")).to_be_disabled()
        page.get_by_role("textbox").press_sequentially("Ada Lovelace", delay=60)
        expect(page.locator(".file")).to_have_count(2)
        expect(page.get_by_role("progressbar", name="Uploading")).not_to_be_visible()
        expect(page.get_by_role("textbox")).to_have_value("Ada Lovelace")
        expect(page.get_by_role("button", name="Continue")).to_be_enabled()
        stage.delays = (0.0, 0.0)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().form["name"] == "Ada Lovelace"


@pytest.mark.parametrize(
    ("source", "words", "capture"),
    [
        ("camera", "Take a photo", "environment"),
        ("gallery", "Choose photos", None),
        ("camera_gallery", "Add photos", None),
    ],
)
def test_the_source_of_photos(page: Page, source: str, words: str, capture: str | None) -> None:
    # With somebody listening all the time, choosers are caught from the beginning; a key is quicker than asking for it.
    page.on("filechooser", lambda chooser: None)
    with Stage(sheet(photos("files", **{"photo-source": source}))) as stage:
        page.goto(stage.url)
        chooser = page.get_by_label(words)
        assert chooser.get_attribute("capture") == capture
        assert chooser.get_attribute("accept") == "image/*"
        with page.expect_file_chooser():
            page.locator(".pick").click()
        page.goto(stage.url)  # a browser opens no second chooser while the first one waits
        chooser.focus()
        expect(chooser).to_be_focused()
        with page.expect_file_chooser():
            page.keyboard.press("Space")


@pytest.mark.parametrize("platform", ["android", "ios"])
def test_documents(page: Page, files: Path, platform: str) -> None:
    picker = documents("files", **{"allowed-mime-types": ["application/pdf"], "max-uploaded-documents": 1})
    with Stage(sheet(picker)) as stage:
        stage.store.platform = platform
        page.goto(stage.url)
        chooser = page.locator(CHOOSER).and_(page.get_by_label("Add documents"))
        assert (chooser.get_attribute("accept"), chooser.get_attribute("multiple")) == ("application/pdf,.pdf", None)
        chooser.set_input_files(files / "notes.txt")
        expect(page.locator(".refused")).to_have_text("notes.txt is of a kind that is not taken here: use PDF")
        chooser.set_input_files(files / "paper.pdf")
        expect(page.locator(".file")).to_contain_text("8 bytes")
        expect(page.locator(".file img")).to_have_count(0)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)


def test_the_tour_through_all_components_takes_files(page: Page, files: Path) -> None:
    with Stage(json.loads(TEMPLATES["components"].text())) as stage:
        page.goto(stage.url)
        page.get_by_role("button", name="PhotoPicker, then DocumentPicker").click()
        page.locator(CHOOSER).set_input_files(files / "mill.png")
        expect(page.locator(".file img")).to_have_count(1)
        page.get_by_role("button", name="Send a document").click()
        expect(page.get_by_text("Send us a document")).to_be_visible()
        page.locator(CHOOSER).set_input_files(files / "paper.pdf")
        expect(page.locator(".file")).to_have_count(1)
        page.get_by_role("button", name="Finish the tour").click()
        page.get_by_role("button", name="Close the tour").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        response = stage.store.session().response
        assert response is not None
        assert [response[name][0]["file_name"] for name in ("photos", "documents")] == ["mill.png", "paper.pdf"]
