"""The business side: what reaches a handler, what goes back, and what is refused with which status."""

import asyncio
import doctest
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from headrace.exchange import endpoint as endpoint_module
from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired
from headrace.exchange.keys import KeyPair, UnusableKey, load_public_key
from headrace.exchange.sealing import flow_token_signature, seal_request, sign
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Answer, Outbound

pytestmark = pytest.mark.anyio

SECRET = "the secret of the app"


def ask(action: str = "data_exchange", screen: str | None = "A", **members: Any) -> dict[str, Any]:
    return {"version": "3.0", "action": action, "screen": screen, "data": {}, "flow_token": "t"} | members


@pytest.fixture
def endpoint(pair: KeyPair) -> Endpoint:
    return Endpoint(private_key=pair.private_pem, app_secret=SECRET)


async def exchange(endpoint: Endpoint, pair: KeyPair, request: dict[str, Any], secret: str = SECRET) -> Outcome:
    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    channel = Channel(AsgiTransport(endpoint), "https://e/", secret, fetch, RandomIdentifiers(), sleep=at_once)
    return await channel.exchange(request)


async def post(endpoint: Endpoint, body: bytes, **headers: str) -> Answer:
    signed = {"X-Hub-Signature-256": sign(SECRET, body)}
    return await AsgiTransport(endpoint).request("POST", "https://e/", headers=signed | headers, body=body)


def test_the_example_in_the_documentation_runs() -> None:
    result = doctest.testmod(endpoint_module)
    assert (result.failed, result.attempted > 3) == (0, True)


async def test_a_handler_sees_the_request_and_its_screen_goes_back(endpoint: Endpoint, pair: KeyPair) -> None:
    seen: list[Request] = []

    @endpoint.on("A")
    async def handle(request: Request) -> Screen:
        seen.append(request)
        return Screen("B", {"greeting": "Zdravím"}, error_message="Once more.")

    outcome = await exchange(endpoint, pair, ask(data={"name": "Ada"}, version="4.0", flow_token_signature="j.w.t"))
    assert outcome.body == {"screen": "B", "data": {"greeting": "Zdravím", "error_message": "Once more."}}
    assert seen == [Request("data_exchange", "A", {"name": "Ada"}, "t", "4.0", flow_token_signature="j.w.t")]


async def test_handlers_are_chosen_by_screen_and_action(endpoint: Endpoint, pair: KeyPair) -> None:
    def naming(name: str) -> Any:
        return lambda request: Screen("X", {"by": name})

    endpoint.on_init(naming("init"))
    endpoint.on("A")(naming("A"))
    endpoint.on("B")(naming("B"))
    endpoint.on()(naming("any"))
    endpoint.on_back(naming("back"))
    endpoint.on("B", action="BACK")(naming("back from B"))
    for request, name in (
        (ask("INIT", None), "init"),
        (ask("INIT", ""), "init"),
        (ask("data_exchange", "A"), "A"),
        (ask("data_exchange", "B"), "B"),
        (ask("data_exchange", "C"), "any"),
        (ask("BACK", "A"), "back"),
        (ask("BACK", "B"), "back from B"),
    ):
        outcome = await exchange(endpoint, pair, request)
        assert outcome.body == {"screen": "X", "data": {"by": name}}, request


async def test_a_handler_is_registered_once(endpoint: Endpoint) -> None:
    endpoint.on("A")(lambda request: Screen("B"))
    with pytest.raises(ValueError, match="already has a handler"):
        endpoint.on("A")(lambda request: Screen("C"))


async def test_a_plain_handler_may_block(endpoint: Endpoint, pair: KeyPair) -> None:
    import time

    @endpoint.on("A")
    def handle(request: Request) -> Screen:
        time.sleep(0.2)
        return Screen("B")

    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(exchange(endpoint, pair, ask()) for _ in range(4)))
    assert asyncio.get_running_loop().time() - started < 0.7


async def test_members_that_are_absent_have_defaults(endpoint: Endpoint, pair: KeyPair) -> None:
    seen: list[Request] = []

    @endpoint.on_init
    def handle(request: Request) -> Screen:
        seen.append(request)
        return Screen("A")

    await exchange(endpoint, pair, {"action": "INIT"})
    assert seen == [Request("INIT", None, {}, "unused", "3.0")]


async def test_finish_carries_its_params_and_the_flow_token(endpoint: Endpoint, pair: KeyPair) -> None:
    endpoint.on("A")(lambda request: Finish({"seats": 2}))
    endpoint.on("B")(lambda request: Finish({"flow_token": "another"}))
    outcome = await exchange(endpoint, pair, ask(flow_token="token-1"))
    params = {"flow_token": "token-1", "seats": 2}
    assert outcome.body == {"screen": "SUCCESS", "data": {"extension_message_response": {"params": params}}}
    outcome = await exchange(endpoint, pair, ask(screen="B"))
    assert outcome.body is not None
    assert outcome.body["data"]["extension_message_response"]["params"] == {"flow_token": "another"}


