"""How an endpoint does, in words: exact figures of a box, and Meta's histogram."""

import httpx
import pytest
from tests.business.webhooks import deliver, envelope
from tests.business.workspace import Member
from tests.console.drawn import Drawn

from headrace.business.context import BusinessContext
from headrace.business.whatsapp import WhatsAppRefused
from headrace.console.flow_health import exact, histogram, latency, p90_bucket, too_few
from headrace.console.place import EndpointFigures


@pytest.mark.parametrize(
    ("milliseconds", "words", "look"),
    [
        (640, "WhatsApp warns at 1 s and throttles at 7 s", "published"),
        (1000, "WhatsApp warned at 1 s; at 7 s it throttles", "throttled"),
        (6999, "WhatsApp warned at 5 s; at 7 s it throttles", "throttled"),
        (7000, "7 s or more for half an hour: the Flow is throttled", "blocked"),
    ],
)
def test_each_latency_is_told_by_the_threshold_it_reached(milliseconds: int, words: str, look: str) -> None:
    reading = latency(milliseconds)
    assert (reading.words, reading.look) == (words, look)


def test_the_figures_of_a_box_are_exact() -> None:
    told = exact(EndpointFigures(120, 5, 0.06, 640, 0.8, None))
    assert [(one.value, one.look) for one in told.readings] == [
        ("0.6 s", "published"),
        ("6 %", "throttled"),
        ("80 %", "blocked"),
    ]
    few = exact(EndpointFigures(1, 0, None, None, None, None))
    assert few.readings == ()
    assert few.note.startswith("1 request in 30 minutes, 0 pings in 10.")
    assert "at least 10 requests" in few.note


def test_a_histogram_says_between_which_seconds_nine_of_ten_answers_came() -> None:
    told = histogram({"1": 200, "7": 90, "10+": 10}, {"value": 300}, {"value": 0.02}, {"succeeded": 700, "failed": 20})
    assert [one.value for one in told.readings] == ["between 6 and 7 s", "2 %", "97.2 %"]
    assert told.note == "300 requests since yesterday."
    assert p90_bucket({"1": 1, "10+": 9}) == 11
    assert p90_bucket({}) is None


def test_too_little_traffic_is_told_with_its_count_where_it_is_known() -> None:
    counted = "Metrics are told from 250 requests to the endpoint on; the published version has had 118."
    assert too_few(WhatsAppRefused(139006, "x", counted)) == "Not enough traffic yet (118 of 250 requests)."
    assert "from 250 requests on" in too_few(WhatsAppRefused(139006, "x"))


@pytest.mark.anyio
async def test_a_flows_page_tells_its_alerts_with_their_webhooks(
    browser: httpx.AsyncClient, business: BusinessContext, member: Member
) -> None:
    alert = {"event": "ENDPOINT_LATENCY", "flow_id": "901", "threshold": 1000, "alert_state": "ACTIVATED"}
    words = {"message": "Flow endpoint latency has reached the p90 threshold. See https://example.org"}
    change = {"event": "FLOW_STATUS_CHANGE", "flow_id": "901", "old_status": "DRAFT", "new_status": "PUBLISHED"}
    other = {"event": "FLOW_STATUS_CHANGE", "flow_id": "902", "new_status": "PUBLISHED", "message": "901"}
    bodies = [envelope(value, "flows") for value in (change, {**alert, **words}, other)]
    await deliver(business, member.connection, *bodies)
    life = Drawn((await browser.get("/flows/901")).text).one("ol", id="flow-life").text
    assert "Flow endpoint latency has reached the p90 threshold 1 s" in life
    assert '"threshold": 1000' in life
    assert "Published FLOW_STATUS_CHANGE" in life
    assert "902" not in life
