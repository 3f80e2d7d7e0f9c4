"""The browser that browser tests drive: the system's Chromium."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright import async_api, sync_api
from playwright.sync_api import Page

import headrace.ui

PATIENCE = 15_000
"""Milliseconds that a browser may take to do or show something: much, as other work may take its processor."""

sync_api.expect.set_options(timeout=PATIENCE)
async_api.expect.set_options(timeout=PATIENCE)

BUILT = Path(headrace.ui.__file__).parent / "static" / "build" / "app.js"


def chromium() -> str:
    """The path of a Chromium; without one, or without the built front end, the test fails."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missing = "a Chromium" if found is None else "" if BUILT.is_file() else "the built front end"
    if missing:
        pytest.fail(f"{missing} is missing; run: make test")
    return str(found)


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Lets the browser go on until `holds` says yes; fails where it never does."""
    end = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end, "it never held"
        page.wait_for_timeout(10)


def wait_for_frames(page: Page) -> None:
    """Lets the page draw what it knows."""
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


_OF_THE_PAGE = {"resultTypes": ["violations"], "iframes": False}
_STILL = "*, *::before, *::after { animation: none !important; transition: none !important }"


def accessibility_findings(page: Page, context: str | None = None) -> list[str]:
    """What axe finds serious or critical on the page, or on the part of it that a selector names.

    The page is looked at in light, then once more in dark, where only the contrast of colours can differ. What stands
    in its frames is not looked at: axe would wait half a second for each to answer.
    """
    page.add_style_tag(content=_STILL)
    findings = []
    for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        wait_for_frames(page)
        violations = Axe().run(page, context=context, options={**_OF_THE_PAGE, **options}).response
        findings += [
            f"{scheme}: {violation['id']}: {[node['html'][:160] for node in violation['nodes']]}"
            for violation in violations["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
    page.emulate_media(color_scheme="light")
    return findings


SIZES = {"a small window": (1280, 720), "a phone": (390, 844), "a small window at 200 %": (640, 360)}
"""The windows in which every page has to fit, in CSS pixels: zoomed to 200 %, half as many stand on the same screen."""

_TOO_WIDE = """() => {
  const wide = (element) => element.scrollWidth > element.clientWidth + 1;
  const panes = [document.documentElement, document.body, ...document.querySelectorAll("main")].filter(wide);
  if (!panes.length) return [];
  const past = [...document.querySelectorAll("main *")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll, pre"));
  const told = ({tagName, id, className, scrollWidth, clientWidth}) =>
    `${tagName.toLowerCase()}#${id}.${className} ${scrollWidth}/${clientWidth}`;
  return [...panes, ...past.slice(0, 4)].map(told);
}"""


def misfits(page: Page) -> list[str]:
    """In which windows the page has to be scrolled sideways, and what reaches out of it.

    The page has the size it had before when this returns.
    """
    before = page.viewport_size
    found = []
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        wait_for_frames(page)
        found += [f"{name}: {element}" for element in page.evaluate(_TOO_WIDE)]
    if before is not None:
        page.set_viewport_size(before)
    return found
