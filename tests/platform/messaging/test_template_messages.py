"""Sending templates: how parameters fill them, what is refused, what arrives, what it costs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock
from headrace.platform.errors import PlatformError
from headrace.platform.flows.models import Flow
from headrace.platform.handsets import service as handsets
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.opening import press_button
from headrace.platform.handsets.screen import PhoneScreen, look
from headrace.platform.templates.components import read_components
from headrace.platform.templates.models import Template

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.3")]

TEXT = {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["1"]}}
IMAGE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}}
PLACE = {"type": "HEADER", "format": "LOCATION"}
BODY = {"type": "BODY", "text": "Hello {{1}}, it is {{2}} today.", "example": {"body_text": [["Amara", "Monday"]]}}
PLAIN = {"type": "BODY", "text": "Hello, it is time."}
FOOTER = {"type": "FOOTER", "text": "Millrace Opticians"}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "QUICK_REPLY", "text": "Yes"},
        {"type": "URL", "text": "Look", "url": "https://example.org/{{1}}", "example": ["https://example.org/a"]},
        {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+442079460101"},
        {"type": "COPY_CODE", "example": "SAVE20"},
    ],
}
OPEN = {"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Tell us", "flow_id": "1"}]}


def texts(*values: str, **named: str) -> list[dict[str, Any]]:
    positional = [{"type": "text", "text": value} for value in values]
    return positional + [{"type": "text", "parameter_name": name, "text": value} for name, value in named.items()]


def button(index: Any, sub_type: str, **parameter: Any) -> dict[str, Any]:
    return {"type": "button", "sub_type": sub_type, "index": index, "parameters": [parameter]}


HEAD = {"type": "header", "parameters": texts("1001")}
WORDS = {"type": "body", "parameters": texts("Amara", "Monday")}
FILLED = [button("1", "url", type="text", text="shop"), button(3, "copy_code", type="coupon_code", coupon_code="TEN")]


async def make(stage: Stage, *components: Any, flow: Flow | None = None, **columns: Any) -> None:
    """An approved template `visit` in English."""
    now = stage.box.clock.now()
    category = columns.get("category", "UTILITY")
    stored = read_components(list(components), columns.get("parameter_format", "POSITIONAL"), category).stored
    if flow is not None:
        stored[-1]["buttons"][-1] |= {"flow_id": flow.id, "flow_action": "NAVIGATE", "navigate_screen": "FIRST"}
    async with stage.box.database.transaction() as session:
        session.add(
            Template(
                **{
                    "id": stage.box.identifiers.graph_id(),
                    "waba_id": stage.sender.waba_id,
                    "name": "visit",
                    "language": "en_GB",
                    "category": category,
                    "parameter_format": "POSITIONAL",
                    "components": stored,
                    "flow_id": None if flow is None else flow.id,
                    "status": "APPROVED",
                    "quality_at": now,
                    "created_at": now,
                    "updated_at": now,
                    **columns,
                }
            )
        )


async def send(stage: Stage, *components: Any, **template: Any) -> str:
    given = {"name": "visit", "language": {"code": "en_GB"}, "components": list(components), **template}
    answer = await stage.send(type="template", template=given)
    assert answer["messages"][0]["message_status"] == "accepted"
    return str(answer["messages"][0]["id"])


async def see(stage: Stage) -> PhoneScreen:
    async with stage.box.database.reading() as session:
        return await look(session, stage.box, await session.get_one(Handset, stage.amara.id))


async def test_a_template_arrives_filled_without_an_open_window(stage: Stage) -> None:
    await make(stage, TEXT, BODY, FOOTER, BUTTONS)
    wamid = await send(stage, HEAD, WORDS, *FILLED)
    assert (await stage.message(wamid)).status == "delivered"
    (bubble,) = (await see(stage)).bubbles
    assert (bubble.title, bubble.text, bubble.footer) == (
        "Order 1001",
        "Hello Amara, it is Monday today.",
        "Millrace Opticians",
    )
    assert [(choice.kind, choice.label, choice.value) for choice in bubble.choices] == [
        ("reply", "Yes", "Yes"),
        ("url", "Look", "https://example.org/shop"),
        ("call", "Call", "+442079460101"),
        ("copy", "Copy offer code", "TEN"),
    ]
    chat = (await see(stage)).chats[0]
    assert chat.last_text == "Hello Amara, it is Monday today."


async def test_a_tapped_quick_reply_comes_back_with_its_payload_and_opens_the_window(stage: Stage) -> None:
    await make(stage, PLAIN, BUTTONS)
    wamid = await send(stage, *FILLED, button(0, "QUICK_REPLY", type="payload", payload="yes-1"))
    async with stage.box.database.transaction() as session:
        amara = await session.get_one(Handset, stage.amara.id)
        message = await handsets.find_delivered(session, amara, wamid)
        assert message is not None
        await handsets.choose(session, stage.box, amara, message, 0)
        with pytest.raises(handsets.NotThere):
            await handsets.choose(session, stage.box, amara, message, 1)
    await stage.box.jobs.drain()
    (reply,) = [message for value in await stage.events() for message in value.get("messages", [])]
    assert (reply["type"], reply["button"]) == ("button", {"payload": "yes-1", "text": "Yes"})
    assert reply["context"] == {"from": stage.sender.digits, "id": wamid}
    assert (await see(stage)).bubbles[-1].text == "Yes"
    answer = await stage.send(text={"body": "Thank you"})
    assert (await stage.message(answer["messages"][0]["id"])).status == "delivered"


async def test_a_flow_button_opens_its_flow_with_token_and_data(stage: Stage) -> None:
    flow = await stage.make_flow()
    await make(stage, PLAIN, OPEN, flow=flow)
    action = {"flow_token": "token-1", "flow_action_data": {"name": "Amara"}}
    wamid = await send(stage, button(0, "FLOW", type="action", action=action))
    message = await stage.message(wamid)
    assert (message.flow_token, message.flow_id) == ("token-1", flow.id)
    assert message.flow_opening == {"action": "navigate", "screen": "FIRST", "data": {"name": "Amara"}}
    (bubble,) = (await see(stage)).bubbles
    assert bubble.button is not None
    assert (bubble.button.label, bubble.button.state, bubble.choices) == ("Tell us", "active", ())
    async with stage.box.database.transaction() as session:
        amara = await session.get_one(Handset, stage.amara.id)
        opened = await handsets.find_message(session, amara, wamid)
        assert opened is not None
        assert await press_button(session, stage.box, amara, opened) is not None


@pytest.mark.parametrize("component", [None, {"type": "button", "sub_type": "flow", "index": "0"}, {"null": True}])
async def test_a_flow_button_needs_no_parameters(stage: Stage, component: Any) -> None:
    await make(stage, PLAIN, OPEN, flow=await stage.make_flow())
    given = button("0", "flow", type="action", action={"flow_token": None, "flow_action_data": None})
    if component is None:
        wamid = await send(stage, components=None)
    else:
        wamid = await send(stage, given if "null" in component else component)
    message = await stage.message(wamid)
    assert message.flow_token == "unused"
    assert message.flow_opening == {"action": "navigate", "screen": "FIRST", "data": None}


async def test_the_flow_of_a_template_is_blocked_and_throttled_like_any_other(stage: Stage) -> None:
    flow = await stage.make_flow(status="THROTTLED")
    await make(stage, PLAIN, OPEN, flow=flow)
    for _ in range(10):
        await send(stage)
    assert await refused(stage) == (132069, True)
    async with stage.box.database.transaction() as session:
        (await session.get_one(Flow, flow.id)).status = "BLOCKED"
    assert await refused(stage) == (132068, True)


async def refused(stage: Stage, *components: Any, words: str = "", **template: Any) -> tuple[int, bool]:
    with pytest.raises(PlatformError) as caught:
        await send(stage, *components, **template)
    return caught.value.code, words in (caught.value.details or "")


@pytest.mark.parametrize(
    ("components", "code", "words"),
    [
        ([HEAD], 132000, "body: number of localizable_params (0)"),
        ([HEAD, {"type": "body", "parameters": texts("a")}, *FILLED], 132000, "(1) does not match"),
        ([{"type": "body", "parameters": texts("a", "b")}, *FILLED], 132000, "header:"),
        ([HEAD, {"type": "body", "parameters": texts("a", "x" * 1024)}], 132005, "at most 1024"),
        ([{"type": "header", "parameters": texts("x" * 60)}, WORDS, *FILLED], 132005, "at most 60"),
        ([HEAD, {"type": "body", "parameters": texts("a", "b\nc")}], 132007, "new-line"),
        ([HEAD, {"type": "body", "parameters": [{"type": "image"}, {"type": "text", "text": "b"}]}], 132012, "TEXT"),
        ([HEAD, WORDS, button(0, "url", type="text", text="x")], 132012, "QUICK_REPLY"),
        ([HEAD, WORDS, button(0, "quick_reply", type="text", text="x")], 132012, "expected PAYLOAD"),
        ([HEAD, WORDS, button(9, "url", type="text", text="x")], 132018, "no button at index 9"),
        ([HEAD, WORDS], 131008, "Button at index 1 of type Url requires a parameter"),
        ([HEAD, WORDS, button(1, "url", type="text", text="")], 131008, "text"),
        ([HEAD, WORDS, button(None, "url", type="text", text="x")], 131008, "index"),
        ([HEAD, WORDS, *FILLED, FILLED[0]], 131009, "twice"),
        ([HEAD, HEAD], 131009, "second component"),
        ([{"type": "poem"}], 131009, "components[0].type"),
        (["x"], 131009, "components[0]"),
    ],
)
async def test_parameters_that_do_not_fit(stage: Stage, components: list[Any], code: int, words: str) -> None:
    await make(stage, TEXT, BODY, FOOTER, BUTTONS)
    assert await refused(stage, *components, words=words) == (code, True)


@pytest.mark.parametrize(
    ("header", "parameter", "code"),
    [
        (IMAGE, {"type": "image", "image": {"link": "https://example.org/a.png"}}, None),
        (IMAGE, {"type": "video", "video": {"link": "https://example.org/a.mp4"}}, 132012),
        (IMAGE, {"type": "image", "image": {"link": "file:///etc/passwd"}}, 131009),
        (PLACE, {"type": "location", "location": {"latitude": 51.5, "longitude": "-0.1", "name": "Shop"}}, None),
        (PLACE, {"type": "location", "location": {"latitude": "north", "longitude": 0}}, 131009),
    ],
)
async def test_headers_that_are_no_text(
    stage: Stage, header: dict[str, Any], parameter: dict[str, Any], code: int | None
) -> None:
    await make(stage, header, PLAIN)
    given = {"type": "header", "parameters": [parameter]}
    if code is not None:
        assert (await refused(stage, given))[0] == code
        return
    await send(stage, given)
    picture = (await see(stage)).bubbles[0].picture
    assert picture is not None
    assert (picture.kind, picture.name) in {("image", "a.png"), ("location", "Shop")}


async def test_named_parameters_are_filled_by_name(stage: Stage) -> None:
    entries = [{"param_name": name, "example": "x"} for name in ("first_name", "day")]
    body = {
        "type": "BODY",
        "text": "Hello {{first_name}}, it is {{day}} today.",
        "example": {"body_text_named_params": entries},
    }
    await make(stage, body, parameter_format="NAMED")
    await send(stage, {"type": "body", "parameters": texts(day="Monday", first_name="Amara")})
    assert (await see(stage)).bubbles[0].text == "Hello Amara, it is Monday today."
    assert await refused(stage, {"type": "body", "parameters": texts(day="x", month="y")}, words="`month`") == (
        132018,
        True,
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [("PENDING", 132001), ("REJECTED", 132001), ("PAUSED", 132015), ("DISABLED", 132016), ("DELETED", 132001)],
)
async def test_only_an_approved_template_is_sent(stage: Stage, status: str, code: int) -> None:
    await make(stage, PLAIN, status=status)
    assert (await refused(stage))[0] == code


async def test_a_template_is_one_of_its_language(stage: Stage) -> None:
    await make(stage, PLAIN)
    with pytest.raises(PlatformError) as caught:
        await send(stage, language={"code": "de"})
    assert (caught.value.code, caught.value.http_status) == (132001, 404)
    await send(stage, language={"code": "en_GB", "policy": "deterministic"})
    assert await refused(stage, language={"code": "en_GB", "policy": "fallback"}) == (131009, True)


@pytest.mark.spec("messages.md §6.10", "webhooks.md §3.6")
@pytest.mark.parametrize(
    ("category", "is_open", "pricing"),
    [
        ("MARKETING", True, {"billable": True, "type": "regular", "category": "marketing"}),
        ("UTILITY", False, {"billable": True, "type": "regular", "category": "utility"}),
        ("UTILITY", True, {"billable": False, "type": "free_customer_service", "category": "utility"}),
    ],
)
async def test_what_a_template_costs(stage: Stage, category: str, is_open: bool, pricing: Mapping[str, Any]) -> None:
    await make(stage, PLAIN, category=category)
    if is_open:
        await stage.write()
    sent, delivered = await stage.statuses(await send(stage))
    assert sent["pricing"] == delivered["pricing"] == {"pricing_model": "PMP", **pricing}
    assert sent["conversation"]["origin"] == {"type": category.lower()}
    expires = stage.box.clock.now() + timedelta(hours=24)
    assert sent["conversation"]["expiration_timestamp"] == str(int(expires.timestamp()))


async def test_a_template_is_no_word_of_the_person(stage: Stage, clock: ManualClock) -> None:
    await make(stage, PLAIN)
    await send(stage)
    answer = await stage.send(text={"body": "Hello"})
    (failed,) = await stage.statuses(answer["messages"][0]["id"])
    assert failed["errors"][0]["code"] == 131047


async def test_more_than_a_megabyte_is_lost_without_a_word_but_not_forgotten(stage: Stage) -> None:
    await make(stage, PLAIN, OPEN, flow=await stage.make_flow())
    data = {"flow_action_data": {"image": "x" * 1024 * 1024}}
    wamid = await send(stage, button(0, "flow", type="action", action=data))
    message = await stage.message(wamid)
    assert message.status == "accepted"
    assert message.loss is not None
    assert "larger than 1 MB" in message.loss
    assert await stage.events() == []
    assert (await see(stage)).bubbles == ()
