"""A connector that the server hosts: from its page to a phone of the box that completes the Flow with it."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Error, expect
from tests.app.everything import Everything
from tests.browsers import accessibility_findings
from tests.journey.conftest import wait_until
from tests.simulator.browser import chromium_page

from headrace.exchange.keys import generate_key_pair
from headrace.testing.fresh_box import FreshBox

EXAMPLES = Path(__file__).parents[2] / "examples"
FLOW = (EXAMPLES / "orders" / "flow.json").read_text(encoding="utf-8")
CSV = (EXAMPLES / "orders" / "orders.csv").read_text(encoding="utf-8")
FILE = (EXAMPLES / "orders" / "csv.yaml").read_text(encoding="utf-8")
TEXT = FILE.replace("    file: orders.csv\n", "    text: |\n" + "".join(f"      {line}\n" for line in CSV.splitlines()))


@pytest.fixture(scope="module")
def fresh_box(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Everything(tmp_path_factory.mktemp("everything") / "box") as box:
        yield box


@pytest.fixture
def console(fresh_box: FreshBox) -> Any:
    with httpx.Client(base_url=fresh_box.url, timeout=30) as client:
        yield client


def made(box: FreshBox, name: str, flow_json: str) -> str:
    parameters = {"name": name, "categories": ["OTHER"], "flow_json": flow_json}
    return str(box.graph("POST", f"{box.credentials.waba_id}/flows", **parameters)["id"])


def test_a_flow_is_answered_by_the_connector_of_its_page(fresh_box: FreshBox, console: httpx.Client) -> None:
    flow_id = made(fresh_box, "Where is my order?", FLOW)
    page = f"/flows/{flow_id}/endpoint"
    first = console.get(page).text
    assert "hint: " in first
    assert "WhatsApp knows no endpoint" in first
    wrong = console.post(f"{page}/check", data={"text": TEXT.replace("          state:", "          stat:")}).text
    assert "Did you mean &#39;state&#39;?" in wrong
    assert "Flow JSON, line 49" in wrong
    assert "no files beside it" in console.post(f"{page}/check", data={"text": FILE}).text

    asked = {"text": TEXT, "asked": "data_exchange ORDER", "data": '{"number": "1001"}'}
    tried = console.post(f"{page}/try", data=asked).text
    assert "The phone takes this answer." in tried
    assert "It is on its way." in tried
    assert "1 found" in tried or "found" in tried
    assert "JSON object" in console.post(f"{page}/try", data={**asked, "data": "["}).text

    assert "Save the connector without errors first" in console.post(f"{page}/connect").text
    assert console.post(page, data={"text": TEXT, "base": "0"}).headers["hx-redirect"] == page
    assert "Somebody else saved" in console.post(page, data={"text": FILE, "base": "0"}).text
    # A version with errors is kept, and the one before it goes on to answer.
    assert console.post(page, data={"text": FILE, "base": "1"}).headers["hx-redirect"] == page
    assert console.post(f"{page}/connect").headers["hx-redirect"] == page
    shown = console.get(page).text
    assert "version 1 answers" in shown
    assert "Version 2 has errors" in shown
    assert "text: |" in console.get(f"{page}?version=1").text
    assert fresh_box.graph("POST", f"{flow_id}/publish") == {"success": True}

    phone = walk(fresh_box, flow_id)
    phone.fill(number="1001")
    phone.tap("Look it up")
    assert "It is on its way." in phone.text
    phone.tap("Thank you")
    assert phone.status == "completed"

    uri = fresh_box.graph("GET", flow_id, fields="endpoint_uri")["endpoint_uri"]
    assert httpx.get(uri).status_code == 200
    assert httpx.post(uri, content=b"{}").status_code == 432
    assert httpx.get(uri[:-3]).status_code == 404
    logged = console.get("/log").text
    assert "connected a Flow with its connector" in logged


def test_a_template_with_an_endpoint_can_be_published_at_once(fresh_box: FreshBox, console: httpx.Client) -> None:
    wanted = {"name": "Book a cut", "categories": "APPOINTMENT_BOOKING", "start": "appointment:endpoint"}
    made = console.post("/flows/new", data={**wanted, "waba": fresh_box.credentials.waba_id})
    flow_id = made.headers["hx-redirect"].split("/")[2]
    assert fresh_box.graph("POST", f"{flow_id}/publish") == {"success": True}
    phone = walk(fresh_box, flow_id)
    assert (phone.status, phone.screen) == ("ready", "SERVICE")
    phone.select("service", "cut")
    phone.tap("Choose a day")
    assert phone.screen == "TIME"


def walk(box: FreshBox, flow_id: str) -> Any:
    handset = box.handset(box.credentials.handsets[0]["name"])
    handset.write("Hello")
    parameters = {
        "flow_message_version": "3",
        "flow_id": flow_id,
        "flow_cta": "Look",
        "flow_token": "t-1",
        "flow_action": "data_exchange",
    }
    action = {"name": "flow", "parameters": parameters}
    interactive = {"type": "flow", "body": {"text": "Your order"}, "action": action}
    wamid = box.send(handset.wa_id, type="interactive", interactive=interactive)
    handset.wait_for_message(lambda message: message.get("id") == wamid)
    return handset.open(wamid)


def test_a_key_that_is_there_is_replaced_only_when_that_is_said(fresh_box: FreshBox, console: httpx.Client) -> None:
    pair = generate_key_pair()
    sender = fresh_box.credentials.phone_number_id
    way = f"{sender}/whatsapp_business_encryption"
    fresh_box.graph("POST", way, business_public_key=pair.public_pem)
    flow_id = made(fresh_box, "Another key", FLOW)
    page = f"/flows/{flow_id}/endpoint"
    console.post(page, data={"text": TEXT, "base": "0"})
    console.post(f"{page}/connect")
    assert "It has the key of another endpoint." in console.get(page).text
    assert "not a private key" in console.post(f"{page}/key", data={"sender": sender, "pem": "nothing"}).text.lower()
    console.post(f"{page}/key", data={"sender": sender, "pem": pair.private_pem})
    assert "It has the key of another endpoint." not in console.get(page).text
    assert fresh_box.graph("GET", way)["data"][0]["business_public_key"].strip() == pair.public_pem.strip()
    other = generate_key_pair()
    fresh_box.graph("POST", way, business_public_key=other.public_pem)
    console.post(f"{page}/connect", data={"replace": "yes"})
    assert "It has the key of another endpoint." not in console.get(page).text
    assert json.dumps(other.public_pem) not in json.dumps(fresh_box.graph("GET", way))


def test_what_fails_stands_on_the_page(fresh_box: FreshBox, console: httpx.Client) -> None:
    text = (EXAMPLES / "orders" / "api.yaml").read_text(encoding="utf-8")
    text = text.replace("https://shop.example.com", "http://127.0.0.1:9").replace(
        "        failed:\n", "        seconds: 1\n", 0
    )
    head, _, tail = text.partition("        failed:\n")
    text = head + tail[tail.index('      - when: "${!order}"') :]
    flow_id = made(fresh_box, "A sick API", FLOW)
    page = f"/flows/{flow_id}/endpoint"
    console.post(page, data={"text": text, "base": "0"})
    assert 'name="secret:key"' in console.get(page).text
    console.post(f"{page}/connect")
    assert "The secret key is not there yet" in console.post(f"{page}/try", data={"text": text, "asked": "INIT"}).text
    console.post(page, data={"text": text, "base": "1", "secret:key": "hush-hush"})
    shown = console.get(page).text
    assert "key, kept" in shown
    assert "hush-hush" not in shown
    fresh_box.graph("POST", f"{flow_id}/publish")
    phone = walk(fresh_box, flow_id)
    phone.fill(number="1001")
    phone.tap("Look it up")
    assert phone.status != "completed"
    assert "Nothing can be reached at 127.0.0.1:9" in console.get(page).text


def test_an_answer_that_the_phone_cannot_use_stands_on_the_page(fresh_box: FreshBox, console: httpx.Client) -> None:
    flow_id = made(fresh_box, "Changed since", FLOW)
    page = f"/flows/{flow_id}/endpoint"
    console.post(page, data={"text": TEXT, "base": "0"})
    console.post(f"{page}/connect")
    assert "could not use the answer" not in console.get(page).text
    changed = FLOW.replace(
        '"total": { "type": "string", "__example__": "24.50" }', '"total": { "type": "number", "__example__": 24.5 }'
    )
    changed = changed.replace('{ "type": "TextBody", "text": "${data.total}" },', "")
    uploaded = httpx.post(
        f"{fresh_box.url}/v23.0/{flow_id}/assets",
        headers={"Authorization": f"Bearer {fresh_box.credentials.access_token}"},
        data={"name": "flow.json", "asset_type": "FLOW_JSON"},
        files={"file": ("flow.json", changed, "application/json")},
    )
    assert uploaded.json() == {"success": True, "validation_errors": []}
    fresh_box.graph("POST", f"{flow_id}/publish")
    phone = walk(fresh_box, flow_id)
    phone.fill(number="1001")
    phone.tap("Look it up")
    assert phone.status == "error"
    wait_until(lambda: "A phone could not use the answer" in console.get(page).text or None, "the phone's notice")
    assert "total" in console.get(page).text


@pytest.mark.browser
def test_a_person_writes_tries_saves_and_connects_in_the_page(fresh_box: FreshBox) -> None:
    flow_id = made(fresh_box, "By hand", FLOW)
    with chromium_page() as page:
        errors: list[str] = []

        def hear(error: Error) -> None:
            errors.append(error.message)

        page.on("pageerror", hear)
        page.goto(f"{fresh_box.url}/flows/{flow_id}/endpoint")
        editor = page.get_by_label("The connector, in YAML")
        mistaken = TEXT.replace("          state:", "          stat:")
        editor.fill(mistaken)
        page.get_by_role("button", name="Check").click()
        wrong = next(number for number, line in enumerate(mistaken.splitlines(), 1) if "stat:" in line)
        page.get_by_role("button", name=f"line {wrong}", exact=True).first.click()
        expect(page.get_by_text(f"Line {wrong}", exact=True)).to_be_visible()
        expect(editor).to_be_focused()
        page.keyboard.type("          state: It is on its way.")
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_text("Every request is answered")).to_be_visible()

        page.get_by_label("When").select_option("data_exchange ORDER")
        expect(page.get_by_label("With these data")).to_have_value(re.compile("number"))
        page.get_by_label("With these data").fill('{"number": "1001"}')
        page.get_by_role("button", name="Try").click()
        expect(page.get_by_text("The phone takes this answer.")).to_be_visible()
        assert accessibility_findings(page) == []

        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Version 1")).to_be_visible()
        page.get_by_role("button", name="Connect").click()
        expect(page.get_by_role("heading", name="Connected")).to_be_visible()
        assert errors == []
