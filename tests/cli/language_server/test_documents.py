"""Open documents: changes by ranges, and the byte order mark."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from headrace.cli.language_server.documents import Snapshot
from headrace.flowjson.positions import Encoding

texts = st.lists(st.sampled_from(["a", "é", "漢", "🥖", "\n", "\r\n", "\r", "\u2028", "\x0c", "\ud800", '"', "{"])).map(
    "".join
)


@settings(deadline=None)
@given(text=texts, new=texts, start=st.floats(0, 1), end=st.floats(0, 1))
def test_an_edit_of_a_place_is_an_edit_of_the_text(text: str, new: str, start: float, end: float) -> None:
    first, last = sorted((round(start * len(text)), round(end * len(text))))
    snapshot = Snapshot("file:///flow.json", "json", 1, text, Encoding.UTF16)
    if any(text[one - 1 : one + 1] == "\r\n" for one in (first, last)):
        return
    change = types.TextDocumentContentChangePartial(snapshot.range(first, last), new)
    after = snapshot.changed(2, [change])
    assert after.text == text[:first] + new + text[last:]
    assert (after.version, snapshot.text) == (2, text)


def test_the_byte_order_mark_is_no_character_of_the_flow() -> None:
    snapshot = Snapshot("file:///flow.json", "json", 1, '\ufeff{"a": 1}', Encoding.UTF16)
    assert snapshot.document.text == '{"a": 1}'
    assert snapshot.offset(types.Position(0, 2)) == 1
    assert snapshot.range(1, 4) == types.Range(types.Position(0, 2), types.Position(0, 5))