def test_no_screen_is_called_success() -> None:
    with pytest.raises(ValueError, match="Finish"):
        Screen("SUCCESS")


async def test_an_expired_token_is_answered_with_427_and_sealed_words(endpoint: Endpoint, pair: KeyPair) -> None:
    @endpoint.on("A")
    def handle(request: Request) -> Screen:
        raise TokenExpired("The order was placed.")

    outcome = await exchange(endpoint, pair, ask())
    assert (outcome.kind, outcome.message, outcome.http_status) == ("token_expired", "The order was placed.", 427)
    assert "order" not in (outcome.sealed_response or "")


async def test_pings_are_answered_without_any_handler(endpoint: Endpoint, pair: KeyPair) -> None:
    outcome = await exchange(endpoint, pair, {"version": "3.0", "action": "ping"})
    assert outcome.body == {"data": {"status": "active"}}


async def test_error_notices_are_acknowledged_and_heard(
    endpoint: Endpoint, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Request] = []
    endpoint.on_error(heard.append)

    @endpoint.on_error
    async def broken(request: Request) -> None:
        raise RuntimeError

    notice = ask(data={"error": "payload-schema-error", "error_message": "time is missing"})
    with caplog.at_level(logging.ERROR):
        outcome = await exchange(endpoint, pair, notice)
    assert outcome.body == {"data": {"acknowledged": True}}
    assert [(request.screen, request.error, request.error_message) for request in heard] == [
        ("A", "payload-schema-error", "time is missing")
    ]
    assert "payload-schema-error" in caplog.text


