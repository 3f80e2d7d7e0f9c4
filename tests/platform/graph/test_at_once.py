"""Calls that come at the same moment: one of those that exclude each other is done, the others are refused."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.platform.sample_flows import flow_json

from headrace.platform.box import Box
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores, pytest.mark.spec("lifecycle.md §4.2")]


async def make(graph: httpx.AsyncClient, world: World, name: str) -> str:
    asked = {"name": name, "categories": ["OTHER"], "flow_json": flow_json()}
    return str((await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json=asked)).json()["id"])


async def at_once(*calls: Coroutine[Any, Any, httpx.Response]) -> Counter[str]:
    """How often each error came, and `success`."""
    answers = await asyncio.gather(*calls)
    return Counter(
        "success" if answer.status_code == 200 else f"{answer.json()['error']['code']}" for answer in answers
    )


async def test_a_flow_is_published_deprecated_and_deleted_once(
    graph: httpx.AsyncClient, box: Box, world: World
) -> None:
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, "http://127.0.0.1:9/", "token", ["flows"])
    flow = f"/v23.0/{await make(graph, world, 'Once')}"
    assert await at_once(*(graph.post(f"{flow}/publish") for _ in range(4))) == {"success": 1, "139002": 3}
    assert await at_once(*(graph.post(f"{flow}/deprecate") for _ in range(4))) == {"success": 1, "139003": 3}
    async with box.database.reading() as session:
        told = list(await session.scalars(select(WebhookEvent.value).where(WebhookEvent.field == "flows")))
    assert len(told) == 3  # that it was made, published and deprecated
    draft = f"/v23.0/{await make(graph, world, 'Draft')}"
    outcome = await at_once(graph.post(f"{draft}/publish"), graph.delete(draft), graph.post(f"{draft}/publish"))
    status = (await graph.get(draft)).json().get("status")
    assert outcome["success"] == 1
    assert status in ({"PUBLISHED"} if outcome["139004"] else {None})


async def test_a_number_is_registered_and_proven_once(graph: httpx.AsyncClient, world: World) -> None:
    number = f"/v23.0/{world.senders[0].id}"
    assert await at_once(*(graph.post(f"{number}/deregister") for _ in range(4))) == {"success": 1, "133010": 3}
    asked = {"messaging_product": "whatsapp", "pin": "123456"}
    most = await at_once(*(graph.post(f"{number}/register", json=asked) for _ in range(12)))
    assert most == {"success": 9, "133016": 3}
