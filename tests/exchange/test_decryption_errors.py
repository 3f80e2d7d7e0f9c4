"""Each common mistake is named by trying it, and what opens is never explained away."""

import base64
import gzip
import hashlib
import json
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from headrace.exchange.decryption_errors import diagnose, explain, explain_clear
from headrace.exchange.remedies import LANGUAGES
from headrace.exchange.sealing import CannotOpen, open_response, seal_response

KEY, IV, OTHER = bytes(range(16)), bytes(range(16, 32)), bytes(range(64, 76))
TURNED = bytes(byte ^ 0xFF for byte in IV)
CLEAR = json.dumps({"screen": "A", "data": {"text": "subject?>"}}).encode()
GOOD = seal_response(CLEAR, KEY, IV)
SEALED = base64.b64decode(GOOD)
URL_SAFE = next(
    text.replace("+", "-").replace("/", "_")
    for text in (seal_response(bytes([number]), KEY, IV) for number in range(256))
    if "+" in text and "/" in text
)


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def gcm(vector: bytes) -> bytes:
    return AESGCM(KEY).encrypt(vector, CLEAR, None)


def with_short_tag() -> bytes:
    encryptor = Cipher(algorithms.AES(KEY), modes.GCM(TURNED)).encryptor()
    return encryptor.update(CLEAR) + encryptor.finalize() + encryptor.tag[:12]


def in_cbc(vector: bytes, key: bytes = KEY) -> bytes:
    padding = 16 - len(CLEAR) % 16
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return encryptor.update(CLEAR + bytes([padding]) * padding)


MISTAKES: list[tuple[str | bytes, str]] = [
    ("", "empty body"),
    (" \n", "empty body"),
    ("<!doctype html><p>Not found", "web page"),
    (CLEAR.decode(), "JSON in clear"),
    ("{}", "JSON in clear"),
    (json.dumps(CLEAR.decode()), "JSON in clear"),
    (base64_of(CLEAR), "encoded but not sealed"),
    (URL_SAFE, "URL-safe"),
    (f"\ufeff{GOOD}", "byte order mark"),
    (SEALED, "the sealed bytes themselves"),
    (json.dumps(GOOD), "in quotes"),
    (json.dumps({"encrypted_response": GOOD}), 'wrapped in JSON, under "encrypted_response"'),
    (json.dumps({"data": GOOD}), 'under "data"'),
    (json.dumps({"statusCode": 200, "isBase64Encoded": False, "body": GOOD}), "the reply of a function to its gateway"),
    ("<!DOCTYPE html><title>You are about to visit: e.ngrok.app</title>", "web page of the tunnel"),
    (base64_of(AESGCM(KEY + bytes(16)).encrypt(TURNED, CLEAR, None)), "AES-256"),
    (base64_of(AESGCM(hashlib.sha256(KEY).digest()).encrypt(IV, CLEAR, None)), "AES-256"),
    (base64_of(in_cbc(TURNED, KEY + bytes(16))), "CBC"),
    (json.dumps({"body": json.dumps({"data": GOOD})}), 'under "body.data"'),
    (SEALED.hex(), "hexadecimal digits"),
    (f"0x{SEALED.hex().upper()}", "hexadecimal digits"),
    (f"'{GOOD}'", 'in front and "\'" behind of sealed text'),
    (f"\N{ZERO WIDTH SPACE}{GOOD}", r"'\u200b' in front"),
    (f"{GOOD}\v", r"'\x0b' behind"),
    (f"\n{GOOD}\N{NO-BREAK SPACE}\n", r"'\xa0' behind"),
    (f"{GOOD.rstrip('=')}===", "too many signs of padding"),
    (f"data:text/plain;base64,{GOOD}", "'data:text/plain;base64,' in front"),
    (f"response={quote(GOOD, safe='')}", "'response=' in front"),
    (f"<string>{GOOD}</string>", "'<string>' in front"),
    (json.dumps([GOOD]), 'under "[0]"'),
    (json.dumps({"rows": [{"body": GOOD}]}), 'under "rows[0].body"'),
    (base64_of(gcm(IV)), "Turn over every bit"),
    (base64_of(gcm(TURNED[:12])), "first 12 bytes of the turned vector"),
    (base64_of(gcm(IV[:12])), "first 12 bytes of the vector of the request, as they are"),
    (base64_of(SEALED[-16:] + SEALED[:-16]), "tag in front"),
    (base64_of(SEALED[:-16]), "no tag"),
    (base64_of(with_short_tag()), "12 bytes"),
    (base64_of(TURNED + SEALED), "put the vector in front"),
    (base64_of(OTHER + gcm(OTHER)), "a vector of its own, of 12 bytes"),
    (base64_of(IV + gcm(IV)), "a vector of its own in front"),
    (base64_of(in_cbc(TURNED)), "CBC"),
    (base64_of(in_cbc(IV)), "CBC"),
    (base64_of(GOOD.encode()), "base64 of base64"),
    (seal_response(CLEAR, bytes(16), IV), "another key"),
    ("AAAA", "nothing sealed"),
    (base64_of(bytes(40)), "another key"),
    (base64_of(SEALED.decode("utf-8", "replace").encode()), "took the sealed bytes for text"),
    ("not base64, at all", "not base64"),
    ("żółć", "not base64"),
]


