"""A business with two senders, two phones, and an app that is told everything: what tests of chats play with."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import App, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.handsets.models import Handset
from headrace.platform.messaging import delivery, fetching, reachability, receipts
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.service import accept_message, write_text
from headrace.platform.webhooks.events import OBJECT
from headrace.platform.webhooks.models import AppSubscription, WebhookEvent
from headrace.platform.webhooks.service import DELIVER
from headrace.platform.world import seed


@dataclass
class Stage:
    """What the tests play with: one sender of one WABA, the app that sends, Amara's and Ben's phones."""

    box: Box
    sender: PhoneNumber
    other_sender: PhoneNumber
    app: App
    amara: Handset
    ben: Handset

    async def send(self, **parameters: Any) -> dict[str, Any]:
        """POST /{phone number}/messages, to Amara unless told otherwise, then everything that follows from it."""
        answer = await self.accept({"messaging_product": "whatsapp", "to": "+44 7700 900101", **parameters})
        await self.box.jobs.drain()
        return answer

    async def accept(self, parameters: dict[str, Any]) -> dict[str, Any]:
        async with self.box.database.transaction() as session:
            sender = await session.get_one(PhoneNumber, self.sender.id)
            return await accept_message(session, self.box, sender, self.app, parameters)

    async def write(self, text: str = "I need new glasses", handset: Handset | None = None) -> str:
        """A person writes to the sender, which opens the window."""
        async with self.box.database.transaction() as session:
            message = await write_text(session, self.box, (handset or self.amara).user, self.sender, text)
        await self.box.jobs.drain()
        return message.wamid

    async def send_flow(self, flow: Flow, **parameters: Any) -> str:
        """Sends a Flow to Amara, who has written before, and returns the message's wamid."""
        action = {
            "name": "flow",
            "parameters": {"flow_message_version": "3", "flow_id": flow.id, "flow_cta": "Choose a time", **parameters},
        }
        answer = await self.send(
            type="interactive",
            interactive={
                "type": "flow",
                "header": {"type": "text", "text": "Eye test"},
                "body": {"text": "Shall we book an eye test?"},
                "footer": {"text": "Free of charge"},
                "action": action,
            },
        )
        return str(answer["messages"][0]["id"])

    async def events(self, field: str = "messages") -> list[dict[str, Any]]:
        """The values of the webhooks written so far, oldest first."""
        async with self.box.database.reading() as session:
            rows = await session.scalars(
                select(WebhookEvent.value).where(WebhookEvent.field == field).order_by(WebhookEvent.id)
            )
            return [orjson.loads(row) for row in rows]

    async def statuses(self, wamid: str) -> list[dict[str, Any]]:
        return [
            status for value in await self.events() for status in value.get("statuses", []) if status["id"] == wamid
        ]

    async def message(self, wamid: str) -> Message:
        async with self.box.database.reading() as session:
            return (await session.scalars(select(Message).where(Message.wamid == wamid))).one()

    async def make_flow(
        self, *, status: str = "PUBLISHED", name: str = "Book", endpoint: bool = False, **columns: Any
    ) -> Flow:
        """A Flow with a published version, unless it is a draft."""
        now = self.box.clock.now()
        text = flow_text(endpoint=endpoint)
        async with self.box.database.transaction() as session:
            flow = Flow(
                **{
                    "id": self.box.identifiers.graph_id(),
                    "waba_id": self.sender.waba_id,
                    "app_id": self.app.id,
                    "name": name,
                    "categories": ["OTHER"],
                    "status": status,
                    "json_text": text,
                    "json_version": "7.3",
                    "data_api_version": "3.0" if endpoint else None,
                    "validation_errors": [],
                    "preview_token": "t",
                    "preview_expires_at": now,
                    "created_at": now,
                    "updated_at": now,
                    **columns,
                }
            )
            session.add(flow)
            await session.flush()
            if status != "DRAFT":
                await self.publish(session, flow, text)
        return flow

    async def publish(self, session: AsyncSession, flow: Flow, text: str, number: int = 1) -> FlowVersion:
        version = FlowVersion(
            id=self.box.identifiers.graph_id(),
            flow_id=flow.id,
            number=number,
            json_text=text,
            json_version="7.3",
            data_api_version=flow.data_api_version,
            published_at=self.box.clock.now(),
        )
        session.add(version)
        await session.flush()
        return version


def flow_text(*, endpoint: bool = False) -> str:
    """Two screens, the second reached from the first."""
    flow: dict[str, Any] = {
        "version": "7.3",
        "screens": [
            {
                "id": "FIRST",
                "title": "First",
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {
                            "type": "Footer",
                            "label": "Continue",
                            "on-click-action": {
                                "name": "navigate",
                                "next": {"type": "screen", "name": "LAST"},
                                "payload": {},
                            },
                        }
                    ],
                },
            },
            {
                "id": "LAST",
                "title": "Last",
                "terminal": True,
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {}}}
                    ],
                },
            },
        ],
    }
    if endpoint:
        flow |= {"data_api_version": "3.0", "routing_model": {"FIRST": ["LAST"], "LAST": []}}
    return orjson.dumps(flow).decode()


def keep_webhooks(box: Box) -> None:
    """Webhooks stay in their table, where the tests read them."""

    async def keep(job: object) -> None:
        """Delivers nothing."""

    box.jobs.handle(DELIVER, keep)


async def set_stage(box: Box) -> Stage:
    """Fills an empty box; webhooks stay in their table."""
    delivery.register_delivery(box)
    fetching.register_fetching(box)
    receipts.register_reading(box)
    reachability.register_reachability(box)
    keep_webhooks(box)
    world = await seed(box)
    app = world.developer.app
    wanted = {app.id: ["messages", "message_echoes"], world.console.app.id: ["message_echoes"]}
    async with box.database.transaction() as session:
        for app_id, fields in wanted.items():
            session.add(
                AppSubscription(
                    app_id=app_id,
                    object=OBJECT,
                    callback_url="http://127.0.0.1:9/",
                    verify_token="word",
                    fields=fields,
                    created_at=box.clock.now(),
                )
            )
    return Stage(box, world.senders[0], world.senders[1], app, world.handsets[0], world.handsets[1])
