"""Walks through the demo as a stranger would, in a real browser and a real shell: `make walk`.

Starts a fresh demo, does what each step says, keeps a picture of each in .demo/walk/, and fails on an error in the
browser's console, an answer of 400 or more that is not expected, a serious accessibility finding, a page that scrolls
outside of its own pane, or a step that takes longer than it may.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Error, FrameLocator, Page, Response, expect, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.browsers import accessibility_findings, chromium  # noqa: E402
from tests.journey.test_demo import choose_and_go_back_once  # noqa: E402

DEMO = ROOT / ".demo"
PICTURES = DEMO / "walk"
PATIENCE = 15_000
_SCROLLS = """() => {
  const whole = document.scrollingElement;
  return whole.scrollHeight > innerHeight + 1 || whole.scrollWidth > innerWidth + 1;
}"""


class Stumbled(Exception):
    """A step that did not go as it has to; the message says what was seen."""


class Walk:
    """One walk: its page, and what went wrong unseen since the last step."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.environment = dict(re.findall(r"export (\w+)='?([^'\n]*)'?", (DEMO / "env").read_text()))
        self.credentials: dict[str, Any] = json.loads((DEMO / "credentials.json").read_text())
        self.url = str(self.credentials["base_url"])
        self.expected: set[int] = set()
        self._troubles: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", self._hear_error)
        page.on("response", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._troubles.append(f"console: {message.text}")

    def _hear_error(self, error: Error) -> None:
        self._troubles.append(f"script: {error.message}")

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._troubles.append(f"{response.status} {response.url}")

    def go(self, address: str) -> None:
        self.page.goto(f"{self.url}{address}")

    @property
    def phone(self) -> FrameLocator:
        return self.page.frame_locator("iframe[title='The phone']")

    def dock(self, name: str) -> None:
        """Puts the phone of this person into the dock."""
        chooser = self.page.get_by_label("Phone in the dock")
        value = next(str(one["url"]) for one in self.credentials["handsets"] if one["name"] == name)
        chooser.select_option(value.removeprefix(self.url))

    def flow(self, name: str) -> str:
        """The address of a Flow's page, found as a person finds it."""
        self.go("/flows")
        return str(self.page.get_by_role("link", name=name, exact=True).first.get_attribute("href"))

    def graph(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.environment['TOKEN']}"}
        answer = self.page.request.fetch(f"{self.url}/v23.0/{path}", method=method, headers=headers, data=body)
        found: dict[str, Any] = answer.json()
        return found

    def send(self, flow_id: str, person: str) -> dict[str, Any]:
        """Sends a Flow that asks its endpoint, through the Graph API."""
        parameters = {"flow_message_version": "3", "flow_id": flow_id, "flow_cta": "Choose a time"}
        parameters |= {"flow_token": f"walk-{time.time_ns()}", "flow_action": "data_exchange"}
        action = {"name": "flow", "parameters": parameters}
        interactive = {"type": "flow", "body": {"text": "Would you like to?"}, "action": action}
        to = next(str(one["wa_id"]) for one in self.credentials["handsets"] if one["name"] == person)
        message = {"messaging_product": "whatsapp", "to": to, "type": "interactive", "interactive": interactive}
        return self.graph("POST", f"{self.environment['PHONE']}/messages", message)

    @contextmanager
    def step(self, number: int, title: str, seconds: float) -> Iterator[None]:
        began = time.monotonic()
        self._troubles.clear()
        yield
        took = time.monotonic() - began
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{number:02}.png")
        self._troubles += [f"accessibility: {one}" for one in accessibility_findings(self.page)]
        if self.page.evaluate(_SCROLLS):
            self._troubles.append("the page scrolls outside of its pane")
        if took > seconds:
            self._troubles.append(f"it took {took:.0f} s, and may take {seconds:.0f} s")
        if self._troubles:
            raise Stumbled("\n".join(self._troubles))
        self.expected.clear()
        sys.stdout.write(f"{number:>3}  {title:<60} {took:6.1f} s\n")
        sys.stdout.flush()


def start(walk: Walk) -> None:
    walk.go("/")
    expect(walk.page.get_by_role("heading", name="Wants your attention")).to_be_visible()
    expect(walk.page.locator("#arrivals")).to_contain_text("Amara")
    for link in walk.page.locator("nav a").all():
        assert walk.page.request.get(f"{walk.url}{link.get_attribute('href')}").ok, link.get_attribute("href")


def fill_in(walk: Walk) -> None:
    walk.send(walk.environment["FLOW"], "Amara")
    walk.go("/")
    phone = walk.phone
    phone.get_by_role("button", name="Choose a time").last.click()
    choose_and_go_back_once(phone)
    phone.get_by_role("button", name="Check your booking").click()
    phone.get_by_role("button", name="Confirm booking").click()
    expect(phone.get_by_text("Response sent").last).to_be_visible()


def answer(walk: Walk) -> None:
    expect(walk.page.locator("#arrivals")).to_contain_text("Eye test")
    walk.go("/responses")
    walk.page.locator("#responses a[href^='/responses/']").first.click()
    expect(walk.page.get_by_role("heading", name="The webhook")).to_be_visible()
    expect(walk.page.get_by_text("Canal Street").first).to_be_visible()
    expect(walk.page.get_by_text("Signed", exact=False).first).to_be_visible()


def mend(walk: Walk) -> None:
    walk.go(f"{walk.flow('Send your prescription')}/edit")
    page = walk.page
    expect(page.locator("[data-count]")).to_contain_text("3 errors")
    page.get_by_role("button", name="Fix everything").click()
    expect(page.locator("[data-count]")).not_to_contain_text("3 errors")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+Home")
    page.locator(".cm-line", has_text='"title"').first.click()
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type(" now")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.frame_locator("[data-preview]").get_by_role("heading", name="Your prescription now")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("tab", name="Design").click()
    expect(page.locator(".design-tree")).to_contain_text("TextInput")
    page.get_by_role("tab", name="JSON").click()
    for _ in range(12):
        editor.press("Control+z")
    expect(page.locator("[data-count]")).to_contain_text("3 errors")


def make_one(walk: Walk) -> None:
    walk.go("/flows/new")
    page = walk.page
    page.get_by_label("Name, for you and your team", exact=False).fill(f"Appointment {int(time.time())}")
    page.locator("input[value='appointment:endpoint']").check()
    expect(page.frame_locator("[data-start-preview]").get_by_role("button").first).to_be_visible()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile(r"/flows/\d+/edit"))
    expect(page.locator("[data-count]")).to_contain_text(re.compile("No problems|warning"))
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Publish", exact=True).click()
    dialog = page.locator("#act-dialog")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".status").first).to_contain_text("Published")


