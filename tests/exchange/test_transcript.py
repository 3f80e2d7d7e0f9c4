"""One line a request, whatever the request is."""

import json
from pathlib import Path

import pytest

from headrace.exchange.endpoint import Endpoint, Screen
from headrace.exchange.keys import KeyPair, load_public_key
from headrace.exchange.sealing import seal_request
from headrace.exchange.transcript import Transcript
from headrace.exchange.transport import AsgiTransport

pytestmark = pytest.mark.anyio


async def test_each_request_leaves_a_line_and_is_answered_as_without(pair: KeyPair, tmp_path: Path) -> None:
    endpoint = Endpoint(private_key=pair.private_pem, app_secret=None)
    endpoint.on("A")(lambda request: Screen("B", request.data))
    file = tmp_path / "requests.jsonl"
    transport = AsgiTransport(Transcript(endpoint, file, private_key=pair.private_pem))
    clear = {"version": "3.0", "action": "data_exchange", "screen": "A", "data": {"n": "ž"}, "flow_token": "t"}
    body = seal_request(json.dumps(clear).encode(), load_public_key(pair.public_pem), bytes(16), bytes(16)).body
    statuses = [
        (await transport.request("POST", "https://e/", body=raw)).status for raw in (body, b"nonsense", b"{}", b"\xff")
    ]
    assert (await transport.request("GET", "https://e/")).status == 200
    assert statuses == [200, 400, 400, 400]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[0] == {
        "action": "data_exchange",
        "screen": "A",
        "data": {"n": "ž"},
        "status": 200,
        "body": body.decode(),
    }
    assert [line["status"] for line in lines] == statuses
    assert lines[1] == {"action": None, "screen": None, "data": None, "status": 400, "body": "nonsense"}
