"""The channel view and the sender view: what each shows, and where a status is changed."""

import httpx
import pytest
from tests.console.drawn import Drawn
from tests.console.whatsapp_server import WhatsAppServer

pytestmark = pytest.mark.anyio


async def test_the_channel_shows_every_flow_of_every_account_and_changes_nothing(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    page = Drawn((await browser.get("/channels/whatsapp/flows")).text)
    rows = page.rows()
    assert len(rows) == 6
    assert all(text in rows[0] for text in ("Book an eye test", "Millrace Opticians", "901", "VISIT", "Published"))
    assert "Millrace staging" in rows[5]
    copied = {button.attributes["data-copy"] for button in page.all("button", class_="copy")}
    assert copied == {"901", "902", "903", "904", "905", "906", "VISIT"}
    assert not page.all("button", role="menuitem")
    # What was read once is not fetched again while the Flow is as it was.
    whatsapp_server.asked.clear()
    assert (await browser.get("/channels/whatsapp/flows")).text.count("<code>VISIT</code>") == 6
    assert whatsapp_server.asked == []


async def test_the_senders_lead_to_their_flows(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/channels/whatsapp/senders")).text)
    assert [row.split()[0] for row in page.rows()] == ["Shops", "Workshop", "Staging"]
    assert [link.text for link in page.all("a", href="/channels/whatsapp/senders/503")] == ["Staging", "View Flows"]


@pytest.mark.parametrize(
    ("sender", "offered"),
    [
        (
            "501",
            {
                "Book an eye test": ["Deprecate"],
                "Refer a friend": ["Publish", "Delete"],
                "Send your prescription": ["Publish", "Delete"],
                "Repair status": ["Deprecate"],
                "Newsletter sign-up": [],
            },
        ),
        ("503", {"Insurance claim": ["Deprecate"]}),
    ],
)
async def test_a_sender_offers_what_each_status_allows(
    browser: httpx.AsyncClient, sender: str, offered: dict[str, list[str]]
) -> None:
    page = Drawn((await browser.get(f"/channels/whatsapp/senders/{sender}")).text)
    menus = {menu.attributes["aria-label"]: menu.text.split() for menu in page.all("div", class_="menu")}
    names = [cell.text for cell in page.all("strong") if cell.text in offered]
    assert names == list(offered)
    assert menus == {name: acts for name, acts in offered.items() if acts}


async def test_a_change_of_status_comes_back_to_the_sender(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    here = "/channels/whatsapp/senders/501"
    asked = (await browser.get(f"/flows/904/deprecate?back={here}")).text
    assert "It can no longer be sent or opened." in asked
    address = Drawn(asked).one("form").attributes["action"]
    assert (await browser.post(address)).headers["hx-redirect"] == here
    assert "Deprecated" in Drawn((await browser.get(here)).text).rows()[3]
    elsewhere = await browser.post("/flows/902/delete?back=https://evil.example/")
    assert elsewhere.headers["hx-redirect"] == "/flows?done=deleted"


async def test_a_sender_of_nobody_is_not_found(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/channels/whatsapp/senders/7")
    assert answer.status_code == 404
    assert Drawn(answer.text).one("h1").text == "There is no such sender"


async def test_whatsapp_refusing_is_told(browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer) -> None:
    whatsapp_server.refuse(190, "Error validating access token.")
    for address in ("flows", "senders", "senders/501"):
        assert "Error validating access token." in (await browser.get(f"/channels/whatsapp/{address}")).text
