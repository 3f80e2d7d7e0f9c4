"""Webhooks as they come in: proven, kept, worked out once, and never lost."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from headrace.business import inbound
from headrace.business.flows.models import FlowMessage
from headrace.business.people.models import Person
from headrace.business.responses.models import ReceivedWebhook, Response
from headrace.business.responses.service import list_responses
from headrace.business.side import BusinessSide
from headrace.clock import ManualClock

pytestmark = pytest.mark.anyio


def client(side: BusinessSide) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=list(inbound.routes(side))))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def signed(body: bytes, secret: str = "app secret") -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def envelope(value: dict[str, Any], field: str = "messages") -> bytes:
    change = {"field": field, "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def reply(response: str, wamid: str = "wamid.in") -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "442079460101", "phone_number_id": "55"},
        "contacts": [{"profile": {"name": "Amara"}, "wa_id": "447700900101", "user_id": "GB.1"}],
        "messages": [
            {
                "from": "447700900101",
                "id": wamid,
                "timestamp": "1795356000",
                "type": "interactive",
                "context": {"from": "442079460101", "id": "wamid.out"},
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": response},
                },
            }
        ],
    }


async def deliver(side: BusinessSide, body: bytes) -> int:
    async with client(side) as http:
        status = (await http.post(inbound.PATH, content=body, headers=signed(body))).status_code
    await side.jobs.drain()
    return status


async def count(side: BusinessSide, table: type) -> int:
    async with side.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_the_handshake_repeats_the_challenge_only_for_the_right_word(side: BusinessSide) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our word"}
    async with client(side) as http:
        right = await http.get(inbound.PATH, params=query)
        wrong = await http.get(inbound.PATH, params={**query, "hub.verify_token": "another"})
        none = await http.get(inbound.PATH)
    assert (right.status_code, right.text) == (200, "1158201444")
    assert (wrong.status_code, none.status_code) == (403, 403)


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), ({"X-Hub-Signature-256": "sha256=00"}, 403), (signed(b"{}", "other"), 403)]
)
async def test_what_is_not_signed_leaves_no_trace(side: BusinessSide, headers: dict[str, str], status: int) -> None:
    async with client(side) as http:
        assert (await http.post(inbound.PATH, content=b"{}", headers=headers)).status_code == status
    assert await count(side, ReceivedWebhook) == 0


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"3"])
async def test_a_signed_body_that_is_no_object_is_refused(side: BusinessSide, body: bytes) -> None:
    assert await deliver(side, body) == 400
    assert await count(side, ReceivedWebhook) == 0


async def test_an_answer_becomes_a_person_and_a_response(side: BusinessSide) -> None:
    body = envelope(reply('{"flow_token":"t-1","name":"Amara","agree":true}'))
    assert await deliver(side, body) == 200
    async with side.database.reading() as session:
        (response,) = await list_responses(session)
    assert response.person_name == "Amara"
    assert response.wa_id == "447700900101"
    assert response.flow_token == "t-1"
    assert response.message_wamid == "wamid.out"
    assert response.webhook_body.encode() == body
    assert [(answer.name, answer.text) for answer in response.answers] == [("name", "Amara"), ("agree", "Yes")]


async def test_the_same_answer_delivered_twice_is_one_response(side: BusinessSide) -> None:
    body = envelope(reply('{"a":"1"}'))
    await deliver(side, body)
    await deliver(side, body)
    assert await count(side, ReceivedWebhook) == 2
    assert await count(side, Response) == 1


@pytest.mark.parametrize("text", ["not json", "[1]", "null", "3"])
async def test_an_answer_that_cannot_be_read_is_kept_as_text(side: BusinessSide, text: str) -> None:
    await deliver(side, envelope(reply(text)))
    async with side.database.reading() as session:
        (response,) = await list_responses(session)
    assert [(answer.name, answer.value) for answer in response.answers] == [("response_json", text)]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"messages": "x"},
        {"messages": [1, {}]},
        {"messages": [{"from": "1"}], "contacts": [3]},
        {"statuses": [{"id": 1, "status": None, "errors": "x"}]},
        {"messages": [{"from": "1", "timestamp": "soon", "interactive": []}]},
    ],
)
async def test_odd_values_are_kept_and_do_no_harm(side: BusinessSide, value: dict[str, Any]) -> None:
    assert await deliver(side, envelope(value)) == 200
    async with side.database.reading() as session:
        assert (await session.execute(select(ReceivedWebhook.processed_at))).scalar_one() is not None


async def test_an_echo_tells_which_flow_an_answer_belongs_to(side: BusinessSide) -> None:
    echo = {
        "metadata": {"phone_number_id": "55"},
        "message_echoes": [
            {
                "from": "442079460101",
                "to": "447700900101",
                "id": "wamid.out",
                "timestamp": "1795355000",
                "type": "interactive",
                "interactive": {
                    "type": "flow",
                    "action": {"parameters": {"flow_id": "9001", "flow_name": "Sign up", "flow_token": "t-1"}},
                },
            }
        ],
    }
    await deliver(side, envelope(echo, "message_echoes"))
    await deliver(side, envelope(echo, "message_echoes"))
    assert await count(side, FlowMessage) == 1
    await deliver(side, envelope(reply('{"a":"1"}')))
    async with side.database.reading() as session:
        (response,) = await list_responses(session, flow_id="9001")
    assert response.flow_name == "Sign up"


async def test_an_answer_without_context_finds_its_flow_by_the_token(side: BusinessSide, clock: ManualClock) -> None:
    async with side.database.transaction() as session:
        session.add(FlowMessage(flow_id="9", flow_token="t-9", phone_number_id="5", wa_id="4", sent_at=clock.now()))
    value = reply('{"flow_token":"t-9"}')
    del value["messages"][0]["context"]
    await deliver(side, envelope(value))
    async with side.database.reading() as session:
        assert len(await list_responses(session, flow_id="9")) == 1


async def test_statuses_move_forward_only(side: BusinessSide, clock: ManualClock) -> None:
    async with side.database.transaction() as session:
        session.add(
            FlowMessage(wamid="w", flow_id="9", flow_token="t", phone_number_id="5", wa_id="4", sent_at=clock.now())
        )
    for status, expected in (("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("odd", "read")):
        await deliver(side, envelope({"statuses": [{"id": "w", "status": status}]}))
        async with side.database.reading() as session:
            assert (await session.execute(select(FlowMessage.status))).scalar_one() == expected


async def test_a_person_keeps_the_newest_name_and_time(side: BusinessSide) -> None:
    def text(name: str, seconds: int) -> dict[str, Any]:
        return {
            "contacts": [{"profile": {"name": name}, "wa_id": "44"}],
            "messages": [{"from": "44", "id": f"w{seconds}", "timestamp": str(seconds), "type": "text"}],
        }

    await deliver(side, envelope(text("A", 2000)))
    await deliver(side, envelope(text("Amara", 1000)))
    async with side.database.reading() as session:
        person = (await session.execute(select(Person))).scalar_one()
    assert person.name == "Amara"
    assert person.last_wrote_at - person.first_wrote_at == timedelta(0)
