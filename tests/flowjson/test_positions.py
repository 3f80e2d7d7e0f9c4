"""Offsets and positions in all three encodings, and the edits that lead from one text to another."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.flowjson.positions import Encoding, Position, Positions
from headrace.flowjson.textedits import applied, edits_between

ENCODINGS = {Encoding.UTF8: ("utf-8", 1), Encoding.UTF16: ("utf-16-le", 2), Encoding.UTF32: ("utf-32-le", 4)}

texts = st.lists(st.sampled_from(["a", "é", "漢", "🥖", "\n", "\r\n", "\r", "\u2028", "\x0c", "\ud800", '"', "{"])).map(
    "".join
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None)
@given(text=texts, share=st.floats(0, 1))
def test_there_and_back(encoding: Encoding, text: str, share: float) -> None:
    positions = Positions(text, encoding)
    offset = round(share * len(text))
    place = positions.position(offset)
    codec, size = ENCODINGS[encoding]
    before = re.split(r"\r\n|\n|\r", text[:offset])
    inside_line_break = text[offset - 1 : offset + 1] == "\r\n"
    if inside_line_break:
        assert positions.offset(*place) == offset - 1
        return
    assert place == Position(len(before) - 1, len(before[-1].encode(codec, "surrogatepass")) // size)
    assert positions.offset(*place) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None)
@given(text=texts, line=st.integers(0, 50), unit=st.integers(0, 50))
def test_every_position_lies_in_the_text(encoding: Encoding, text: str, line: int, unit: int) -> None:
    assert 0 <= Positions(text, encoding).offset(line, unit) <= len(text)


def test_the_inside_of_a_pair_is_its_beginning() -> None:
    positions = Positions("a🥖b")
    assert [positions.offset(0, unit) for unit in range(6)] == [0, 1, 1, 2, 3, 3]


@settings(deadline=None)
@given(before=texts, after=texts)
def test_edits_between_two_texts(before: str, after: str) -> None:
    assert applied(before, edits_between(before, after)) == after
