"""The switches of a phone, the summary of a response and the inspector, over the phone's own addresses."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from tests.platform.handsets.eye_test import sent
from tests.platform.handsets.processes import process_of
from tests.platform.messaging.stage import Stage

from headrace.platform.handsets.pages import handset_routes

pytestmark = pytest.mark.anyio

JSON = {"accept": "application/json"}
HTMX = {"hx-request": "true"}


class Phone:
    """Amara's phone, driven by a script."""

    def __init__(self, http: httpx.AsyncClient, url: str, stage: Stage) -> None:
        self.http = http
        self.url = url
        self.stage = stage
        self.session_url = ""

    async def look(self) -> dict[str, Any]:
        return dict((await self.http.get(self.url, headers=JSON)).json())

    async def post(self, path: str, **members: Any) -> httpx.Response:
        return await self.http.post(f"{self.url}/{path}", json=members, headers=JSON)

    async def act(self, act: str, **members: Any) -> dict[str, Any]:
        answer = await self.http.post(f"{self.session_url}/{act}", json=members, headers=JSON)
        assert answer.status_code == 200, answer.text
        found = dict(answer.json())
        return found if found["status"] != "loading" or act == "outcome" else await self.act("outcome")

    async def answer_the_flow(self, wamid: str) -> dict[str, Any]:
        """Fills in the whole Flow; gives the message that was sent."""
        self.session_url = (await self.post("open", message=wamid)).json()["session_url"]
        await self.act("outcome")
        await self.act("keep", values={"name": "Ada", "card": "4711", "pin": "0815", "colours": ["black"]})
        assert (await self.act("tap", target="Continue"))["screen"] == "TIMES"
        await self.act("select", name="time", value="t1")
        assert (await self.act("tap", target="Book"))["status"] == "completed"
        return dict((await self.look())["messages"][-1])


@pytest.fixture
async def message(stage: Stage) -> tuple[str, Any]:
    return await sent(stage)


