"""Migrating Flows from one account of a business to another."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.platform.graph.test_face import error_of
from tests.platform.graph.test_flows import make, read
from tests.platform.sample_flows import broken_flow_json, flow_json

from headrace.platform.accounts.models import Business, Waba
from headrace.platform.box import Box
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.3")]

TAKEN = "Flows Migration Error: Flow with the same name exists in destination WABA."
UNKNOWN = "Flows Migration Error: Flow name not found in source WABA."


async def migrate(graph: httpx.AsyncClient, world: World, **arguments: Any) -> httpx.Response:
    return await graph.post(f"/v23.0/{world.wabas[1].id}/migrate_flows", **arguments)


async def test_all_flows_are_copied_and_the_originals_stay(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, "http://127.0.0.1:9/", "token", ["flows"])
    published = await make(graph, world, name="Published", flow_json=flow_json("Hi"), publish=True)
    deprecated = await make(graph, world, name="Deprecated", flow_json=flow_json(), publish=True)
    await graph.post(f"/{deprecated}/deprecate")
    broken = await make(graph, world, name="Broken", flow_json=broken_flow_json(), endpoint_uri="https://example.org/")
    answer = (await migrate(graph, world, params={"source_waba_id": world.wabas[0].id})).json()
    assert answer["failed_flows"] == []
    copies = {entry["source_name"]: entry["migrated_id"] for entry in answer["migrated_flows"]}
    assert {entry["source_id"] for entry in answer["migrated_flows"]} == {published, deprecated, broken}
    statuses = {name: (await read(graph, copy, "status"))["status"] for name, copy in copies.items()}
    assert statuses == {"Published": "PUBLISHED", "Deprecated": "DRAFT", "Broken": "DRAFT"}
    shown = await read(graph, copies["Broken"], "validation_errors,endpoint_uri,whatsapp_business_account{id}")
    assert shown["validation_errors"]
    assert shown["endpoint_uri"] == "https://example.org/"
    assert shown["whatsapp_business_account"] == {"id": world.wabas[1].id}
    assert (await read(graph, published, "status"))["status"] == "PUBLISHED"
    async with box.database.reading() as session:
        values = [json.loads(value) for value in await session.scalars(select(WebhookEvent.value))]
    told = [value["new_status"] for value in values if value["flow_id"] == copies["Published"]]
    assert told == ["DRAFT", "PUBLISHED"]


@pytest.mark.parametrize(
    "names",
    [
        {"params": {"source_flow_names": "A,B"}},
        {"files": {"source_flow_names": (None, '["A", "B"]')}},
        {"json": {"source_flow_names": ["A", "B", "A"]}},
    ],
)
async def test_flows_by_name_and_why_one_stays_behind(
    graph: httpx.AsyncClient, world: World, names: dict[str, Any]
) -> None:
    await make(graph, world, name="A")
    await make(graph, world, name="C")
    arguments = {**names, "params": {"source_waba_id": world.wabas[0].id, **names.get("params", {})}}
    first = (await migrate(graph, world, **arguments)).json()
    assert [entry["source_name"] for entry in first["migrated_flows"]] == ["A"]
    assert first["failed_flows"] == [{"source_name": "B", "error_code": "4233041", "error_message": UNKNOWN}]
    again = (await migrate(graph, world, **arguments)).json()
    assert again["migrated_flows"] == []
    assert [entry["error_message"] for entry in again["failed_flows"]] == [TAKEN, UNKNOWN]
    listed = (await graph.get(f"/{world.wabas[1].id}/flows")).json()
    assert [flow["name"] for flow in listed["data"]] == ["A"]


async def test_migrations_that_are_refused(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        session.add(Business(id="1000", name="Stranger", created_at=box.clock.now()))
        await session.flush()
        session.add(Waba(id="1001", business_id="1000", name="x", template_namespace="x", created_at=box.clock.now()))
    for source in ("1001", "1", "x"):
        error = error_of(await migrate(graph, world, params={"source_waba_id": source}), 400, 100)
        assert "source_waba_id" in error["message"]
    error_of(await migrate(graph, world), 400, 100)
    many = {"source_waba_id": world.wabas[0].id, "source_flow_names": [str(number) for number in range(101)]}
    error_of(await migrate(graph, world, json=many), 400, 100)
    async with box.database.transaction() as session:
        (await session.get_one(Business, world.business.id)).is_verified = False
    error_of(await migrate(graph, world, params={"source_waba_id": world.wabas[0].id}), 400, 139000)
