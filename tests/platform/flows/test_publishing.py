"""Publishing and editing over the real channel, and the events they cause."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from tests.exchange.broken import PADDINGS, BrokenEndpoint
from tests.platform.receiver import Endpoint, answering
from tests.platform.sample_flows import broken_flow_json, endpoint_flow_json, flow_json
from tests.serving import serving

from headrace.clock import ManualClock
from headrace.exchange.faults import MGF1_SHA1
from headrace.exchange.sealing import generate_key_pair
from headrace.platform.accounts import encryption, registration
from headrace.platform.accounts.callers import Caller, find_caller
from headrace.platform.accounts.models import Business, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.errors import PlatformError
from headrace.platform.flows import publishing, service
from headrace.platform.flows.models import Flow
from headrace.platform.flows.publishing import NewFlow
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.world import World
from headrace.settings import PublishedFlows

pytestmark = [pytest.mark.anyio, pytest.mark.spec("lifecycle.md §4.4")]

KEYS = generate_key_pair()
EDITABLE = pytest.mark.parametrize("published_flows", [PublishedFlows.EDITABLE])


@pytest.fixture
async def caller(box: Box, world: World) -> Caller:
    """The developer's app, told about Flows, with a key at the first sender."""
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, "http://127.0.0.1:9/", "token", ["flows"])
        await encryption.set_key(session, await session.get_one(PhoneNumber, world.senders[0].id), KEYS.public_pem)
        found = await find_caller(session, world.developer.token)
    assert found is not None
    return found


@pytest.fixture
async def endpoint(world: World) -> AsyncIterator[Endpoint]:
    async with answering(Endpoint(KEYS.private_pem, world.developer.app.secret)) as endpoint:
        yield endpoint


async def make(box: Box, caller: Caller, world: World, text: str | None = None, **more: Any) -> str:
    wanted = NewFlow("Book", ["OTHER"], None if text is None else text.encode(), **more)
    return (await publishing.create(box, caller, world.wabas[0].id, wanted)).id


async def read(box: Box, flow_id: str) -> Flow:
    async with box.database.reading() as session:
        return await session.get_one(Flow, flow_id)


async def events(box: Box) -> list[dict[str, Any]]:
    async with box.database.reading() as session:
        rows = await session.scalars(select(WebhookEvent.value).order_by(WebhookEvent.id))
        return [json.loads(row) for row in rows]


async def refusal_of(box: Box, caller: Caller, flow_id: str) -> PlatformError:
    with pytest.raises(PlatformError) as refused:
        await publishing.publish(box, caller, flow_id)
    return refused.value


@pytest.mark.spec("lifecycle.md §4.7", "webhooks.md §3.4")
async def test_creation_and_publishing_are_told(box: Box, caller: Caller, world: World) -> None:
    flow_id = await make(box, caller, world, flow_json())
    await publishing.publish(box, caller, flow_id)
    assert await events(box) == [
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Book has been created with DRAFT status",
            "flow_id": flow_id,
            "new_status": "DRAFT",
        },
        {
            "event": "FLOW_STATUS_CHANGE",
            "message": "Flow Book changed status from DRAFT to PUBLISHED",
            "flow_id": flow_id,
            "old_status": "DRAFT",
            "new_status": "PUBLISHED",
        },
    ]


async def test_an_endpoint_is_pinged_before_publishing(
    box: Box, caller: Caller, world: World, endpoint: Endpoint
) -> None:
    flow_id = await make(box, caller, world, endpoint_flow_json(), endpoint_uri=endpoint.url)
    await publishing.publish(box, caller, flow_id)
    assert endpoint.requests == [{"version": "3.0", "action": "ping"}]
    flow = await read(box, flow_id)
    assert flow.status == "PUBLISHED"
    assert flow.pinged_at == box.clock.now()
    (ping,) = await pings(box)
    assert (ping.kind, ping.flow_id, ping.http_status, ping.error_type) == ("ping", flow_id, 200, None)


async def pings(box: Box) -> list[EndpointCall]:
    async with box.database.reading() as session:
        return list(await session.scalars(select(EndpointCall)))


