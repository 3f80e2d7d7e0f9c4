"""The demo's server in a real browser: a person books an appointment, and the endpoint is away for a while."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Page, expect, sync_playwright
from tests.browsers import chromium
from tests.journey.conftest import ROOT, free_port, running

pytestmark = [pytest.mark.box, pytest.mark.browser]

WITHIN_A_SECOND = 1_000


@dataclass
class Demo:
    """What `make demo` left running, and what it printed."""

    folder: Path
    printed: str
    credentials: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.credentials["base_url"])

    def asked(self) -> list[dict[str, Any]]:
        """What the endpoint was asked so far, as its own log has it."""
        return [json.loads(line) for line in (self.folder / "endpoint.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    environment = {**os.environ, "HEADRACE_DEMO": str(folder), "HEADRACE_DEMO_PERSONS": "0"}
    command = [sys.executable, str(ROOT / "tools" / "demo.py"), "start", "--port", str(free_port())]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    yield Demo(folder, finished.stdout, json.loads((folder / "credentials.json").read_text()))
    stopped = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "stop.py")], env=environment, capture_output=True, text=True, check=True
    )
    assert stopped.stdout == "The demo is stopped.\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen."""
    context = browser.new_context(viewport={"width": 1440, "height": 860})
    page = context.new_page()
    troubles: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error":
            troubles.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("response", lambda answer: troubles.append(answer.url) if answer.status >= 400 else None)
    yield page
    context.close()
    assert troubles == []


def phone_of(page: Page, demo: Demo) -> FrameLocator:
    page.goto(demo.url)
    return page.frame_locator("iframe[title]")


def choose_appointment(phone: FrameLocator, service: str, shop: str) -> None:
    """Chooses on the first screen; every list comes from the endpoint after the choice before."""
    phone.get_by_label("Service", exact=True).select_option(label=service)
    expect(phone.get_by_label("Shop", exact=True)).to_be_enabled()
    phone.get_by_label("Shop", exact=True).select_option(label=shop)
    picker = phone.get_by_label("Date", exact=True)
    expect(picker).to_be_enabled()
    day = date.fromisoformat(str(picker.get_attribute("min"))) + timedelta(days=1)
    while day.weekday() in (0, 6):  # the shops are shut on Sunday, one of them on Monday
        day += timedelta(days=1)
    picker.fill(day.isoformat())
    times = phone.get_by_label("Time", exact=True)
    expect(times).to_be_enabled()
    times.select_option(index=1)


def choose_and_go_back_once(phone: FrameLocator) -> None:
    """Chooses, fills in the details, goes back to look, and on again: what was entered is there still."""
    button = phone.get_by_role("button", name="Go on to your details")
    expect(button).to_be_disabled()
    choose_appointment(phone, "Eye test", "Canal Street")
    chosen = phone.get_by_label("Time", exact=True).input_value()
    button.click()
    fill_in_details(phone)
    phone.get_by_role("button", name="Back").click()
    expect(phone.get_by_label("Time", exact=True)).to_have_value(chosen)
    phone.get_by_role("button", name="Go on to your details").click()


def fill_in_details(phone: FrameLocator) -> None:
    phone.get_by_label("Your name", exact=True).fill("Amara")
    phone.get_by_label("Email", exact=True).fill("amara@example.com")


def test_it_prints_what_a_stranger_needs(demo: Demo) -> None:
    lines = demo.printed.splitlines()
    steps = [line for line in lines if re.match(r" *\d+  .*✓ +\d+ ms$", line)]
    assert len(steps) >= 11
    assert any(line.startswith("Done: ") and ", 0 errors," in line for line in lines)
    assert f"Open    {demo.url}/" in demo.printed
    assert (demo.folder / "env").stat().st_mode & 0o077 == 0


def test_connectors_may_answer_beside_the_demos_endpoint(demo: Demo) -> None:
    flow_id = re.findall(r"^export FLOW=(\S+)", (demo.folder / "env").read_text(), re.MULTILINE)[0].strip("'\"")
    with urlopen(f"{demo.url}/flows/{flow_id}/endpoint") as page:
        text = page.read().decode()
    assert "Its private key is kept here." in text
    assert "the key of another endpoint" not in text


