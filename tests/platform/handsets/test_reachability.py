"""Phones that are added and removed, go offline and come back, block a sender, or tell nobody what was read."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.handsets.models import SessionText
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.handsets.phones_page import phones_routes
from headrace.platform.messaging.models import Message
from headrace.platform.tables import table_of

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

JSON = {"accept": "application/json"}


class Phone:
    """Amara's phone, and the list of all phones."""

    def __init__(self, http: httpx.AsyncClient, stage: Stage) -> None:
        self.http, self.stage, self.url = http, stage, f"/handsets/{stage.amara.id}"

    async def post(self, path: str, status: int = 200, **members: Any) -> dict[str, Any]:
        answer = await self.http.post(f"{self.url}/{path}" if path else "/handsets", json=members, headers=JSON)
        assert answer.status_code == status, answer.text
        await self.stage.box.jobs.drain()
        return dict(answer.json())

    async def texts(self) -> list[str]:
        messages = (await self.http.get(self.url, headers=JSON)).json()["messages"]
        return [message["text"] for message in messages if message["from"] == "business"]

    async def send(self, text: str) -> str:
        answer = await self.stage.send(type="text", text={"body": text})
        return str(answer["messages"][0]["id"])

    async def flow_texts(self) -> list[str]:
        async with self.stage.box.database.reading() as session:
            return list(await session.scalars(select(SessionText.text)))

    async def reached(self, wamid: str) -> list[str]:
        return [str(status["status"]) for status in await self.stage.statuses(wamid)]


