"""Phone numbers, their key, their messages, and the accounts they belong to."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.platform.graph.test_face import error_of
from tests.platform.receiver import Receiver, listening

from headrace.clock import ManualClock
from headrace.exchange.sealing import generate_key_pair
from headrace.platform.box import Box
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.world import World, open_first_window

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.8")]

PUBLIC_PEM = generate_key_pair().public_pem

# What pywa asks for when it lists phone numbers.
PYWA_FIELDS = (
    "id,verified_name,display_phone_number,conversational_automation,status,quality_rating,quality_score,"
    "webhook_configuration,name_status,new_name_status,code_verification_status,account_mode,is_on_biz_app,"
    "is_official_business_account,is_pin_enabled,is_preverified_number,search_visibility,platform_type,throughput,"
    "eligibility_for_api_business_global_search,health_status,certificate,new_certificate,last_onboarded_time,"
    "country_code,country_dial_code,whatsapp_business_manager_messaging_limit"
)


async def test_the_numbers_of_a_waba(graph: httpx.AsyncClient, world: World) -> None:
    page = (await graph.get(f"/v23.0/{world.wabas[0].id}/phone_numbers")).json()
    assert [number["verified_name"] for number in page["data"]] == ["Shops", "Workshop"]
    assert page["data"][0] == {
        "verified_name": "Shops",
        "code_verification_status": "VERIFIED",
        "display_phone_number": "+44 20 7946 0101",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "last_onboarded_time": "2026-11-22T14:00:00+0000",
        "id": world.senders[0].id,
    }


async def test_every_field_that_clients_ask_for_is_known(graph: httpx.AsyncClient, world: World) -> None:
    shown = (await graph.get(f"/v23.0/{world.senders[0].id}", params={"fields": PYWA_FIELDS})).json()
    assert shown["status"] == "CONNECTED"
    assert shown["health_status"]["entities"][0]["entity_type"] == "PHONE_NUMBER"
    assert "certificate" not in shown


@pytest.mark.parametrize(
    ("filtering", "count"),
    [
        ("[{'field':'account_mode','operator':'EQUAL','value':'SANDBOX'}]", 0),
        ('[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]', 2),
        ('[{"field":"verified_name","operator":"IN","value":["Shops","x"]}]', 1),
        ('[{"field":"display_phone_number","operator":"CONTAIN","value":"0102"}]', 1),
    ],
)
async def test_filtering(graph: httpx.AsyncClient, world: World, filtering: str, count: int) -> None:
    answer = await graph.get(f"/v23.0/{world.wabas[0].id}/phone_numbers", params={"filtering": filtering})
    assert len(answer.json()["data"]) == count


@pytest.mark.parametrize("filtering", ["x", "[1]", "[{}]", '[{"field":"verified_name","operator":"LIKE"}]'])
async def test_filtering_without_sense(graph: httpx.AsyncClient, world: World, filtering: str) -> None:
    path = f"/v23.0/{world.wabas[0].id}/phone_numbers"
    error_of(await graph.get(path, params={"filtering": filtering}), 400, 100)


@pytest.mark.parametrize(
    "arguments",
    [
        {"json": {"business_public_key": PUBLIC_PEM}},
        {"data": {"business_public_key": PUBLIC_PEM}},
        {"files": {"business_public_key": (None, PUBLIC_PEM.replace("\n", "\\n"))}},
    ],
    ids=["json", "form", "multipart"],
)
async def test_the_encryption_key(graph: httpx.AsyncClient, world: World, arguments: dict[str, Any]) -> None:
    path = f"/v23.0/{world.senders[0].id}/whatsapp_business_encryption"
    assert (await graph.get(path)).json() == {"data": []}
    assert (await graph.post(path, **arguments)).json() == {"success": True}
    assert (await graph.get(path)).json() == {
        "data": [{"business_public_key": PUBLIC_PEM, "business_public_key_signature_status": "VALID"}]
    }


async def test_a_wrong_key(graph: httpx.AsyncClient, world: World) -> None:
    path = f"/v23.0/{world.senders[0].id}/whatsapp_business_encryption"
    error_of(await graph.post(path), 400, 100)
    error = error_of(await graph.post(path, json={"business_public_key": "nonsense"}), 400, 100)
    assert "business_public_key" in error["error_user_msg"]


async def test_registering(graph: httpx.AsyncClient, world: World) -> None:
    path = f"/v23.0/{world.senders[0].id}/register"
    body = {"messaging_product": "whatsapp", "pin": "123456"}
    assert (await graph.post(path, json=body)).json() == {"success": True}
    assert (await graph.post(path, params=body)).json() == {"success": True}
    error_of(await graph.post(path, json={"messaging_product": "whatsapp"}), 400, 100)
    error_of(await graph.post(path, json=body | {"pin": "12345"}), 400, 100)


async def test_a_number_goes_out_of_service_and_into_it_again(
    graph: httpx.AsyncClient, box: Box, world: World, clock: ManualClock
) -> None:
    sender = f"/v23.0/{world.senders[0].id}"
    pin = {"messaging_product": "whatsapp", "pin": "123456"}
    assert (await graph.post(sender, json={"pin": "123456"})).json() == {"success": True}
    shown = (await graph.get(sender, params={"fields": "is_pin_enabled,status"})).json()
    assert (shown["is_pin_enabled"], shown["status"]) == (True, "CONNECTED")
    error = error_of(await graph.post(f"{sender}/register", json=pin | {"pin": "654321"}), 400, 133005)
    assert "POST /{phone} and pin" in error["error_data"]["details"]
    assert (await graph.post(f"{sender}/deregister")).json() == {"success": True}
    error_of(await graph.post(f"{sender}/deregister"), 400, 133010)
    message = {"messaging_product": "whatsapp", "to": world.handsets[0].wa_id, "text": {"body": "Hello"}}
    error_of(await graph.post(f"{sender}/messages", json=message), 400, 133010)
    shown = (await graph.get(sender, params={"fields": "status,health_status"})).json()
    assert (shown["status"], shown["health_status"]["can_send_message"]) == ("DISCONNECTED", "BLOCKED")
    assert (await graph.post(f"{sender}/register", json=pin)).json() == {"success": True}
    assert (await graph.post(f"{sender}/messages", json=message)).status_code == 200
    for _ in range(8):
        assert (await graph.post(f"{sender}/register", json=pin)).json() == {"success": True}
    error_of(await graph.post(f"{sender}/register", json=pin), 400, 133016)
    clock.advance(timedelta(hours=72, seconds=1))
    assert (await graph.post(f"{sender}/register", json=pin)).json() == {"success": True}


async def test_a_number_is_proved_by_the_code_in_the_log(
    graph: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sender = f"/v23.0/{world.senders[0].id}"
    error_of(await graph.post(f"{sender}/verify_code", json={"code": "123456"}), 400, 100)
    error_of(await graph.post(f"{sender}/request_code", json={"code_method": "FAX", "language": "en"}), 400, 100)
    asked = await graph.post(f"{sender}/request_code", json={"code_method": "SMS", "language": "en_US"})
    assert asked.json() == {"success": True}
    code = caplog.records[-1].getMessage()[-6:]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert error_of(await graph.post(f"{sender}/verify_code", json={"code": wrong}), 400, 100)["error_user_msg"]
    given = f"{code[:3]}-{code[3:]}"
    assert (await graph.post(f"{sender}/verify_code", json={"code": given})).json() == {"success": True}
    error_of(await graph.post(f"{sender}/verify_code", json={"code": code}), 400, 100)


async def test_the_business_profile(graph: httpx.AsyncClient, world: World) -> None:
    path = f"/v23.0/{world.senders[0].id}/whatsapp_business_profile"
    assert (await graph.get(path)).json() == {"data": [{"messaging_product": "whatsapp"}]}
    profile = {
        "about": "Glasses",
        "email": "shop@example.org",
        "websites": ["https://example.org/"],
        "vertical": "RETAIL",
    }
    assert (await graph.post(path, json={"messaging_product": "whatsapp", **profile})).json() == {"success": True}
    assert (await graph.get(path)).json() == {"data": [{**profile, "messaging_product": "whatsapp"}]}
    assert (await graph.get(path, params={"fields": "about,address"})).json() == {
        "data": [{"about": "Glasses", "messaging_product": "whatsapp"}]
    }
    removed = {"messaging_product": "whatsapp", "email": "", "websites": []}
    assert (await graph.post(path, json=removed)).json() == {"success": True}
    assert "email" not in (await graph.get(path)).json()["data"][0]
    for wrong in ({"about": ""}, {"about": "x" * 140}, {"vertical": "FUN"}, {"websites": ["x"]}, {"email": "x" * 129}):
        error_of(await graph.post(path, json={"messaging_product": "whatsapp", **wrong}), 400, 100)
    error_of(await graph.get(path, params={"fields": "xyz"}), 400, 100)


@pytest.mark.parametrize("sort", ["creation_time_descending", "['last_onboarded_time_descending']"])
async def test_numbers_in_the_order_asked_for(graph: httpx.AsyncClient, world: World, sort: str) -> None:
    path = f"/v23.0/{world.wabas[0].id}/phone_numbers"
    page = (await graph.get(path, params={"sort": sort, "limit": 1})).json()
    assert [number["verified_name"] for number in page["data"]] == ["Workshop"]
    page = (await graph.get(page["paging"]["next"])).json()
    assert [number["verified_name"] for number in page["data"]] == ["Shops"]
    error_of(await graph.get(path, params={"sort": "name"}), 400, 100)


async def test_a_text_is_accepted(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    await open_first_window(box, world)
    to = world.handsets[0].wa_id
    path = f"/v23.0/{world.senders[0].id}/messages"
    for arguments in (
        {"json": {"messaging_product": "whatsapp", "to": f"+{to}", "text": {"body": "Hello"}}},
        {"data": {"messaging_product": "whatsapp", "to": to, "type": "text", "text": '{"body": "Hello"}'}},
    ):
        answer = await graph.post(path, **arguments)
        assert answer.status_code == 200, answer.text
        assert answer.json()["contacts"][0]["wa_id"] == to
        assert answer.json()["messages"][0]["id"].startswith("wamid.")


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_reading_a_message(graph: httpx.AsyncClient, box: Box, world: World, method: str) -> None:
    async with listening(Receiver()) as receiver:
        await graph.post(
            f"/{world.wabas[0].id}/subscribed_apps",
            json={"override_callback_uri": receiver.url, "verify_token": receiver.verify_token},
        )
        await open_first_window(box, world)
    async with box.database.reading() as session:
        wamid = (await session.get_one(WebhookEvent, 1)).wamid
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    answer = await graph.request(method, f"/v23.0/{world.senders[0].id}/messages", json=body)
    assert answer.json() == {"success": True}


async def test_a_refused_message_carries_details_and_stores_nothing(graph: httpx.AsyncClient, world: World) -> None:
    answer = await graph.post(f"/v23.0/{world.senders[0].id}/messages", json={"messaging_product": "whatsapp"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert error["error_data"]["details"]


async def test_the_account_and_the_business(graph: httpx.AsyncClient, world: World) -> None:
    fields = "currency,country,status,business_verification_status,health_status,owner_business_info{name}"
    shown = (await graph.get(f"/v23.0/{world.wabas[0].id}", params={"fields": fields})).json()
    assert shown["business_verification_status"] == "verified"
    assert shown["owner_business_info"] == {"name": "Millrace Opticians", "id": world.business.id}
    owned = (await graph.get(f"/v23.0/{world.business.id}/owned_whatsapp_business_accounts")).json()
    assert [waba["id"] for waba in owned["data"]] == [waba.id for waba in world.wabas]
    client = await graph.get(f"/v23.0/{world.business.id}/client_whatsapp_business_accounts")
    assert client.json() == {"data": []}
