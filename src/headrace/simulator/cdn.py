"""Serves sealed files as the real media servers do: no proof is asked, the address is the secret, and it runs out."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from headrace.clock import Clock, SystemClock
from headrace.identifiers import Identifiers, RandomIdentifiers
from headrace.simulator.uploads import LASTS, SealedFile, Uploads

PATH = "/cdn"

MOST_KEPT = 256 * 1024 * 1024
"""How many bytes of files are held in memory; the oldest go first."""


def cdn_routes(find: Callable[[str], Awaitable[bytes | None]]) -> list[Route]:
    """The addresses below `PATH`. `find` gives the sealed bytes for the last part of an address, or None."""

    async def serve(request: Request) -> Response:
        content = await find(request.path_params["key"])
        if content is None:
            return PlainTextResponse("There is no such file here, or not any more.\n", 404)
        headers = {
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)

    return [Route(f"{PATH}/{{key}}", serve, methods=["GET"])]


class MemoryFileStore:
    """A `uploads.FileStore` for one process: files are gone when it ends, or when newer ones need their place.

    `base_url` is called when an address is made, so it may be known late.
    """

    def __init__(self, base_url: Callable[[], str], identifiers: Identifiers, clock: Clock) -> None:
        self._base_url = base_url
        self._identifiers = identifiers
        self._clock = clock
        self._files: dict[str, tuple[SealedFile, datetime]] = {}

    async def put(self, file: SealedFile) -> str:
        key = self._identifiers.token()
        self._files[key] = (file, self._clock.now() + LASTS)
        while len(self._files) > 1 and sum(len(file.content) for file, _ in self._files.values()) > MOST_KEPT:
            del self._files[next(iter(self._files))]
        return f"{self._base_url()}{PATH}/{key}"

    async def get(self, media_id: str) -> SealedFile | None:
        return next((file for file, _ in self._files.values() if file.media_id == media_id), None)

    async def find(self, key: str) -> bytes | None:
        """The sealed bytes behind an address, for `cdn_routes`."""
        file, until = self._files.get(key, (None, None))
        return None if file is None or until is None or until <= self._clock.now() else file.content


NOWHERE = "https://files.invalid"


def unfetchable() -> Uploads:
    """Seals files and keeps them in memory; their addresses lead nowhere. For where nobody wants to fetch them."""
    identifiers = RandomIdentifiers()
    return Uploads(MemoryFileStore(lambda: NOWHERE, identifiers, SystemClock()), identifiers)
