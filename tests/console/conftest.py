"""The console over a real business side, with a WhatsApp that answers over HTTP."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tests.business.webhooks import deliver, envelope
from tests.business.workspace import Member, make_member, open_business
from tests.console.whatsapp_server import WABAS, WhatsAppServer, flow, serving
from tests.stores import Store

from headrace.app.guard import LOCAL_NAMES, PageGuard
from headrace.business.connectors.hosting import Hosting
from headrace.business.context import BusinessContext
from headrace.business.team import Caller
from headrace.clock import ManualClock
from headrace.console.context import Console
from headrace.console.place import BoxPlace, DeveloperAccess, DockPhone, Place
from headrace.console.routes import PAGES, REFUSALS
from headrace.identifiers import SeededIdentifiers

AMARA = DockPhone("1", "Amara", "447700900101", "/handsets/1")
BEN = DockPhone("2", "Ben", "447700900102", "/handsets/2")


@pytest.fixture
async def whatsapp_server() -> AsyncIterator[WhatsAppServer]:
    server = WhatsAppServer(
        flows=[
            flow("901", "Book an eye test", data_api_version="3.0", endpoint_uri="https://example.org/flows"),
            flow("902", "Refer a friend", "DRAFT", categories=["LEAD_GENERATION"]),
            flow("903", "Send your prescription", "DRAFT", validation_errors=[{"error": "A"}, {"error": "B"}]),
            flow("904", "Repair status", "THROTTLED"),
            flow("905", "Insurance claim", "BLOCKED", waba="200"),
            flow("906", "Newsletter sign-up", "DEPRECATED", json_version="5.0"),
        ]
    )
    async with serving(server):
        yield server


@pytest.fixture
async def business(store: Store, clock: ManualClock, identifiers: SeededIdentifiers) -> AsyncIterator[BusinessContext]:
    async with open_business(store, clock, identifiers) as context:
        yield context


@pytest.fixture
async def member(business: BusinessContext, whatsapp_server: WhatsAppServer) -> Member:
    """The administrator of a workspace that is connected to the server."""
    return await make_member(business, "Millrace Opticians", base_url=whatsapp_server.url, waba_ids=tuple(WABAS))


@pytest.fixture
def place(whatsapp_server: WhatsAppServer) -> BoxPlace:
    developer = DeveloperAccess(whatsapp_server.url, "developer-token", "100", "501", "77", "app secret", "our word")
    return BoxPlace("Box · this machine", [AMARA, BEN], developer)


def console_app(console: Console, member: Member | None) -> PageGuard:
    """The console's pages as this member asks for them."""
    pages = Starlette(routes=PAGES, exception_handlers=REFUSALS)
    pages.state.console = console

    async def find_caller(_headers: object) -> object:
        return None if member is None else member.caller

    return PageGuard(pages, names=LOCAL_NAMES, find_caller=find_caller, content_security_policy="default-src 'self'")


def browser_of(console: Console, member: Member) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(console_app(console, member))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def console_over(business: BusinessContext, place_of: Callable[[Caller], Place]) -> Console:
    hosting = Hosting(business, Path("connectors"), "http://127.0.0.1:8460", private_networks=True)
    return Console(business, place_of, hosting)


@pytest.fixture
def console(business: BusinessContext, place: BoxPlace) -> Console:
    return console_over(business, lambda _caller: place)


@pytest.fixture
async def browser(console: Console, member: Member) -> AsyncIterator[httpx.AsyncClient]:
    """Asks for the console's pages."""
    async with browser_of(console, member) as client:
        yield client


Answering = Callable[..., Awaitable[None]]


@pytest.fixture
def answer(business: BusinessContext, member: Member) -> Answering:
    """Delivers a person's response as WhatsApp does: a signed webhook, worked out by the business side."""

    async def answering(
        values: dict[str, Any],
        *,
        message_wamid: str | None = None,
        wamid: str = "wamid.answer1",
        phone: DockPhone = AMARA,
        at: datetime | None = None,
        to: Member = member,
    ) -> None:
        moment = at or business.clock.now()
        message = {
            "from": phone.wa_id,
            "id": wamid,
            "timestamp": str(int(moment.timestamp())),
            "type": "interactive",
            "interactive": {
                "type": "nfm_reply",
                "nfm_reply": {"name": "flow", "body": "Sent", "response_json": json.dumps(values)},
            },
        }
        if message_wamid is not None:
            message["context"] = {"from": "442079460101", "id": message_wamid}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "442079460101", "phone_number_id": "501"},
            "contacts": [{"profile": {"name": phone.name}, "wa_id": phone.wa_id}],
            "messages": [message],
        }
        assert await deliver(business, to.connection, envelope(value)) == 200

    return answering
