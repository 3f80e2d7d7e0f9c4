"""The life of Flows as Hypothesis plays it: a business, monitoring and people do what they like for a simulated month.

What may happen is said here once more, in a model of a few lines; after every act the box has to agree with it.
HEADRACE_LIVES=200 plays so many lives, others each time (`make lives`).
"""

import asyncio
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from tests.platform.messaging.stage import Stage, flow_text, set_stage
from tests.stores import SqliteStore

from headrace.clock import ManualClock
from headrace.database import Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform.accounts.callers import Caller, find_caller
from headrace.platform.accounts.models import Business
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.flows import publishing, service
from headrace.platform.flows.lifecycle import Action, target
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.flows.publishing import NewFlow
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.opening import press_button
from headrace.platform.messaging.models import Message
from headrace.platform.tables import Job, Revision, Table
from headrace.platform.webhooks.models import AppSubscription
from headrace.platform.world import seed
from headrace.protocol import FINAL_STATUSES
from headrace.settings import PublishedFlows, Settings

LIVES = int(os.environ.get("HEADRACE_LIVES", "0"))
MONTH = timedelta(days=30)
BROKEN = flow_text().replace('"Footer"', '"Foot"')
MONITORED = {
    "throttle": ("PUBLISHED", "THROTTLED"),
    "block": ("THROTTLED", "BLOCKED"),
    "unblock": ("BLOCKED", "THROTTLED"),
    "unthrottle": ("THROTTLED", "PUBLISHED"),
}


@dataclass
class Modelled:
    """What is known of a Flow: `text` is its working copy, `versions` what was published, `sent` when it was sent."""

    status: str = "DRAFT"
    text: str | None = None
    versions: list[str] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)


@dataclass
class Sent:
    """A message: with which version of which Flow; none is the working copy."""

    wamid: str
    flow_id: str
    version: int | None


