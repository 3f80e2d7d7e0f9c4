"""The console over a real business side, with a WhatsApp that answers over HTTP."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tests.console.whatsapp_server import WABAS, WhatsAppServer, flow, serving

from headrace.business import inbound
from headrace.business.flows import models as flow_models
from headrace.business.messages import on_message_echoes, on_messages
from headrace.business.people import models as people_models
from headrace.business.responses import models as response_models
from headrace.business.side import AppCredentials, BusinessSide
from headrace.business.tables import Job, Revision, Table
from headrace.business.whatsapp import Connection as WhatsAppConnection
from headrace.business.whatsapp import WhatsApp
from headrace.clock import ManualClock
from headrace.console.context import Connection, ConsoleContext, DockPhone
from headrace.console.routes import console_routes
from headrace.database import Database, Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import RowJobs
from headrace.outbound import Outbound

MODELS = (flow_models, people_models, response_models)
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
async def context(
    tmp_path: Path, clock: ManualClock, identifiers: SeededIdentifiers, whatsapp_server: WhatsAppServer
) -> AsyncIterator[ConsoleContext]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'business.db'}")
    async with database.connection() as connection:
        await connection.run_sync(Table.metadata.create_all)
    outbound = Outbound(private_networks=True)
    side = BusinessSide(
        database=database,
        clock=clock,
        identifiers=identifiers,
        jobs=RowJobs(database, Job, clock),
        revisions=Revisions(database, Revision),
        whatsapp=WhatsApp(WhatsAppConnection(whatsapp_server.url, "token", tuple(WABAS)), outbound),
        app=AppCredentials("77", "app secret", "our word"),
    )
    changes: dict[str, inbound.Change] = {"messages": on_messages, "message_echoes": on_message_echoes}
    side.jobs.handle(inbound.PROCESS, inbound.processor(side, changes))
    yield ConsoleContext(
        side=side,
        dock=[AMARA, BEN],
        connection=Connection(whatsapp_server.url, "developer-token", "100", "501", "77", "app secret", "our word"),
        business_name="Millrace Opticians",
        where="Box · this machine",
    )
    await outbound.close()
    await database.close()


@pytest.fixture
async def browser(context: ConsoleContext) -> AsyncIterator[httpx.AsyncClient]:
    """Asks for the console's pages."""
    routes = [*console_routes(context), *inbound.routes(context.side)]
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


Answering = Callable[..., Awaitable[None]]


@pytest.fixture
def answer(context: ConsoleContext, browser: httpx.AsyncClient) -> Answering:
    """Delivers a person's response as WhatsApp does: a signed webhook, worked out by the business side."""

    async def deliver(
        values: dict[str, Any],
        *,
        message_wamid: str | None = None,
        wamid: str = "wamid.answer1",
        phone: DockPhone = AMARA,
        at: datetime | None = None,
    ) -> None:
        moment = at or context.side.clock.now()
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
        envelope = {
            "object": "whatsapp_business_account",
            "entry": [{"id": "100", "changes": [{"field": "messages", "value": value}]}],
        }
        body = json.dumps(envelope).encode()
        signature = "sha256=" + hmac.new(b"app secret", body, hashlib.sha256).hexdigest()
        received = await browser.post(inbound.PATH, content=body, headers={"X-Hub-Signature-256": signature})
        assert received.status_code == 200
        await context.side.jobs.drain()

    return deliver
