"""A Flow on a phone from its button to its end, over the phone's own addresses, with a real endpoint behind it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from tests.platform.handsets.processes import process_of
from tests.platform.messaging.stage import Stage

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.platform.accounts.encryption import set_key
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.flows.service import deprecate
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.messaging.models import Message

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

JSON = {"accept": "application/json"}
ADDRESS = "https://shop.example.org/flow"


class Phone:
    """Amara's phone, driven by a script."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url
        self.session_url = ""

    async def look(self) -> dict[str, Any]:
        return dict((await self._client.get(self._url, headers=JSON)).json())

    async def open(self, wamid: str) -> dict[str, Any]:
        answer = (await self._client.post(f"{self._url}/open", json={"message": wamid}, headers=JSON)).json()
        self.session_url = answer["session_url"]
        return await self.act("outcome")

    async def press(self, wamid: str) -> str:
        """Presses a button that opens nothing; gives what the phone says."""
        await self._client.post(f"{self._url}/open", json={"message": wamid}, headers=JSON)
        return str((await self.look())["notice"])

    async def act(self, act: str, **members: Any) -> dict[str, Any]:
        answer = await self._client.post(f"{self.session_url}/{act}", json=members, headers=JSON)
        assert answer.status_code == 200, answer.text
        found = dict(answer.json())
        return found if found["status"] != "loading" or act == "outcome" else await self.act("outcome")


