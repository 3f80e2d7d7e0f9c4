"""Diagnostics through a real client: while typing, for the right version, at the right place."""

import asyncio

import pytest
from lsprotocol import types
from tests.cli.language_server.editor import Editor
from tests.cli.language_server.flows import FLOW, with_line

pytestmark = pytest.mark.anyio


def rules(found: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in found if one.severity is types.DiagnosticSeverity.Error]


async def test_a_good_flow_has_no_errors(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    assert rules(await editor.diagnostics(uri)) == []


async def test_errors_while_typing(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    await editor.diagnostics(uri)
    version = editor.change(uri, '"label": "Order the bread"', '"lable": "Order the bread"')
    found = await editor.diagnostics(uri, version)
    assert rules(found) == ["structure/unknown-component-property"]
    unknown = next(one for one in found if one.code == "structure/unknown-component-property")
    assert editor.slice(uri, unknown.range) == '"lable"'
    assert unknown.source == "headrace"
    assert "label" in unknown.message
    version = editor.change(uri, '"lable"', '"label"')
    assert rules(await editor.diagnostics(uri, version)) == []


async def test_every_report_is_of_the_version_it_names(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    await editor.diagnostics(uri)
    for letter in "abcdefghij":
        last = editor.change(uri, '"label": "Order the bread', f'"label": "Order the bread{letter}')
    assert rules(await editor.diagnostics(uri, last)) == []
    versions = [one.version for one in editor.told[uri]]
    assert versions == sorted(versions, key=lambda one: one or 0)
    assert versions[-1] == last
    assert len(versions) < 6


async def test_warnings_of_our_own(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace("Close the order", "OK"))
    found = await editor.diagnostics(uri)
    (vague,) = [one for one in found if one.code == "design/vague-button"]
    assert vague.severity is types.DiagnosticSeverity.Warning
    assert len(vague.message.splitlines()) == 2


async def test_places_with_emoji_before_them(editor: Editor) -> None:
    uri, _ = editor.open(with_line('{ "type": "TextInput", "name": "x", "label": "🥖🥖🥖", "colour": "red" },'))
    (found,) = [one for one in await editor.diagnostics(uri) if one.code == "structure/unknown-component-property"]
    assert editor.slice(uri, found.range) == '"colour"'


async def test_other_places_of_the_same_mistake(editor: Editor) -> None:
    uri, _ = editor.open(with_line('{ "type": "TextInput", "name": "guest", "label": "Again" },'))
    found = await editor.diagnostics(uri)
    (twice,) = [one for one in found if one.code == "forms/duplicate-name"]
    assert twice.related_information
    places = [
        editor.slice(uri, twice.range),
        *(editor.slice(uri, one.location.range) for one in twice.related_information),
    ]
    assert places == ['"guest"', '"guest"']
    assert twice.related_information[0].location.range != twice.range


async def test_what_spans_many_lines_is_marked_on_the_first(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace('"label": "Close the order",', ""))
    (found,) = [one for one in await editor.diagnostics(uri) if one.code == "structure/missing-property"]
    assert found.range.start.line == found.range.end.line


async def test_broken_text(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    await editor.diagnostics(uri)
    version = editor.change(uri, '"title": "Thanks",', '"title": "Thanks')
    found = await editor.diagnostics(uri, version)
    assert any(str(one.code).startswith("syntax/") for one in found)
    # A file that has been a Flow stays one, however little is left of it.
    version = editor.send(uri, [types.TextDocumentContentChangeWholeDocument("{")], "{")
    assert rules(await editor.diagnostics(uri, version))


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("package.json", "json", '{"name": "shop", "version": "1.0.0"}'),
        ("screens.json", "json", '{"screens": ["left", "right"]}'),
        ("tsconfig.json", "jsonc", '{"compilerOptions": {}}'),
        ("flow.json", "plaintext", '{"screens": [{}]}'),
        ("list.json", "json", "[1, 2]"),
    ],
)
async def test_silent_about_other_files(editor: Editor, name: str, language: str, text: str) -> None:
    uri, place = editor.open(text, name, language)
    later, _ = editor.open(FLOW)
    await editor.diagnostics(later)
    assert await editor.hover(uri, place) == ""
    assert uri not in editor.told


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("booking.json", '{"version": "7.3", "screens": []}'),
        ("booking.json", '{"screens": [{"id": "A", "layout": {}}]}'),
        ("flow.json", "{}"),
        ("booking.flow.json", ""),
    ],
)
async def test_flows_by_name_or_content(editor: Editor, name: str, text: str) -> None:
    uri, _ = editor.open(text, name)
    assert rules(await editor.diagnostics(uri))


async def test_a_closed_file_takes_its_diagnostics_along(editor: Editor) -> None:
    uri, _ = editor.open("{", "flow.json")
    assert await editor.diagnostics(uri)
    editor.close(uri)
    for _ in range(200):
        if not editor.told[uri][-1].diagnostics:
            break
        await asyncio.sleep(0.02)
    assert not editor.told[uri][-1].diagnostics


async def test_changes_in_a_row_count_from_one_another(editor: Editor) -> None:
    """Two edits in one message, with CR LF, an emoji and a character Python takes for a line break."""
    text = FLOW.replace("\n", "\r\n").replace("Send me news", "Send\u2028me 🥖 news")
    uri, _ = editor.open(text)
    assert rules(await editor.diagnostics(uri)) == []
    one = text.replace('"name": "news"', '"nome": "news"')
    two = one.replace('"text": "${data.town}"', '"text": "${data.twon}"')
    line = next(index for index, row in enumerate(text.split("\r\n")) if '"news"' in row)
    column = text.split("\r\n")[line].index('"name"') + 2
    town = next(index for index, row in enumerate(text.split("\r\n")) if "${data.town}" in row)
    at = text.split("\r\n")[town].index("town}")
    version = editor.send(
        uri,
        [
            types.TextDocumentContentChangePartial(_on(line, column, column + 1), "o"),
            types.TextDocumentContentChangePartial(_on(town, at + 1, at + 3), "wo"),
        ],
        two,
    )
    found = await editor.diagnostics(uri, version)
    places = {str(one.code): editor.slice(uri, one.range) for one in found}
    assert places["structure/unknown-component-property"] == '"nome"'
    assert places["bindings/missing-data"] == '"${data.twon}"'


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 4), ("utf-32", 1)])
async def test_positions_in_the_units_the_editor_wants(encoding: str, width: int) -> None:
    capabilities = types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=[encoding]))
    async with Editor(capabilities) as other:
        assert other.server
        assert other.server.capabilities.position_encoding == encoding
        line = '{ "type": "TextInput", "name": "x", "label": "🥖🥖🥖", "colour": "red" },'
        uri, _ = other.open(with_line(line))
        (found,) = [one for one in await other.diagnostics(uri) if one.code == "structure/unknown-component-property"]
        before = 10 + line.index('"colour"') + 3 * (width - 1)
        assert (found.range.start.character, found.range.end.character) == (before, before + len('"colour"'))


def _on(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))
