"""Webhooks and calls: what the business side knows of its own traffic, and what a box hands in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.business.webhooks import deliver, envelope
from tests.business.workspace import Member, make_member
from tests.console.conftest import browser_of, console_over
from tests.console.drawn import Drawn
from tests.console.whatsapp_server import WhatsAppServer

from headrace.business.context import BusinessContext
from headrace.business.traffic.recording import Recorder
from headrace.clock import ManualClock
from headrace.console.context import Console
from headrace.console.place import MetaPlace

pytestmark = pytest.mark.anyio

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
async def elsewhere(business: BusinessContext, member: Member) -> AsyncIterator[httpx.AsyncClient]:
    """The console at Meta, where every call is noted."""
    noting = replace(business, recorder=Recorder(business.database, business.clock))
    async with browser_of(console_over(noting, lambda _caller: MetaPlace("Meta")), member) as browser:
        yield browser


def lines(page: httpx.Response) -> list[str]:
    assert page.status_code == 200
    return [row.text for row in Drawn(page.text).all("tr")][1:]


async def test_calls_and_webhooks_stand_together_and_are_filtered(
    elsewhere: httpx.AsyncClient,
    business: BusinessContext,
    member: Member,
    clock: ManualClock,
    whatsapp_server: WhatsAppServer,
) -> None:
    assert "There was none yet" in (await elsewhere.get("/traffic")).text
    await elsewhere.get("/flows/901")
    clock.advance(timedelta(seconds=5))
    await deliver(business, member.connection, envelope({"flow_id": "901", "event": HOSTILE}, "flows"))
    clock.advance(timedelta(seconds=5))
    whatsapp_server.refusal = {"code": 190, "message": "Error validating access token", "type": "OAuthException"}
    await elsewhere.get("/flows")
    everything = lines(await elsewhere.get("/traffic"))
    assert "GET /v23.0/100/flows 190" in everything[0]
    assert any("Webhook flows" in line for line in everything)
    assert any("GET /v23.0/901/assets" in line and "200" in line for line in everything)
    failed = lines(await elsewhere.get("/traffic?outcome=failed"))
    assert failed == [line for line in everything if "Failed" in line]
    assert failed
    of_flow = lines(await elsewhere.get("/traffic?flow=901"))
    assert len(of_flow) > 1
    assert not any("/100/flows" in line for line in of_flow)
    assert len(lines(await elsewhere.get("/traffic?flow=901&kind=webhook"))) == 1
    assert "Nothing fits" in (await elsewhere.get("/traffic?person=4420&outcome=ok")).text


async def test_an_entry_tells_what_was_said_and_how_to_mend_it(
    elsewhere: httpx.AsyncClient, business: BusinessContext, member: Member, whatsapp_server: WhatsAppServer
) -> None:
    await deliver(business, member.connection, envelope({"flow_id": "901", "event": HOSTILE}, "flows"))
    whatsapp_server.refusal = {"code": 190, "message": "Error validating access token", "type": "OAuthException"}
    await elsewhere.get("/flows")
    refused = (await elsewhere.get("/traffic/call/1")).text
    assert "What to do:" in refused
    assert "curl -X GET" in refused
    assert member.connection.access.access_token not in refused
    webhook = (await elsewhere.get("/traffic/webhook/1")).text
    assert HOSTILE not in webhook
    assert "Deliver again" not in webhook
    for address in ("/traffic/call/99", "/traffic/ping/1", "/traffic/nothing/1"):
        assert (await elsewhere.get(address)).status_code == 404
    assert (await elsewhere.post("/traffic/webhook/1/deliver")).status_code == 303


async def test_pages_of_the_log_follow_one_another(
    elsewhere: httpx.AsyncClient, business: BusinessContext, member: Member
) -> None:
    await deliver(business, member.connection, *(envelope({"number": number}) for number in range(60)))
    first = await elsewhere.get("/traffic")
    older = next(link.attributes["href"] for link in Drawn(first.text).all("a") if link.text == "Older")
    assert len(lines(first)) == 50
    assert len(lines(await elsewhere.get(older))) == 10
    assert len(lines(await elsewhere.get("/traffic?after=nowhere"))) == 50


async def test_traffic_of_another_workspace_is_not_seen(
    elsewhere: httpx.AsyncClient, business: BusinessContext, whatsapp_server: WhatsAppServer
) -> None:
    other = await make_member(business, "Other", base_url=whatsapp_server.url)
    await deliver(business, other.connection, envelope({"secret": "theirs"}))
    assert "There was none yet" in (await elsewhere.get("/traffic")).text
    assert (await elsewhere.get("/traffic/webhook/1")).status_code == 404


async def test_calls_that_get_no_answer_are_noted(business: BusinessContext, console: Console) -> None:
    lonely = await make_member(business, "Lonely")
    noting = replace(business, recorder=Recorder(business.database, business.clock))
    async with browser_of(console_over(noting, lambda _caller: MetaPlace("Meta")), lonely) as browser:
        assert (await browser.get("/flows")).status_code == 502
        assert "no answer" in lines(await browser.get("/traffic"))[0]
