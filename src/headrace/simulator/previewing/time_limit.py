"""A time limit that can be suspended: while a debugger sits in the endpoint, no request runs out of time."""

import asyncio
from collections.abc import Mapping

from headrace.exchange.transport import Transport
from headrace.outbound import DEFAULT_MAX_BYTES, Answer, TimedOut

_NEVER_SECONDS = 7 * 24 * 3600.0


class Pause:
    """The switch. Whoever waits is told when it is set."""

    def __init__(self, is_on: bool = False) -> None:
        self.is_on = is_on
        self._changed = asyncio.Event()

    def set(self, is_on: bool) -> None:
        self.is_on = is_on
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self) -> None:
        """Waits until the switch is set."""
        await self._changed.wait()


class PausableTransport:
    """A `Transport` around another whose time limit does not run while the switch is on.

    Once it is off again, the whole limit runs anew.
    """

    def __init__(self, transport: Transport, pause: Pause) -> None:
        self._transport = transport
        self._pause = pause

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> Answer:
        call = asyncio.ensure_future(
            self._transport.request(
                method, url, headers=headers, body=body, timeout=_NEVER_SECONDS, max_bytes=max_bytes
            )
        )
        try:
            while not call.done():
                changed = asyncio.ensure_future(self._pause.wait())
                limit = None if self._pause.is_on else timeout
                done, _ = await asyncio.wait({call, changed}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                if not done:
                    raise TimedOut(f"There was no answer within {timeout:g} s.")
            return call.result()
        finally:
            call.cancel()
