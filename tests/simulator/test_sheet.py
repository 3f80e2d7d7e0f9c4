"""The sheet's routes: what is posted, what is stored, what comes back."""

import asyncio
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from tests.phone.flows import Json, checkboxes, dropdown, flow, footer, heading, screen, string, text_input
from tests.simulator.stage import MemoryStore, ScriptedEndpoint, answered, application, failed

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Closed, Complete, Expired
from headrace.phone.engine.program import Program

pytestmark = pytest.mark.anyio

NAMES = flow(
    screen("NAME", text_input("first", required=True), footer("navigate", {"who": "${form.first}"}, to="CHECK")),
    screen("CHECK", heading("${data.who}"), text_input("first"), footer("complete"), data={"who": string()}),
)


def booking(**more: Any) -> Json:
    """An endpoint Flow: choosing a shop asks for its days."""
    return flow(
        screen(
            "WHEN",
            text_input("who"),
            dropdown("shop", "canal", "mill", **{"on-select-action": {"name": "data_exchange", "payload": {"s": 1}}}),
            dropdown("day", **{"data-source": "${data.days}"}),
            footer("data_exchange", {"who": "${form.who}", "shop": "${form.shop}"}),
            data={"days": {"type": "array", "items": {"type": "object"}, "__example__": []}},
            **more,
        ),
        screen("DONE", heading("Done"), footer("complete", {"ok": "yes"}), terminal=True),
        routing={"WHEN": ["DONE"], "DONE": []},
    )


def client(store: MemoryStore) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=application(store), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://phone/sessions/s1", follow_redirects=True)


