"""Uploading to a sheet: what is read, what is refused, what lies on the servers of files, and for how long."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from tests.phone.attachments import documents, photos
from tests.phone.flows import Json, flow, footer, screen, text_input
from tests.pictures import png
from tests.simulator.stage import MemoryStore, application

from headrace.clock import ManualClock
from headrace.exchange.media import Attachment, open_file
from headrace.identifiers import SeededIdentifiers
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening
from headrace.simulator import cdn
from headrace.simulator.cdn import MemoryFileStore
from headrace.simulator.file_server import file_server
from headrace.simulator.replay import replay
from headrace.simulator.trace import Act, Ended, Moment, Trace
from headrace.simulator.uploads import SealedFile, Uploads

pytestmark = pytest.mark.anyio

MB = 1024 * 1024
SHEET = "/sessions/s1"
ASKED: dict[str, str] = {"Accept": "application/json"}


def flow_with(*children: Json) -> Json:
    return flow(screen("ONLY", *children, footer("complete", {"photos": "${form.photos}"}), terminal=True))


DOCUMENT = flow_with(text_input("name"), photos())


@pytest.fixture
def store() -> MemoryStore:
    store = MemoryStore(Program.compile(DOCUMENT))
    store.open()
    return store


@pytest.fixture
async def client(store: MemoryStore) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(store))
    async with httpx.AsyncClient(transport=transport, base_url="http://box.example") as client:
        yield client


def a_file(name: str = "mill.png", content: bytes = b"", kind: str = "image/png") -> tuple[str, Any]:
    return ("files", (name, content or png(), kind))


async def send(client: httpx.AsyncClient, *files: tuple[str, Any], **fields: str) -> Json:
    answer = await client.post(f"{SHEET}/upload", data={"name": "photos", **fields}, files=files, headers=ASKED)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def held(told: Json) -> Json:
    found: Json = next(part for part in told["components"] if part.get("name") == "photos")
    return found


async def test_a_photo_is_sealed_served_and_drawn(client: httpx.AsyncClient, store: MemoryStore) -> None:
    told = await send(client, a_file())
    assert told["refused"] is None
    (file,) = held(told)["files"]
    assert (file["file_name"], file["mime_type"], file["progress"]) == ("mill.png", "image/png", "sent")
    (value,) = store.session().form["photos"]
    address = value["sent"]["cdn_url"].removeprefix("https://cdn.example")
    fetched = await client.get(address)
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert int(fetched.headers["content-length"]) == len(fetched.content)
    attachment = Attachment.from_json(
        {**value, "cdn_url": address, "encryption_metadata": value["sent"]["encryption_metadata"]}
    )
    assert open_file(fetched.content, attachment.encryption) == png()
    assert value["sent"]["sha256"] == base64.b64encode(hashlib.sha256(png()).digest()).decode()
    drawn = await client.get(f"{SHEET}/files/{file['media_id']}")
    assert (drawn.content, drawn.headers["content-type"]) == (png(), "image/png")
    assert drawn.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in drawn.headers["content-security-policy"]


async def test_every_file_has_keys_of_its_own(client: httpx.AsyncClient, store: MemoryStore) -> None:
    await send(client, a_file(), a_file())
    first, second = (one["sent"] for one in store.session().form["photos"])
    for name in ("encryption_key", "hmac_key", "iv", "encrypted_hash"):
        assert first["encryption_metadata"][name] != second["encryption_metadata"][name]
    assert first["encryption_metadata"]["plaintext_hash"] == second["encryption_metadata"]["plaintext_hash"]
    assert first["id"] != second["id"]
    assert first["cdn_url"] != second["cdn_url"]
    assert len(base64.b64decode(first["encryption_metadata"]["iv"])) == 16


async def test_a_page_draws_itself_anew_after_an_upload(client: httpx.AsyncClient, store: MemoryStore) -> None:
    answer = await client.post(
        f"{SHEET}/upload",
        data={"name": "photos", "visit": "1", "in:name": "Ada"},
        files=[("files:photos", ("mill.png", png(), "image/png"))],
    )
    assert (answer.status_code, answer.headers["hx-trigger"]) == (204, "uploaded")
    assert [one["file_name"] for one in store.session().form["photos"]] == ["mill.png"]
    assert store.session().form["name"] == "Ada"
    page = await client.get(SHEET + "/")
    assert f"{SHEET}/files/" in page.text


async def test_what_comes_from_another_screen_is_not_taken(client: httpx.AsyncClient, store: MemoryStore) -> None:
    answer = await client.post(
        f"{SHEET}/upload", data={"name": "photos", "visit": "7"}, files=[("files:photos", ("mill.png", png()))]
    )
    assert answer.status_code == 204
    assert store.session().form["photos"] == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("mill\u202egnp.png", "millgnp.png"),
        ('quo"te.png', 'quo"te.png'),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
    ],
)
async def test_hostile_file_names(client: httpx.AsyncClient, name: str, shown: str) -> None:
    assert held(await send(client, a_file(name)))["value"] == [shown]
    page = (await client.get(SHEET + "/")).text
    assert "<img src=x" not in page


async def test_a_zero_byte_in_a_name(client: httpx.AsyncClient) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="../../etc/passwd\0.png"\r\n\r\n'
    named = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nphotos\r\n'
    answer = await client.post(
        f"{SHEET}/upload",
        content=named + head + png() + b"\r\n--b--\r\n",
        headers={**ASKED, "Content-Type": "multipart/form-data; boundary=b"},
    )
    assert held(answer.json())["value"] == ["passwd.png"]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (("files", ("empty.png", b"", "image/png")), "empty.png is empty"),
        (("files", ("page.png", b"<script>alert(1)</script>", "image/png")), "page.png is not a photo"),
        (("files", ("paper.pdf", b"%PDF", "image/png")), "paper.pdf is not a photo"),
        (("files", ("drawing.svg", b"<svg/>", "image/svg+xml")), "drawing.svg is not a photo"),
    ],
)
async def test_what_is_no_photo_is_refused_and_not_kept(
    client: httpx.AsyncClient, store: MemoryStore, file: tuple[str, Any], reason: str
) -> None:
    told = await send(client, file)
    assert told["refused"] == {"target": "photos", "reason": reason}
    assert held(told)["refused"] == [reason]
    assert store.session().form["photos"] == []


async def test_a_file_that_is_too_large_is_counted_but_not_kept(client: httpx.AsyncClient) -> None:
    told = await send(client, a_file("huge.png", png() + bytes(40 * MB)), a_file("small.png"))
    assert told["refused"]["reason"] == "huge.png has 40.1 MB; a file may have 25 MB"
    assert held(told)["value"] == ["small.png"]


async def test_files_beyond_the_most_a_picker_takes(client: httpx.AsyncClient) -> None:
    told = await send(client, *(a_file(f"{number}.png") for number in range(40)))
    assert len(held(told)["files"]) == 30
    assert held(told)["full"]
    assert held(told)["refused"][0] == "30.png was not added: 30 photos at most"


async def test_a_file_behind_thirty_refused_ones_is_not_taken_half(client: httpx.AsyncClient) -> None:
    told = await send(client, *(("files", (f"{n}.txt", b"x", "text/plain")) for n in range(30)), a_file("last.png"))
    (file,) = held(told)["files"]
    assert (file["progress"], file["error"]) == ("failed", "Not uploaded. Remove it and choose it again")


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"nothing of the kind", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400),
    ],
)
async def test_bodies_that_cannot_be_read(
    client: httpx.AsyncClient, store: MemoryStore, content_type: str, body: bytes, status: int
) -> None:
    answer = await client.post(f"{SHEET}/upload", content=body, headers={**ASKED, "Content-Type": content_type})
    assert answer.status_code == status
    assert answer.json()["error"]
    assert store.session().form["photos"] == []


async def test_a_file_is_taken_out_again(client: httpx.AsyncClient) -> None:
    (file,) = held(await send(client, a_file()))["files"]
    told = await client.post(f"{SHEET}/remove", json={"name": "photos", "value": file["media_id"]}, headers=ASKED)
    assert held(told.json())["files"] == []
    assert (await client.get(f"{SHEET}/files/{file['media_id']}")).status_code == 404
    again = await client.post(f"{SHEET}/remove", json={"name": "photos", "value": "x"}, headers=ASKED)
    assert again.json()["refused"]["reason"] == '"photos" holds no file "x".'


async def test_only_pictures_are_given_out(client: httpx.AsyncClient, store: MemoryStore) -> None:
    store.program = Program.compile(flow_with(documents("photos")))
    store.open()
    (file,) = held(await send(client, a_file("page.txt", b"<script>alert(1)</script>", "text/plain")))["files"]
    assert (await client.get(f"{SHEET}/files/{file['media_id']}")).status_code == 404


async def test_a_store_without_a_place_for_files_says_so(client: httpx.AsyncClient, store: MemoryStore) -> None:
    store.takes_files = False
    answer = await client.post(f"{SHEET}/upload", data={"name": "photos"}, files=[a_file()], headers=ASKED)
    assert (answer.status_code, answer.json()["error"]) == (409, "Files cannot be uploaded here.")
    gone = await client.post("/sessions/none/upload", data={"name": "photos"}, files=[a_file()], headers=ASKED)
    assert gone.status_code == 404


async def test_a_file_store_that_fails_leaves_a_marked_file(client: httpx.AsyncClient, store: MemoryStore) -> None:
    async def put(file: SealedFile) -> str:
        raise OSError("the disk is full")

    store.files.put = put  # type: ignore[method-assign]
    (file,) = held(await send(client, a_file()))["files"]
    assert (file["progress"], file["error"]) == ("failed", "Not uploaded. Remove it and choose it again")


async def test_a_sheet_that_is_closed_waits_for_no_file_that_is_under_way(
    client: httpx.AsyncClient, store: MemoryStore
) -> None:
    under_way, gate, put = asyncio.Event(), asyncio.Event(), store.files.put

    async def slowly(file: SealedFile) -> str:
        under_way.set()
        await gate.wait()
        return await put(file)

    store.files.put = slowly  # type: ignore[method-assign]
    sending = asyncio.create_task(send(client, a_file()))
    await under_way.wait()
    told = (await client.post(f"{SHEET}/close", json={}, headers=ASKED)).json()
    assert told["status"] == "closed"
    gate.set()
    await sending
    told = (await client.post(f"{SHEET}/open", json={}, headers=ASKED)).json()
    assert (told["screen"], held(told)["files"]) == (store.session().screen, [])


async def test_a_file_expires(clock: ManualClock) -> None:
    file_store = MemoryFileStore(lambda: "http://here", SeededIdentifiers(1), clock)
    uploads = Uploads(file_store, SeededIdentifiers(2))
    await uploads.send(uploads.pick("a.png", "", 5, b"", lambda: b"12345"))
    (key,) = file_store._files
    assert await file_store.find(key) is not None
    clock.advance(timedelta(days=20))
    assert await file_store.find(key) is None
    assert await file_store.find("another") is None


async def test_a_file_store_in_memory_makes_room(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdn, "MOST_KEPT", 100)
    file_store = MemoryFileStore(lambda: "http://here", SeededIdentifiers(1), clock)
    uploads = Uploads(file_store, SeededIdentifiers(2))
    sent = [uploads.pick(f"{number}.txt", "", 40, b"", lambda: bytes(40)) for number in range(3)]
    for one in sent:
        await uploads.send(one)
    assert await uploads.open(sent[0].file.media_id) is None
    assert await uploads.open(sent[2].file.media_id) == bytes(40)


async def test_files_are_served_by_a_process_without_a_box() -> None:
    async with file_server() as uploads, httpx.AsyncClient() as client:
        event = await uploads.send(uploads.pick("a.txt", "", 5, b"", lambda: b"12345"))
        address = event.sent.cdn_url  # type: ignore[union-attr]
        assert address.startswith("http://127.0.0.1:")
        assert (await client.get(address)).status_code == 200
        assert (await client.get(address + "x")).status_code == 404
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


async def test_a_trace_with_files_is_played_again(client: httpx.AsyncClient, store: MemoryStore) -> None:
    (file, _) = held(await send(client, a_file("a.png"), a_file("b.png")))["files"]
    await client.post(f"{SHEET}/remove", json={"name": "photos", "value": file["media_id"]}, headers=ASKED)
    await client.post(f"{SHEET}/tap", json={"target": "Continue"}, headers=ASKED)
    response = store.session().response
    assert response is not None
    moments = [Moment(datetime.now(UTC), Act("open")), *store.moments]
    trace = Trace.from_json(
        orjson.loads(orjson.dumps(Trace(json.dumps(DOCUMENT), Opening(), tuple(moments)).to_json()))
    )
    again = await replay(trace)
    assert [one.entry for one in again.trace.moments if isinstance(one.entry, Ended)] == [Ended("completed", response)]
    assert [one for one in again.differences if one.act != "open"] == []
