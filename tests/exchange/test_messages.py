"""The clear texts: what is read, what is recognised, what is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.exchange import messages
from headrace.exchange.messages import NotAMessage
from headrace.exchange.sealing import seal_response

KEY, IV = bytes(range(16)), bytes(range(16, 32))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values, max_size=6))
def test_what_is_written_is_read_again(message: dict[str, Any]) -> None:
    assert messages.from_bytes(messages.to_bytes(message)) == message


def test_texts_are_compact_and_not_escaped() -> None:
    assert messages.to_bytes({"a": "Zdravím", "b": [1, True]}) == '{"a":"Zdravím","b":[1,true]}'.encode()


def test_numbers_of_any_size_and_half_characters_travel() -> None:
    assert messages.to_bytes({"n": 10**30}) == b'{"n":1000000000000000000000000000000}'
    assert messages.to_bytes({"t": "\ud800"}) == b'{"t":"\\ud800"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object(), b"bytes"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        messages.to_bytes({"value": value})


def test_a_value_within_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    with pytest.raises(ValueError):
        messages.to_bytes(loop)


@pytest.mark.parametrize("text", [b"", b"[]", b'"x"', b"null", b"{", b"NaN", b"\xff", b'{"a":' * 100_000, b'{"a":NaN}'])
def test_what_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(NotAMessage):
        messages.from_bytes(text)


@pytest.mark.parametrize(
    ("answer", "well"),
    [
        ({"data": {"status": "active"}}, True),
        ({"version": "3.0", "data": {"status": "active", "more": 1}}, True),
        ({"data": {"status": "ACTIVE"}}, False),
        ({"status": "active"}, False),
        ({"data": "active"}, False),
        ({"screen": "SCREEN_NAME", "data": {"some_key": "some_value"}}, False),
        ({}, False),
    ],
)
def test_only_an_active_answer_to_a_ping_is_well(answer: dict[str, Any], well: bool) -> None:
    assert messages.is_active(answer) is well


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"error": "payload-schema-error", "error_message": "words"}, ("payload-schema-error", "words")),
        ({"error_key": "timeout_error", "error_message": "words"}, ("timeout_error", "words")),
        ({"error": "a", "error_key": "a", "error_message": "words"}, ("a", "words")),
        ({"error": "a"}, ("a", None)),
        ({"error": "typed by a person", "name": "Ben"}, None),
        ({"error_message": "words"}, None),
        ({"error": True}, None),
        ({}, None),
        (None, None),
    ],
)
def test_error_notices_are_told_from_forms(data: object, found: tuple[str, str | None] | None) -> None:
    assert messages.error_of({"action": "data_exchange", "data": data}) == found


def test_the_words_of_an_expired_token_are_found_in_both_forms() -> None:
    plain = json.dumps({"error_msg": "The order was placed."}).encode()
    sealed = seal_response(plain, KEY, IV)
    for body in (plain, b" " + plain + b"\n"):
        assert messages.expiry_message(body, KEY, IV) == ("The order was placed.", False)
    for text in (sealed, f" {sealed}\n"):
        assert messages.expiry_message(text.encode(), KEY, IV) == ("The order was placed.", True)


@pytest.mark.parametrize(
    "body", [b"", b"gone", b"<html>", b"{}", b'{"error_msg":""}', b'{"error_msg":7}', b"[]", b"\xff\xfe", b"AAAA"]
)
def test_an_expired_token_without_words_has_none(body: bytes) -> None:
    assert messages.expiry_message(body, KEY, IV)[0] is None
    assert messages.expiry_message(seal_response(body, KEY, IV).encode(), KEY, IV)[0] is None


@pytest.mark.parametrize(
    ("clear", "read"),
    [
        (b'\xef\xbb\xbf{"a":"b"}', {"a": "b"}),
        ('{"a":"caf\u00e9"}'.encode("latin-1"), {"a": "caf\ufffd"}),
        (b'{"a":"\xe2\x82"}', {"a": "\ufffd"}),
    ],
)
def test_an_answer_is_decoded_as_a_phone_decodes_it(clear: bytes, read: object) -> None:
    assert messages.read_answer(clear) == read


@pytest.mark.parametrize("clear", ['{"a":"b"}'.encode("utf-16"), b"\xef\xbb\xbf\xef\xbb\xbf{}", b'"{}"', b""])
def test_what_is_no_object_then_is_no_answer(clear: bytes) -> None:
    with pytest.raises(NotAMessage):
        messages.read_answer(clear)


def test_a_message_that_is_nested_too_deep_is_none() -> None:
    with pytest.raises(NotAMessage, match="too deep"):
        messages.from_bytes('{"data":' + "[" * 300 + "]" * 300 + "}")
    assert messages.from_bytes('{"data":' + "[" * 200 + "]" * 200 + "}")["data"]
