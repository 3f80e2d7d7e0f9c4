"""Work that goes on as long as the server does, through every failure of its database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_log = logging.getLogger(__name__)

_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0


class Loop:
    """Takes `step` again and again. `trouble` is why the last step failed, or None: for whoever asks about readiness.

    A step that raises is taken again after a longer and longer wait. Only the first failure and the recovery are
    logged, so that a database that is away for an hour leaves two lines.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        self.trouble: str | None = None
        self._name = name
        self._step = step

    async def run(self) -> None:
        """Goes on until cancelled."""
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                await self._step()
            except Exception as error:
                if self.trouble is None:
                    _log.error("%s cannot go on and will try again until it can", self._name, exc_info=error)
                self.trouble = f"{self._name}: {type(error).__name__}: {error}".splitlines()[0]
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            else:
                if self.trouble is not None:
                    _log.warning("%s goes on", self._name)
                self.trouble, wait = None, _FIRST_WAIT_SECONDS
