"""Programs that Ctrl-C ends, also where the tests themselves were started with SIGINT ignored.

A shell starts what runs in its background so, and every program started from there inherits it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[None]:
    """Programs started in this block hear SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
