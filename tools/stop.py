"""Stops the demo: `make stop`. Standard library only, so that it works whatever became of .venv."""

import os
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = Path(os.environ.get("HEADRACE_DEMO", ROOT / ".demo"))
PIDS = DEMO / "pid"


def is_running(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def is_ours(pid):
    """A process number is used again once its process is gone, so look at what runs under it."""
    try:
        command = Path("/proc/%d/cmdline" % pid).read_bytes()
    except OSError:
        return not Path("/proc/self").exists()
    return b"headrace" in command or b"endpoint.py" in command or b"demo_endpoints.py" in command


def stop():
    """Ends the demo's processes and returns how many there were."""
    if not PIDS.exists():
        return 0
    pids = [int(line) for line in PIDS.read_text().split() if line.isdigit()]
    running = [pid for pid in pids if is_running(pid) and is_ours(pid)]
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 10
    while any(is_running(pid) for pid in running) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in running:
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)
    PIDS.unlink()
    return len(running)


if __name__ == "__main__":
    sys.stdout.write("The demo is stopped.\n" if stop() else "The demo was not running.\n")
