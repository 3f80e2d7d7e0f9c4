"""`headrace preview` as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.interrupts import interruptible


class Command:
    """Runs the command on a file until the block ends. `url` is the page, `status` the exit status after it."""

    def __init__(self, file: Path, *options: str) -> None:
        self._arguments = [sys.executable, "-m", "headrace", "preview", str(file), "--no-open", "--port", "0", *options]
        self.url = ""
        self.status: int | None = None
        self.complaints = ""

    def __enter__(self) -> Self:
        environment = os.environ | {"NO_COLOR": "1"}
        with interruptible():
            self._process = subprocess.Popen(
                self._arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
            )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]
        assert self.url.startswith("http://127.0.0.1:"), self._process.communicate(timeout=60)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self.complaints = self._process.communicate(timeout=60)[1]
        self.status = self._process.returncode
