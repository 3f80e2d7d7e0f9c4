"""A file that a person picks for a message: one part of a multipart body."""

import mimetypes
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from headrace.bodies import BodyRefused, BodyTooLarge
from headrace.ui.bodies import read_body

LARGEST_BODY = 17 * 1024 * 1024
_MOST_PARTS = 20
_SLICE = 64 * 1024
_TYPES = {".opus": "audio/ogg", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".amr": "audio/amr"}


class NotAttached(ValueError):
    """A body that brings no file. The words are fit to be shown; `status` is that of the answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True)
class Picked:
    """The file, and the texts that came with it by name."""

    name: str
    mime_type: str
    content: bytes
    fields: dict[str, str]


async def read_picked(request: Request) -> Picked:
    """Reads the part `file` of a body. Raises `NotAttached`."""
    try:
        body = await read_body(request, LARGEST_BODY)
    except BodyTooLarge as error:
        raise NotAttached(413, "The file is larger than 16 MB. Choose a smaller one.") from error
    except BodyRefused as error:
        raise NotAttached(error.status, "What was sent does not come to its end. Try again.") from error

    async def stream() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(body), _SLICE):
            yield body[start : start + _SLICE]

    try:
        parser = MultiPartParser(request.headers, stream(), max_files=_MOST_PARTS, max_fields=_MOST_PARTS)
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError, LookupError) as error:
        raise NotAttached(400, "The body is no multipart form with a part called file.") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile) or not file.filename:
            raise NotAttached(422, "Choose a file first.")
        fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        return Picked(file.filename, _mime_type(file), await file.read(), fields)
    finally:
        await form.close()


def _mime_type(file: UploadFile) -> str:
    """What the sender says the file is; what its name says where they say nothing."""
    told = (file.content_type or "").strip()
    if told and told != "application/octet-stream":
        return told[:200]
    name = (file.filename or "").lower()
    ending = name[name.rfind(".") :] if "." in name else ""
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
