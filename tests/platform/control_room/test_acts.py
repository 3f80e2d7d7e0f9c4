"""What can be done in the control room, over HTTP, and who may do it."""

import time
import urllib.error
import urllib.request
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from tests.platform.sample_flows import endpoint_flow_json, flow_json

from headrace.app.guard import is_forwarded
from headrace.platform.box import Box
from headrace.platform.call_log import CallLog
from headrace.platform.control_room.routes import control_room_routes
from headrace.testing import BoxError, FreshBox


def make_flow(box: FreshBox, name: str, text: str, **parameters: Any) -> str:
    waba = box.credentials.waba_id
    made = box.graph("POST", f"{waba}/flows", name=name, categories=["OTHER"], flow_json=text, **parameters)
    return str(made["id"])


def test_the_clock_moves_and_comes_back(room: FreshBox) -> None:
    assert room.world("POST", "/clock", by="1d 2h")["offset_seconds"] == 26 * 3600
    assert room.world("POST", "/clock", by=60)["offset_seconds"] == 26 * 3600 + 60
    assert room.world("POST", "/clock", reset=True)["offset_seconds"] == 0
    moved = room.world("POST", "/clock", to="2026-06-01T12:00+02:00")
    assert moved["now"].startswith("2026-06-01T10:00:0")
    room.world("POST", "/clock", reset=True)


def test_an_endpoint_breaks_and_heals(room: FreshBox) -> None:
    flow_id = make_flow(room, "Asks", endpoint_flow_json(), endpoint_uri="https://example.com/flow")
    broken = room.world("POST", f"/flows/{flow_id}/endpoint", latency_milliseconds=7500)
    assert broken["fault"] == {"latency_milliseconds": 7500, "status": None, "drops": False, "waits": False}
    assert room.world("POST", f"/flows/{flow_id}/endpoint")["fault"] is None
    plain = make_flow(room, "Plain", flow_json())
    with pytest.raises(BoxError, match="has no endpoint"):
        room.break_endpoint(plain, drops=True)


def test_an_unverified_business_publishes_nothing(room: FreshBox) -> None:
    business_id = room.world()["businesses"][0]["id"]
    flow_id = make_flow(room, "Waits", flow_json())
    assert room.world("POST", f"/businesses/{business_id}", verified=False)["is_verified"] is False
    with pytest.raises(BoxError) as refused:
        room.graph("POST", f"{flow_id}/publish")
    assert refused.value.code == 139000
    room.world("POST", f"/businesses/{business_id}", verified="true")
    assert room.graph("POST", f"{flow_id}/publish") == {"success": True}


def test_a_banned_number_sends_nothing(room: FreshBox) -> None:
    sender, amara = room.credentials.phone_number_id, room.handset("Amara")
    room.world("POST", f"/numbers/{sender}", banned=True)
    with pytest.raises(BoxError) as refused:
        room.send(amara.wa_id, text={"body": "Hello"})
    assert (refused.value.code, refused.value.status) == (131031, 403)
    assert room.graph("GET", sender, fields="status")["status"] == "BANNED"
    room.world("POST", f"/numbers/{sender}", banned=False)
    assert room.send(amara.wa_id, text={"body": "Hello"}).startswith("wamid.")


def test_templates_are_judged_by_rules_and_by_hand(room: FreshBox) -> None:
    rule = {"pattern": "sale*", "decision": "hold", "reason": "NONE", "delay_seconds": 0}
    assert room.world("POST", "/templates/review", rules=[rule]) == {"rules": [rule]}
    body = {"type": "BODY", "text": "Everything for less."}
    made = room.graph(
        "POST",
        f"{room.credentials.waba_id}/message_templates",
        name="sale_now",
        language="en_GB",
        category="MARKETING",
        components=[body],
    )
    path = f"/templates/{made['id']}"
    rejected = room.world("POST", path, action="reject", reason="promotional")
    assert (rejected["status"], rejected["rejected_reason"]) == ("REJECTED", "PROMOTIONAL")
    assert room.world("POST", path, action="approve")["status"] == "APPROVED"
    assert room.world("POST", path, quality="red", category="utility")["status"] == "PAUSED"
    with pytest.raises(BoxError, match="PAUSED"):
        room.world("POST", path, action="reinstate")
    shown = room.world("GET", "/templates")
    assert (shown["rules"], [template["name"] for template in shown["templates"]]) == ([rule], ["sale_now"])
    room.world("POST", "/templates/review", rules=[])


