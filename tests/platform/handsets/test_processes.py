"""Sessions on any process: two of them over one database act on one phone, and every exchange comes to one end."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from tests.platform.handsets.processes import process_of
from tests.platform.messaging.stage import Stage

from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.platform.accounts.encryption import set_key
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.endpoints.models import EndpointBodies, EndpointCall
from headrace.platform.handsets.models import FlowSession, TraceEntry
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.handsets.session_rows import ASK, NOTIFY
from headrace.platform.tables import Job

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

JSON = {"accept": "application/json"}
ADDRESS = "https://shop.example.org/flow"


class Gated:
    """An endpoint that answers once its gate is open; it counts who asked."""

    def __init__(self, stage: Stage, private_pem: str) -> None:
        self.gate = asyncio.Event()
        self.asked = asyncio.Event()
        self.actions: list[str] = []
        endpoint = Endpoint(private_key=private_pem, app_secret=stage.app.secret)
        self._app = endpoint

        @endpoint.on_init
        async def begin(request: Request) -> Screen:
            self.actions.append(request.action)
            self.asked.set()
            await self.gate.wait()
            return Screen("FIRST")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)


@pytest.fixture
async def gated(stage: Stage) -> Gated:
    pair = generate_key_pair()
    await stage.write()
    async with stage.box.database.transaction() as session:
        await set_key(session, await session.get_one(PhoneNumber, stage.sender.id), pair.public_pem)
    return Gated(stage, pair.private_pem)


async def sent(stage: Stage, name: str) -> str:
    """The message of a Flow that asks its endpoint first."""
    flow = await stage.make_flow(name=name, endpoint=True, endpoint_uri=ADDRESS)
    return await stage.send_flow(flow, flow_action="data_exchange", flow_token=f"token of {name}")


@asynccontextmanager
async def server(stage: Stage, endpoint: Any = None, *, works: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """Amara's phone as one process shows it."""
    async with AsyncExitStack() as stack:
        transport = None if endpoint is None else AsgiTransport(endpoint)
        box = await stack.enter_async_context(process_of(stage.box, transport, works=works))
        app = httpx.ASGITransport(Starlette(routes=handset_routes(box)))
        url = f"http://127.0.0.1/handsets/{stage.amara.id}"
        yield await stack.enter_async_context(httpx.AsyncClient(transport=app, base_url=url, headers=JSON))


async def press(http: httpx.AsyncClient, wamid: str) -> str:
    """Presses a message's button; gives the address of the sheet."""
    return str((await http.post("/open", json={"message": wamid})).json()["session_url"]).split("/", 3)[3]


async def act(http: httpx.AsyncClient, sheet: str, act: str, /, **members: Any) -> dict[str, Any]:
    answer = await http.post(f"/{sheet}/{act}", json=members)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def rows(stage: Stage, table: Any) -> list[Any]:
    async with stage.box.database.reading() as session:
        return list(await session.scalars(select(table)))


async def exchange_jobs(stage: Stage) -> int:
    return sum(job.command == ASK for job in await rows(stage, Job))


async def test_two_processes_take_turns_on_one_sheet(stage: Stage) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    async with server(stage) as one, server(stage) as other:
        sheet = await press(one, wamid)
        assert (await act(other, sheet, "tap", target="Continue"))["screen"] == "LAST"
        assert (await act(one, sheet, "back"))["screen"] == "FIRST"
        assert (await act(other, sheet, "tap", target="Continue"))["screen"] == "LAST"
        assert (await act(one, sheet, "tap", target="Send"))["status"] == "completed"
    acts = [entry.members["name"] for entry in await rows(stage, TraceEntry) if entry.kind == "act"]
    assert acts == ["open", "tap", "back", "tap", "tap"]


async def test_acts_at_the_same_time_lose_nothing(stage: Stage) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    async with server(stage) as one, server(stage) as other:
        sheet = await press(one, wamid)
        await asyncio.gather(
            *(act(http, sheet, "leave", name=f"{number}") for number, http in enumerate([one, other] * 8))
        )
        await asyncio.gather(*(act(http, sheet, "tap", target="Continue") for http in (one, other, one, other)))
    entries = await rows(stage, TraceEntry)
    acts = [entry.members for entry in entries if entry.kind == "act"]
    left = {members["members"]["name"] for members in acts if members["name"] == "leave"}
    assert left == {str(number) for number in range(16)}
    assert [entry.members["screen"] for entry in entries if entry.kind == "screen"] == ["FIRST", "LAST"]


async def test_looking_at_a_chat_and_pressing_its_button_wait_for_each_other(stage: Stage) -> None:
    """Both read the messages and change the phone: in another order each would wait for the other for ever."""
    await stage.write()
    flow = await stage.make_flow()
    async with server(stage, works=False) as one, server(stage, works=False) as other:
        for _ in range(8):
            wamid = await stage.send_flow(flow)
            answers = await asyncio.gather(
                one.post("/seen", json={"sender": stage.sender.id}),
                other.post("/open", json={"message": wamid}),
                other.post("/seen", json={"sender": stage.sender.id}),
                one.post("/write", json={"text": "Hello", "sender": stage.sender.id}),
            )
            assert [answer.status_code for answer in answers] == [200] * 4


