"""The inspector beside a phone: what it shows of a session and its trace, and its routes over any store."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from tests.phone.flows import Json, flow, footer, heading, screen, string, text_input
from tests.simulator.stage import MemoryStore, ScriptedEndpoint, answered, failed

from headrace.exchange.channel import Outcome
from headrace.phone.engine.program import Program
from headrace.phone.summary import MASK
from headrace.simulator.inspection import FOLDED_ABOVE, body, inspect
from headrace.simulator.inspector import inspector_routes
from headrace.simulator.sheet import sheet_routes
from headrace.simulator.trace import Trace, opening_of

pytestmark = pytest.mark.anyio

HOSTILE = "</pre><script>alert(1)</script>"
FLOW = flow(
    screen(
        "ASK",
        text_input("name", required=True),
        text_input("card"),
        text_input("pin", **{"input-type": "passcode"}),
        footer("data_exchange", {"name": "${form.name}"}),
        sensitive=["card"],
    ),
    screen("CHECK", heading("${data.hello}"), footer("complete"), data={"hello": string()}, terminal=True),
    routing={"ASK": ["CHECK"], "CHECK": []},
)


def endpoint(request: Json) -> Outcome:
    if request["action"] == "INIT":
        return answered(request, {"screen": "ASK", "data": {}})
    return answered(request, {"screen": "CHECK", "data": {"hello": request["data"]["name"]}})


class TracedMemory(MemoryStore):
    """A store in memory that also gives its trace."""

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace:
        return Trace(json.dumps(FLOW), opening_of(self.session(session_id)), tuple(self.moments))


def store_of(answer: Any = endpoint) -> TracedMemory:
    store = TracedMemory(Program.compile(FLOW), ScriptedEndpoint(answer))
    store.open(action="data_exchange")
    return store


def client(store: TracedMemory) -> httpx.AsyncClient:
    routes = [*sheet_routes(store), *inspector_routes(store)]
    app = Starlette(routes=[Mount("/sessions/{session_id}", routes=routes)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://phone/sessions/s1")


async def act(http: httpx.AsyncClient, name: str, **members: Any) -> None:
    answer = await http.post(f"/{name}", json=members, headers={"accept": "application/json"})
    assert answer.status_code == 200


async def filled(http: httpx.AsyncClient, **values: Any) -> None:
    await act(http, "outcome")
    await act(http, "keep", values=values)


async def test_it_shows_where_the_session_is_and_what_happened() -> None:
    async with client(store_of()) as http:
        await filled(http, name="Ada")
        await act(http, "tap", target="Continue")
        html = (await http.get("/inspector")).text
    assert '<strong class="mono">CHECK</strong>' in html
    for words in ("2 exchanges", "INIT", "data_exchange ASK", "Screen CHECK", "Tap Continue", "200"):
        assert words in html
    assert 'aria-label="Opened, ASK, CHECK (now)"' in html


async def test_what_is_hostile_stays_a_text() -> None:
    async with client(store_of()) as http:
        await filled(http, name=HOSTILE)
        await act(http, "tap", target="Continue")
        html = (await http.get("/inspector")).text
        html += (await http.get("/inspector/exchanges/5")).text
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 2


async def test_sensitive_values_and_passcodes_are_masked_until_asked_for() -> None:
    async with client(store_of()) as http:
        await filled(http, name="Ada", card="4711", pin="0815")
        masked = (await http.get("/inspector")).text
        revealed = (await http.get("/inspector", params={"reveal": "on"})).text
        assert (await http.get("/inspector/whole/form")).status_code == 404, "there is no way around the mask"
    assert "4711" not in masked
    assert "0815" not in masked
    assert MASK in masked
    assert "Ada" in masked
    assert "4711" in revealed
    assert "0815" in revealed


async def test_a_failure_is_told_with_its_reason() -> None:
    def slow(request: Json) -> Outcome:
        return endpoint(request) if request["action"] == "INIT" else failed(request, "timeout_error")

    async with client(store_of(slow)) as http:
        await filled(http, name="Ada")
        await act(http, "tap", target="Continue")
        html = (await http.get("/inspector")).text
    assert "timeout_error" in html
    assert "Snackbar: No answer within 10 seconds" in html


async def test_a_big_body_is_folded_and_comes_whole_when_asked_for() -> None:
    async with client(store_of()) as http:
        await filled(http, name="x" * 80)
        await act(http, "tap", target="Continue")
        html = (await http.get("/inspector")).text
    assert len(html) < 40_000
    big = "y" * 225_000
    shown = body("1-answer", {"image": big, "rows": list(range(100))})
    assert shown.is_folded
    assert len(shown.text) <= FOLDED_ABOVE + 1
    assert "(225,000 characters)" in shown.text
    assert body("1-answer", {"image": big}, whole=True).text.count("y") == 225_000


async def test_the_whole_body_of_an_exchange() -> None:
    store = store_of(lambda request: answered(request, {"screen": "ASK", "data": {}, "more": "z" * 10_000}))
    async with client(store) as http:
        await act(http, "outcome")
        assert "z" * 1_000 not in (await http.get("/inspector")).text
        assert "z" * 10_000 in (await http.get("/inspector/whole/1-answer", params={"key": "last"})).text
        for part in ("1-nothing", "9-answer", "x", "form", "1" * 12 + "-answer"):
            assert (await http.get(f"/inspector/whole/{part}")).status_code == 404
        assert (await http.get("/inspector/exchanges/2")).status_code == 404
        assert (await http.get("/inspector/exchanges/99")).status_code == 404


async def test_a_trace_is_downloaded_and_plays_again() -> None:
    async with client(store_of()) as http:
        await filled(http, name="Ada")
        await act(http, "tap", target="Continue")
        answer = await http.get("/trace")
        assert "trace-s1.json" in answer.headers["content-disposition"]
        trace = Trace.from_json(answer.json())
        assert len(trace.moments) == 6
        replayed = await http.post("/replay", headers={"accept": "application/json"})
        assert replayed.json() == {"differences": []}
        assert "everything is the same" in (await http.post("/replay")).text


async def test_a_replay_shows_what_is_different() -> None:
    store = store_of()
    async with client(store) as http:
        await filled(http, name="Ada")
        await act(http, "tap", target="Continue")
        store.client = ScriptedEndpoint(
            lambda request: endpoint(request) if request["action"] == "INIT" else failed(request, "timeout_error")
        )
        html = (await http.post("/replay")).text
    assert "differences" in html
    assert "timeout_error" in html


async def test_a_session_that_is_not_there() -> None:
    store = store_of()
    store.states.clear()
    async with client(store) as http:
        for path in ("/inspector", "/trace", "/inspector/exchanges/1", "/inspector/whole/data"):
            assert (await http.get(path)).status_code == 404
        assert (await http.post("/replay")).status_code == 404


def test_the_progress_of_a_session() -> None:
    store = store_of()
    inspection = inspect(store.session(), [])
    assert [(node.name, node.state) for node in inspection.progress] == [("Opened", "now")]
    assert inspection.pending is not None
    assert inspection.status == "waiting for an answer"
