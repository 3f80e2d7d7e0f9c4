"""Whatever the text, every question at every place answers something or nothing."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import corpus_documents

from headrace.flowjson.assistance import complete, definition, find_uses, hover, outline, renamable, rename
from headrace.flowjson.document import Document, parse
from headrace.flowjson.gallery import TEMPLATES
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import applied

TEXTS = [template.text() for template in TEMPLATES.values()]
TEXTS += [path.read_text("utf-8", "replace") for path in corpus_documents("official", "valid", "broken")[:60]]
TEXTS = [text for text in TEXTS if len(text) < 30_000]

BITS = (
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "`",
    "${",
    "${data.",
    "\\",
    "\n",
    "\r\n",
    "🥖",
    "\ud800",
    "\x00",
    '"type": "',
    "name",
)

EXAMINED = int(os.environ.get("HEADRACE_EXAMPLES", "60"))


def ask_everything(document: Document, offset: int) -> None:
    """Every question at one place; what an answer names lies in the text."""
    text = document.text
    for proposal in complete(document, offset):
        assert 0 <= proposal.start <= offset <= proposal.end <= len(text)
        assert "\n" not in text[proposal.start : proposal.end]
        assert proposal.snippet.plain
        for edit in proposal.extra:
            assert 0 <= edit.start <= edit.end <= proposal.start
    told = hover(document, offset)
    assert told is None or (told.text and told.start <= offset <= told.end)
    found = definition(document, offset)
    if found:
        assert found.start <= offset <= found.end
        assert found.whole.start <= found.target.start <= found.target.end <= found.whole.end <= len(text)
    uses = find_uses(document, offset)
    assert len({(use.start, use.end) for use in uses}) == len(uses)
    named = renamable(document, offset)
    if named:
        assert (named.start, named.end) in {(use.start, use.end) for use in uses}
        try:
            edits = rename(document, offset, "NEW_NAME")
        except Refused:
            return
        assert applied(text, edits) != text


@st.composite
def garbled(draw: st.DrawFn) -> tuple[str, int]:
    """A Flow with a piece cut out or something put in, and a place near where that happened, or anywhere."""
    text = draw(st.sampled_from(TEXTS))
    at = draw(st.integers(0, len(text)))
    match draw(st.sampled_from(("cut", "remove", "insert", "nothing"))):
        case "cut":
            text = text[:at]
        case "remove":
            text = text[:at] + text[at + draw(st.integers(1, 40)) :]
        case "insert":
            text = text[:at] + "".join(draw(st.lists(st.sampled_from(BITS), min_size=1, max_size=4))) + text[at:]
    near = draw(st.integers(-5, 5)) + at
    return text, min(max(0, draw(st.sampled_from((near, near, draw(st.integers(0, len(text))))))), len(text))


@settings(max_examples=EXAMINED, deadline=None)
@given(garbled())
def test_garbled_flows(case: tuple[str, int]) -> None:
    text, offset = case
    document = parse(text)
    # A byte order mark, or a text that is too long, is not what the offsets count from.
    ask_everything(document, min(offset, len(document.text)))
    outline(document)


@settings(max_examples=EXAMINED, deadline=None)
@given(st.text(alphabet=st.sampled_from('{}[]",:\\ \n`$.aé🥖1'), max_size=60), st.floats(0, 1))
def test_any_signs(text: str, share: float) -> None:
    document = parse(text)
    ask_everything(document, round(share * len(document.text)))
    outline(document)


@pytest.mark.parametrize("number", range(0, len(TEXTS), 5))
def test_along_a_whole_flow(number: int) -> None:
    document = parse(TEXTS[number])
    for offset in range(0, len(document.text), max(1, len(document.text) // 60)):
        ask_everything(document, offset)
