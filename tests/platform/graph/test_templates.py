"""The calls for message templates, from creation to deletion, and what the review tells."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import httpx
import orjson
import pytest
from sqlalchemy import select
from tests.platform.sample_flows import broken_flow_json, flow_json

from headrace.business.whatsapp import Access, TemplateInvitation, WhatsApp
from headrace.business.whatsapp.templates import create_template, list_templates, send_template
from headrace.clock import ManualClock
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.messaging.models import Message
from headrace.platform.templates import review
from headrace.platform.templates.lifecycle import Action, NotPossible
from headrace.platform.templates.models import Template
from headrace.platform.webhooks import subscriptions
from headrace.platform.webhooks.models import WebhookEvent
from headrace.platform.webhooks.service import DELIVER
from headrace.platform.world import World
from headrace.protocol import RejectionReason, TemplateCategory, TemplateQuality

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.3", "webhooks.md §3.7")]

FIELDS = ["message_template_status_update", "message_template_quality_update", "template_category_update", "flows"]
BODY = {"type": "BODY", "text": "Hello {{1}}, good to see you.", "example": {"body_text": [["Amara"]]}}


@pytest.fixture(autouse=True)
async def ready(box: Box, world: World) -> None:
    """The developer's app is told about templates; the webhooks stay in their table."""

    async def keep(job: object) -> None:
        """Delivers nothing."""

    box.jobs.handle(DELIVER, keep)
    review.register_review(box)
    async with box.database.transaction() as session:
        await subscriptions.subscribe_app(session, box.clock, world.developer.app, "http://127.0.0.1:9/", "t", FIELDS)


class Calls:
    """What the tests ask for again and again."""

    def __init__(self, graph: httpx.AsyncClient, box: Box, world: World) -> None:
        self.graph, self.box = graph, box
        self.waba = world.wabas[0].id

    async def create(self, **changes: Any) -> httpx.Response:
        body = {"name": "after_your_visit", "language": "en_GB", "category": "UTILITY", "components": [BODY], **changes}
        return await self.graph.post(f"/v23.0/{self.waba}/message_templates", json=body)

    async def made(self, **changes: Any) -> str:
        """The id of a template that the review has approved."""
        created = await self.create(**changes)
        assert created.status_code == 200, created.text
        await self.box.jobs.drain()
        return str(created.json()["id"])

    async def get(self, template_id: str, fields: str = "id,name,status") -> dict[str, Any]:
        return dict((await self.graph.get(f"/v23.0/{template_id}?fields={fields}")).json())

    async def listed(self, query: str = "") -> dict[str, Any]:
        return dict((await self.graph.get(f"/v23.0/{self.waba}/message_templates?{query}")).json())

    async def flow(self, name: str = "Book") -> str:
        body = {"name": name, "categories": ["OTHER"], "flow_json": flow_json(), "publish": True}
        return str((await self.graph.post(f"/v23.0/{self.waba}/flows", json=body)).json()["id"])

    async def act(self, template_id: str, action: Action, reason: RejectionReason = RejectionReason.NONE) -> None:
        async with self.box.database.transaction() as session:
            await review.act(session, self.box, await session.get_one(Template, template_id), action, reason)

    async def told(self, field: str = "message_template_status_update") -> list[dict[str, Any]]:
        async with self.box.database.reading() as session:
            chosen = select(WebhookEvent.value).where(WebhookEvent.field == field).order_by(WebhookEvent.id)
            return [orjson.loads(value) for value in await session.scalars(chosen)]


@pytest.fixture
def calls(graph: httpx.AsyncClient, box: Box, world: World) -> Calls:
    return Calls(graph, box, world)


