"""Every answer an endpoint can give, and what the channel makes of it. The endpoint is a real ASGI app or a socket."""

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from headrace.exchange.channel import MAX_RESPONSE_BYTES, Channel, UnverifiedKey
from headrace.exchange.endpoint import Endpoint, Screen
from headrace.exchange.endpoint import Request as FlowRequest
from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.sealing import (
    OpenedRequest,
    flow_token_signature_matches,
    open_request,
    seal_response,
    signature_matches,
)
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers, SeededIdentifiers
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

SECRET = "the secret of the app"
REQUEST = {"version": "3.0", "action": "data_exchange", "screen": "A", "data": {"x": 1}, "flow_token": "t"}
ANSWER = {"screen": "B", "data": {"greeting": "Zdravím"}}

Respond = Callable[[OpenedRequest], Response]


@dataclass
class Business:
    """An endpoint that answers each request as the next function says, and keeps what it received."""

    private_pem: str
    answers: list[Respond]
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = Request(scope, receive)
        self.raw.append(await http.body())
        self.headers.append(dict(http.headers))
        response = self.answers.pop(0)(self.opened[-1])
        await response(scope, receive, send)

    @property
    def opened(self) -> list[OpenedRequest]:
        key = load_private_key(self.private_pem)
        return [open_request(raw, key) for raw in self.raw]


def sealed(value: Any, *, status: int = 200, **options: Any) -> Respond:
    def respond(opened: OpenedRequest) -> Response:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return Response(seal_response(body, opened.key, opened.iv), status, **options)

    return respond


def plain(body: str | bytes, status: int = 200) -> Respond:
    return lambda _opened: Response(body, status)


class Keys:
    """Hands out the keys in turn, the last one for ever, and counts."""

    def __init__(self, *pems: str | None) -> None:
        self.pems = list(pems)
        self.asked = 0

    async def __call__(self) -> str | None:
        self.asked += 1
        return self.pems.pop(0) if len(self.pems) > 1 else self.pems[0]


