"""Offsets and positions, and edits of open documents, in all three encodings."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from headrace.cli.language_server.documents import Snapshot
from headrace.cli.language_server.positions import Positions, Wide
from headrace.flowjson.textedits import applied, edits_between

ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

texts = st.lists(st.sampled_from(["a", "é", "漢", "🥖", "\n", "\r\n", "\r", "\u2028", "\x0c", "\ud800", '"', "{"])).map(
    "".join
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None)
@given(text=texts, share=st.floats(0, 1))
def test_there_and_back(encoding: str, text: str, share: float) -> None:
    positions = Positions(text, Wide(encoding))
    offset = round(share * len(text))
    place = positions.position(offset)
    codec, size = ENCODINGS[encoding]
    before = re.split(r"\r\n|\n|\r", text[:offset])
    inside_line_break = text[offset - 1 : offset + 1] == "\r\n"
    if inside_line_break:
        assert positions.offset(place) == offset - 1
        return
    assert place == types.Position(len(before) - 1, len(before[-1].encode(codec, "surrogatepass")) // size)
    assert positions.offset(place) == offset


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(deadline=None)
@given(text=texts, line=st.integers(0, 50), unit=st.integers(0, 50))
def test_every_position_lies_in_the_text(encoding: str, text: str, line: int, unit: int) -> None:
    assert 0 <= Positions(text, Wide(encoding)).offset(types.Position(line, unit)) <= len(text)


def test_the_inside_of_a_pair_is_its_beginning() -> None:
    positions = Positions("a🥖b", Wide("utf-16"))
    assert [positions.offset(types.Position(0, unit)) for unit in range(6)] == [0, 1, 1, 2, 3, 3]


@settings(deadline=None)
@given(text=texts, new=texts, start=st.floats(0, 1), end=st.floats(0, 1))
def test_an_edit_of_a_place_is_an_edit_of_the_text(text: str, new: str, start: float, end: float) -> None:
    first, last = sorted((round(start * len(text)), round(end * len(text))))
    snapshot = Snapshot("file:///flow.json", "json", 1, text, Wide("utf-16"))
    if any(text[one - 1 : one + 1] == "\r\n" for one in (first, last)):
        return
    change = types.TextDocumentContentChangePartial(snapshot.positions.range(first, last), new)
    after = snapshot.changed(2, [change])
    assert after.text == text[:first] + new + text[last:]
    assert (after.version, snapshot.text) == (2, text)


def test_the_byte_order_mark_is_no_character_of_the_flow() -> None:
    snapshot = Snapshot("file:///flow.json", "json", 1, '\ufeff{"a": 1}', Wide("utf-16"))
    assert snapshot.document.text == '{"a": 1}'
    assert snapshot.offset(types.Position(0, 2)) == 1
    assert snapshot.range(1, 4) == types.Range(types.Position(0, 2), types.Position(0, 5))


@settings(deadline=None)
@given(before=texts, after=texts)
def test_edits_between_two_texts(before: str, after: str) -> None:
    assert applied(before, edits_between(before, after)) == after