def test_limits_hold_and_lost_messages_are_named(room: FreshBox) -> None:
    usual = {"pair": False, "per_second": None, "refuses_shut_windows": False, "tier": "TIER_UNLIMITED"}
    assert room.world("POST", "/messages/limits", refuses_shut_windows=True) == {**usual, "refuses_shut_windows": True}
    message = {"messaging_product": "whatsapp", "to": room.handset("Ben").wa_id, "text": {"body": "Hello"}}
    with pytest.raises(BoxError) as refused:
        room.graph("POST", f"{room.credentials.phone_number_id}/messages", **message)
    assert refused.value.code == 131047
    assert room.world("POST", "/messages/limits", refuses_shut_windows=False) == usual
    assert room.world("POST", "/messages/limits", tier="tier_2k")["tier"] == "TIER_2K"
    sender = room.graph("GET", room.credentials.phone_number_id, fields="whatsapp_business_manager_messaging_limit")
    assert sender["whatsapp_business_manager_messaging_limit"] == "TIER_2K"
    assert room.world()["message_limits"]["tier"] == "TIER_2K"
    room.world("POST", "/messages/limits", tier="TIER_UNLIMITED")
    # What WhatsApp loses without a word is named here: what a blocked sender wrote, and a template over 1 MB.
    amara = room.handset("Amara")
    amara.block()
    lost = room.send(amara.wa_id, text={"body": "Are you there?"})
    end = time.monotonic() + 15
    while not (named := room.world("GET", "/messages/lost")["lost"]) and time.monotonic() < end:
        time.sleep(0.02)
    assert [(entry["id"], "blocked" in entry["reason"]) for entry in named] == [(lost, True)]
    assert room.world()["lost"] == named
    amara.unblock()
    huge = room.send(amara.wa_id, type="template", template=_huge_template(room))
    while len(named := room.world("GET", "/messages/lost")["lost"]) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    assert (named[0]["id"], "larger than 1 MB" in named[0]["reason"]) == (huge, True)
    page = urllib.request.Request(f"{room.url}/_world", headers={"Accept": "text/html"})
    with urllib.request.urlopen(page) as shown:
        assert "larger than 1 MB" in shown.read().decode()


def _huge_template(room: FreshBox) -> dict[str, Any]:
    """What sends a template whose data for a Flow are more than WhatsApp carries."""
    waba, flow_id = room.credentials.waba_id, make_flow(room, "Opened", flow_json())
    room.graph("POST", f"{flow_id}/publish")
    button = {"type": "FLOW", "text": "Open", "flow_id": flow_id, "navigate_screen": "ONE"}
    components = [{"type": "BODY", "text": "Please."}, {"type": "BUTTONS", "buttons": [button]}]
    about = {"name": "opens", "language": "en_GB", "category": "UTILITY"}
    room.graph("POST", f"{waba}/message_templates", **about, components=components)
    end = time.monotonic() + 15
    while room.world("GET", "/templates")["templates"][-1]["status"] != "APPROVED" and time.monotonic() < end:
        time.sleep(0.02)
    action = {"type": "action", "action": {"flow_action_data": {"image": "x" * 1024 * 1024}}}
    filled = {"type": "button", "sub_type": "flow", "index": "0", "parameters": [action]}
    return {"name": "opens", "language": {"code": "en_GB"}, "components": [filled]}


def test_rules_versions_and_metrics_are_settings(room: FreshBox) -> None:
    assert room.world("POST", "/rules", hold_seconds=60, latencies_milliseconds="500,2000") == {
        "hold_seconds": 60,
        "latencies_milliseconds": [500, 2000],
    }
    assert room.world("POST", "/rules", reset=True) == {}
    assert room.world("POST", "/versions/6.3", frozen="2027-01-31") == {"6.3": {"frozen": "2027-01-31"}}
    assert room.world("POST", "/versions/6.3") == {}
    assert room.world("POST", "/metrics", threshold=5, zone="Europe/London") == {
        "threshold": 5,
        "zone": "Europe/London",
    }
    assert room.world("POST", "/metrics", threshold=250, zone="account") == {"threshold": 250, "zone": None}


