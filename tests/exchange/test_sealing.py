"""Sealing and opening with keys of our own, and every way in which opening must fail."""

import base64
import json
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headrace.exchange.keys import KeyPair, load_private_key, load_public_key
from headrace.exchange.sealing import (
    CannotOpen,
    NotAnEnvelope,
    flow_token_signature,
    flow_token_signature_matches,
    open_request,
    open_response,
    seal_request,
    seal_response,
    sign,
    signature_matches,
)

KEY, IV = bytes(range(16)), bytes(range(16, 32))
sixteen = st.binary(min_size=16, max_size=16)
loaded = cache(load_private_key)  # reading a key takes longer than everything else here
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(body=st.binary(max_size=2000), key=sixteen, iv=sixteen)
def test_a_request_comes_out_as_it_went_in(pair: KeyPair, body: bytes, key: bytes, iv: bytes) -> None:
    sealed = seal_request(body, load_public_key(pair.public_pem), key, iv)
    opened = open_request(sealed.body, loaded(pair.private_pem))
    assert (opened.body, opened.key, opened.iv) == (body, key, iv)


@given(body=st.binary(max_size=2000), key=sixteen, iv=sixteen)
def test_a_response_comes_out_as_it_went_in(body: bytes, key: bytes, iv: bytes) -> None:
    text = seal_response(body, key, iv)
    assert open_response(f"\n {text}\t\r\n", key, iv) == body
    assert seal_response(body, key, iv) == text


@given(body=st.binary(min_size=1, max_size=200), place=st.integers(0), change=st.integers(1, 255))
def test_no_changed_response_opens(body: bytes, place: int, change: int) -> None:
    sealed = bytearray(base64.b64decode(seal_response(body, KEY, IV)))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(CannotOpen):
        open_response(base64.b64encode(sealed).decode(), KEY, IV)


@few
@given(place=st.integers(0), change=st.integers(1, 255), member=st.sampled_from(["data", "key", "vector"]))
def test_no_changed_request_opens(pair: KeyPair, place: int, change: int, member: str) -> None:
    name = {"data": "encrypted_flow_data", "key": "encrypted_aes_key", "vector": "initial_vector"}[member]
    body = json.loads(seal_request(b'{"a":1}', load_public_key(pair.public_pem), KEY, IV).body)
    content = bytearray(base64.b64decode(body[name]))
    content[place % len(content)] ^= change
    body[name] = base64.b64encode(content).decode()
    with pytest.raises(CannotOpen):
        open_request(json.dumps(body).encode(), loaded(pair.private_pem))


def test_the_wire_holds_three_base64_members_and_nothing_of_the_text(pair: KeyPair) -> None:
    sealed = seal_request(b'{"name":"Amara"}', load_public_key(pair.public_pem), KEY, IV)
    body = json.loads(sealed.body)
    assert list(body) == ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"]
    assert [len(base64.b64decode(value, validate=True)) for value in body.values()] == [16 + 16, 256, 16]
    assert b"Amara" not in sealed.body
    assert b" " not in sealed.body


def test_request_and_response_never_share_a_vector(pair: KeyPair) -> None:
    sealed = seal_request(b"same", load_public_key(pair.public_pem), KEY, IV)
    assert json.loads(sealed.body)["encrypted_flow_data"] != seal_response(b"same", KEY, IV)
    with pytest.raises(CannotOpen):
        open_response(json.loads(sealed.body)["encrypted_flow_data"], KEY, IV)


def test_another_private_key_does_not_open(pair: KeyPair, other_pair: KeyPair) -> None:
    sealed = seal_request(b"{}", load_public_key(pair.public_pem), KEY, IV)
    with pytest.raises(CannotOpen, match="another public key"):
        open_request(sealed.body, load_private_key(other_pair.private_pem))


