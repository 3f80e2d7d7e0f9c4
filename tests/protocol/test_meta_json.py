"""JSON with the bytes that Meta writes."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.protocol.meta_json import escaped_json, webhook_json

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_response_escapes_slashes_and_what_is_outside_ascii() -> None:
    assert escaped_json({"a": "é/🙂", "b": [1, None, True]}) == r'{"a":"\u00e9\/\ud83d\ude42","b":[1,null,true]}'
    assert escaped_json({"a": "@%<>&'"}) == '{"a":"@%<>&\'"}'


def test_a_webhook_escapes_three_more() -> None:
    assert webhook_json({"a@b": "5 % </b>"}) == r'{"a\u0040b":"5 \u0025 \u003C\/b>"}'


def test_a_response_within_a_webhook_is_escaped_twice() -> None:
    inner = escaped_json({"note": "é/@"})
    assert webhook_json({"response_json": inner}) == r'{"response_json":"{\"note\":\"\\u00e9\\\/\u0040\"}"}'


@given(values)
def test_a_reader_sees_no_difference(value: Any) -> None:
    for write in (escaped_json, webhook_json):
        text = write(value)
        assert text.isascii()
        assert json.loads(text) == value


@pytest.mark.parametrize("value", [math.nan, {"a": math.inf}, {1, 2}, object()])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="JSON"):
        escaped_json(value)
