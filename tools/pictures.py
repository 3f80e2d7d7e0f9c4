"""Takes the README's pictures from a running demo: `make pictures`. None is drawn or retouched."""

import json
import shutil
import sys
from datetime import date, timedelta

from playwright.sync_api import FrameLocator, Page, sync_playwright
from stop import DEMO, ROOT

PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1440, "height": 860}


def main() -> None:
    credentials = DEMO / "credentials.json"
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not credentials.exists():
        sys.exit("The demo is not running; start it with: make demo")
    if executable is None:
        sys.exit("There is no Chromium here; install it with: apt-get install chromium")
    url = json.loads(credentials.read_text())["console_url"]
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for theme in ("light", "dark"):
            page = browser.new_page(viewport=SIZE, color_scheme=theme)
            page.goto(url)
            open_the_flow(page.frame_locator("iframe[title]"))
            page.wait_for_timeout(1200)
            take(page, f"start-{theme}")
            page.goto(f"{url}responses")
            page.wait_for_timeout(800)
            take(page, f"responses-{theme}")
            page.close()
        browser.close()


def open_the_flow(phone: FrameLocator) -> None:
    """Opens the newest message of the phone and chooses up to the time."""
    service = phone.get_by_label("Service", exact=True)
    if service.count() == 0:
        phone.get_by_role("button", name="Choose a time").last.click()
    service.select_option("contact_lenses")
    phone.get_by_label("Shop", exact=True).and_(phone.locator(":enabled")).select_option("canal_street")
    picker = phone.get_by_label("Date", exact=True).and_(phone.locator(":enabled"))
    day = date.fromisoformat(str(picker.get_attribute("min"))) + timedelta(days=2)
    while day.weekday() in (0, 6):
        day += timedelta(days=1)
    picker.fill(day.isoformat())
    picker.blur()  # then it stands there in words
    phone.get_by_label("Time", exact=True).and_(phone.locator(":enabled")).select_option(index=2)


def take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png")
    sys.stdout.write(f"docs/pictures/{name}.png\n")


if __name__ == "__main__":
    main()
