"""An account where everything is missing, mended step by step: each of the nine publishing checks refuses in turn."""

from typing import Any

import httpx
import pytest
from tests.platform.graph.test_face import error_of
from tests.platform.graph.test_flows import make, read, upload
from tests.platform.receiver import Endpoint, Receiver, answering, listening
from tests.platform.sample_flows import endpoint_flow_json

from headrace.exchange.sealing import generate_key_pair
from headrace.platform.accounts.models import Business, PhoneNumber, Secret
from headrace.platform.accounts.secrets import ENCRYPTION_KEYS
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.world import World

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.spec("lifecycle.md §4.4", "graph-api.md §1.4", "graph-api.md §1.6", "graph-api.md §1.9"),
]

KEYS = generate_key_pair()


async def test_each_check_refuses_in_its_turn(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    sender, app = world.senders[0].id, world.developer.app
    refusals: list[str] = []
    subcodes: list[int | None] = []
    failing: list[list[str]] = []
    flow_id = await make(graph, world, name="Book")
    assert (await upload(graph, flow_id, endpoint_flow_json().replace('"TextHeading"', '"TextHeadline"'))).is_success

    async def note() -> dict[str, Any]:
        shown = await read(graph, flow_id, "status,health_status")
        [flow] = [one for one in shown["health_status"]["entities"] if one["entity_type"] == "FLOW"]
        failing.append([error["error_description"].partition(":")[0] for error in flow.get("errors", [])])
        assert (shown["status"], flow["can_send_message"]) == ("DRAFT", "BLOCKED")
        code = 139000 if failing[-1] == ["integrity"] else 139002
        error = error_of(await graph.post(f"/v23.0/{flow_id}/publish"), 400, code)
        assert error["error_user_msg"]
        refusals.append(error["error_user_title"])
        subcodes.append(error.get("error_subcode"))
        return error

    async def change(row: type[Any], key: str, **columns: Any) -> None:
        async with box.database.transaction() as session:
            for name, value in columns.items():
                setattr(await session.get_one(row, key), name, value)

    for number in world.senders[:2]:
        await change(PhoneNumber, number.id, code_verification_status="NOT_VERIFIED")
    await change(Business, world.business.id, is_verified=False)
    await change(Flow, flow_id, app_id=None)
    await note()
    await change(PhoneNumber, sender, code_verification_status="VERIFIED")
    await note()
    key = {"business_public_key": KEYS.public_pem}
    assert (await graph.post(f"/{sender}/whatsapp_business_encryption", json=key)).is_success
    async with answering(Endpoint(KEYS.private_pem, "another secret")) as endpoint:
        assert "POST /{flow} and endpoint_uri" in (await note())["error_user_msg"]
        assert (await graph.post(f"/{flow_id}", json={"endpoint_uri": endpoint.url})).is_success
        await note()
        assert (await graph.post(f"/{flow_id}", json={"application_id": app.id})).is_success
        await note()
        assert endpoint.requests == []
        frozen = endpoint_flow_json().replace('"version": "7.3"', '"version": "5.0"')
        assert (await upload(graph, flow_id, frozen)).is_success
        await note()
        assert (await upload(graph, flow_id, endpoint_flow_json())).is_success
        assert "signature" in (await note())["error_user_msg"]
        endpoint.app_secret = app.secret
        await note()
        async with listening(Receiver()) as receiver:
            subscription = {"object": "whatsapp_business_account", "fields": "flows", "callback_url": receiver.url}
            subscribed = await graph.post(
                f"/{app.id}/subscriptions", json={**subscription, "verify_token": receiver.verify_token}
            )
            assert subscribed.is_success, subscribed.text
        await note()
        await change(Business, world.business.id, is_verified=True)
        assert (await graph.post(f"/v23.0/{flow_id}/publish")).json() == {"success": True}
    assert refusals == [
        "No Phone Number connected to WhatsApp Business Account",
        "Missing Flows Signed Public Key",
        "Publishing without specifying endpoint_uri is forbidden",
        "No Application Connected to the Flow",
        "Publishing Flow with validation errors",
        "Versions in Flow JSON file are not available for publishing",
        "Endpoint Not Available",
        "WhatsApp Business Account is not subscribed to Flows Webhooks",
        "Blocked By Integrity",
    ]
    assert subcodes == [None, 4233012, 4233024, None, 4016011, None, 4233014, None, None]
    order = ["phone_number", "public_key", "endpoint_uri", "app_check", "flow_json"]
    assert failing[0] == [*order, "webhook_subscription", "integrity"]
    assert [names[0] for names in failing[:5]] == order
    shown = await read(graph, flow_id, "status,health_status")
    assert shown["status"] == "PUBLISHED"
    assert {one["entity_type"] for one in shown["health_status"]["entities"]} == {"FLOW", "WABA", "BUSINESS", "APP"}


async def test_a_key_whose_signature_does_not_hold_is_none(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    sender = f"/{world.senders[0].id}/whatsapp_business_encryption"
    await graph.post(sender, json={"business_public_key": KEYS.public_pem})
    flow_id = await make(graph, world, name="Book", flow_json=endpoint_flow_json())
    async with box.database.transaction() as session:
        (await session.get_one(Secret, ENCRYPTION_KEYS)).value = "another"
    assert (await graph.get(sender)).json()["data"][0]["business_public_key_signature_status"] == "MISMATCH"
    error = error_of(await graph.post(f"/{flow_id}/publish"), 400, 139002)
    assert error["error_user_title"] == "Missing Flows Signed Public Key"
    assert "upload" in error["error_user_msg"].lower()