class Waiting:
    """Stands for sleep: remembers how long, and returns at once."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def channel_to(business: Business, pair: KeyPair, sleep: Callable[[float], Awaitable[None]] | None = None) -> Channel:
    """A channel that sends nothing but what it is asked to send."""
    return Channel(
        AsgiTransport(business),
        "https://endpoint.example/flow?shop=1",
        SECRET,
        Keys(pair.public_pem),
        SeededIdentifiers(1),
        sleep=sleep or Waiting(),
        probes=False,
    )


async def test_an_answer_comes_back_in_clear_with_all_that_travelled(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [sealed(ANSWER)])
    outcome = await channel_to(business, pair).exchange(dict(REQUEST))
    assert (outcome.kind, outcome.body, outcome.http_status) == ("answered", ANSWER, 200)
    assert (outcome.error_type, outcome.message, outcome.explanation, outcome.resent) == (None, None, None, False)
    assert outcome.request == REQUEST
    assert outcome.sealed_request.encode() == business.raw[0]
    assert outcome.sealed_response == seal_response(
        json.dumps(ANSWER).encode(), business.opened[0].key, business.opened[0].iv
    )
    assert json.loads(business.opened[0].body) == REQUEST


async def test_the_request_is_signed_and_says_who_calls(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [sealed(ANSWER)])
    await channel_to(business, pair).exchange(dict(REQUEST))
    headers = business.headers[0]
    assert signature_matches(SECRET, business.raw[0], headers["x-hub-signature-256"])
    assert headers["content-type"] == "application/json"
    assert headers["accept"] == "*/*"
    assert headers["user-agent"] == "facebookexternalua"
    assert headers["host"] == "endpoint.example"


async def test_every_request_has_its_own_key_and_vector(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [sealed(ANSWER)] * 3)
    channel = channel_to(business, pair)
    for _ in range(3):
        await channel.exchange(dict(REQUEST))
    assert len({opened.key for opened in business.opened} | {opened.iv for opened in business.opened}) == 6


@pytest.mark.parametrize("media_type", ["text/plain", "text/html", "application/json", None])
async def test_the_content_type_of_an_answer_does_not_matter(pair: KeyPair, media_type: str | None) -> None:
    outcome = await channel_to(Business(pair.private_pem, [sealed(ANSWER, media_type=media_type)]), pair).exchange(
        REQUEST
    )
    assert outcome.body == ANSWER


@pytest.mark.parametrize("form", ["  {}\r\n", "{}\n", "\n{}"])
async def test_white_space_around_an_answer_is_tolerated(pair: KeyPair, form: str) -> None:
    outcome = await channel_to(Business(pair.private_pem, [wrapped(form)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.body) == ("answered", ANSWER)


@pytest.mark.parametrize("form", ['"{}"', ' "{}"\n', "\ufeff{}"])
async def test_quotes_and_marks_around_an_answer_are_not(pair: KeyPair, form: str) -> None:
    outcome = await channel_to(Business(pair.private_pem, [wrapped(form)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "response-decryption-error")
    assert "Send the" in (outcome.explanation or "")


def wrapped(form: str) -> Respond:
    """The answer, sealed well, in what else the body has."""

    def respond(opened: OpenedRequest) -> Response:
        return Response(form.format(seal_response(json.dumps(ANSWER).encode(), opened.key, opened.iv)))

    return respond


async def test_large_answers_are_read(pair: KeyPair) -> None:
    answer = {"screen": "B", "data": {"picture": "x" * 3_000_000}}
    outcome = await channel_to(Business(pair.private_pem, [sealed(answer)]), pair).exchange(REQUEST)
    assert outcome.body == answer


async def test_an_answer_without_end_is_cut_off(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [plain(b"A" * (MAX_RESPONSE_BYTES + 1))])
    outcome = await channel_to(business, pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "response-decryption-error")
    assert outcome.sealed_response is None


@pytest.mark.parametrize("status", [201, 204, 301, 302, 400, 401, 403, 404, 405, 422, 429, 500, 502, 503])
async def test_any_other_status_is_unexpected(pair: KeyPair, status: int) -> None:
    business = Business(pair.private_pem, [plain(b"" if status == 204 else b"<html>", status)])
    outcome = await channel_to(business, pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "unexpected_http_status_code")
    assert outcome.http_status == status
    assert str(status) in (outcome.explanation or "")
    assert len(business.raw) == 1


async def test_a_refused_signature_names_the_app_secret(pair: KeyPair) -> None:
    outcome = await channel_to(Business(pair.private_pem, [plain("", 432)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type, outcome.http_status) == ("failed", "unexpected_http_status_code", 432)
    assert "secret" in (outcome.explanation or "")


@pytest.mark.parametrize("body", ["", "not base64", "AAAA", "<html>", '{"screen":"B"}', "\0", "żółć", '"AAAA"'])
async def test_an_answer_that_does_not_open_is_a_decryption_error(pair: KeyPair, body: str) -> None:
    outcome = await channel_to(Business(pair.private_pem, [plain(body)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "response-decryption-error")
    assert outcome.body is None
    assert outcome.explanation
    assert "\0" not in (outcome.sealed_response or "")


async def test_an_answer_sealed_without_turning_the_vector_does_not_open(pair: KeyPair) -> None:
    def respond(opened: OpenedRequest) -> Response:
        turned = bytes(byte ^ 0xFF for byte in opened.iv)
        return Response(seal_response(b"{}", opened.key, turned))

    outcome = await channel_to(Business(pair.private_pem, [respond]), pair).exchange(REQUEST)
    assert outcome.error_type == "response-decryption-error"


@pytest.mark.parametrize("clear", [b"", b"[]", b'"text"', b"null", b"{", b"\xff"])
async def test_an_answer_that_opens_to_nonsense_is_malformed(pair: KeyPair, clear: bytes) -> None:
    outcome = await channel_to(Business(pair.private_pem, [sealed(clear)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "malformed-answer")


async def test_an_expired_token_brings_its_words_plain_or_sealed(pair: KeyPair) -> None:
    words = {"error_msg": "The order was placed."}
    for respond in (plain(json.dumps(words), 427), sealed(words, status=427)):
        outcome = await channel_to(Business(pair.private_pem, [respond]), pair).exchange(REQUEST)
        assert (outcome.kind, outcome.message) == ("token_expired", "The order was placed.")
        assert (outcome.error_type, outcome.http_status) == (None, 427)
        assert bool(outcome.explanation) is (outcome.sealed_response == json.dumps(words))
    outcome = await channel_to(Business(pair.private_pem, [sealed({}, status=427)]), pair).exchange(REQUEST)
    assert (outcome.message, "undefined" in (outcome.explanation or "")) == (None, True)
    outcome = await channel_to(Business(pair.private_pem, [plain("gone", 427)]), pair).exchange(REQUEST)
    assert (outcome.kind, outcome.message) == ("token_expired", None)


async def test_a_refused_key_is_fetched_anew_and_the_request_sent_once_more(pair: KeyPair, other_pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=SECRET)

    @endpoint.on("A")
    def answer(request: FlowRequest) -> Screen:
        return Screen("B", request.data)

    keys, waiting = Keys(other_pair.public_pem, pair.public_pem), Waiting()
    raw: list[bytes] = []

    async def recording(scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> Any:
            event = await receive()
            raw.append(event["body"])
            return event

        await endpoint(scope, listen, send)

    channel = Channel(AsgiTransport(recording), "https://e/", SECRET, keys, SeededIdentifiers(), sleep=waiting)
    outcome = await channel.exchange(REQUEST)
    assert (outcome.kind, outcome.resent, outcome.body) == ("answered", True, {"screen": "B", "data": {"x": 1}})
    assert keys.asked == 2
    assert waiting.seconds == [0.5]
    vectors = [json.loads(body)["initial_vector"] for body in raw]
    assert len(set(vectors)) == 2
    assert outcome.sealed_request.encode() == raw[1]
    again = await channel.exchange(REQUEST)
    assert (again.resent, keys.asked) == (False, 2)


async def test_a_key_refused_twice_is_the_business_decryption_error(pair: KeyPair) -> None:
    business, waiting = Business(pair.private_pem, [plain("", 421)] * 5), Waiting()
    outcome = await channel_to(business, pair, waiting).exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "business-decryption-error")
    assert (outcome.http_status, outcome.resent) == (421, True)
    assert "headrace doctor" in (outcome.explanation or "")
    assert "pload" not in (outcome.explanation or ""), "a 421 does not prove a wrong key"
    assert len(business.raw) == 2
    assert business.opened[0].key != business.opened[1].key


async def test_without_a_usable_key_nothing_is_sent(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [])

    async def unverified() -> str | None:
        raise UnverifiedKey

    for fetch, error_type in (
        (Keys(None), "public-key-missing"),
        (Keys("nonsense"), "public-key-missing"),
        (unverified, "public-key-signiture-verification"),
    ):
        channel = Channel(AsgiTransport(business), "https://e/", SECRET, fetch, SeededIdentifiers())
        outcome = await channel.exchange(REQUEST)
        assert (outcome.kind, outcome.error_type) == ("failed", error_type)
        assert (outcome.sealed_request, outcome.sealed_response, outcome.http_status) == ("", None, None)
        assert outcome.explanation
    assert business.raw == []


async def test_an_endpoint_that_breaks_is_an_unexpected_status(pair: KeyPair, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_opened: OpenedRequest) -> Response:
        raise RuntimeError("broken")

    with caplog.at_level(logging.CRITICAL):
        outcome = await channel_to(Business(pair.private_pem, [broken]), pair).exchange(REQUEST)
    assert (outcome.error_type, outcome.http_status) == ("unexpected_http_status_code", 500)


# Over real sockets


def over_http(outbound: Outbound, port: int, pair: KeyPair, timeout: float = 10) -> Channel:
    return Channel(
        outbound, f"http://127.0.0.1:{port}/", SECRET, Keys(pair.public_pem), RandomIdentifiers(), timeout=timeout
    )


async def test_a_slow_endpoint_is_a_timeout(pair: KeyPair) -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    async with await asyncio.start_server(stall, "127.0.0.1", 0) as server, Outbound(private_networks=True) as outbound:
        channel = over_http(outbound, server.sockets[0].getsockname()[1], pair, timeout=0.15)
        outcome = await channel.exchange(REQUEST)
    assert (outcome.kind, outcome.error_type, outcome.http_status) == ("failed", "timeout_error", None)
    assert 140 <= outcome.milliseconds < 2000
    assert outcome.sealed_request


async def test_a_closed_connection_and_a_closed_port_are_no_response(pair: KeyPair) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.close()

    async with Outbound(private_networks=True) as outbound:
        async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
            outcome = await over_http(outbound, server.sockets[0].getsockname()[1], pair).exchange(REQUEST)
        assert (outcome.kind, outcome.error_type) == ("failed", "no_http_response_error")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        outcome = await over_http(outbound, port, pair).exchange(REQUEST)
        assert (outcome.kind, outcome.error_type) == ("failed", "no_http_response_error")
        assert f"127.0.0.1:{port}" in (outcome.explanation or "")


async def test_a_guarded_address_is_no_response_and_says_why(pair: KeyPair) -> None:
    async with Outbound() as outbound:
        outcome = await over_http(outbound, 80, pair).exchange(REQUEST)
    assert outcome.error_type == "no_http_response_error"
    assert "private network" in (outcome.explanation or "")


# Pings


async def test_a_ping_is_exactly_the_ping_and_a_live_endpoint_is_well(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [sealed({"data": {"status": "active"}})])
    health = await channel_to(business, pair).ping()
    assert (health.is_well, health.problem, health.error_type) == (True, None, None)
    assert business.opened[0].body == b'{"version":"3.0","action":"ping"}'


@pytest.mark.parametrize(
    ("respond", "error_type"),
    [
        (sealed({"screen": "SCREEN_NAME", "data": {"some_key": "some_value"}}), "payload-schema-error"),
        (sealed([]), "malformed-answer"),
        (plain("pong"), "response-decryption-error"),
        (plain("", 404), "unexpected_http_status_code"),
        (plain("", 427), "unexpected_http_status_code"),
        (plain("", 432), "unexpected_http_status_code"),
    ],
)
async def test_a_ping_says_what_is_wrong(pair: KeyPair, respond: Respond, error_type: str) -> None:
    health = await channel_to(Business(pair.private_pem, [respond]), pair).ping()
    assert not health.is_well
    assert health.error_type == error_type
    assert health.problem
    assert health.problem.endswith(".")


@pytest.mark.parametrize(("version", "is_signed"), [("3.0", False), ("4.0", True)])
async def test_the_flow_token_is_signed_from_data_api_4_on(pair: KeyPair, version: str, is_signed: bool) -> None:
    business = Business(pair.private_pem, [sealed(ANSWER)])
    outcome = await channel_to(business, pair).exchange({**REQUEST, "version": version})
    received = json.loads(business.opened[0].body)
    assert outcome.request == received
    assert ("flow_token_signature" in received) is is_signed
    if is_signed:
        assert flow_token_signature_matches(received["flow_token_signature"], "t", SECRET)


async def test_a_ping_carries_no_token_and_no_signature(pair: KeyPair) -> None:
    business = Business(pair.private_pem, [sealed({"data": {"status": "active"}})])
    await channel_to(business, pair).ping()
    assert json.loads(business.opened[0].body) == {"version": "3.0", "action": "ping"}
