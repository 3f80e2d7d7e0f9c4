"""Connections of browsers and clients: a request has to begin and its headers to end in bounded time.

Uvicorn bounds only the pause between two requests, so whoever opens a connection and says nothing, or a letter now and
then, would keep its place for ever. Bodies are bounded where they are received (`headrace.bodies`).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADER_SECONDS = 15.0
"""At most this long from opening a connection, or from a request's first byte, until its headers are complete."""

_Protocol: Any = AutoHTTPProtocol  # one of two, whichever parser is installed


class PatientProtocol(_Protocol):  # type: ignore[misc]
    """Uvicorn's own protocol, which closes what keeps it waiting for headers."""

    _patience: asyncio.TimerHandle | None = None
    header_seconds = HEADER_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_busy():
            self._end()
        elif self._patience is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _is_busy(self) -> bool:
        """Whether a request is being answered: its headers are complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def _begin(self) -> None:
        self._patience = self.loop.call_later(self.header_seconds, self._close)

    def _end(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _close(self) -> None:
        self._patience = None
        if not self._is_busy() and not self.transport.is_closing():
            self.transport.close()
