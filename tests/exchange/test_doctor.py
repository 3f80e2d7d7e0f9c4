"""An examination of healthy and ill endpoints: what is found, what is advised, where it ends."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send
from tests.virtual_time import run

from headrace.exchange.doctor import Doctor
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.sealing import CannotOpen, open_request, seal_response
from headrace.exchange.transport import AsgiApp, AsgiTransport
from headrace.identifiers import RandomIdentifiers

pytestmark = pytest.mark.anyio

SECRET = "secret"
STEPS = ["address", "key", "answers", "opens", "trusts", "ping", "speed", "signature", "other-key", "notice"]


async def at_once(_seconds: float) -> None: ...


async def examine(app: AsgiApp, public_pem: str, uri: str = "https://e.example/flow", **more: Any) -> list[Finding]:
    doctor = Doctor(AsgiTransport(app), uri, public_pem, SECRET, RandomIdentifiers(), sleep=at_once, **more)
    return [finding async for finding in doctor.examine()]


def careless(private_pem: str, answer: Callable[[dict[str, Any]], tuple[int, Any]]) -> AsgiApp:
    """An endpoint that checks nothing and answers as told."""

    key = load_private_key(private_pem)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raw = await Request(scope, receive).body()
        try:
            opened = open_request(raw, key)
        except CannotOpen:
            await Response("", 500)(scope, receive, send)
            return
        status, body = answer(json.loads(opened.body))
        text = body if isinstance(body, str) else seal_response(json.dumps(body).encode(), opened.key, opened.iv)
        await Response(text, status)(scope, receive, send)

    return app


async def test_a_healthy_endpoint_passes_every_step(pair: KeyPair, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    findings = await examine(Endpoint(private_key=pair.private_pem, app_secret=SECRET), pair.public_pem)
    assert [finding.step for finding in findings] == STEPS
    assert {finding.verdict for finding in findings} == {"good"}
    assert all(finding.title and finding.words for finding in findings)


async def test_an_endpoint_that_checks_nothing_is_warned(pair: KeyPair) -> None:
    app = careless(pair.private_pem, lambda request: (200, {"data": {"status": "active"}}))
    findings = await examine(app, pair.public_pem)
    assert [finding.step for finding in findings] == STEPS
    warned = {finding.step: finding.words for finding in findings if finding.verdict == "warning"}
    assert warned.keys() == {"signature", "other-key", "notice"}
    assert "432" in warned["signature"]
    assert "421" in warned["other-key"]
    assert "acknowledged" in warned["notice"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, {"screen": "SCREEN_NAME", "data": {}}), "did not answer the ping"),
        ((200, '{"data":{"status":"active"}}'), "JSON in clear"),
        ((404, ""), "Check the path"),
        ((302, ""), "redirects"),
        ((500, "Internal Server Error"), "log"),
    ],
)
async def test_a_wrong_ping_ends_the_examination_and_says_why(
    pair: KeyPair, answer: tuple[int, Any], words: str
) -> None:
    findings = await examine(careless(pair.private_pem, lambda request: answer), pair.public_pem)
    wrong = [finding for finding in findings if finding.verdict == "wrong"]
    assert [(finding.step, words in finding.words) for finding in wrong] == [("ping", True)]
    assert findings[-1].step == "speed"


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (RedirectResponse("https://elsewhere.example/flow", 301), "redirects to https://elsewhere.example/flow"),
        (Response("<html>404 Not Found</html>", 404), "Check the path"),
        (Response("", 405), "must accept POST"),
        (Response("{}", 401), "must not ask for a password"),
        (Response("", 413), "takes only smaller bodies"),
        (Response("{}", 422), "framework refused the body"),
        (Response("", 429), "must not limit"),
        (Response("", 521), "lets Cloudflare in"),
        (Response("", 504), "took too long"),
        (Response('{"message":"Missing Authentication Token"}', 403), "knows no such path"),
        (Response("<h1>400</h1>The plain HTTP request was sent to HTTPS port", 400), "Write https://"),
        (Response("<title>Just a moment...</title>".join(("<html>", "</html>")), 403), "web page of the tunnel"),
        (Response("OK"), "nothing sealed"),
        (Response('{"errorMessage":"x is not defined"}'), "an error in clear and status 200"),
        (Response("<html>502 Bad Gateway</html>", 502), "log"),
        (Response("<html>You are about to visit e.ngrok.app</html>"), "web page of the tunnel"),
        (Response("<html>ERR_NGROK_3200</html>", 404), "web page of the tunnel"),
        (Response("<!doctype html><h1>It works</h1>"), "answered with a web page"),
        (Response(status_code=204), "status 200 and a body"),
        (Response("", 201), "An answer has status 200"),
        (Response(""), "empty body"),
    ],
)
async def test_what_answers_in_place_of_an_endpoint_is_told(pair: KeyPair, response: Response, words: str) -> None:
    (wrong,) = [one for one in await examine(response, pair.public_pem) if one.verdict == "wrong"]
    assert words in wrong.words


async def test_a_wrong_key_and_a_wrong_secret_are_told_apart(pair: KeyPair, other_pair: KeyPair) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=SECRET)
    findings = await examine(endpoint, other_pair.public_pem)
    assert [finding.step for finding in findings if finding.verdict == "wrong"] == ["opens"]
    endpoint = Endpoint(private_key=pair.private_pem, app_secret="another")
    findings = await examine(endpoint, pair.public_pem)
    assert [finding.step for finding in findings if finding.verdict == "wrong"] == ["trusts"]
    assert findings[-1].step == "trusts"


async def test_slowness_is_measured(pair: KeyPair) -> None:
    ticks = iter(range(0, 10_000, 3))
    findings = await examine(
        Endpoint(private_key=pair.private_pem, app_secret=SECRET), pair.public_pem, timer=lambda: float(next(ticks))
    )
    speed = next(finding for finding in findings if finding.step == "speed")
    assert (speed.verdict, speed.milliseconds) == ("warning", 3000)
    assert "3,000 ms" in speed.words


@pytest.mark.parametrize("uri", ["", "e.example", "ftp://e.example", "https://", "http://[::1"])
async def test_a_wrong_address_ends_at_once(pair: KeyPair, uri: str) -> None:
    findings = await examine(Endpoint(private_key=pair.private_pem, app_secret=SECRET), pair.public_pem, uri)
    assert [(finding.step, finding.verdict) for finding in findings] == [("address", "wrong"), ("key", "good")]


@pytest.mark.parametrize(
    ("uri", "verdict"),
    [("http://e.example/", "warning"), ("http://127.0.0.1:9/", "good"), ("http://localhost/", "good"),
     ("http://[::1]/", "good"), ("https://e.example/", "good")],
)  # fmt: skip
async def test_plain_http_is_fine_on_this_machine_only(pair: KeyPair, uri: str, verdict: str) -> None:
    findings = await examine(Endpoint(private_key=pair.private_pem, app_secret=SECRET), "no key", uri)
    assert (findings[0].verdict, findings[1].verdict, len(findings)) == (verdict, "wrong", 2)


def test_no_answer_in_time_is_told(pair: KeyPair) -> None:
    async def asleep(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(3600)

    last = run(examine(asleep, pair.public_pem))[-1]
    assert (last.step, last.verdict, last.words) == ("answers", "wrong", "The endpoint took longer than 10 s.")