@pytest.fixture
async def phone(stage: Stage) -> AsyncIterator[Phone]:
    register_exchanges(stage.box)
    app = Starlette(routes=[*phones_routes(stage.box), *handset_routes(stage.box)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        yield Phone(http, stage)


@pytest.mark.spec("webhooks.md §3.6")
async def test_messages_wait_for_a_phone_that_is_offline_and_arrive_in_order(phone: Phone) -> None:
    await phone.stage.write()
    await phone.post("switches", online="off")
    wamids = [await phone.send(text) for text in ("one", "two", "three")]
    assert [await phone.reached(wamid) for wamid in wamids] == [["sent"]] * 3
    assert await phone.texts() == []
    await phone.post("write", text="written offline")
    shown = (await phone.http.get(phone.url, headers=JSON)).json()
    assert shown["messages"][-1]["status"] == "waiting"
    assert [value["messages"][0]["text"]["body"] for value in await phone.stage.events() if "messages" in value] == [
        "I need new glasses"
    ]
    await phone.post("switches", online="on")
    assert await phone.texts() == ["one", "two", "three"]
    assert [await phone.reached(wamid) for wamid in wamids] == [["sent", "delivered"]] * 3
    told = [value["messages"][0]["text"]["body"] for value in await phone.stage.events() if "messages" in value]
    assert told == ["I need new glasses", "written offline"]
    arrived = [status["id"] for value in await phone.stage.events() for status in value.get("statuses", [])]
    assert [wamid for wamid in arrived if wamid in wamids][-3:] == wamids


@pytest.mark.spec("messages.md §6.7")
async def test_a_message_that_waits_too_long_is_lost_without_a_word(phone: Phone) -> None:
    await phone.stage.write()
    await phone.post("switches", online="off")
    old, new = await phone.send("old"), await phone.send("new")
    async with phone.stage.box.database.transaction() as session:
        messages = table_of(Message)
        long_ago = phone.stage.box.clock.now() - timedelta(seconds=1)
        await session.execute(update(messages).where(messages.c.wamid == old).values(expires_at=long_ago))
    await phone.post("switches", online="on")
    assert (await phone.reached(old), await phone.reached(new)) == (["sent"], ["sent", "delivered"])
    assert "offline" in str((await phone.stage.message(old)).loss)
    assert await phone.texts() == ["new"]
    await phone.post("switches", online="off")
    await phone.post("switches", online="on")
    assert await phone.reached(old) == ["sent"]


async def test_it_is_lost_when_its_time_is_over(phone: Phone, clock: ManualClock) -> None:
    await phone.stage.write()
    await phone.post("switches", online="off")
    wamid = await phone.send("too late")
    clock.advance(timedelta(days=29))
    await phone.stage.box.jobs.drain()
    assert (await phone.stage.message(wamid)).loss is None
    clock.advance(timedelta(days=1, seconds=1))
    await phone.stage.box.jobs.drain()
    assert (await phone.stage.message(wamid)).loss


async def test_a_phone_offline_opens_no_form_and_asks_no_endpoint(phone: Phone) -> None:
    await phone.stage.write()
    wamid = await phone.stage.send_flow(await phone.stage.make_flow())
    await phone.post("switches", online="off")
    assert "offline" in (await phone.post("open", message=wamid))["notice"]
    await phone.post("dismiss")
    await phone.post("switches", online="on")
    assert (await phone.post("open", message=wamid))["session_url"]


async def test_what_a_blocked_sender_writes_never_arrives(phone: Phone) -> None:
    await phone.stage.write()
    form = await phone.stage.send_flow(await phone.stage.make_flow())
    assert (await phone.post("open", message=form))["session_url"]
    assert (await phone.post("block"))["session_url"] is None
    wamid = await phone.send("Are you there?")
    assert await phone.reached(wamid) == ["sent"]
    assert "blocked" in str((await phone.stage.message(wamid)).loss)
    assert "Unblock" in (await phone.post("write", 422, text="Hello"))["error"]
    assert "blocked" in (await phone.post("open", message=form))["notice"]
    assert "You blocked Shops" in (await phone.http.get(phone.url)).text
    await phone.post("unblock")
    again = await phone.send("Good to see you")
    assert await phone.reached(again) == ["sent", "delivered"]
    assert await phone.reached(wamid) == ["sent"]


async def test_a_person_may_tell_nobody_what_was_read(phone: Phone) -> None:
    await phone.stage.write()
    await phone.post("switches", read_receipts="off")
    wamid = await phone.send("Read me")
    shown = await phone.post("seen", sender=phone.stage.sender.id)
    assert [chat["unread"] for chat in shown["chats"]] == [0] * len(shown["chats"])
    assert await phone.reached(wamid) == ["sent", "delivered"]
    await phone.post("switches", read_receipts="on")
    again = await phone.send("And me")
    await phone.post("seen", sender=phone.stage.sender.id)
    assert await phone.reached(again) == ["sent", "delivered", "read"]
    assert await phone.reached(wamid) == ["sent", "delivered"]


async def test_a_phone_is_added_and_reached_and_removed(phone: Phone) -> None:
    added = await phone.post("", 201, name="Farid", number="+49 1512 3456789", platform="ios")
    assert (added["wa_id"], added["user_id"][:3], added["platform"]) == ("4915123456789", "DE.", "ios")
    await phone.http.post(f"{added['url']}/write", json={"text": "Hello"}, headers=JSON)
    answer = await phone.stage.send(to=added["wa_id"], type="text", text={"body": "Hello Farid"})
    assert await phone.reached(answer["messages"][0]["id"]) == ["sent", "delivered"]
    listed = (await phone.http.get("/handsets", headers=JSON)).json()["handsets"]
    assert [one["name"] for one in listed][-1] == "Farid"
    assert "Farid" in (await phone.http.get("/handsets")).text
    flow = await phone.stage.make_flow()
    form = await phone.stage.send(
        to=added["wa_id"],
        type="interactive",
        interactive={
            "type": "flow",
            "body": {"text": "Open it"},
            "action": {
                "name": "flow",
                "parameters": {"flow_message_version": "3", "flow_id": flow.id, "flow_cta": "Open"},
            },
        },
    )
    await phone.http.post(f"{added['url']}/open", json={"message": form["messages"][0]["id"]}, headers=JSON)
    assert len(await phone.flow_texts()) == 1
    assert (await phone.http.delete(added["url"], headers=JSON)).json() == {"removed": True}
    assert await phone.flow_texts() == []
    assert (await phone.http.get(added["url"], headers=JSON)).status_code == 404
    gone = await phone.stage.send(to=added["wa_id"], type="text", text={"body": "Hello?"})
    assert await phone.reached(gone["messages"][0]["id"]) == ["failed"]
    again = await phone.post("", 201, name="Gül", number="4915123456789")
    assert (await phone.http.get(again["url"], headers=JSON)).json()["messages"] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "", "number": "+44 7700 900123"}, "name"),
        ({"name": "A" * 101, "number": "+44 7700 900123"}, "name"),
        ({"name": "Ann\u202e", "number": "+44 7700 900123"}, "character"),
        ({"name": "Ann", "number": "0044"}, "country code"),
        ({"name": "Ann", "number": "four"}, "country code"),
        ({"name": "Ann", "number": "+44 7700 900101"}, "already"),
        ({"name": "Ann", "number": "+44 20 7946 0101"}, "sender"),
        ({"name": "Ann", "number": "+44 7700 900123", "platform": "kaios"}, "platform"),
    ],
)
async def test_a_phone_that_cannot_be_made_says_why(phone: Phone, given: dict[str, str], words: str) -> None:
    assert words in (await phone.post("", 422, **given))["error"]
    page = await phone.http.post("/handsets", data=given)
    assert (page.status_code, "That was not done." in page.text) == (422, True)


async def test_without_scripts_the_list_is_shown_again(phone: Phone) -> None:
    answer = await phone.http.post(f"{phone.url}/network", data={"online": "off"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/handsets")
    assert "offline" in (await phone.http.get("/handsets")).text
    assert (await phone.http.post(f"{phone.url}/network", data={"online": "maybe"})).status_code == 422
    assert (await phone.http.post("/handsets/1/remove", data={})).status_code == 404
    assert (await phone.http.post(f"{phone.url}/remove", data={})).status_code == 303
    assert "Amara" not in (await phone.http.get("/handsets")).text
