"""Ctrl-C while a command has something to bring to its end: it asks to hurry, and breaks nothing off in the middle."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from headrace.cli.terminal import let_it_end

_T = TypeVar("_T")


def run_interruptibly(work: Coroutine[Any, Any, _T]) -> _T:
    """Runs a coroutine. Each Ctrl-C cancels what it waits for just then; raises KeyboardInterrupt when it ended so.

    The handler is the process's own, not the loop's: a loop gives Ctrl-C back to Python while it closes, and one that
    comes just then would break that off. After an interrupted run the next thing is the end, so Ctrl-C stays without
    effect. Outside of the main thread Ctrl-C does what it does with `asyncio.run`.
    """
    running: list[asyncio.Task[Any]] = []
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        if running and not running[0].done():
            running[0].get_loop().call_soon_threadsafe(running[0].cancel)

    async def watched() -> _T:
        task = asyncio.current_task()
        assert task is not None
        running.append(task)
        if interrupted:
            task.cancel()
        return await work

    before: Any = None
    with suppress(ValueError):
        before = signal.signal(signal.SIGINT, interrupt)
    try:
        return asyncio.run(watched())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        if interrupted:
            let_it_end()
        elif before is not None:
            signal.signal(signal.SIGINT, before)