def manage(walk: Walk) -> None:
    walk.go("/channels/whatsapp/flows")
    page = walk.page
    expect(page.get_by_role("main")).to_contain_text("Refer a friend")
    if page.locator("main [popovertarget]").count():
        raise Stumbled("something can be changed in the view of the channel")
    walk.go("/channels/whatsapp/senders")
    page.get_by_role("link", name="Shops").first.click()
    change_status(page, "Publish", "Published")
    change_status(page, "Deprecate", "Deprecated")


def change_status(page: Page, act: str, becomes: str) -> None:
    page.get_by_role("button", name='Change the status of "Refer a friend"').click()
    page.locator("[role=menuitem]:visible", has_text=act).click()
    dialog = page.locator("#act-dialog")
    expect(dialog.locator("button[type=submit]")).to_be_visible()
    for tick in dialog.get_by_role("checkbox").all():
        tick.check()
    dialog.locator("button[type=submit]").click()
    expect(page.locator("tr", has_text="Refer a friend")).to_contain_text(becomes)


def throttled(walk: Walk) -> None:
    address = walk.flow("Repair status")
    walk.go(address)
    life = walk.page.locator("#flow-life")
    expect(life).to_contain_text("THROTTLED" if life.get_by_text("THROTTLED").count() else "Throttled")
    life.get_by_text("Its webhook").first.click()
    codes: list[int | None] = []
    while len(codes) < 11 and (not codes or codes[-1] is None):
        codes.append(walk.send(address.rsplit("/", 1)[1], "Amara").get("error", {}).get("code"))
    if codes[-1] != 132069:
        raise Stumbled(f"what is sent while it is throttled is answered with {codes}")
    walk.go("/reference/errors/132069")
    expect(walk.page.get_by_role("heading", name="To mend it")).to_be_visible()


def window(walk: Walk) -> None:
    walk.go(walk.flow("How was your visit?"))
    page = walk.page
    walk.dock("Ben")
    page.get_by_role("button", name="Send to a phone").click()
    expect(page.locator("#send-form")).to_contain_text("only a template")
    page.keyboard.press("Escape")
    walk.go("/templates")
    page.get_by_role("link", name="after_your_visit").click()
    page.get_by_role("button", name="Send", exact=True).first.click()
    form = page.locator("#send-form")
    form.locator("button[type=submit]").click()
    expect(page.locator(".toast").last).to_contain_text("is on its way to")


def shell(walk: Walk) -> None:
    flows = "$HEADRACE_URL/v23.0/$WABA/flows?fields=name,status,health_status"
    doctor = 'headrace doctor "$ENDPOINT" --public-key "$PUBLIC_KEY" --app-secret "$APP_SECRET"'
    commands = [
        "set -e",
        "source .demo/env",
        f'curl -sf "{flows}" -H "Authorization: Bearer $TOKEN" | grep -q "Repair status"',
        "headrace explain 132069 | grep -qi throttled",
        "! headrace check examples/broken.json > .demo/walk/check.txt",
        "grep -q 'examples/broken.json:19:13: error' .demo/walk/check.txt",
        "headrace check examples/appointment/flow.json",
        doctor,
        "! headrace chekc 2>/dev/null",
    ]
    command = "\n".join(commands)
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or "Traceback" in done.stdout + done.stderr:
        raise Stumbled(done.stdout + done.stderr)


STEPS: tuple[tuple[str, float, Callable[[Walk], None]], ...] = (
    ("the first page", 30, start),
    ("Amara books an appointment on her phone", 90, fill_in),
    ("her answer, with its webhook", 30, answer),
    ("a draft is mended, run and undone", 120, mend),
    ("a Flow is made of a template and published", 120, make_one),
    ("channels and senders: published, deprecated", 90, manage),
    ("the throttled Flow", 120, throttled),
    ("a window that is shut", 90, window),
    ("the same by terminal", 120, shell),
)


def main() -> int:
    began = time.monotonic()
    if "--there" not in sys.argv:
        started = subprocess.run([sys.executable, str(ROOT / "tools" / "demo.py"), "start"], cwd=ROOT, check=False)
        if started.returncode:
            return started.returncode
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        walk = Walk(browser.new_page(viewport={"width": 1440, "height": 860}))
        for number, (title, seconds, act) in enumerate(STEPS, 1):
            try:
                with walk.step(number, title, seconds):
                    act(walk)
            except (Stumbled, Error, AssertionError) as problem:
                walk.page.screenshot(path=PICTURES / f"{number:02}-stumbled.png")
                sys.stdout.write(f"{number:>3}  {title}\n{problem}\n")
                return 1
        browser.close()
    sys.stdout.write(
        f"Walked in {time.monotonic() - began:.0f} s; a picture of each step: {PICTURES.relative_to(ROOT)}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
