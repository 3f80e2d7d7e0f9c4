"""Endpoints as Hypothesis plays them: well, slow, failing and dead by turns, with monitoring looking on.

HEADRACE_LIVES=200 plays so many, others each time (`make lives`).
"""

import asyncio
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from tests.platform.health.monitored import Monitored, monitored
from tests.stores import SqliteStore

from headrace.clock import ManualClock
from headrace.database import Revisions
from headrace.exchange.health.rules import RULES
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import Job as Work
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.controls import WebhookFault
from headrace.platform.errors import PlatformError
from headrace.platform.handsets.opening import press_button
from headrace.platform.messaging.models import Message
from headrace.platform.tables import Job, Revision, Table
from headrace.platform.webhooks.delivery import deliverer
from headrace.platform.webhooks.models import DELIVERED, DROPPED, WebhookDelivery, WebhookEvent
from headrace.platform.webhooks.service import DELIVER
from headrace.settings import Settings

LIVES = int(os.environ.get("HEADRACE_LIVES", "0"))
STEPS = {("PUBLISHED", "THROTTLED"), ("THROTTLED", "BLOCKED"), ("BLOCKED", "THROTTLED"), ("THROTTLED", "PUBLISHED")}
HOLD = timedelta(seconds=RULES.hold_seconds)


class Endpoints(RuleBasedStateMachine):
    """One published Flow; its endpoint, its phones and its webhook receiver do what they like."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.folder, self.clock = asyncio.Runner(), Path(tempfile.mkdtemp()), ManualClock()
        self.stack = AsyncExitStack()
        self.sent: list[datetime] = []
        self.wamids: list[str] = []
        self.watched: Monitored

    @initialize()
    def begin(self) -> None:
        self.watched = self.run(self._open())
        self.box = self.watched.stage.box

    async def _open(self) -> Monitored:
        store, outbound = SqliteStore(self.folder), Outbound(private_networks=True)
        database = await store.open("platform", Table.metadata)
        self.stack.push_async_callback(database.close)
        self.stack.push_async_callback(outbound.close)
        box = Box(
            settings=Settings(data=self.folder),
            database=database,
            clock=self.clock,
            identifiers=SeededIdentifiers(7),
            outbound=outbound,
            jobs=open_jobs(database, Job, self.clock),
            revisions=Revisions(database, Revision),
        )
        watched = await self.stack.enter_async_context(monitored(box, self.clock))
        await watched.stage.write()
        await watched.watch()
        return watched

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @rule(fault=st.sampled_from([{}, {"drops": True}, {"status": 500}, {"latency_milliseconds": 7500}]))
    def the_endpoint_changes(self, fault: dict[str, Any]) -> None:
        self.run(self.watched.break_endpoint(**fault))

    @rule(count=st.sampled_from([1, 12, 40]), kind=st.sampled_from(["well", "slow", "timeout", "unusable"]))
    def phones_ask(self, count: int, kind: str) -> None:
        milliseconds, error = {
            "well": (200, None),
            "slow": (7_500, None),
            "timeout": (10_000, "timeout_error"),
            "unusable": (300, "response-decryption-error"),
        }[kind]
        self.run(self.watched.calls(count, milliseconds, error_type=error))

    @rule(minutes=st.sampled_from([1, 13, 35]))
    def time_passes(self, minutes: int) -> None:
        for _ in range(minutes):
            before = self.run(self.watched.status())
            self.run(self.watched.watch())
            after = self.run(self.watched.status())
            assert before == after or (before, after) in STEPS

    @rule(count=st.sampled_from([1, 12]))
    def the_business_sends(self, count: int) -> None:
        status = self.run(self.watched.status())
        for _ in range(count):
            now = self.clock.now()
            lately = [moment for moment in self.sent if moment > now - timedelta(hours=1)]
            expected = {"BLOCKED": 132068, "THROTTLED": 132069 if len(lately) >= 10 else None}.get(status)
            assert self.run(self._send()) == expected
            if expected is None:
                self.sent.append(now)

    async def _send(self) -> int | None:
        try:
            self.wamids.append(await self.watched.stage.send_flow(self.watched.flow))
        except PlatformError as error:
            return error.code
        return None

    @rule()
    def a_person_opens(self) -> None:
        if self.wamids:
            assert self.run(self._press()) == (self.run(self.watched.status()) != "BLOCKED")

    async def _press(self) -> bool:
        async with self.box.database.transaction() as session:
            message = (await session.scalars(select(Message).where(Message.wamid == self.wamids[-1]))).one()
            stage = self.watched.stage
            handset = await session.get_one(type(stage.amara), stage.amara.id)
            return message.status == "failed" or await press_button(session, self.box, handset, message) is not None

    @invariant()
    def alerts_alternate(self) -> None:
        if not hasattr(self, "watched"):
            return
        active: set[tuple[str, float]] = set()
        for value in self.run(self.watched.told()):
            if "alert_state" not in value:
                continue
            alert = (value["event"], value["threshold"])
            assert (alert in active) == (value["alert_state"] == "DEACTIVATED")
            active ^= {alert}

    @invariant()
    def no_step_comes_before_half_an_hour(self) -> None:
        if not hasattr(self, "watched"):
            return
        moments = self.run(self._changes())
        assert all(later - earlier >= HOLD for earlier, later in pairwise(moments))

    async def _changes(self) -> list[datetime]:
        async with self.box.database.reading() as session:
            rows = select(WebhookEvent.at, WebhookEvent.value).where(WebhookEvent.field == "flows")
            return [at for at, value in await session.execute(rows.order_by(WebhookEvent.id)) if "new_status" in value]

    def teardown(self) -> None:
        """Whoever was told nothing for a week is given up, and nothing is left over."""
        if hasattr(self, "watched"):
            assert self.run(self._settle()) <= {DELIVERED, DROPPED}
        self.run(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    async def _settle(self) -> set[str]:
        deliver = deliverer(self.box)
        values = self.box.controls.values
        object.__setattr__(values, "webhook_fault", WebhookFault(drops=True))
        async with self.box.database.reading() as session:
            queues = set(await session.scalars(select(WebhookDelivery.queue)))
        for _ in range(40):
            for queue in sorted(queues):
                await deliver(Work(1, DELIVER, queue, {}, 0))
            self.clock.advance(timedelta(hours=6))
        async with self.box.database.reading() as session:
            return set(await session.scalars(select(WebhookDelivery.state)))


TestEndpoints = pytest.mark.spec("lifecycle.md §4.6", "webhooks.md §3.2")(Endpoints.TestCase)
TestEndpoints.settings = settings(
    max_examples=LIVES or 2,
    stateful_step_count=40 if LIVES else 15,
    derandomize=not LIVES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
