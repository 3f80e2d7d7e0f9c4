"""An ordinary client of the field, unmodified: only the way its requests travel is handed in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pywa import errors
from pywa.errors import FlowPublishingError, WhatsAppError
from pywa.types.callback import Button, FlowButton, Section, SectionList, SectionRow, URLButton
from pywa.types.flows import FlowCategory, FlowMetricGranularity, FlowMetricName, FlowStatus
from pywa.types.others import Contact, Industry, Pagination, ProductsSection
from pywa_async.client import WhatsApp
from pywa_async.types import templates as t
from sqlalchemy import insert, select
from starlette.applications import Starlette
from tests.platform.receiver import Endpoint, Receiver, answering, listening
from tests.platform.sample_flows import broken_flow_json, endpoint_flow_json, flow_json
from tests.platform.web import Web

from headrace.exchange.sealing import generate_key_pair
from headrace.platform.accounts.models import Business
from headrace.platform.box import Box
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.flows.sending import newest_version
from headrace.platform.messaging.delivery import register_delivery
from headrace.platform.messaging.fetching import register_fetching
from headrace.platform.messaging.models import Message
from headrace.platform.tables import table_of
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


@pytest.mark.spec("metrics.md §2.1", "metrics.md §2.2")
async def test_metrics_of_an_endpoint(pywa: WhatsApp, box: Box, world: World) -> None:
    async with answering(Endpoint(KEYS.private_pem, world.developer.app.secret)) as endpoint:
        created = await pywa.create_flow("Book", ["OTHER"], endpoint_uri=endpoint.url, flow_json=endpoint_flow_json())
        assert await pywa.set_business_public_key(KEYS.public_pem)
        assert await pywa.publish_flow(created.id)
    wanted = (FlowMetricName.ENDPOINT_REQUEST_COUNT, FlowMetricGranularity.DAY)
    with pytest.raises(WhatsAppError, match="139006"):
        await pywa.get_flow_metrics(created.id, *wanted)
    async with box.database.transaction() as session:
        version = await newest_version(session, created.id)
        assert version is not None
        call = {"flow_id": created.id, "flow_version_id": version.id, "kind": "exchange", "at": box.clock.now()}
        what = {"action": "INIT", "milliseconds": 300, "outcome": "answered", "resent": False}
        await session.execute(insert(table_of(EndpointCall)), [{**call, **what}] * 250)
    day = box.clock.now().date()
    for name in FlowMetricName:
        for granularity in FlowMetricGranularity:
            if "UNKNOWN" in (name, granularity):
                continue
            found = await pywa.get_flow_metrics(created.id, name, granularity, since=day - timedelta(days=3))
            assert (found["name"], found["granularity"]) == (name, granularity)
    counted = await pywa.get_flow_metrics(created.id, *wanted)
    assert [point["data"] for point in counted["data_points"]] == [[{"key": "value", "value": 250}]]


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
async def test_carousels_offers_products_and_codes(pywa: WhatsApp, box: Box, world: World) -> None:
    register_review(box)
    header = t.HeaderImage(example=b"\x89PNG", mime_type="image/png")
    reply, code = t.QuickReplyButton(text="Reserve"), t.CopyCodeButton(example="SAVE20")
    app = t.OTPSupportedApp(package_name="org.example.shop", signature_hash="K8a/AINcGX7")
    body, marketing, codes = t.BodyText("Our newest frames."), t.TemplateCategory.MARKETING, t.AuthenticationBody()
    one_tap = t.OneTapOTPButton(supported_apps=[app])
    zero_tap = t.ZeroTapOTPButton(supported_apps=[app], zero_tap_terms_accepted=True)
    card = t.CarouselCard(components=[header, t.Buttons(buttons=[reply])])
    offer = t.LimitedTimeOffer(text="Half price", has_expiration=True)
    made: dict[str, tuple[t.TemplateCategory, list[t.TemplateBaseComponent | dict[Any, Any]]]] = {
        "carousel": (marketing, [body, t.Carousel(cards=[card, card])]),
        "offer": (marketing, [offer, body, t.Buttons(buttons=[code])]),
        "catalog": (marketing, [body, t.Buttons(buttons=[t.CatalogButton(text="View catalog")])]),
        "items": (marketing, [body, t.Buttons(buttons=[t.MPMButton(text="View items")])]),
        "item": (marketing, [t.HeaderProduct(), body, t.Buttons(buttons=[t.SPMButton(text="View")])]),
        "one_tap": (t.TemplateCategory.AUTHENTICATION, [codes, t.Buttons(buttons=[one_tap])]),
        "zero_tap": (t.TemplateCategory.AUTHENTICATION, [codes, t.Buttons(buttons=[zero_tap])]),
    }
    for name, (category, components) in made.items():
        template = t.Template(
            name=name, language=t.TemplateLanguage.ENGLISH_UK, category=category, components=components
        )
        await pywa.create_template(template, app_id=world.developer.app.id)
    await box.jobs.drain()
    found = {template.name: template for template in await pywa.get_templates()}
    assert {name: template.status for name, template in found.items()} == dict.fromkeys(made, t.TemplateStatus.APPROVED)
    assert [type(component) for component in found["carousel"].components] == [t.BodyText, t.Carousel]
    cards = [
        t.CarouselCard.params(
            index=place,
            params=[
                t.HeaderImage.params(image="https://example.org/shop.png"),
                t.QuickReplyButton.params(callback_data=str(place), index=0),
            ],
        )
        for place in range(2)
    ]
    sections = [ProductsSection(title="Round", skus=["A1"])]
    params: dict[str, list[Any]] = {
        "carousel": [t.Carousel.params(cards=cards)],
        "offer": [
            t.LimitedTimeOffer.params(expiration_time=box.clock.now()),
            t.CopyCodeButton.params(coupon_code="TEN", index=0),
        ],
        "catalog": [t.CatalogButton.params(index=0)],
        "items": [t.MPMButton.params(index=0, thumbnail_product_sku="A1", product_sections=sections)],
        "item": [t.HeaderProduct.params(catalog_id="7", sku="A1")],
        "one_tap": [t.AuthenticationBody.params(otp="4711"), t.OneTapOTPButton.params(otp="4711")],
        "zero_tap": [t.AuthenticationBody.params(otp="4711"), t.ZeroTapOTPButton.params(otp="4711")],
    }
    for name, given in params.items():
        sent = await pywa.send_template(world.handsets[0].wa_id, name, t.TemplateLanguage.ENGLISH_UK, params=given)
        assert sent.id.startswith("wamid."), name


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
            t.HeaderImage(b"\x89PNG", mime_type="image/png"),
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
    created = await pywa.create_template(template, app_id=world.developer.app.id)
    assert created.status == t.TemplateStatus.PENDING
    await box.jobs.drain()
    found = await pywa.get_templates(name="eye_test", statuses=[t.TemplateStatus.APPROVED])
    assert (found.total_count, found.message_template_limit) == (1, 6000)
    (details,) = found
    assert (details.id, details.quality_score is not None) == (created.id, True)
    assert [type(component) for component in details.components] == [
        t.HeaderImage,
        t.BodyText,
        t.FooterText,
        t.Buttons,
    ]
    sent = await pywa.send_template(
        to=world.handsets[1].wa_id,
        name=details.name,
        language=details.language,
        params=[
            t.HeaderImage.params(image="https://example.org/shop.png"),
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


@pytest.mark.filterwarnings("ignore:Use .content:DeprecationWarning")  # pywa hands its body to httpx the old way
async def test_codes_in_several_languages_at_once(pywa: WhatsApp, box: Box) -> None:
    register_review(box)
    wanted = [t.TemplateLanguage.ENGLISH_UK, t.TemplateLanguage.GERMAN]
    made = await pywa.upsert_authentication_template(
        name="your_code", languages=wanted, otp_button=t.CopyCodeOTPButton(), code_expiration_minutes=10
    )
    assert [one.status for one in made] == [t.TemplateStatus.PENDING] * 2
    await box.jobs.drain()
    again = await pywa.upsert_authentication_template(
        name="your_code",
        languages=[*wanted, t.TemplateLanguage.FRENCH],
        otp_button=t.CopyCodeOTPButton(),
        add_security_recommendation=True,
    )
    assert [one.id for one in again][:2] == [one.id for one in made]
    assert {found.language for found in await pywa.get_templates(name="your_code")} == {*wanted, "fr"}


@pytest.mark.spec("graph-api.md §1.3", "graph-api.md §1.4", "lifecycle.md §4.2")
async def test_refusals_arrive_as_their_own_classes(pywa: WhatsApp, world: World, box: Box) -> None:
    draft = await pywa.create_flow("Draft", ["OTHER"])
    with pytest.raises(errors.FlowPublishingError):
        await pywa.publish_flow(draft.id)
    with pytest.raises(errors.FlowDeprecatingError):
        await pywa.deprecate_flow(draft.id)
    published = await pywa.create_flow("Published", ["OTHER"], flow_json=flow_json(), publish=True)
    with pytest.raises(errors.FlowUpdatingError):
        await pywa.update_flow_metadata(published.id, name="New")
    with pytest.raises(errors.FlowUpdatingError):
        await pywa.update_flow_json(published.id, flow_json())
    with pytest.raises(errors.FlowDeletingError):
        await pywa.delete_flow(published.id)
    clone = await pywa.create_flow("Clone", ["OTHER"], clone_flow_id=published.id)
    assert (await pywa.get_flow(clone.id)).json_version == "7.3"
    moved = await pywa.migrate_flows(world.wabas[0].id, ["Published", "Nothing"], destination_waba_id=world.wabas[1].id)
    assert [flow.source_name for flow in moved.migrated_flows] == ["Published"]
    assert [flow.source_name for flow in moved.failed_flows] == ["Nothing"]
    async with box.database.transaction() as session:
        (await session.get_one(Business, world.business.id)).is_verified = False
    with pytest.raises(errors.FlowBlockedByIntegrity):
        await pywa.create_flow("Another", ["OTHER"])


@pytest.mark.spec("graph-api.md §1.7", "graph-api.md §1.8")
async def test_a_number_its_profile_and_the_callbacks(
    pywa: WhatsApp, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sites = ("https://example.org/",)
    assert await pywa.update_business_profile(about="Glasses", industry=Industry.RETAIL, websites=sites)
    profile = await pywa.get_business_profile()
    assert (profile.about, profile.industry, tuple(profile.websites or ())) == ("Glasses", Industry.RETAIL, sites)
    assert await pywa.register_phone_number("123456")
    assert await pywa.request_verification_code(code_method="SMS", language_code="en")
    assert await pywa.verify_phone_number(caplog.records[-1].getMessage()[-6:])
    assert await pywa.deregister_phone_number()
    assert (await pywa.get_business_phone_number()).status == "DISCONNECTED"
    assert await pywa.register_phone_number("123456")
    owned = await pywa.get_owned_business_accounts(business_portfolio_id=world.business.id)
    assert [account.id for account in owned] == [waba.id for waba in world.wabas]
    app = world.developer.app
    token = await pywa.get_app_access_token(int(app.id), app.secret)
    async with listening(Receiver()) as receiver:
        callback = (int(app.id), token, receiver.url, receiver.verify_token, ["messages", "flows"])
        assert await pywa.set_app_callback_url(*callback)
        assert len(receiver.handshakes) == 1
    assert await pywa.delete_waba_callback_url()
    assert await pywa.delete_phone_callback_url()


@pytest.mark.spec("messages.md §6.4", "messages.md §6.5")
async def test_messages_of_every_kind(pywa: WhatsApp, box: Box, world: World, tmp_path: Path) -> None:
    await open_first_window(box, world)
    register_delivery(box)
    register_fetching(replace(box, outbound=Web().outbound))
    await box.jobs.drain()
    amara = world.handsets[0].wa_id
    png = b"\x89PNG\r\n\x1a\n" + bytes(50)
    media = await pywa.upload_media(png, mime_type="image/png", filename="glasses.png")
    described = await pywa.get_media_url(media.id)
    assert (described.mime_type, described.file_size) == ("image/png", len(png))
    assert await pywa.get_media_bytes(described.url) == png
    assert b"".join([part async for part in pywa.stream_media(described.url)]) == png
    assert (await pywa.download_media(url=described.url, path=tmp_path)).read_bytes() == png
    flow = await pywa.create_flow("Book", ["OTHER"], flow_json=flow_json(), publish=True)
    sections = [
        Section(title="North", rows=[SectionRow(title="Canal Street", callback_data="1", description="Until six")]),
        Section(title="South", rows=[SectionRow(title="Station Road", callback_data="2")]),
    ]
    text = await pywa.send_message(amara, "Hello", preview_url=True)
    sent = [
        await pywa.send_message(amara, "Hello again", reply_to_message_id=text.id),
        await pywa.send_image(amara, media.id, caption="Your glasses"),
        await pywa.send_image(amara, "https://example.org/shop.png"),
        await pywa.send_document(amara, b"%PDF-1.7", filename="a.pdf", mime_type="application/pdf"),
        await pywa.send_video(amara, "https://example.org/shop.mp4"),
        await pywa.send_audio(amara, "https://example.org/shop.mp3"),
        await pywa.send_voice(amara, b"OggS", mime_type="audio/ogg"),
        await pywa.send_text(amara, "Hello once more"),
        await pywa.send_sticker(amara, "https://example.org/shop.webp"),
        await pywa.send_location(amara, 51.5, -0.12, name="Shop"),
        await pywa.request_location(amara, "Where are you?"),
        await pywa.send_contact(amara, Contact(name=Contact.Name(formatted_name="Dalia", first_name="Dalia"))),
        await pywa.send_message(amara, "Ready?", header="Glasses", buttons=[Button(title="Yes", callback_data="y")]),
        await pywa.send_message(amara, "Which shop?", buttons=SectionList(button_title="Shops", sections=sections)),
        await pywa.send_message(amara, "Look", buttons=URLButton(title="Open", url="https://example.org")),
        await pywa.send_message(amara, "Book", buttons=FlowButton(title="Book", flow_id=flow.id)),
        await pywa.send_reaction(amara, "👍", text.id),
        await pywa.remove_reaction(amara, text.id),
    ]
    await box.jobs.drain()
    async with box.database.reading() as session:
        chosen = select(Message.status, Message.error).where(Message.wamid.in_([message.id for message in sent]))
        assert set((await session.execute(chosen)).all()) == {("delivered", None)}
        asked = await session.scalar(select(Message.wamid).where(Message.direction == "in"))
    assert asked is not None
    assert await pywa.mark_message_as_read(asked)
    assert await pywa.indicate_typing(asked)
    assert await pywa.delete_media(media.id)
    with pytest.raises(WhatsAppError):
        await pywa.get_media_url(media.id)
