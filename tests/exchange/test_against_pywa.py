"""Both ends against the ciphers of pywa, a client library that nobody here wrote."""

import base64
import hmac
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pywa.utils import default_flow_request_decryptor, default_flow_response_encryptor
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from headrace.exchange.channel import Channel
from headrace.exchange.endpoint import Endpoint, Screen
from headrace.exchange.endpoint import Request as FlowRequest
from headrace.exchange.keys import KeyPair, load_private_key, load_public_key
from headrace.exchange.sealing import open_request, open_response, seal_request
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers

sixteen = st.binary(min_size=16, max_size=16)
objects = st.dictionaries(st.text(), st.text() | st.integers(-1000, 1000) | st.booleans(), max_size=5)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(clear=objects, key=sixteen, iv=sixteen)
def test_pywa_opens_what_is_sealed_here(pair: KeyPair, clear: dict[str, Any], key: bytes, iv: bytes) -> None:
    body = json.loads(seal_request(json.dumps(clear).encode(), load_public_key(pair.public_pem), key, iv).body)
    opened = default_flow_request_decryptor(
        body["encrypted_flow_data"], body["encrypted_aes_key"], body["initial_vector"], pair.private_pem
    )
    assert opened == (clear, key, iv)


@few
@given(clear=objects, key=sixteen, iv=sixteen)
def test_what_pywa_seals_is_opened_here(clear: dict[str, Any], key: bytes, iv: bytes) -> None:
    assert json.loads(open_response(default_flow_response_encryptor(clear, key, iv), key, iv)) == clear


def test_both_refuse_the_same_damage(pair: KeyPair) -> None:
    body = json.loads(seal_request(b"{}", load_public_key(pair.public_pem), bytes(16), bytes(16)).body)
    damaged = base64.b64encode(bytes(len(base64.b64decode(body["encrypted_flow_data"])))).decode()
    with pytest.raises(InvalidTag):
        default_flow_request_decryptor(damaged, body["encrypted_aes_key"], body["initial_vector"], pair.private_pem)
    with pytest.raises(ValueError, match="bytes changed"):
        open_request(json.dumps(body | {"encrypted_flow_data": damaged}).encode(), load_private_key(pair.private_pem))


@pytest.mark.anyio
async def test_the_channel_talks_to_an_endpoint_of_pywas_ciphers(pair: KeyPair) -> None:
    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).json()
        clear, key, iv = default_flow_request_decryptor(
            body["encrypted_flow_data"], body["encrypted_aes_key"], body["initial_vector"], pair.private_pem
        )
        text = default_flow_response_encryptor({"screen": "B", "data": clear["data"]}, key, iv)
        await Response(text, media_type="application/json")(scope, receive, send)

    async def fetch() -> str:
        return pair.public_pem

    channel = Channel(AsgiTransport(endpoint), "https://e/", "secret", fetch, RandomIdentifiers())
    request = {"version": "3.0", "action": "data_exchange", "screen": "A", "data": {"n": "ž"}, "flow_token": "t"}
    assert (await channel.exchange(request)).body == {"screen": "B", "data": {"n": "ž"}}


@pytest.mark.anyio
async def test_our_endpoint_answers_a_phone_of_pywas_ciphers(pair: KeyPair) -> None:
    """pywa seals with the vector turned over and opens with it as given: handed the turned vector, it is a phone."""
    endpoint = Endpoint(private_key=pair.private_pem, app_secret="secret")

    @endpoint.on("A")
    def handle(request: FlowRequest) -> Screen:
        return Screen("B", request.data)

    key, iv = bytes(range(16)), bytes(range(100, 116))
    turned = bytes(255 - byte for byte in iv)
    clear = {"version": "3.0", "action": "data_exchange", "screen": "A", "data": {"n": "ž"}, "flow_token": "t"}
    sealed_key = base64.b64encode(
        load_public_key(pair.public_pem).encrypt(key, OAEP(MGF1(SHA256()), algorithm=SHA256(), label=None))
    ).decode()
    body = json.dumps(
        {
            "encrypted_flow_data": default_flow_response_encryptor(clear, key, turned),
            "encrypted_aes_key": sealed_key,
            "initial_vector": base64.b64encode(iv).decode(),
        }
    ).encode()
    signature = "sha256=" + hmac.new(b"secret", body, "sha256").hexdigest()
    answer = await AsgiTransport(endpoint).request(
        "POST", "https://e/", headers={"X-Hub-Signature-256": signature}, body=body
    )
    opened, _, _ = default_flow_request_decryptor(
        answer.body.decode(), sealed_key, base64.b64encode(turned).decode(), pair.private_pem
    )
    assert opened == {"screen": "B", "data": {"n": "ž"}}
