"""Whatever the server is given, it goes on working, and nothing but the protocol is on its standard output."""

import asyncio
import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lsprotocol import types
from tests.cli.language_server.editor import Editor, position_of
from tests.cli.language_server.flows import FLOW, at

from headrace.cli.language_server.features import FEATURES

pytestmark = pytest.mark.anyio

COMMAND = [sys.executable, "-m", "headrace", "lsp"]

HOSTILE: dict[str, str] = {
    "nothing": "",
    "NUL": FLOW.replace("Thanks", "Th\x00nks"),
    "lone surrogates": FLOW.replace("Thanks", "Th\ud83enks\udc00"),
    "a byte order mark": "\ufeff" + FLOW,
    "10,000 arrays": "[" * 10_000 + "]" * 10_000,
    "10,000 objects": '{"screens":' * 10_000 + "1" + "}" * 10_000,
    "10,000 components in one another": FLOW.replace(
        '{ "type": "OptIn"', '{"type":"If","condition":"true","then":[' * 10_000 + '{ "type": "OptIn"', 1
    ),
    "quotes": '"' * 5_000,
    "backslashes": '{"screens": "' + "\\" * 5_001,
    "only line breaks": "\r\n\r\r\n\u2028\x85" * 500,
    "strange values": '{"version":[7.3],"screens":[1,null,[],{"id":{}},{"layout":[],"data":[]}],"routing_model":[[]]}',
    "an endless reference": FLOW.replace("${data.town}", "${" + "data." * 5_000),
    "a wide line": FLOW.replace("\n", " ") + "🥖" * 50_000,
}


async def ask_everything(editor: Editor, uri: str, place: types.Position) -> None:
    await editor.complete(uri, place)
    await editor.hover(uri, place)
    await editor.definition(uri, place)
    await editor.references(uri, place)
    await editor.highlights(uri, place)
    await editor.prepare_rename(uri, place)
    await editor.symbols(uri)
    await editor.format(uri)
    await editor.actions(uri, types.Range(place, place))


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_documents(editor: Editor, name: str) -> None:
    text = HOSTILE[name]
    uri, _ = editor.open(text)
    await editor.diagnostics(uri)
    for offset in (0, len(text) // 3, len(text) // 2, len(text)):
        await ask_everything(editor, uri, position_of(text, offset))


async def test_ten_megabytes(editor: Editor) -> None:
    """One document within the limit, whose picture is as large as can be, and one beyond it."""
    picture = "A" * (10 * 1024 * 1024 - 20_000)
    within = FLOW.replace('{ "type": "OptIn"', f'{{ "type": "Image", "src": "{picture}" }},\n{{ "type": "OptIn"', 1)
    uri, _ = editor.open(within)
    codes = {one.code for one in await editor.diagnostics(uri)}
    assert "syntax/size" not in codes
    await ask_everything(editor, uri, types.Position(3, 30))
    beyond, _ = editor.open(within.replace(picture, picture * 2))
    assert {one.code for one in await editor.diagnostics(beyond)} == {"syntax/size"}
    assert await editor.hover(beyond, types.Position(3, 30)) == ""


async def test_positions_beyond_the_text(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    for place in (types.Position(0, 10_000), types.Position(10_000, 0), types.Position(2**31 - 1, 2**31 - 1)):
        await ask_everything(editor, uri, place)


async def test_changes_beyond_the_text(editor: Editor) -> None:
    uri, _ = editor.open(FLOW)
    far = types.Range(types.Position(9_999, 0), types.Position(0, 0))
    version = editor.send(uri, [types.TextDocumentContentChangePartial(far, "x")], FLOW + "x")
    assert [one.code for one in await editor.diagnostics(uri, version)] == ["syntax/after-end"]


async def test_files_nobody_opened(editor: Editor) -> None:
    editor._texts["file:///nowhere/flow.json"] = ""
    await ask_everything(editor, "file:///nowhere/flow.json", types.Position(0, 0))
    identifier = types.VersionedTextDocumentIdentifier(7, "file:///nowhere/flow.json")
    editor.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, []))
    editor.close("file:///nowhere/flow.json")
    uri, place = editor.open(at('"la§bel"'))
    assert await editor.hover(uri, place)


async def test_messages_that_are_none() -> None:
    """Between two good messages: no JSON, a method nobody knows, parameters of another shape."""
    async with Editor() as editor:
        writer = editor.process.stdin
        assert writer
        for body in (
            b"{",
            b'{"jsonrpc":"2.0","method":"textDocument/nonsense","params":{}}',
            b'{"jsonrpc":"2.0","id":9001,"method":"textDocument/nonsense","params":{}}',
            b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":3}}',
            b"[" * 50_000,
        ):
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        uri, place = editor.open(at('"la§bel"'))
        assert await editor.hover(uri, place)
        assert editor.process.returncode is None


