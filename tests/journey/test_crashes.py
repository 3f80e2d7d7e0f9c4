"""A server that is killed with -9 at any moment of sending, delivering, answering and publishing, again and again.

What was confirmed before is there afterwards, and everything that happened is told exactly once in the database:
`make crash` does it 200 times, `make test` a few times on either store.
"""

import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.journey.conftest import Box, free_port, start_box, wait_until
from tests.journey.installation import Subscriber, rows, subscribe
from tests.journey.test_corpus import go_on
from tests.journey.test_pywa import STATIC
from tests.journey.test_webhooks import send_text
from tests.serving import serving
from tests.stores import STORES, lend_url

from headrace.database import postgresql_url
from headrace.testing import Handset, OpenFlow
from headrace.testing.handset import PhoneError

pytestmark = pytest.mark.box

CRASHES = int(os.environ.get("HEADRACE_CRASHES", "2")) // 2
GONE = (httpx.HTTPError, HTTPException, OSError, PhoneError)


@dataclass
class Confirmed:
    """What the server said yes to, by the ids it gave."""

    messages: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)


@dataclass
class Stage:
    """A server that can be killed and started again, and what it is asked meanwhile."""

    data: Path
    port: int
    options: tuple[str, ...]
    urls: dict[str, str]
    confirmed: Confirmed = field(default_factory=Confirmed)
    names: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))
    flow_id: str = ""

    def start(self) -> Box:
        box = start_box(self.data, self.port, *self.options)
        handset = Handset(box.credentials["handsets"][0]["url"])
        if open_at := handset.look()["session_url"]:
            OpenFlow(box.url + open_at).close()
        return box

    def acts(self, box: Box) -> list[Callable[[], None]]:
        return [lambda: self.send(box), lambda: self.answer(box), lambda: self.publish(box)]

    def send(self, box: Box) -> None:
        self.confirmed.messages.append(send_text(box, f"Message {next(self.names)}"))

    def answer(self, box: Box) -> None:
        handset = Handset(box.credentials["handsets"][0]["url"])
        wamid = box.send_flow(self.flow_id, box.credentials["handsets"][0]["wa_id"])
        self.confirmed.messages.append(wamid)
        open_flow = handset.open(wamid)
        open_flow.fill(name="Ada")
        go_on(open_flow)
        if open_flow.status == "completed":
            self.confirmed.answered.append(wamid)

    def publish(self, box: Box) -> None:
        self.confirmed.published.append(box.make_flow(f"Flow {next(self.names)}", json.dumps(STATIC)))

    def rows(self, side: str, statement: str) -> list[Any]:
        return list(rows(self.urls[side], statement))


@pytest.fixture(params=STORES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    data, port = tmp_path / "data", free_port()
    if request.param == "sqlite":
        yield Stage(data, port, (), {side: f"sqlite:///{data / side}.db" for side in ("platform", "business")})
        return
    with lend_url() as url:
        urls = {side: f"{postgresql_url(url)}&schema={side}" for side in ("platform", "business")}
        yield Stage(data, port, ("--database", url), urls)


def crash(stage: Stage, after: float) -> None:
    """Starts the server, does everything at once, and kills it `after` that many seconds."""
    box = stage.start()
    over = threading.Event()

    def keep_on(act: Callable[[], None]) -> None:
        while not over.is_set():
            try:
                act()
            except GONE:
                return

    threads = [threading.Thread(target=keep_on, args=(act,)) for act in stage.acts(box)]
    for thread in threads:
        thread.start()
    over.wait(after)
    box.kill()
    over.set()
    for thread in threads:
        thread.join()
    box.client.close()


def test_nothing_is_lost_and_nothing_is_there_twice(stage: Stage) -> None:
    chance, subscriber, port = random.Random(7), Subscriber(), free_port()
    with serving(subscriber.app, port) as address:
        box = stage.start()
        subscribe(box, address)
        stage.flow_id = box.make_flow("Answered again and again", json.dumps(STATIC))
        box.kill()
        for _ in range(CRASHES):
            crash(stage, after=chance.uniform(0.02, 1.0))
        box = stage.start()
        wait_until(lambda: is_settled(stage), "everything to be delivered and worked out", seconds=120)
        box.stop()
    messages = check_messages(stage)
    check_statuses(stage, subscriber, messages)
    check_responses(stage)
    check_flows(stage)
    assert stage.confirmed.messages


def is_settled(stage: Stage) -> bool:
    waiting = stage.rows("platform", "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'")
    under_way = stage.rows("platform", "SELECT count(*) FROM messages WHERE shard IS NOT NULL")
    untouched = stage.rows("business", "SELECT count(*) FROM received_webhooks WHERE processed_at IS NULL")
    return not any(row[0] for row in (*waiting, *under_way, *untouched))


def check_messages(stage: Stage) -> set[str]:
    """Every accepted message is there, once, and has arrived."""
    found = stage.rows("platform", "SELECT wamid, status FROM messages WHERE direction = 'out'")
    wamids = [wamid for wamid, _ in found]
    assert len(wamids) == len(set(wamids))
    assert set(stage.confirmed.messages) <= set(wamids)
    assert {status for _, status in found} <= {"delivered", "read"}
    return set(wamids)


def check_statuses(stage: Stage, subscriber: Subscriber, messages: set[str]) -> None:
    """Each status of each message is one event, and the subscriber has heard of it."""
    told = []
    for (value,) in stage.rows("platform", "SELECT value FROM webhook_events WHERE field = 'messages'"):
        told += [(entry["id"], entry["status"]) for entry in json.loads(value).get("statuses", [])]
    assert len(told) == len(set(told))
    expected = {(wamid, status) for wamid in messages for status in ("sent", "delivered")}
    assert {entry for entry in told if entry[1] != "read"} == expected
    assert expected <= set(subscriber.statuses())
    first = list(dict.fromkeys(subscriber.statuses()))
    place = {entry: number for number, entry in enumerate(first)}
    assert all(place[wamid, "sent"] < place[wamid, "delivered"] for wamid in messages)


def check_responses(stage: Stage) -> None:
    """Every response that left the phone is in the console, once."""
    sent = stage.rows("platform", "SELECT wamid FROM messages WHERE direction = 'in' AND type = 'interactive'")
    stored = stage.rows("business", "SELECT wamid, message_wamid FROM responses")
    assert sorted(row[0] for row in stored) == sorted(row[0] for row in sent)
    answered = [row[1] for row in stored]
    assert len(answered) == len(set(answered))
    assert set(stage.confirmed.answered) <= set(answered)


def check_flows(stage: Stage) -> None:
    """What was published is, with one version each; nothing is published without."""
    flows = stage.rows(
        "platform",
        "SELECT flows.id, flows.status, count(flow_versions.id) FROM flows "
        "LEFT JOIN flow_versions ON flow_versions.flow_id = flows.id GROUP BY flows.id, flows.status",
    )
    assert all(versions == (1 if status == "PUBLISHED" else 0) for _, status, versions in flows)
    assert set(stage.confirmed.published) <= {flow_id for flow_id, status, _ in flows if status == "PUBLISHED"}
