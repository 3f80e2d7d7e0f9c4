"""What no database can hold is known by its characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.characters import holds_unstorable, is_storable, storable, writable

anything = st.text(st.characters(exclude_categories=()))


@given(anything)
def test_a_storable_text_has_utf8_and_no_nul(text: str) -> None:
    try:
        text.encode()
        has_utf8 = True
    except UnicodeEncodeError:
        has_utf8 = False
    assert is_storable(text) == (has_utf8 and "\0" not in text)
    assert is_storable(storable(text))
    assert len(storable(text)) == len(text)
    assert storable(text) == text or not is_storable(text)


@given(
    st.recursive(anything | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(anything, inner))
)
def test_a_writable_value_has_utf8_everywhere(value: object) -> None:
    assert not holds_unstorable(_without_nul(writable(value)))


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(member) for name, member in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("value", ["\0", ["\ud800"], {"\udfff": 1}, {"a": [{"b": "\0"}]}])
def test_it_is_found_wherever_it_stands(value: object) -> None:
    assert holds_unstorable(value)
