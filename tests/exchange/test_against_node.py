"""What Node's crypto seals is opened here, and what is sealed here is opened by Node, whatever is inside."""

import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange.test_foreign_endpoints import FOREIGN, NODE

from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.sealing import open_request, seal_response

Node = Callable[[dict[str, str]], dict[str, Any]]


@pytest.fixture(scope="module")
def node(pair: KeyPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    key = tmp_path_factory.mktemp("node") / "public.pem"
    key.write_text(pair.public_pem)
    command = [NODE, str(FOREIGN / "phone.mjs"), str(key)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        written, read = process.stdin, process.stdout

        def ask(asked: dict[str, str]) -> dict[str, Any]:
            written.write(json.dumps(asked) + "\n")
            written.flush()
            told: dict[str, Any] = json.loads(read.readline())
            return told

        yield ask
        written.close()


@pytest.fixture(scope="module")
def key(pair: KeyPair) -> RSAPrivateKey:
    return load_private_key(pair.private_pem)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clear=st.binary(max_size=3000), answer=st.binary(max_size=3000))
def test_both_directions_agree(node: Node, key: RSAPrivateKey, clear: bytes, answer: bytes) -> None:
    request = node({"clear": clear.hex()})
    opened = open_request(bytes.fromhex(request["body"]), key)
    assert (opened.body, opened.key.hex(), opened.iv.hex()) == (clear, request["key"], request["iv"])
    sealed = seal_response(answer, opened.key, opened.iv)
    assert node({"sealed": sealed, "key": request["key"], "iv": request["iv"]}) == {"clear": answer.hex()}
