"""Webhooks as they come in: proven, kept, worked out once in batches, and never lost."""

import asyncio
import json
import sqlite3
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from tests.business.webhooks import client, deliver, echo, envelope, reply, signed, status
from tests.business.workspace import Member, make_member

from headrace.business.connections.service import Connection, change_connection
from headrace.business.context import BusinessContext
from headrace.business.flows.models import FlowMessage
from headrace.business.inbound import batches
from headrace.business.inbound import routes as inbound
from headrace.business.people.models import Person
from headrace.business.responses.models import Response
from headrace.business.responses.service import ResponseView, list_responses
from headrace.business.team import Caller
from headrace.business.webhooks.models import ReceivedWebhook
from headrace.business.whatsapp import Access, MetaApp
from headrace.clock import ManualClock
from headrace.protocol.meta_json import webhook_json

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


async def count(context: BusinessContext, table: type) -> int:
    async with context.database.reading() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def responses(context: BusinessContext, caller: Caller, flow_id: str | None = None) -> list[ResponseView]:
    async with context.database.reading() as session:
        return await list_responses(session, caller, flow_id)


async def add_message(context: BusinessContext, owner: Member, **columns: Any) -> None:
    values = {"flow_id": "9", "phone_number_id": "5", "wa_id": "4", "sent_at": context.clock.now(), **columns}
    async with context.database.transaction() as session:
        session.add(FlowMessage(workspace_id=owner.caller.workspace_id, **values))


@pytest.mark.parametrize("path", ["/webhooks/whatsapp/millrace", "/webhooks/whatsapp"])
async def test_the_handshake_repeats_the_challenge_only_for_the_right_word(
    context: BusinessContext, member: Member, path: str
) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "our word"}
    async with client(context) as http:
        right = await http.get(path, params=query)
        wrong = await http.get(path, params={**query, "hub.verify_token": "another"})
        none = await http.get(path)
    assert (right.status_code, right.text) == (200, "1158201444")
    assert (wrong.status_code, none.status_code) == (403, 403)


async def test_an_address_of_no_connection_is_unknown(context: BusinessContext, member: Member) -> None:
    async with client(context) as http:
        assert (await http.get("/webhooks/whatsapp/other")).status_code == 404
        assert (await http.post("/webhooks/whatsapp/other", content=b"{}", headers=signed(b"{}"))).status_code == 404
    assert await count(context, ReceivedWebhook) == 0


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), ({"X-Hub-Signature-256": "sha256=00"}, 403), (signed(b"{}", "other"), 403)]
)
async def test_what_is_not_signed_leaves_no_trace(
    context: BusinessContext, connection: Connection, headers: dict[str, str], status: int
) -> None:
    async with client(context) as http:
        path = inbound.callback_path(connection)
        assert (await http.post(path, content=b"{}", headers=headers)).status_code == status
    assert await count(context, ReceivedWebhook) == 0


async def test_the_signature_is_of_the_bytes_as_they_came(context: BusinessContext, connection: Connection) -> None:
    body = webhook_json({"note": "5 % <a@b/c> é"}).encode()
    assert await deliver(context, connection, body) == 200
    async with client(context) as http:
        for written in (json.dumps(json.loads(body)).encode(), orjson.dumps(orjson.loads(body))):
            assert signed(written, connection.app.secret) != signed(body, connection.app.secret)
            headers = signed(written, connection.app.secret)
            answer = await http.post(inbound.callback_path(connection), content=body, headers=headers)
            assert answer.status_code == 403


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"3"])
async def test_a_signed_body_that_is_no_object_is_refused(
    context: BusinessContext, connection: Connection, body: bytes
) -> None:
    assert await deliver(context, connection, body) == 400
    assert await count(context, ReceivedWebhook) == 0


async def test_a_body_that_is_too_large_is_refused(context: BusinessContext, connection: Connection) -> None:
    assert await deliver(context, connection, b'"' + b"x" * (3 * 1024 * 1024) + b'"') == 413


async def test_the_address_without_a_key_is_that_of_the_first_connection(
    context: BusinessContext, member: Member, caller: Caller
) -> None:
    other = await make_member(context, "Other")
    body = envelope(reply('{"a":"1"}'))
    async with client(context) as http:
        assert (await http.post(inbound.PATH, content=body, headers=signed(body))).status_code == 200
    await context.jobs.drain()
    assert len(await responses(context, caller)) == 1
    assert await responses(context, other.caller) == []