MALFORMED: tuple[object, ...] = (
    None,
    [],
    {},
    1,
    {"textDocument": 1},
    {"textDocument": {"uri": "file:///a/flow.json"}, "position": None},
    {"textDocument": {"uri": "file:///a/flow.json"}, "position": {"line": -1, "character": -1}},
    {"textDocument": {"uri": "file:///a/flow.json"}, "position": {"line": 10**30, "character": 2}},
    {"textDocument": {"uri": "file:///a/flow.json"}, "range": {"start": 1}, "position": 3, "context": 5},
)


def test_every_request_is_answered_whatever_its_parameters() -> None:
    requests = [{"method": method, "params": params} for method in FEATURES for params in MALFORMED]
    requests += [{"method": types.CODE_ACTION_RESOLVE, "params": {"title": "x", "data": data}} for data in (None, [1])]
    requests += [{"method": "nonsense", "params": {}}, {"method": types.TEXT_DOCUMENT_HOVER, "jsonrpc": "1.0"}]
    messages: list[dict[str, object]] = [{"id": 1, "method": "initialize", "params": {"capabilities": {}}}]
    messages += [{"id": number, **request} for number, request in enumerate(requests, 2)]
    answered: set[object] = set()
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        impatience = threading.Timer(60, server.kill)
        impatience.start()
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        server.stdin.flush()
        while len(answered) < len(messages) and (head := server.stdout.readline()):
            while header := server.stdout.readline().strip():
                head = header if header.lower().startswith(b"content-length") else head
            answered.add(json.loads(server.stdout.read(int(head.split(b":")[1]))).get("id"))
        impatience.cancel()
        server.kill()
    assert answered == set(range(1, len(messages) + 1))


async def test_prints_do_not_reach_the_protocol(tmp_path: Path) -> None:
    """Something in the process that writes to standard output all the time, by Python and by the file descriptor."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys, threading, time\n"
        "def chatter():\n"
        "    while 'pygls.lsp.server' not in sys.modules:\n"
        "        time.sleep(0.001)\n"
        "    while True:\n"
        "        print('stray', flush=True)\n"
        "        os.write(1, b'bytes\\n')\n"
        "        time.sleep(0.001)\n"
        "threading.Thread(target=chatter, daemon=True).start()\n"
    )
    async with Editor(environment=dict(os.environ, PYTHONPATH=str(tmp_path))) as editor:
        uri, place = editor.open(at('"la§bel"'))
        for _ in range(20):
            assert await editor.hover(uri, place)
        await editor.diagnostics(uri)
    assert editor.errors == []
    assert "stray\nbytes" in editor.messages[0]


async def test_ends_with_the_editor() -> None:
    """Without a good-bye, as when the editor has crashed."""
    async with Editor() as editor:
        editor.open(FLOW)
        assert editor.process.stdin
        editor.process.stdin.close()
        assert await asyncio.wait_for(editor.process.wait(), 20) == 1


def test_says_in_a_terminal_what_it_is_for() -> None:
    parent, child = pty.openpty()
    try:
        done = subprocess.run(COMMAND, stdin=child, capture_output=True, text=True, timeout=30, check=False)
    finally:
        os.close(parent)
        os.close(child)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "docs/editors.md" in done.stderr


def test_no_other_command_imports_it() -> None:
    script = (
        "import sys; sys.argv = ['headrace', 'check', sys.argv[1]]\n"
        "from headrace.cli import application\n"
        "try:\n    application()()\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith(('pygls', 'lsprotocol', 'cattrs'))])"
    )
    flow = Path(__file__).parent.parent.parent.parent / "examples" / "broken.json"
    done = subprocess.run([sys.executable, "-c", script, str(flow)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_tells_what_it_can_do() -> None:
    """The answer to the first message, without any client library."""
    body = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"processId": None, "rootUri": None, "capabilities": {}},
        }
    ).encode()
    message = b"Content-Length: %d\r\n\r\n" % len(body) + body
    done = subprocess.run(COMMAND, input=message, capture_output=True, timeout=30, check=False)
    head, _, answer = done.stdout.partition(b"\r\n\r\n")
    assert head.startswith(b"Content-Length: ")
    told = json.loads(answer)["result"]
    assert told["serverInfo"]["name"] == "headrace"
    assert told["capabilities"]["positionEncoding"] == "utf-16"
    assert told["capabilities"]["codeActionProvider"]["resolveProvider"] is True
    assert done.stderr == b""
