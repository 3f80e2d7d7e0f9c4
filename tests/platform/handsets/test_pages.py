"""The phone's page over HTTP: what it shows, what it posts, and what it answers to htmx, to scripts and to browsers."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tests.platform.messaging.stage import Stage

from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.pages import handset_routes
from headrace.platform.messaging.content import LONGEST_TEXT
from headrace.platform.users.service import topic_of

pytestmark = pytest.mark.anyio

JSON = {"accept": "application/json"}
HTMX = {"hx-request": "true"}


@pytest.fixture
async def phone(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at Amara's phone."""
    transport = httpx.ASGITransport(Starlette(routes=handset_routes(stage.box)))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def url(stage: Stage) -> str:
    return f"/handsets/{stage.amara.id}"


async def test_the_page_shows_the_chat(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    await stage.write("I need <b>new</b> glasses")
    await stage.send_flow(await stage.make_flow())
    answer = await phone.get(url)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    for words in (
        "Amara’s phone",
        "Millrace Opticians",
        "Business account",
        "I need &lt;b&gt;new&lt;/b&gt; glasses",
        "Shall we book an eye test?",
        "Choose a time",
        "Delivered",
    ):
        assert words in answer.text
    assert 'data-platform="android"' in answer.text
    assert 'data-platform="ios"' in (await phone.get(f"/handsets/{stage.ben.id}")).text


async def test_nobody_has_that_id(stage: Stage, phone: httpx.AsyncClient) -> None:
    for path in ("/handsets/1", "/handsets/1/screen", "/handsets/1/events"):
        answer = await phone.get(path)
        assert (answer.status_code, "There is no phone with this id" in answer.text) == (404, True)
    answer = await phone.post("/handsets/1/write", data={"text": "Hello"}, headers=JSON)
    assert answer.status_code == 404
    assert "error" in answer.json()


async def test_looking_at_the_page_reads_nothing_but_the_mark_does(
    stage: Stage, phone: httpx.AsyncClient, url: str
) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    page = await phone.get(url)
    assert f'hx-post="{url}/seen"' in page.text
    assert [status["status"] for status in await stage.statuses(wamid)] == ["sent", "delivered"]
    answer = await phone.post(f"{url}/seen", data={"sender": stage.sender.id}, headers=HTMX)
    assert answer.status_code == 200
    assert f'hx-post="{url}/seen"' not in answer.text
    assert [status["status"] for status in await stage.statuses(wamid)] == ["sent", "delivered", "read"]


async def test_writing_from_the_composer(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    answer = await phone.post(
        f"{url}/write", data={"text": " I need new glasses ", "sender": stage.other_sender.id}, headers=HTMX
    )
    assert answer.status_code == 200
    assert 'hx-target="#screen"' in answer.text
    assert "I need new glasses" in answer.text
    (value,) = await stage.events()
    assert value["metadata"]["phone_number_id"] == stage.other_sender.id
    assert value["messages"][0]["text"] == {"body": "I need new glasses"}


async def test_a_browser_without_scripts_is_sent_back_to_the_page(
    stage: Stage, phone: httpx.AsyncClient, url: str
) -> None:
    answer = await phone.post(f"{url}/write", data={"text": "Hello"})
    assert (answer.status_code, answer.headers["location"]) == (303, url)


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_TEXT + 1)])
async def test_a_text_that_cannot_be_sent_says_why(stage: Stage, phone: httpx.AsyncClient, url: str, text: str) -> None:
    answer = await phone.post(f"{url}/write", data={"text": text}, headers=HTMX)
    assert answer.status_code == 422
    assert "The message" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await stage.events() == []
    assert (await phone.post(f"{url}/write", data={"text": text}, headers=JSON)).json()["error"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"text=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/json", 422),
    ],
)
async def test_a_body_that_cannot_be_read(
    stage: Stage, phone: httpx.AsyncClient, url: str, content: bytes, kind: str, status: int
) -> None:
    headers = {**JSON, "content-type": kind}
    answer = await phone.post(f"{url}/write", content=content, headers=headers)
    assert (answer.status_code, "error" in answer.json()) == (status, True)