async def test_a_changed_secret_counts_at_once(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    body = envelope(reply('{"a":"1"}'))
    assert await deliver(context, connection, body) == 200
    async with context.database.transaction() as session:
        app = MetaApp("77", "a new secret", "our word")
        changed = await change_connection(
            session, context.vault, caller, connection.id, access=Access("http://x", "t", ("1",)), app=app
        )
    assert await deliver(context, changed, body) == 200
    assert await deliver(context, connection, body) == 403


async def test_an_answer_becomes_a_person_and_a_response(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    body = envelope(reply('{"flow_token":"t-1","name":"Amara","agree":true}'))
    assert await deliver(context, connection, body) == 200
    (response,) = await responses(context, caller)
    assert response.person_name == "Amara"
    assert response.wa_id == "447700900101"
    assert response.flow_token == "t-1"
    assert response.message_wamid == "wamid.out"
    assert response.webhook_body.encode() == body
    assert [(answer.name, answer.text) for answer in response.answers] == [("name", "Amara"), ("agree", "Yes")]


async def test_the_same_answer_delivered_twice_is_one_response(
    context: BusinessContext, connection: Connection
) -> None:
    body = envelope(reply('{"a":"1"}'))
    await deliver(context, connection, body, body)
    await deliver(context, connection, body)
    assert await count(context, ReceivedWebhook) == 3
    assert await count(context, Response) == 1


@pytest.mark.parametrize("text", ["not json", "[1]", "null", "3"])
async def test_an_answer_that_cannot_be_read_is_kept_as_text(
    context: BusinessContext, caller: Caller, connection: Connection, text: str
) -> None:
    await deliver(context, connection, envelope(reply(text)))
    (response,) = await responses(context, caller)
    assert [(answer.name, answer.value) for answer in response.answers] == [("response_json", text)]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"messages": "x"},
        {"messages": [1, {}]},
        {"messages": [{"from": "1"}], "contacts": [3]},
        {"statuses": [{"id": 1, "status": None, "errors": "x", "biz_opaque_callback_data": 7}]},
        {"messages": [{"from": "1", "timestamp": "soon", "interactive": []}]},
    ],
)
async def test_odd_values_are_kept_and_do_no_harm(
    context: BusinessContext, connection: Connection, value: dict[str, Any]
) -> None:
    assert await deliver(context, connection, envelope(value)) == 200
    async with context.database.reading() as session:
        webhook = (await session.execute(select(ReceivedWebhook))).scalar_one()
    assert webhook.processed_at is not None
    assert webhook.failure is None