class Inputs(HTMLParser):
    """What a browser would post from a page: names and values of its successful controls."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag == "select" and name:
            self._select = name if "disabled" not in found else None
        elif tag == "option" and self._select and ("selected" in found or self._select not in self.fields):
            self.fields[self._select] = found.get("value") or ""
        elif tag == "input" and name and "disabled" not in found and _is_successful(found):
            self.fields[name] = found.get("value") or ""


def _is_successful(attributes: dict[str, str | None]) -> bool:
    return attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes


async def page(http: httpx.AsyncClient) -> dict[str, str]:
    return Inputs((await http.get("/")).text).fields


async def test_a_load_shows_what_is_stored_and_a_redraw_leaves_it_to_the_page() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        fields = await page(http)
        assert fields["in:first"] == ""
        typed = {**fields, "in:first": "Ada"}
        redrawn = (await http.post("/redraw", data=typed)).text
        assert Inputs(redrawn).fields["in:first"] == "", "what was typed is not carried back"
        assert 'aria-disabled="false"' in redrawn, "but it counts"
        assert store.session().form == {"first": ""}, "and nothing is stored"
        assert (await http.post("/keep", data=typed)).status_code == 204
        assert store.session().form == {"first": "Ada"}
        assert (await page(http))["in:first"] == "Ada"


async def test_a_tap_takes_the_inputs_along_and_draws_the_next_screen_afresh() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        fields = await page(http)
        html = (await http.post("/tap", data={**fields, "in:first": "Ada", "target": "Continue"})).text
        assert 'data-screen="CHECK"' in html
        assert ">Ada</h3>" in html
        again = Inputs(html).fields
        assert again["in:first"] == "", "the input of the same name on the next screen is another one"
        assert again["visit"] != fields["visit"]
        back = Inputs((await http.post("/back", data=again)).text).fields
        assert back["in:first"] == "Ada"


async def test_a_post_from_a_screen_that_is_gone_changes_nothing() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        old = {**await page(http), "in:first": "Ada", "target": "Continue"}
        await http.post("/tap", data=old)
        html = (await http.post("/tap", data={**old, "in:first": "Bea"})).text
        assert 'data-screen="CHECK"' in html
        await http.post("/keep", data={**old, "in:first": "Bea"})
        assert store.session().form == {"first": ""}


async def test_everything_of_a_flow_and_a_person_is_escaped() -> None:
    evil = "\"'><script>alert(1)</script>"
    store = MemoryStore(
        Program.compile(
            flow(
                screen(
                    "A",
                    heading(evil),
                    text_input('x"y', label=evil, **{"helper-text": evil}),
                    dropdown("d", 'o"1', label=evil),
                    checkboxes("c", evil, description=evil),
                    {"type": "Image", "src": 'javascript:"><b>', "alt-text": evil},
                    footer("complete", label=evil),
                    title=evil,
                    terminal=True,
                )
            )
        )
    )
    store.open()
    async with client(store) as http:
        fields = await page(http)
        await http.post("/keep", data={**fields, 'in:x"y': evil})
        html = (await http.get("/")).text
        assert "<script" not in html
        assert "javascript:" not in html
        assert store.session().form['x"y'] == evil
        assert (await page(http))['in:x"y'] == evil


async def test_a_choice_that_acts_shows_the_wait_and_its_outcome() -> None:
    def answer(request: Json) -> Outcome:
        return answered(request, {"screen": "WHEN", "data": {"days": [{"id": "mon", "title": "Monday"}]}})

    endpoint = ScriptedEndpoint(answer, delay=0.3)
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        fields = {**await page(http), "in:who": "Ada", "in:shop": "mill", "name": "shop"}
        waiting = (await http.post("/select", data=fields)).text
        assert 'aria-busy="true"' in waiting
        assert 'hx-post="/sessions/s1/outcome"' in waiting
        assert store.session().pending is not None
        shown = (await http.post("/outcome", data=Inputs(waiting).fields)).text
        assert "Monday" in shown
        assert "aria-busy" not in shown
        assert store.session().form == {"who": "Ada", "shop": "mill", "day": ""}
        assert [outcome.kind for outcome in store.outcomes] == ["answered"]
        assert len(endpoint.requests) == 1


async def test_a_quick_endpoint_is_answered_for_at_once() -> None:
    endpoint = ScriptedEndpoint(lambda request: answered(request, {"screen": "DONE", "data": {}}))
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        html = (await http.post("/tap", data={**await page(http), "target": "Continue"})).text
        assert 'data-screen="DONE"' in html
        html = (await http.post("/tap", data={**Inputs(html).fields, "target": "Continue"})).text
        assert html == ""
        assert store.endings == [Complete({"ok": "yes", "flow_token": "unused"})]


async def test_a_page_that_still_shows_the_old_choice_does_not_undo_it_or_ask_twice() -> None:
    endpoint = ScriptedEndpoint(lambda request: answered(request, {"screen": "WHEN", "data": {}}))
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        fields = {**await page(http), "in:shop": "mill", "name": "shop"}
        await http.post("/select", data=fields)
        await http.post("/select", data=fields)
        await http.post("/keep", data=fields)
        assert len(endpoint.requests) == 1


async def test_a_pending_exchange_is_taken_up_by_whoever_comes_after_a_restart() -> None:
    endpoint = ScriptedEndpoint(lambda request: answered(request, {"screen": "DONE", "data": {}}), delay=60)
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        await http.post("/tap", data={**await page(http), "target": "Continue"})
        assert store.session().status == "loading"
    endpoint.delay = 0.0
    store_of_another = MemoryStore(Program.compile(booking()), endpoint)
    store_of_another.states = store.states
    async with client(store_of_another) as restarted:
        html = (await restarted.get("/")).text
        assert 'aria-busy="true"' in html
        shown = (await restarted.post("/outcome", data=Inputs(html).fields)).text
        assert 'data-screen="DONE"' in shown
    assert len(endpoint.requests) == 2


async def test_a_failure_leaves_the_inputs_and_says_so() -> None:
    endpoint = ScriptedEndpoint(lambda request: failed(request, "timeout_error"))
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        html = (await http.post("/tap", data={**await page(http), "in:who": "Ada", "target": "Continue"})).text
        assert "10 seconds" in html
        assert store.session().form["who"] == "Ada"
        assert store.session().status == "ready"


async def test_closing_during_an_exchange_drops_its_answer() -> None:
    endpoint = ScriptedEndpoint(lambda request: answered(request, {"screen": "DONE", "data": {}}), is_held=True)
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open()
    async with client(store) as http:
        waiting = (await http.post("/tap", data={**await page(http), "target": "Continue"})).text
        closed = await http.post("/close", data=Inputs(waiting).fields)
        assert closed.text == ""
        assert closed.headers["HX-Reswap"] == "delete"
        endpoint.is_held = False
        async with asyncio.timeout(60):
            while not store.outcomes:
                await asyncio.sleep(0.01)
        assert store.session().status == "closed"
        assert store.session().screen == "WHEN"
        assert store.endings == [Closed()]
        assert len(store.outcomes) == 1


async def test_opened_again_it_asks_anew_and_takes_only_the_newest_answer() -> None:
    gates = [asyncio.Event(), asyncio.Event()]

    class Gated:
        asked = 0

        async def exchange(self, request: Json) -> Outcome:
            number = self.asked
            self.asked += 1
            await gates[number].wait()
            return answered(request, {"screen": "WHEN", "data": {"days": [{"id": str(number), "title": "Day"}]}})

    endpoint = Gated()
    store = MemoryStore(Program.compile(booking()), endpoint)
    store.open(action="data_exchange")
    async with client(store) as http:
        await http.get("/")
        await http.post("/close", headers={"accept": "application/json"}, json={})
        await http.post("/open", headers={"accept": "application/json"}, json={})
        gates[0].set()
        while len(store.outcomes) < 1:
            await asyncio.sleep(0)
        assert store.session().pending is not None
        gates[1].set()
        shown = (await http.post("/outcome", headers={"accept": "application/json"}, json={})).json()
    assert shown["screen"] == "WHEN"
    assert store.session().data["days"] == [{"id": "1", "title": "Day"}]
    assert (endpoint.asked, len(store.outcomes)) == (2, 2)


async def test_what_was_posted_before_the_flow_wrote_an_input_does_not_overwrite_it() -> None:
    days = [{"id": "mon", "title": "Monday"}, {"id": "tue", "title": "Tuesday"}]
    document = flow(
        screen(
            "WHEN",
            text_input("who"),
            dropdown("shop", "canal", **{"on-select-action": {"name": "data_exchange", "payload": {}}}),
            dropdown("day", **{"data-source": days, "init-value": "${data.best}"}),
            data={"best": string()},
        ),
        routing={"WHEN": []},
    )
    endpoint = ScriptedEndpoint(lambda request: answered(request, {"screen": "WHEN", "data": {"best": "tue"}}))
    store = MemoryStore(Program.compile(document), endpoint)
    store.open()
    async with client(store) as http:
        old = {**await page(http), "in:who": "Ada", "in:day": "mon", "in:shop": "canal"}
        await http.post("/select", data={**old, "name": "shop", "value": "canal"})
        assert store.session().form["day"] == "tue"
        redrawn = Inputs((await http.post("/redraw", data=old)).text).fields
        assert redrawn["in:day"] == "tue"
        await http.post("/keep", data={**old, "in:who": "Ada L"})
        assert store.session().form["day"] == "tue", "the page that posted this did not know of Tuesday"
        assert store.session().form["who"] == "Ada L"
        await http.post("/keep", data={**await page(http), "in:day": "mon"})
        assert store.session().form["day"] == "mon"


async def test_a_used_up_token_shows_its_words_until_they_are_put_away() -> None:
    def answer(request: Json) -> Outcome:
        return Outcome(
            kind="token_expired", request=request, milliseconds=1, http_status=427, message="Already booked."
        )

    store = MemoryStore(Program.compile(booking()), ScriptedEndpoint(answer))
    store.open()
    async with client(store) as http:
        html = (await http.post("/tap", data={**await page(http), "target": "Continue"})).text
        assert "Already booked." in html
        assert store.endings == [Expired("Already booked.")]
        assert (await http.post("/close", data=Inputs(html).fields)).text == ""


async def test_no_endpoint_at_all_is_an_error_screen() -> None:
    store = MemoryStore(Program.compile(booking()), None)
    store.open(action="data_exchange")
    async with client(store) as http:
        html = (await http.get("/")).text
        shown = (await http.post("/outcome", data=Inputs(html).fields)).text
        assert "Something went wrong." in shown
        assert (await http.post("/retry", data=Inputs(shown).fields)).status_code == 200


async def test_scripts_speak_json() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        http.headers["Accept"] = "application/json"
        state = (await http.get("/")).json()
        assert state["screen"] == "NAME"
        assert [part["type"] for part in state["components"]] == ["TextInput", "Footer"]
        assert state["components"][-1]["reason"] == "First is required"
        refused = (await http.post("/tap", json={"target": "Continue"})).json()
        assert refused["refused"] == {"target": "Continue", "reason": "First is required"}
        kept = (await http.post("/keep", json={"values": {"first": "Ada"}})).json()
        assert kept["refused"] is None
        assert kept["components"][0]["value"] == "Ada"
        moved = (await http.post("/tap", json={"target": "Continue"})).json()
        assert moved["screen"] == "CHECK"
        assert (await http.post("/back", json={})).json()["screen"] == "NAME"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"values": 7}', b"\xff"])
async def test_bad_json_is_refused_in_words(body: bytes) -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        before = dict(store.states)
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        answer = await http.post("/keep", content=body, headers=headers)
        assert answer.status_code == 400
        assert "JSON" in answer.json()["error"]
        assert store.states == before


async def test_oversized_and_odd_posts_do_no_harm() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        assert (await http.post("/keep", content=b"in:first=" + b"a" * 5_000_000)).status_code == 413
        assert (await http.post("/tap", content=b"visit=99999999999999999999&target=%00%ff")).status_code == 200
        assert (await http.post("/redraw", content=b"visit=1&drawn:f1-first-0=nonsense&in:first=x")).status_code == 200
        odd = await http.post("/redraw", content=b"visit=1&drawn:f1-first-0=%5B1%5D&in:first=x")
        assert Inputs(odd.text).fields["in:first"] == "x"
        assert store.session().form == {"first": ""}


async def test_a_session_nobody_knows_is_gone() -> None:
    store = MemoryStore(Program.compile(NAMES))
    async with client(store) as http:
        assert (await http.get("/")).status_code == 404
        answer = await http.post("/tap", headers={"HX-Request": "true"})
        assert answer.headers["HX-Reswap"] == "delete"
        assert (await http.post("/tap", headers={"Accept": "application/json"})).json()["error"]


async def test_values_that_are_nested_too_deep_are_refused() -> None:
    store = MemoryStore(Program.compile(NAMES))
    store.open()
    async with client(store) as http:
        body = b'{"values": {"first": ' + b"[" * 900 + b"]" * 900 + b"}}"
        answer = await http.post("/keep", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.text) == (400, "The body is nested too deep.\n")
