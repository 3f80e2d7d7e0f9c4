"""How long a person waits for `headrace check` of one file, beside a Python that only imports typer."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.documents import MEDIAN_BYTES, of_size
from benchmarks.measuring import Figure


def measure(*, quick: bool = False) -> Iterator[Figure]:
    _, text = of_size(MEDIAN_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.json"
        path.write_bytes(text)
        # The installed command, but for the Python it is started with.
        ours = [sys.executable, str(Path(sys.executable).with_name("headrace")), "check", str(path)]
        theirs = [sys.executable, "-c", "import typer"]
        # Whoever installs a package has its modules compiled; so has who used a checkout once.
        _seconds(ours)
        pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(2 if quick else 31)]
    took = median(one for one, _ in pairs)
    beside = median(other for _, other in pairs)
    note = f"{took * 1000:.0f} ms; python -c 'import typer' {beside * 1000:.0f} ms"
    yield Figure("cold headrace check", median(one / other for one, other in pairs), 2, "times", note)


def _seconds(command: list[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
    return time.perf_counter() - start


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)