async def test_another_process_carries_the_exchange_out(stage: Stage, gated: Gated) -> None:
    wamid = await sent(stage, "Booking")
    gated.gate.set()
    async with server(stage, works=False) as page, server(stage, gated):
        sheet = await press(page, wamid)
        assert (await act(page, sheet, "outcome"))["screen"] == "FIRST"
    assert gated.actions == ["INIT"]
    assert await exchange_jobs(stage) == 0


async def test_a_session_that_is_left_while_it_waits_is_asked_for_once(stage: Stage, gated: Gated) -> None:
    first, second = await sent(stage, "One"), await sent(stage, "Two")
    async with server(stage, gated) as http:
        await press(http, first)
        await gated.asked.wait()
        gated.asked.clear()
        sheet = await press(http, second)
        await gated.asked.wait()
        gated.gate.set()
        assert (await act(http, sheet, "outcome"))["screen"] == "FIRST"
        while await exchange_jobs(stage):
            await asyncio.sleep(0.02)
    assert gated.actions == ["INIT", "INIT"]
    tokens = [bodies.request["flow_token"] for bodies in await rows(stage, EndpointBodies)]
    assert sorted(tokens) == ["token of One", "token of Two"]
    sessions = {row.state["flow_token"]: row for row in await rows(stage, FlowSession)}
    assert {token: row.status for token, row in sessions.items()} == {"token of One": "closed", "token of Two": "open"}
    assert not any(row.is_waiting or row.state["pending"] for row in sessions.values())


async def test_opened_again_it_asks_anew_and_the_late_answer_concerns_nobody(stage: Stage, gated: Gated) -> None:
    wamid = await sent(stage, "Booking")
    async with server(stage, gated) as http:
        sheet = await press(http, wamid)
        await gated.asked.wait()
        await act(http, sheet, "close")
        assert await press(http, wamid) == sheet
        gated.gate.set()
        assert (await act(http, sheet, "outcome"))["screen"] == "FIRST"
    assert gated.actions == ["INIT", "INIT"]
    (row,) = await rows(stage, FlowSession)
    assert (row.asked, row.is_waiting) == (2, False)


async def test_a_job_that_comes_again_asks_nobody(stage: Stage, gated: Gated) -> None:
    wamid = await sent(stage, "Booking")
    gated.gate.set()
    async with server(stage, gated) as http:
        sheet = await press(http, wamid)
        await act(http, sheet, "outcome")
        async with stage.box.database.transaction() as session:
            await stage.box.jobs.schedule(session, ASK, sheet.rsplit("/", 1)[-1], stage.box.clock.now())
        while await exchange_jobs(stage):
            await asyncio.sleep(0.02)
    assert gated.actions == ["INIT"]


@pytest.mark.parametrize("stored", [{"format": 99}, {"format": "new"}, {"history": 3}])
async def test_a_state_of_an_unknown_format_is_not_open_any_more_and_begins_anew(
    stage: Stage, stored: dict[str, Any]
) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    async with server(stage) as http:
        sheet = await press(http, wamid)
        (row,) = await rows(stage, FlowSession)
        async with stage.box.database.transaction() as session:
            await session.execute(update(FlowSession).values(state={**row.state, **stored}))
        assert (await http.get(f"/{sheet}/")).status_code == 404
        answer = await http.post(f"/{sheet}/tap", json={"target": "Continue"})
        assert (answer.status_code, "not open on this phone any more" in answer.text) == (404, True)
        assert await press(http, wamid) == sheet
        assert (await act(http, sheet, "tap", target="Continue"))["screen"] == "LAST"


async def test_a_state_without_a_format_is_the_first(stage: Stage) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    async with server(stage) as http:
        sheet = await press(http, wamid)
        (row,) = await rows(stage, FlowSession)
        state = {name: value for name, value in row.state.items() if name != "format"}
        async with stage.box.database.transaction() as session:
            await session.execute(update(FlowSession).values(state=state))
        assert (await act(http, sheet, "tap", target="Continue"))["screen"] == "LAST"


async def test_one_text_is_stored_once_for_all_sessions(stage: Stage) -> None:
    await stage.write()
    flow = await stage.make_flow()
    messages = [await stage.send_flow(flow), await stage.send_flow(flow)]
    async with server(stage) as http:
        for wamid in messages:
            await press(http, wamid)
    sessions = await rows(stage, FlowSession)
    assert len(sessions) == 2
    assert len({row.text_sha256 for row in sessions}) == 1


async def test_an_error_notice_is_kept_among_the_calls_and_in_the_trace(stage: Stage, gated: Gated) -> None:
    wamid = await sent(stage, "Booking")
    gated.gate.set()
    async with server(stage, gated) as http:
        sheet = await press(http, wamid)
        await act(http, sheet, "outcome")
        notice = {"version": "3.0", "action": "INIT", "screen": "", "flow_token": "token of Booking"}
        data = {"error": "payload-schema-error", "error_message": "No."}
        payload = {"session_id": sheet.rsplit("/", 1)[-1], "request": {**notice, "data": data}}
        async with stage.box.database.transaction() as session:
            await stage.box.jobs.schedule(session, NOTIFY, "n1", stage.box.clock.now(), payload=payload)
        while len(await rows(stage, EndpointCall)) < 2:
            await asyncio.sleep(0.02)
    calls = await rows(stage, EndpointCall)
    assert [(call.kind, call.http_status) for call in calls] == [("exchange", 200), ("notice", 200)]
    told = [entry.call_id for entry in await rows(stage, TraceEntry) if entry.kind == "exchange"]
    assert told == [call.id for call in calls]
