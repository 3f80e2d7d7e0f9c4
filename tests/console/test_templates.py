"""Templates: listed with how the accounts stand, written, refused, changed, deleted and sent."""

from typing import Any

import httpx
import pytest
from tests.console.conftest import AMARA
from tests.console.drawn import Drawn
from tests.console.whatsapp_server import WhatsAppServer

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>"
FORM = {
    "waba_id": "100",
    "name": "time_for_new_glasses",
    "language": "en_GB",
    "category": "MARKETING",
    "header": "Your eyes",
    "body": "Hello {{1}}, your test was {{2}} years ago.",
    "footer": "Millrace",
    "flow_id": "901",
    "button": "Choose a time",
    "action": "navigate",
    "screen": "VISIT",
    "example-1": "Amara",
    "example-2": "two",
}


def template(template_id: str = "700", **facts: Any) -> dict[str, Any]:
    components = [
        {"type": "BODY", "text": "Hello {{first_name}}.", "example": {}},
        {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": HOSTILE, "flow_id": 901}]},
    ]
    facts = {"components": components, "parameter_format": "NAMED", "status": "APPROVED", **facts}
    return {"id": template_id, "name": "hello", "language": "en_GB", "category": "UTILITY", **facts}


async def test_a_template_is_written_and_goes_out_for_review(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    page = (await browser.get("/templates/new?flow=901")).text
    assert Drawn(page).one("option", value="901", selected="").text.startswith("Book an eye test")
    drawn = (await browser.post("/templates/preview", data={**FORM, "body": f"{HOSTILE} {{{{1}}}}"})).text
    assert HOSTILE not in drawn
    assert "Amara" in Drawn(drawn).one("article").text
    answer = await browser.post("/templates/new", data=FORM)
    assert answer.headers["HX-Redirect"].endswith("?done=created")
    made = whatsapp_server.templates[-1]
    assert made["parameter_format"] == "POSITIONAL"
    assert made["components"] == [
        {"type": "HEADER", "format": "TEXT", "text": "Your eyes"},
        {"type": "BODY", "text": FORM["body"], "example": {"body_text": [["Amara", "two"]]}},
        {"type": "FOOTER", "text": "Millrace"},
        {
            "type": "BUTTONS",
            "buttons": [
                {
                    "type": "FLOW",
                    "text": "Choose a time",
                    "flow_id": "901",
                    "flow_action": "navigate",
                    "navigate_screen": "VISIT",
                }
            ],
        },
    ]
    assert "created a template" in (await browser.get("/log")).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "Time For"}, "small letters"),
        ({"body": " "}, "Write the text"),
        ({"example-2": ""}, "Give an example for {{2}}"),
        ({"button": ""}, "The button needs"),
        ({"header": "x" * 61}, "has 61 characters"),
        ({"waba_id": "999"}, "WhatsApp Business Accounts"),
    ],
)
async def test_what_is_wrong_is_said_before_whatsapp_is_asked(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, wrong: dict[str, str], words: str
) -> None:
    answer = await browser.post("/templates/new", data={**FORM, **wrong})
    assert words in answer.text
    assert whatsapp_server.templates == []


async def test_the_list_says_what_holds_an_account_back_and_why_one_was_refused(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    assert "There is none yet" in (await browser.get("/templates")).text
    whatsapp_server.templates = [
        template(),
        template("701", name=HOSTILE, status="REJECTED", rejected_reason="INCORRECT_CATEGORY", flow_id=None),
    ]
    page = await browser.get("/templates")
    assert HOSTILE not in page.text
    assert "An unverified business may have 250 templates" in page.text
    assert "No template fits" in (await browser.get("/templates?q=nothing")).text
    refused = (await browser.get("/templates/701")).text
    assert "Its words do not go with its category" in refused
    assert "Only an approved template can be sent" in refused
    assert (await browser.get("/templates/999")).status_code == 404
    whatsapp_server.refusal = {"code": 2, "message": "Service temporarily unavailable"}
    down = await browser.get("/templates")
    assert down.status_code == 502
    assert "Service temporarily unavailable" in down.text


async def test_one_is_sent_changed_and_deleted(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.templates = [template()]
    asked = (await browser.get("/templates/700/send")).text
    assert HOSTILE not in asked
    given = {"phone": AMARA.wa_id, "sender": "501", "value-first_name": "Ama", "flow_token": "mine"}
    assert (
        "Say what stands for"
        in (await browser.post("/templates/700/send", data={**given, "value-first_name": ""})).text
    )
    assert whatsapp_server.sent == []
    assert "is on its way to Amara" in (await browser.post("/templates/700/send", data=given)).text
    sent = whatsapp_server.sent[-1]
    assert sent["template"]["components"][0]["parameters"] == [
        {"type": "text", "parameter_name": "first_name", "text": "Ama"}
    ]
    assert sent["template"]["components"][1]["parameters"][0]["action"] == {"flow_token": "mine"}
    assert sent["biz_opaque_callback_data"] == "headrace:mine"
    changed = await browser.post("/templates/700/edit", data={**FORM, "body": "New words."})
    assert changed.headers["HX-Redirect"].endswith("done=changed")
    assert whatsapp_server.templates[0]["components"][1]["text"] == "New words."
    assert "cannot be undone" in (await browser.get("/templates/700/delete")).text
    assert (await browser.post("/templates/700/delete")).headers["HX-Redirect"] == "/templates?done=deleted"
    assert whatsapp_server.templates == []
