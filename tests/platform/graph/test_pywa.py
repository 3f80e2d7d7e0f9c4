"""An ordinary client of the field, unmodified: only the way its requests travel is handed in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pywa.errors import FlowPublishingError, WhatsAppError
from pywa.types.flows import FlowCategory, FlowStatus
from pywa.types.others import Pagination
from pywa_async.client import WhatsApp
from pywa_async.types import templates as t
from starlette.applications import Starlette
from tests.platform.receiver import Endpoint, Receiver, answering, listening
from tests.platform.sample_flows import broken_flow_json, endpoint_flow_json, flow_json

from headrace.exchange.sealing import generate_key_pair
from headrace.platform.box import Box
from headrace.platform.templates.review import register_review
from headrace.platform.webhooks import subscriptions
from headrace.platform.world import World, open_first_window

pytestmark = pytest.mark.anyio

KEYS = generate_key_pair()


@pytest.fixture
async def pywa(asgi: Starlette, box: Box, world: World) -> AsyncIterator[WhatsApp]:
    async with box.database.transaction() as session:
        app = world.developer.app
        await subscriptions.subscribe_app(session, box.clock, app, "http://127.0.0.1:9/", "token", ["flows"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi)) as session:
        yield WhatsApp(
            phone_id=world.senders[0].id,
            token=world.developer.token,
            waba_id=world.wabas[0].id,
            session=session,
        )


async def test_a_flow_from_creation_to_deprecation(pywa: WhatsApp, world: World, tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_text(flow_json())
    created = await pywa.create_flow("Book", [FlowCategory.APPOINTMENT_BOOKING])
    uploaded = await pywa.update_flow_json(created.id, file)
    assert uploaded.success
    assert not uploaded.validation_errors
    flow = await pywa.get_flow(created.id, phone_number_id=world.senders[0].id)
    assert (flow.name, flow.status, flow.json_version) == ("Book", FlowStatus.DRAFT, "7.3")
    assert flow.application is not None
    assert flow.application.id == world.developer.app.id
    assert await pywa.update_flow_metadata(created.id, name="Booking", application_id=int(world.developer.app.id))
    [asset] = await pywa.get_flow_assets(created.id)
    assert asset.name == "flow.json"
    assert await pywa.publish_flow(created.id)
    listed = await pywa.get_flows()
    assert [(flow.name, flow.status) for flow in listed] == [("Booking", FlowStatus.PUBLISHED)]
    with pytest.raises(FlowPublishingError):
        await pywa.publish_flow(created.id)
    assert await pywa.deprecate_flow(created.id)
    draft = await pywa.create_flow("Another", ["OTHER"], flow_json=flow_json(), publish=False)
    assert await pywa.delete_flow(draft.id)
    with pytest.raises(WhatsAppError, match="Unsupported get request"):
        await pywa.get_flow(draft.id)


async def test_validation_errors_arrive_with_their_places(pywa: WhatsApp) -> None:
    created = await pywa.create_flow("Book", ["OTHER"])
    uploaded = await pywa.update_flow_json(created.id, broken_flow_json())
    assert uploaded.validation_errors
    assert uploaded.validation_errors[0].line_start > 1


async def test_an_endpoint_flow_with_its_key(pywa: WhatsApp, world: World) -> None:
    async with answering(Endpoint(KEYS.private_pem, world.developer.app.secret)) as endpoint:
        created = await pywa.create_flow("Book", ["OTHER"], endpoint_uri=endpoint.url, flow_json=endpoint_flow_json())
        with pytest.raises(FlowPublishingError):
            await pywa.publish_flow(created.id)
        assert await pywa.set_business_public_key(KEYS.public_pem)
        assert await pywa.publish_flow(created.id)
    assert (await pywa.get_flow(created.id)).data_api_version == "3.0"


async def test_pages_are_followed(pywa: WhatsApp, world: World) -> None:
    for number in range(5):
        await pywa.create_flow(f"Flow {number}", ["OTHER"])
    found = await pywa.get_flows(pagination=Pagination(limit=2))
    names = [flow.name for flow in found]
    while found.has_next:
        found = await found.next()
        names += [flow.name for flow in found]
    assert sorted(names) == [f"Flow {number}" for number in range(5)]


async def test_numbers_messages_and_callbacks(pywa: WhatsApp, box: Box, world: World) -> None:
    numbers = await pywa.get_business_phone_numbers()
    assert [number.id for number in numbers] == [world.senders[0].id, world.senders[1].id]
    account = await pywa.get_business_account()
    assert account.id == world.wabas[0].id
    assert account.subscribed_apps is not None
    assert [app.name for app in account.subscribed_apps] == ["Headrace console", "Your app"]
    await open_first_window(box, world)
    sent = await pywa.send_message(to=world.handsets[0].wa_id, text="Hello from pywa")
    assert sent.id.startswith("wamid.")
    async with listening(Receiver()) as receiver:
        assert await pywa.override_waba_callback_url(receiver.url, receiver.verify_token)
        assert await pywa.override_phone_callback_url(receiver.url, receiver.verify_token)
        assert len(receiver.handshakes) == 2
    number = await pywa.get_business_phone_number()
    assert number.webhook_configuration is not None
    assert number.webhook_configuration["phone_number"] == receiver.url


@pytest.mark.spec("messages.md §6.3")
async def test_a_template_from_creation_to_deletion(pywa: WhatsApp, box: Box, world: World) -> None:
    register_review(box)
    flow = await pywa.create_flow("Book", ["OTHER"], flow_json=flow_json(), publish=True)
    template = t.Template(
        name="time_for_an_eye_test",
        language=t.TemplateLanguage.ENGLISH_UK,
        category=t.TemplateCategory.MARKETING,
        parameter_format=t.ParamFormat.NAMED,
        components=[
            t.HeaderText("For {{name}}", name="Amara"),
            t.BodyText("Hello {{name}}, your last eye test was {{years}} years ago.", name="Amara", years="2"),
            t.FooterText(text="Millrace Opticians"),
            t.Buttons(
                buttons=[
                    t.QuickReplyButton(text="Not now"),
                    t.FlowButton(text="Choose a time", flow_id=flow.id, icon=t.FlowButtonIcon.REVIEW),
                ]
            ),
        ],
    )
    created = await pywa.create_template(template)
    assert created.status == t.TemplateStatus.PENDING
    await box.jobs.drain()
    found = await pywa.get_templates(name="eye_test", statuses=[t.TemplateStatus.APPROVED])
    assert (found.total_count, found.message_template_limit) == (1, 6000)
    (details,) = found
    assert (details.id, details.quality_score is not None) == (created.id, True)
    assert [type(component) for component in details.components] == [
        t.HeaderText,
        t.BodyText,
        t.FooterText,
        t.Buttons,
    ]
    sent = await pywa.send_template(
        to=world.handsets[1].wa_id,
        name=details.name,
        language=details.language,
        params=[
            t.HeaderText.params(name="Ben"),
            t.BodyText.params(name="Ben", years="3"),
            t.QuickReplyButton.params(callback_data="later", index=0),
            t.FlowButton.params(index=1, flow_token="token-1"),
        ],
    )
    assert sent.id.startswith("wamid.")
    with pytest.raises(WhatsAppError, match="132001"):
        await pywa.send_template(to=world.handsets[1].wa_id, name="nothing", language=t.TemplateLanguage.ENGLISH_UK)
    changed = await pywa.update_template(created.id, new_components=[t.BodyText("Hello again.")])
    assert changed.success
    await box.jobs.drain()
    assert (await pywa.get_template(created.id)).status == t.TemplateStatus.APPROVED
    assert not await pywa.unpause_template(created.id)
    assert await pywa.delete_template("time_for_an_eye_test", template_id=created.id)
    assert not list(await pywa.get_templates())
