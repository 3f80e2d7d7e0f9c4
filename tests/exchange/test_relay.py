"""The relay: what a service behind it sees, what a phone gets, and what the log never holds."""

import asyncio
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from tests.phone.flows import flow, footer, screen, string, text_input

from headrace.cli.relay import _AccessLog
from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.key_files import KeyFolder
from headrace.exchange.keys import KeyPair, UnusableKey
from headrace.exchange.media import Attachment, seal_file
from headrace.exchange.relay import Access, Relay
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.phone.answer_check import FlowAnswers

pytestmark = pytest.mark.anyio

SECRET = "secret"
SHOWN = {"screen": "NAME", "data": {"hint": "x"}}
FLOW = flow(
    screen(
        "NAME",
        text_input("name"),
        text_input("word", **{"input-type": "password"}),
        text_input("number"),
        footer("data_exchange", {"name": "${form.name}", "entered": "${form.word}", "told": "${form.number}"}),
        data={"hint": string()},
        sensitive=["number"],
    ),
    screen("DONE", footer("complete"), terminal=True),
    routing={"NAME": ["DONE"], "DONE": []},
)


class Service:
    """A plain HTTP service; keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], Response] = lambda: JSONResponse(SHOWN)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = HttpRequest(scope, receive)
        self.asked.append(await http.json())
        self.headers.append(dict(http.headers))
        await self.answer()(scope, receive, send)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def keys(tmp_path: Path, pair: KeyPair) -> KeyFolder:
    (tmp_path / "private.pem").write_text(pair.private_pem)
    return KeyFolder(tmp_path)


def relay_to(service: Service, keys: KeyFolder, **options: Any) -> Relay:
    return Relay("http://service/flow", keys=keys, app_secret=SECRET, transport=AsgiTransport(service), **options)


async def exchange(relay: Relay, pair: KeyPair, action: str = "data_exchange", **members: Any) -> Outcome:
    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    channel = Channel(
        AsgiTransport(relay), "https://e/", SECRET, fetch, RandomIdentifiers(), sleep=at_once, probes=False
    )
    if action == "ping":
        return (await channel.ping()).outcome
    asked = {"version": "3.0", "action": action, "screen": "NAME", "data": {"name": "Ida"}, "flow_token": "token-1"}
    return await channel.exchange(asked | members)


async def test_a_service_gets_plain_json_and_its_answer_is_sealed(
    service: Service, keys: KeyFolder, pair: KeyPair
) -> None:
    relay = relay_to(service, keys, headers=[("Authorization", "Bearer x")])
    for action in ("INIT", "data_exchange", "BACK"):
        assert (await exchange(relay, pair, action)).body == SHOWN
    assert service.asked[1] == {
        "version": "3.0",
        "action": "data_exchange",
        "screen": "NAME",
        "data": {"name": "Ida"},
        "flow_token": "token-1",
    }
    assert service.headers[0]["authorization"] == "Bearer x"
    assert (await exchange(relay, pair, "ping")).kind == "answered"
    notice = await exchange(relay, pair, data={"error": "some-error"})
    assert notice.body == {"data": {"acknowledged": True}}
    assert len(service.asked) == 3


ANSWERS: list[tuple[Callable[[], Response], int, str]] = [
    (lambda: JSONResponse({"error_msg": "It is ordered."}, 427), 427, ""),
    (lambda: PlainTextResponse("oh", 500), 502, "status 500"),
    (lambda: PlainTextResponse("", 302), 502, "status 302"),
    (lambda: PlainTextResponse("<html>"), 502, "not a JSON object"),
    (lambda: JSONResponse([1]), 502, "not a JSON object"),
    (lambda: PlainTextResponse(""), 502, "not a JSON object"),
]


@pytest.mark.parametrize(("answer", "status", "words"), ANSWERS)
async def test_what_is_no_answer_is_told_by_a_status(
    service: Service,
    keys: KeyFolder,
    pair: KeyPair,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[], Response],
    status: int,
    words: str,
) -> None:
    service.answer = answer
    outcome = await exchange(relay_to(service, keys), pair)
    assert (outcome.http_status, words in caplog.text) == (status, True)
    if status == 427:
        assert outcome.message == "It is ordered."
    assert "Ida" not in caplog.text


async def test_a_service_that_is_slow_or_away_is_told(
    keys: KeyFolder, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    class Slow(Service):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await asyncio.sleep(60)

    class Away(Service):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    assert (await exchange(relay_to(Slow(), keys, seconds=0.05), pair)).http_status == 504
    assert (await exchange(relay_to(Away(), keys), pair)).http_status == 502


async def test_replaced_keys_are_taken_up(
    service: Service, keys: KeyFolder, pair: KeyPair, other_pair: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.exchange.relay._KEYS_LOOKED_AT_SECONDS", 0)
    relay = relay_to(service, keys)
    assert (await exchange(relay, other_pair)).http_status == 421
    keys.private.rename(keys.former_private)
    keys.private.write_text("half a key")
    assert (await exchange(relay, pair)).kind == "answered", "what cannot be read changes nothing"
    keys.private.write_text(other_pair.private_pem)
    os.utime(keys.private, ns=(1, 1))
    for one in (pair, other_pair):
        assert (await exchange(relay, one)).kind == "answered"
    with pytest.raises(UnusableKey):
        relay_to(service, KeyFolder(keys.path / "nowhere"))


async def test_attached_files_are_opened_into_a_folder_or_handed_on(
    service: Service, keys: KeyFolder, pair: KeyPair, tmp_path: Path
) -> None:
    sealed, encryption = seal_file(b"a photo", bytes(32), bytes(range(32)), bytes(16))
    described = Attachment("../../790aba14", "https://cdn/x", "photo é.PNG", encryption).to_json()

    class Cdn:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await Response(sealed)(scope, receive, send)

    data = {"name": "Ida", "photos": [described]}
    await exchange(relay_to(service, keys), pair, data=data)
    assert service.asked[-1]["data"] == data
    relay = relay_to(service, keys, files=tmp_path / "uploads", media=AsgiTransport(Cdn()))
    await exchange(relay, pair, data=data)
    (opened,) = service.asked[-1]["data"]["photos"]
    path = Path(opened.pop("path"))
    assert (path.parent, path.suffix, path.read_bytes()) == ((tmp_path / "uploads").resolve(), ".png", b"a photo")
    assert opened == {"media_id": "../../790aba14", "file_name": "photo é.PNG", "size": 7}
    spoilt = described | {"encryption_metadata": encryption.to_json() | {"hmac_key": "A" * 43 + "="}}
    assert (await exchange(relay, pair, data={"photos": [spoilt]})).http_status == 502


async def test_answers_are_judged_by_the_flow(service: Service, keys: KeyFolder, pair: KeyPair) -> None:
    service.answer = lambda: JSONResponse({"screen": "NAME", "data": {"hint": 5}})
    answers = FlowAnswers(FLOW)
    assert (await exchange(relay_to(service, keys, answers=answers), pair)).http_status == 200
    assert (await exchange(relay_to(service, keys, answers=answers, refuse_misfits=True), pair)).http_status == 500


async def test_the_access_log_holds_no_token_and_nothing_sensitive(
    service: Service, keys: KeyFolder, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "headrace.relay")
    log = _AccessLog(FlowAnswers(FLOW), with_data=True)
    relay = relay_to(service, keys, accessed=log.exchanged)
    await exchange(
        relay, pair, data={"name": "Ida\n::error::", "entered": "open sesame", "told": "4711", "my_pin": "12"}
    )
    await exchange(relay, pair, data={"error": "payload-schema-error"})
    (line,) = [record.getMessage() for record in caplog.records if record.name == "headrace.relay"]
    assert line.startswith("data_exchange NAME  token ")
    assert json.loads(line[line.index("{") :]) == {
        "name": "Ida\n::error::",
        "entered": "•••",
        "told": "•••",
        "my_pin": "•••",
    }
    assert "token-1" not in line
    assert "payload-schema-error" in caplog.text, "the endpoint's own log tells of notices"
    brief = _AccessLog(None, with_data=False)
    brief.exchanged(Access("INIT", "", "unused", {"name": "Ida"}))
    assert "Ida" not in caplog.records[-1].getMessage()
