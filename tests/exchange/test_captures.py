"""Recorded requests, in every form in which people have them."""

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.broken import PADDINGS

from headrace.exchange.captures import NotACapture, judge, read_captures
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KeyPair, load_private_key, load_public_key
from headrace.exchange.request_variants import sealed_variants
from headrace.exchange.sealing import seal_request, seal_response, sign

KEY, IV = bytes(range(16)), bytes(range(16, 32))
CLEAR = b'{"version":"3.0","action":"data_exchange","screen":"SLOTS","data":{},"flow_token":"t"}'
DATA = CLEAR + b" " * 100  # so long that its base64 has a slash and a plus


def sealed(pair: KeyPair) -> bytes:
    return seal_request(DATA, load_public_key(pair.public_pem), KEY, IV).body


def judged(content: bytes, *pairs: KeyPair, secret: str = "secret") -> dict[str, Finding]:
    keys = {f"key {number}": load_private_key(pair.private_pem) for number, pair in enumerate(pairs, 1)}
    return {finding.step: finding for capture in read_captures(content) for finding in judge(capture, keys, [secret])}


def verdicts(found: dict[str, Finding]) -> dict[str, str]:
    return {step: finding.verdict for step, finding in found.items()}


def http(body: bytes) -> bytes:
    head = f"POST /flow HTTP/1.1\r\nHost: e.example\r\nX-Hub-Signature-256: {sign('secret', body)}\r\n\r\n"
    return head.encode() + body


def event(body: bytes, **more: Any) -> bytes:
    headers = {"X-Hub-Signature-256": sign("secret", body)}
    return json.dumps({"headers": headers, "body": body.decode(), **more}).encode()


def test_a_good_request_passes_in_every_form(pair: KeyPair) -> None:
    body = sealed(pair)
    encoded = json.dumps(
        {
            "headers": {"x-hub-signature-256": sign("secret", body)},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
    ).encode()
    for content in (http(body), event(body), encoded):
        assert verdicts(judged(content, pair)) == dict.fromkeys(("body", "signature", "opens", "request"), "good")
    alone = judged(body + b"\n", pair)
    assert verdicts(alone) == {"body": "good", "signature": "warning", "opens": "good", "request": "good"}
    assert alone["request"].words == "data_exchange on SLOTS."
    assert len(read_captures(event(body) + b"\n" + event(body))) == 2


def test_a_rewritten_body_is_told_by_its_signature(pair: KeyPair) -> None:
    body = sealed(pair)
    rewritten = json.dumps(json.loads(body)).encode()
    content = json.dumps({"headers": {"X-Hub-Signature-256": sign("secret", body)}, "body": rewritten.decode()})
    found = judged(content.encode(), pair)
    assert (found["body"].verdict, found["signature"].fault) == ("warning", "signature-over-rewritten-body")
    assert judged(content.encode(), pair, secret="other")["signature"].fault is None


def test_the_key_of_another_number_and_no_key_at_all(pair: KeyPair, other_pair: KeyPair) -> None:
    assert judged(sealed(pair), other_pair, pair)["opens"].fault == "other-senders-key"
    found = judged(sealed(pair), other_pair)
    assert (found["opens"].fault, "request" in found) == ("wrong-key", False)


@pytest.mark.parametrize("name", [*PADDINGS, "request-vector-of-12-bytes", "request-tag-first", "request-aes-256"])
def test_requests_of_clients_that_seal_wrongly_are_named(pair: KeyPair, name: str) -> None:
    variants = sealed_variants(DATA, load_public_key(pair.public_pem), KEY, IV)
    body = next(one.request.body for one in variants if one.faults[0].name == name)
    found = judged(body, pair)
    if name == "request-vector-of-12-bytes":
        assert "12 bytes" in found["body"].words
    else:
        assert found["opens"].fault == name


def test_bodies_that_were_spoilt_on_the_way_are_explained(pair: KeyPair) -> None:
    body = sealed(pair)
    spoilt = {
        "read as a form": body.replace(b"+", b" "),
        "written as JSON twice": event(json.dumps(body.decode()).encode()),
        "gateway encoded it": event(base64.b64encode(body)),
        "lacks": b'{"encrypted_flow_data":""}',
    }
    for words, content in spoilt.items():
        finding = judged(content, pair)["body"]
        assert (finding.verdict, words in finding.words) == ("wrong", True), words


def test_a_recorded_answer_is_opened_too(pair: KeyPair) -> None:
    body, answer = sealed(pair), seal_response(b'{"screen":"A","data":{}}', KEY, IV)
    assert judged(event(body, response={"status": 200, "body": answer}), pair)["answer"].verdict == "good"
    assert judged(event(body, response=json.dumps(answer)), pair)["answer"].fault == "quoted"
    twice = seal_response(json.dumps('{"screen":"A"}').encode(), KEY, IV)
    assert judged(event(body, response=twice), pair)["answer"].fault == "json-written-twice"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary() | st.text().map(str.encode))
def test_any_file_is_judged_or_refused_in_a_sentence(content: bytes) -> None:
    with suppress(NotACapture):
        assert all(finding.words.endswith(".") for finding in judged(content).values())