async def test_the_mistake_behind_a_refusal_stands_in_the_check(box: Box, caller: Caller, world: World) -> None:
    with serving(BrokenEndpoint(KEYS.private_pem, padding=PADDINGS["mgf1-sha1"])) as uri:
        flow_id = await make(box, caller, world, endpoint_flow_json(), endpoint_uri=uri)
        refused = await refusal_of(box, caller, flow_id)
    assert MGF1_SHA1.words in str(refused.explanation)
    assert (await read(box, flow_id)).ping_error == MGF1_SHA1.words


@pytest.mark.parametrize("trouble", ["status", "reply", "secret", "down"])
async def test_an_endpoint_that_is_not_well_keeps_the_draft(
    box: Box, caller: Caller, world: World, endpoint: Endpoint, trouble: str
) -> None:
    uri = "http://127.0.0.1:9/" if trouble == "down" else endpoint.url
    flow_id = await make(box, caller, world, endpoint_flow_json(), endpoint_uri=uri)
    match trouble:
        case "status":
            endpoint.status = 500
        case "reply":
            endpoint.reply = {"data": {"status": "tired"}}
        case "secret":
            endpoint.app_secret = "another"
    refused = await refusal_of(box, caller, flow_id)
    assert (refused.code, refused.title) == (139002, "Endpoint Not Available")
    flow = await read(box, flow_id)
    assert flow.status == "DRAFT"
    assert flow.ping_error
    assert str(flow.ping_error) in str(refused.explanation)
    assert [(ping.kind, ping.flow_id, ping.error_type is None) for ping in await pings(box)] == [
        ("ping", flow_id, False)
    ]
    assert len(await events(box)) == 1


async def test_what_is_wrong_otherwise_is_told_without_calling_the_endpoint(
    box: Box, caller: Caller, world: World, endpoint: Endpoint
) -> None:
    flow_id = await make(box, caller, world, endpoint_flow_json(), endpoint_uri=endpoint.url)
    async with box.database.transaction() as session:
        registration.register(box.clock, await session.get_one(PhoneNumber, world.senders[0].id), "123456")
    assert (await refusal_of(box, caller, flow_id)).title == "Missing Flows Signed Public Key"
    assert endpoint.requests == []


