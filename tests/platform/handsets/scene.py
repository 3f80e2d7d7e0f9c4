"""A phone's page in a real browser, with a box behind it and an endpoint that does as it is told."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson
import uvicorn
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select
from starlette.applications import Starlette
from tests.browsers import PATIENCE
from tests.phone.flows import dropdown, flow, footer, heading, options, screen, string, text_input
from tests.platform.handsets.wayward import IMPATIENT, PATIENT, HastyTransport, Reaction, Sealed, Slow, Wayward
from tests.platform.messaging.stage import Stage, set_stage
from tests.stores import Store

from headrace.clock import ManualClock
from headrace.database import Revisions
from headrace.exchange.keys import generate_key_pair
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform.accounts.encryption import set_key
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointBodies, EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.tables import Job, Revision, Table
from headrace.settings import Settings
from headrace.ui import pages as ui
from headrace.ui.live import live_route

Json = dict[str, Any]
JSON = {"accept": "application/json"}
ADDRESS = "https://shop.example.org/flow"
ROWS = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "string"}}}, "__example__": []}

ASKING = flow(
    screen(
        "ASK",
        heading("${data.greeting}"),
        text_input("name", required=True, **{"helper-text": "As in your passport"}),
        text_input("mail", **{"input-type": "email", "error-message": "${data.mail_error}"}),
        dropdown("shop", **{"data-source": "${data.shops}"}),
        footer("data_exchange", {"name": "${form.name}"}),
        data={"greeting": string(), "mail_error": string(), "shops": ROWS},
    ),
    screen(
        "CHECK",
        heading("${data.sum}"),
        text_input("note"),
        footer("complete", {"note": "${form.note}"}, label="Send"),
        data={"sum": string(), "required": ["sum"]},
        terminal=True,
        refresh_on_back=True,
    ),
    screen("ASIDE", heading("Aside"), footer("complete"), terminal=True),
    routing={"ASK": ["CHECK"], "CHECK": ["ASIDE"], "ASIDE": []},
)
PLAIN = flow(
    screen(
        "WHO",
        text_input("name", required=True, **{"min-chars": 2}),
        footer("navigate", {"who": "${form.name}"}, to="LAST"),
    ),
    screen("LAST", heading("${data.who}"), footer("complete", label="Send"), data={"who": string()}, terminal=True),
)
FIRST = {"screen": "ASK", "data": {"greeting": "Good morning", "shops": options("canal", "mill")}}


def to_ask(**data: Any) -> Sealed:
    """An answer that shows the first screen of `ASKING` with these data."""
    return Sealed({"screen": "ASK", "data": data})


@dataclass
class Scene:
    """A phone's page in a browser, a box behind it, and the endpoint that the box calls."""

    stage: Stage
    endpoint: Wayward
    page: Page
    address: str
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    sent: str = ""

    @property
    def sheet(self) -> Locator:
        return self.page.locator(".flow-sheet")

    def cta(self, name: str) -> Locator:
        """The button of a message."""
        return self.page.get_by_role("button", name=name, exact=True)

    def reacts(self, *reactions: Reaction) -> None:
        """What the endpoint does from now on, request by request; the last goes on for ever."""
        waiting = list(reactions)
        self.endpoint.react = lambda request: waiting.pop(0) if len(waiting) > 1 else waiting[0]
        self.endpoint.patience = IMPATIENT if any(isinstance(one, Slow) for one in reactions) else PATIENT
        self.endpoint.requests.clear()
        self.endpoint.notices.clear()

    async def flow(self, document: Json, **columns: Any) -> Flow:
        asks = "data_api_version" in document
        more: Json = {"name": f"Flow {next(self.numbers)}", **({"endpoint_uri": ADDRESS} if asks else {})}
        text = orjson.dumps(document).decode()
        made = await self.stage.make_flow(endpoint=asks, **{**more, **columns, "status": "DRAFT", "json_text": text})
        if columns.get("status", "PUBLISHED") != "DRAFT":
            async with self.stage.box.database.transaction() as session:
                row = await session.get_one(Flow, made.id)
                row.status = "PUBLISHED"
                await self.stage.publish(session, row, text)
        return made

    async def send(self, document: Json, *, opening: str = "navigate", mode: str = "published", **columns: Any) -> str:
        """Sends a Flow; gives the words of its button."""
        made = await self.flow(document, **({"status": "DRAFT"} if mode == "draft" else {}), **columns)
        number, self.sent = next(self.numbers), made.id
        await self.stage.send_flow(
            made, flow_cta=f"Open {number}", flow_action=opening, flow_token=f"token-{number}", mode=mode
        )
        name = "Open the draft" if mode == "draft" else f"Open {number}"
        await expect(self.cta(name)).to_be_visible()
        return name

    async def open(self, document: Json, **sending: Any) -> str:
        name = await self.send(document, **sending)
        await self.cta(name).click()
        return name

    async def fill(self, label: str, value: str) -> None:
        """Types into a field once the page listens, which is a moment after it is drawn."""
        await expect(self.sheet.locator("form[data-htmx-powered]")).to_have_count(1)
        await self.sheet.get_by_label(label).fill(value)

    async def ask(self) -> None:
        """Opens the Flow with an endpoint, and fills in what is needed to go on."""
        await self.open(ASKING, opening="data_exchange")
        await self.fill("Name", "Ada")
        await self.sheet.get_by_role("button", name="Continue").click()

    async def change_sender(self, column: str, value: str | None) -> str | None:
        """Changes a column of the sender's row; gives what stood there."""
        async with self.stage.box.database.transaction() as session:
            sender = await session.get_one(PhoneNumber, self.stage.sender.id)
            before: str | None = getattr(sender, column)
            setattr(sender, column, value)
        return before

    async def look(self) -> Json:
        return dict(await (await self.page.request.get(self.address, headers=JSON)).json())

    async def close(self) -> None:
        """Puts away whatever is open, for the next test."""
        await self.page.context.set_offline(False)
        self.endpoint.gate.set()
        found = await self.look()
        if found["session_url"]:
            base = self.address.split("/handsets")[0]
            await self.page.request.post(f"{base}{found['session_url']}/close", headers=JSON, data={})
        if found["notice"]:
            await self.page.request.post(f"{self.address}/dismiss", headers=JSON)
        await expect(self.page.locator("[aria-modal]")).to_have_count(0)

    async def recorded(self) -> list[str | None]:
        """The error types of the newest exchanges, the newest first."""
        async with self.stage.box.database.reading() as session:
            return list(await session.scalars(select(EndpointCall.error_type).order_by(EndpointCall.id.desc())))

    async def explained(self) -> str:
        """What is said of all exchanges to the business."""
        async with self.stage.box.database.reading() as session:
            return " ".join(words or "" for words in await session.scalars(select(EndpointBodies.explanation)))

    async def notice(self) -> Json:
        """The error notice that the endpoint gets; it is sent beside everything else."""
        for _ in range(100):
            if self.endpoint.notices:
                return self.endpoint.notices[0]
            await asyncio.sleep(0.02)
        raise AssertionError("the endpoint was told nothing")


