"""How long somebody who types waits for `headrace lsp`: the time from a key to the diagnostics, and to the proposals.

The real command runs as its own process. What counts is the processor time it takes, all its threads together, so that
a busy machine measures the same; the time by the clock on the wall stands in the note. Diagnostics wait for a moment of
quiet first, which is part of their figure.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from benchmarks.documents import typed_in
from benchmarks.measuring import Figure, percentile
from headrace.cli.language_server.diagnostics import DEBOUNCE

BYTES = 50_000
LIMIT = 50
"""Milliseconds from a keystroke to what the editor shows of it."""

LETTERS = "oat and rye "
URI = "file:///flow.json"


def measure(*, quick: bool = False) -> Iterator[Figure]:
    keys = 8 if quick else 120
    text = json.dumps(typed_in(BYTES), indent=2, ensure_ascii=False)
    with _Server(text) as server:
        yield _diagnostics("diagnostics after a keystroke", server, keys)
        yield _completion("completion after a keystroke", server, keys)
        server.wait_for_report(server.type('"'))
        yield _diagnostics("diagnostics while the text is broken", server, keys)
        yield _completion("completion while the text is broken", server, keys)


def _diagnostics(name: str, server: "_Server", keys: int) -> Figure:
    """Types letters into the middle of the text and waits for the report about each version."""
    spent, waited = [], []
    for number in range(keys):
        before, start = server.processor_seconds(), time.perf_counter()
        server.wait_for_report(server.type(LETTERS[number % len(LETTERS)]))
        waited.append((time.perf_counter() - start) * 1000)
        spent.append((server.processor_seconds() - before + DEBOUNCE) * 1000)
        time.sleep(0.03)
    return _figure(name, server, spent, waited, f"{DEBOUNCE * 1000:.0f} ms of it are the wait for quiet")


def _completion(name: str, server: "_Server", keys: int) -> Figure:
    """Asks for proposals right behind a keystroke, when nothing is known of the new version yet."""
    spent, waited = [], []
    for number in range(keys):
        before, start = server.processor_seconds(), time.perf_counter()
        version = server.type(LETTERS[number % len(LETTERS)])
        answer = server.ask("textDocument/completion", {**server.document, "position": server.key_position})
        waited.append((time.perf_counter() - start) * 1000)
        spent.append((server.processor_seconds() - before) * 1000)
        assert answer["items"]
        server.wait_for_report(version)
    return _figure(name, server, spent, waited, f"{len(answer['items'])} proposals")


def _figure(name: str, server: "_Server", spent: list[float], waited: list[float], more: str) -> Figure:
    note = (
        f"95th percentile of {len(spent)} keys, {server.size:,} bytes; {more}; "
        f"here and now by the clock: median {median(waited):.0f} ms, 95th percentile {percentile(waited, 0.95):.0f}"
    )
    return Figure(name, percentile(spent, 0.95), LIMIT, "ms", note)


class _Server:
    """The command with one open document; letters are typed into a label in its middle."""

    def __init__(self, text: str) -> None:
        mark = '"helper-text": "'
        at = text.index(mark, len(text) // 2) + len(mark)
        line, column = text.count("\n", 0, at), at - text.rindex("\n", 0, at) - 1
        self.text = text
        self.size = len(text.encode())
        self.document = {"textDocument": {"uri": URI}}
        self.key_position = {"line": line, "character": column - len(mark) + 2}
        self._place = {"line": line, "character": column}
        self._version = 1
        self._reported = 0
        self._id = 0

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "headrace", "lsp"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self._send({"method": "initialized", "params": {}})
        item = {"uri": URI, "languageId": "json", "version": 1, "text": self.text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        self.wait_for_report(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(10)

    def processor_seconds(self) -> float:
        """What the server has taken of the processor so far; where the system does not tell, the time on the wall."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        if not tasks.is_dir():
            return time.perf_counter()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9

    def type(self, letter: str) -> int:
        """Types one letter; the new version."""
        self._version += 1
        changes = [{"range": {"start": self._place, "end": self._place}, "text": letter}]
        document = {"uri": URI, "version": self._version}
        self._send(
            {"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": changes}}
        )
        return self._version

    def wait_for_report(self, version: int) -> None:
        while self._reported < version:
            self._receive()

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self._id += 1
        self._send({"id": self._id, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._id:
                return message["result"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> Any:
        assert self._process.stdout
        length = 0
        while (line := self._process.stdout.readline()) != b"\r\n":
            if not line:
                raise EOFError("headrace lsp has ended")
            if line.startswith(b"Content-Length: "):
                length = int(line.split()[1])
        message = json.loads(self._process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self._reported = message["params"]["version"]
        return message


def main() -> None:
    from benchmarks.__main__ import run_alone

    run_alone(measure)


if __name__ == "__main__":
    main()
