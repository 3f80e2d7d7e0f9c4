"""A data folder of November 2026 opens, with everything that was in it and everything that was under way.

`tests/data/folder_of_november` was made by a server of that time, killed with -9: two answered Flows, one left open on
its second screen, a draft, and webhooks that nobody had taken yet.
"""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.journey.conftest import Box, start_box, wait_until
from tests.journey.installation import Subscriber
from tests.serving import serving

from headrace.testing import Handset, OpenFlow

pytestmark = pytest.mark.box

DUMPS = Path(__file__).parent.parent / "data" / "folder_of_november"
MOMENT = re.compile(r"'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})'")
SUBSCRIBER = "http://127.0.0.1:18461/"
"""Where the subscriber of that time listened."""


def lay_out(folder: Path, subscriber: str) -> None:
    """The folder as if it had been left a minute ago: what waited for its subscriber is not given up yet.

    `subscriber` is the address at which it listens now.
    """
    texts = {side: (DUMPS / f"{side}.sql").read_text() for side in ("platform", "business")}
    last = max(MOMENT.findall(re.sub(r"INSERT INTO \"?(flows|access_tokens)\"? .*", "", texts["platform"])))
    by = datetime.now(UTC) - timedelta(minutes=1) - datetime.fromisoformat(last + "+00:00")
    folder.mkdir()
    for side, text in texts.items():
        shifted = MOMENT.sub(lambda found: f"'{datetime.fromisoformat(found[1]) + by:%Y-%m-%d %H:%M:%S.%f}'", text)
        shifted = shifted.replace(SUBSCRIBER, subscriber)
        database = sqlite3.connect(folder / f"{side}.db")
        database.executescript(shifted)
        database.close()


@pytest.fixture(scope="module")
def subscriber() -> Iterator[Subscriber]:
    subscriber = Subscriber()
    with serving(subscriber.app) as subscriber.url:
        yield subscriber


@pytest.fixture(scope="module")
def old_box(tmp_path_factory: pytest.TempPathFactory, subscriber: Subscriber) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("old") / "data"
    lay_out(folder, subscriber.url)
    box = start_box(folder)
    yield box
    box.stop()


def test_credentials_and_flows_are_those_of_then(old_box: Box) -> None:
    dump = (DUMPS / "platform.sql").read_text()
    assert old_box.credentials["access_token"] in dump
    assert old_box.credentials["app_secret"] in dump
    flows = old_box.graph("GET", f"{old_box.credentials['waba_id']}/flows")["data"]
    assert {(flow["name"], flow["status"]) for flow in flows} == {
        ("Your name", "PUBLISHED"),
        ("With an endpoint", "PUBLISHED"),
        ("A draft", "DRAFT"),
    }


def test_the_chat_goes_on_and_so_does_the_flow_that_was_open(old_box: Box) -> None:
    handset = Handset(old_box.credentials["handsets"][0]["url"])
    shown = handset.look()
    assert [message["text"] for message in shown["messages"] if message.get("text")][-3:] == [
        "Message 0",
        "Message 1",
        "Good morning",
    ]
    open_flow = OpenFlow(old_box.url + shown["session_url"])
    assert (open_flow.status, open_flow.screen, open_flow.title) == ("ready", "GREETING", "Hello")


def test_the_console_has_the_responses(old_box: Box) -> None:
    page = old_box.client.get("/responses").text
    assert page.count("Your name") >= 1
    assert "With an endpoint" in page
    with sqlite3.connect(f"file:{old_box.data / 'business.db'}?mode=ro", uri=True) as database:
        assert database.execute("SELECT count(*) FROM responses").fetchone() == (2,)
        assert database.execute("SELECT count(*) FROM people").fetchone() == (1,)


def test_what_was_under_way_arrives_once_and_in_order(old_box: Box, subscriber: Subscriber) -> None:
    wait_until(lambda: len(subscriber.told) >= 5, "the webhooks that waited")
    assert [status for _, status in subscriber.statuses()] == ["sent", "delivered"] * 2
    messages = [event["entry"][0]["changes"][0]["value"].get("messages") for event in subscriber.told]
    assert [message[0]["text"]["body"] for message in messages if message] == ["Good morning"]
