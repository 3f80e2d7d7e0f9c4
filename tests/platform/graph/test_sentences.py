"""Single sentences of the specification that no walk through the API happens to touch."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.platform.sample_flows import flow_json

from headrace.platform.box import Box
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.world import World, open_first_window

pytestmark = pytest.mark.anyio


def error_of(answer: httpx.Response) -> dict[str, Any]:
    return dict(answer.json()["error"])


async def make(graph: httpx.AsyncClient, world: World, **parameters: Any) -> httpx.Response:
    given = {"name": "Book", "categories": ["OTHER"], **parameters}
    return await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json=given)


@pytest.fixture
async def flow_id(graph: httpx.AsyncClient, world: World) -> str:
    return str((await make(graph, world, flow_json=flow_json())).json()["id"])


@pytest.fixture
async def messages(graph: httpx.AsyncClient, box: Box, world: World) -> str:
    await open_first_window(box, world)
    return f"/v23.0/{world.senders[0].id}/messages"


def flow_message(flow: Any, to: str, /, **parameters: Any) -> dict[str, Any]:
    given = {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Open", "mode": "draft", **parameters}
    return {
        "messaging_product": "whatsapp",
        "to": to,
        "type": "interactive",
        "interactive": {
            "type": "flow",
            "body": {"text": "Please"},
            "action": {"name": "flow", "parameters": {name: value for name, value in given.items() if value != ""}},
        },
    }


@pytest.mark.spec("graph-api.md §1.1")
async def test_json_is_read_whatever_its_content_type_says(graph: httpx.AsyncClient, world: World) -> None:
    body = json.dumps(
        {"name": "Plain", "categories": '["SURVEY"]', "phoneNumberId": "1", "messaging_product": "whatsapp"}
    )
    for number, kind in enumerate(("text/plain", "application/octet-stream", "application/x-www-form-urlencoded")):
        content = body.replace("Plain", f"Plain {number}")
        answer = await graph.post(f"/v23.0/{world.wabas[0].id}/flows", content=content, headers={"Content-Type": kind})
        assert answer.status_code == 200, (kind, answer.text)


@pytest.mark.spec("graph-api.md §1.1")
async def test_a_get_may_carry_a_body_that_nobody_reads(graph: httpx.AsyncClient, flow_id: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await graph.request("GET", f"/v23.0/{flow_id}/assets", content=b"--x--", headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.mark.spec("graph-api.md §1.1")
async def test_the_token_travels_in_any_of_three_ways(anonymous: httpx.AsyncClient, world: World, flow_id: str) -> None:
    token, path = world.developer.token, f"/v23.0/{flow_id}"
    assert (await anonymous.get(path, headers={"Authorization": f"OAuth {token}"})).status_code == 200
    assert (await anonymous.get(path, params={"access_token": token})).status_code == 200
    assert (await anonymous.post(path, json={"name": "Renamed", "access_token": token})).status_code == 200


@pytest.mark.spec("graph-api.md §1.1")
async def test_a_wrong_proof_is_refused_even_where_none_is_needed(graph: httpx.AsyncClient, flow_id: str) -> None:
    answer = await graph.get(f"/v23.0/{flow_id}", params={"appsecret_proof": "0" * 64})
    error = error_of(answer)
    assert (answer.status_code, error["code"], error["type"]) == (400, 100, "GraphMethodException")
    assert error["message"] == "Invalid appsecret_proof provided in the API argument"


@pytest.mark.spec("graph-api.md §1.1")
async def test_pages_have_25_entries_and_an_empty_one_has_no_paging(graph: httpx.AsyncClient, world: World) -> None:
    path = f"/v23.0/{world.wabas[0].id}/flows"
    assert (await graph.get(path)).json() == {"data": []}
    for number in range(27):
        assert (await make(graph, world, name=f"Flow {number}")).status_code == 200
    first = (await graph.get(path)).json()
    assert (len(first["data"]), "next" in first["paging"], "previous" in first["paging"]) == (25, True, False)
    assert first["paging"]["next"].startswith("http://box.test/v23.0/")
    second = (await graph.get(first["paging"]["next"])).json()
    assert (len(second["data"]), "next" in second["paging"], "previous" in second["paging"]) == (2, False, True)


@pytest.mark.spec("graph-api.md §1.1")
async def test_a_batch_has_at_most_50_calls(graph: httpx.AsyncClient) -> None:
    call = {"method": "GET", "relative_url": "me"}
    assert len((await graph.post("/v23.0/", json={"batch": [call] * 50})).json()) == 50
    answer = await graph.post("/v23.0/", json={"batch": [call] * 51})
    assert (answer.status_code, error_of(answer)["code"]) == (400, 100)


@pytest.mark.spec("graph-api.md §1.2")
@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"categories": ["SHOPPING"]}, 200),
        ({"categories": ["SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US"]}, 200),
        ({"categories": ["CUSTOMER_SUPPORT", "SURVEY", "OTHER"]}, 200),
        ({"categories": []}, 400),
        ({"categories": ["TRAVEL"]}, 400),
        ({"name": "x" * 200}, 200),
        ({"name": "x" * 201}, 400),
        ({"name": "   "}, 400),
        ({"endpoint_uri": "not a url"}, 400),
    ],
)
async def test_names_categories_and_addresses(
    graph: httpx.AsyncClient, world: World, parameters: dict[str, Any], status: int
) -> None:
    answer = await make(graph, world, **parameters)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert error_of(answer)["code"] == 100


@pytest.mark.spec("graph-api.md §1.3")
@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{", "INVALID_FLOW_JSON"),
        (b'{"screens": []}', "MISSING_FLOW_JSON_VERSION"),
        (b'{"version": 100, "screens": []}', "UNSUPPORTED_FLOW_JSON_VERSION"),
        (b'{"version": "2024.0", "screens": []}', "INVALID_FLOW_JSON_VERSION"),
    ],
)
async def test_an_upload_that_is_no_flow_is_stored_and_its_error_named(
    graph: httpx.AsyncClient, flow_id: str, content: bytes, error: str
) -> None:
    files = {"file": ("survey.json", content, "application/json")}
    data = {"name": "/home/me/survey.json", "asset_type": "FLOW_JSON", "messaging_product": "whatsapp"}
    answer = await graph.post(f"/v23.0/{flow_id}/assets", files=files, data=data)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    found = answer.json()["validation_errors"]
    assert error in {entry["error"] for entry in found}, found
    members = {"error", "error_type", "message", "line_start", "line_end", "column_start", "column_end"}
    assert all(members <= set(entry) for entry in found)


@pytest.mark.spec("graph-api.md §1.6")
async def test_a_number_is_among_the_entities_only_when_it_is_named(
    graph: httpx.AsyncClient, world: World, flow_id: str
) -> None:
    async def kinds(field: str) -> set[str]:
        found = (await graph.get(f"/v23.0/{flow_id}", params={"fields": field})).json()["health_status"]
        order = ["AVAILABLE", "LIMITED", "BLOCKED"]
        worst = max(order.index(entity["can_send_message"]) for entity in found["entities"])
        assert found["can_send_message"] == order[worst]
        return {entity["entity_type"] for entity in found["entities"]}

    assert await kinds("health_status") == {"FLOW", "WABA", "BUSINESS", "APP"}
    assert "PHONE_NUMBER" in await kinds(f"health_status.phone_number({world.senders[0].id})")


@pytest.mark.spec("messages.md §6.1", "messages.md §6.2")
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, None),
        ({"mode": "DRAFT"}, None),
        ({"flow_token": None}, None),
        ({"flow_action_payload": '{"screen": "FIRST_ENTRY_SCREEN"}'}, None),
        ({"flow_action_payload": {"screen": "FIRST_ENTRY_SCREEN", "data": {"k": "v"}}}, None),
        ({"flow_action_payload": {"data": {}}}, 131009),
        ({"flow_action_payload": {"screen": "NOWHERE"}}, 131009),
        ({"flow_message_version": "2"}, 131009),
        ({"flow_message_version": None}, 131008),
        ({"flow_cta": None}, 131008),
        ({"flow_name": "Book"}, 131009),
        ({"flow_id": None}, 131008),
        ({"flow_id": "1"}, 131009),
        ({"mode": "published"}, 131009),
        ({"mode": "test"}, 131009),
        ({"flow_action": "data_exchange", "flow_action_payload": {"screen": "FIRST"}}, 131009),
    ],
)
async def test_the_parameters_of_a_flow_message(
    graph: httpx.AsyncClient, world: World, messages: str, flow_id: str, parameters: dict[str, Any], code: int | None
) -> None:
    answer = await graph.post(messages, json=flow_message(int(flow_id), world.handsets[0].wa_id, **parameters))
    assert (answer.json().get("error") or {}).get("code") == code, answer.text
    if code is None:
        assert len(answer.json()["messages"][0]["id"]) <= 128


@pytest.mark.spec("messages.md §6.1")
async def test_who_is_meant_may_be_written_in_several_ways(
    graph: httpx.AsyncClient, world: World, messages: str
) -> None:
    amara = world.handsets[0]
    text = {"messaging_product": "whatsapp", "text": {"body": "Hello"}}
    for written in ("+44 7700 900101", "44-7700-900-101", "(44)7700900101"):
        contact = (await graph.post(messages, json={**text, "to": written})).json()["contacts"][0]
        assert contact == {"input": written, "wa_id": amara.wa_id}
    contact = (await graph.post(messages, json={**text, "recipient": amara.user_id})).json()["contacts"][0]
    assert contact == {"input": amara.user_id, "user_id": amara.user_id}
    long = await graph.post(messages, json={**text, "to": amara.wa_id, "biz_opaque_callback_data": "x" * 513})
    assert error_of(long)["code"] == 131009
    assert (
        await graph.post(messages, json={**text, "to": amara.wa_id, "biz_opaque_callback_data": "x" * 512})
    ).is_success
    missing = await graph.post(messages, json={"to": amara.wa_id, "text": {"body": "Hello"}})
    assert (missing.status_code, error_of(missing)["code"]) == (400, 100)


@pytest.mark.spec("webhooks.md §3.3", "webhooks.md §3.4", "lifecycle.md §4.7")
async def test_what_a_flow_tells_of_itself(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, "http://127.0.0.1:9/", "token", ["flows"])
    flow_id = str((await make(graph, world, name="Webhook 3", flow_json=flow_json())).json()["id"])
    await graph.post(f"/v23.0/{flow_id}/publish")
    await graph.post(f"/v23.0/{flow_id}/deprecate", json={})
    async with box.database.reading() as session:
        rows = list(await session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))
        events = [json.loads(row.value) for row in rows if row.field == "flows"]
    assert events == [
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Webhook 3 has been created with DRAFT status",
            "flow_id": flow_id,
            "new_status": "DRAFT",
        },
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Webhook 3 changed status from DRAFT to PUBLISHED",
            "flow_id": flow_id,
            "old_status": "DRAFT",
            "new_status": "PUBLISHED",
        },
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Webhook 3 changed status from PUBLISHED to DEPRECATED",
            "flow_id": flow_id,
            "old_status": "PUBLISHED",
            "new_status": "DEPRECATED",
        },
    ]


@pytest.mark.spec("lifecycle.md §4.2")
async def test_what_each_status_refuses(graph: httpx.AsyncClient, world: World, messages: str, flow_id: str) -> None:
    async def code(method: str, path: str) -> int | None:
        found = (await graph.request(method, f"/v23.0/{flow_id}{path}")).json()
        return dict(found.get("error") or {}).get("code")

    assert await code("POST", "/deprecate") == 139003
    assert await code("POST", "/publish") is None
    assert await code("POST", "/publish") == 139002
    assert await code("DELETE", "") == 139004
    draft = await graph.post(messages, json=flow_message(flow_id, world.handsets[0].wa_id))
    assert error_of(draft)["code"] == 131009
    published = flow_message(flow_id, world.handsets[0].wa_id, mode="")
    assert (await graph.post(messages, json=published)).is_success
    assert await code("POST", "/deprecate") is None
    assert await code("POST", "/deprecate") == 139003
    assert await code("POST", "/publish") == 139002
    assert await code("DELETE", "") == 139004
    assert (await graph.post(messages, json=published)).status_code == 400
    assert (await make(graph, world, name="Copy", clone_flow_id=flow_id)).is_success
