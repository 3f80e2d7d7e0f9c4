"""Responses as people read them, where they came from, and how a page hears of new ones."""

import asyncio
import hashlib
import hmac
import json

import httpx
import pytest
from starlette.types import Message
from tests.business.workspace import Member
from tests.console.conftest import BEN, Answering, console_app
from tests.console.drawn import Drawn
from tests.console.test_flows import SENDING
from tests.console.whatsapp_server import WhatsAppServer

from headrace.business.responses.labelling import Answer
from headrace.console.context import Console
from headrace.console.responses import by_screen

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


@pytest.fixture
async def answered(browser: httpx.AsyncClient, answer: Answering) -> None:
    """Amara answered Flow 901, Ben sent something that belongs to no known message."""
    await browser.post("/flows/901/send", data={**SENDING, "phone": "447700900101"})
    await answer({"service": "0_lenses", "note": "<b>now</b>", "first_name": "Amara"}, message_wamid="wamid.sent1")
    await answer({"colour": ["red", "blue"]}, wamid="wamid.answer2", phone=BEN)


@pytest.mark.usefixtures("answered")
async def test_values_stand_under_their_labels_and_screens(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/responses")).text)
    ben, amara = page.rows()
    assert "Your visit Which service? Contact lenses Anything we should know? <b>now</b>" in amara
    assert "About you First name Amara" in amara
    assert "0_lenses" not in amara
    assert "not known" in ben
    assert "colour red, blue" in ben


@pytest.mark.usefixtures("answered")
async def test_the_responses_of_one_flow_are_its_own(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/flows/901/responses")).text)
    assert page.one("h1").text == "Responses to Book an eye test"
    assert [row.split()[0] for row in page.rows()] == ["Amara"]
    part = Drawn((await browser.get("/flows/901/responses/rows")).text)
    assert part.rows() == page.rows()


@pytest.mark.usefixtures("answered")
async def test_a_response_shows_where_it_came_from(browser: httpx.AsyncClient) -> None:
    page = Drawn((await browser.get("/responses/1")).text)
    assert page.one("h1").text == 'Amara answered "Book an eye test"'
    origin = page.one("section", aria_labelledby="origin").text
    assert all(text in origin for text in ("+447700900101", "Book an eye test", "wamid.sent1", "wamid.answer1"))
    copied = [button.attributes["data-copy"] for button in page.all("button") if "data-copy" in button.attributes]
    body, signature = [text for text in copied if text.startswith(("{", "sha256="))]
    proof = hmac.new(b"app secret", body.encode(), hashlib.sha256).hexdigest()
    assert signature == f"sha256={proof}"
    assert json.loads(page.one("pre", id="values-body").text) == {
        "service": "0_lenses", "note": "<b>now</b>", "first_name": "Amara",
    }  # fmt: skip


async def test_an_unknown_response_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/responses/7")).status_code == 404
    assert (await browser.get("/responses/seven")).status_code == 404
    for number in ("9" * 19, "9" * 5_000):
        assert (await browser.get(f"/responses/{number}")).status_code == 404


async def test_without_responses_it_says_how_the_first_comes(browser: httpx.AsyncClient) -> None:
    html = (await browser.get("/responses")).text
    assert "No responses yet." in html
    assert 'href="/flows"' in html


async def test_the_responses_of_a_flow_are_shown_also_when_whatsapp_is_silent(
    browser: httpx.AsyncClient, answered: None, whatsapp_server: WhatsAppServer
) -> None:
    whatsapp_server.refuse(2, "Service temporarily unavailable")
    page = Drawn((await browser.get("/flows/901/responses")).text)
    assert page.one("h1").text == "Responses to Book an eye test"
    assert len(page.rows()) == 1


async def test_an_open_page_hears_of_a_new_response(console: Console, member: Member, answer: Answering) -> None:
    """Driven as a server drives it: the stream tells the topic when the response is stored, and ends with its page."""
    told: asyncio.Queue[str] = asyncio.Queue()
    closed = asyncio.Event()

    async def receive() -> Message:
        await closed.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            told.put_nowait(message["body"].decode())

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/responses/events",
        "headers": [(b"host", b"localhost")],
        "query_string": b"",
    }
    following = asyncio.create_task(console.business.revisions.run())
    page = asyncio.create_task(console_app(console, member)(scope, receive, send))
    assert await asyncio.wait_for(told.get(), 5) == "event: open\ndata:\n\n"
    await asyncio.sleep(0.1)  # the follower reads its first revision
    await answer({"first_name": "Amara"})
    assert await asyncio.wait_for(told.get(), 1) == "event: responses\ndata:\n\n"
    closed.set()
    await asyncio.wait_for(page, 5)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def test_answers_of_one_screen_stand_together() -> None:
    def one(screen: str | None, name: str) -> Answer:
        return Answer(screen, screen, name, name, "x", "x")

    groups = by_screen([one("A", "a"), one("A", "b"), one("B", "c"), one(None, "d")])
    assert [(title, [answer.name for answer in answers]) for title, answers in groups] == [
        ("A", ["a", "b"]), ("B", ["c"]), (None, ["d"]),
    ]  # fmt: skip
