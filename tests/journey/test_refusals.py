"""Bad input of every kind: the documented answer, a line in the log, and nothing half-stored."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.journey.conftest import Box, free_port, wait_until
from tests.journey.filling import generic_endpoint
from tests.journey.test_pywa import WITH_ENDPOINT
from tests.serving import serving

from headrace.exchange.keys import generate_key_pair
from headrace.testing import Handset

pytestmark = pytest.mark.box

SMALL = {
    "version": "7.3",
    "screens": [
        {
            "id": "ONE",
            "title": "One",
            "terminal": True,
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "Hello"},
                    {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}},
                ],
            },
        }
    ],
}


def rows(box: Box) -> dict[str, int]:
    """How many rows every table of both databases holds."""
    found: dict[str, int] = {}
    for side in ("platform", "business"):
        with sqlite3.connect(f"file:{box.data / side}.db?mode=ro", uri=True) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                count = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                found[f"{side}.{name}"] = count
    return found


UNDER_WAY = {
    "platform": (
        "SELECT count(*) FROM messages WHERE shard IS NOT NULL",
        "SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'",
    ),
    "business": ("SELECT count(*) FROM received_webhooks WHERE processed_at IS NULL",),
}
"""What counts the work that is still to be done, side by side in the order in which it goes on."""


def is_settled(box: Box) -> bool:
    for side, statements in UNDER_WAY.items():
        with sqlite3.connect(f"file:{box.data / side}.db?mode=ro", uri=True) as database:
            if any(database.execute(statement).fetchone()[0] for statement in statements):
                return False
    return True


def settle(box: Box) -> None:
    """Waits until the webhooks of what was done before are delivered and worked out."""
    wait_until(lambda: is_settled(box), "what was done before to be delivered and worked out")


BESIDE = (".jobs", ".revisions", ".management_usage", ".graph_calls", ".graph_call_texts", ".made_calls")
"""Tables that the server writes by itself: work, what changed, and who called how often with what."""


@contextmanager
def nothing_but(box: Box, *tables: str) -> Iterator[None]:
    """In the block no table may gain or lose a row, but for these, which are the record of what happened."""
    settle(box)
    before = rows(box)
    yield
    after = rows(box)
    changed = {name for name in after if after[name] != before[name] and not name.endswith(BESIDE)}
    assert changed <= set(tables)


def error_of(answer: Any, status: int, code: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code
    assert {"message", "type", "code", "fbtrace_id"} <= set(error)
    assert "Traceback" not in answer.text
    return error


@pytest.fixture(scope="module")
def draft(box: Box) -> str:
    return box.make_flow("A draft", json.dumps(SMALL), publish=False)


def upload(box: Box, flow_id: str, content: bytes) -> list[dict[str, Any]]:
    answer = box.graph(
        "POST",
        f"{flow_id}/assets",
        files={"file": ("flow.json", content, "application/json")},
        data={"name": "flow.json", "asset_type": "FLOW_JSON"},
    )
    assert answer["success"] is True
    errors: list[dict[str, Any]] = answer["validation_errors"]
    return errors


@pytest.mark.parametrize("content", [b'{"version": "7.3",\n "screens": [,]}', b"", b"\xff\xfe", b"[]", b"nonsense"])
def test_broken_json_is_told_with_its_place(box: Box, draft: str, content: bytes) -> None:
    with nothing_but(box):
        errors = upload(box, draft, content)
    assert errors[0]["error"] == "INVALID_FLOW_JSON"
    assert {"error_type", "message", "line_start", "line_end", "column_start", "column_end"} <= set(errors[0])
    refused = error_of(box.graph_answer("POST", f"{draft}/publish"), 400, 139002)
    assert refused["error_user_title"] == "Publishing Flow with validation errors"


def test_a_wrong_place_is_named_by_line_and_column(box: Box, draft: str) -> None:
    errors = upload(box, draft, b'{\n "version": "7.3",\n "screens": [,]\n}')
    assert (errors[0]["line_start"], errors[0]["column_start"]) == (3, 14)


def test_a_wrong_token(box: Box) -> None:
    with nothing_but(box):
        answer = box.client.get("/v23.0/me", headers={"Authorization": "Bearer wrong"})
    error_of(answer, 401, 190)
    assert "190" in box.log.read_text()


def test_no_token(box: Box) -> None:
    with nothing_but(box):
        answer = box.client.get(f"/v23.0/{box.credentials['waba_id']}/flows")
    assert answer.status_code == 401


def test_a_missing_parameter(box: Box) -> None:
    with nothing_but(box):
        answer = box.graph_answer("POST", f"{box.credentials['waba_id']}/flows", json={"categories": ["OTHER"]})
    assert "name" in error_of(answer, 400, 100)["message"]


def test_a_message_without_its_flow(box: Box) -> None:
    message = {
        "messaging_product": "whatsapp",
        "to": box.credentials["handsets"][0]["wa_id"],
        "type": "interactive",
        "interactive": {"type": "flow", "body": {"text": "x"}, "action": {"name": "flow", "parameters": {}}},
    }
    with nothing_but(box):
        answer = box.graph_answer("POST", f"{box.credentials['phone_number_id']}/messages", json=message)
    assert answer.status_code == 400
    assert answer.json()["error"]["error_data"]["details"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_flow(box: Box, method: str) -> None:
    with nothing_but(box):
        error = error_of(box.graph_answer(method, "123456789012345"), 400, 100)
    assert error["error_subcode"] == 33
    assert error["type"] == "GraphMethodException"
    assert "123456789012345" in error["message"]


def test_a_taken_name(box: Box, draft: str) -> None:
    assert draft
    parameters = {"name": "A draft", "categories": ["OTHER"]}
    with nothing_but(box):
        error_of(box.graph_answer("POST", f"{box.credentials['waba_id']}/flows", json=parameters), 400, 100)


# The endpoint's ways to fail, and what the phone calls them. That of being slow takes ten seconds; a phone with a
# shorter limit meets it in tests/platform/handsets/test_failures.py.


async def garbage(_request: Request) -> Response:
    return PlainTextResponse("this is no base64 of ours")


async def broken(_request: Request) -> Response:
    return PlainTextResponse("oh", 500)


FAILURES: list[tuple[str, Callable[[Request], Any] | None, str]] = [
    ("down", None, "no_http_response_error"),
    ("garbage", garbage, "response-decryption-error"),
    ("broken", broken, "unexpected_http_status_code"),
]


@pytest.mark.parametrize(("name", "behaviour", "error_type"), FAILURES, ids=[name for name, _, _ in FAILURES])
def test_an_ill_endpoint(box: Box, name: str, behaviour: Callable[[Request], Any] | None, error_type: str) -> None:
    handset = Handset(box.credentials["handsets"][0]["url"])
    pair = generate_key_pair()
    box.register_key(pair.public_pem)
    healthy = generic_endpoint(WITH_ENDPOINT, pair.private_pem, box.credentials["app_secret"])
    ill = Starlette(routes=[Route("/", behaviour, methods=["POST"])]) if behaviour else None
    with serving(healthy) as address:
        flow_id = box.make_flow(f"Ill: {name}", json.dumps(WITH_ENDPOINT), endpoint_uri=address)
    wamid = box.send_flow(flow_id, handset.wa_id, flow_action="data_exchange")
    if ill is None:
        check_failed_opening(box, handset, wamid, error_type)
        return
    with serving_at(ill, address):
        check_failed_opening(box, handset, wamid, error_type)


def test_an_endpoint_with_another_key(box: Box) -> None:
    handset = Handset(box.credentials["handsets"][0]["url"])
    pair = generate_key_pair()
    other = generate_key_pair()
    box.register_key(pair.public_pem)
    with serving(generic_endpoint(WITH_ENDPOINT, pair.private_pem, box.credentials["app_secret"])) as address:
        flow_id = box.make_flow("Ill: another key", json.dumps(WITH_ENDPOINT), endpoint_uri=address)
    wamid = box.send_flow(flow_id, handset.wa_id, flow_action="data_exchange")
    with serving_at(generic_endpoint(WITH_ENDPOINT, other.private_pem, box.credentials["app_secret"]), address):
        check_failed_opening(box, handset, wamid, "business-decryption-error")


def serving_at(application: Any, address: str) -> Any:
    return serving(application, port=int(address.rstrip("/").rsplit(":", 1)[1]))


def check_failed_opening(box: Box, handset: Handset, wamid: str, error_type: str) -> None:
    """The Flow opens on the error screen; the exchange is on record and in the log; nothing else is written."""
    handset.wait_for_message(lambda message: message["id"] == wamid)
    handset.see()
    settle(box)
    kept = ("flow_sessions", "session_texts", "endpoint_calls", "endpoint_bodies", "trace_entries")
    with nothing_but(box, *(f"platform.{table}" for table in kept)):
        open_flow = handset.open(wamid)
        assert open_flow.status == "error"
        assert open_flow.notice
        assert open_flow.error_type == error_type
        assert open_flow.screen is None
    assert error_type in box.log.read_text()


def test_publishing_asks_the_endpoint_first(box: Box) -> None:
    pair = generate_key_pair()
    box.register_key(pair.public_pem)
    parameters = {"name": "Nobody answers", "categories": ["OTHER"], "endpoint_uri": f"http://127.0.0.1:{free_port()}/"}
    flow_id = box.graph("POST", f"{box.credentials['waba_id']}/flows", json=parameters)["id"]
    assert upload(box, flow_id, json.dumps(WITH_ENDPOINT).encode()) == []
    refused = error_of(box.graph_answer("POST", f"{flow_id}/publish"), 400, 139002)
    assert refused["error_user_title"] == "Endpoint Not Available"
    assert box.graph("GET", flow_id, params={"fields": "status"})["status"] == "DRAFT"
