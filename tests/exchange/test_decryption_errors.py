"""Each common mistake is named, and what opens is never explained away."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.exchange.decryption_errors import explain
from headrace.exchange.sealing import seal_response

KEY, IV = bytes(range(16)), bytes(range(16, 32))
TURNED = bytes(byte ^ 0xFF for byte in IV)
CLEAR = json.dumps({"screen": "A", "data": {"text": "subject?>"}}).encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty body"),
        (" \n", "empty body"),
        ("<!doctype html><p>Not found", "web page"),
        (CLEAR.decode(), "JSON in clear"),
        (base64.b64encode(CLEAR).decode(), "encoded but not sealed"),
        (base64.urlsafe_b64encode(bytes([251, 255]) * 20).decode(), "URL-safe or unpadded"),
        (base64.b64encode(bytes(40)).decode().rstrip("="), "URL-safe or unpadded"),
        (seal_response(CLEAR, KEY, TURNED), "Turn over every bit"),
        (seal_response(CLEAR, bytes(16), IV), "does not open"),
        ("AAAA", "does not open"),
        ("not base64 at all", "not base64"),
        ("żółć", "not base64"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    assert words in explain(text, KEY, IV)


@given(st.text())
def test_any_text_is_explained(text: str) -> None:
    assert explain(text, KEY, IV).endswith((".", "first."))
