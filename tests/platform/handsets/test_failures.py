"""What a person sees when something goes wrong, and what the endpoint is told, on a phone's page in a real browser."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.async_api import expect
from tests.phone.flows import flow, footer, heading, options, screen, string
from tests.platform.handsets.scene import ASKING, FIRST, PLAIN, Scene, to_ask
from tests.platform.handsets.wayward import Plain, Reaction, Sealed, Silent, Slow

from headrace.phone.values import texts
from headrace.platform.flows.models import Flow

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@dataclass(frozen=True)
class Failure:
    """`error_type` is what is on record, `is_told` whether the endpoint hears of it, `cause` what is found out."""

    reaction: Reaction
    error_type: str
    is_told: bool = False
    cause: str = ""


PASSING = {
    "slow": Failure(Slow(), "timeout_error"),
    "status 500": Failure(Plain(500, "oh"), "unexpected_http_status_code"),
    "connection closed": Failure(Silent(), "no_http_response_error"),
    "status 432": Failure(Plain(432), "unexpected_http_status_code"),
}
FINAL = {
    "status 421 twice": Failure(Plain(421), "business-decryption-error", cause="nor a ping that is sealed"),
    "not sealed": Failure(Plain(200, '{"screen": "ASK"}'), "response-decryption-error", True, "JSON in clear"),
    "no way there": Failure(Sealed({"screen": "ASIDE", "data": {}}), "invalid-screen-transition", is_told=True),
    "field of another type": Failure(to_ask(greeting=5), "payload-schema-error", is_told=True),
    "no data": Failure(Sealed({"screen": "ASK"}), "malformed-answer"),
}
FINAL_ON_THE_WAY = {
    **FINAL,
    "required field missing": Failure(Sealed({"screen": "CHECK", "data": {}}), "payload-schema-error", is_told=True),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
async def test_an_opening_that_may_pass(scene: Scene, failure: Failure) -> None:
    """An error screen; trying again asks anew and goes on."""
    scene.reacts(failure.reaction)
    await scene.open(ASKING, opening="data_exchange")
    await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure(failure.error_type))
    assert failure.error_type in (await scene.recorded())[:2]
    assert [request["action"] for request in scene.endpoint.requests] == ["INIT"]
    scene.reacts(Sealed(FIRST))
    await scene.sheet.get_by_role("button", name="Try again").click()
    await expect(scene.sheet.get_by_text("Good morning")).to_be_visible()
    assert scene.endpoint.notices == []


@pytest.mark.parametrize("failure", FINAL.values(), ids=FINAL)
async def test_a_failed_opening(scene: Scene, failure: Failure) -> None:
    """An error screen that only the × leaves."""
    scene.reacts(failure.reaction)
    await scene.open(ASKING, opening="data_exchange")
    await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure(failure.error_type))
    if failure.is_told:
        assert_tells(await scene.notice(), failure, action="INIT", screen="")
    await expect(scene.sheet.get_by_role("button", name="Try again")).to_have_count(0)
    assert failure.cause in await scene.explained()
    asked = 2 if failure.error_type == "business-decryption-error" else 1
    assert [request["action"] for request in scene.endpoint.requests] == ["INIT"] * asked


def assert_tells(notice: dict[str, Any], failure: Failure, *, action: str, screen: str) -> None:
    assert {name: notice[name] for name in ("version", "action", "screen")} == {
        "version": "3.0",
        "action": action,
        "screen": screen,
    }
    assert notice["flow_token"].startswith("token-")
    assert notice["data"]["error"] == failure.error_type
    assert notice["data"]["error_message"]


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
async def test_a_failure_on_the_way_that_may_pass(scene: Scene, failure: Failure) -> None:
    """A snackbar; the screen and what was entered stay, and the button asks once more."""
    scene.reacts(Sealed(FIRST), failure.reaction)
    await scene.ask()
    await expect(scene.sheet.locator(".snackbar")).to_have_text(texts.failure(failure.error_type))
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")
    assert scene.endpoint.notices == []
    assert (await scene.recorded())[0] == failure.error_type
    scene.reacts(Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}}))
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.get_by_text("Twelve")).to_be_visible()
    await expect(scene.sheet.locator(".snackbar")).to_have_count(0)
    assert scene.endpoint.requests[0]["data"] == {"name": "Ada"}


@pytest.mark.parametrize("failure", FINAL_ON_THE_WAY.values(), ids=FINAL_ON_THE_WAY)
async def test_a_failure_on_the_way(scene: Scene, failure: Failure) -> None:
    """An error screen takes over; the message's button begins anew."""
    scene.reacts(Sealed(FIRST), failure.reaction)
    await scene.ask()
    await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure(failure.error_type))
    await expect(scene.sheet.get_by_label("Name")).to_have_count(0)
    await expect(scene.sheet.get_by_role("button", name="Try again")).to_have_count(0)
    if failure.is_told:
        assert_tells(await scene.notice(), failure, action="data_exchange", screen="ASK")
    else:
        assert scene.endpoint.notices == []


