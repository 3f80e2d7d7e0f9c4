"""The published vectors, byte for byte. Only what RSA randomises is opened instead of compared."""

import base64
import json
from typing import Any

import pytest

from headrace.exchange import messages
from headrace.exchange.media import Encryption, open_file, seal_file
from headrace.exchange.sealing import (
    flow_token_signature,
    flow_token_signature_matches,
    load_private_key,
    load_public_key,
    open_request,
    open_response,
    public_pem,
    seal_request,
    seal_response,
    sign,
    signature_matches,
)

CASES = ["ping", "init", "data_exchange", "error_notification"]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, vectors: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(case for case in vectors["endpoint_cases"] if case["name"] == request.param)
    return found


def test_no_case_is_left_out(vectors: dict[str, Any]) -> None:
    assert [case["name"] for case in vectors["endpoint_cases"]] == CASES


@pytest.mark.parametrize("form", ["rsa_private_key_pkcs8_pem", "rsa_private_key_pkcs1_pem"])
def test_opens_the_request(vectors: dict[str, Any], case: dict[str, Any], form: str) -> None:
    opened = open_request(case["http_body"].encode(), load_private_key(vectors[form]))
    assert opened.body.decode() == case["plaintext_request"]
    assert (opened.key.hex(), opened.iv.hex()) == (vectors["aes_key_hex"], vectors["iv_hex"])


def test_seals_the_request(vectors: dict[str, Any], case: dict[str, Any]) -> None:
    key, iv = bytes.fromhex(vectors["aes_key_hex"]), bytes.fromhex(vectors["iv_hex"])
    public_key = load_public_key(vectors["rsa_public_key_spki_pem"])
    sealed = seal_request(case["plaintext_request"].encode(), public_key, key, iv)
    body = json.loads(sealed.body)
    expected = json.loads(case["http_body"])
    assert list(body) == list(expected)
    assert body["encrypted_flow_data"] == case["encrypted_flow_data"]
    assert body["initial_vector"] == case["initial_vector"]
    assert len(body["encrypted_aes_key"]) == len(case["encrypted_aes_key"])
    body["encrypted_aes_key"] = case["encrypted_aes_key"]
    assert json.dumps(body, separators=(",", ":")) == case["http_body"]
    assert sealed.body.decode() == json.dumps(json.loads(sealed.body), separators=(",", ":")).replace("/", "\\/")
    reopened = open_request(sealed.body, load_private_key(vectors["rsa_private_key_pkcs8_pem"]))
    assert reopened.body.decode() == case["plaintext_request"]


def test_writes_the_clear_texts(case: dict[str, Any]) -> None:
    for name in ("plaintext_request", "plaintext_response"):
        assert messages.to_bytes(json.loads(case[name])).decode() == case[name]


def test_signs_the_request(vectors: dict[str, Any], case: dict[str, Any]) -> None:
    body = case["http_body"].encode()
    assert sign(vectors["app_secret"], body) == case["x_hub_signature_256"]
    assert signature_matches(vectors["app_secret"], body, case["x_hub_signature_256"])


def test_seals_and_opens_the_response(vectors: dict[str, Any], case: dict[str, Any]) -> None:
    key, iv = bytes.fromhex(vectors["aes_key_hex"]), bytes.fromhex(vectors["iv_hex"])
    assert seal_response(case["plaintext_response"].encode(), key, iv) == case["http_response_body"]
    assert open_response(case["http_response_body"], key, iv).decode() == case["plaintext_response"]


def test_constants_are_the_published_messages(vectors: dict[str, Any]) -> None:
    texts = {
        case["name"]: (case["plaintext_request"], case["plaintext_response"]) for case in vectors["endpoint_cases"]
    }
    assert messages.to_bytes(messages.PING).decode() == texts["ping"][0]
    assert messages.to_bytes(messages.ACTIVE).decode() == texts["ping"][1]
    assert messages.to_bytes(messages.ACKNOWLEDGED).decode() == texts["error_notification"][1]
    assert messages.error_of(json.loads(texts["error_notification"][0])) == ("invalid-screen-transition", "x")


def test_the_public_key_is_written_as_published(vectors: dict[str, Any]) -> None:
    key = load_private_key(vectors["rsa_private_key_pkcs1_pem"])
    assert public_pem(key.public_key()) == vectors["rsa_public_key_spki_pem"]


def test_the_flow_token_is_signed_as_published(vectors: dict[str, Any]) -> None:
    sample = vectors["flow_token_signature_jwt"]
    token = json.loads(sample["payload"])["flow_token"]
    assert flow_token_signature(token, vectors["app_secret"]) == sample["jwt"]
    assert flow_token_signature_matches(sample["jwt"], token, vectors["app_secret"])


def test_the_webhook_is_signed_as_published(vectors: dict[str, Any]) -> None:
    sample = vectors["webhook_signature"]
    assert sign(vectors["app_secret"], sample["body"].encode()) == sample["x_hub_signature_256"]


def test_the_file_is_sealed_and_opened_as_published(vectors: dict[str, Any]) -> None:
    sample = vectors["media"]
    content, cdn_file = sample["plaintext_utf8"].encode(), base64.b64decode(sample["cdn_file_base64"])
    encryption = Encryption.from_json(sample["encryption_metadata"])
    assert open_file(cdn_file, encryption) == content
    sealed = seal_file(content, encryption.encryption_key, encryption.hmac_key, encryption.iv)
    assert sealed == (cdn_file, encryption)
    assert encryption.to_json() == sample["encryption_metadata"]