@asynccontextmanager
async def phone_of(stage: Stage, endpoint: Any = None) -> AsyncIterator[Phone]:
    """The phone's pages of one server; what they call out to is `endpoint`."""
    async with process_of(stage.box, None if endpoint is None else AsgiTransport(endpoint)) as box:
        transport = httpx.ASGITransport(Starlette(routes=handset_routes(box)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Phone(client, f"/handsets/{stage.amara.id}")


async def count(stage: Stage, *conditions: Any) -> int:
    async with stage.box.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0


async def held(stage: Stage) -> FlowSession:
    async with stage.box.database.reading() as session:
        return (await session.scalars(select(FlowSession))).one()


async def exchanges(stage: Stage) -> list[EndpointCall]:
    async with stage.box.database.reading() as session:
        calls = select(EndpointCall).options(joinedload(EndpointCall.bodies)).order_by(EndpointCall.id)
        return list(await session.scalars(calls))


@pytest.fixture
async def wamid(stage: Stage) -> str:
    await stage.write()
    return await stage.send_flow(await stage.make_flow(name="Book an eye test"), flow_token="token-1")


async def test_a_finished_flow_is_a_message_of_the_person(stage: Stage, wamid: str) -> None:
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        await phone.act("tap", target="Continue")
        assert (await phone.act("tap", target="Send"))["status"] == "completed"
        screen = await phone.look()
    (message,) = (await stage.events())[-1]["messages"]
    assert message["context"]["id"] == wamid
    assert orjson.loads(message["interactive"]["nfm_reply"]["response_json"]) == {"flow_token": "token-1"}
    asked, answered = screen["messages"][-2:]
    assert asked["button"]["state"] == "answered"
    assert (answered["type"], answered["title"], answered["quoted_id"]) == ("response", "Book an eye test", wamid)
    assert answered["response"] == {"flow_token": "token-1"}
    assert screen["session_url"] is None
    assert (await held(stage)).status == "completed"


@pytest.mark.spec("lifecycle.md §4.1", "lifecycle.md §4.2")
async def test_a_flow_deprecated_meanwhile_is_finished_and_its_answer_arrives(stage: Stage, wamid: str) -> None:
    unopened = await stage.send_flow(await stage.make_flow(name="Book again"), flow_token="token-2")
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        async with stage.box.database.transaction() as session:
            for flow in await session.scalars(select(Flow)):
                await deprecate(session, stage.box, flow)
        await phone.act("tap", target="Continue")
        assert (await phone.act("tap", target="Send"))["status"] == "completed"
        (message,) = (await stage.events())[-1]["messages"]
        assert message["context"]["id"] == wamid
        assert message["interactive"]["nfm_reply"]["name"] == "flow"
        assert await phone.press(unopened) == "This form is not available now."
    assert (await held(stage)).status == "completed"


async def test_two_presses_send_one_response(stage: Stage, wamid: str) -> None:
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        await phone.act("tap", target="Continue")
        await phone.act("tap", target="Send")
        await phone.act("tap", target="Send")
    assert await count(stage, Message.context_wamid == wamid) == 1


async def test_closed_and_opened_again_it_stands_where_it_was(stage: Stage, wamid: str) -> None:
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        await phone.act("tap", target="Continue")
        await phone.act("close")
        assert (await phone.look())["session_url"] is None
    async with phone_of(stage) as phone:
        assert (await phone.open(wamid))["screen"] == "LAST"


async def test_the_sheet_of_another_phone_is_not_there(stage: Stage, wamid: str) -> None:
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        session_id = phone.session_url.rsplit("/", 1)[1]
    transport = httpx.ASGITransport(Starlette(routes=handset_routes(stage.box)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get(f"/handsets/{stage.ben.id}/sessions/{session_id}/", headers=JSON)
    assert answer.status_code == 404


async def test_what_comes_after_the_end_changes_nothing(stage: Stage, wamid: str) -> None:
    async with phone_of(stage) as phone:
        await phone.open(wamid)
        await phone.act("tap", target="Continue")
        await phone.act("tap", target="Send")
        before = await held(stage)
        await phone.act("back")
        await phone.act("close")
    after = await held(stage)
    assert (after.status, after.state) == (before.status, before.state)


# With an endpoint


Answer = Callable[[Request], Screen | Finish]


async def endpoint_flow(stage: Stage, answer: Answer | None = None, *, key: bool = True) -> tuple[str, Any]:
    """A Flow whose endpoint answers INIT with its first screen and everything else with `answer`; and its message."""
    pair = generate_key_pair()
    await stage.write()
    async with stage.box.database.transaction() as session:
        await set_key(session, await session.get_one(PhoneNumber, stage.sender.id), pair.public_pem)
    flow = await stage.make_flow(endpoint=True, endpoint_uri=ADDRESS)
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=stage.app.secret)

    @endpoint.on_init
    def begin(request: Request) -> Screen | Finish:
        return answer(request) if answer is not None else Screen("FIRST")

    return await stage.send_flow(flow, flow_action="data_exchange", flow_token="token-1"), endpoint


async def test_an_exchange_is_kept_clear_and_sealed(stage: Stage) -> None:
    wamid, endpoint = await endpoint_flow(stage)
    async with phone_of(stage, endpoint) as phone:
        assert (await phone.open(wamid))["screen"] == "FIRST"
    (exchange,) = await exchanges(stage)
    assert (exchange.action, exchange.http_status, exchange.error_type) == ("INIT", 200, None)
    assert (exchange.kind, exchange.phone_number_id) == ("exchange", stage.sender.id)
    session = await held(stage)
    assert (exchange.session_id, exchange.flow_id) == (session.id, session.flow_id)
    assert exchange.bodies.request["flow_token"] == "token-1"
    assert exchange.bodies.response == {"screen": "FIRST", "data": {}}
    assert set(orjson.loads(exchange.bodies.sealed_request)) == {
        "encrypted_flow_data",
        "encrypted_aes_key",
        "initial_vector",
    }
    assert exchange.bodies.sealed_response


async def test_a_killed_server_takes_the_exchange_up_again(stage: Stage) -> None:
    wamid, endpoint = await endpoint_flow(stage)
    async with phone_of(stage, endpoint) as phone:
        answer = await phone._client.post(f"{phone._url}/open", json={"message": wamid}, headers=JSON)
        session_url = answer.json()["session_url"]
    assert await exchanges(stage) == []
    async with phone_of(stage, endpoint) as phone:
        phone.session_url = (await phone.look())["session_url"]
        assert phone.session_url == session_url
        assert (await phone.act("outcome"))["screen"] == "FIRST"


async def test_an_endpoint_may_end_the_flow(stage: Stage) -> None:
    wamid, endpoint = await endpoint_flow(stage, lambda request: Finish({"booked": True}))
    async with phone_of(stage, endpoint) as phone:
        assert (await phone.open(wamid))["status"] == "completed"
        assert (await phone.look())["messages"][-1]["response"] == {"flow_token": "token-1", "booked": True}


async def test_a_used_up_token_shuts_the_button_and_says_so(stage: Stage) -> None:
    def expired(request: Request) -> Screen:
        raise TokenExpired("Your order is placed already.")

    wamid, endpoint = await endpoint_flow(stage, expired)
    async with phone_of(stage, endpoint) as phone:
        await phone.open(wamid)
        screen = await phone.look()
    assert screen["notice"] == "Your order is placed already."
    assert screen["session_url"] is None
    assert screen["messages"][-1]["button"]["state"] == "closed"
    async with stage.box.database.reading() as session:
        assert (await session.get_one(Handset, stage.amara.id)).notice
    assert await count(stage, Message.context_wamid == wamid) == 0


async def test_a_failed_exchange_is_kept_and_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    wamid, _ = await endpoint_flow(stage)
    with caplog.at_level(logging.WARNING):
        async with phone_of(stage, PlainTextResponse("oh", 500)) as phone:
            found = await phone.open(wamid)
    assert found["screen"] is None
    (exchange,) = await exchanges(stage)
    assert (exchange.error_type, exchange.http_status) == ("unexpected_http_status_code", 500)
    assert "unexpected_http_status_code" in caplog.text


async def test_a_key_that_is_not_vouched_for_is_not_used(stage: Stage) -> None:
    wamid, endpoint = await endpoint_flow(stage)
    async with stage.box.database.transaction() as session:
        (await session.get_one(PhoneNumber, stage.sender.id)).public_key_signature = "forged"
    async with phone_of(stage, endpoint) as phone:
        await phone.open(wamid)
    (exchange,) = await exchanges(stage)
    assert exchange.error_type == "public-key-signiture-verification"


async def test_a_flow_that_asks_nobody_says_how_to_send_it(stage: Stage) -> None:
    """A Flow without data_api_version may be sent with data_exchange; what opens then is an error screen."""
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow(), flow_action="data_exchange", flow_token="token-1")
    async with phone_of(stage) as phone:
        found = await phone.open(wamid)
    assert (found["status"], found["screen"]) == ("error", None)
    state = (await held(stage)).state
    assert "no data_api_version" in str(state)
    assert "flow_action navigate" in str(state)
    assert await exchanges(stage) == []


async def test_an_endpoint_flow_without_address_says_what_is_missing(stage: Stage) -> None:
    wamid, _ = await endpoint_flow(stage)
    async with stage.box.database.transaction() as session:
        (await session.scalars(select(Flow))).one().endpoint_uri = None
    async with phone_of(stage) as phone:
        await phone.open(wamid)
    assert "This Flow needs an endpoint, and none is set up." in str((await held(stage)).state)