async def test_an_unknown_sender_or_message_is_named(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    assert (await phone.post(f"{url}/choose", json={"sender": "1"}, headers=JSON)).status_code == 404
    assert (await phone.post(f"{url}/open", json={"message": "wamid.1"}, headers=JSON)).status_code == 404
    assert (await phone.post(f"{url}/open", json={}, headers=JSON)).status_code == 404


async def test_the_message_of_another_phone_cannot_be_opened(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    answer = await phone.post(f"/handsets/{stage.ben.id}/open", json={"message": wamid}, headers=JSON)
    assert answer.status_code == 404


async def test_choosing_another_chat(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    await stage.write("To the shops")
    answer = await phone.post(f"{url}/choose", data={"sender": stage.other_sender.id}, headers=HTMX)
    assert "Workshop · Business account" in " ".join(answer.text.split())
    assert (await phone.get(url, headers=JSON)).json()["sender"]["id"] == stage.other_sender.id


async def test_opening_shows_the_sheet_now_and_after_a_reload(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    await stage.write()
    wamid = await stage.send_flow(await stage.make_flow())
    answer = await phone.post(f"{url}/open", data={"message": wamid, "sheet": ""}, headers=HTMX)
    assert 'hx-target="#sheet-slot"' in answer.text
    assert "Continue" in answer.text
    assert 'id="screen" class="screen" inert' in answer.text
    assert "Continue" in (await phone.get(url)).text
    found = (await phone.get(url, headers=JSON)).json()
    session_id = found["session_url"].rsplit("/", 1)[1]
    unchanged = await phone.get(f"{url}/screen", params={"sheet": session_id}, headers=HTMX)
    assert 'hx-target="#sheet-slot"' not in unchanged.text


async def test_why_a_flow_does_not_open_stays_until_it_is_put_away(
    stage: Stage, phone: httpx.AsyncClient, url: str
) -> None:
    await stage.write()
    flow = await stage.make_flow()
    wamid = await stage.send_flow(flow)
    async with stage.box.database.transaction() as session:
        stored = await session.get_one(type(flow), flow.id)
        stored.status = "BLOCKED"
    opened: dict[str, Any] = (await phone.post(f"{url}/open", json={"message": wamid}, headers=JSON)).json()
    assert (opened["session_url"], opened["notice"]) == (None, "This form is not available now.")
    assert 'role="alertdialog"' in (await phone.get(url)).text
    await phone.post(f"{url}/dismiss", headers=HTMX)
    assert "alertdialog" not in (await phone.get(url)).text


async def test_every_act_is_told_to_open_pages(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    async with stage.box.database.reading() as session:
        handset = await session.get_one(Handset, stage.amara.id)
    await phone.post(f"{url}/write", data={"text": "Hello"}, headers=HTMX)
    assert await _revision(stage, topic_of(handset.user)) > 0


async def _revision(stage: Stage, topic: str) -> int:
    from headrace.platform.tables import Revision

    async with stage.box.database.reading() as session:
        row = await session.get(Revision, topic)
        return 0 if row is None else row.number


async def test_what_a_person_sends_over_the_phones_address(stage: Stage, phone: httpx.AsyncClient, url: str) -> None:
    await stage.write()
    place = {"latitude": 51.5, "longitude": -0.1, "name": "Home"}
    shown = (await phone.post(f"{url}/location", json=place, headers=JSON)).json()
    assert shown["messages"][-1]["picture"] == {"kind": "location", "name": "Home", "media_id": None}
    shown = (await phone.post(f"{url}/contact", json={"name": "Ewa", "phone": "+44 7700 900104"}, headers=JSON)).json()
    assert shown["messages"][-1]["text"] == "Ewa · +447700900104"
    shown = (await phone.post(f"{url}/poll", headers=JSON)).json()
    assert shown["messages"][-1]["text"] == "Poll"
    (told,) = (await stage.events())[-1]["messages"]
    assert (told["type"], told["errors"][0]["code"], "unsupported" in told) == ("unsupported", 131051, False)
    reaction = {"message": shown["messages"][0]["id"], "emoji": "🎉"}
    shown = (await phone.post(f"{url}/react", json=reaction, headers=JSON)).json()
    assert shown["messages"][0]["reactions"] == [{"emoji": "🎉", "is_own": True}]
    file = {"file": ("a.pdf", b"%PDF-", "application/octet-stream")}
    shown = (await phone.post(f"{url}/attach", files=file, data={"caption": "Read this"}, headers=JSON)).json()
    assert (shown["messages"][-1]["text"], shown["messages"][-1]["picture"]["name"]) == ("Read this", "a.pdf")


@pytest.mark.parametrize(
    ("path", "sent", "status", "words"),
    [
        ("location", {"json": {"latitude": "north"}}, 422, "latitude"),
        ("location", {"json": {"latitude": 1, "longitude": 1, "message": "wamid.x"}}, 404, "no message"),
        ("contact", {"json": {"name": "Ewa"}}, 422, "Fill in both"),
        ("react", {"json": {"message": "wamid.x", "emoji": "🎉"}}, 404, "no message"),
        ("tap", {"json": {"message": "wamid.x", "choice": 0}}, 404, "no message"),
        ("attach", {"files": {"file": ("a.exe", b"MZ")}}, 422, "Received file of type"),
        ("attach", {"files": {"file": ("a.png", b"GIF89a")}}, 422, "does not begin"),
        ("attach", {"data": {"caption": "x"}}, 400, "no multipart form"),
        ("attach", {"files": {"other": ("a.png", b"x")}}, 422, "Choose a file"),
        ("attach", {"content": b"x", "headers": {**JSON, "content-type": "multipart/form-data"}}, 400, "multipart"),
    ],
)
async def test_what_cannot_be_sent_is_refused_in_words(
    stage: Stage, phone: httpx.AsyncClient, url: str, path: str, sent: dict[str, Any], status: int, words: str
) -> None:
    answer = await phone.post(f"{url}/{path}", **{"headers": JSON, **sent})
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert (await phone.get(url, headers=JSON)).json()["messages"] == []
    assert (await phone.get(f"{url}/files/1")).status_code == 404
