"""Where a workspace is at work: phones to choose on a box, numbers to type at Meta."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.business.workspace import Member
from tests.console.conftest import AMARA, browser_of, console_over
from tests.console.drawn import Drawn
from tests.console.test_flows import SENDING
from tests.console.whatsapp_server import WhatsAppServer

from headrace.business.context import BusinessContext
from headrace.business.flows.sending import NotSendable
from headrace.console.place import BoxPlace, MetaPlace

pytestmark = pytest.mark.anyio


async def test_on_a_box_a_phone_is_meant(place: BoxPlace) -> None:
    assert place.recipient(AMARA.wa_id).name == "Amara"
    with pytest.raises(NotSendable, match="phone of this box"):
        place.recipient("+44 20 7946 0101")


@pytest.mark.parametrize("typed", ["442079460101", "+44 20 7946 0101", "+44 (20) 7946-0101", "44.20.7946.0101"])
def test_at_meta_a_number_may_be_written_as_people_do(typed: str) -> None:
    assert MetaPlace("Meta").recipient(typed).wa_id == "442079460101"


@pytest.mark.parametrize("typed", ["", "12345", "4420794601011234", "phone", "٤٤٢٠٧٩٤٦٠١٠١"])
def test_what_is_no_number_is_told(typed: str) -> None:
    with pytest.raises(NotSendable, match="7 to 15 digits"):
        MetaPlace("Meta").recipient(typed)


@pytest.fixture
async def browser(business: BusinessContext, member: Member) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(console_over(business, lambda _caller: MetaPlace("Meta")), member) as client:
        yield client


@pytest.mark.parametrize("address", ["/", "/flows", "/flows/901", "/responses"])
async def test_no_phone_is_framed_and_no_token_is_shown_at_meta(browser: httpx.AsyncClient, address: str) -> None:
    page = Drawn((await browser.get(address)).text)
    assert page.one("h1").text
    assert not page.all("iframe")
    assert not page.all("aside")
    assert "Meta" in page.one("header").text
    assert "Connect your code" not in " ".join(heading.text for heading in page.all("h2"))


async def test_a_flow_is_sent_to_the_number_that_was_typed(
    browser: httpx.AsyncClient, whatsapp_server: WhatsAppServer
) -> None:
    form = Drawn((await browser.get("/flows/901/send")).text)
    assert form.one("input", name="phone").attributes["type"] == "tel"
    wrong = Drawn((await browser.post("/flows/901/send", data={**SENDING, "phone": "soon"})).text)
    assert "7 to 15 digits" in wrong.one("p", role="alert").text
    assert wrong.one("input", name="phone").attributes["value"] == "soon"
    sent = Drawn((await browser.post("/flows/901/send", data={**SENDING, "phone": "+44 7700 900102"})).text)
    assert "Error 131047" in sent.one("div", role="alert").text
    assert [message["to"] for message in whatsapp_server.sent] == ["447700900102"]
