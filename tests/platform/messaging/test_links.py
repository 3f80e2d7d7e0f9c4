"""Files that messages name by links: fetched, kept, shown; or why the message fails."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.platform.messaging.stage import Stage, set_stage
from tests.platform.web import PNG, Web, answer

from headrace.clock import ManualClock
from headrace.outbound import Forbidden, Outbound, TooLarge
from headrace.platform.box import Box
from headrace.platform.handsets import service as handsets
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.screen import look
from headrace.platform.messaging.media_files import content_of

pytestmark = [pytest.mark.anyio, pytest.mark.spec("messages.md §6.5")]

SHOP = "https://example.org/shop.png"


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
async def stage(box: Box, web: Web) -> Stage:
    found = await set_stage(replace(box, outbound=web.outbound))
    await found.write()
    return found


async def send(stage: Stage, link: str = SHOP, kind: str = "image") -> str:
    sent = await stage.send(type=kind, **{kind: {"link": link}})
    return str(sent["messages"][0]["id"])


async def failure(stage: Stage, wamid: str) -> dict[str, Any]:
    (status,) = await stage.statuses(wamid)
    assert status["status"] == "failed"
    (error,) = status["errors"]
    return dict(error)


@pytest.mark.both_stores
async def test_a_picture_is_fetched_and_shown(stage: Stage, web: Web, clock: ManualClock) -> None:
    header = {"type": "image", "image": {"link": SHOP}}
    action = {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}
    wamids = [await send(stage)]
    answered = await stage.send(
        type="interactive",
        interactive={"type": "button", "header": header, "body": {"text": "Ready?"}, "action": action},
    )
    wamids.append(answered["messages"][0]["id"])
    assert web.asked == [SHOP]  # what was fetched lately is used again
    async with stage.box.database.reading() as session:
        handset = await session.get_one(Handset, stage.amara.id)
        screen = await look(session, stage.box, handset)
        ids = [bubble.picture and bubble.picture.media_id for bubble in screen.bubbles[1:]]
        assert len(set(ids)) == 1
        assert await handsets.picture(session, stage.box, handset, str(ids[0])) == (PNG, "image/png")
        assert await content_of(session, str(ids[0])) == PNG
    assert [(await stage.message(wamid)).status for wamid in wamids] == ["delivered", "delivered"]
    clock.advance(timedelta(minutes=11))
    await send(stage)
    assert web.asked == [SHOP, SHOP]


async def test_a_message_waits_for_its_file(stage: Stage, web: Web) -> None:
    answered = await stage.accept(
        {"messaging_product": "whatsapp", "to": "447700900101", "type": "image", "image": {"link": SHOP}}
    )
    message = await stage.message(answered["messages"][0]["id"])
    assert (message.status, message.shard, message.fetched) == ("accepted", None, {SHOP: None})
    assert message.payload == {"link": SHOP}
    await stage.box.jobs.drain()
    assert (await stage.message(message.wamid)).status == "delivered"


@pytest.mark.parametrize(
    ("there", "kind", "words"),
    [
        (answer(404), "image", "failed with http code 404, status message Not Found"),
        (answer(799), "image", "failed with http code 799, status message unknown"),
        (Forbidden("10.0.0.1:80 is not called: it is private."), "image", "10.0.0.1:80 is not called"),
        (TooLarge("large"), "image", "more than 5,242,880 bytes"),
        (answer(200, PNG, {"Content-Type": "text/html"}), "image", "Unsupported image mime type text/html"),
        (answer(200, PNG, {"Content-Type": "image/png; charset=x"}), "video", "Unsupported video mime type image/png"),
        (answer(200, b"no picture", {"Content-Type": "image/png"}), "image", "does not begin like one"),
        (answer(200, b"", {"Content-Type": "image/png"}), "image", "empty"),
        (answer(302, b"", {"Location": SHOP}), "image", "leads on more than 3 times"),
        (answer(302), "image", "http code 302"),
    ],
)
async def test_what_cannot_be_fetched_fails(stage: Stage, web: Web, there: Any, kind: str, words: str) -> None:
    web.there[SHOP] = there
    error = await failure(stage, await send(stage, kind=kind))
    assert (error["code"], error["title"]) == (131053, "Media upload error")
    assert words in error["error_data"]["details"]


async def test_a_link_may_lead_on_and_say_nothing_of_its_type(stage: Stage, web: Web) -> None:
    web.there[SHOP] = answer(302, b"", {"Location": "/there"})
    web.there["https://example.org/there"] = answer(200, PNG)
    assert (await stage.message(await send(stage))).status == "delivered"


async def test_a_message_that_fails_anyway_fetches_nothing(stage: Stage, web: Web, clock: ManualClock) -> None:
    clock.advance(timedelta(days=2))
    assert (await failure(stage, await send(stage)))["code"] == 131047
    assert web.asked == []


@pytest.fixture
async def guarded(box: Box) -> AsyncIterator[Stage]:
    async with Outbound() as outbound:
        stage = await set_stage(replace(box, outbound=outbound))
        await stage.write()
        yield stage


async def test_the_machine_itself_is_not_called(guarded: Stage) -> None:
    for link in ("http://127.0.0.1:9/shop.png", "http://169.254.169.254/latest/meta-data", "http://[::1]:9/a.png"):
        assert "not called" in (await failure(guarded, await send(guarded, link)))["error_data"]["details"]
