"""Tokens with fewer permissions, tokens that run out, proofs that are required, and how often may be called."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from tests.platform.graph.conftest import HOST
from tests.platform.graph.test_face import error_of

from headrace.clock import ManualClock
from headrace.platform.accounts.models import ManagementUsage
from headrace.platform.box import Box
from headrace.platform.graph.routes import graph_routes
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.1")]


async def make(graph: httpx.AsyncClient, **parameters: Any) -> str:
    user = (await graph.get("/me")).json()["id"]
    answer = await graph.post(f"/v23.0/{user}/access_tokens", data=parameters)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


@pytest.mark.spec("graph-api.md §1.7")
async def test_a_token_with_one_permission_that_runs_out(
    graph: httpx.AsyncClient, world: World, clock: ManualClock
) -> None:
    token = await make(graph, scope="whatsapp_business_messaging", set_token_expires_in_60_days="true")
    mine = {"access_token": token}
    shown = (await graph.get("/debug_token", params={"input_token": token})).json()["data"]
    assert shown["scopes"] == ["whatsapp_business_messaging"]
    assert shown["expires_at"] == shown["issued_at"] + 60 * 24 * 3600
    error_of(await graph.get(f"/{world.wabas[0].id}/flows", params=mine), 403, 200)
    assert (await graph.get("/me", params=mine)).json() == (await graph.get("/me")).json()
    clock.advance(timedelta(days=60))
    assert error_of(await graph.get("/me", params=mine), 401, 190)["error_subcode"] == 463


@pytest.mark.spec("graph-api.md §1.7")
async def test_a_token_is_exchanged_and_taken_back(
    anonymous: httpx.AsyncClient, graph: httpx.AsyncClient, world: World, clock: ManualClock
) -> None:
    app = world.developer.app
    secret = {"client_id": app.id, "client_secret": app.secret}
    first = await make(graph, scope="whatsapp_business_management", set_token_expires_in_60_days=1)
    clock.advance(timedelta(days=59))
    exchange = {"grant_type": "fb_exchange_token", "fb_exchange_token": first, **secret}
    answer = (await anonymous.get("/oauth/access_token", params=exchange)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 60 * 24 * 3600)
    clock.advance(timedelta(days=2))
    mine = {"access_token": answer["access_token"]}
    assert (await anonymous.get("/me", params=mine)).status_code == 200
    error_of(await anonymous.get("/oauth/access_token", params=exchange), 401, 190)
    revoke = {"revoke_token": answer["access_token"], **secret}
    error_of(await anonymous.get("/oauth/revoke", params={**revoke, "client_secret": "x"}), 400, 1)
    other = {"revoke_token": world.console.token, **secret}
    error_of(await anonymous.get("/oauth/revoke", params=other), 401, 190)
    assert (await anonymous.get("/oauth/revoke", params=revoke)).json() == {"success": True}
    assert error_of(await anonymous.get("/me", params=mine), 401, 190)["error_subcode"] == 467


@pytest.mark.parametrize(
    "parameters", [{}, {"scope": "fun"}, {"scope": "whatsapp_business_messaging", "business_app": 1}]
)
async def test_tokens_that_are_not_made(graph: httpx.AsyncClient, parameters: dict[str, Any]) -> None:
    user = (await graph.get("/me")).json()["id"]
    error_of(await graph.post(f"/{user}/access_tokens", data=parameters), 400, 100)
    error_of(await graph.post("/1/access_tokens", data={"scope": "whatsapp_business_messaging"}), 400, 100)


@pytest.mark.parametrize("require_proof", [True])
async def test_a_proof_where_it_is_required(graph: httpx.AsyncClient, world: World) -> None:
    key, token = world.developer.app.secret.encode(), world.developer.token.encode()
    proof = {"appsecret_proof": hmac.new(key, token, hashlib.sha256).hexdigest()}
    messages = f"/{world.senders[0].id}/messages"
    for method, path in (("GET", "/me"), ("POST", messages)):
        error = error_of(await graph.request(method, path), 400, 100)
        assert error["message"] == "API calls from the server require an appsecret_proof argument"
    assert (await graph.get("/me", params=proof)).status_code == 200
    assert "appsecret_proof" not in error_of(await graph.post(messages, json=proof), 400, 100)["message"]
    app_token = f"{world.developer.app.id}|{world.developer.app.secret}"
    assert (await graph.get("/app", params={"access_token": app_token})).status_code == 200


@pytest.mark.both_stores
async def test_how_much_is_used_is_told_and_too_much_is_refused(
    graph: httpx.AsyncClient, box: Box, world: World, clock: ManualClock
) -> None:
    waba_id = world.wabas[0].id
    path = f"/v23.0/{waba_id}/flows"

    async def usage() -> dict[str, Any]:
        answer = await graph.get(path)
        assert answer.status_code == 200
        entry: dict[str, Any] = json.loads(answer.headers["x-business-use-case-usage"])[waba_id][0]
        shares = ("call_count", "total_cputime", "total_time")
        assert json.loads(answer.headers["x-app-usage"]) == {name: entry[name] for name in shares}
        return entry

    async def use(calls: int) -> None:
        async with box.database.transaction() as session:
            await session.execute(update(ManagementUsage).values(calls=calls))

    assert await usage() == {
        "type": "whatsapp",
        "call_count": 0,
        "total_cputime": 0,
        "total_time": 0,
        "estimated_time_to_regain_access": 0,
    }
    await use(2499)
    assert (await usage())["call_count"] == 50
    await use(4999)
    assert (await usage())["call_count"] == 100
    answer = await graph.get(path)
    error = error_of(answer, 400, 80007)
    assert error["is_transient"] is True
    assert "5000 calls an hour" in error["message"]
    entry = json.loads(answer.headers["x-business-use-case-usage"])[waba_id][0]
    assert (entry["call_count"], entry["estimated_time_to_regain_access"]) == (100, 60)
    assert (await graph.get(f"/v23.0/{world.wabas[1].id}")).status_code == 200
    assert (await graph.get("/me")).status_code == 200
    clock.advance(timedelta(minutes=30))
    error_of(await graph.get(path), 400, 80007)
    clock.advance(timedelta(minutes=30))
    assert (await usage())["call_count"] == 0


@pytest.mark.both_stores
async def test_calls_that_come_to_two_processes_at_once_are_all_counted(
    asgi: Starlette, box: Box, world: World
) -> None:
    headers = {"Authorization": f"Bearer {world.developer.token}"}

    async def calls(app: Starlette) -> list[int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST, headers=headers) as client:
            answers = await asyncio.gather(*(client.get(f"/{world.wabas[0].id}") for _ in range(20)))
        return [answer.status_code for answer in answers]

    other = Starlette(routes=graph_routes(box))
    assert [*await asyncio.gather(calls(asgi), calls(other))] == [[200] * 20, [200] * 20]
    async with box.database.reading() as session:
        assert list(await session.scalars(select(ManagementUsage.calls))) == [40]


async def test_an_account_without_a_number_in_service_has_fewer_calls(
    graph: httpx.AsyncClient, box: Box, world: World
) -> None:
    waba_id = world.wabas[1].id
    await graph.post(f"/{world.senders[2].id}/deregister")
    async with box.database.transaction() as session:
        await session.execute(update(ManagementUsage).values(calls=200))
    assert "200 calls an hour" in error_of(await graph.get(f"/{waba_id}"), 400, 80007)["message"]
