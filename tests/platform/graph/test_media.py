"""Files that people sent, as the Cloud API gives them out; and the servers of files behind them."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette

from headrace.clock import ManualClock
from headrace.exchange.media import seal_file
from headrace.platform.box import Box
from headrace.platform.graph.routes import graph_routes
from headrace.platform.handsets.file_store import BoxFileStore, cdn_routes
from headrace.platform.messaging.media import send_files
from headrace.platform.messaging.models import Media
from headrace.platform.world import World
from headrace.simulator.uploads import SealedFile

pytestmark = pytest.mark.anyio

CONTENT = b"a picture of a mill"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def sealed(number: int = 1) -> SealedFile:
    file, encryption = seal_file(CONTENT, bytes(32), bytes(32), bytes(16))
    return SealedFile(
        f"upload-{number}", f"70000000000000{number}", "mill.png", "image/png", len(CONTENT), DIGEST, file, encryption
    )


def entry(file: SealedFile) -> dict[str, str]:
    """How a response message names a file: its hash in base64, unlike that of the media API."""
    sha256 = base64.b64encode(bytes.fromhex(file.sha256)).decode("ascii")
    return {"file_name": file.file_name, "mime_type": file.mime_type, "sha256": sha256, "id": file.id}


@pytest.fixture
def asgi(box: Box) -> Starlette:
    return Starlette(routes=[*graph_routes(box), *cdn_routes(box)])


@pytest.fixture
async def media_id(box: Box, world: World) -> str:
    """A file that was sent to the first sender."""
    await BoxFileStore(box, "s1").put(sealed())
    await send(box, world, {"photos": [entry(sealed())]})
    return sealed().id


async def send(box: Box, world: World, response: dict[str, Any], session_id: str = "s1") -> None:
    async with box.database.transaction() as session:
        await send_files(session, box.clock, session_id, world.senders[0].id, response)


@pytest.fixture
async def address(graph: httpx.AsyncClient, media_id: str) -> str:
    return str((await graph.get(f"/v23.0/{media_id}")).json()["url"])


async def test_media_is_described(graph: httpx.AsyncClient, media_id: str, world: World) -> None:
    told = (await graph.get(f"/v23.0/{media_id}", params={"phone_number_id": world.senders[0].id})).json()
    assert told.pop("url").startswith(f"http://box.test/whatsapp_business/attachments/?mid={media_id}&ext=")
    assert told == {
        "messaging_product": "whatsapp",
        "mime_type": "image/png",
        "sha256": DIGEST,
        "file_size": len(CONTENT),
        "id": media_id,
    }
    for number in ("1", world.senders[1].id):
        answer = await graph.get(f"/v23.0/{media_id}", params={"phone_number_id": number})
        assert answer.json()["error"]["code"] == 100


async def test_media_is_fetched_for_five_minutes_with_a_token(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, address: str, clock: ManualClock
) -> None:
    answer = await graph.get(address)
    assert (answer.content, answer.headers["content-type"]) == (CONTENT, "image/png")
    assert answer.headers["content-disposition"] == "attachment"
    assert (await anonymous.get(address)).status_code == 401
    assert (await graph.get(address, headers={"Authorization": "Bearer wrong"})).status_code == 401
    assert (await graph.get(address.replace("ext=1", "ext=2"))).status_code == 404
    clock.advance(timedelta(minutes=5))
    assert (await graph.get(address)).status_code == 404


async def test_an_id_is_good_for_a_week(graph: httpx.AsyncClient, media_id: str, clock: ManualClock) -> None:
    clock.advance(timedelta(days=7) - timedelta(minutes=1))
    address = (await graph.get(f"/{media_id}")).json()["url"]
    clock.advance(timedelta(minutes=1))
    assert (await graph.get(address)).status_code == 404
    assert (await graph.get(f"/{media_id}")).json()["error"]["error_subcode"] == 33


async def test_media_is_deleted(graph: httpx.AsyncClient, media_id: str, address: str, world: World) -> None:
    refused = await graph.delete(f"/v23.0/{media_id}", params={"phone_number_id": world.senders[1].id})
    assert refused.status_code == 400
    assert (await graph.delete(f"/v23.0/{media_id}")).json() == {"success": True}
    assert (await graph.get(f"/v23.0/{media_id}")).status_code == 400
    assert (await graph.get(address)).status_code == 404
    assert (await graph.delete(f"/v23.0/{media_id}")).status_code == 400


async def test_what_was_not_sent_is_no_media(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    file = sealed()
    await BoxFileStore(box, "s1").put(file)
    for response in (
        {"photos": [{"id": file.id}]},
        {"photos": entry(file), "text": file.id, "ids": [file.id]},
        {"photos": [{**entry(file), "id": "1"}]},
    ):
        await send(box, world, response)
        assert (await graph.get(f"/{file.id}")).status_code == 400
    await send(box, world, {"photos": [entry(file)]}, session_id="of another phone")
    assert (await graph.get(f"/{file.id}")).status_code == 400
    await send(box, world, {"photos": [entry(file)]})
    assert (await graph.get(f"/{file.id}")).status_code == 200


async def test_the_servers_of_files_keep_one_for_twenty_days(
    anonymous: httpx.AsyncClient, box: Box, clock: ManualClock, world: World
) -> None:
    file_store = BoxFileStore(box, "s1")
    address = (await file_store.put(sealed())).removeprefix(box.settings.base_url)
    answer = await anonymous.get(address)
    assert answer.content == sealed().content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert int(answer.headers["content-length"]) == len(sealed().content)
    assert await file_store.get("upload-1") == sealed()
    assert await BoxFileStore(box, "s2").get("upload-1") is None
    assert (await anonymous.get("/cdn/guessed")).status_code == 404
    clock.advance(timedelta(days=20))
    assert (await anonymous.get(address)).status_code == 404
    assert await file_store.get("upload-1") is None


async def test_what_expired_is_emptied_by_the_next_file(box: Box, clock: ManualClock, world: World) -> None:
    file_store = BoxFileStore(box, "s1")
    await file_store.put(sealed(1))
    clock.advance(timedelta(days=20))
    await file_store.put(sealed(2))
    async with box.database.reading() as session:
        kept = await session.scalar(select(func.count()).where(Media.content.is_not(None)))
    assert kept == 1


@pytest.mark.spec("messages.md §6.5")
class TestUploads:
    """What the business uploads for its messages."""

    PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)

    async def upload(self, graph: httpx.AsyncClient, world: World, **changes: Any) -> httpx.Response:
        data = {"messaging_product": "whatsapp", "type": "image/png", **changes}
        content = data.pop("content", self.PNG)
        files = {"file": ("a.png", content, "image/png")}
        return await graph.post(f"/v23.0/{world.senders[0].id}/media", data=data, files=files)

    async def test_a_file_is_kept_described_fetched_and_deleted(self, graph: httpx.AsyncClient, world: World) -> None:
        media_id = (await self.upload(graph, world)).json()["id"]
        path = f"/v23.0/{media_id}/?phone_number_id={world.senders[0].id}"
        described = (await graph.get(path)).json()
        url = described.pop("url")
        assert described == {
            "messaging_product": "whatsapp",
            "mime_type": "image/png",
            "sha256": hashlib.sha256(self.PNG).hexdigest(),
            "file_size": len(self.PNG),
            "id": media_id,
        }
        fetched = await graph.get(url)
        assert (fetched.content, fetched.headers["content-type"]) == (self.PNG, "image/png")
        assert (await graph.get(url, headers={"Authorization": ""})).status_code == 401
        other = f"/v23.0/{media_id}?phone_number_id={world.senders[1].id}"
        assert (await graph.get(other)).json()["error"]["error_subcode"] == 33
        assert (await graph.delete(path)).json() == {"success": True}
        assert (await graph.get(url)).status_code == 404
        assert (await graph.get(path)).json()["error"]["error_subcode"] == 33

    async def test_a_link_lasts_five_minutes_and_a_file_thirty_days(
        self, graph: httpx.AsyncClient, world: World, clock: ManualClock
    ) -> None:
        media_id = (await self.upload(graph, world)).json()["id"]
        url = (await graph.get(f"/v23.0/{media_id}")).json()["url"]
        clock.advance(timedelta(minutes=5))
        assert (await graph.get(url)).status_code == 404
        clock.advance(timedelta(days=30) - timedelta(minutes=5, seconds=1))
        assert (await graph.get(f"/v23.0/{media_id}")).status_code == 200
        clock.advance(timedelta(seconds=1))
        assert (await graph.get(f"/v23.0/{media_id}")).json()["error"]["error_subcode"] == 33

    @pytest.mark.parametrize(
        ("changes", "code", "words"),
        [
            ({"messaging_product": "telegram"}, 100, "messaging_product"),
            ({"type": "image/gif"}, 100, "Received file of type 'image/gif'"),
            ({"content": b""}, 131053, "empty"),
            ({"content": b"GIF89a"}, 131053, "does not begin like one"),
            ({"content": PNG + bytes(5 * 1024 * 1024)}, 131053, "at most 5,242,880"),
        ],
    )
    async def test_what_cannot_be_kept(
        self, graph: httpx.AsyncClient, world: World, changes: dict[str, Any], code: int, words: str
    ) -> None:
        error = (await self.upload(graph, world, **changes)).json()["error"]
        assert (error["code"], words in str(error)) == (code, True)

    async def test_a_call_without_a_file(self, graph: httpx.AsyncClient, world: World) -> None:
        path = f"/v23.0/{world.senders[0].id}/media"
        error = (await graph.post(path, data={"messaging_product": "whatsapp"})).json()["error"]
        assert (error["code"], "file" in error["message"]) == (100, True)