@pytest.fixture
async def phone(stage: Stage, message: tuple[str, Any]) -> AsyncIterator[Phone]:
    async with process_of(stage.box, message[1].outbound) as box:
        transport = httpx.ASGITransport(Starlette(routes=handset_routes(box)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            yield Phone(http, f"/handsets/{stage.amara.id}", stage)


# Switches


async def test_a_new_phone_is_set_as_usual(phone: Phone) -> None:
    handset = (await phone.look())["handset"]
    assert {name: handset[name] for name in ("theme", "direction", "text_size", "omits_flow_token")} == {
        "theme": "system",
        "direction": "ltr",
        "text_size": 100,
        "omits_flow_token": False,
    }


async def test_switches_are_kept_and_dress_the_page(phone: Phone) -> None:
    answer = await phone.post("switches", platform="ios", theme="dark", direction="rtl", text_size=200)
    assert answer.json()["handset"]["platform"] == "ios"
    html = (await phone.http.get(phone.url)).text
    for words in ('<html lang="en" data-theme="dark">', 'class="handset ios"', 'dir="rtl"', "--type: 2"):
        assert words in html
    assert "iPhone · dark · right to left · text 200 %" in html


async def test_a_linked_device_says_in_the_chat_that_it_opens_no_flow(phone: Phone, message: tuple[str, Any]) -> None:
    words = "It cannot be opened on a linked device."
    assert words not in (await phone.http.get(phone.url)).text
    await phone.post("switches", device="companion")
    html = (await phone.http.get(phone.url)).text
    assert words in html
    assert "linked device" in html
    assert (await phone.look())["handset"]["device"] == "companion"
    await phone.post("switches", device="companion_with_flows")
    assert words not in (await phone.http.get(phone.url)).text


async def test_one_switch_leaves_the_others(phone: Phone) -> None:
    await phone.post("switches", theme="dark", text_size="130")
    handset = (await phone.post("switches", direction="rtl")).json()["handset"]
    assert (handset["theme"], handset["text_size"], handset["direction"]) == ("dark", 130, "rtl")


@pytest.mark.parametrize("wrong", [{"platform": "windows"}, {"text_size": "99"}, {"theme": "", "direction": "rtl"}])
async def test_a_setting_that_does_not_exist_changes_nothing(phone: Phone, wrong: dict[str, str]) -> None:
    answer = await phone.post("switches", **wrong)
    assert answer.status_code == 422
    assert "It is one of" in answer.json()["error"]
    handset = (await phone.look())["handset"]
    assert (handset["theme"], handset["direction"], handset["platform"]) == ("system", "ltr", "android")


async def test_another_kind_of_phone_draws_the_sheet_anew_and_a_theme_does_not(
    phone: Phone, message: tuple[str, Any]
) -> None:
    await phone.post("open", message=message[0])
    dark = await phone.http.post(f"{phone.url}/switches", data={"theme": "dark"}, headers=HTMX)
    assert 'hx-target="#sheet-slot"' not in dark.text
    other = await phone.http.post(f"{phone.url}/switches", data={"platform": "ios"}, headers=HTMX)
    assert 'hx-target="#sheet-slot"' in other.text
    assert "flow-sheet ios" in other.text


async def test_switches_of_a_phone_that_is_not_there(phone: Phone) -> None:
    assert (await phone.http.post("/handsets/1/switches", json={"theme": "dark"}, headers=JSON)).status_code == 404
    assert (await phone.http.get("/handsets/1/inspector")).status_code == 404
    assert (await phone.http.get("/handsets/1/messages/x/summary")).status_code == 404


# An iPhone that leaves out the token


@pytest.mark.parametrize(
    ("platform", "leaves_out", "expected"),
    [("ios", "on", {"time": "t1"}), ("android", "on", {"time": "t1", "flow_token": "token-1"})],
)
async def test_only_an_iphone_leaves_out_the_flow_token(
    phone: Phone, message: tuple[str, Any], platform: str, leaves_out: str, expected: dict[str, str]
) -> None:
    await phone.post("switches", platform=platform, omits_flow_token=leaves_out)
    answered = await phone.answer_the_flow(message[0])
    assert answered["response"] == expected
    (event,) = (await phone.stage.events())[-1]["messages"]
    assert orjson.loads(event["interactive"]["nfm_reply"]["response_json"]) == expected
    assert event["context"]["id"] == message[0], "the business finds its Flow by the message it answers"


async def test_the_switch_counts_for_a_flow_that_is_open_already(phone: Phone, message: tuple[str, Any]) -> None:
    phone.session_url = (await phone.post("open", message=message[0])).json()["session_url"]
    await phone.act("outcome")
    await phone.post("switches", platform="ios", omits_flow_token=True)
    await phone.act("keep", values={"name": "Ada"})
    await phone.act("tap", target="Continue")
    await phone.act("tap", target="Book")
    assert "flow_token" not in (await phone.look())["messages"][-1]["response"]


# The summary


async def test_the_summary_of_a_response_masks_what_is_sensitive(phone: Phone, message: tuple[str, Any]) -> None:
    answered = await phone.answer_the_flow(message[0])
    url = f"{phone.url}/messages/{answered['id']}/summary"
    found = (await phone.http.get(url, headers=JSON)).json()["summary"]
    listed = {line["label"]: line["value"] for section in found for line in section["lines"]}
    assert listed == {"Name": "Ada", "Card": "•" * 12, "Colours": "•" * 12, "Time": "Monday 10:00"}
    html = (await phone.http.get(url)).text
    assert "4711" not in html
    assert "0815" not in html
    assert "Masked" in html


async def test_a_message_without_a_summary(phone: Phone, message: tuple[str, Any]) -> None:
    for wamid in (message[0], "wamid.none"):
        answer = await phone.http.get(f"{phone.url}/messages/{wamid}/summary", headers=JSON)
        assert answer.status_code == 404


# The inspector and the trace


async def test_the_inspector_follows_the_flow_that_was_open_last(phone: Phone, message: tuple[str, Any]) -> None:
    assert "No Flow was open on this phone yet" in (await phone.http.get(f"{phone.url}/inspector")).text
    await phone.answer_the_flow(message[0])
    html = (await phone.http.get(f"{phone.url}/inspector")).text
    assert "2 exchanges" in html
    assert "Sealed request" in html
    assert "completed" in html
    assert "4711" not in html.split('id="inspector-exchange"')[0]


async def test_the_trace_of_a_session_on_the_box(phone: Phone, message: tuple[str, Any]) -> None:
    await phone.answer_the_flow(message[0])
    trace = (await phone.http.get(f"{phone.session_url}/trace")).json()
    kinds = [one["kind"] for one in trace["entries"]]
    assert kinds == [
        *["act", "exchange", "screen"],
        *["act", "act", "exchange", "screen"],
        *["act", "act", "end"],
    ]
    exchange = trace["entries"][5]
    assert exchange["request"]["data"] == {"name": "Ada", "card": "4711"}
    assert "encrypted_flow_data" in exchange["sealed_request"]
    assert trace["opening"]["flow_token"] == "token-1"
    assert trace["entries"][-1]["response"] == {"time": "t1", "flow_token": "token-1"}


async def test_replaying_asks_the_endpoint_and_leaves_the_session_alone(phone: Phone, message: tuple[str, Any]) -> None:
    await phone.answer_the_flow(message[0])
    before = (await phone.http.get(f"{phone.session_url}/trace")).json()
    answer = await phone.http.post(f"{phone.session_url}/replay", headers=JSON)
    assert answer.json() == {"differences": []}
    assert (await phone.http.get(f"{phone.session_url}/trace")).json() == before