async def test_what_is_not_registered_is_a_500_and_a_log_line_that_helps(
    endpoint: Endpoint, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    for request, words in (
        (ask("INIT", ""), "@endpoint.on_init"),
        (ask("data_exchange", "A"), '@endpoint.on("A")'),
        (ask("BACK", "A"), '@endpoint.on("A", action="BACK")'),
        (ask("jump", "A"), "Actions are INIT, data_exchange and BACK"),
    ):
        caplog.clear()
        outcome = await exchange(endpoint, pair, request)
        assert outcome.http_status == (400 if request["action"] == "jump" else 500)
        assert outcome.sealed_response == ""
        assert words in caplog.text


async def test_nobody_writes_lines_into_the_log(
    endpoint: Endpoint, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    await exchange(endpoint, pair, ask(screen="A\nERROR forged"))
    await exchange(endpoint, pair, ask(data={"error": "a\nERROR forged", "error_message": "b\r\nERROR forged"}))
    assert len(caplog.records) == 2
    assert all("\n" not in record.getMessage() for record in caplog.records)


async def test_a_failing_handler_tells_the_log_and_not_the_wire(
    endpoint: Endpoint, pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    @endpoint.on("A")
    def fail(request: Request) -> Screen:
        raise LookupError("internal detail")

    endpoint.on("B")(lambda request: {"screen": "B"})  # type: ignore[type-var]
    endpoint.on("C")(lambda request: Screen("C", {"value": object()}))
    for screen, words in (("A", "internal detail"), ("B", "Return Screen or Finish"), ("C", "JSON cannot hold")):
        caplog.clear()
        outcome = await exchange(endpoint, pair, ask(screen=screen))
        assert (outcome.http_status, outcome.sealed_response) == (500, "")
        assert words in caplog.text
        assert f"data_exchange on {screen}" in caplog.text
        assert len(caplog.records) == 1


async def test_a_wrong_or_missing_signature_is_432(endpoint: Endpoint, pair: KeyPair) -> None:
    outcome = await exchange(endpoint, pair, {"version": "3.0", "action": "ping"}, secret="another")
    assert outcome.http_status == 432
    assert (await AsgiTransport(endpoint).request("POST", "https://e/", body=b"{}")).status == 432


async def test_both_secrets_count_while_one_replaces_the_other(pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=["new", "old"])
    ping = {"version": "3.0", "action": "ping"}
    statuses = [(await exchange(endpoint, pair, ping, secret)).http_status for secret in ("new", "old", "older")]
    assert statuses == [200, 200, 432]


async def test_signatures_are_left_unchecked_only_when_said_so(pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=None)
    outcome = await exchange(endpoint, pair, {"version": "3.0", "action": "ping"}, secret="any")
    assert outcome.kind == "answered"
    for empty in ("", [""], ["a", ""]):
        with pytest.raises(ValueError, match="empty"):
            Endpoint(private_key=pair.private_pem, app_secret=empty)


async def test_what_does_not_open_is_421(endpoint: Endpoint, pair: KeyPair, other_pair: KeyPair) -> None:
    outcome = await exchange(endpoint, other_pair, ask())
    assert (outcome.error_type, outcome.http_status) == ("business-decryption-error", 421)
    body = seal_request(b"{}", load_public_key(pair.public_pem), bytes(16), bytes(16)).body
    changed = json.loads(body) | {"initial_vector": "AQ" + "A" * 20 + "=="}
    assert (await post(endpoint, json.dumps(changed).encode())).status == 421


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b"encrypted_flow_data=x"])
async def test_what_is_no_request_is_400(endpoint: Endpoint, body: bytes) -> None:
    assert (await post(endpoint, body)).status == 400


@pytest.mark.parametrize(
    "clear",
    [b"", b"[]", b"{}", b'{"action":1}', b'{"action":"INIT","data":[]}', b'{"action":"INIT","flow_token":5}',
     b'{"action":"INIT","screen":{}}', b'{"action":null}'],
)  # fmt: skip
async def test_what_opens_to_nonsense_is_400(endpoint: Endpoint, pair: KeyPair, clear: bytes) -> None:
    endpoint.on_init(lambda request: Screen("A"))
    body = seal_request(clear, load_public_key(pair.public_pem), bytes(16), bytes(16)).body
    answer = await post(endpoint, body)
    assert (answer.status, answer.body) == (400, b"")


async def test_a_body_over_the_limit_is_413(pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=SECRET, max_bytes=1000)
    assert (await post(endpoint, b"x" * 1001)).status == 413
    assert (await post(endpoint, b"x" * 1000)).status == 400


async def test_a_browser_reads_what_this_is(endpoint: Endpoint) -> None:
    transport = AsgiTransport(endpoint)
    answer = await transport.request("GET", "https://e/")
    assert (answer.status, answer.body.decode().split()[0]) == (200, "This")
    refused = await transport.request("PUT", "https://e/", body=b"x")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, POST")


async def test_flow_tokens_are_verified_when_asked_for(pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=["new", SECRET], verify_flow_tokens=True)
    endpoint.on("A")(lambda request: Screen("B"))
    right = flow_token_signature("t", SECRET)
    assert (await exchange(endpoint, pair, ask(flow_token_signature=right))).kind == "answered"
    assert (await exchange(endpoint, pair, ask(flow_token_signature=right, flow_token="u"))).http_status == 432
    assert (await exchange(endpoint, pair, ask())).http_status == 432
    assert (await exchange(endpoint, pair, {"version": "3.0", "action": "ping"})).kind == "answered"
    with pytest.raises(ValueError, match="secret"):
        Endpoint(private_key=pair.private_pem, app_secret=None, verify_flow_tokens=True)


def test_a_key_can_be_a_file_and_a_wrong_one_is_named(pair: KeyPair, tmp_path: Path) -> None:
    file = tmp_path / "private.pem"
    file.write_text(pair.private_pem)
    Endpoint(private_key=file, app_secret=SECRET)
    with pytest.raises(UnusableKey):
        Endpoint(private_key=pair.public_pem, app_secret=SECRET)


async def test_it_can_be_mounted_in_a_larger_app(endpoint: Endpoint, pair: KeyPair) -> None:
    app = Starlette(routes=[Mount("/flows/appointment", endpoint)])
    body = seal_request(
        b'{"action":"ping"}', load_public_key(pair.public_pem), bytes(16), bytes(16)
    ).body  # fmt: skip
    headers = {"X-Hub-Signature-256": sign(SECRET, body)}
    answer = await AsgiTransport(app).request("POST", "https://e/flows/appointment/", headers=headers, body=body)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")


async def test_it_runs_on_a_real_server(endpoint: Endpoint, pair: KeyPair) -> None:
    endpoint.on("A")(lambda request: Screen("B", request.data))

    async def fetch() -> str:
        return pair.public_pem

    async with serving(endpoint) as port, Outbound(private_networks=True) as outbound:
        channel = Channel(outbound, f"http://127.0.0.1:{port}/", SECRET, fetch, RandomIdentifiers())
        assert (await channel.ping()).is_well
        outcomes = await asyncio.gather(*(channel.exchange(ask(data={"n": number})) for number in range(20)))
    assert [outcome.body for outcome in outcomes] == [{"screen": "B", "data": {"n": number}} for number in range(20)]


@asynccontextmanager
async def serving(app: Endpoint) -> AsyncIterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    running = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running