@pytest.mark.parametrize("status", ["opening", "on the way"])
async def test_a_key_that_changed_is_fetched_anew(scene: Scene, status: str) -> None:
    """A 421 makes the phone seal again with the present key; the person notices nothing."""
    scene.reacts(Plain(421), Sealed(FIRST)) if status == "opening" else scene.reacts(
        Sealed(FIRST), Plain(421), Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}})
    )
    await (scene.open(ASKING, opening="data_exchange") if status == "opening" else scene.ask())
    await expect(scene.sheet.get_by_text("Good morning" if status == "opening" else "Twelve")).to_be_visible()
    await expect(scene.sheet.locator(".snackbar")).to_have_count(0)
    assert len(scene.endpoint.requests) == (2 if status == "opening" else 3)


USED_UP = {
    "plain, on opening": (Plain(427, '{"error_msg": "The table is taken."}'), "The table is taken.", True),
    "sealed, on the way": (Sealed({"error_msg": "The table is taken."}, 427), "The table is taken.", False),
    "without words": (Plain(427), texts.FLOW_USED_UP, False),
}


@pytest.mark.parametrize(("reaction", "words", "opening"), USED_UP.values(), ids=USED_UP)
async def test_a_used_up_token(scene: Scene, reaction: Reaction, words: str, opening: bool) -> None:
    """A dialog with the words of the business; then the button of the message is shut for good."""
    scene.reacts(*([] if opening else [Sealed(FIRST)]), reaction)
    name = await scene.open(ASKING, opening="data_exchange")
    if not opening:
        await scene.fill("Name", "Ada")
        await scene.page.get_by_role("button", name="Continue").click()
    notice = scene.page.locator("#notice")  # the sheet says so, too, until it is gone
    await expect(notice).to_contain_text(words)
    await notice.get_by_role("button", name="OK").click()
    await expect(scene.page.locator("[aria-modal]")).to_have_count(0)
    await expect(scene.cta(name)).to_be_disabled()
    await expect(scene.cta(name)).to_have_accessible_description("No longer available")
    assert scene.endpoint.notices == []


async def test_a_component_that_cannot_be_drawn(scene: Scene) -> None:
    """An error screen; the endpoint hears of it."""
    scene.reacts(Sealed({"screen": "ASK", "data": {"greeting": "Good morning", "shops": options("canal", "canal")}}))
    await scene.open(ASKING, opening="data_exchange")
    await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure("components-validation-error"))
    notice = await scene.notice()
    assert (notice["action"], notice["screen"]) == ("data_exchange", "")
    assert notice["data"]["error"] == "components-validation-error"
    assert "canal" in notice["data"]["error_message"]


@pytest.mark.parametrize(
    ("column", "value", "error_type"),
    [
        ("public_key_signature", "forged", "public-key-signiture-verification"),
        ("public_key", None, "public-key-missing"),
    ],
)
async def test_a_key_that_cannot_be_used(scene: Scene, column: str, value: str | None, error_type: str) -> None:
    """The Flow does not open, and nothing is sent."""
    scene.reacts(Sealed(FIRST))
    name = await scene.send(ASKING, opening="data_exchange")
    before = await scene.change_sender(column, value)
    try:
        await scene.cta(name).click()
        await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure(error_type))
        assert scene.endpoint.requests == []
        assert (await scene.recorded())[0] == error_type
        await expect(scene.sheet.get_by_role("button", name="Try again")).to_have_count(0)
    finally:
        await scene.change_sender(column, before)


@pytest.mark.parametrize("status", ["BLOCKED", "DEPRECATED"])
async def test_a_flow_that_was_shut(scene: Scene, status: str) -> None:
    name = await scene.send(PLAIN)
    async with scene.stage.box.database.transaction() as session:
        (await session.get_one(Flow, scene.sent)).status = status
    await scene.cta(name).click()
    await expect(scene.page.get_by_role("alertdialog")).to_contain_text("not available")
    await expect(scene.sheet).to_have_count(0)


async def test_a_phone_without_connection(scene: Scene) -> None:
    """A snackbar; what was entered stays, and the button works once the connection is back."""
    scene.reacts(Sealed(FIRST), Sealed({"screen": "CHECK", "data": {"sum": "Twelve"}}))
    await scene.open(ASKING, opening="data_exchange")
    await scene.fill("Name", "Ada")
    await expect(scene.page.get_by_role("button", name="Continue")).to_have_attribute("aria-disabled", "false")
    await scene.page.context.set_offline(True)
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.get_by_text("No connection")).to_be_visible()
    await expect(scene.sheet.get_by_label("Name")).to_have_value("Ada")
    await scene.page.context.set_offline(False)
    await scene.page.get_by_role("button", name="Continue").click()
    await expect(scene.sheet.get_by_text("Twelve")).to_be_visible()
    await expect(scene.sheet.get_by_text("No connection")).to_have_count(0)


async def test_data_of_the_message_that_breaks_the_model(scene: Scene) -> None:
    document = flow(screen("WHO", heading("${data.who}"), footer("complete"), data={"who": string()}, terminal=True))
    made = await scene.flow(document)
    await scene.stage.send_flow(
        made, flow_cta="Open broken", flow_action="navigate", flow_action_payload={"screen": "WHO", "data": {"who": 5}}
    )
    await scene.cta("Open broken").click()
    await expect(scene.sheet.get_by_role("alert")).to_contain_text(texts.failure("payload-schema-error"))
