"""The first page: what arrives, and how to connect one's own code."""

import httpx
import pytest
from tests.business.webhooks import deliver, status
from tests.business.workspace import Member
from tests.console.conftest import BEN, Answering
from tests.console.drawn import Drawn
from tests.console.test_flows import SENDING
from tests.console.whatsapp_server import WhatsAppServer

from headrace.business.context import BusinessContext
from headrace.console.place import BoxPlace

pytestmark = pytest.mark.anyio


async def test_everything_to_connect_with_can_be_copied(browser: httpx.AsyncClient, place: BoxPlace) -> None:
    page = Drawn((await browser.get("/")).text)
    copied = {button.attributes["data-copy"] for button in page.all("button", class_="copy")}
    developer = place.developer
    assert developer is not None
    assert copied == {
        developer.base_url, developer.access_token, developer.waba_id, developer.phone_number_id,
        developer.app_id, developer.app_secret, developer.verify_token,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["curl", "python", "node"])
async def test_a_snippet_names_address_account_and_token(
    browser: httpx.AsyncClient, place: BoxPlace, language: str
) -> None:
    page = Drawn((await browser.get("/")).text)
    code = page.one("pre", id=f"code-{language}").text
    assert place.developer is not None
    assert place.developer.base_url in code
    assert place.developer.waba_id in code
    assert f"Bearer {place.developer.access_token}" in code
    tab = page.one("button", id=f"tab-{language}", role="tab")
    assert page.one("div", id=tab.attributes["aria-controls"]).attributes["aria-labelledby"] == f"tab-{language}"


async def test_before_anything_was_sent_it_offers_to_send(browser: httpx.AsyncClient) -> None:
    html = (await browser.get("/arrivals")).text
    assert "Nothing was sent yet." in html


async def test_a_message_is_followed_from_sent_to_answered(
    browser: httpx.AsyncClient, business: BusinessContext, member: Member, answer: Answering
) -> None:
    await browser.post("/flows/901/send", data=SENDING)
    states = []
    for told in ("sent", "delivered", "read"):
        await deliver(business, member.connection, status("wamid.sent1", told))
        states.append(await _progress(browser))
    await answer({"service": "1_test", "first_name": "Ben"}, message_wamid="wamid.sent1", phone=BEN)
    states.append(await _progress(browser))
    assert states == [("Sent", 1, 1), ("Delivered", 2, 1), ("Read", 3, 1), ("Answered", 4, 0)]
    page = Drawn((await browser.get("/arrivals")).text)
    row = page.one("tr", id="arrival-1")
    assert "Eye test, Ben" in row.text
    assert row.attributes["data-say"] == "Ben answered Book an eye test."


async def _progress(browser: httpx.AsyncClient) -> tuple[str, int, int]:
    """What the line says, how many stages are behind it, and how many nodes are brass."""
    page = Drawn((await browser.get("/arrivals")).text)
    past, now = len(page.all("circle", class_="node past")), len(page.all("circle", class_="node now"))
    return page.one("svg", class_="progress").attributes["aria-label"], past + now, now


async def test_a_message_that_failed_says_why(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.refuse_messages(132069, "Flow is throttled", "10 of 10 messages used <this hour>.")
    await browser.post("/flows/904/send", data=SENDING)
    html = (await browser.get("/arrivals")).text
    assert "10 of 10 messages used &lt;this hour&gt;." in html
    assert Drawn(html).one("rect", class_="node stopped")


async def test_a_phone_that_never_wrote_has_its_name(browser: httpx.AsyncClient) -> None:
    await browser.post("/flows/901/send", data=SENDING)
    assert Drawn((await browser.get("/arrivals")).text).rows()[0].startswith("Ben ")


async def test_what_is_ill_wants_attention_the_worst_first(browser: httpx.AsyncClient) -> None:
    wants = [one.text for one in Drawn((await browser.get("/attention")).text).all("li")]
    assert [text.split()[0] for text in wants] == ["Blocked", "Throttled", "Draft"]
    assert "Insurance claim" in wants[0]
    assert "ten messages an hour" in wants[1]
    assert "2 errors in its Flow JSON" in wants[2]
    assert 'href="/flows/903/edit"' in (await browser.get("/attention")).text


async def test_where_all_is_well_nothing_does(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.flows = [flow for flow in whatsapp_server.flows if flow["id"] in {"901", "902"}]
    assert (await browser.get("/attention")).text.strip() == ""