def test_a_person_books_an_appointment(demo: Demo, page: Page) -> None:
    before = len(demo.asked())
    phone = phone_of(page, demo)
    phone.get_by_role("button", name="Choose a time").last.click()
    choose_and_go_back_once(phone)
    expect(phone.get_by_label("Your name", exact=True)).to_have_value("Amara")

    # A reload in the middle shows the same screen with the same values.
    page.reload()
    expect(phone.get_by_label("Email", exact=True)).to_have_value("amara@example.com")
    phone.get_by_role("button", name="Check your booking").click()
    phone.get_by_role("button", name="Confirm booking").click()

    expect(phone.get_by_text("Response sent").last).to_be_visible()
    expect(page.locator("#arrivals")).to_contain_text("Eye test", timeout=5 * WITHIN_A_SECOND)

    page.goto(f"{demo.url}/responses")
    answer = page.locator("#responses")
    expect(answer).to_contain_text("Canal Street")
    expect(answer).to_contain_text("amara@example.com")

    asked = demo.asked()[before:]
    actions = [entry["action"] for entry in asked]
    assert actions[0] == "INIT"
    # service, shop, date; on, (back), on again; check, confirm
    assert actions.count("data_exchange") == 7
    assert actions.count("BACK") == 1
    for entry in asked:
        check_wire(entry["body"])


def check_wire(body: str) -> None:
    """Only the three members, all Base64: a wrapped key of 256 bytes, an IV of 16, and what is sealed."""
    sent = json.loads(body)
    assert set(sent) == {"encrypted_flow_data", "encrypted_aes_key", "initial_vector"}
    opened = {name: base64.b64decode(value, validate=True) for name, value in sent.items()}
    assert len(opened["encrypted_aes_key"]) == 256
    assert len(opened["initial_vector"]) == 16
    assert b"Amara" not in opened["encrypted_flow_data"]


def test_a_new_answer_appears_without_reloading(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}/responses")
    rows = page.locator("#responses tr[id^=response-]")
    expect(rows.first).to_be_visible()
    before = rows.count()
    phone = page.frame_locator("iframe[title]")
    send_again(page, demo)
    phone.get_by_role("button", name="Choose a time").last.click()
    choose_appointment(phone, "Child's eye test", "Market Row")
    phone.get_by_role("button", name="Go on to your details").click()
    fill_in_details(phone)
    phone.get_by_role("button", name="Check your booking").click()
    phone.get_by_role("button", name="Confirm booking").click()
    expect(rows).to_have_count(before + 1, timeout=5 * WITHIN_A_SECOND)
    expect(rows.first).to_contain_text("Market Row")


def send_again(page: Page, demo: Demo) -> None:
    """Sends the demo's Flow through the Graph API, as the demo does; the open page must follow by itself."""
    environment = dict(re.findall(r"export (\w+)='(.*)'", (demo.folder / "env").read_text()))
    words = f"Another one? {os.urandom(3).hex()}"
    parameters = {
        "flow_message_version": "3",
        "flow_id": environment["FLOW"],
        "flow_cta": "Choose a time",
        "flow_token": f"test-{os.urandom(6).hex()}",
        "flow_action": "data_exchange",
    }
    interactive = {
        "type": "flow",
        "body": {"text": words},
        "action": {"name": "flow", "parameters": parameters},
    }
    message = {
        "messaging_product": "whatsapp",
        "to": environment["AMARA"],
        "type": "interactive",
        "interactive": interactive,
    }
    answer = page.request.post(
        f"{demo.url}/v23.0/{environment['PHONE']}/messages",
        data=message,
        headers={"Authorization": f"Bearer {environment['TOKEN']}"},
    )
    assert answer.ok
    phone = page.frame_locator("iframe[title]")
    expect(phone.get_by_text(words)).to_be_visible(timeout=2 * WITHIN_A_SECOND)


def test_an_endpoint_that_goes_away_and_comes_back(demo: Demo, page: Page) -> None:
    phone = phone_of(page, demo)
    send_again(page, demo)
    phone.get_by_role("button", name="Choose a time").last.click()
    choose_appointment(phone, "Hearing check", "Station Road")
    endpoint = int((demo.folder / "pid").read_text().split()[1])
    os.kill(endpoint, signal.SIGKILL)
    phone.get_by_role("button", name="Go on to your details").click()
    expect(phone.get_by_role("status").filter(has_text="Something went wrong")).to_be_visible(timeout=15_000)
    expect(phone.get_by_label("Service", exact=True)).to_have_value("hearing_check")

    environment = dict(re.findall(r"export (\w+)='(.*)'", (demo.folder / "env").read_text()))
    port = environment["ENDPOINT"].rstrip("/").rsplit(":", 1)[1]
    command = [sys.executable, str(ROOT / "examples" / "appointment" / "endpoint.py"), "--port", port]
    command += ["--private-key", str(demo.folder / "private.pem"), "--app-secret", environment["APP_SECRET"]]
    with running(command, ready="Listening on", log=demo.folder / "second.log"):
        phone.get_by_role("button", name="Go on to your details").click()
        expect(phone.get_by_label("Your name", exact=True)).to_be_visible()
