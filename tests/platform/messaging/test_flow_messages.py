"""The parameters of a Flow message, and which Flow may be sent in which status."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from tests.platform.messaging.stage import Stage, flow_text

from headrace.clock import ManualClock
from headrace.platform.accounts.models import Business, PhoneNumber, Waba
from headrace.platform.errors import PlatformError
from headrace.platform.flows.models import Flow
from headrace.platform.messaging.models import Message

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.2")]


def interactive(flow: Flow | None = None, **parameters: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"flow_message_version": "3", "flow_cta": "Book"}
    if flow is not None:
        given["flow_id"] = flow.id
    return {
        "type": "flow",
        "header": {"type": "text", "text": "Eye test"},
        "body": {"text": "Choose a time"},
        "footer": {"text": "Free of charge"},
        "action": {"name": "flow", "parameters": {**given, **parameters}},
    }


async def send(stage: Stage, message: dict[str, Any]) -> Message:
    answer = await stage.send(type="interactive", interactive=message)
    return await stage.message(answer["messages"][0]["id"])


async def refused(stage: Stage, message: dict[str, Any]) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await stage.send(type="interactive", interactive=message)
    return caught.value


async def test_a_message_keeps_the_newest_published_version(stage: Stage) -> None:
    flow = await stage.make_flow()
    async with stage.box.database.transaction() as session:
        newest = await stage.publish(session, flow, flow_text(), number=2)
    message = await send(stage, interactive(flow, flow_token="token-1"))
    assert (message.flow_id, message.flow_version_id) == (flow.id, newest.id)
    assert (message.flow_mode, message.flow_token) == ("published", "token-1")
    assert message.flow_opening == {"action": "navigate", "screen": "FIRST", "data": None}


async def test_the_working_copy_of_a_republished_flow_goes_only_as_a_draft(stage: Stage) -> None:
    flow = await stage.make_flow()
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).status = "DRAFT"
    assert (await send(stage, interactive(flow))).flow_version_id is not None
    assert (await send(stage, interactive(flow, mode="DRAFT"))).flow_version_id is None


async def test_what_clients_send_as_null_counts_as_absent(stage: Stage) -> None:
    flow = await stage.make_flow()
    message = await send(
        stage, interactive(flow, flow_token=None, flow_action=None, flow_action_payload=None, mode=None)
    )
    assert (message.flow_token, message.flow_mode) == ("unused", "published")


async def test_a_flow_is_found_by_number_and_by_name(stage: Stage) -> None:
    flow = await stage.make_flow(name="Book an eye test")
    assert (await send(stage, interactive(flow_id=int(flow.id)))).flow_id == flow.id
    assert (await send(stage, interactive(flow_name="Book an eye test"))).flow_id == flow.id


@pytest.mark.parametrize(
    "payload",
    [{"screen": "FIRST", "data": {"name": "Amara"}}, '{"screen": "FIRST_ENTRY_SCREEN", "data": {"name": "Amara"}}'],
)
async def test_the_payload_is_an_object_or_json(stage: Stage, payload: Any) -> None:
    flow = await stage.make_flow()
    message = await send(stage, interactive(flow, flow_action="navigate", flow_action_payload=payload))
    assert message.flow_opening == {"action": "navigate", "screen": "FIRST", "data": {"name": "Amara"}}


async def test_a_data_exchange_leaves_the_first_screen_to_the_endpoint(stage: Stage) -> None:
    flow = await stage.make_flow()
    message = await send(stage, interactive(flow, flow_action="data_exchange"))
    assert message.flow_opening == {"action": "data_exchange", "screen": None, "data": None}


@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ({"flow_message_version": None}, 131008, "parameters.flow_message_version"),
        ({"flow_message_version": "2"}, 131009, "has to be `3`"),
        ({"flow_cta": None}, 131008, "parameters.flow_cta"),
        ({"flow_id": None}, 131008, "flow_name"),
        ({"flow_name": "Book"}, 131009, "Both"),
        ({"flow_id": "123"}, 131009, "no Flow with the id 123"),
        ({"flow_id": None, "flow_name": "Nothing"}, 131009, 'no Flow with the name "Nothing"'),
        ({"mode": "secret"}, 131009, "`draft`"),
        ({"mode": "draft"}, 131009, "is no draft"),
        ({"flow_token": {"a": 1}}, 131009, "flow_token"),
        ({"flow_action": "jump"}, 131009, "flow_action"),
        ({"flow_action": "data_exchange", "flow_action_payload": {"screen": "FIRST"}}, 131009, "Leave it out"),
        ({"flow_action_payload": {"screen": "LAST"}}, 131009, "cannot open with screen `LAST`. It opens with `FIRST`"),
        ({"flow_action_payload": {"screen": "NOWHERE"}}, 131009, "`NOWHERE`"),
        ({"flow_action_payload": {"screen": "FIRST", "data": {}}}, 131009, "payload.data` is empty"),
        ({"flow_action_payload": "{"}, 131009, "not JSON"),
        ({"flow_action_payload": "[]"}, 131009, "a list"),
    ],
)
async def test_what_is_wrong_with_the_parameters_is_named(
    stage: Stage, parameters: dict[str, Any], code: int, words: str
) -> None:
    error = await refused(stage, interactive(await stage.make_flow(), **parameters))
    assert (error.code, words in (error.details or "")) == (code, True), error.details


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"body": None}, 131008, "`interactive.body`"),
        ({"body": {"text": "x" * 1025}}, 131009, "at most 1024"),
        ({"footer": {"text": "x" * 61}}, 131009, "at most 60"),
        ({"header": {"type": "text", "text": "x" * 61}}, 131009, "at most 60"),
        ({"header": {"type": "image", "image": {"id": "1"}}}, 131009, "no media"),
        ({"header": {"type": "image", "image": {"link": "javascript:alert(1)"}}}, 131009, "web address"),
        ({"action": None}, 131008, "`interactive.action`"),
        ({"action": {"name": "flow"}}, 131008, "`interactive.action.parameters`"),
    ],
)
async def test_what_is_wrong_with_the_message_is_named(
    stage: Stage, changes: dict[str, Any], code: int, words: str
) -> None:
    error = await refused(stage, {**interactive(await stage.make_flow()), **changes})
    assert (error.code, words in (error.details or "")) == (code, True), error.details


@pytest.mark.parametrize(("status", "code"), [("DRAFT", 131009), ("BLOCKED", 132068), ("DEPRECATED", 131009)])
async def test_a_status_that_cannot_be_sent(stage: Stage, status: str, code: int) -> None:
    error = await refused(stage, interactive(await stage.make_flow(status=status)))
    assert error.code == code
    assert '"Book"' in (error.details or "")


@pytest.mark.spec("graph-api.md §1.4")
@pytest.mark.parametrize("column", ["is_verified", "is_flagged"])
async def test_a_business_without_integrity_sends_no_flows(stage: Stage, column: str) -> None:
    published, draft = await stage.make_flow(), await stage.make_flow(status="DRAFT", name="Draft")
    await stage.write()
    await send(stage, interactive(published))
    async with stage.box.database.transaction() as session:
        setattr((await session.scalars(select(Business))).one(), column, column == "is_flagged")
    for message in (interactive(published), interactive(draft, mode="draft")):
        error = await refused(stage, message)
        assert (error.code, error.http_status) == (139000, 400)
        assert "business" in (error.details or "")
    await stage.send(text={"body": "Hello"})


async def test_a_throttled_flow_goes_ten_times_an_hour(stage: Stage, clock: ManualClock) -> None:
    flow = await stage.make_flow(status="THROTTLED")
    for _ in range(10):
        await send(stage, interactive(flow))
        clock.advance(timedelta(minutes=1))
    error = await refused(stage, interactive(flow))
    assert (error.code, error.http_status) == (132069, 400)
    clock.advance(timedelta(minutes=50, seconds=1))
    await send(stage, interactive(flow))
    assert (await refused(stage, interactive(flow))).code == 132069


async def test_an_endpoint_flow_needs_its_address_and_the_senders_key(stage: Stage) -> None:
    flow = await stage.make_flow(endpoint=True)
    assert "endpoint_uri" in str((await refused(stage, interactive(flow))).details)
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).endpoint_uri = "https://example.org/flow"
    error = await refused(stage, interactive(flow))
    assert (error.code, "public key" in str(error.details)) == (132068, True)
    async with stage.box.database.transaction() as session:
        (await session.get_one(PhoneNumber, stage.sender.id)).public_key = "-----BEGIN PUBLIC KEY-----"
    assert (await send(stage, interactive(flow))).flow_id == flow.id


async def test_a_flow_of_another_account_is_not_there(stage: Stage) -> None:
    flow = await stage.make_flow(waba_id=await _another_waba(stage))
    assert (await refused(stage, interactive(flow))).code == 131009


async def test_a_draft_without_screens_cannot_be_sent(stage: Stage) -> None:
    for text in (None, "{", orjson.dumps({"version": "7.3", "screens": []}).decode()):
        flow = await stage.make_flow(status="DRAFT", name=f"Draft {text}", json_text=text)
        error = await refused(stage, interactive(flow, mode="draft"))
        assert (error.code, "cannot be opened" in str(error.details)) == (131009, True)


async def _another_waba(stage: Stage) -> str:
    async with stage.box.database.reading() as session:
        others = await session.scalars(select(Waba.id).where(Waba.id != stage.sender.waba_id))
        return others.one()
