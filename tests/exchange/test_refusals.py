"""Endpoints that refuse every request, each for one mistake: the doctor and the channel name it by trying."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from tests.exchange.broken import (
    PADDINGS,
    RIGHT,
    WAYS,
    BrokenEndpoint,
    OpenData,
    gcm,
    in_parts,
    not_turned,
    raw_signature,
    tag_first_in_hex,
)
from tests.virtual_time import run

from headrace.exchange import faults
from headrace.exchange.channel import PROBING_SECONDS, Channel, Outcome
from headrace.exchange.doctor import Doctor
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.messages import PING
from headrace.exchange.probing import USER_AGENT
from headrace.exchange.remedies import LANGUAGES
from headrace.exchange.sealing import open_request, seal_response
from headrace.exchange.transport import AsgiApp, AsgiTransport
from headrace.identifiers import RandomIdentifiers

pytestmark = pytest.mark.anyio

SECRET = "secret"


async def at_once(_seconds: float) -> None: ...


async def wrong(
    app: AsgiApp,
    public_pem: str,
    *,
    private_pem: str | None = None,
    other_keys: Mapping[str, str] | None = None,
    secret: str = SECRET,
) -> list[Finding]:
    """The findings of an examination that are wrong."""
    doctor = Doctor(
        AsgiTransport(app),
        "https://e.example/flow",
        public_pem,
        secret,
        RandomIdentifiers(),
        private_key=None if private_pem is None else load_private_key(private_pem),
        other_keys=other_keys or {},
        sleep=at_once,
    )
    return [finding async for finding in doctor.examine() if finding.verdict == "wrong"]


async def exchanged(app: AsgiApp, public_pem: str, times: int = 1, request: Mapping[str, Any] = PING) -> Outcome:
    async def fetch() -> str:
        return public_pem

    channel = Channel(AsgiTransport(app), "https://e.example/", SECRET, fetch, RandomIdentifiers(), sleep=at_once)
    for _ in range(times):
        outcome = await channel.exchange(dict(request))
    return outcome


@pytest.mark.parametrize("refused", [421, 500])
@pytest.mark.parametrize("name", PADDINGS)
async def test_a_wrong_padding_is_named_and_the_key_is_not_blamed(pair: KeyPair, name: str, refused: int) -> None:
    app = BrokenEndpoint(pair.private_pem, padding=PADDINGS[name], refused=refused)
    (finding,) = await wrong(app, pair.public_pem)
    assert (finding.step, finding.fault) == ("opens", name)
    assert tuple(finding.lines) == LANGUAGES
    assert "The key itself is right" in finding.words
    assert "pload" not in finding.words


@pytest.mark.parametrize("said", ["", '{"error":"Decryption failed"}', "Error: oaep decoding error", "<h1>Error</h1>"])
async def test_an_error_told_with_status_200_is_not_taken_for_the_answer(pair: KeyPair, said: str) -> None:
    class Talkative(BrokenEndpoint):
        def answer(self, raw: bytes, signature: str) -> Response:
            answer = super().answer(raw, signature)
            return Response(said) if answer.status_code == self.refused else answer

    (finding,) = await wrong(Talkative(pair.private_pem, padding=PADDINGS["oaep-sha1"]), pair.public_pem)
    assert finding.fault == "oaep-sha1"


@pytest.mark.parametrize("name", WAYS)
async def test_a_wrong_way_to_open_the_data_is_named(pair: KeyPair, name: str) -> None:
    (finding,) = await wrong(BrokenEndpoint(pair.private_pem, open_data=WAYS[name], refused=500), pair.public_pem)
    assert finding.fault == name.partition(",")[0]


async def test_two_mistakes_at_once_are_both_named(pair: KeyPair) -> None:
    app = BrokenEndpoint(pair.private_pem, padding=PADDINGS["oaep-sha1"], open_data=WAYS["request-vector-of-12-bytes"])
    (finding,) = await wrong(app, pair.public_pem)
    assert faults.OAEP_SHA1.words in finding.words
    assert faults.REQUEST_SHORT_VECTOR.words in finding.words


@pytest.mark.parametrize(
    ("padding", "way", "write", "name"),
    [
        ("mgf1-sha1", gcm, not_turned, "mgf1-sha1+vector-not-turned"),
        ("oaep-sha1", gcm, tag_first_in_hex, "oaep-sha1+hexadecimal+tag-first"),
        ("oaep-sha1", WAYS["request-tag-first"], not_turned, "oaep-sha1+request-tag-first+vector-not-turned"),
        ("mgf1-sha1", gcm, in_parts, "mgf1-sha1+wrapped-in-json+tag-apart+vector-apart"),
        (None, WAYS["request-cbc"], not_turned, "request-cbc+vector-not-turned"),
        (None, gcm, tag_first_in_hex, "hexadecimal+tag-first"),
        (None, gcm, in_parts, "wrapped-in-json+tag-apart+vector-apart"),
    ],
)
async def test_mistakes_in_opening_and_in_sealing_are_named_together(
    pair: KeyPair, padding: str | None, way: OpenData, write: Callable[[bytes, bytes], str], name: str
) -> None:
    used = RIGHT if padding is None else PADDINGS[padding]
    (finding,) = await wrong(
        BrokenEndpoint(pair.private_pem, padding=used, open_data=way, write=write), pair.public_pem
    )
    assert (finding.fault, tuple(finding.lines)) == (name, LANGUAGES)


async def test_a_wrong_signature_check_is_named_before_what_does_not_open(pair: KeyPair) -> None:
    """Whoever answers 432 to what is signed rightly, and 421 to what is signed as it wants it, took the signature."""
    app = BrokenEndpoint(
        pair.private_pem, secret=SECRET.encode(), sign=rewritten, padding=PADDINGS["mgf1-sha1"], write=not_turned
    )
    (finding,) = await wrong(app, pair.public_pem)
    assert (finding.step, finding.fault) == ("trusts", "signature-over-rewritten-body")
    app.sign = raw_signature
    (finding,) = await wrong(app, pair.public_pem)
    assert finding.fault == "mgf1-sha1+vector-not-turned"


async def test_a_channel_says_it_too_and_tries_only_once(pair: KeyPair) -> None:
    app = BrokenEndpoint(pair.private_pem, padding=PADDINGS["mgf1-sha1"])
    outcome = await exchanged(app, pair.public_pem)
    assert (outcome.http_status, outcome.fault) == (421, faults.MGF1_SHA1)
    assert outcome.explanation == faults.MGF1_SHA1.words
    first = app.asked
    assert first <= 2 + 16, "more pings than docs/doctor.md says"
    await exchanged(app, pair.public_pem, times=3)
    assert app.asked - first == first + 2 * 2


def test_finding_out_takes_no_longer_than_its_budget(pair: KeyPair) -> None:
    """One who refuses at once and takes very long over what is tried keeps nobody waiting."""
    refused = BrokenEndpoint(pair.private_pem, refused=421, padding=PADDINGS["pkcs1-v1.5"])

    async def dawdling(scope: Scope, receive: Receive, send: Send) -> None:
        if Request(scope).headers["user-agent"] == USER_AGENT:
            await asyncio.sleep(2.5)
        await refused(scope, receive, send)

    async def timed() -> tuple[Outcome, float]:
        began = asyncio.get_running_loop().time()
        outcome = await exchanged(dawdling, pair.public_pem)
        return outcome, asyncio.get_running_loop().time() - began

    outcome, seconds = run(timed())
    assert (outcome.fault, seconds) == (faults.KEY_REFUSED_UNTRIED, PROBING_SECONDS)
    refused = BrokenEndpoint(pair.private_pem, secret=b"another", distrusted=421)
    (finding,) = run(wrong(dawdling, pair.public_pem))
    assert (finding.step, "within 20 s" in finding.words) == ("opens", True)


async def test_another_key_is_not_proven_by_a_421(pair: KeyPair, other_pair: KeyPair) -> None:
    app = BrokenEndpoint(other_pair.private_pem)
    (finding,) = await wrong(app, pair.public_pem)
    assert finding.fault == "key-refused"
    assert app.asked <= 50, "more pings than docs/doctor.md says"
    assert "pload" not in finding.words
    outcome = await exchanged(app, pair.public_pem)
    assert outcome.fault == faults.KEY_REFUSED


async def test_another_key_is_proven_with_the_private_key(pair: KeyPair, other_pair: KeyPair) -> None:
    app = BrokenEndpoint(other_pair.private_pem)
    findings = await wrong(app, pair.public_pem, private_pem=other_pair.private_pem)
    assert [finding.step for finding in findings] == ["pair", "opens"]
    assert all("Upload the other half" in finding.words for finding in findings)
    (finding,) = await wrong(app, pair.public_pem, private_pem=pair.private_pem)
    assert "runs with another private key" in finding.words


async def test_the_key_of_another_number_is_named(pair: KeyPair, other_pair: KeyPair) -> None:
    app = BrokenEndpoint(other_pair.private_pem)
    (finding,) = await wrong(app, pair.public_pem, other_keys={"second.pem": other_pair.public_pem})
    assert finding.fault == "other-senders-key"
    assert "second.pem" in finding.words


def spaced(secret: bytes, raw: bytes) -> str:
    return raw_signature(secret, json.dumps(json.loads(raw)).encode())


def rewritten(secret: bytes, raw: bytes) -> str:
    return raw_signature(secret, json.dumps(json.loads(raw), separators=(",", ":")).encode())


def in_base64(secret: bytes, raw: bytes) -> str:
    return f"sha256={base64.b64encode(bytes.fromhex(raw_signature(secret, raw)[7:])).decode()}"


SIGNATURES: list[tuple[str, bytes, Callable[[bytes, bytes], str]]] = [
    ("signature-over-rewritten-body", b"secret", rewritten),
    ("signature-over-rewritten-body", b"secret", spaced),
    ("signature-without-prefix", b"secret", lambda key, raw: raw_signature(key, raw).removeprefix("sha256=")),
    ("secret-with-line-end", b"secret\n", raw_signature),
    ("secret-with-line-end", b"secret ", raw_signature),
    ("signature-in-capitals", b"secret", lambda key, raw: f"sha256={raw_signature(key, raw)[7:].upper()}"),
    ("signature-in-base64", b"secret", in_base64),
    ("signature-refused", b"another", raw_signature),
]  # fmt: skip


@pytest.mark.parametrize(("name", "secret", "sign"), SIGNATURES)
async def test_a_wrong_signature_check_is_named(
    pair: KeyPair, name: str, secret: bytes, sign: Callable[[bytes, bytes], str]
) -> None:
    app = BrokenEndpoint(pair.private_pem, secret=secret, sign=sign)
    (finding,) = await wrong(app, pair.public_pem)
    assert (finding.step, finding.fault, tuple(finding.lines)) == ("trusts", name, LANGUAGES)
    outcome = await exchanged(app, pair.public_pem)
    assert (outcome.http_status, outcome.fault and outcome.fault.name) == (432, name)


@pytest.mark.parametrize("secret", [b'"secret"', b"'secret'"])
async def test_a_secret_in_quotes_is_named(pair: KeyPair, secret: bytes) -> None:
    (finding,) = await wrong(BrokenEndpoint(pair.private_pem, secret=secret), pair.public_pem)
    assert (finding.step, finding.fault) == ("trusts", "secret-in-quotes")


@pytest.mark.parametrize("status", [400, 401, 403, 421, 500])
async def test_a_wrong_signature_check_is_named_whatever_it_answers(pair: KeyPair, status: int) -> None:
    def without_prefix(secret: bytes, body: bytes) -> str:
        return raw_signature(secret, body).removeprefix("sha256=")

    app = BrokenEndpoint(pair.private_pem, secret=SECRET.encode(), sign=without_prefix, distrusted=status)
    (finding,) = await wrong(app, pair.public_pem)
    assert (finding.step, finding.fault) == ("trusts", "signature-without-prefix")


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_a_refusal_that_no_signature_mends_is_no_fault_of_the_signature(pair: KeyPair, status: int) -> None:
    app = BrokenEndpoint(pair.private_pem, secret=b"another", distrusted=status)
    (finding,) = await wrong(app, pair.public_pem)
    assert (finding.step, f"{status}" in finding.words) == ("ping", True)


@pytest.mark.parametrize(("status", "name"), [(421, "refused-by-its-code"), (432, "signature-refused-by-its-code")])
async def test_an_endpoint_that_opens_pings_is_not_accused_of_a_wrong_key(
    pair: KeyPair, status: int, name: str
) -> None:
    """What refuses one request and opens the next, in whatever way it is sealed, has no mistake in the opening."""

    async def forgiving(scope: Scope, receive: Receive, send: Send) -> None:
        raw = await Request(scope, receive).body()
        opened = open_request(raw, load_private_key(pair.private_pem))
        request = json.loads(opened.body)
        sealed = seal_response(b'{"data":{"status":"active"}}', opened.key, opened.iv)
        answer = Response(sealed) if request["action"] == "ping" else Response(status_code=status)
        await answer(scope, receive, send)

    outcome = await exchanged(forgiving, pair.public_pem, request={"version": "3.0", "action": "INIT"})
    assert (outcome.http_status, outcome.fault and outcome.fault.name) == (status, name)


async def test_a_missing_secret_is_asked_for(pair: KeyPair) -> None:
    (finding,) = await wrong(BrokenEndpoint(pair.private_pem, secret=b"one"), pair.public_pem, secret="")
    assert "--app-secret" in finding.words


async def test_without_a_key_the_way_to_the_endpoint_is_examined(pair: KeyPair) -> None:
    async def steps(app: AsgiApp) -> list[tuple[str, str]]:
        doctor = Doctor(AsgiTransport(app), "https://e.example/", "", "", RandomIdentifiers(), sleep=at_once)
        return [(finding.step, finding.verdict) async for finding in doctor.examine()]

    begins = [("address", "good"), ("answers", "good")]
    well = BrokenEndpoint(pair.private_pem)
    assert await steps(well) == [*begins, ("other-key", "good"), ("opens", "warning")]
    assert await steps(BrokenEndpoint(pair.private_pem, refused=404)) == [*begins, ("ping", "wrong")]
    assert await steps(BrokenEndpoint(pair.private_pem, secret=b"one")) == [*begins, ("trusts", "warning")]


def test_every_fault_has_a_name_and_words_of_its_own() -> None:
    known = [value for value in vars(faults).values() if isinstance(value, faults.Fault)]
    assert len({fault.name for fault in known}) == len(known) > 35
    assert all(fault.words.endswith(".") and (not fault.lines or tuple(fault.lines) == LANGUAGES) for fault in known)