@pytest.mark.parametrize(("body", "words"), MISTAKES)
def test_mistakes_are_named(body: str | bytes, words: str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    with pytest.raises(CannotOpen):
        open_response(raw.decode("utf-8", "replace"), KEY, IV)
    assert words in explain(raw, KEY, IV)
    clear = diagnose(raw, KEY, IV).clear
    assert clear is None or clear in (CLEAR, b"{}") or words == "URL-safe"


def without_tag(vector: bytes, key: bytes = KEY) -> bytes:
    return AESGCM(key).encrypt(vector, CLEAR, None)[:-16]


def tag_first(vector: bytes) -> bytes:
    sealed = gcm(vector)
    return sealed[-16:] + sealed[:-16]


SEVERAL: list[tuple[str | bytes, str]] = [
    (gcm(IV).hex(), "hexadecimal+vector-not-turned"),
    (tag_first(TURNED).hex(), "hexadecimal+tag-first"),
    (without_tag(TURNED).hex(), "hexadecimal+no-tag"),
    ((OTHER + gcm(OTHER)).hex(), "hexadecimal+own-vector-of-12-bytes"),
    (in_cbc(IV).hex(), "hexadecimal+vector-not-turned+cbc"),
    (base64_of(gcm(IV).hex().encode()), "hexadecimal+vector-not-turned"),
    (base64_of(tag_first(IV)), "vector-not-turned+tag-first"),
    (base64_of(without_tag(IV)), "vector-not-turned+no-tag"),
    (base64_of(without_tag(TURNED[:12])), "vector-of-12-bytes+no-tag"),
    (base64_of(tag_first(IV[:12])), "vector-of-12-bytes-not-turned+tag-first"),
    (base64_of(AESGCM(KEY * 2).encrypt(TURNED[:12], CLEAR, None)), "vector-of-12-bytes+aes-256"),
    (base64_of(gcm(TURNED)[:-8]), "short-tag"),
    (base64_of(base64_of(gcm(IV)).encode()), "double-base64+vector-not-turned"),
    (json.dumps(base64_of(gcm(IV))), "quoted+vector-not-turned"),
    (json.dumps({"data": base64_of(tag_first(TURNED))}), "wrapped-in-json+tag-first"),
    (json.dumps({"data": SEALED.hex()}), "wrapped-in-json+hexadecimal"),
    (json.dumps({"statusCode": 200, "body": base64_of(gcm(IV))}), "wrapped-by-lambda+vector-not-turned"),
    (base64_of(SEALED.decode("latin-1").encode()), "bytes-as-text"),
    (base64_of(gcm(IV).decode("latin-1").encode()), "bytes-as-text+vector-not-turned"),
    (base64_of(AESGCM(base64.b64encode(KEY)).encrypt(IV, CLEAR, None)), "vector-not-turned+aes-256"),
    (json.dumps(list(SEALED)), "bytes-as-numbers"),
    (json.dumps({"type": "Buffer", "data": list(gcm(IV))}), "bytes-as-numbers+vector-not-turned"),
    (":".join(one.hex() for one in (OTHER, gcm(OTHER)[:-16], gcm(OTHER)[-16:])), "in-parts"),
    (".".join(base64_of(one) for one in (TURNED, SEALED[:-16], SEALED[-16:])), "in-parts"),
    (gcm(IV), "raw-bytes+vector-not-turned"),
    (f"'{base64_of(gcm(IV))}'", "quoted+vector-not-turned"),
    (json.dumps({"data": base64_of(SEALED[:-16]), "tag": base64_of(SEALED[-16:])}), "wrapped-in-json+tag-apart"),
    (json.dumps({"iv": OTHER.hex(), "data": base64_of(gcm(OTHER))}), "wrapped-in-json+vector-apart"),
    (
        json.dumps({"iv": OTHER.hex(), "data": gcm(OTHER)[:-16].hex(), "tag": gcm(OTHER)[-16:].hex()}),
        "wrapped-in-json+tag-apart+vector-apart",
    ),
]


REQUEST = {
    "encrypted_flow_data": base64_of(AESGCM(KEY).encrypt(IV, b'{"version":"3.0","action":"ping"}', None)),
    "encrypted_aes_key": base64_of(bytes(256)),
    "initial_vector": base64_of(IV),
}
CT, TAG = SEALED[:-16], SEALED[-16:]
JOSE_PARTS = (b'{"enc":"A128GCM"}', b"", OTHER, gcm(OTHER)[:-16], gcm(OTHER)[-16:])


def in_ctr(vector: bytes) -> str:
    return base64_of(Cipher(algorithms.AES(KEY), modes.CTR(vector)).encryptor().update(CLEAR))


def in_ecb() -> str:
    padding = 16 - len(CLEAR) % 16
    return base64_of(Cipher(algorithms.AES(KEY), modes.ECB()).encryptor().update(CLEAR + bytes([padding]) * padding))


STRANGE: list[tuple[str | bytes, str]] = [
    *((text, "nothing-sealed") for text in ("OK", "null", "EVENT_RECEIVED", "[object Object]", '{"status":"ok"}')),
    ('{"message":"Internal server error"}', "error-in-clear"),
    ("{'screen': 'A', 'data': {}}", "in-clear"),
    (json.dumps(REQUEST), "echo"),
    (REQUEST["encrypted_flow_data"], "echo"),
    (base64_of(base64.b64encode(CT) + TAG), "encoded-in-parts"),
    (base64_of(CT + base64.b64encode(TAG)), "encoded-in-parts"),
    (base64_of(CT) + base64_of(TAG), "encoded-in-parts"),
    (base64_of(gcm(IV)[:-16]) + base64_of(gcm(IV)[-16:]), "encoded-in-parts+vector-not-turned"),
    (base64_of(gcm(TURNED[::-1])), "vector-reversed"),
    (base64_of(gcm(IV[::-1])), "vector-reversed"),
    (base64_of(gcm(TURNED[:12] + IV[12:])), "vector-partly-turned"),
    (base64_of(gcm(bytes(16))), "vector-of-zeros"),
    (base64_of(gcm(bytes(12))), "vector-of-zeros"),
    (base64_of(gcm(base64.b64encode(IV))), "vector-as-text"),
    (base64_of(gcm(bytes(byte ^ 0xFF for byte in base64.b64encode(IV)))), "vector-as-text"),
    (base64_of(gcm(IV.hex().encode())), "vector-as-text"),
    (base64_of(AESGCM(KEY).encrypt(TURNED, CLEAR, b"more")), "wrong-tag"),
    (base64_of(AESGCM(KEY).encrypt(IV, CLEAR, b"more")), "vector-not-turned+wrong-tag"),
    (GOOD[:-30], "cut-off"),
    (GOOD[: len(GOOD) // 8 * 4 + 1], "cut-off"),
    (base64_of(SEALED[:30] + bytes(40)), "cut-off"),
    (base64_of(gcm(IV)[:30]), "vector-not-turned+cut-off"),
    (URL_SAFE.replace("-", " ").replace("_", "/"), "plus-as-blank"),
    (URL_SAFE.replace("-", "&#x2B;").replace("_", "&#x2F;"), "html-escaped"),
    (GOOD.encode("utf-16"), "text-in-utf-16"),
    (GOOD.encode("utf-16-le"), "text-in-utf-16"),
    (GOOD.encode("utf-16-be"), "text-in-utf-16"),
    (gzip.compress(GOOD.encode()), "compressed"),
    (repr(GOOD.encode()), "python-bytes"),
    (repr(base64_of(gcm(IV)).encode()), "python-bytes+vector-not-turned"),
    (GOOD * 2, "sent-twice"),
    (in_ctr(TURNED), "ctr"),
    (in_ctr(IV), "vector-not-turned+ctr"),
    (in_ecb(), "ecb"),
    (".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in JOSE_PARTS), "jose"),
]


@pytest.mark.parametrize(("body", "name"), STRANGE)
def test_what_other_code_makes_of_an_answer_is_named(body: str | bytes, name: str) -> None:
    fault = diagnose(body if isinstance(body, bytes) else body.encode(), KEY, IV).fault
    assert fault.name == name
    assert not fault.lines or tuple(fault.lines) == LANGUAGES


@pytest.mark.parametrize(("body", "name"), SEVERAL)
def test_several_mistakes_at_once_are_all_named(body: str | bytes, name: str) -> None:
    found = diagnose(body if isinstance(body, bytes) else body.encode(), KEY, IV)
    assert (found.fault.name, found.clear) == (name, CLEAR)
    assert tuple(found.fault.lines) == LANGUAGES
    assert found.fault.words.endswith(".")


@pytest.mark.parametrize(
    ("clear", "name"),
    [
        (json.dumps(json.dumps({"a": 1})).encode(), "json-written-twice"),
        (json.dumps({"a": 1}).encode("utf-16"), "utf-16"),
        (json.dumps({"a": 1}).encode("utf-16-le"), "utf-16"),
        (b"{'a': True}", "text-of-an-object"),
        (b"[object Object]", "text-of-an-object"),
        (b"{screen=A, data={}}", "text-of-an-object"),
        (b"Array", "text-of-an-object"),
        (b"System.Collections.Generic.Dictionary", "text-of-an-object"),
        (b'{"a":NaN}', "not-json"),
        (b'{"a":1,}', "not-json"),
        (b'{"a":1', "not-json"),
        (b'{"a":1}\0\0', "not-json"),
        (gzip.compress(b'{"a":1}'), "compressed-inside"),
        (b"[]", "unreadable"),
        (b"", "unreadable"),
        (b'"text"', "unreadable"),
    ],
)
def test_what_opens_and_is_no_message_is_named(clear: bytes, name: str) -> None:
    assert explain_clear(clear, "It is not JSON.").name == name


LENGTHS = st.sampled_from([(16, 16), (16, 12), (32, 16)])
"""Of key and vector, as requests have them that are sealed in the usual wrong ways."""


@given(st.binary() | st.text().map(str.encode) | st.just(b'{"error":"failed"}'), LENGTHS)
def test_any_body_is_explained(body: bytes, lengths: tuple[int, int]) -> None:
    key, iv = (bytes(length) for length in lengths)
    assert explain(body, key, iv).endswith(".")


@given(st.binary(max_size=80).map(base64_of), LENGTHS)
def test_any_content_is_explained(text: str, lengths: tuple[int, int]) -> None:
    key, iv = (bytes(length) for length in lengths)
    assert explain(text.encode(), key, iv).endswith(".")