class Lives(RuleBasedStateMachine):
    """One business with two people, and whatever becomes of its Flows."""

    flows: "Bundle[str]" = Bundle("flows")
    messages: "Bundle[Sent]" = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = ManualClock()
        self.until = self.clock.now() + MONTH
        self.known: dict[str, Modelled] = {}
        self.is_blocked = False
        self.count = 0

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize(rule=st.sampled_from(PublishedFlows))
    def begin(self, rule: PublishedFlows) -> None:
        self.rule = rule
        self.stage, self.caller = self.run(self._open(rule))
        self.box = self.stage.box

    async def _open(self, rule: PublishedFlows) -> tuple[Stage, Caller]:
        self.store, self.outbound = SqliteStore(self.folder), Outbound(private_networks=True)
        database = await self.store.open("platform", Table.metadata)
        box = Box(
            settings=Settings(data=self.folder, published_flows=rule),
            database=database,
            clock=self.clock,
            identifiers=SeededIdentifiers(7),
            outbound=self.outbound,
            jobs=open_jobs(database, Job, self.clock),
            revisions=Revisions(database, Revision),
        )
        stage = await set_stage(box)
        token = (await seed(box)).developer.token
        async with database.transaction() as session:
            subscription = (await session.scalars(select(AppSubscription))).first()
            assert subscription is not None
            for one in await session.scalars(select(AppSubscription)):
                one.fields = [*one.fields, "flows"]
            caller = await find_caller(session, token)
        assert caller is not None
        await stage.write()
        return stage, caller

    def teardown(self) -> None:
        async def close() -> None:
            await self.outbound.close()
            for database in self.store.opened:
                await database.close()

        if hasattr(self, "store"):
            self.run(close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def outcome(self, work: Any) -> Any:
        """What came of an act: its result, or the code of its refusal."""

        async def perform() -> Any:
            try:
                return await work
            except PlatformError as error:
                return error.code

        return self.run(perform())

    # The business

    @rule(target=flows, text=st.sampled_from([None, "good", BROKEN]), publish=st.booleans())
    def make(self, text: str | None, publish: bool) -> str:
        self.count += 1
        json = f"{flow_text()}{' ' * self.count}" if text == "good" else text
        wanted = NewFlow(f"Flow {self.count}", ["OTHER"], None if json is None else json.encode(), publish=publish)
        made = self.outcome(publishing.create(self.box, self.caller, self.stage.sender.waba_id, wanted))
        if self.is_blocked:
            assert made == 139000
            return "none"
        modelled = Modelled(text=json)
        if publish and text == "good":
            modelled.status, modelled.versions = "PUBLISHED", [str(json)]
        self.known[made.id] = modelled
        return str(made.id)

    @rule(flow_id=flows, is_good=st.booleans())
    def upload(self, flow_id: str, is_good: bool) -> None:
        flow = self.known.get(flow_id, Modelled("DELETED"))
        self.count += 1
        text = f"{flow_text()}{' ' * self.count}" if is_good else BROKEN
        done = self.outcome(publishing.upload(self.box, self.caller, flow_id, text.encode()))
        if flow.status == "DELETED":
            assert done == 100
        elif flow.status == "DRAFT" or (flow.status == "PUBLISHED" and self.rule is PublishedFlows.EDITABLE):
            flow.status, flow.text = "DRAFT", text
        else:
            assert done == 139001

    @rule(flow_id=flows)
    def publish(self, flow_id: str) -> None:
        flow = self.known.get(flow_id, Modelled("DELETED"))
        done = self.outcome(publishing.publish(self.box, self.caller, flow_id))
        if flow.status == "DELETED":
            assert done == 100
        elif flow.status != "DRAFT" or flow.text in (None, BROKEN):
            assert done == 139002
        elif self.is_blocked:
            assert done == 139000
        else:
            assert done is None
            flow.status, flow.versions = "PUBLISHED", [*flow.versions, str(flow.text)]

    @rule(flow_id=flows, ends=st.sampled_from(["deprecate", "delete"]))
    def end(self, flow_id: str, ends: str) -> None:
        flow = self.known.get(flow_id, Modelled("DELETED"))

        async def perform() -> None:
            async with self.box.database.transaction() as session:
                row = await service.find_flow(session, self.caller.business_id, flow_id)
                await (service.deprecate if ends == "deprecate" else service.delete)(session, self.box, row)

        done = self.outcome(perform())
        if flow.status == "DELETED":
            assert done == 100
        elif ends == "deprecate":
            assert done == (None if flow.status in ("PUBLISHED", "THROTTLED", "BLOCKED") else 139003)
            flow.status = "DEPRECATED" if done is None else flow.status
        else:
            assert done == (None if flow.status == "DRAFT" and not flow.versions else 139004)
            flow.status = "DELETED" if done is None else flow.status

    @rule(verified=st.booleans())
    def verify(self, verified: bool) -> None:
        async def perform() -> None:
            async with self.box.database.transaction() as session:
                (await session.get_one(Business, self.caller.business_id)).is_verified = verified

        self.run(perform())
        self.is_blocked = not verified

    @rule(target=messages, flow_id=flows, mode=st.sampled_from(["published", "draft"]))
    def send(self, flow_id: str, mode: str) -> Sent:
        return self._send(flow_id, mode)

    @rule(flow_id=flows)
    def send_many(self, flow_id: str) -> None:
        """More than a throttled Flow may be sent in an hour."""
        if self.known.get(flow_id, Modelled("DELETED")).status == "THROTTLED":
            for _ in range(11):
                self._send(flow_id, "published")
            lately = [moment for moment in self.known[flow_id].sent if moment > self.clock.now() - timedelta(hours=1)]
            assert self.is_blocked or len(lately) >= 10

    def _send(self, flow_id: str, mode: str) -> Sent:
        flow = self.known.get(flow_id, Modelled("DELETED"))

        async def perform() -> str:
            async with self.box.database.reading() as session:
                row = await session.get(Flow, flow_id)
            return str(await self.stage.send_flow(row or Flow(id="1"), mode=mode))

        done = self.outcome(perform())
        now = self.clock.now()
        lately = [moment for moment in flow.sent if moment > now - timedelta(hours=1)]
        expected = self._refusal(flow, mode, len(lately))
        if expected is not None:
            assert done == expected
            return Sent("", flow_id, None)
        assert isinstance(done, str), done
        flow.sent.append(now)
        return Sent(done, flow_id, None if mode == "draft" else len(flow.versions))

    def _refusal(self, flow: Modelled, mode: str, lately: int) -> int | None:
        if flow.status == "DELETED":
            return 131009
        if self.is_blocked:
            return 139000
        if flow.status == "BLOCKED":
            return 132068
        if flow.status == "DEPRECATED":
            return 131009
        if mode == "draft":
            return None if flow.status == "DRAFT" and flow.text is not None else 131009
        if not flow.versions:
            return 131009
        return 132069 if flow.status == "THROTTLED" and lately >= 10 else None

    # Monitoring, people, time

    @rule(flow_id=flows, act=st.sampled_from(sorted(MONITORED)))
    def monitor(self, flow_id: str, act: str) -> None:
        flow = self.known.get(flow_id)
        source, goal = MONITORED[act]
        if flow is None or flow.status != source:
            return

        async def perform() -> None:
            async with self.box.database.transaction() as session:
                row = await session.get_one(Flow, flow_id)
                await service.change_status(session, self.box, row, target(Action(act), row.status))

        self.run(perform())
        flow.status = goal

    @rule(message=messages)
    def open(self, message: Sent) -> None:
        if not message.wamid:
            return

        async def perform() -> bool:
            async with self.box.database.transaction() as session:
                handset = await session.get_one(Handset, self.stage.amara.id)
                row = (await session.scalars(select(Message).where(Message.wamid == message.wamid))).one()
                return row.status != "failed" and await press_button(session, self.box, handset, row) is not None

        async def status() -> str:
            async with self.box.database.reading() as session:
                found = await session.scalars(select(Message.status).where(Message.wamid == message.wamid))
                return str(found.one())

        flow = self.known[message.flow_id]
        may_open = flow.status in ("DRAFT", "PUBLISHED", "THROTTLED") and (
            flow.text is not None if message.version is None else len(flow.versions) - message.version < 5
        )
        assert self.run(perform()) == (may_open and self.run(status()) != "failed")

    @rule(minutes=st.sampled_from([1, 20, 61, 60 * 25, 60 * 24 * 6]), writes=st.booleans())
    def wait(self, minutes: int, writes: bool) -> None:
        if self.clock.now() + timedelta(minutes=minutes) < self.until:
            self.clock.advance(timedelta(minutes=minutes))
        if writes:
            self.run(self.stage.write())

    # What always holds

    @invariant()
    def the_box_agrees(self) -> None:
        if not hasattr(self, "stage"):
            return

        async def look() -> tuple[dict[str, str], dict[str, list[str]]]:
            async with self.box.database.reading() as session:
                statuses = dict((await session.execute(select(Flow.id, Flow.status))).all())
                versions: dict[str, list[str]] = {}
                rows = select(FlowVersion.flow_id, FlowVersion.json_text).order_by(FlowVersion.number)
                for flow_id, text in await session.execute(rows):
                    versions.setdefault(flow_id, []).append(text)
                return statuses, versions

        statuses, versions = self.run(look())
        assert statuses == {flow_id: flow.status for flow_id, flow in self.known.items()}
        assert versions == {flow_id: flow.versions for flow_id, flow in self.known.items() if flow.versions}

    @invariant()
    def what_was_told_fits_together(self) -> None:
        if not hasattr(self, "stage") or not self.count:
            return
        told: dict[str, str] = {}
        for event in self.run(self.stage.events("flows")):
            assert event.get("old_status") == told.get(event["flow_id"])
            told[event["flow_id"]] = event["new_status"]
        alive = {flow_id: flow.status for flow_id, flow in self.known.items() if flow.status != "DELETED"}
        assert {flow_id: told.get(flow_id) for flow_id in alive} == alive
        statuses: dict[str, list[str]] = {}
        for value in self.run(self.stage.events()):
            for status in value.get("statuses", []):
                statuses.setdefault(status["id"], []).append(status["status"])
        for reached in statuses.values():
            assert len(set(reached)) == len(reached)
            assert not ("failed" in reached and set(reached) & ({*FINAL_STATUSES, "delivered"} - {"failed"}))


TestLives = pytest.mark.spec("lifecycle.md §4.1", "lifecycle.md §4.2", "lifecycle.md §4.3", "lifecycle.md §4.7")(
    Lives.TestCase
)
TestLives.settings = settings(
    max_examples=LIVES or 4,
    stateful_step_count=40,
    derandomize=not LIVES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
