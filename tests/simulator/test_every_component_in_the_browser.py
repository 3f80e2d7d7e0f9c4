"""A person goes through every component, as on Android and as on an iPhone.

Pictures of each screen are taken where HEADRACE_PICTURES names a folder for them.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect
from tests.pictures import png
from tests.simulator.browser import Stage, chromium_page
from tests.simulator.every_component import PLANS, REPAIRS

from headrace.flowjson.catalogue import COMPONENTS

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("HEADRACE_PICTURES")
TODAY = "2026-11-22"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium_page() as opened:
        opened.set_viewport_size({"width": 400, "height": 700})
        opened.emulate_media(reduced_motion="reduce")
        yield opened


class Camera:
    """Takes a picture of the sheet, light and dark, and of its whole length where it scrolls."""

    def __init__(self, page: Page, platform: str) -> None:
        self._page = page
        self._platform = platform

    def take(self, name: str) -> None:
        if PICTURES is None:
            return
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page = self._page
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        longest = page.evaluate(
            "() => { const all = document.querySelector('.flow-scroll'); return all.scrollHeight - all.clientHeight }"
        )
        page.evaluate(f"() => document.querySelector('main').style.height = '{680 + max(longest, 0)}px'")
        page.set_viewport_size({"width": 400, "height": 700 + max(int(longest), 0)})
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=Path(PICTURES) / f"{name}-{self._platform}-{scheme}.png")
        page.emulate_media(color_scheme="light")
        page.evaluate("() => document.querySelector('main').style.height = ''")
        page.set_viewport_size({"width": 400, "height": 700})


@pytest.fixture(params=["android", "ios"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def camera(page: Page, platform: str) -> Camera:
    return Camera(page, platform)


def test_every_component_stands_in_these_flows() -> None:
    written = json.dumps([REPAIRS, PLANS])
    used = set(re.findall(r'"type": "([A-Z]\w+)"', written))
    assert set(COMPONENTS) - used == {"Form"}  # it has no picture of its own


def test_a_person_has_a_bicycle_repaired(page: Page, platform: str, camera: Camera) -> None:
    with Stage(REPAIRS) as stage:
        stage.store.platform = platform
        stage.store.states["s1"]["today"] = TODAY
        page.goto(stage.url)
        onward = page.get_by_role("button", name="Continue")
        read(page, camera)
        onward.click()
        write(page, camera)
        onward.click()
        choose(page, camera)
        onward.click()
        pick_days(page, camera)
        onward.click()
        attach(page, "wheel.png", "image/png")
        camera.take("photos")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().response == {"name": "Ada", "flow_token": "unused"}


def attach(page: Page, name: str, kind: str) -> None:
    """Chooses a file, takes it out again, and chooses it once more."""
    chooser = page.locator("input[type=file]")
    for time in (1, 2):
        content = png() if name.endswith("png") else b"%PDF-1.4 a policy"
        chooser.set_input_files({"name": name, "mimeType": kind, "buffer": content})
        remove = page.get_by_role("button", name=f"Remove {name}")
        expect(remove).to_be_visible()
        if time == 1:
            remove.click()
            expect(remove).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Send|Continue"))).to_have_attribute("aria-disabled", "false")


def read(page: Page, camera: Camera) -> None:
    expect(page.get_by_role("heading", name="Bicycle repairs")).to_be_visible()
    page.get_by_role("group", name="Images").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "one => one.scrollLeft === one.clientWidth", arg=page.locator(".ImageCarousel").element_handle()
    )
    expect(page.get_by_role("link", name="Opening hours")).to_have_attribute("href", "https://example.com/")
    camera.take("reading")
    page.get_by_role("button", name="Read the terms").click()
    expect(page.get_by_role("cell", name="£ 35")).to_be_visible()
    camera.take("terms")
    page.get_by_role("button", name="Back").click()


def write(page: Page, camera: Camera) -> None:
    onward = page.get_by_role("button", name="Continue")
    expect(onward).to_have_attribute("aria-disabled", "true")
    camera.take("typing-empty")
    for label, wrong, reason, right in (
        ("Email", "ada@", "Write an email address", "ada@example.com"),
        ("Phone", "none", "Write a phone number", "+44 20 7946 0000"),
        ("How many bicycles", "two", "Write a number", "2"),
        ("Password", "short", "Use at least 8 characters", "long enough"),
        ("Code", "12a", "Use digits only", "123456"),
        ("What is the number", "12", "not written as asked", "AB1234"),
    ):
        field = page.get_by_label(label)
        field.press_sequentially(wrong)
        field.blur()
        expect(page.get_by_text(reason)).to_be_visible()
        if label == "What is the number":
            camera.take("typing-wrong")
        field.fill(right)
        field.blur()
        expect(page.get_by_text(reason)).to_have_count(0)
    page.get_by_label("What happened").fill("It fell over.")
    expect(page.get_by_text("13 / 200")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    expect(onward).to_have_attribute("aria-disabled", "false")
    camera.take("typing")


def choose(page: Page, camera: Camera) -> None:
    onward = page.get_by_role("button", name="Continue")
    expect(onward).to_have_attribute("aria-disabled", "true")
    page.get_by_label("Brakes").check()
    page.get_by_label("Lights").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Gears")).to_be_disabled()
    expect(page.get_by_text("Tell us the colour.")).to_be_visible()
    page.get_by_role("radio", name="Sea").check()
    expect(page.get_by_text("A fine colour.")).to_be_visible()
    page.get_by_label("New bell").check()
    page.get_by_label("Shop").click()
    page.get_by_role("option", name="Mill Lane").click()
    expect(page.get_by_text("By the mill.")).to_be_visible()
    search(page, camera)
    page.get_by_label("I accept the terms").check()
    expect(onward).to_have_attribute("aria-disabled", "false")
    camera.take("choosing")
    page.get_by_role("button", name="Read more").click()
    expect(page.get_by_role("heading", name="Terms", level=3)).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("I accept the terms")).to_be_checked()


def search(page: Page, camera: Camera) -> None:
    """A list of 48 is searched: by pointer, then by keyboard, and taken back."""
    field = page.get_by_role("button", name="Where from")
    field.click()
    box = page.get_by_role("searchbox", name="Search")
    expect(box).to_be_focused()
    box.press_sequentially("ales")
    expect(page.locator(".options li:visible")).to_have_count(8)
    camera.take("searching")
    box.press_sequentially("zzz")
    expect(page.get_by_text("No option fits")).to_be_visible()
    box.fill("alesund 3")
    box.press("Enter")
    expect(field).to_contain_text("Ålesund 3")
    expect(field).to_be_focused()
    field.press("Enter")
    box.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_contain_text("Bath 1")
    field.click()
    page.get_by_role("button", name="Clear").click()
    expect(field).not_to_contain_text("Bath")
    field.click()
    page.get_by_role("button", name="Ghent 8", exact=True).click()
    expect(field).to_contain_text("Ghent 8")


def pick_days(page: Page, camera: Camera) -> None:
    page.get_by_role("textbox", name="Bought on").fill("2024-05-01")
    page.get_by_role("button", name="Choose from the calendar: Day of your visit").click()
    expect(page.get_by_role("button", name="Monday 23 November 2026")).to_be_focused()
    camera.take("month")
    for key, day in (
        ("ArrowRight", "Tuesday 24 November"),
        ("End", "Saturday 28 November"),
        ("ArrowRight", "Monday 30 November"),  # Sundays are shut
        ("ArrowDown", "Monday 7 December"),
        ("PageDown", "Thursday 7 January"),
        ("PageUp", "Monday 7 December"),
        ("ArrowUp", "Monday 30 November"),
        ("ArrowLeft", "Saturday 28 November"),
        ("Home", "Monday 23 November"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("button", name=day)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Day of your visit")).to_have_value("2026-11-24")
    page.get_by_label("From (optional)").fill("2026-12-01")
    page.get_by_label("Until (optional)").fill("2026-12-05")
    expect(page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")
    camera.take("dates")
    page.get_by_role("button", name="Choose from the calendar: Until").click()
    expect(page.get_by_role("button", name="Saturday 5 December 2026")).to_be_focused()
    camera.take("range")
    page.keyboard.press("Escape")
    expect(page.locator(".month:popover-open")).to_have_count(0)


def test_a_person_chooses_a_plan(page: Page, platform: str, camera: Camera) -> None:
    with Stage(PLANS) as stage:
        stage.store.platform = platform
        page.goto(stage.url)
        expect(page.get_by_role("button", name="No plan")).to_be_disabled()
        camera.take("plans")
        page.get_by_role("button", name="Gold").click()
        expect(page.get_by_role("heading", name="gold")).to_be_visible()
        attach(page, "policy.pdf", "application/pdf")
        camera.take("papers")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".flow-sheet")).to_have_count(0)
        assert stage.store.session().response == {"plan": "gold", "flow_token": "unused"}
