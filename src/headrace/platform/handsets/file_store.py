"""Where the files of a phone's sheet lie: rows of `media`, fetched below `/cdn` of this server."""

from starlette.routing import Route

from headrace.platform.box import Box
from headrace.platform.messaging.media import find_file, keep_file, sealed_content
from headrace.simulator import cdn
from headrace.simulator.uploads import SealedFile


class BoxFileStore:
    """A `simulator.uploads.FileStore` for one session of a phone."""

    def __init__(self, box: Box, session_id: str) -> None:
        self._box = box
        self._session_id = session_id

    async def put(self, file: SealedFile) -> str:
        async with self._box.database.transaction() as session:
            media = await keep_file(session, self._box, self._session_id, file)
            return f"{self._box.settings.base_url}{cdn.PATH}/{media.cdn_key}"

    async def get(self, media_id: str) -> SealedFile | None:
        async with self._box.database.reading() as session:
            return await find_file(session, self._box.clock, self._session_id, media_id)


def cdn_routes(box: Box) -> list[Route]:
    """The addresses of all files attached on this box. They carry their own proof: nobody can guess one."""

    async def find(key: str) -> bytes | None:
        async with box.database.reading() as session:
            return await sealed_content(session, box.clock, key)

    return cdn.cdn_routes(find)