async def test_a_flow_that_changes_during_the_ping_is_not_published(
    box: Box, caller: Caller, world: World, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow_id = await make(box, caller, world, endpoint_flow_json(), endpoint_uri=endpoint.url)
    request = box.outbound.request

    async def edit_meanwhile(*args: Any, **kwargs: Any) -> Any:
        await publishing.upload(box, caller, flow_id, broken_flow_json().encode())
        return await request(*args, **kwargs)

    monkeypatch.setattr(box.outbound, "request", edit_meanwhile)
    refused = await refusal_of(box, caller, flow_id)
    assert "changed while" in str(refused.explanation)
    assert (await read(box, flow_id)).status == "DRAFT"


@EDITABLE
@pytest.mark.spec("lifecycle.md §4.3", "lifecycle.md §4.7")
async def test_editing_a_published_flow_makes_a_draft_beside_the_published_version(
    box: Box, caller: Caller, world: World
) -> None:
    flow_id = await make(box, caller, world, flow_json("First"), publish=True)
    await publishing.upload(box, caller, flow_id, flow_json("Second").encode())
    assert (await read(box, flow_id)).status == "DRAFT"
    async with box.database.reading() as session:
        [version] = await service.published_versions(session, flow_id)
    assert "First" in version.json_text
    await publishing.publish(box, caller, flow_id)
    async with box.database.reading() as session:
        versions = await service.published_versions(session, flow_id)
    assert [version.number for version in versions] == [2, 1]
    assert "Second" in versions[0].json_text
    statuses = [event["new_status"] for event in await events(box)]
    assert statuses == ["DRAFT", "PUBLISHED", "DRAFT", "PUBLISHED"]


@EDITABLE
@pytest.mark.spec("lifecycle.md §4.3")
async def test_only_the_five_latest_versions_can_be_opened(box: Box, caller: Caller, world: World) -> None:
    flow_id = await make(box, caller, world, flow_json(), publish=True)
    for number in range(6):
        await publishing.upload(box, caller, flow_id, flow_json(str(number)).encode())
        await publishing.publish(box, caller, flow_id)
    async with box.database.reading() as session:
        assert [version.number for version in await service.published_versions(session, flow_id)] == [7, 6, 5, 4, 3]


async def test_creating_with_publish_and_a_failing_check_makes_nothing(box: Box, caller: Caller, world: World) -> None:
    with pytest.raises(PlatformError, match="Invalid parameter") as refused:
        await make(box, caller, world, endpoint_flow_json(), publish=True, endpoint_uri="http://127.0.0.1:9/")
    assert refused.value.title == "Endpoint Not Available"
    async with box.database.reading() as session:
        assert (await session.execute(select(Flow))).first() is None
    assert await events(box) == []


async def test_creating_with_publish_and_validation_errors_makes_a_draft(
    box: Box, caller: Caller, world: World
) -> None:
    flow = await read(box, await make(box, caller, world, broken_flow_json(), publish=True))
    assert flow.status == "DRAFT"
    assert flow.validation_errors


async def test_a_clone_takes_the_text_and_nothing_else(box: Box, caller: Caller, world: World) -> None:
    original = await make(box, caller, world, endpoint_flow_json("Mine"), endpoint_uri="https://example.com/a")
    wanted = NewFlow("Copy", ["SURVEY"], clone_flow_id=original)
    copy = await publishing.create(box, caller, world.wabas[1].id, wanted)
    assert copy.json_text == endpoint_flow_json("Mine")
    assert copy.endpoint_uri is None
    assert copy.categories == ["SURVEY"]
    assert copy.id != original


@pytest.mark.spec("lifecycle.md §4.5")
async def test_a_frozen_version_cannot_be_published_any_more(
    box: Box, caller: Caller, world: World, clock: ManualClock
) -> None:
    clock.at = datetime(2025, 8, 1, tzinfo=UTC)
    flow_id = await make(box, caller, world, flow_json().replace('"7.3"', '"5.0"'))
    [created] = await events(box)
    assert "freeze in 39 days" in created["warning"]
    clock.at = datetime(2025, 9, 9, tzinfo=UTC)
    refused = await refusal_of(box, caller, flow_id)
    assert refused.title == "Versions in Flow JSON file are not available for publishing"


@pytest.mark.parametrize("column", ["is_verified", "is_flagged"])
async def test_a_business_without_integrity_works_on_drafts_but_makes_and_publishes_none(
    box: Box, caller: Caller, world: World, column: str
) -> None:
    flow_id = await make(box, caller, world, flow_json())
    async with box.database.transaction() as session:
        setattr(await session.get_one(Business, world.business.id), column, column == "is_flagged")
    assert (await publishing.upload(box, caller, flow_id, flow_json("Better").encode())).is_valid
    async with box.database.transaction() as session:
        flow = await service.find_flow(session, world.business.id, flow_id)
        await service.update_metadata(session, box, flow, service.Changes(name="Book anew"))
    refused = await refusal_of(box, caller, flow_id)
    assert (refused.code, refused.title) == (139000, "Blocked By Integrity")
    for wanted in (NewFlow("New", ["OTHER"]), NewFlow("Copy", ["OTHER"], clone_flow_id=flow_id)):
        with pytest.raises(PlatformError) as not_made:
            await publishing.create(box, caller, world.wabas[0].id, wanted)
        assert not_made.value.code == 139000
    async with box.database.reading() as session:
        flow = await service.find_flow(session, world.business.id, flow_id)
        assert (flow.name, flow.status) == ("Book anew", "DRAFT")
        assert len((await session.scalars(select(Flow))).all()) == 1


async def test_a_published_flow_stays_as_it_is_and_a_new_one_is_made_from_it(
    box: Box, caller: Caller, world: World
) -> None:
    flow_id = await make(box, caller, world, flow_json("First"), publish=True)
    with pytest.raises(PlatformError) as refused:
        await publishing.upload(box, caller, flow_id, flow_json("Second").encode())
    assert (refused.value.code, refused.value.title) == (139001, "Flow can't be updated")
    assert "clone_flow_id" in str(refused.value.explanation)
    flow = await read(box, flow_id)
    assert (flow.status, "First" in str(flow.json_text)) == ("PUBLISHED", True)
    wanted = NewFlow("Book anew", ["OTHER"], clone_flow_id=flow_id)
    copy = await publishing.create(box, caller, world.wabas[0].id, wanted)
    await publishing.upload(box, caller, copy.id, flow_json("Second").encode())
    await publishing.publish(box, caller, copy.id)
    assert ((await read(box, copy.id)).status, (await read(box, flow_id)).status) == ("PUBLISHED", "PUBLISHED")
