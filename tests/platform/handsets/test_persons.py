"""Scripted persons answer by themselves: they write, tap, and fill in Flows with an endpoint."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from tests.platform.handsets.eye_test import prepared, send
from tests.platform.messaging.stage import Stage

from headrace.clock import ManualClock
from headrace.platform.box import Box
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.handsets.persons import register_persons
from headrace.platform.handsets.phones_page import phones_routes

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

JSON = {"accept": "application/json"}

RULES: list[dict[str, Any]] = [
    {
        "when": {"flow": "book an eye*"},
        "do": [
            {"fill": {"name": "Ada", "card": "4711", "pin": "0815", "colours": ["black"]}},
            {"tap": "Continue"},
            {"select": {"time": "t1"}},
            {"tap": "Book"},
        ],
    },
    {"when": {"text": "*tomorrow*"}, "after": "2h", "tap": "Yes"},
    {"when": {"text": "*glasses*"}, "say": "They are fine"},
]


class Amara:
    """Amara's phone, which answers by itself."""

    def __init__(self, http: httpx.AsyncClient, stage: Stage) -> None:
        self.http, self.stage, self.url = http, stage, f"/handsets/{stage.amara.id}"

    async def learns(self, rules: object, status: int = 200) -> dict[str, Any]:
        answer = await self.http.post(f"{self.url}/script", content=orjson.dumps(rules), headers=JSON)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    async def wrote(self) -> list[dict[str, Any]]:
        return [message for value in await self.stage.events() for message in value.get("messages", [])]

    async def trouble(self) -> str | None:
        found = (await self.http.get(f"{self.url}/script", headers=JSON)).json()["trouble"]
        return None if found is None else str(found)


async def _amara(stage: Stage, box: Box) -> AsyncIterator[Amara]:
    app = Starlette(routes=[*phones_routes(box), *handset_routes(box)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        yield Amara(http, stage)


@pytest.fixture
async def amara(stage: Stage) -> AsyncIterator[Amara]:
    register_exchanges(stage.box)
    register_persons(stage.box)
    async for amara in _amara(stage, stage.box):
        yield amara


BUTTONS = {
    "type": "button",
    "body": {"text": "Does tomorrow suit you?"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "y", "title": "Yes"}},
            {"type": "reply", "reply": {"id": "n", "title": "No"}},
        ]
    },
}


async def test_a_person_writes_and_taps_at_their_own_pace(amara: Amara, clock: ManualClock) -> None:
    await amara.stage.write()
    await amara.learns(RULES)
    answer = await amara.stage.send(type="text", text={"body": "How are the glasses?"})
    assert [message["text"]["body"] for message in await amara.wrote()][1:] == ["They are fine"]
    assert (await amara.wrote())[-1]["context"]["id"] == answer["messages"][0]["id"]
    await amara.stage.send(type="interactive", interactive=BUTTONS)
    await amara.stage.send(type="text", text={"body": "Nobody answers this"})
    assert len(await amara.wrote()) == 2
    clock.advance(timedelta(hours=2))
    await amara.stage.box.jobs.drain()
    assert (await amara.wrote())[-1]["interactive"]["button_reply"] == {"id": "y", "title": "Yes"}
    await amara.learns([])
    await amara.stage.send(type="text", text={"body": "How are the glasses?"})
    assert len(await amara.wrote()) == 3
    assert await amara.trouble() is None


async def test_a_person_fills_in_a_flow_with_an_endpoint(stage: Stage) -> None:
    flow, box = await prepared(stage)
    register_exchanges(box)
    register_persons(box)
    async for amara in _amara(stage, box):
        await amara.learns(RULES)
        wamid = await send(stage, flow)
        assert await amara.trouble() is None
        reply = (await amara.wrote())[-1]
    assert reply["context"]["id"] == wamid
    assert orjson.loads(reply["interactive"]["nfm_reply"]["response_json"])["time"] == "t1"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([{"do": [{"tap": "Nowhere"}]}], "Nowhere"),
        ([{"tap": "Maybe"}], "offers no 'Maybe'"),
    ],
)
async def test_what_keeps_a_person_from_answering_is_told(amara: Amara, rules: list[Any], words: str) -> None:
    await amara.stage.write()
    await amara.learns(rules)
    await amara.stage.send_flow(await amara.stage.make_flow())
    assert words in str(await amara.trouble())
    assert words in (await amara.http.get("/handsets")).text.replace("&#39;", "'")
    await amara.learns(rules)
    assert await amara.trouble() is None


async def test_a_script_is_given_by_page_and_refused_in_words(amara: Amara) -> None:
    page = await amara.http.get(f"{amara.url}/script")
    assert (page.status_code, "What Amara answers" in page.text) == (200, True)
    answer = await amara.http.post(f"{amara.url}/script", data={"script": "- say: Thank you"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/handsets")
    assert "say: Thank you" in (await amara.http.get(f"{amara.url}/script")).text
    refused = await amara.http.post(f"{amara.url}/script", data={"script": "- shout: <b>"})
    assert (refused.status_code, "no &#39;shout&#39;" in refused.text, "&lt;b&gt;" in refused.text) == (422, True, True)
    assert "list of rules" in (await amara.learns(7, 422))["error"]
    assert (await amara.http.post("/handsets/1/script", content=b"[]", headers=JSON)).status_code == 404
    invalid = await amara.http.post(f"{amara.url}/script", content=b"\xff", headers=JSON)
    assert invalid.status_code == 400