async def test_a_template_is_created_reviewed_and_read(calls: Calls) -> None:
    created = (await calls.create()).json()
    assert {**created, "id": "…"} == {"id": "…", "status": "PENDING", "category": "UTILITY"}
    await calls.box.jobs.drain()
    template = (await calls.graph.get(f"/v23.0/{created['id']}")).json()
    assert template == {
        "name": "after_your_visit",
        "parameter_format": "POSITIONAL",
        "components": [BODY],
        "language": "en_GB",
        "status": "APPROVED",
        "category": "UTILITY",
        "id": created["id"],
    }
    assert await calls.told() == [
        {
            "event": "APPROVED",
            "message_template_id": int(created["id"]),
            "message_template_name": "after_your_visit",
            "message_template_language": "en_GB",
            "reason": "NONE",
            "message_template_category": "UTILITY",
        }
    ]


@pytest.mark.parametrize(
    ("changes", "code", "subcode"),
    [
        ({"name": "After"}, 100, None),
        ({"name": None}, 100, None),
        ({"language": "xx"}, 100, None),
        ({"category": "NEWS"}, 100, None),
        ({"components": None}, 100, None),
        ({"components": "[]"}, 100, 2388043),
        ({"parameter_format": "loose"}, 100, None),
        ({"message_send_ttl_seconds": 1}, 100, None),
    ],
)
async def test_what_is_refused_leaves_nothing(calls: Calls, changes: dict[str, Any], code: int, subcode: int) -> None:
    answer = await calls.create(**changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert answer.json()["error"].get("error_subcode") == subcode
    assert (await calls.listed())["data"] == []


async def test_a_flow_button_names_its_flow_by_id_by_name_or_brings_it(calls: Calls) -> None:
    flow_id = await calls.flow()
    ways: list[dict[str, Any]] = [{"flow_id": int(flow_id)}, {"flow_name": "Book"}, {"flow_json": flow_json()}]
    for number, way in enumerate(ways):
        button = {"type": "FLOW", "text": "Open", "icon": "review", **way}
        components = [BODY, {"type": "buttons", "buttons": [button]}]
        template = await calls.get(await calls.made(name=f"with_flow_{number}", components=components), "components")
        stored = template["components"][1]["buttons"][0]
        brought = str(stored.pop("flow_id"))
        assert (brought == flow_id) == (number < 2)
        assert stored == {
            "type": "FLOW",
            "text": "Open",
            "icon": "REVIEW",
            "flow_action": "NAVIGATE",
            "navigate_screen": "ONE",
        }
        assert (await calls.get(brought))["status"] == "PUBLISHED"


async def test_a_flow_button_that_cannot_open_anything(calls: Calls) -> None:
    draft = {"name": "Draft", "categories": ["OTHER"], "flow_json": flow_json()}
    await calls.graph.post(f"/v23.0/{calls.waba}/flows", json=draft)
    await calls.flow()
    for button, words in (
        ({"flow_id": "123"}, "no Flow with the id 123"),
        ({"flow_name": "Draft"}, "publish it first"),
        ({"flow_name": "Book", "navigate_screen": "NOWHERE"}, "It opens with ONE"),
        ({"flow_name": "Book", "flow_action": "data_exchange"}, "with an endpoint"),
        ({"flow_json": broken_flow_json()}, "validation errors"),
    ):
        buttons = {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Open", **button}]}
        answer = await calls.create(components=[BODY, buttons])
        assert (answer.status_code, words in answer.json()["error"]["error_user_msg"]) == (400, True), answer.text
    flows = (await calls.graph.get(f"/v23.0/{calls.waba}/flows?fields=name")).json()["data"]
    assert {flow["name"] for flow in flows} == {"Draft", "Book"}


@pytest.mark.both_stores
async def test_a_listing_is_filtered_paged_and_summed_up(calls: Calls) -> None:
    await calls.made(name="order_sent", components=[{"type": "BODY", "text": "It is on its way."}])
    await calls.made(name="order_sent", language="de", components=[{"type": "BODY", "text": "Grüße vom Laden."}])
    await calls.made(name="sale", category="MARKETING")
    for query, names in (
        ("name=order", ["order_sent", "order_sent"]),
        ("language=de,fr", ["order_sent"]),
        ("category=MARKETING", ["sale"]),
        ("status=APPROVED&content=on its way", ["order_sent"]),
        ("content=Grüße", ["order_sent"]),
        ("name_or_content=sale", ["sale"]),
        ("quality_score=UNKNOWN&limit=1", ["sale"]),
        ("status=REJECTED", []),
    ):
        assert [entry["name"] for entry in (await calls.listed(query))["data"]] == names, query
    page = await calls.listed("limit=2&fields=name&summary=total_count,message_template_limit")
    assert len(page["data"]) == 2
    assert page["summary"] == {"total_count": 3, "message_template_limit": 6000}
    assert (await calls.listed("summary=true"))["summary"]["are_translations_complete"] is False
    assert "status" in (await calls.listed("status=NEW"))["error"]["message"]


async def test_editing_is_reviewed_again_and_has_its_limits(calls: Calls, clock: ManualClock) -> None:
    template_id = await calls.made()
    changed = {"components": [{"type": "BODY", "text": "Hello again."}]}
    answer = await calls.graph.post(f"/v23.0/{template_id}", json=changed)
    assert answer.json() == {"success": True, "id": template_id, "name": "after_your_visit", "category": "UTILITY"}
    refused = (await calls.graph.post(f"/v23.0/{template_id}", json=changed)).json()["error"]
    assert "PENDING" in refused["error_user_msg"]
    await calls.box.jobs.drain()
    assert [event["event"] for event in await calls.told()] == ["APPROVED", "PENDING", "APPROVED"]
    refused = (await calls.graph.post(f"/v23.0/{template_id}", json=changed)).json()["error"]
    assert "once in 24 hours" in refused["error_user_msg"]
    clock.advance(timedelta(days=1, seconds=1))
    refused = (await calls.graph.post(f"/v23.0/{template_id}", json={"category": "MARKETING"})).json()["error"]
    assert "category of an approved" in refused["error_user_msg"]
    await calls.act(template_id, Action.REJECT, RejectionReason.SCAM)
    assert (await calls.get(template_id, "rejected_reason"))["rejected_reason"] == "SCAM"
    assert (await calls.graph.post(f"/v23.0/{template_id}", json={"category": "MARKETING"})).status_code == 200


@pytest.mark.both_stores
async def test_deleting_by_name_and_by_id(calls: Calls, clock: ManualClock) -> None:
    english, german = await calls.made(), await calls.made(language="de")
    path = f"/v23.0/{calls.waba}/message_templates?name=after_your_visit"
    assert (await calls.graph.delete(f"{path}&hsm_id={german}")).json() == {"success": True}
    assert [entry["id"] for entry in (await calls.listed())["data"]] == [english]
    assert (await calls.graph.delete(path)).json() == {"success": True}
    assert (await calls.graph.delete(path)).json()["error"]["code"] == 100
    assert (await calls.graph.get(f"/v23.0/{english}")).status_code == 400
    assert (await calls.create()).json()["error"]["error_subcode"] == 2388023
    clock.advance(timedelta(days=30, seconds=1))
    await calls.made()
    assert (await calls.create()).json()["error"]["error_subcode"] == 2388024


async def test_rules_decide_and_hands_decide_over_them(calls: Calls, clock: ManualClock) -> None:
    rules = [
        review.Rule("sale*", "reject", RejectionReason.PROMOTIONAL),
        review.Rule("slow", "approve", delay_seconds=3600),
        review.Rule("*", "hold"),
    ]
    async with calls.box.database.transaction() as session:
        await review.set_rules(session, calls.box, rules)
        assert await review.list_rules(session) == rules
    sale, slow, other = [await calls.made(name=name) for name in ("sale_now", "slow", "other")]
    assert [(await calls.get(one))["status"] for one in (sale, slow, other)] == ["REJECTED", "PENDING", "PENDING"]
    health = (await calls.get(slow, "health_status"))["health_status"]
    assert health["can_send_message"] == "BLOCKED"
    assert (health["entities"][0]["entity_type"], health["entities"][0]["errors"][0]["error_code"]) == (
        "MESSAGE_TEMPLATE",
        141002,
    )
    told = (await calls.told())[0]
    assert (told["event"], told["reason"], told["rejection_info"]["reason"]) == ("REJECTED", *["PROMOTIONAL"] * 2)
    clock.advance(timedelta(hours=1))
    await calls.box.jobs.drain()
    assert (await calls.get(slow))["status"] == "APPROVED"
    assert (await calls.get(slow, "health_status"))["health_status"]["entities"][0]["can_send_message"] == "AVAILABLE"
    await calls.act(other, Action.APPROVE)
    with pytest.raises(NotPossible, match="APPROVED"):
        await calls.act(other, Action.UNPAUSE)


async def test_low_quality_pauses_twice_and_then_disables(calls: Calls, clock: ManualClock) -> None:
    template_id = await calls.made()
    for pause, hours in (("FIRST_PAUSE", 3), ("SECOND_PAUSE", 6)):
        await set_quality(calls, template_id, TemplateQuality.RED)
        assert (await calls.told())[-1]["other_info"]["title"] == pause
        await set_quality(calls, template_id, TemplateQuality.YELLOW)
        clock.advance(timedelta(hours=hours) - timedelta(seconds=1))
        await calls.box.jobs.drain()
        assert (await calls.get(template_id))["status"] == "PAUSED"
        clock.advance(timedelta(seconds=1))
        await calls.box.jobs.drain()
        assert (await calls.get(template_id))["status"] == "APPROVED"
    await set_quality(calls, template_id, TemplateQuality.RED)
    assert (await calls.get(template_id, "status,quality_score"))["quality_score"]["score"] == "RED"
    assert (await calls.told())[-1]["event"] == "DISABLED"
    assert (await calls.told("message_template_quality_update"))[0] == {
        "previous_quality_score": "UNKNOWN",
        "new_quality_score": "RED",
        "message_template_id": int(template_id),
        "message_template_name": "after_your_visit",
        "message_template_language": "en_GB",
    }


async def set_quality(calls: Calls, template_id: str, quality: TemplateQuality) -> None:
    async with calls.box.database.transaction() as session:
        await review.set_quality(session, calls.box, await session.get_one(Template, template_id), quality)


async def test_a_category_changes_after_it_was_announced(calls: Calls) -> None:
    template_id = await calls.made()
    for is_impending in (True, False):
        async with calls.box.database.transaction() as session:
            template = await session.get_one(Template, template_id)
            marketing = TemplateCategory.MARKETING
            await review.recategorize(session, calls.box, template, marketing, is_impending=is_impending)
    announced, changed = await calls.told("template_category_update")
    assert (announced["new_category"], announced["correct_category"]) == ("UTILITY", "MARKETING")
    assert (changed["previous_category"], changed["new_category"]) == ("UTILITY", "MARKETING")
    assert (await calls.get(template_id, "category,previous_category"))["previous_category"] == "UTILITY"


@dataclass
class _Answer:
    status: int
    body: bytes


class _OverAsgi:
    """The business side's way out, led into the face."""

    def __init__(self, graph: httpx.AsyncClient) -> None:
        self._graph = graph

    async def request(self, method: str, url: str, *, headers: Any, body: bytes | None, timeout: float) -> _Answer:
        answer = await self._graph.request(method, url, headers=headers, content=body)
        return _Answer(answer.status_code, answer.content)


async def test_the_business_side_lists_creates_and_sends(calls: Calls, world: World) -> None:
    flow_id = await calls.flow()
    access = Access("http://box.test", world.console.token, (calls.waba,))
    whatsapp = WhatsApp(access, cast("Outbound", _OverAsgi(calls.graph)))
    buttons = [{"type": "QUICK_REPLY", "text": "No"}, {"type": "FLOW", "text": "Open", "flow_id": flow_id}]
    template_id = await create_template(
        whatsapp,
        calls.waba,
        name="after_your_visit",
        language="en_GB",
        category="UTILITY",
        components=[BODY, {"type": "BUTTONS", "buttons": buttons}],
    )
    await calls.box.jobs.drain()
    (template,) = await list_templates(whatsapp, status="APPROVED")
    assert (template.id, template.name, template.body) == (template_id, "after_your_visit", BODY["text"])
    assert (template.flow_id, template.flow_button, template.waba_id) == (flow_id, 1, calls.waba)
    invitation = TemplateInvitation(
        name=template.name,
        language=template.language,
        body=["Ben"],
        flow_button=template.flow_button,
        flow_token="token-1",
        callback_data="mine",
    )
    wamid = await send_template(whatsapp, invitation, world.senders[0].id, world.handsets[1].wa_id)
    async with calls.box.database.reading() as session:
        message = (await session.scalars(select(Message).where(Message.wamid == wamid))).one()
    assert (message.flow_id, message.flow_token, message.callback_data) == (flow_id, "token-1", "mine")
    assert message.shown is not None
    assert message.shown["body"]["text"] == "Hello Ben, good to see you."


@pytest.mark.spec("graph-api.md §1.8")
async def test_the_sample_of_a_header_is_uploaded_in_pieces(calls: Calls, world: World) -> None:
    graph, app_id = calls.graph, world.developer.app.id
    query = "file_name=shop.png&file_length=10&file_type=image/png"
    for path in ("app/uploads/", f"{app_id}/uploads"):
        upload_id = (await graph.post(f"/v23.0/{path}?{query}")).json()["id"]
        assert upload_id.startswith("upload:")
    first = await graph.post(f"/v23.0/{upload_id}", content=b"\x89PNG{}", headers={"file_offset": "0"})
    assert first.json() == {"id": upload_id, "file_offset": 6}
    assert (await graph.get(f"/v23.0/{upload_id}")).json() == {"id": upload_id, "file_offset": 6}
    for offset, content, words in (
        ("0", b"1234", "6 bytes are there"),
        ("6", b"12345", "longer"),
        ("x", b"", "integer"),
    ):
        refused = await graph.post(f"/v23.0/{upload_id}", content=content, headers={"file_offset": offset})
        assert (refused.status_code, words in refused.json()["error"]["message"]) == (400, True)
    handle = (await graph.post(f"/v23.0/{upload_id}", content=b"1234", headers={"file_offset": "6"})).json()["h"]
    header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    assert (await calls.create(components=[header, BODY])).status_code == 200
    other = {"Authorization": f"Bearer {world.console.token}"}
    assert (await graph.get(f"/v23.0/{upload_id}", headers=other)).json()["error"]["error_subcode"] == 33
    for wrong in (
        "file_type=image/png",
        "file_length=1&file_type=image/gif",
        "file_length=999999999&file_type=image/png",
    ):
        assert (await graph.post(f"/v23.0/{app_id}/uploads?{wrong}")).json()["error"]["code"] == 100


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"languages": None}, "languages"),
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "must be a supported language"),
        ({"category": "MARKETING"}, "category"),
        ({"components": None}, "components"),
        ({"components": [BODY]}, ""),
        ({"name": "Not Small"}, "small letters"),
    ],
)
async def test_codes_in_several_languages_are_refused(
    graph: httpx.AsyncClient, world: World, changes: dict[str, Any], words: str
) -> None:
    button = {"type": "OTP", "otp_type": "COPY_CODE"}
    body = {
        "name": "your_code",
        "languages": ["en_GB", "de"],
        "category": "AUTHENTICATION",
        "components": [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [button]}],
        **changes,
    }
    given = {name: value for name, value in body.items() if value is not None}
    path = f"/v23.0/{world.wabas[0].id}"
    answer = await graph.post(f"{path}/upsert_message_templates", json=given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert words in answer.text
    assert (await graph.get(f"{path}/message_templates")).json()["data"] == []