async def test_a_webhook_that_cannot_be_worked_out_holds_back_no_other(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    deep = "[" * 900 + "]" * 900
    bodies = [
        envelope(reply(response, f"wamid.in{number}"))
        for number, response in enumerate(['{"a":"1"}', f'{{"a":{deep}}}', '{"a":"3"}'])
    ]
    await deliver(context, connection, *bodies)
    assert sorted(response.wamid for response in await responses(context, caller)) == ["wamid.in0", "wamid.in2"]
    async with context.database.reading() as session:
        webhooks = list(await session.scalars(select(ReceivedWebhook).order_by(ReceivedWebhook.id)))
    assert [webhook.processed_at is not None for webhook in webhooks] == [True] * 3
    failures = [webhook.failure for webhook in webhooks]
    assert (failures[0], failures[2]) == (None, None)
    assert (failures[1] or "").startswith("RecursionError")


@pytest.mark.parametrize("odd", [{"id": "wamid." + "x" * 5000}, {"from": "4\x004"}, {"timestamp": "9" * 30}])
async def test_what_a_database_may_refuse_holds_back_no_other(
    context: BusinessContext, caller: Caller, connection: Connection, odd: dict[str, str]
) -> None:
    """A text that is too long, or has a character PostgreSQL keeps in no text: the others are stored in any case."""
    strange = reply('{"a":"2"}', "wamid.in2")
    strange["messages"][0].update(odd)
    values = [reply('{"a":"1"}', "wamid.in1"), strange, reply('{"a":"3"}', "wamid.in3")]
    await deliver(context, connection, *(envelope(value) for value in values))
    assert {"wamid.in1", "wamid.in3"} <= {response.wamid for response in await responses(context, caller)}
    async with context.database.reading() as session:
        assert None not in list(await session.scalars(select(ReceivedWebhook.processed_at)))


async def test_what_fails_for_a_reason_of_the_moment_is_tried_again(
    context: BusinessContext,
    clock: ManualClock,
    caller: Caller,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, error)

    with monkeypatch.context() as patched:
        patched.setattr(batches, "store_replies", full)
        await deliver(context, connection, envelope(reply('{"a":"1"}')))
        assert await responses(context, caller) == []
    clock.advance(timedelta(minutes=1))
    await context.jobs.drain()
    assert len(await responses(context, caller)) == 1


async def test_what_comes_at_the_same_time_is_stored_and_worked_out_once_each(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    """More webhooks than a batch holds."""
    bodies = [envelope(reply('{"a":"1"}', f"wamid.in{number}")) for number in range(250)]
    async with client(context) as http:
        path = inbound.callback_path(connection)
        posts = (http.post(path, content=body, headers=signed(body)) for body in bodies)
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {200}
    await context.jobs.drain()
    async with context.database.reading() as session:
        assert len(await list_responses(session, caller, limit=300)) == 250
        waiting = select(func.count()).select_from(ReceivedWebhook).where(ReceivedWebhook.processed_at.is_(None))
        assert (await session.execute(waiting)).scalar_one() == 0


async def test_an_echo_tells_which_flow_an_answer_belongs_to(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    await deliver(context, connection, echo(), echo())
    assert await count(context, FlowMessage) == 1
    await deliver(context, connection, envelope(reply('{"a":"1"}')))
    (response,) = await responses(context, caller, "9001")
    assert response.flow_name == "Sign up"


async def test_an_echo_and_its_answer_may_come_in_one_batch(
    context: BusinessContext, caller: Caller, connection: Connection
) -> None:
    await deliver(context, connection, echo(), status("wamid.out", "sent"), envelope(reply('{"a":"1"}')))
    assert len(await responses(context, caller, "9001")) == 1
    async with context.database.reading() as session:
        assert (await session.execute(select(FlowMessage.status))).scalar_one() == "sent"


async def test_an_answer_without_context_finds_its_flow_by_the_token(context: BusinessContext, member: Member) -> None:
    await add_message(context, member, flow_token="t-9")
    value = reply('{"flow_token":"t-9"}')
    del value["messages"][0]["context"]
    await deliver(context, member.connection, envelope(value))
    assert len(await responses(context, member.caller, "9")) == 1


async def test_the_token_that_stands_for_none_finds_no_flow(context: BusinessContext, member: Member) -> None:
    await add_message(context, member, flow_token="unused")
    await deliver(context, member.connection, envelope(reply('{"flow_token":"unused"}')))
    (response,) = await responses(context, member.caller)
    assert response.flow_id is None


async def test_statuses_move_forward_only(context: BusinessContext, member: Member) -> None:
    await add_message(context, member, wamid="w", flow_token="t")
    for told, expected in (("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("odd", "read")):
        await deliver(context, member.connection, status("w", told))
        async with context.database.reading() as session:
            assert (await session.execute(select(FlowMessage.status))).scalar_one() == expected


async def test_of_several_statuses_in_a_batch_the_furthest_counts(context: BusinessContext, member: Member) -> None:
    await add_message(context, member, wamid="w", flow_token="t")
    await add_message(context, member, wamid="v", flow_token="s")
    failed = status("v", "failed", errors=[{"code": 131026, "title": "Message undeliverable"}])
    await deliver(context, member.connection, status("w", "delivered"), failed, status("w", "sent"))
    async with context.database.reading() as session:
        rows = await session.execute(select(FlowMessage.status, FlowMessage.error).order_by(FlowMessage.id))
        assert [tuple(row) for row in rows] == [("delivered", None), ("failed", "Message undeliverable")]


async def test_a_message_under_way_when_the_server_was_ended_is_settled_by_its_status(
    context: BusinessContext, member: Member
) -> None:
    """Its record was written before it was sent; the answer with its wamid never came back."""
    await add_message(context, member, flow_token="ours")
    told = status("wamid.out", "delivered", biz_opaque_callback_data="headrace:ours")
    await deliver(context, member.connection, told)
    async with context.database.reading() as session:
        record = (await session.execute(select(FlowMessage))).scalar_one()
    assert (record.wamid, record.status) == ("wamid.out", "delivered")


async def test_a_message_whose_answer_never_came_has_not_failed_once_it_arrives(
    context: BusinessContext, member: Member
) -> None:
    await add_message(context, member, flow_token="ours")
    async with context.database.transaction() as session:
        await session.execute(update(FlowMessage).values(status="failed", error="WhatsApp cannot be reached."))
    told = status("wamid.out", "delivered", biz_opaque_callback_data="headrace:ours")
    await deliver(context, member.connection, told)
    async with context.database.reading() as session:
        record = (await session.execute(select(FlowMessage))).scalar_one()
    assert (record.wamid, record.status, record.error) == ("wamid.out", "delivered", None)


async def test_a_person_keeps_the_newest_name_and_time(context: BusinessContext, connection: Connection) -> None:
    def text(name: str | None, seconds: int) -> bytes:
        contact = {"wa_id": "44", **({} if name is None else {"profile": {"name": name}})}
        message = {"from": "44", "id": f"w{seconds}", "timestamp": str(seconds), "type": "text"}
        return envelope({"contacts": [contact], "messages": [message]})

    await deliver(context, connection, text("A", 2000), text("Amara", 1000))
    await deliver(context, connection, text(None, 1500))
    async with context.database.reading() as session:
        person = (await session.execute(select(Person))).scalar_one()
    assert person.shown_name == "Amara"
    assert person.last_wrote_at - person.first_wrote_at == timedelta(0)


async def test_a_person_without_a_name_is_shown_by_number(context: BusinessContext, connection: Connection) -> None:
    await deliver(context, connection, envelope({"messages": [{"from": "44", "id": "w", "type": "text"}]}))
    async with context.database.reading() as session:
        person = (await session.execute(select(Person))).scalar_one()
    assert (person.name, person.shown_name) == ("", "+44")
