"""Notices when a file was saved, in whichever way: in place, by a new file under its name, behind a link."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

POLL_SECONDS = 0.1

State = tuple[int, int, int, int] | None
"""Device, inode, size and time of the last change; None while there is no file."""


async def changes(path: Path, poll_seconds: float = POLL_SECONDS) -> AsyncIterator[bool]:
    """Yields whenever the file is another than before, also when it went and when it came back.

    Yields False at once, and True when the file has been at rest for one look more: who finds half a file at the
    first may wait for the second.
    """
    seen = state_of(path)
    is_settled = True
    while True:
        await asyncio.sleep(poll_seconds)
        now = await asyncio.to_thread(state_of, path)
        if now != seen:
            seen, is_settled = now, False
            yield False
        elif not is_settled:
            is_settled = True
            yield True


def state_of(path: Path) -> State:
    """What tells one content of the file from another. Symbolic links are followed."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
