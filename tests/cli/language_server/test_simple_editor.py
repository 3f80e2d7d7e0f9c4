"""An editor that can do nothing but the least: no snippets, no links, no versions of edits, nothing resolved later."""

import sys
from collections.abc import AsyncIterator

import pytest
from lsprotocol import types
from tests.cli.language_server.editor import Editor
from tests.cli.language_server.flows import FLOW, at, with_line

pytestmark = pytest.mark.anyio

FIX_ALL = "source.fixAll.headrace"
EVERYTHING = types.Range(types.Position(0, 0), types.Position(10_000, 0))


@pytest.fixture(scope="module")
async def simple(anyio_backend: str) -> AsyncIterator[Editor]:
    # As many editors start their servers.
    command = (sys.executable, "-m", "headrace", "lsp", "--stdio")
    async with Editor(types.ClientCapabilities(), command) as simple:
        yield simple


async def test_plain_text_for_snippets(simple: Editor) -> None:
    uri, place = simple.open(with_line('{ "type": "TextInput", § },'))
    found = await simple.complete(uri, place)
    item = found["input-type"]
    assert item.insert_text_format is types.InsertTextFormat.PlainText
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == '"input-type": "number"'
    documentation = item.documentation
    assert isinstance(documentation, types.MarkupContent)
    assert "*" not in documentation.value


async def test_places_for_links_and_edits_without_versions(simple: Editor) -> None:
    uri, place = simple.open(at('"name": "THA§NKS"'))
    found = await simple.definition(uri, place)
    assert isinstance(found, types.Location)
    assert simple.slice(uri, found.range) == "THANKS"
    edit = await simple.rename(uri, place, "BYE")
    assert edit.document_changes is None
    assert simple.applied(uri, edit) == FLOW.replace('"THANKS"', '"BYE"')


async def test_the_whole_fix_at_once(simple: Editor) -> None:
    uri, _ = simple.open(FLOW.replace('"id": "THANKS",', '"id": "THANKS"'))
    (action,) = (await simple.actions(uri, EVERYTHING, [FIX_ALL])).values()
    assert simple.applied(uri, action.edit) == FLOW
