"""One Flow's way from a file to an answer in a table, a line a step with its time."""

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from demo_business import Business
from demo_history import History
from demo_templates import AFTER_YOUR_VISIT, make_survey, make_templates, reach_everybody

from headrace.testing import Handset, OpenFlow

ROOT = Path(__file__).resolve().parent.parent
FLOW_NAME = "Book an eye test"
PATIENCE_SECONDS = 10


class Steps:
    """Numbers the lines and times them."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._number = 0
        self._last = time.monotonic()

    def done(self, what: str, note: str = "") -> None:
        self._number += 1
        now = time.monotonic()
        self._say(f"{self._number:>3}  {what:<58} {note:<22} ✓ {(now - self._last) * 1000:>6.0f} ms")
        self._last = now


def walk(business: Business, say: Callable[[str], None], history: Callable[[], History | None]) -> str:
    """Lets the Flow travel; returns its id. Anything unexpected raises. In a fresh box its `history` comes first."""
    steps = Steps(say)
    graph, credentials = business.graph, business.credentials
    sender = credentials["senders"][0]
    subscribe(business)
    steps.done("webhook of your app registered, challenge answered")
    graph.call("POST", f"{sender['id']}/whatsapp_business_encryption", {"business_public_key": business.public_key})
    steps.done(f"key of {sender['display_phone_number']} registered")
    flow_id = find_flow(business)
    if flow_id is None:
        past = history()
        if past is not None:
            past.begin()
        flow_id = make_flow(business, steps)
        if past is not None:
            past.play(flow_id)
            steps.done(past.told(), "on the moved clock")
    else:
        steps.done(f'"{FLOW_NAME}" is there from the last demo, published')
    amara = Handset(credentials["handsets"][0]["url"])
    wamid = send(business, flow_id, amara.wa_id)
    business.receiver.wait_for_status(wamid, "sent")
    business.receiver.wait_for_status(wamid, "delivered")
    open_flow = amara.open(wamid)
    business.receiver.wait_for_status(wamid, "read")
    steps.done("sent to Amara: sent, delivered, read")
    steps.done(f"Amara opens it: INIT → {open_flow.screen}", "sealed")
    fill_in(open_flow, steps)
    response, is_signed = business.receiver.wait_for_response(wamid)
    if not is_signed:
        raise RuntimeError("the response's webhook is not signed with the app's secret")
    steps.done("finishes: nfm_reply at the webhook", "signature right")
    steps.done("stored: " + stored_answer(credentials["base_url"], flow_id, response))
    make_survey(business)
    made = make_templates(business, flow_id)
    told = ", ".join(f"{count} {status.lower()}" for status, count in sorted(made.items()))
    steps.done(f"templates: {told}", "survey published")
    names = reach_everybody(business)
    steps.done(f"template {AFTER_YOUR_VISIT} reaches {len(names)} phones, windows shut")
    graph.call(
        "DELETE",
        f"{credentials['app_id']}/subscriptions?object=whatsapp_business_account",
        token=f"{credentials['app_id']}|{credentials['app_secret']}",
    )
    send(business, flow_id, amara.wa_id)
    return flow_id


def subscribe(business: Business) -> None:
    credentials = business.credentials
    business.graph.call(
        "POST",
        f"{credentials['app_id']}/subscriptions",
        {
            "object": "whatsapp_business_account",
            "callback_url": business.receiver.url,
            "verify_token": credentials["verify_token"],
            "fields": "messages,flows",
        },
        token=f"{credentials['app_id']}|{credentials['app_secret']}",
    )


def find_flow(business: Business) -> str | None:
    listed = business.graph.call("GET", f"{business.credentials['waba_id']}/flows?fields=id,name")
    return next((str(flow["id"]) for flow in listed["data"] if flow["name"] == FLOW_NAME), None)


def make_flow(business: Business, steps: Steps) -> str:
    text = (ROOT / "examples" / "appointment" / "flow.json").read_text()
    created = business.graph.call(
        "POST",
        f"{business.credentials['waba_id']}/flows",
        {"name": FLOW_NAME, "categories": ["APPOINTMENT_BOOKING"], "endpoint_uri": business.endpoint_url},
    )
    flow_id = str(created["id"])
    errors = business.graph.upload(flow_id, text)["validation_errors"]
    if errors:
        raise RuntimeError(f"flow.json has errors: {errors}")
    screens = len(json.loads(text)["screens"])
    steps.done(f'"{FLOW_NAME}" created, flow.json checked', f"{screens} screens, 0 errors")
    business.graph.call("POST", f"{flow_id}/publish")
    steps.done("published: checks passed, ping answered", "sealed")
    return flow_id


def send(business: Business, flow_id: str, wa_id: str) -> str:
    parameters: dict[str, Any] = {
        "flow_message_version": "3",
        "flow_id": flow_id,
        "flow_cta": "Choose a time",
        "flow_token": f"demo-{time.time_ns()}",
        "flow_action": "data_exchange",
    }
    interactive = {
        "type": "flow",
        "body": {"text": "Good to hear from you. Shall we book an eye test?"},
        "action": {"name": "flow", "parameters": parameters},
    }
    message = {"messaging_product": "whatsapp", "to": wa_id, "type": "interactive", "interactive": interactive}
    sent = business.graph.call("POST", f"{business.credentials['phone_number_id']}/messages", message)
    return str(sent["messages"][0]["id"])


def fill_in(open_flow: OpenFlow, steps: Steps) -> None:
    """Amara's way through the screens: every list comes from the endpoint, and depends on the choice before."""
    open_flow.select("service", "contact_lenses")
    open_flow.select("shop", "canal_street")
    steps.done(f"picks a service and a shop: data_exchange → {open_flow.screen}", "sealed")
    open_flow.select("date", first_free_day(open_flow))
    times = [option["id"] for option in open_flow.input("time")["options"]]
    open_flow.select("time", times[0])
    steps.done(f"picks a day: {len(times)} free times come back", "sealed")
    press_footer(open_flow)
    open_flow.fill(name="Amara", email="amara@example.com", phone="+44 7700 900101")
    open_flow.back()
    press_footer(open_flow)
    steps.done(f"gives her name, goes back once, on again → {open_flow.screen}", "sealed")
    press_footer(open_flow)
    steps.done(f"checks the booking → {open_flow.screen}", "sealed")
    press_footer(open_flow)
    if open_flow.status != "completed":
        raise RuntimeError(f"the Flow is not completed: {open_flow.state}")


def first_free_day(open_flow: OpenFlow) -> str:
    picker = open_flow.input("date")
    day = date.fromisoformat(picker["first"])
    while day.isoformat() in picker["unavailable"]:
        day += timedelta(days=1)
    return day.isoformat()


def press_footer(open_flow: OpenFlow) -> None:
    footer = open_flow.footer
    if footer is None:
        raise RuntimeError(f"{open_flow.screen} has no Footer")
    open_flow.tap(footer["label"])


def stored_answer(base_url: str, flow_id: str, response: dict[str, Any]) -> str:
    """What the console's page shows of the response, once it is there."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{base_url}/flows/{flow_id}/responses", timeout=10) as answer:
            page = unescape(answer.read().decode())
        if "Contact lenses" in page and response["time"].lstrip("0") in page:
            return f"Contact lenses · Canal Street · {response['date']} {response['time']}"
        time.sleep(0.05)
    raise TimeoutError("the response is not on the console's page")
