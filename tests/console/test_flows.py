"""The list of Flows, one Flow, and sending it to a phone."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete
from tests.console.conftest import Answering
from tests.console.drawn import Drawn
from tests.console.whatsapp_server import EYE_TEST, WhatsAppServer, flow

from headrace.business.connections.models import WhatsAppConnection
from headrace.business.context import BusinessContext
from headrace.business.flows.models import FlowMessage
from headrace.clock import ManualClock
from headrace.flowjson.gallery import TEMPLATES

HOSTILE = "<script>alert(1)</script>"

pytestmark = pytest.mark.anyio

SENDING = {"phone": "447700900102", "sender": "501", "body": "Shall we book a test?", "cta": "Choose a time"}


async def test_every_flow_of_every_account_is_listed(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/flows")).text)
    rows = page.rows()
    assert len(rows) == 6
    assert all(text in rows[0] for text in ("Book an eye test", "Published", "Answers", "Appointment booking · 7.3"))
    assert all(text in rows[2] for text in ("Send your prescription", "2 errors", "Draft", "Opticians"))
    assert all(text in rows[5] for text in ("Insurance claim", "Blocked", "Millrace staging"))
    assert all(word in rows[1] for word in ("Edit", "Duplicate", "Compare", "Download", "Delete this draft"))
    assert "Delete" not in rows[0]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=send+PRESC", ["Send your prescription"]),
        ("q=902", ["Refer a friend"]),
        ("status=DRAFT&sort=name", ["Refer a friend", "Send your prescription"]),
        ("category=LEAD_GENERATION", ["Refer a friend"]),
        ("sort=status&q=claim", ["Insurance claim"]),
        ("sort=<script>&status=", 6),
        ("q=nothing", []),
    ],
)
async def test_flows_are_searched_filtered_and_sorted(
    browser: httpx.AsyncClient, query: str, names: list[str] | int
) -> None:
    page = Drawn((await browser.get(f"/flows?{query}")).text)
    found = [cell.text for cell in page.all("strong") if cell.text in str(page.rows())]
    assert (len(page.rows()) if isinstance(names, int) else found) == names
    if names == []:
        assert page.one("a", class_="button").text == "Show all 6"


async def test_flows_are_sorted_by_their_responses(browser: httpx.AsyncClient, answer: Answering) -> None:
    await browser.post("/flows/904/send", data=SENDING)
    await answer({"a": "1"}, message_wamid="wamid.sent1")
    page = Drawn((await browser.get("/flows?sort=responses")).text)
    assert "Repair status" in page.rows()[0]
    assert page.all("a", href="/flows/904/responses")[0].text == "1"


async def test_a_flow_is_created_from_a_template_a_file_a_copy_or_nothing(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    page = Drawn((await browser.get("/flows/new")).text)
    offered = [radio.attributes["value"] for radio in page.all("input", type="radio")]
    assert {*TEMPLATES, "appointment:endpoint", "file", "copy", "empty"} <= set(offered)
    for key in ("survey", "order:endpoint"):
        text = (await browser.get(f"/flows/new/starts/{key}")).json()["text"]
        assert text == TEMPLATES[key.partition(":")[0]].text(with_endpoint=":" in key)
    for number, (start, more, text) in enumerate((
        ("survey", {}, TEMPLATES["survey"].text()),
        ("order:endpoint", {}, TEMPLATES["order"].text(with_endpoint=True)),
        ("file", {"text": '{"of": "another tool"}'}, '{"of": "another tool"}'),
        ("copy", {"flow": "901"}, ""),
        ("empty", {}, ""),
    )):  # fmt: skip
        wanted = {"waba": "100", "name": f"New {number}", "categories": ["SURVEY", "OTHER"], "start": start, **more}
        answer = await browser.post("/flows/new", data=wanted)
        made = whatsapp_server.flows[-1]
        assert answer.headers["hx-redirect"] == f"/flows/{made['id']}/edit"
        assert (made["name"], made["categories"]) == (f"New {number}", ["SURVEY", "OTHER"])
        assert whatsapp_server.texts[made["id"]] == text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "1 to 200 characters"),
        ({"categories": []}, "at least one category"),
        ({"start": ""}, "Choose what the Flow begins with."),
        ({"start": "file", "text": " "}, "Choose a file"),
        ({"start": "copy", "flow": "1"}, "has no Flow with the id 1"),
        ({"waba": "300"}, "Choose one of this workspace"),
        ({"name": "Repair status"}, "not unique"),
    ],
)
async def test_a_flow_that_cannot_be_made_says_why(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, change: dict[str, Any], words: str
) -> None:
    wanted = {"waba": "100", "name": "New", "categories": ["SURVEY"], "start": "survey", **change}
    assert words in Drawn((await browser.post("/flows/new", data=wanted)).text).one("p", role="alert").text
    assert len(whatsapp_server.flows) == 6


async def test_a_name_that_is_taken_is_told_before_anything_is_made(browser: httpx.AsyncClient) -> None:
    taken = await browser.get("/flows/new/name", params={"name": " Repair status ", "waba": "100"})
    assert '"Repair status" exists already in "Millrace Opticians"' in Drawn(taken.text).one("span").text
    assert (await browser.get("/flows/new/name", params={"name": "Repair status", "waba": "200"})).text.strip() == ""


async def test_two_flows_are_compared_in_meaning(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.texts["902"] = json.dumps(EYE_TEST).replace("Your visit", "A visit")
    page = Drawn((await browser.get("/flows/901/compare", params={"with": "902"})).text)
    assert "Your visit" in page.all("li")[0].text
    whatsapp_server.texts["902"] = "{"
    assert "mended first" in (await browser.get("/flows/901/compare", params={"with": "902"})).text


async def test_a_workspace_without_a_connection_says_so(browser: httpx.AsyncClient, business: BusinessContext) -> None:
    async with business.database.transaction() as session:
        await session.execute(delete(WhatsAppConnection))
    page = await browser.get("/flows")
    assert page.status_code == 200
    assert "This workspace is not connected to WhatsApp yet." in page.text
    assert "Connect your code" not in page.text


async def test_names_are_shown_as_they_are_written(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.flows = [flow("901", '<img src=x onerror="alert(1)">')]
    for address in ("/flows", "/flows/901", "/flows/901/send"):
        html = (await browser.get(address)).text
        assert "<img" not in html
        assert "&lt;img src=x" in html


async def test_without_flows_it_says_what_one_is(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.flows = []
    html = (await browser.get("/flows")).text
    assert "A Flow is a form" in html
    assert {link.attributes["href"] for link in Drawn(html).all("a", class_="button primary")} == {"/flows/new"}
    assert "flow_json=@flow.json" in html


@pytest.mark.parametrize("address", ["/flows", "/flows/901"])
async def test_a_refusal_is_told_in_the_words_of_whatsapp(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, address: str
) -> None:
    whatsapp_server.refuse(190, "Error validating access token.", "The session has <expired>.")
    answer = await browser.get(address)
    assert answer.status_code == 502
    lost, told = Drawn(answer.text).all("div", class_="band trouble", role="alert")
    assert "hidden" in lost.attributes
    assert told.text.startswith("Error validating access token. The session has <expired>. ")
    assert told.text.endswith(" Error 190")


async def test_an_unknown_flow_is_not_found(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/flows/12345")
    assert answer.status_code == 404
    assert Drawn(answer.text).one("h1").text == "There is no such Flow"


async def test_a_flow_shows_its_facts_and_its_newest_responses(browser: httpx.AsyncClient, answer: Answering) -> None:
    await browser.post("/flows/901/send", data=SENDING)
    await answer({"service": "0_lenses", "first_name": "Amara"}, message_wamid="wamid.sent1")
    page = Drawn((await browser.get("/flows/901")).text)
    facts = page.one("section", aria_labelledby="facts").text
    assert all(
        text in facts for text in ("901", "Millrace Opticians", "7.3", "Data API 3.0", "https://example.org/flows")
    )
    assert "Contact lenses, Amara" in page.one("section", aria_labelledby="newest").text


async def test_every_problem_is_shown_with_its_place(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    whatsapp_server.texts["903"] = json.dumps(EYE_TEST, indent=1).replace('"ABOUT_YOU",', '"ABOUT_ME",', 1)
    page = Drawn((await browser.get("/flows/903")).text)
    problems = page.one("section", aria_labelledby="problems").text
    assert "ABOUT_YOU" in problems
    assert "VISIT · INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME" in problems
    whatsapp_server.texts["903"] = TEMPLATES["survey"].text()
    assert not Drawn((await browser.get("/flows/903")).text).all("section", aria_labelledby="problems")


@pytest.mark.parametrize(("flow_id", "reason"), [("906", "A deprecated Flow"), ("905", "A blocked Flow")])
async def test_what_cannot_be_sent_says_why(browser: httpx.AsyncClient, flow_id: str, reason: str) -> None:
    button = Drawn((await browser.get(f"/flows/{flow_id}")).text).one("button", aria_disabled="true")
    assert reason in button.attributes["title"]
    assert "hx-get" not in button.attributes


async def test_the_form_offers_phones_and_the_senders_of_the_flows_account(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/flows/905/send")).text)
    assert [option.text for option in page.all("option")] == [
        "Amara · never wrote", "Ben · never wrote", "Staging · +44 20 7946 0199", "showing VISIT",
    ]  # fmt: skip
    named = {one.attributes["id"] for one in page.elements if "name" in one.attributes and "id" in one.attributes}
    assert {label.attributes["for"] for label in page.all("label")} == named


async def test_the_form_says_what_the_first_screen_will_not_show(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    children = [
        {"type": "TextBody", "text": "${data.hint}"},
        {"type": "Footer", "label": "Send it", "on-click-action": {"name": "complete", "payload": {}}},
    ]
    layout = {"type": "SingleColumnLayout", "children": children}
    only = {"id": "SLOTS", "title": "Slots", "terminal": True, "layout": layout}
    hint = {"hint": {"type": "number", "__example__": 3}}
    whatsapp_server.texts["902"] = json.dumps({"version": "7.3", "screens": [{**only, "data": hint}]})
    page = Drawn((await browser.get("/flows/902/send")).text)
    assert page.one("input", name="data-hint").attributes["value"] == "3"
    empty = {**SENDING, "opening": "SLOTS", "shown": "SLOTS", "data-hint": ""}
    words = Drawn((await browser.post("/flows/902/send/preview", data=empty)).text).all("p", class_="soft foreseen")
    assert any("TextBody shows nothing" in word.text for word in words)


async def test_the_first_screen_is_opened_with_data_of_its_types(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    flow = json.loads(json.dumps(EYE_TEST))
    flow["screens"][0]["data"] = {
        "name": {"type": "string", "__example__": HOSTILE},
        "count": {"type": "number", "__example__": 3},
        "is_open": {"type": "boolean", "__example__": True},
        "slots": {"type": "array", "items": {"type": "string"}, "__example__": ["9:00"]},
    }
    whatsapp_server.texts["904"] = json.dumps(flow)
    asked = await browser.get("/flows/904/send")
    assert HOSTILE not in asked.text
    given = {**SENDING, "opening": "VISIT", "header": "Hello", "footer": "Bye", "flow_token": "mine"}
    for wrong, words in (
        ({"data-count": "many"}, '"count" cannot be read'),
        ({"data-slots": "{}"}, '"slots" has to be'),
    ):
        refused = await browser.post("/flows/904/send", data={**given, **wrong})
        assert words in Drawn(refused.text).one("p", role="alert").text
        assert next(iter(wrong.values())) in refused.text
    assert whatsapp_server.sent == []
    await browser.post("/flows/904/send", data={**given, "data-name": "Ama", "data-slots": '["10:00"]'})
    interactive = whatsapp_server.sent[-1]["interactive"]
    parameters = interactive["action"]["parameters"]
    data = {"name": "Ama", "count": 3, "is_open": True, "slots": ["10:00"]}
    assert parameters["flow_action_payload"] == {"screen": "VISIT", "data": data}
    assert parameters["flow_token"] == "mine"
    assert (interactive["header"]["text"], interactive["footer"]["text"]) == ("Hello", "Bye")


@pytest.mark.parametrize(("flow_id", "mode"), [("901", "published"), ("902", "draft")])
async def test_sending_goes_through_the_graph_api(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, flow_id: str, mode: str
) -> None:
    answer = await browser.post(f"/flows/{flow_id}/send", data=SENDING)
    assert "Ben: never wrote." in Drawn(answer.text).one("div", role="alert").text
    assert "Error 131047" in answer.text
    assert "What to do:" in answer.text
    [message] = whatsapp_server.sent
    parameters: dict[str, Any] = message["interactive"]["action"]["parameters"]
    assert (message["from"], message["to"]) == ("501", "447700900102")
    assert message["interactive"]["body"]["text"] == "Shall we book a test?"
    assert (parameters["flow_id"], parameters["flow_cta"], parameters["mode"]) == (flow_id, "Choose a time", mode)


async def test_whom_a_message_reaches_is_said_before_and_after(
    browser: httpx.AsyncClient, answer: Answering, clock: ManualClock
) -> None:
    await answer({"a": "1"})
    clock.advance(timedelta(hours=21))
    options = Drawn((await browser.get("/flows/901/send")).text).all("option")
    assert [option.text for option in options][:2] == ["Amara · open for 3 h", "Ben · never wrote"]
    note = Drawn((await browser.post("/flows/901/send", data={**SENDING, "phone": "447700900101"})).text).all("p")[0]
    assert note.attributes["data-toast"] == '"Book an eye test" is on its way to Amara.'
    clock.advance(timedelta(hours=5))
    assert "Amara · shut 2 h ago: only a template" in (await browser.get("/flows/901/send")).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phone": "447700900999"}, "Choose a phone of this box."),
        ({"sender": "503"}, "Choose one of this account"),
        ({"body": "   "}, "1 to 1024 characters"),
        ({"body": "x" * 1025}, "1 to 1024 characters"),
        ({"cta": ""}, "1 to 30 characters"),
        ({"cta": "x" * 31}, "1 to 30 characters"),
    ],
)
async def test_what_cannot_be_right_is_not_sent_and_what_was_typed_stays(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, change: dict[str, str], words: str
) -> None:
    page = Drawn((await browser.post("/flows/901/send", data={**SENDING, **change})).text)
    assert words in page.one("p", role="alert").text
    assert page.one("textarea").text == {**SENDING, **change}["body"].strip()
    assert whatsapp_server.sent == []


async def test_a_refused_message_is_explained_in_the_dialog(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer, business: BusinessContext
) -> None:
    whatsapp_server.refuse_messages(132069, "Flow is throttled", "The Flow reached its 10 messages of this hour.")
    answer = await browser.post("/flows/904/send", data=SENDING)
    assert "The Flow reached its 10 messages of this hour." in answer.text
    assert "Error 132069" in answer.text
    assert Drawn(answer.text).one("h2").text == "Not sent"
    async with business.database.reading() as session:
        kept = await session.get(FlowMessage, 1)
    assert kept is not None
    assert kept.status == "failed"


async def test_a_huge_flow_json_is_not_drawn(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    screens = [{"id": f"SCREEN_{number}", "titel": "x"} for number in range(20_000)]
    whatsapp_server.texts["903"] = json.dumps({"version": "7.3", "screens": screens})
    page = await browser.get("/flows/903")
    assert page.status_code == 200
    assert len(page.content) < 100_000
    assert "Too large to be drawn" in page.text
    assert "2 errors" in page.text
