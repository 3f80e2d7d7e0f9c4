"""An event loop whose clock runs ahead over every wait, while sockets stay real.

A wait takes no time: when no socket has anything to say, the clock jumps to the next timer. Both ends of a connection
have to live in the same loop, or the clock would run ahead of the other one.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar
from unittest.mock import patch

Result = TypeVar("Result")

_GRACE_SECONDS = 0.002
"""How long the sockets are listened to before the clock jumps far: bytes on the loopback arrive at once, or almost."""
_FAR_SECONDS = 2.0
_FOR_THREADS_SECONDS = 5.0


class Hangs(AssertionError):
    """Nobody waits for a time and no socket has anything to say: nothing will ever happen any more."""


class _Jumping(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # only a thread can wake the loop
            ready = super().select(_FOR_THREADS_SECONDS)
            if not ready:
                raise Hangs("nothing will ever happen any more")
            return ready
        ready = super().select(0)
        if ready or timeout <= 0:
            return ready
        ready = super().select(_GRACE_SECONDS if timeout > _FAR_SECONDS else 0)
        if not ready:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time` starts at 0 and counts seconds that did not pass."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed


def run(task: Coroutine[Any, Any, Result]) -> Result:
    """Runs a coroutine to its end on a clock of its own."""
    loop = VirtualLoop()
    # How long a connection is kept is counted outside of the loop.
    with patch("aiohttp.connector.monotonic", loop.time), asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(task)
