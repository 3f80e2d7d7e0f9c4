"""Which flow tokens still count: an endpoint refuses those that are used up, so that nothing is ordered twice."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from headrace.protocol import UNUSED_TOKEN

_MOST_KEPT = 100_000


class FlowTokens(Protocol):
    """Remembers which flow tokens are used up. Give an `Endpoint` one that reads and writes your database.

    `refusal` is asked before a handler runs: the words for the person when the token counts no more, None while it
    does. `finish` is told when a handler has ended the Flow. The token of a message without one is never asked about.
    Between the two no other request with the token is answered by this endpoint; where several processes answer, the
    database has to hold them apart.
    """

    async def refusal(self, token: str) -> str | None: ...

    async def finish(self, token: str) -> None: ...


class MemoryFlowTokens:
    """Keeps the last 100,000 finished tokens in memory: for one process, and until it ends."""

    def __init__(self, words: str = "This form was sent already.") -> None:
        self._words = words
        self._finished: OrderedDict[str, None] = OrderedDict()

    async def refusal(self, token: str) -> str | None:
        return self._words if token in self._finished else None

    async def finish(self, token: str) -> None:
        self._finished[token] = None
        if len(self._finished) > _MOST_KEPT:
            self._finished.popitem(last=False)


class Turns:
    """Lets the requests of one flow token through one after the other: one that came twice at once ends a Flow once."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, token: str) -> AsyncIterator[None]:
        lock, count = self._waiting.get(token, (asyncio.Lock(), 0))
        self._waiting[token] = lock, count + 1
        try:
            async with lock:
                yield
        finally:
            lock, count = self._waiting.pop(token)
            if count > 1:
                self._waiting[token] = lock, count - 1


def is_counted(token: str) -> bool:
    """Whether a token stands for one message: the one of messages without a token stands for many."""
    return token not in {"", UNUSED_TOKEN}
