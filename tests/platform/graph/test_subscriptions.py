"""Webhook subscriptions with their handshake, and tokens."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from tests.platform.graph.test_face import error_of
from tests.platform.receiver import Receiver, listening

from headrace.platform.box import Box
from headrace.platform.webhooks.models import AppSubscription
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.7", "webhooks.md §3.1")]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening(Receiver()) as receiver:
        yield receiver


def subscription(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {
        "object": "whatsapp_business_account",
        "callback_url": receiver.url,
        "verify_token": receiver.verify_token,
        "fields": "messages,flows",
        **more,
    }


async def app_token(client: httpx.AsyncClient, world: World) -> str:
    app = world.developer.app
    query = {"grant_type": "client_credentials", "client_id": app.id, "client_secret": app.secret}
    answer = (await client.get("/v23.0/oauth/access_token", params=query)).json()
    assert answer == {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
    token: str = answer["access_token"]
    return token


@pytest.mark.parametrize("place", ["params", "json", "data"])
async def test_an_app_subscribes_with_its_own_token(
    anonymous: httpx.AsyncClient, world: World, receiver: Receiver, place: str
) -> None:
    path = f"/v23.0/{world.developer.app.id}/subscriptions"
    parameters = subscription(receiver, access_token=await app_token(anonymous, world))
    headers = {"Authorization": f"Bearer {world.console.token}"}  # a general token, which the parameter overrules
    answer = await anonymous.post(path, headers=headers, **{place: parameters})  # type: ignore[arg-type]
    assert answer.json() == {"success": True}
    [handshake] = receiver.handshakes
    assert handshake["hub.mode"] == "subscribe"
    assert handshake["hub.challenge"].isdecimal()
    assert handshake["hub.verify_token"] == receiver.verify_token
    shown = await anonymous.get(path, params={"access_token": parameters["access_token"]})
    assert shown.json() == {
        "data": [
            {
                "object": "whatsapp_business_account",
                "callback_url": receiver.url,
                "active": True,
                "fields": [{"name": "messages", "version": "v23.0"}, {"name": "flows", "version": "v23.0"}],
            }
        ]
    }


async def test_fields_are_taken_away_one_by_one(graph: httpx.AsyncClient, world: World, receiver: Receiver) -> None:
    path = f"/{world.developer.app.id}/subscriptions"
    await graph.post(path, json=subscription(receiver, fields=["messages", "flows"]))
    await graph.delete(path, params={"object": "whatsapp_business_account", "fields": "flows"})
    assert [field["name"] for field in (await graph.get(path)).json()["data"][0]["fields"]] == ["messages"]
    assert (await graph.delete(path, params={"object": "whatsapp_business_account"})).json() == {"success": True}
    assert (await graph.get(path)).json() == {"data": []}


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"verify_token": "wrong"}, 2200, "HTTP Status Code = 403"),
        ({"callback_url": "http://127.0.0.1:9/hook"}, 2200, "Nothing can be reached"),
        ({"callback_url": "http://169.254.169.254/"}, 2200, "169.254.169.254"),
        ({"callback_url": "nonsense"}, 100, "callback_url must be a valid URI"),
        ({"callback_url": None}, 100, "The parameter callback_url is required"),
        ({"verify_token": None}, 100, "The parameter verify_token is required"),
        ({"fields": None}, 100, "The parameter fields is required"),
        ({"fields": "messages,weather"}, 100, "Param fields[1] must be one of {account_alerts"),
        ({"object": "page"}, 100, "Param object must be one of {whatsapp_business_account}"),
    ],
)
async def test_subscriptions_that_are_refused_store_nothing(
    graph: httpx.AsyncClient,
    box: Box,
    world: World,
    receiver: Receiver,
    change: dict[str, Any],
    code: int,
    words: str,
) -> None:
    answer = await graph.post(f"/v23.0/{world.developer.app.id}/subscriptions", json=subscription(receiver) | change)
    error = error_of(answer, 400, code)
    assert words in error["message"]
    async with box.database.reading() as session:
        assert (await session.execute(select(func.count()).select_from(AppSubscription))).scalar() == 0


async def test_an_answer_that_is_not_the_challenge_alone(
    graph: httpx.AsyncClient, world: World, receiver: Receiver
) -> None:
    receiver.around_challenge = "!"
    path = f"/{world.developer.app.id}/subscriptions"
    error = error_of(await graph.post(path, json=subscription(receiver)), 400, 2200)
    assert "is not the challenge" in error["message"]
    assert (await graph.get(path)).json() == {"data": []}


async def test_another_apps_subscriptions_are_out_of_reach(
    graph: httpx.AsyncClient, world: World, receiver: Receiver
) -> None:
    error_of(await graph.post(f"/{world.console.app.id}/subscriptions", json=subscription(receiver)), 400, 100)
    assert receiver.handshakes == []


async def test_the_apps_of_a_waba(graph: httpx.AsyncClient, world: World, receiver: Receiver) -> None:
    path = f"/v23.0/{world.wabas[0].id}/subscribed_apps"
    entries = (await graph.get(path)).json()["data"]
    assert [entry["whatsapp_business_api_data"]["name"] for entry in entries] == ["Headrace console", "Your app"]
    override = {"override_callback_uri": receiver.url, "verify_token": receiver.verify_token}
    assert (await graph.post(path, json=override)).json() == {"success": True}
    assert len(receiver.handshakes) == 1
    assert (await graph.get(path)).json()["data"][1]["override_callback_uri"] == receiver.url
    assert (await graph.post(path)).json() == {"success": True}
    assert "override_callback_uri" not in (await graph.get(path)).json()["data"][1]
    assert (await graph.delete(path)).json() == {"success": True}
    assert len((await graph.get(path)).json()["data"]) == 1
    assert (await graph.post(path)).json() == {"success": True}
    assert len((await graph.get(path)).json()["data"]) == 2


async def test_an_override_that_is_refused_keeps_the_former_one(
    graph: httpx.AsyncClient, world: World, receiver: Receiver
) -> None:
    path = f"/v23.0/{world.wabas[0].id}/subscribed_apps"
    override = {"override_callback_uri": receiver.url, "verify_token": receiver.verify_token}
    await graph.post(path, json=override)
    error_of(await graph.post(path, json=override | {"verify_token": "wrong"}), 400, 2200)
    error_of(await graph.post(path, json={"override_callback_uri": receiver.url}), 400, 100)
    error_of(await graph.post(path, json=override | {"override_callback_uri": "http://a/" + "x" * 200}), 400, 100)
    assert (await graph.get(path)).json()["data"][1]["override_callback_uri"] == receiver.url


async def test_the_callback_of_a_number(graph: httpx.AsyncClient, world: World, receiver: Receiver) -> None:
    path = f"/v23.0/{world.senders[0].id}"
    await graph.post(f"/{world.developer.app.id}/subscriptions", json=subscription(receiver))
    configuration = {"override_callback_uri": receiver.url + "?a=b", "verify_token": receiver.verify_token}
    assert (await graph.post(path, json={"webhook_configuration": configuration})).json() == {"success": True}
    assert receiver.handshakes[-1]["a"] == "b"
    shown = (await graph.get(path, params={"fields": "webhook_configuration"})).json()
    assert shown["webhook_configuration"] == {"phone_number": receiver.url + "?a=b", "application": receiver.url}
    await graph.post(path, json={"webhook_configuration": {"override_callback_uri": "", "verify_token": ""}})
    shown = (await graph.get(path, params={"fields": "webhook_configuration"})).json()
    assert shown["webhook_configuration"] == {"application": receiver.url}


@pytest.mark.parametrize(
    "configuration",
    [None, "x", {"override_callback_uri": 5}, {"override_callback_uri": "http://a/"}, {"override_callback_uri": "a"}],
)
async def test_callbacks_of_a_number_that_are_refused(
    graph: httpx.AsyncClient, world: World, configuration: object
) -> None:
    error_of(await graph.post(f"/{world.senders[0].id}", json={"webhook_configuration": configuration}), 400, 100)


async def test_the_token_of_an_app_opens_nothing_else(anonymous: httpx.AsyncClient, world: World) -> None:
    headers = {"Authorization": f"Bearer {await app_token(anonymous, world)}"}
    error_of(await anonymous.get(f"/v23.0/{world.wabas[0].id}/flows", headers=headers), 403, 200)
    assert (await anonymous.get(f"/v23.0/{world.developer.app.id}", headers=headers)).json()["name"] == "Your app"
    assert (await anonymous.get("/v23.0/app", headers=headers)).json()["id"] == world.developer.app.id


@pytest.mark.parametrize("secret", ["wrong", None])
async def test_an_app_token_for_the_wrong_secret(
    anonymous: httpx.AsyncClient, world: World, secret: str | None
) -> None:
    query = {"client_id": world.developer.app.id} | ({} if secret is None else {"client_secret": secret})
    answer = await anonymous.get("/oauth/access_token", params=query)
    assert answer.status_code == 400
    assert world.developer.app.secret not in answer.text


async def test_looking_into_a_token(graph: httpx.AsyncClient, world: World) -> None:
    shown = (await graph.get("/v23.0/debug_token", params={"input_token": world.developer.token})).json()["data"]
    me = (await graph.get("/v23.0/me")).json()
    assert shown["app_id"] == world.developer.app.id
    assert shown["is_valid"] is True
    assert shown["expires_at"] == 0
    assert shown["scopes"] == ["whatsapp_business_management", "whatsapp_business_messaging"]
    assert shown["granular_scopes"][0]["target_ids"] == [waba.id for waba in world.wabas]
    assert shown["user_id"] == me["id"]
    unknown = (await graph.get("/v23.0/debug_token?input_token=EAAx")).json()["data"]
    assert unknown["is_valid"] is False
    error_of(await graph.get("/v23.0/debug_token"), 400, 100)
