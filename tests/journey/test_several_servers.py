"""Two servers and two workers on one PostgreSQL: whoever answers, whoever works and whoever dies, nothing is lost."""

import json
import threading
from collections.abc import Iterator

import pytest
from tests.journey.conftest import wait_until
from tests.journey.filling import generic_endpoint
from tests.journey.installation import Installation, Subscriber, installed, subscribe
from tests.journey.test_corpus import travel
from tests.journey.test_pywa import WITH_ENDPOINT
from tests.journey.test_webhooks import send_text
from tests.serving import serving

from headrace.exchange.keys import generate_key_pair
from headrace.testing import Handset

pytestmark = pytest.mark.box

BATCH = 40


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("several")) as installation:
        yield installation


def test_a_flow_is_filled_in_through_alternating_servers(installation: Installation) -> None:
    box = installation.box
    pair = generate_key_pair()
    box.register_key(pair.public_pem)
    endpoint = generic_endpoint(WITH_ENDPOINT, pair.private_pem, box.credentials["app_secret"])
    handset = Handset(box.credentials["handsets"][0]["url"])
    with serving(endpoint) as address:
        flow_id = box.make_flow("Alternating", json.dumps(WITH_ENDPOINT), endpoint_uri=address)
        installation.proxy.passed.clear()
        wamid = box.send_flow(flow_id, handset.wa_id, flow_action="data_exchange")
        travel(handset, WITH_ENDPOINT, wamid)
    assert {0, 1} == set(installation.proxy.passed)
    statement = f"SELECT wamid FROM responses WHERE message_wamid = '{wamid}'"
    wait_until(lambda: installation.rows("business", statement), "the response in the console")
    assert len(installation.rows("business", statement)) == 1


def test_a_killed_worker_loses_and_repeats_nothing(installation: Installation) -> None:
    box, subscriber = installation.box, Subscriber()
    sent: list[str] = []
    with serving(subscriber.app) as address:
        subscribe(box, address)
        sending = threading.Thread(target=lambda: sent.extend(send_text(box, f"{n}") for n in range(BATCH)))
        sending.start()
        wait_until(lambda: len(subscriber.statuses()) > 10, "the first statuses")
        installation.workers[0].kill()
        sending.join()
        wanted = {(wamid, status) for wamid in sent for status in ("sent", "delivered")}
        wait_until(lambda: set(subscriber.statuses()) == wanted, f"both statuses of {BATCH} messages", seconds=60)
    told = list(dict.fromkeys(subscriber.statuses()))  # what was under way when the worker died is told twice
    assert len(subscriber.statuses()) - len(told) <= 16
    for status in ("sent", "delivered"):
        assert [wamid for wamid, reached in told if reached == status] == sent
    assert all(told.index((wamid, "sent")) < told.index((wamid, "delivered")) for wamid in sent)
    waiting = "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'"
    # What the killed worker had sent but not noted is noted by whoever takes its job over.
    wait_until(lambda: installation.rows("platform", waiting)[0][0] == 0, "all deliveries to be noted", seconds=60)
    twice = "SELECT wamid FROM messages GROUP BY wamid HAVING count(*) > 1"
    assert installation.rows("platform", twice) == []
    events = "SELECT subject, value FROM webhook_events"
    values = [value for _, value in installation.rows("platform", events)]
    assert len(values) == len(set(map(str, values)))
