"""The demo's templates, and the survey that one of them opens: so everybody is reached whose window is shut."""

import json
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from demo_business import Business

from headrace.testing import Handset

ROOT = Path(__file__).resolve().parent.parent
SURVEY = "How was your visit?"
AFTER_YOUR_VISIT = "after_your_visit"
TIME_FOR_AN_EYE_TEST = "time_for_an_eye_test"
REJECTED = "frames_at_half_price"
HELD = "new_opening_hours"
LANGUAGE = "en_GB"
PATIENCE_SECONDS = 10


def make_survey(business: Business) -> None:
    """Publishes the survey, unless the last demo did."""
    waba = business.credentials["waba_id"]
    listed = business.graph.call("GET", f"{waba}/flows?fields=id,name")["data"]
    if any(flow["name"] == SURVEY for flow in listed):
        return
    text = (ROOT / "examples" / "feedback" / "flow.json").read_text()
    body = {"name": SURVEY, "categories": ["SURVEY"], "flow_json": text, "publish": True}
    business.graph.call("POST", f"{waba}/flows", body)


def make_templates(business: Business, appointment_flow_id: str) -> dict[str, int]:
    """Creates the templates that are not there yet, waits for their review and returns how many have which status.

    The control room lets the review reject one and hold another, so that each status can be looked at.
    """
    waba = business.credentials["waba_id"]
    known = {template["name"] for template in listed(business)}
    review(business)
    for template in (*plain_templates(), after_your_visit(), time_for_an_eye_test(appointment_flow_id)):
        if template["name"] not in known:
            business.graph.call("POST", f"{waba}/message_templates", {"language": LANGUAGE, **template})
    end = time.monotonic() + PATIENCE_SECONDS
    while any(one["status"] == "PENDING" and one["name"] != HELD for one in listed(business)):
        if time.monotonic() > end:
            raise TimeoutError("the review of the templates has not ended")
        time.sleep(0.05)
    return Counter(template["status"] for template in listed(business))


def review(business: Business) -> None:
    """Tells the review what to do, as anybody may in the control room."""
    rules = [
        {"pattern": REJECTED, "decision": "reject", "reason": "PROMOTIONAL"},
        {"pattern": HELD, "decision": "hold"},
    ]
    request = urllib.request.Request(
        f"{business.credentials['base_url']}/_world/templates/review",
        data=json.dumps({"rules": rules}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


def reach_everybody(business: Business) -> list[str]:
    """Sends the survey by template to every phone but the first; returns the names once it arrived on each."""
    sent = []
    for phone in business.credentials["handsets"][1:]:
        wamid = send(business, phone["name"], phone["wa_id"])
        sent.append((phone, wamid))
    for phone, wamid in sent:
        handset = Handset(phone["url"])
        handset.wait_for_message(lambda message, wamid=wamid: message["id"] == wamid, f"the message {wamid}")
    return [str(phone["name"]) for phone, _ in sent]


def send(business: Business, name: str, wa_id: str) -> str:
    return send_template(business, AFTER_YOUR_VISIT, wa_id, [name.removesuffix("'s computer")])


def send_template(
    business: Business, name: str, wa_id: str, words: list[str], token: str | None = None, button: int = 0
) -> str:
    """Sends a template with a FLOW button at this position; returns the message's id."""
    action = {"flow_token": token or f"visit-{time.time_ns()}"}
    components = [
        {"type": "body", "parameters": [{"type": "text", "text": word} for word in words]},
        {
            "type": "button",
            "sub_type": "flow",
            "index": str(button),
            "parameters": [{"type": "action", "action": action}],
        },
    ]
    template = {"name": name, "language": {"code": LANGUAGE}, "components": components}
    message = {"messaging_product": "whatsapp", "to": wa_id, "type": "template", "template": template}
    answer = business.graph.call("POST", f"{business.credentials['phone_number_id']}/messages", message)
    return str(answer["messages"][0]["id"])


def listed(business: Business) -> list[dict[str, Any]]:
    path = f"{business.credentials['waba_id']}/message_templates?fields=name,status"
    return list(business.graph.call("GET", path)["data"])


def after_your_visit() -> dict[str, Any]:
    body = "Hello {{1}}, thank you for coming to our shop. How was your visit?"
    return {
        "name": AFTER_YOUR_VISIT,
        "category": "UTILITY",
        "components": [
            {"type": "BODY", "text": body, "example": {"body_text": [["Ben"]]}},
            {"type": "FOOTER", "text": "Two questions, one minute"},
            {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Tell us", "flow_name": SURVEY}]},
        ],
    }


def plain_templates() -> list[dict[str, Any]]:
    """One that is rejected, and one that waits for its review."""
    texts = {
        REJECTED: ("MARKETING", "Only this week: all frames at half the price, guaranteed!"),
        HELD: ("UTILITY", "Our shops open at nine from Monday on, and close at six."),
    }
    return [
        {"name": name, "category": category, "components": [{"type": "BODY", "text": text}]}
        for name, (category, text) in texts.items()
    ]


def time_for_an_eye_test(flow_id: str) -> dict[str, Any]:
    body = "Hello {{1}}, your last eye test was {{2}} years ago. Shall we book another?"
    flow = {"type": "FLOW", "text": "Choose a time", "flow_id": flow_id, "flow_action": "data_exchange"}
    return {
        "name": TIME_FOR_AN_EYE_TEST,
        "category": "MARKETING",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Your eyes"},
            {"type": "BODY", "text": body, "example": {"body_text": [["Dalia", "2"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Not now"}, flow]},
        ],
    }
