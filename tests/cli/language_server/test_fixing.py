"""Quick fixes, fixing everything, and formatting through a real client."""

from datetime import date

import pytest
from lsprotocol import types
from tests.cli.language_server.editor import Editor
from tests.cli.language_server.flows import FLOW, with_line

from headrace.flowjson.checks import check

pytestmark = pytest.mark.anyio

FIX_ALL = "source.fixAll.headrace"
EVERYTHING = types.Range(types.Position(0, 0), types.Position(10_000, 0))


def errors(text: str) -> int:
    return len(check(text, today=date(2026, 11, 22)).errors)


async def test_a_fix_for_what_is_pointed_at(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace('"label": "Order the bread"', '"lable": "Order the bread"'))
    found = await editor.diagnostics(uri)
    (unknown,) = [one for one in found if one.code == "structure/unknown-component-property"]
    actions = await editor.actions(uri, unknown.range, ["quickfix"])
    action = actions["Write 'label'"]
    assert action.is_preferred
    assert list(action.diagnostics or ()) == [unknown]
    assert editor.applied(uri, action.edit) == FLOW


async def test_no_fix_elsewhere(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace('"label": "Order the bread"', '"lable": "Order the bread"'))
    start = types.Range(types.Position(1, 0), types.Position(1, 3))
    assert await editor.actions(uri, start, ["quickfix"]) == {}


async def test_a_fix_of_broken_text(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace('"id": "THANKS",', '"id": "THANKS"'))
    actions = await editor.actions(uri, EVERYTHING, ["quickfix"])
    assert FLOW in [editor.applied(uri, action.edit) for action in actions.values()]


async def test_everything_at_once(editor: Editor) -> None:
    broken = with_line('{ "type": "TextInput", "name": "x", "lable": "Age" },').replace(
        '"id": "THANKS",', '"id": "THANKS"'
    )
    uri, _ = editor.open(broken.replace("\n", "\r\n"))
    actions = await editor.actions(uri, EVERYTHING, ["source.fixAll"])
    (action,) = actions.values()
    assert action.kind == FIX_ALL
    assert action.edit is None
    after = editor.applied(uri, (await editor.resolve(action)).edit)
    assert errors(after) == 0
    assert after.count("\r\n") == broken.count("\n")


async def test_nothing_to_fix(editor: Editor) -> None:
    uri, _ = editor.open('{ "a": 1 }', "package.json")
    assert await editor.actions(uri, EVERYTHING) == {}


async def test_formatting(editor: Editor) -> None:
    compact = '{"screens":[{"layout":{"children":[],"type":"SingleColumnLayout"},"id":"🥖"}],"version":"7.3"}'
    for newline in ("\n", "\r\n"):
        uri, _ = editor.open(compact.replace("[]", "[" + newline + "]"))
        after = editor.applied(uri, await editor.format(uri))
        assert after.splitlines()[:2] == ["{", '  "version": "7.3",']
        assert ("\r\n" in after) == (newline == "\r\n")
        again, _ = editor.open(after)
        assert await editor.format(again) == []


async def test_formatting_touches_only_what_changes(editor: Editor) -> None:
    uri, _ = editor.open(FLOW.replace('"title": "Thanks",', '"title":   "Thanks",'))
    edits = await editor.format(uri)
    assert editor.applied(uri, edits) == editor.applied(uri, edits).strip() + "\n"
    lines = [one for one in edits if editor.slice(uri, one.range).count("Thanks") == 1]
    assert len(lines) == 1
    assert lines[0].range.end.line - lines[0].range.start.line == 1


async def test_broken_text_is_not_formatted(editor: Editor) -> None:
    uri, _ = editor.open(FLOW[:-20])
    assert await editor.format(uri) == []
