"""A command in a real pseudo-terminal, with somebody who types."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.interrupts import interruptible

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
_PATIENCE_SECONDS = 60.0
INTERRUPT, END_OF_INPUT = "\x03", "\x04"
_IN_ITS_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from headrace.cli import main; main()"


class Terminal:
    """`headrace …` in a terminal of its own. `seen` is all that was written to it, without colours."""

    def __init__(self, *arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._master, slave = pty.openpty()
        variables = {**os.environ, "TERM": "xterm", "COLUMNS": "90", "PYTHONPATH": os.pathsep.join(sys.path)}
        with interruptible():
            self._process = subprocess.Popen(
                [sys.executable, "-c", _IN_ITS_TERMINAL, *arguments],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=folder,
                env={**variables, **(environment or {})},
                start_new_session=True,
            )
        os.close(slave)
        self.seen = ""
        self._read_to = 0

    def expect(self, words: str) -> str:
        """Waits until `words` were written after what was expected before; gives all that came up to them."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while (at := self.seen.find(words, self._read_to)) < 0:
            if not self._read(end):
                raise AssertionError(f"{words!r} was not written. The terminal shows:\n{self.seen}")
        passed, self._read_to = self.seen[self._read_to : at], at + len(words)
        return passed

    def write(self, text: str, *, enter: bool = True) -> None:
        os.write(self._master, (text + ("\n" if enter else "")).encode())

    def interrupt(self) -> None:
        """Presses Ctrl-C once the command waits for a key. One that comes just before is seen with the next key."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._sleeps() and time.monotonic() < end:
            time.sleep(0.01)
        self.write(INTERRUPT, enter=False)

    def _sleeps(self) -> bool:
        state = Path(f"/proc/{self._process.pid}/stat")
        if not state.exists():  # no Linux: some time is all that can be given
            time.sleep(0.3)
            return True
        return state.read_text().rpartition(")")[2].split()[0] == "S"

    def ends(self) -> int:
        """Waits for the end of the command; gives its exit status."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self._read(end):
            pass
        return self._process.wait(timeout=_PATIENCE_SECONDS)

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # the other side is closed: the command has ended
            return False
        self.seen += _COLOURS.sub("", piece.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(piece)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)
