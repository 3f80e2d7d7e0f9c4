"""The business opens the files it was told of, and says what is wrong with those it cannot open."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.endpoint import Endpoint, Request, Screen
from headrace.exchange.keys import KeyPair
from headrace.exchange.media import Attachment, UnusableFile, seal_file
from headrace.exchange.receiving import ReceivedFile, fetch_file, fetch_files
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Answer, Outbound, TimedOut

pytestmark = pytest.mark.anyio

CONTENT = b"what the person chose" * 100


def sealed(content: bytes = CONTENT, name: str = "mill.png") -> tuple[bytes, Attachment]:
    file, encryption = seal_file(content, bytes(range(32)), bytes(32), bytes(range(16)))
    return file, Attachment("media-1", "https://cdn.example/one", name, encryption)


class OneFile:
    """A transport with one file behind every address."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body = body
        self.status = status
        self.asked: list[tuple[str, str]] = []

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        max_bytes: int = 0,
    ) -> Answer:
        self.asked.append((method, url))
        return Answer(self.status, {}, self.body, 1)


async def test_a_file_is_fetched_and_opened() -> None:
    file, attachment = sealed()
    files = OneFile(file)
    assert await fetch_file(attachment, files) == ReceivedFile("media-1", "mill.png", CONTENT)
    assert files.asked == [("GET", "https://cdn.example/one")]


async def test_files_come_in_their_order() -> None:
    file, attachment = sealed()
    several = [replace(attachment, media_id=str(number)) for number in range(30)]
    assert [one.media_id for one in await fetch_files(several, OneFile(file))] == [str(number) for number in range(30)]
    assert await fetch_files([], OneFile(file)) == []


def _with(**changes: bytes) -> Callable[[bytes, Attachment], tuple[bytes, Attachment]]:
    def damage(file: bytes, attachment: Attachment) -> tuple[bytes, Attachment]:
        return file, replace(attachment, encryption=replace(attachment.encryption, **changes))

    return damage


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file, attachment: (file[:-1] + bytes([file[-1] ^ 1]), attachment), "its hash differs"),
        (lambda file, attachment: (b"", attachment), "its hash differs"),
        (_with(hmac_key=bytes(range(32))), "not made with this hmac_key"),
        (_with(encryption_key=bytes(32)), "encryption_key|its hash differs"),
        (_with(plaintext_hash=bytes(32)), "The opened file is not the one that was sent"),
    ],
)
async def test_a_file_that_was_changed_is_not_opened(
    damage: Callable[[bytes, Attachment], tuple[bytes, Attachment]], words: str
) -> None:
    file, attachment = damage(*sealed())
    with pytest.raises(UnusableFile, match=words):
        await fetch_file(attachment, OneFile(file))


async def test_a_file_that_is_no_longer_kept() -> None:
    _, attachment = sealed()
    with pytest.raises(UnusableFile, match=r"mill.png cannot be fetched: its address answers 404. Files are kept for"):
        await fetch_files([attachment, attachment], OneFile(b"", 404))


async def test_a_file_that_cannot_be_reached() -> None:
    _, attachment = sealed()

    class Slow(OneFile):
        async def request(self, *_: Any, **__: Any) -> Answer:
            raise TimedOut("cdn.example:443 did not answer within 10 s.")

    with pytest.raises(UnusableFile, match=r"mill.png cannot be fetched: cdn.example:443 did not answer"):
        await fetch_file(attachment, Slow(b""))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://169.254.169.254/latest", "file:///etc/passwd"])
async def test_addresses_of_this_machine_are_not_called_for_strangers(url: str) -> None:
    _, attachment = sealed()
    async with Outbound() as outbound:
        with pytest.raises(UnusableFile, match=r"mill\.png was not fetched"):
            await fetch_file(replace(attachment, cdn_url=url), outbound)


def described(attachment: Attachment) -> dict[str, Any]:
    return {"version": "3.0", "action": "data_exchange", "screen": "A", "flow_token": "t"} | {
        "data": {"photos": [attachment.to_json()]}
    }


async def exchange(endpoint: Endpoint, pair: KeyPair, request: dict[str, Any]) -> Outcome:
    async def fetch() -> str:
        return pair.public_pem

    return await Channel(AsgiTransport(endpoint), "https://e/", "secret", fetch, RandomIdentifiers()).exchange(request)


async def test_a_handler_opens_what_it_received(pair: KeyPair) -> None:
    file, attachment = sealed()
    endpoint = Endpoint(private_key=pair.private_pem, app_secret="secret", transport=OneFile(file))
    opened: list[ReceivedFile] = []

    @endpoint.on("A")
    async def keep(request: Request) -> Screen:
        assert [one.file_name for one in request.attachments("photos")] == ["mill.png"]
        assert await request.files("nothing") == []
        opened.extend(await request.files("photos"))
        return Screen("B")

    outcome = await exchange(endpoint, pair, described(attachment))
    assert outcome.body == {"screen": "B", "data": {}}
    assert [one.content for one in opened] == [CONTENT]


async def test_an_endpoint_can_answer_while_a_file_is_missing(pair: KeyPair) -> None:
    _, attachment = sealed()
    endpoint = Endpoint(private_key=pair.private_pem, app_secret="secret", transport=OneFile(b"", 404))

    @endpoint.on("A")
    async def keep(request: Request) -> Screen:
        try:
            await request.files("photos")
        except UnusableFile:
            return Screen("A", error_message="The photo did not arrive. Choose it again.")
        return Screen("B")

    outcome = await exchange(endpoint, pair, described(attachment))
    assert outcome.body is not None
    assert outcome.body["data"]["error_message"] == "The photo did not arrive. Choose it again."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("mill.png", "photos holds no list of files"),
        (["mill.png"], "described by a JSON object"),
        ([{"media_id": "1"}], "lacks cdn_url"),
        ([{"media_id": "1", "cdn_url": "x", "file_name": "y"}], "lacks encryption_metadata"),
        (
            [{"media_id": "1", "cdn_url": "x", "file_name": "y", "encryption_metadata": {"iv": "short"}}],
            "not 32 bytes in base64",
        ),
    ],
)
async def test_what_describes_no_files(value: Any, words: str) -> None:
    request = Request("data_exchange", "A", {"photos": value}, "t", "3.0", transport=OneFile(b""))
    with pytest.raises(UnusableFile, match=words):
        await request.files("photos")
