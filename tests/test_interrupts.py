"""Programs that tests start hear Ctrl-C wherever the tests run."""

import signal
import subprocess
import sys

from tests.interrupts import interruptible

HEARS = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_a_program_hears_what_the_tests_themselves_ignore() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            hears = subprocess.run([sys.executable, "-c", HEARS], capture_output=True, text=True, check=True).stdout
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert hears == "True\n"