@asynccontextmanager
async def open_box(store: Store) -> AsyncIterator[Box]:
    """A box with a database of its own and a still clock."""
    database = await store.open("platform", Table.metadata)
    clock = ManualClock()
    yield Box(
        settings=Settings(data=store.folder),
        database=database,
        clock=clock,
        identifiers=SeededIdentifiers(7),
        outbound=Outbound(),
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
    )


@asynccontextmanager
async def set_scene(box: Box, browser: Browser) -> AsyncIterator[Scene]:
    """Amara's page, served by a server of its own, with the work behind it going on."""
    stage = await set_stage(box)
    pair = generate_key_pair()
    endpoint = Wayward(pair)
    async with box.database.transaction() as session:
        await set_key(session, await session.get_one(PhoneNumber, stage.sender.id), pair.public_pem)
    await stage.write()
    reached = replace(box, outbound=cast("Outbound", HastyTransport(endpoint)))
    register_exchanges(reached)
    app = Starlette(routes=[*ui.static_routes(), live_route(), *handset_routes(reached)])
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    )
    tasks = [asyncio.create_task(work) for work in (box.revisions.run(), box.jobs.run(), server.serve())]
    while not server.started:
        await asyncio.sleep(0.01)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/handsets/{stage.amara.id}"
    page = await browser.new_page(viewport={"width": 360, "height": 680}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    await page.goto(address)
    yield Scene(stage, endpoint, page, address)
    await page.close()
    server.should_exit = True
    await tasks[2]
    for task in tasks[:2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await box.outbound.close()
