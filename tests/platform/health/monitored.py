"""A published Flow whose endpoint is a real server, watched over on a still clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from tests.platform.messaging.stage import Stage, set_stage
from tests.platform.receiver import Endpoint, answering

from headrace.clock import ManualClock
from headrace.exchange.keys import generate_key_pair
from headrace.jobs import Job
from headrace.platform.accounts.encryption import set_key
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.controls import EndpointFault
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.flows.sending import newest_version
from headrace.platform.health.watching import WATCH, watcher
from headrace.platform.tables import table_of
from headrace.platform.webhooks.events import OBJECT
from headrace.platform.webhooks.models import AppSubscription

_KEYS = generate_key_pair()


@dataclass
class Monitored:
    """One Flow, its endpoint, and the clock by which both are watched."""

    stage: Stage
    clock: ManualClock
    endpoint: Endpoint
    flow: Flow
    version_id: str

    async def watch(self, minutes: int = 1) -> None:
        """Lets minutes pass, with a look at the end of each."""
        watch = watcher(self.stage.box)
        for _ in range(minutes):
            self.clock.advance(timedelta(minutes=1))
            await watch(Job(1, WATCH, "", {}, 0))

    async def calls(self, count: int, milliseconds: int = 300, **columns: Any) -> None:
        """Exchanges that phones had just now."""
        row = {
            "flow_id": self.flow.id,
            "flow_version_id": self.version_id,
            "kind": "exchange",
            "at": self.clock.now(),
            "action": "INIT",
            "milliseconds": milliseconds,
            "outcome": "failed" if columns.get("error_type") else "answered",
            "resent": False,
            **columns,
        }
        async with self.stage.box.database.transaction() as session:
            await session.execute(insert(table_of(EndpointCall)), [row] * count)

    async def break_endpoint(self, **fault: Any) -> None:
        values = self.stage.box.controls.values
        faults = {self.flow.id: EndpointFault(**fault)} if fault else {}
        object.__setattr__(values, "endpoint_faults", faults)

    async def status(self) -> str:
        async with self.stage.box.database.reading() as session:
            return (await session.get_one(Flow, self.flow.id)).status

    async def told(self) -> list[dict[str, Any]]:
        """The values of the webhooks about the Flow so far."""
        return await self.stage.events("flows")


@asynccontextmanager
async def monitored(box: Box, clock: ManualClock) -> AsyncIterator[Monitored]:
    stage = await set_stage(box)
    async with box.database.transaction() as session:
        subscription = await session.get_one(AppSubscription, (stage.app.id, OBJECT))
        subscription.fields = ["messages", "flows"]
        await set_key(session, await session.get_one(PhoneNumber, stage.sender.id), _KEYS.public_pem)
    async with answering(Endpoint(_KEYS.private_pem, stage.app.secret)) as endpoint:
        flow = await stage.make_flow(endpoint=True, endpoint_uri=endpoint.url)
        async with box.database.reading() as session:
            version = await newest_version(session, flow.id)
        assert version is not None
        yield Monitored(stage, clock, endpoint, flow, version.id)