@pytest.mark.parametrize(
    ("path", "members", "words"),
    [
        ("/clock", {}, "Say how far"),
        ("/clock", {"by": "1h", "reset": True}, "Say how far"),
        ("/clock", {"by": "soon"}, "by is no length of time"),
        ("/clock", {"by": float("1e300")}, "by is at most"),
        ("/clock", {"by": 10**400}, "The body is not JSON"),
        ("/webhooks", {"delay": "9" * 39}, "delay is at most"),
        ("/clock", {"to": "tomorrow"}, "to is no moment"),
        ("/clock", {"too": "1h"}, "There is no member 'too'"),
        ("/flows/1/endpoint", {"drops": True}, "no Flow with the id 1"),
        ("/flows/1/endpoint", {"status": 99}, "status is a whole number from 200 to 599"),
        ("/webhooks", {"delay": "8d"}, "delay is at most"),
        ("/businesses/1", {"verified": True}, "no business with that id"),
        ("/numbers/1", {"banned": "maybe"}, "banned is true or false"),
        ("/rules", {"hold": 3}, "There is no rule 'hold'"),
        ("/rules", {"hold_seconds": "long"}, "hold_seconds is a number"),
        ("/rules", {"hold_seconds": 0}, "hold_seconds has to lie between"),
        ("/rules", {"endpoint_error_rates": [0.5, 0.1]}, "has to grow"),
        ("/rules", {"fewest_pings": 1.5}, "fewest_pings is a whole number"),
        ("/versions/1.0", {}, "no version 1.0"),
        ("/versions/7.3", {"frozen": "soon"}, "frozen is no day"),
        ("/messages/limits", {"tier": "TIER_7"}, "tier cannot be TIER_7"),
        ("/messages/limits", {"per_second": -1}, "per_second is a whole number"),
        ("/templates/1", {"action": "approve"}, "no message template with that id"),
        ("/templates/1", {}, "Say what becomes of it"),
        ("/templates/review", {"rules": [{"pattern": "*", "decision": "maybe"}]}, "decision cannot be maybe"),
        ("/templates/review", {}, "Say by which rules"),
        ("/metrics", {"zone": "Mars/Olympus"}, "is no time zone"),
        ("/metrics", {"zone": "../../etc/passwd"}, "is no time zone"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    room: FreshBox, path: str, members: dict[str, Any], words: str
) -> None:
    before = room.world()
    with pytest.raises(BoxError, match=words):
        room.world("POST", path, **members)
    assert {**room.world(), "clock": None} == {**before, "clock": None}


def test_other_sites_and_proxies_get_nothing(room: FreshBox) -> None:

    def status(**headers: str) -> int:
        request = urllib.request.Request(f"{room.url}/_world/clock", data=b'{"by": "1h"}', method="POST")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert status(Origin="https://elsewhere.example") == 403
    assert status(Host="room.example.org") == 421
    assert status(X_Forwarded_For="203.0.113.9") == 401
    assert room.world()["clock"]["offset_seconds"] == 0


def test_whoever_comes_through_a_proxy_finds_nothing_signed_in_or_not() -> None:
    """Even where the guard of pages lets somebody pass."""
    box = cast("Box", SimpleNamespace(call_log=CallLog(), jobs=None))
    routes = control_room_routes(box, is_forwarded)
    client = TestClient(Starlette(routes=routes))
    for route in routes:
        assert isinstance(route, Route)
        path = route.path.replace("{kind:str}", "call").replace("{number:row}", "1")
        method = next(iter((route.methods or set()) - {"HEAD"}))
        answer = client.request(method, path, headers={"X-Forwarded-For": "203.0.113.9"})
        assert answer.status_code == 404
        assert "only on the machine" in answer.text