@pytest.mark.parametrize("key", [b"", bytes(15), bytes(32)])
def test_only_keys_of_sixteen_bytes_seal(pair: KeyPair, key: bytes) -> None:
    with pytest.raises(ValueError, match="16"):
        seal_request(b"{}", load_public_key(pair.public_pem), key, IV)
    with pytest.raises(ValueError, match="16"):
        seal_request(b"{}", load_public_key(pair.public_pem), KEY, key)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"{}", b'{"encrypted_flow_data":1}', b"[" * 100_000]
)  # fmt: skip
def test_what_is_no_envelope_is_told_apart(pair: KeyPair, raw: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        open_request(raw, load_private_key(pair.private_pem))


@pytest.mark.parametrize("name", ["encrypted_flow_data", "encrypted_aes_key", "initial_vector"])
@pytest.mark.parametrize("value", ["", "====", "not base64", "żółć", "AAAA", "AA=="])
def test_members_that_hold_nonsense_do_not_open(pair: KeyPair, name: str, value: str) -> None:
    body = json.loads(seal_request(b"{}", load_public_key(pair.public_pem), KEY, IV).body)
    with pytest.raises(CannotOpen):
        open_request(json.dumps(body | {name: value}).encode(), load_private_key(pair.private_pem))


def test_bare_slashes_and_further_members_are_accepted(pair: KeyPair) -> None:
    body = seal_request(b'{"a":1}', load_public_key(pair.public_pem), KEY, IV).body
    written = body.replace(rb"\/", b"/").replace(b"{", b'{"more":[1], ', 1)
    assert open_request(written, load_private_key(pair.private_pem)).body == b'{"a":1}'


@given(body=st.binary(max_size=200), every=st.integers(1, 80), space=st.sampled_from("\t\n\f\r "))
def test_a_response_in_lines_and_without_padding_opens(body: bytes, every: int, space: str) -> None:
    text = seal_response(body, KEY, IV)
    for whole in (text, text.rstrip("=")):
        form = space.join([*(whole[at : at + every] for at in range(0, len(whole), every)), ""])
        assert open_response(form, KEY, IV) == body


def test_quotes_and_other_alphabets_and_marks_are_refused() -> None:
    body = next(body for body in (bytes([number]) for number in range(256)) if "/" in seal_response(body, KEY, IV))
    text = seal_response(body, KEY, IV)
    assert open_response(text, KEY, IV) == body
    for form in (f'"{text}"', text.replace("/", "_"), f"\ufeff{text}", f"{text}=", f"\v{text}", f"\u00a0{text}"):
        with pytest.raises(CannotOpen):
            open_response(form, KEY, IV)


@pytest.mark.parametrize("text", ["", "a", "====", "<html>", "AAAA", "żółć", "A" * 64])
def test_a_response_of_nonsense_does_not_open(text: str) -> None:
    with pytest.raises(CannotOpen):
        open_response(text, KEY, IV)


@given(secret=st.text(min_size=1), body=st.binary())
def test_a_signature_fits_its_body_and_secret_only(secret: str, body: bytes) -> None:
    try:
        header = sign(secret, body)
    except UnicodeEncodeError:
        return
    assert signature_matches(secret, body, header)
    assert not signature_matches(secret, body + b"x", header)
    assert not signature_matches(secret + "x", body, header)


@pytest.mark.parametrize("header", [None, "", "sha256=", "sha1=abc", "żółć", "sha256=" + "0" * 64, "\ud800"])
def test_odd_signature_headers_do_not_match(header: str | None) -> None:
    assert not signature_matches("secret", b"body", header)


def test_a_flow_token_signature_fits_its_token_and_secret_only() -> None:
    jwt = flow_token_signature("token żółć", "secret")
    assert flow_token_signature_matches(jwt, "token żółć", "secret")
    assert not flow_token_signature_matches(jwt, "another", "secret")
    assert not flow_token_signature_matches(jwt, "token żółć", "another")
    header, claims, signature = jwt.split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    for forged in (f"{unsigned}.{claims}.", f"{unsigned}.{claims}.{signature}", f"{header}.{claims}", "", "a.b.c", "…"):
        assert not flow_token_signature_matches(forged, "token żółć", "secret")


def test_a_request_has_the_bytes_that_whatsapp_writes_and_another_writer_gets_another_signature(pair: KeyPair) -> None:
    sealed = seal_request(bytes(range(64)) * 4, load_public_key(pair.public_pem), KEY, IV)
    assert sealed.body.count(b"/") == sealed.body.count(b"\\/") > 0
    signature = sign("secret", sealed.body)
    assert signature_matches("secret", sealed.body, signature)
    written_anew = json.dumps(json.loads(sealed.body), separators=(",", ":")).encode()
    assert len(written_anew) < len(sealed.body)
    assert not signature_matches("secret", written_anew, signature)
