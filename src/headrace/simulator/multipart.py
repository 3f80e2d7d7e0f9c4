"""What a page or a script uploads to a sheet: a multipart body, read without holding its files in memory."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from headrace.bodies import BodyRefused, receive_chunks
from headrace.phone.values.files import LARGEST_KB, MOST_FILES
from headrace.phone.values.filetypes import SNIFFED_BYTES
from headrace.simulator.form_posts import MOST_FIELDS, Posted, Unreadable, from_fields
from headrace.simulator.uploads import Picked, Uploads

LARGEST_UPLOAD = 4 * 1024 * 1024 * 1024
LARGEST_FIELD = 1024 * 1024
MOST_PARTS = 1_000


@dataclass
class Attached:
    """One upload. Its files lie on disk until `close`; what is too large or one too many was counted, not kept."""

    posted: Posted
    parts: list["Part"] = field(default_factory=list)

    def picked(self, uploads: Uploads) -> list[Picked]:
        return [
            uploads.pick(_name(part.file), part.file.content_type or "", part.size, part.start(), part.read)
            for part in self.parts
        ]

    def close(self) -> None:
        for part in self.parts:
            part.file.file.close()


@dataclass(frozen=True)
class Part:
    """One file of the body. `size` is what was sent, which may be more than what was kept."""

    file: UploadFile
    size: int

    def start(self) -> bytes:
        self.file.file.seek(0)
        return self.file.file.read(SNIFFED_BYTES)

    def read(self) -> bytes:
        self.file.file.seek(0)
        return self.file.file.read()


def _name(file: UploadFile) -> str:
    """The name as it was before the browser wrote it into a header."""
    name = file.filename or ""
    for written, meant in (("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        name = name.replace(written, meant)
    return name


async def read_upload(request: Request) -> Attached:
    """Reads the body; raises `Unreadable`. The fields beside the files are those of any other post."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Unreadable(415, "Files are uploaded as multipart/form-data.")
    parser = _Counting(request.headers, _limited(request))
    try:
        form = await parser.parse()
    except BodyRefused as error:
        raise Unreadable(error.status, "The upload does not come to its end. Try again.") from error
    except MultiPartException as error:
        raise Unreadable(400, f"The upload cannot be read: {error.message}") from error
    items = form.multi_items()
    files = [value for _, value in items if isinstance(value, UploadFile)]
    # A browser sends an input without files as one part without a name and without content.
    parts = [Part(file, parser.size_of(file)) for file in files if file.filename or parser.size_of(file)]
    fields = [(name, value) for name, value in items if isinstance(value, str)]
    posted = from_fields(fields)
    is_page = any(name == "visit" for name, _ in fields)
    return Attached(posted if is_page else replace(posted, visit=None), parts)


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in receive_chunks(request.receive):
        received += len(chunk)
        if received > LARGEST_UPLOAD:
            raise Unreadable(413, "This is more than 4 GB. Choose fewer or smaller files.")
        yield chunk


class _Counting(MultiPartParser):
    """Counts what files hold and keeps of each no more than a phone may send, and of all no more than a picker holds.

    So a huge file costs time on its way, but neither memory nor disk, and can be refused by its size.
    """

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers, stream, max_files=MOST_PARTS, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
        self._sizes: dict[int, int] = {}

    def size_of(self, file: UploadFile) -> int:
        return self._sizes.get(id(file), 0)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is not None:
            received = self.size_of(file)
            self._sizes[id(file)] = received + end - start
            most = LARGEST_KB * 1024 if self._current_files <= MOST_FILES else SNIFFED_BYTES
            end = min(end, start + most - received)
            if end <= start:
                return
        super().on_part_data(data, start, end)
